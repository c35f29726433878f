"""What insert promises of a round is what the round then does."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from geodata.travel import StraightLine
from instances import essex
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import HOUR, MINUTE, Weekday
from optimiser.model.identifiers import CarerId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Gender, Package, Window
from optimiser.model.rounds import DayPlan, RoundPlan
from optimiser.rounds.build_rounds import RoundSettings, build_rounds, prepare_days
from optimiser.rounds.insert import insert
from optimiser.rounds.kernels.edit import link
from optimiser.rounds.kernels.journal import RESTED, begin
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import reschedule
from optimiser.rounds.kernels.value import appraise_all
from optimiser.rounds.loaded_day import LoadedDay, load, load_day
from optimiser.rounds.problem import NEVER
from optimiser.rounds.room_found import Fit, PlanDoesNotHoldError, TooLargeToAskError, Why
from optimiser.rounds.rules import RoundRules
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from tests.rounds.one_provider import one_provider

LIMITS = Limits(iterations=300)
GONE = 12


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=60, seed=3)


@pytest.fixture(scope="module")
def newcomers(market: Instance) -> list[Package]:
    day = [each for each in market.packages if each.service.enters_day_rounds]
    return day[:: len(day) // GONE]


@pytest.fixture(scope="module")
def held(market: Instance, newcomers: list[Package]) -> Allocation:
    new = {each.id for each in newcomers}
    whole = one_provider(market)
    return replace(whole, placements=tuple(each for each in whole.placements if each.package not in new))


@pytest.fixture(scope="module")
def plan(market: Instance, held: Allocation) -> DayPlan:
    return build_rounds(
        market, held, day="tuesday", limits=LIMITS, seed=1, executor=SerialExecutor()
    ).solution


@pytest.fixture(scope="module")
def loaded(market: Instance, held: Allocation, plan: DayPlan) -> LoadedDay:
    return load_day(market, held, plan.plans[0])


def test_a_question_leaves_the_plan_as_it_was(loaded: LoadedDay, newcomers: list[Package]) -> None:
    before = [each.copy() for each in loaded.state]
    answers = [loaded.insert(package) for package in newcomers]
    for now, then in zip(loaded.state, before, strict=True):
        assert np.array_equal(now, then)
    assert [loaded.insert(package) for package in newcomers] == answers
    assert any(each.visits for each in answers)


def test_each_promise_holds_when_the_visit_is_put_there(
    market: Instance, held: Allocation, newcomers: list[Package]
) -> None:
    """The plan with the visit in it, loaded from nothing, costs what was said; no rest is due."""
    travel = StraightLine(kinds=market.area_kinds)
    settings = RoundSettings(rules=RoundRules(rest_after=24 * HOUR))
    plan = build_rounds(
        market, held, day="tuesday", settings=settings, limits=LIMITS, executor=SerialExecutor()
    ).solution.plans[0]
    compared = 0
    for package in newcomers:
        one = next((v for v in package.visits if Weekday.TUESDAY in v.days), None)
        if one is None or one.carers_needed > 1 or not package.service.enters_day_rounds:
            continue
        alone = replace(package, visits=(one,))
        packages = tuple(alone if each.id == alone.id else each for each in market.packages)
        placed = replace(held.placements[0], package=alone.id)
        (day,) = prepare_days(
            replace(market, packages=packages),
            replace(held, placements=(*held.placements, placed)),
            day=Weekday.TUESDAY,
            travel=travel,
            settings=settings,
            providers=[plan.provider],
        )
        before = load_day(market, held, plan, settings=settings)
        found = before.insert(alone).visits[0]
        for fit in found.fits:
            if not fit.new_round:
                there = load(day, _with_stop(plan, fit, found.visit), travel=travel, settings=settings)
                assert _price(there) - _price(before) == fit.price
                assert sum(fit.components.values()) == fit.price
                compared += 1
    assert compared > 20


def _price(loaded: LoadedDay) -> int:
    return int((loaded.data.weights * loaded.state.totals).sum())


def _with_stop(plan: RoundPlan, fit: Fit, visit: VisitId) -> RoundPlan:
    """The plan with a stop put into a round by hand."""
    rounds = []
    for each in plan.rounds:
        if (each.carer, each.shift_start) == (fit.carer, fit.shift_start):
            at = 0 if fit.after is None else [stop.visit for stop in each.stops].index(fit.after) + 1
            stop = replace(each.stops[0], visit=visit)
            each = replace(each, stops=(*each.stops[:at], stop, *each.stops[at:]))
        rounds.append(each)
    return replace(plan, rounds=tuple(rounds))


def test_a_visit_of_two_says_who_comes_along(loaded: LoadedDay, newcomers: list[Package]) -> None:
    package = _on_tuesday(newcomers)
    double = replace(package, visits=(replace(package.visits[0], carers_needed=2),))
    found = loaded.insert(double).visits[0]
    assert found.fits
    for fit in found.fits:
        assert len(fit.others) == 1
        assert fit.others[0] != fit.carer


def test_no_pair_is_cheaper_than_the_one_told(loaded: LoadedDay, newcomers: list[Package]) -> None:
    """Every pair of places tried, one service after the other; the cheapest with each carer compared."""
    package = _on_tuesday(newcomers)
    asked = replace(package, visits=(replace(package.visits[0], carers_needed=2),))
    told = {(fit.carer, fit.shift_start): fit.price for fit in loaded.insert(asked).visits[0].fits}
    best = _cheapest_pairs(loaded)
    assert min(told.values()) == min(best[each] for each in told)
    assert told.keys() <= best.keys()
    assert all(told[each] >= best[each] for each in told)
    assert sum(told[each] == best[each] for each in told) >= 0.9 * len(told)


def _cheapest_pairs(loaded: LoadedDay) -> dict[tuple[CarerId, int], int]:
    """Points of the cheapest place of the spare room's first visit with each round as the first of two."""
    data, state, journal, desk, day = loaded.data, loaded.state, loaded.journal, loaded.desk, loaded.day
    one, other = data.members[data.visits[day.problem.visits]["member_from"] :][:2].tolist()
    stood, price = [each.copy() for each in state], _price(loaded)
    n = loaded.problem.services

    def places() -> list[tuple[int, int]]:
        made = [i for i in range(n) if state.nodes[i]["of"] >= 0]
        return [(r, n + r) for r in range(loaded.problem.shifts)] + [
            (int(state.nodes[i]["of"]), i) for i in made
        ]

    def put(i: int, r: int, before: int) -> bool:
        if data.preference[i, r] < 0:
            return False
        journal.tally[RESTED] = 0
        link(desk, i, r, before)
        return reschedule(desk, NEVER) and give_rests(desk, NEVER)

    def restore(kept: list[NDArray[Any]]) -> None:
        begin(desk)
        for now, then in zip(state, kept, strict=True):
            now[...] = then

    best: dict[tuple[CarerId, int], int] = {}
    for first in places():
        if put(one, *first):
            placed = [each.copy() for each in state]
            for second in places():
                if data.shifts[second[0]]["carer"] != data.shifts[first[0]]["carer"]:
                    if put(other, *second):
                        appraise_all(desk)
                        key = (day.duties[first[0]].carer, day.duties[first[0]].start)
                        best[key] = min(best.get(key, NEVER), _price(loaded) - price)
                    restore(placed)
        restore(stood)
    return best


