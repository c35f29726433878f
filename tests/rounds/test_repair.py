"""A repair changes what it must and little else, and says what it changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from instances import essex
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import CarerId, PackageId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.rounds.build_rounds import build_rounds
from optimiser.rounds.changes import ChangeKind, Repaired, changes_between
from optimiser.rounds.repair import RepairSettings, repair
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from tests.rounds.one_provider import one_provider

LIMITS = Limits(iterations=300)


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=60, seed=3)


@pytest.fixture(scope="module")
def held(market: Instance) -> Allocation:
    return one_provider(market)


@pytest.fixture(scope="module")
def plan(market: Instance, held: Allocation) -> DayPlan:
    return build_rounds(
        market, held, day="tuesday", limits=LIMITS, seed=1, executor=SerialExecutor()
    ).solution


def _repair(market: Instance, held: Allocation, plan: DayPlan, **asked: object) -> Repaired:
    result = repair(market, held, plan, limits=LIMITS, seed=1, executor=SerialExecutor(), **asked)  # type: ignore[arg-type]
    return result.solution


def test_nothing_has_happened(market: Instance, held: Allocation, plan: DayPlan) -> None:
    repaired = _repair(market, held, plan)
    assert repaired.plan == plan
    assert {each.kind for each in repaired.changes} == {ChangeKind.KEPT}


@pytest.mark.parametrize("relief", [True, False])
def test_an_absence_leaves_the_others_as_they_were(
    market: Instance, held: Allocation, plan: DayPlan, relief: bool
) -> None:
    away = plan.rounds[3].carer
    repaired = _repair(market, held, plan, absent=[away], settings=RepairSettings(relief=relief))
    assert away not in {each.carer for each in repaired.plan.rounds}
    if not relief:
        assert {each.carer for each in repaired.plan.rounds} <= {each.carer for each in plan.rounds}
    else:
        assert not repaired.plan.unserved
    assert repaired.same_carer_share is not None
    assert repaired.same_carer_share >= 0.95
    lost = {stop.visit for stop in plan.rounds[3].stops if plan.rounds[3].carer == away}
    told = {each.visit for each in repaired.changes if each.kind in (ChangeKind.CARER, ChangeKind.LOST)}
    assert lost <= told


def test_ended_and_new_people(market: Instance, held: Allocation, plan: DayPlan) -> None:
    first, last = held.placements[0].package, held.placements[-1].package
    without_last = replace(held, placements=held.placements[:-1])
    kept = []
    for seed in range(5):
        # A plan that is far from the best is worth changing everywhere; this one is not.
        before = build_rounds(
            market,
            without_last,
            day="tuesday",
            limits=Limits(iterations=2000),
            seed=seed,
            executor=SerialExecutor(),
        ).solution
        repaired = _repair(market, held, before, ended=[first])
        kinds = {each.visit.rpartition("/")[0]: each.kind for each in repaired.changes}
        assert kinds[first] is ChangeKind.ENDED
        assert kinds[last] is ChangeKind.NEW
        assert repaired.same_carer_share is not None
        kept.append(repaired.same_carer_share)
    assert sum(kept) / len(kept) >= 0.95


def test_a_window_that_has_moved_since_is_kept(market: Instance, held: Allocation, plan: DayPlan) -> None:
    stop = plan.rounds[0].stops[0]
    name, _, number = stop.visit.rpartition("/")
    package = market.package_by_id[PackageId(name)]
    visits = tuple(
        replace(
            each,
            window=replace(each.window, earliest=stop.start + HOUR, latest=stop.start + 2 * HOUR),
            ideal=stop.start + HOUR,
        )
        if each.number == int(number)
        else each
        for each in package.visits
    )
    changed = replace(
        market,
        packages=tuple(replace(each, visits=visits) if each.id == name else each for each in market.packages),
    )
    repaired = _repair(changed, held, plan)
    found = [each for every in repaired.plan.rounds for each in every.stops if each.visit == stop.visit]
    assert all(stop.start + HOUR <= each.start <= stop.start + 2 * HOUR for each in found)
    assert found or stop.visit in repaired.plan.unserved


def test_an_unknown_carer_is_refused(market: Instance, held: Allocation, plan: DayPlan) -> None:
    with pytest.raises(KeyError, match="nobody"):
        _repair(market, held, plan, absent=[CarerId("nobody")])


def test_changes_are_told_by_visit(plan: DayPlan) -> None:
    each = plan.plans[0].rounds[0]
    fewer = replace(plan.plans[0], rounds=plan.plans[0].rounds[1:])
    gone = {stop.visit for stop in each.stops}
    told = {change.visit: change.kind for change in changes_between(plan.plans, [fewer])}
    assert {told[visit] for visit in gone} <= {ChangeKind.ENDED, ChangeKind.CARER}
    other = replace(each, carer=CarerId("somebody else"))
    swapped = replace(plan.plans[0], rounds=(other, *plan.plans[0].rounds[1:]))
    told = {change.visit: change.kind for change in changes_between(plan.plans, [swapped])}
    assert {told[visit] for visit in gone} == {ChangeKind.CARER}
