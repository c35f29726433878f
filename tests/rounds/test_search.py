"""The solver's plans break nothing, cost what they say, and repeat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status, StoppedBy
from tests.rounds.small_days import best_unserved, broken, cost, random_problem

SOLVER = RuinAndRecreate()


@pytest.mark.parametrize("seed", range(120))
def test_random_days_break_nothing_and_cost_what_they_say(seed: int) -> None:
    problem = random_problem(seed, visits=4 + seed % 12, shifts=1 + seed % 5)
    result = SOLVER.solve(problem, limits=Limits(iterations=300), seed=seed)
    assert broken(problem, result.solution) == []
    assert result.objective == cost(problem, result.solution)
    assert result.objective == sum(result.components.values())
    assert result.bound is None
    assert result.status is not Status.OPTIMAL


@pytest.mark.parametrize("seed", range(25))
def test_serves_as_many_as_brute_force(seed: int) -> None:
    problem = random_problem(seed, visits=4, shifts=2)
    result = SOLVER.solve(problem, limits=Limits(iterations=800), seed=1)
    left = sum(int(problem.visit[i]) in result.solution.unserved for i in range(problem.services))
    assert left == best_unserved(problem)


def test_same_seed_same_trajectory() -> None:
    problem = random_problem(3, visits=25, shifts=6)
    first = SOLVER.solve(problem, limits=Limits(iterations=1000), seed=5)
    again = SOLVER.solve(problem, limits=Limits(iterations=1000), seed=5)
    assert first.solution == again.solution
    assert first.trace == again.trace
    assert first.stopped_by is StoppedBy.ITERATIONS


def test_a_warm_start_is_never_made_worse() -> None:
    problem = random_problem(4, visits=20, shifts=5)
    first = SOLVER.solve(problem, limits=Limits(iterations=500), seed=1)
    second = SOLVER.solve(problem, limits=Limits(iterations=0), seed=2, start=first.solution)
    assert first.objective is not None
    assert second.objective is not None
    assert second.objective <= first.objective


@pytest.mark.parametrize("seed", range(8))
def test_rounds_that_are_dear_at_first_cost_their_price_in_the_end(seed: int) -> None:
    problem = random_problem(seed, visits=30, shifts=12)
    problem = replace(problem, weights=replace(problem.weights, round=18_000))
    result = SOLVER.solve(problem, limits=Limits(iterations=1500), seed=seed)
    assert result.objective == cost(problem, result.solution)
    told = [point.objective for point in result.trace]
    assert told == sorted(told, reverse=True)
    # What settling gives back in the end is not in the trace.
    assert result.objective <= told[-1]
    alone = RuinAndRecreate(dear=1.0).solve(problem, limits=Limits(iterations=0), seed=seed)
    assert result.objective <= alone.objective


def test_time_that_stops_a_run_is_said() -> None:
    problem = random_problem(5, visits=20, shifts=5)
    assert SOLVER.solve(problem, limits=Limits(seconds=0.05), seed=1).stopped_by is StoppedBy.TIME


def test_a_day_without_visits_is_done_at_once() -> None:
    problem = random_problem(0, visits=4, shifts=2)
    empty = type(problem)(
        **{
            name: getattr(problem, name)[:0]
            for name in (
                [
                    "earliest",
                    "due",
                    "latest",
                    "duration",
                    "place",
                    "visit",
                    "link_from",
                    "link_to",
                    "link_lag",
                    "preference",
                ]
            )
        },
        **{
            name: getattr(problem, name)
            for name in (
                [
                    "shift_start",
                    "shift_end",
                    "depot_from",
                    "depot_to",
                    "mode",
                    "rest",
                    "rest_after",
                    "alike",
                    "carer",
                    "seconds",
                    "metres",
                    "gap",
                    "weights",
                ]
            )
        },
    )
    result = SOLVER.solve(empty, limits=Limits(), seed=0)
    assert result.solution.rounds == ()
    assert result.objective == 0


def test_a_day_without_carers_leaves_everybody_unserved() -> None:
    problem = random_problem(1, visits=4, shifts=1)
    nobody = {
        name: getattr(problem, name)[:0]
        for name in [
            "shift_start",
            "shift_end",
            "depot_from",
            "depot_to",
            "mode",
            "rest",
            "rest_after",
            "alike",
            "carer",
        ]
    }
    fields = {name: getattr(problem, name) for name in problem.__dataclass_fields__}
    alone = type(problem)(**{**fields, **nobody, "preference": problem.preference[:, :0]})
    result = SOLVER.solve(alone, limits=Limits(iterations=10), seed=0)
    assert len(result.solution.unserved) == 4


@pytest.mark.parametrize("seed", range(6))
def test_a_search_never_stands_still(seed: int) -> None:
    """Rests and links once made every step infeasible from where it began; nobody noticed for a while."""
    problem = random_problem(seed, visits=40, shifts=12)
    built = SOLVER.solve(problem, limits=Limits(iterations=0), seed=seed)
    searched = SOLVER.solve(problem, limits=Limits(iterations=2000), seed=seed)
    assert built.objective is not None
    assert searched.objective is not None
    assert searched.objective < built.objective
    assert broken(problem, searched.solution) == []
