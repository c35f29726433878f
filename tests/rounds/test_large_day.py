"""A day solved in parts is sound, repeats, and gains from every exchange."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from geodata.place import Place
from geodata.travel import StraightLine
from instances import essex
from optimiser.model.calendar import HOUR, MINUTE, Weekday
from optimiser.model.identifiers import CarerId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.model.supply import Carer, Shift
from optimiser.rounds.build_rounds import RoundSettings, build_rounds
from optimiser.rounds.check import check_day
from optimiser.rounds.large_day import LargeDays
from optimiser.rounds.large_parts import Standing, first_parts, next_parts
from optimiser.rounds.parts import Lump, cut
from optimiser.rounds.prepare import gather_work
from optimiser.rounds.rules import RoundRules, Weights
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from optimiser.solving.result import Result, StoppedBy
from tests.rounds.one_provider import one_provider

PARTS = RoundSettings(large=LargeDays(whole=40, part=40, passes=4, first_share=0.5))
LIMITS = Limits(iterations=1500)
RULES = RoundRules()


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=90, seed=3)


def with_pairs_and_gaps(market: Instance) -> Instance:
    """Every third visit by two carers, and half an hour at least between a person's visits."""
    packages = [
        replace(
            package,
            visits=tuple(
                replace(
                    visit,
                    carers_needed=2 if (k + visit.number) % 3 == 0 else 1,
                    min_gap_before=30 * MINUTE if visit.number > 1 else 0,
                )
                for visit in package.visits
            ),
        )
        for k, package in enumerate(market.packages)
    ]
    return replace(market, packages=tuple(packages))


def with_carers(market: Instance, provider: ProviderId) -> Instance:
    """Named carers of both genders with split shifts, each at somebody's door."""
    skills = frozenset(skill for package in market.packages for skill in package.skills)
    languages = frozenset(package.language for package in market.packages if package.language is not None)
    carers = tuple(
        Carer(
            id=CarerId(f"{provider} {k:02d}"),
            provider=provider,
            shifts=(
                Shift(days=frozenset(Weekday), start=7 * HOUR, end=14 * HOUR),
                Shift(days=frozenset(Weekday), start=15 * HOUR, end=22 * HOUR + 30 * MINUTE),
            ),
            gender=sorted(
                next(e for e in market.providers if e.id == provider).genders, key=lambda g: g.value
            )[k % 3 == 0],
            skills=skills,
            languages=languages,
            depot=None if k % 5 == 0 else market.packages[k].place,
        )
        for k in range(45)
    )
    return replace(market, carers=carers)


def built(
    instance: Instance,
    seed: int = 1,
    limits: Limits = LIMITS,
    settings: RoundSettings = PARTS,
    executor: Executor | None = None,
) -> Result[DayPlan]:
    return build_rounds(
        instance,
        one_provider(instance),
        day=Weekday.TUESDAY,
        settings=settings,
        limits=limits,
        seed=seed,
        executor=executor or SerialExecutor(),
    )


def check(instance: Instance, plan: DayPlan) -> None:
    travel = StraightLine(kinds=instance.area_kinds)
    assert check_day(instance, one_provider(instance), plan, travel=travel, rules=RULES) == ()


@pytest.mark.parametrize("seed", range(3))
def test_parts_with_pairs_and_gaps_across_borders_fit_together(market: Instance, seed: int) -> None:
    instance = with_pairs_and_gaps(market)
    check(instance, built(instance, seed).solution)


def test_named_carers_work_in_one_part_at_a_time(market: Instance) -> None:
    provider = one_provider(market).placements[0].provider
    instance = with_carers(with_pairs_and_gaps(market), provider)
    result = built(instance)
    check(instance, result.solution)
    assert len(result.solution.unserved) < len(instance.packages) // 4


def test_the_same_plan_from_any_executor_and_any_order_of_rows(market: Instance) -> None:
    instance = with_pairs_and_gaps(market)
    first = built(instance)
    with ThreadPoolExecutor(max_workers=3) as pool:
        assert built(instance, executor=pool).solution == first.solution
    mixed = list(instance.packages)
    np.random.default_rng(4).shuffle(mixed)  # type: ignore[arg-type]
    again = built(replace(instance, packages=tuple(mixed)))
    assert again.solution == first.solution
    assert again.components == first.components
    assert first.stopped_by is StoppedBy.ITERATIONS