def test_visits_of_one_person_together_keep_their_gap(loaded: LoadedDay, newcomers: list[Package]) -> None:
    package = _on_tuesday(newcomers)
    first = replace(package.visits[0], number=1, window=Window(8 * HOUR, 10 * HOUR), ideal=None)
    gap = 3 * HOUR
    then = replace(first, number=2, window=Window(9 * HOUR, 14 * HOUR), min_gap_before=gap)
    found = loaded.insert(replace(package, visits=(first, then)))
    assert found.together is not None
    one, other = found.together
    assert other.start >= one.start + first.service_duration + gap
    assert found.price == one.price + other.price


def test_a_window_before_every_shift_says_how_near_it_came(
    loaded: LoadedDay, newcomers: list[Package]
) -> None:
    package = _on_tuesday(newcomers)
    dawn = replace(package.visits[0], window=Window(5 * HOUR, 6 * HOUR), ideal=None)
    found = loaded.insert(replace(package, visits=(dawn,)))
    assert found.together is None
    assert found.price is None
    assert not found.visits[0].fits
    nearest = found.visits[0].misses[0]
    assert nearest.why is Why.NO_ROOM
    assert nearest.short_by is not None
    assert nearest.short_by >= 45 * MINUTE
    assert "too late" in str(nearest)


def test_somebody_nobody_may_visit(loaded: LoadedDay, newcomers: list[Package]) -> None:
    package = _on_tuesday(newcomers)
    barred = {duty.gender for duty in loaded.day.duties}
    assert barred == {Gender.FEMALE, Gender.MALE}
    found = loaded.insert(replace(package, gender_of_carer=Gender.MALE)).visits[0]
    assert Why.CARER in {each.why for each in found.misses}
    assert all(" M" in each.carer for each in found.fits)


def test_more_visits_than_there_is_room_for_are_refused(loaded: LoadedDay, newcomers: list[Package]) -> None:
    package = _on_tuesday(newcomers)
    one = package.visits[0]
    often = replace(package, visits=tuple(replace(one, number=k) for k in range(1, 10)))
    with pytest.raises(TooLargeToAskError, match="9 visits a day"):
        loaded.insert(often)


def test_a_plan_of_other_carers_does_not_hold(market: Instance, held: Allocation, plan: DayPlan) -> None:
    strangers = tuple(replace(each, carer=CarerId(f"{each.carer}x")) for each in plan.plans[0].rounds)
    with pytest.raises(PlanDoesNotHoldError, match="do not hold"):
        load_day(market, held, replace(plan.plans[0], rounds=strangers))


def test_every_provider_is_asked(
    market: Instance, held: Allocation, plan: DayPlan, newcomers: list[Package]
) -> None:
    (found,) = insert(market, held, plan.plans, newcomers[0])
    assert found.provider == plan.plans[0].provider


def test_a_question_takes_milliseconds(loaded: LoadedDay, newcomers: list[Package]) -> None:
    """Far from the figure that is promised (benchmarks/insert.py measures it): test machines are busy."""
    loaded.insert(newcomers[0])
    began = time.perf_counter()
    for package in newcomers:
        loaded.insert(package)
    assert (time.perf_counter() - began) / len(newcomers) < 0.5


def _on_tuesday(packages: list[Package]) -> Package:
    package = next(
        each for each in packages if any(Weekday.TUESDAY in v.days for v in each.visits) and not each.skills
    )
    visits = tuple(
        replace(visit, carers_needed=1) for visit in package.visits if Weekday.TUESDAY in visit.days
    )
    return replace(package, visits=visits, gender_of_carer=None, language=None)
