"""What a package would add to a provider's rounds, beside its place in the order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from instances import essex
from optimiser.allocation.allocate import allocate
from optimiser.impact.round_fit import RoundFit, round_fits
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.rounds.build_rounds import build_rounds
from optimiser.rounds.insert import insert
from optimiser.rounds.room_found import PlanDoesNotHoldError
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=40, seed=3)


@pytest.fixture(scope="module")
def placed(market: Instance) -> Allocation:
    return allocate(market, policy="cascade").solution


@pytest.fixture(scope="module")
def plan(market: Instance, placed: Allocation) -> DayPlan:
    limits = Limits(iterations=200)
    return build_rounds(
        market, placed, day="tuesday", limits=limits, seed=1, executor=SerialExecutor()
    ).solution


def _asked(
    market: Instance, placed: Allocation, plan: DayPlan, wanted: dict[PackageId, list[ProviderId]]
) -> tuple[RoundFit, ...]:
    return round_fits(market, placed, plan, wanted)


def _visited(market: Instance, placed: Allocation) -> list[PackageId]:
    enters = [each.id for each in market.packages if each.service.enters_day_rounds]
    return [each for each in enters if each in placed.provider_of]


def test_pairs_come_by_package_and_then_as_they_were_asked(
    market: Instance, placed: Allocation, plan: DayPlan
) -> None:
    providers = [each.provider for each in reversed(plan.plans)]
    wanted = dict.fromkeys(reversed(_visited(market, placed)[:3]), providers)
    found = _asked(market, placed, plan, wanted)
    assert [(each.package, each.provider) for each in found] == [
        (package, provider) for package in sorted(wanted) for provider in providers
    ]


def test_another_providers_rounds_are_asked_as_insert_asks_them(
    market: Instance, placed: Allocation, plan: DayPlan
) -> None:
    package = _visited(market, placed)[0]
    others = [each for each in plan.plans if each.provider != placed.provider_of[package]]
    asked = insert(market, placed, others, market.package_by_id[package])
    expected = {each.provider: (each.travel_seconds, each.price) for each in asked}
    found = _asked(market, placed, plan, {package: [each.provider for each in others]})
    assert {each.provider: (each.travel_seconds, each.price) for each in found} == expected


def test_who_has_the_package_is_asked_without_it(market: Instance, placed: Allocation, plan: DayPlan) -> None:
    package = _visited(market, placed)[0]
    holder = placed.provider_of[package]
    (found,) = _asked(market, placed, plan, {package: [holder]})
    assert found.price is not None
    without = replace(placed, placements=tuple(p for p in placed.placements if p.package != package))
    own = next(each for each in plan.plans if each.provider == holder)
    rounds = [
        replace(each, stops=tuple(s for s in each.stops if not s.visit.startswith(f"{package}/")))
        for each in own.rounds
    ]
    stripped = replace(own, rounds=tuple(each for each in rounds if each.stops))
    (asked,) = insert(market, without, [stripped], market.package_by_id[package])
    assert (found.travel_seconds, found.price) == (asked.travel_seconds, asked.price)


def test_bands_add_up_to_the_day(market: Instance, placed: Allocation, plan: DayPlan) -> None:
    wanted = {name: [plan.plans[0].provider] for name in _visited(market, placed)[:8]}
    for each in _asked(market, placed, plan, wanted):
        assert each.bands is not None
        package = market.package_by_id[each.package]
        assert sum(band.visits for band in each.bands) == sum(plan.day in v.days for v in package.visits)
        assert each.travel_seconds == sum(band.travel_seconds for band in each.bands)


def test_a_provider_without_rounds_begins_them_all(
    market: Instance, placed: Allocation, plan: DayPlan
) -> None:
    idle = sorted({each.id for each in market.providers} - {each.provider for each in plan.plans})
    package = next(
        each for each in _visited(market, placed)
        if any(plan.day in visit.days for visit in market.package_by_id[each].visits)
    )  # fmt: skip
    (found,) = _asked(market, placed, plan, {package: [idle[0]]})
    assert found.new_rounds is not None
    assert found.new_rounds >= 1


def test_rounds_of_another_allocation_are_refused(
    market: Instance, placed: Allocation, plan: DayPlan
) -> None:
    nothing = replace(placed, placements=())
    busy = next(each for each in plan.plans if each.rounds)
    with pytest.raises(PlanDoesNotHoldError):
        _asked(market, nothing, plan, {_visited(market, placed)[0]: [busy.provider]})
