"""The bound is below whatever force or the search find, and often the same; the polish is never worse."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from optimiser.rounds.asked import Feature, asked
from optimiser.rounds.columns.lower_bound import Settings, bound
from optimiser.rounds.columns.polish import ChooseRounds
from optimiser.rounds.columns.relaxation import kinds
from optimiser.rounds.objective import components
from optimiser.rounds.problem import NEVER, NOWHERE, Plan, Problem
from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status
from tests.rounds.brute_force import Force, broken
from tests.rounds.every_feature import any_problem

THOROUGH = bool(os.environ.get("CAREROUNDS_THOROUGH"))
SEEDS = range(300 if THOROUGH else 60)
NONE = np.zeros(0, np.int64)


def _without_links(seed: int, *, visits: int, rests: bool = False, plain: bool = False) -> Problem:
    """A small day of single visits without links; ``plain`` prices nothing that the bound leaves out."""
    day = any_problem(seed, visits=visits, rests=rests)
    n = min(day.services, visits)
    weights = replace(day.weights, most_lateness=0, balance=0) if plain else day.weights
    per_service = ("earliest", "due", "latest", "duration", "place", "demand", "preference")
    day = replace(
        day,
        **{name: getattr(day, name)[:n] for name in per_service},
        again=day.again[:n],
        again_due=day.again_due[:n],
        again_latest=day.again_latest[:n],
        visit=np.arange(n),
        price=day.price[day.visit[:n]],
        link_from=NONE,
        link_to=NONE,
        link_lag=NONE,
        weights=weights,
    )
    if Feature.LATENESS_TWICE in asked(day):
        never = np.full(n, NEVER)
        day = replace(day, again=never, again_due=never, again_latest=never)
    return day


def _priced(problem: Problem, plan: Plan) -> int:
    return sum(components(problem, plan).values())


@pytest.mark.parametrize("seed", SEEDS)
def test_bound_is_never_above_the_best_plan_by_force(seed: int) -> None:
    day = _without_links(seed, visits=1 + seed % 7, rests=seed % 2 == 0)
    proven = bound(day, limits=Limits(seconds=30), settings=Settings(memory=seed % 4))
    assert proven.converged
    assert proven.value is not None
    assert proven.value <= Force(day).best


def test_bound_is_often_the_best_there_is() -> None:
    tight = 0
    for seed in SEEDS:
        day = _without_links(seed, visits=1 + seed % 6, plain=True)
        truth, proven = Force(day).best, bound(day)
        assert proven.ignored == frozenset()
        assert proven.value is not None
        assert proven.value <= truth
        tight += proven.value == truth
    assert tight > 0.5 * len(SEEDS)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_bound_that_was_stopped_is_true(steps: int) -> None:
    for seed in range(10):
        day = _without_links(seed, visits=6)
        proven = bound(day, limits=Limits(iterations=steps), settings=Settings(trust=0.9))
        assert proven.steps <= steps
        assert proven.value is not None
        assert proven.value <= Force(day).best


@pytest.mark.parametrize("seed", range(40 if THOROUGH else 8))
def test_polish_is_sound_and_lies_between_bound_and_start(seed: int) -> None:
    day = _without_links(seed, visits=14, plain=True)
    start = RuinAndRecreate(moves=0).solve(day, limits=Limits(iterations=3), seed=seed)
    assert start.objective is not None
    found = ChooseRounds().solve(day, limits=Limits(seconds=4), seed=1, start=start.solution)
    assert broken(day, found.solution) == []
    assert found.objective == _priced(day, found.solution)
    assert found.objective <= start.objective
    assert found.bound is not None
    assert found.bound <= found.objective
    assert (found.status is Status.OPTIMAL) == (found.bound == found.objective)
    searched = RuinAndRecreate().solve(day, limits=Limits(iterations=400), seed=seed)
    assert searched.objective is not None
    assert found.bound <= searched.objective


def test_polish_without_a_start_makes_its_own() -> None:
    day = _without_links(3, visits=8, plain=True)
    found = ChooseRounds().solve(day, limits=Limits(seconds=2), seed=1)
    assert broken(day, found.solution) == []
    assert found.bound is not None


def test_links_and_visits_of_several_carers_are_refused() -> None:
    for seed in range(30):
        day = any_problem(seed, visits=5)
        unstated = asked(day) & {Feature.TIES, Feature.SEVERAL_CARERS}
        if unstated:
            with pytest.raises(ValueError, match=r"column generation cannot state: .*visits"):
                bound(day)


def test_polish_refuses_what_the_bound_only_leaves_out() -> None:
    day = _without_links(1, visits=5, plain=True)
    waiting = replace(day, weights=replace(day.weights, waiting=5))
    assert Feature.WAITING in bound(waiting).ignored
    with pytest.raises(ValueError, match="a price on waiting"):
        ChooseRounds().solve(waiting, limits=Limits(seconds=1), seed=0)


def test_shifts_that_differ_only_by_name_are_one_kind() -> None:
    day = _without_links(5, visits=5)
    alike = replace(
        day,
        **{
            name: getattr(day, name)[[0, 0, 0]]
            for name in (
                *("shift_start", "shift_end", "shift_due", "depot_from", "depot_to", "mode", "capacity"),
                *("rest", "rest_after", "rest_from", "rest_to", "rest_price", "locked"),
            )
        },
        alike=np.zeros(3, np.int64),
        carer=np.arange(3),
        preference=day.preference[:, [0, 0, 0]],
    )
    assert [kind.size for kind in kinds(alike)] == [3]
    elsewhere = replace(alike, depot_to=np.array([NOWHERE, NOWHERE, 0]))
    assert [kind.size for kind in kinds(elsewhere)] == [2, 1]


def test_an_empty_day_is_bounded_by_nothing() -> None:
    day = _without_links(2, visits=3)
    nobody = replace(day, preference=np.full_like(day.preference, -1))
    assert bound(nobody).value == int(nobody.price.sum())
