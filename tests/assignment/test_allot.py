"""Rows allotted to the parts they join: what is found keeps them, and the bound is of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.assignment.allot import allotted
from optimiser.assignment.parts import NO_ROW, binding, components
from optimiser.assignment.problem import NEVER, AssignmentProblem, Ints, is_feasible, total_cost
from optimiser.assignment.restricted import RestrictedModels
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status
from tests.assignment.small_problems import brute_force

HERE = SerialExecutor()


def joined(seed: int, *, places: int = 3, each: int = 3) -> tuple[AssignmentProblem, np.ndarray]:
    """Places that have nothing in common but one row, which all of them would fill twice."""
    chance = np.random.default_rng(seed)
    jobs, row_of_all = places * each, 2 * places
    agent, use_first, use_row, use_amount = [], [0], list[int](), list[int]()
    for job in range(jobs):
        for k in range(2):
            agent.append(2 * (job // each) + k)
            use_row += [agent[-1], row_of_all]
            use_amount += [int(chance.integers(2, 9)), int(chance.integers(1, 6)) if k == 0 else 1]
            use_first.append(len(use_row))
    asked = np.bincount(use_row, weights=use_amount, minlength=row_of_all + 1)
    capacity = np.append((asked[:-1] / 1.6).astype(int), int(asked[-1] / 3))
    problem = AssignmentProblem(
        first=np.arange(jobs + 1) * 2,
        agent=np.array(agent),
        cost=chance.integers(5, 60, len(agent)),
        use_first=np.array(use_first),
        use_row=np.array(use_row),
        use_amount=np.array(use_amount),
        row_agent=np.append(np.arange(row_of_all), -1),
        capacity=capacity,
        leave_out=np.full(jobs, 100) if seed % 2 else np.full(jobs, NEVER),
    )
    joining = np.zeros(row_of_all + 1, dtype=bool)
    joining[-1] = True
    return problem, joining


def one_way(problem: AssignmentProblem) -> Ints | None:
    """Any assignment within every capacity."""
    result = RestrictedModels().solve(problem, limits=Limits(iterations=5), seed=1, executor=HERE)
    return None if result.found is None else result.found.as_array()


@pytest.mark.parametrize("seed", range(20))
def test_parts_fall_apart_and_what_fits_them_fits_the_whole(seed: int) -> None:
    problem, joining = joined(seed)
    split = allotted(problem, joining, nested=(), kept=(), start=None, deadline=None)
    if split is None:  # even in pieces, not all that must be taken can be
        assert seed % 2 == 0
        assert brute_force(problem) is None
        return
    assert len(components(split.problem, binding(split.problem))) > 1
    assert split.problem.capacity[6:].sum() == problem.capacity[6]
    optimum = brute_force(problem)
    more = allotted(
        problem, joining, nested=(), kept=(), start=None, deadline=None, small=99, nodes=50, executor=HERE
    )
    assert more is not None
    assert more.bound >= split.bound
    assert optimum is None or more.bound <= optimum
    chosen = one_way(split.problem)
    if chosen is not None:
        assert is_feasible(problem, chosen)
        assert total_cost(problem, chosen) == total_cost(split.problem, chosen)


@pytest.mark.parametrize("seed", range(30))
def test_the_end_is_what_trying_everything_finds(seed: int) -> None:
    problem, joining = joined(seed)
    optimum = brute_force(problem)
    result = RestrictedModels().solve(
        problem, limits=Limits(iterations=30), seed=seed, joining=joining, executor=HERE
    )
    if optimum is None:
        assert result.status is Status.INFEASIBLE
    else:
        assert result.objective == result.bound == optimum


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_pieces_that_are_short_do_not_make_the_whole_impossible(seed: int) -> None:
    problem, joining = joined(seed)  # everybody must be taken
    result = RestrictedModels().solve(
        problem, limits=Limits(iterations=0), seed=seed, joining=joining, executor=HERE
    )
    assert (result.status is Status.INFEASIBLE) == (brute_force(problem) is None)


@pytest.mark.parametrize("seed", range(10))
def test_what_is_kept_is_kept_and_the_start_always_fits(seed: int) -> None:
    problem, joining = joined(2 * seed)
    start = one_way(problem)
    if start is None:
        return
    kept = np.random.default_rng(seed).integers(0, 5, len(problem.agent))
    split = allotted(problem, joining, nested=(), kept=(kept,), start=start, deadline=None)
    assert split is not None
    assert is_feasible(split.problem, start)
    assert split.bound <= total_cost(problem, start)


def test_nothing_is_allotted_where_that_parts_nothing() -> None:
    problem, joining = joined(1, places=1)
    assert allotted(problem, joining, nested=(), kept=(), start=None, deadline=None) is None
    problem, joining = joined(1)
    assert allotted(problem, ~joining, nested=(), kept=(), start=None, deadline=None) is None
    nested = np.full(len(problem.capacity), NO_ROW)
    split = allotted(problem, joining, nested=(nested,), kept=(), start=None, deadline=None)
    assert split is not None
    assert all(len(each) == len(split.problem.capacity) for each in split.nested)
