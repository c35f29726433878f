"""A part is opened with an answer and a bound that holds: by chains where it is large, else by the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.assignment.open_part import reduced_losses
from optimiser.assignment.problem import NEVER, AssignmentProblem, is_feasible, total_cost
from tests.assignment.small_problems import brute_force, opened, random_problem


def _large(tightness: float = 0.8) -> AssignmentProblem:
    chance = np.random.default_rng(5)
    amounts = chance.integers(5, 60, (30, 120))
    costs = 100 - amounts + chance.integers(-9, 10, (30, 120))
    return AssignmentProblem.dense(costs, amounts, (tightness * amounts.sum(axis=1) / 30).astype(np.int64))


def test_chains_find_a_large_part_an_answer_near_its_bound() -> None:
    problem = _large()
    found, again = opened(problem), opened(problem)
    assert found.chosen is not None
    assert again.chosen is not None
    assert np.array_equal(found.chosen, again.chosen)
    assert is_feasible(problem, found.chosen)
    _, _, bound = reduced_losses(found.problem, found.price)
    assert bound <= total_cost(problem, found.chosen) <= 1.04 * bound


def test_a_better_start_is_never_lost() -> None:
    problem = _large()
    settled = opened(problem, whole=300).chosen
    assert settled is not None
    found = opened(problem, start=settled).chosen
    assert found is not None
    assert total_cost(problem, found) <= total_cost(problem, settled)


def test_who_needs_no_room_is_always_a_way_out() -> None:
    """Half of what is wanted fits; one candidate of each job, the dearest, uses nothing."""
    tight = _large(0.4)
    first = tight.first + np.arange(tight.jobs + 1)
    last = first[1:] - 1
    is_last = np.zeros(first[-1], dtype=bool)
    is_last[last] = True
    cost = np.full(first[-1], 10_000)
    cost[~is_last] = tight.cost
    agent = np.full(first[-1], 30)
    agent[~is_last] = tight.agent
    problem = AssignmentProblem(
        first=first,
        agent=agent,
        cost=cost,
        use_first=np.concatenate([[0], np.cumsum(~is_last)]),
        use_row=tight.use_row,
        use_amount=tight.use_amount,
        row_agent=tight.row_agent,
        capacity=tight.capacity,
        leave_out=np.full(tight.jobs, NEVER),
    )
    found = opened(problem)
    assert found.chosen is not None
    _, _, bound = reduced_losses(found.problem, found.price)
    assert total_cost(problem, found.chosen) <= 1.03 * bound


@pytest.mark.parametrize("may_leave", [False, True])
def test_a_small_part_is_settled_and_proven(may_leave: bool) -> None:
    impossible = 0
    for seed in range(60):
        problem = random_problem(seed, rows=2, may_leave=may_leave, sparse=True)
        if not may_leave and (np.diff(problem.first) == 0).any():
            continue
        found, truth = opened(problem, whole=500), brute_force(problem)
        if truth is None:
            impossible += 1
            assert found.infeasible, seed
            assert found.chosen is None
        else:
            assert found.chosen is not None
            assert total_cost(problem, found.chosen) == truth == found.bound, seed
    assert may_leave or impossible > 3


def test_where_chains_find_nothing_the_engine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = replace(_large(), leave_out=np.full(120, NEVER))
    monkeypatch.setattr("optimiser.assignment.open_part.COOLINGS", ())
    found = opened(problem)
    assert found.chosen is not None
    assert is_feasible(problem, found.chosen)
