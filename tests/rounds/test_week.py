"""A master week keeps people's carers and times, keeps the night's rest, and repeats."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.travel import StraightLine
from instances import essex
from optimiser.impact.continuity import bice_boxerman, continuity
from optimiser.model.calendar import HOUR, Weekday
from optimiser.model.identifiers import CarerId
from optimiser.model.instance import Instance
from optimiser.model.need import Gender
from optimiser.model.rounds import DayPlan, WeekPlan
from optimiser.model.supply import Carer, Shift
from optimiser.rounds.build_rounds import build_rounds
from optimiser.rounds.check_week import check_week
from optimiser.rounds.rules import RoundRules
from optimiser.rounds.week import build_week
from optimiser.rounds.week_search import AGAIN_ALONE, shared_limits
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from tests.rounds.one_provider import one_provider

LIMITS = Limits(iterations=400)


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=40, seed=3)


@pytest.fixture(scope="module")
def week(market: Instance) -> WeekPlan:
    return build_week(market, one_provider(market), limits=LIMITS, seed=1, executor=SerialExecutor()).solution


def with_carers(market: Instance, max_week: int | None) -> Instance:
    """Sixteen carers, alternately on late and early shifts from day to day."""
    provider = one_provider(market).placements[0].provider
    skills = frozenset(skill for package in market.packages for skill in package.skills)
    languages = frozenset(each.language for each in market.packages if each.language)
    odd = frozenset(list(Weekday)[::2])
    even = frozenset(Weekday) - odd
    carers = tuple(
        Carer(
            id=CarerId(f"C{k}"),
            provider=provider,
            shifts=(
                Shift(days=odd if k % 2 else even, start=14 * HOUR, end=23 * HOUR),
                Shift(days=even if k % 2 else odd, start=6 * HOUR, end=15 * HOUR),
            ),
            gender=Gender.FEMALE if k % 4 < 2 else Gender.MALE,
            skills=skills,
            languages=languages,
            max_week=max_week,
        )
        for k in range(16)
    )
    return replace(market, carers=carers)


def test_people_see_fewer_carers_than_on_days_built_alone(market: Instance, week: WeekPlan) -> None:
    alone = [
        build_rounds(
            market, one_provider(market), day=day, limits=LIMITS, seed=1, executor=SerialExecutor()
        ).solution
        for day in Weekday
    ]
    before = continuity(plan for day in alone for plan in day.plans)
    after = continuity(week.plans)
    assert not week.unserved
    assert after.usual_carer_share is not None
    assert before.usual_carer_share is not None
    # A small provider has few carers, so that even days built alone cannot spread people widely.
    assert after.usual_carer_share > 1.25 * before.usual_carer_share
    assert after.carers_per_person is not None
    assert before.carers_per_person is not None
    assert after.carers_per_person < before.carers_per_person
    assert after.steady_share is not None
    assert after.steady_share > 0.95
    assert week.travel_seconds < 1.1 * sum(day.travel_seconds for day in alone)


def test_the_same_seed_builds_the_same_week(market: Instance, week: WeekPlan) -> None:
    shuffled = replace(market, packages=market.packages[::-1])
    again = build_week(shuffled, one_provider(shuffled), limits=LIMITS, seed=1, executor=SerialExecutor())
    assert again.solution == week


def test_some_days_make_a_short_week(market: Instance) -> None:
    result = build_week(
        market,
        one_provider(market),
        days=["tuesday", Weekday.MONDAY],
        limits=Limits(iterations=50),
        executor=SerialExecutor(),
    )
    assert [day.day for day in result.solution.days] == [Weekday.MONDAY, Weekday.TUESDAY]
    assert result.iterations <= 100


def test_named_carers_sleep_between_late_and_early(market: Instance) -> None:
    named = with_carers(market, None)
    result = build_week(named, one_provider(named), limits=LIMITS, executor=SerialExecutor())
    assert result.solution.rounds  # the front door has checked the nights


def test_named_carers_work_no_more_than_their_week(market: Instance) -> None:
    named = with_carers(market, 20 * HOUR)
    result = build_week(named, one_provider(named), limits=LIMITS, executor=SerialExecutor())
    worked: dict[CarerId, int] = {}
    for each in result.solution.rounds:
        worked[each.carer] = worked.get(each.carer, 0) + each.contact_seconds + each.travel_seconds
    assert worked
    assert max(worked.values()) <= 20 * HOUR
    assert result.solution.unserved


def test_the_check_sees_short_nights_and_long_weeks(market: Instance) -> None:
    named = with_carers(market, None)
    allocation = one_provider(named)
    travel = StraightLine(kinds=market.area_kinds)
    days = tuple(
        build_rounds(named, allocation, day=day, limits=LIMITS, executor=SerialExecutor()).solution
        for day in (Weekday.MONDAY, Weekday.TUESDAY)
    )
    alone = WeekPlan(days=days)
    found = check_week(named, allocation, alone, travel=travel, rules=RoundRules())
    assert {breach.rule for breach in found} == {"rest between days"}
    capped = with_carers(market, 2 * HOUR)
    found = check_week(capped, allocation, alone, travel=travel, rules=RoundRules())
    assert {breach.rule for breach in found} == {"rest between days", "weekly hours"}


def test_a_week_has_each_day_once() -> None:
    day = DayPlan(day=Weekday.MONDAY, plans=())
    with pytest.raises(ValueError, match="once"):
        WeekPlan(days=(day, day))


def test_a_week_costs_no_more_steps_than_its_days() -> None:
    for days in range(1, 8):
        for sweeps in range(4):
            first, alone, other, again = shared_limits(Limits(iterations=1000), days, sweeps)
            assert first.iterations is not None
            assert alone.iterations is not None
            assert other.iterations is not None
            assert again.iterations is not None
            spent = first.iterations + AGAIN_ALONE * alone.iterations
            spent += other.iterations * (days - 1) + again.iterations * days * sweeps
            assert spent <= 1000 * days + 7 * (sweeps + 1)


def test_continuity_by_hand() -> None:
    assert bice_boxerman([1]) is None
    assert bice_boxerman([4]) == 1.0
    assert bice_boxerman([1, 1, 1]) == 0.0
    assert bice_boxerman([2, 1]) == pytest.approx(1 / 3)