def test_the_whole_is_priced_as_its_rounds_are(market: Instance) -> None:
    result = built(with_pairs_and_gaps(market))
    plan, weights = result.solution, Weights()
    assert result.objective == sum(result.components.values())
    assert result.components["travel"] == weights.travel * plan.travel_seconds
    assert result.components["rounds"] == weights.round * len(plan.rounds)
    wanted = {
        package.visit_id(visit): visit.carers_needed
        for package in with_pairs_and_gaps(market).packages
        for visit in package.visits
    }
    assert result.components["unserved"] == weights.unserved * sum(wanted[key] for key in plan.unserved)


@pytest.mark.slow
def test_the_same_plan_from_two_processes(market: Instance) -> None:
    instance = with_pairs_and_gaps(market)
    with ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert built(instance, executor=pool).solution == built(instance).solution


@pytest.mark.parametrize("named", [False, True])
def test_no_exchange_makes_the_plan_worse(market: Instance, named: bool) -> None:
    instance = with_pairs_and_gaps(market)
    if named:
        instance = with_carers(instance, one_provider(market).placements[0].provider)
    objectives = []
    for passes in range(4):
        # Each pass of a shorter run is a pass of a longer one, given the same steps for each.
        large = replace(PARTS.large, passes=passes, first_share=1 / (1 + passes))
        limits = Limits(iterations=300 * (1 + passes))
        objectives.append(built(instance, limits=limits, settings=replace(PARTS, large=large)).objective or 0)
    assert all(after <= before for before, after in pairwise(objectives))
    assert objectives[-1] < objectives[0]


def test_names_of_nameless_carers_are_given_once(market: Instance) -> None:
    rounds = built(market).solution.rounds
    assert len({each.carer for each in rounds}) == len(rounds)


def test_a_deadline_that_stops_a_large_day_is_said(market: Instance) -> None:
    result = built(market, limits=Limits(seconds=0.5))
    assert result.stopped_by is StoppedBy.TIME
    check(market, result.solution)


def test_parts_are_even_whole_and_lie_apart() -> None:
    chance = np.random.default_rng(1)
    lumps = [
        Lump(name=f"{k:03d}", easting=int(x), northing=int(y), size=int(size))
        for k, (x, y, size) in enumerate(
            zip(
                chance.integers(0, 60_000, 400),
                chance.integers(0, 30_000, 400),
                chance.integers(1, 6, 400),
                strict=True,
            )
        )
    ]
    total = sum(lump.size for lump in lumps)
    borders = set()
    for turn in range(7):
        parts = cut(lumps, parts=5, turn=turn)
        assert sorted(lump.name for part in parts for lump in part) == [lump.name for lump in lumps]
        assert all(abs(sum(lump.size for lump in part) - total / 5) < 0.1 * total / 5 for part in parts)
        assert cut(reversed(lumps), parts=5, turn=turn) == parts
        borders.add(frozenset(frozenset(lump.name for lump in part) for part in parts))
    assert len(borders) == 7


def test_more_parts_than_lumps_is_a_part_for_each() -> None:
    lumps = [Lump(name=name, easting=0, northing=0, size=1) for name in "ab"]
    assert len(cut(lumps, parts=9, turn=3)) == 2
    assert cut([], parts=3, turn=0) == []


def test_first_parts_keep_a_home_together(market: Instance) -> None:
    provider = next(each for each in market.providers if len(each.genders) == 2)
    work = gather_work(market, provider, market.packages, day=Weekday.TUESDAY)
    where: dict[Place, int] = {}
    for c, part in enumerate(first_parts(work, RULES, 5)):
        for package, _ in part.needs:
            assert where.setdefault(package.place, c) == c


def test_visits_bound_to_another_part_are_held(market: Instance) -> None:
    instance = with_pairs_and_gaps(market)
    plan = built(instance).solution
    provider = next(each for each in instance.providers if len(each.genders) == 2)
    work = gather_work(instance, provider, instance.packages, day=Weekday.TUESDAY)
    duties = {duty.carer: duty for part in first_parts(work, RULES, 1) for duty in part.duties}
    standing = Standing(
        rounds=tuple((duties[each.carer], each) for each in plan.rounds), unserved=frozenset(plan.unserved)
    )
    start = {stop.visit: stop.start for each in plan.rounds for stop in each.stops}
    parts = next_parts(work, standing, RULES, parts=5, turn=1)
    shared = frozenset(key for part in parts for key in part.shared)
    assert shared
    for part in parts:
        for key, (earliest, latest) in part.held.items():
            assert earliest <= start[key] <= latest
            assert key not in shared or earliest == latest
