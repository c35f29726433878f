"""The independent check passes what the builder makes and finds every breach planted in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from geodata.travel import StraightLine, TravelMode
from instances import essex
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Gender
from optimiser.model.rounds import DayPlan, Rest, Round, Stop
from optimiser.model.supply import Carer, Shift
from optimiser.rounds.build_rounds import BrokenPlanError, build_rounds
from optimiser.rounds.check import check_day
from optimiser.rounds.rules import RoundRules
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from tests.rounds.one_provider import one_provider

RULES = RoundRules()


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=40, seed=3)


@pytest.fixture(scope="module")
def plan(market: Instance) -> DayPlan:
    result = build_rounds(
        market,
        one_provider(market),
        day="tuesday",
        limits=Limits(iterations=300),
        seed=1,
        executor=SerialExecutor(),
    )
    return result.solution


def _owing_a_rest(plan: DayPlan) -> int:
    """Place in its provider's list of a round so long that it must have the rest that it has."""
    return next(
        k
        for k, each in enumerate(plan.plans[0].rounds)
        if each.rests and each.stops[-1].end - each.stops[0].start > RULES.rest_after
    )


def _breaches(market: Instance, plan: DayPlan) -> set[str]:
    travel = StraightLine(kinds=market.area_kinds)
    found = check_day(market, one_provider(market), plan, travel=travel, rules=RULES)
    return {breach.rule for breach in found}


def test_a_built_day_passes(market: Instance, plan: DayPlan) -> None:
    assert _breaches(market, plan) == set()
    assert plan.rounds
    assert not plan.unserved


def _with_round(plan: DayPlan, index: int, change: Callable[[Round], Round]) -> DayPlan:
    whole = plan.plans[0]
    rounds = list(whole.rounds)
    rounds[index] = change(rounds[index])
    return replace(plan, plans=(replace(whole, rounds=tuple(rounds)), *plan.plans[1:]))


def _with_stop(plan: DayPlan, index: int, at: int, change: Callable[[Stop], Stop]) -> DayPlan:
    def changed(each: Round) -> Round:
        stops = list(each.stops)
        stops[at] = change(stops[at])
        return replace(each, stops=tuple(stops))

    return _with_round(plan, index, changed)


def _longest(plan: DayPlan) -> int:
    rounds = plan.plans[0].rounds
    return max(range(len(rounds)), key=lambda k: len(rounds[k].stops))


def test_a_forgotten_visit_is_found(market: Instance, plan: DayPlan) -> None:
    broken = _with_round(plan, _longest(plan), lambda each: replace(each, stops=each.stops[1:]))
    assert "complete" in _breaches(market, broken)


def test_a_visit_of_somebody_elses_is_found(market: Instance, plan: DayPlan) -> None:
    broken = _with_stop(plan, 0, 0, lambda stop: replace(stop, visit=VisitId("nobody/1")))
    assert "known visit" in _breaches(market, broken)


def test_a_visit_both_served_and_unserved_is_found(market: Instance, plan: DayPlan) -> None:
    whole = plan.plans[0]
    served = whole.rounds[0].stops[0].visit
    broken = replace(plan, plans=(replace(whole, unserved=(served,)),))
    assert "complete" in _breaches(market, broken)


def test_a_stretched_visit_is_found(market: Instance, plan: DayPlan) -> None:
    broken = _with_stop(plan, 0, -1, lambda stop: replace(stop, end=stop.end - 60))
    assert "duration" in _breaches(market, broken)


def test_a_visit_outside_its_window_is_found(market: Instance, plan: DayPlan) -> None:
    broken = _with_stop(plan, 0, 0, lambda stop: replace(stop, start=3600, end=3600 + stop.end - stop.start))
    assert "window" in _breaches(market, broken)


def test_travel_that_is_not_so_is_found(market: Instance, plan: DayPlan) -> None:
    broken = _with_stop(plan, _longest(plan), 1, lambda stop: replace(stop, travel_seconds=1, metres=1))
    assert "travel" in _breaches(market, broken)


def test_no_time_to_travel_is_found(market: Instance, plan: DayPlan) -> None:
    index = _longest(plan)
    first = plan.plans[0].rounds[index].stops[0]
    broken = _with_stop(
        plan,
        index,
        1,
        lambda stop: replace(stop, start=first.end - 60, end=first.end - 60 + stop.end - stop.start),
    )
    assert "travel gap" in _breaches(market, broken)


def test_a_missing_rest_is_found(market: Instance, plan: DayPlan) -> None:
    index = _owing_a_rest(plan)
    assert "rest" in _breaches(market, _with_round(plan, index, lambda each: replace(each, rests=())))


def test_a_rest_that_is_too_short_is_found(market: Instance, plan: DayPlan) -> None:
    index = _owing_a_rest(plan)

    def shorter(each: Round) -> Round:
        return replace(each, rests=tuple(Rest(start=rest.start, end=rest.start + 600) for rest in each.rests))

    assert "rest" in _breaches(market, _with_round(plan, index, shorter))


def test_carers_of_a_double_who_start_apart_are_found(market: Instance, plan: DayPlan) -> None:
    doubles = {
        package.visit_id(visit)
        for package in market.packages
        for visit in package.visits
        if visit.carers_needed == 2
    }
    index, at = next(
        (k, s)
        for k, each in enumerate(plan.plans[0].rounds)
        for s, stop in enumerate(each.stops)
        if stop.visit in doubles
    )
    broken = _with_stop(plan, index, at, lambda stop: replace(stop, start=stop.start + 60, end=stop.end + 60))
    assert "together" in _breaches(market, broken)


def test_one_carer_on_two_rounds_at_once_is_found(market: Instance, plan: DayPlan) -> None:
    rounds = plan.plans[0].rounds
    broken = _with_round(plan, 1, lambda each: replace(each, carer=rounds[0].carer))
    assert {"shift", "double-handed"} & _breaches(market, broken)


def test_a_nameless_round_of_two_genders_is_found(market: Instance, plan: DayPlan) -> None:
    longest = plan.plans[0].rounds[_longest(plan)]
    owners = [stop.visit.split("/")[0] for stop in longest.stops]
    people = tuple(
        replace(
            package,
            gender_of_carer=Gender.FEMALE
            if package.id == owners[0]
            else (Gender.MALE if package.id == next(o for o in owners if o != owners[0]) else None),
        )
        for package in market.packages
    )
    assert "gender" in _breaches(replace(market, packages=people), plan)


def test_named_carers_work_their_own_shifts_with_their_own_skills(market: Instance) -> None:
    allocation = one_provider(market)
    provider = allocation.placements[0].provider
    everyone = frozenset(skill for package in market.packages for skill in package.skills)
    day = frozenset(Weekday)
    carers = tuple(
        Carer(
            id=CarerId(f"C{k:02d}"),
            provider=provider,
            shifts=(Shift(days=day, start=7 * 3600, end=13 * 3600), Shift(days=day, start=57600, end=81000)),
            mode=(TravelMode.CAR, TravelMode.CYCLE, TravelMode.FOOT)[k % 3],
            gender=(Gender.FEMALE, Gender.MALE)[k % 2],
            skills=everyone if k % 4 else frozenset(),
            depot=market.packages[k].place,
        )
        for k in range(24)
    )
    staffed = replace(market, carers=carers)
    result = build_rounds(
        staffed,
        allocation,
        day=Weekday.MONDAY,
        limits=Limits(iterations=300),
        seed=2,
        executor=SerialExecutor(),
    )
    named = {each.carer for each in result.solution.rounds}
    assert named <= {carer.id for carer in carers}
    assert {each.mode for each in result.solution.rounds} > {TravelMode.CAR}
    unskilled = replace(staffed, carers=tuple(replace(each, skills=frozenset()) for each in carers))
    found = check_day(
        unskilled,
        allocation,
        result.solution,
        travel=StraightLine(kinds=market.area_kinds),
        rules=RULES,
    )
    assert {breach.rule for breach in found} == {"skills"}


def test_same_seed_same_rounds_in_one_process_or_two(market: Instance, plan: DayPlan) -> None:
    again = build_rounds(market, one_provider(market), day="tuesday", limits=Limits(iterations=300), seed=1)
    assert again.solution == plan


def test_a_broken_plan_never_leaves(market: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(RULES, rest=7200)
    monkeypatch.setattr("optimiser.rounds.build_rounds.check_day", _strict_check(strict))
    with pytest.raises(BrokenPlanError, match="rest"):
        build_rounds(
            market,
            one_provider(market),
            limits=Limits(iterations=10),
            executor=SerialExecutor(),
        )


def _strict_check(rules: RoundRules) -> Callable[..., object]:
    def check(instance: Instance, allocation: Allocation, plan: DayPlan, **given: object) -> object:
        travel = given["travel"]
        return check_day(instance, allocation, plan, travel=travel, rules=rules)  # type: ignore[arg-type] # as handed on

    return check
