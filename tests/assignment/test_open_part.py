"""A part is opened with a bound that holds and, where it is large, with chains annealed."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.assignment import open_part as module
from optimiser.assignment.open_part import LARGE, Opening, open_part, reduced_losses
from optimiser.assignment.problem import AssignmentProblem, is_feasible, total_cost


def _large() -> AssignmentProblem:
    chance = np.random.default_rng(5)
    amounts = chance.integers(5, 60, (30, 120))
    costs = 100 - amounts + chance.integers(-9, 10, (30, 120))
    return AssignmentProblem.dense(costs, amounts, (0.8 * amounts.sum(axis=1) / 30).astype(np.int64))


def _opened(problem: AssignmentProblem) -> tuple[int, int]:
    run = Opening(problem=problem, start=None, nodes=1, tolerance=0.05, seconds=None, seed=3)
    found, again = open_part(run), open_part(run)
    assert found.chosen is not None
    assert again.chosen is not None
    assert np.array_equal(found.chosen, again.chosen)
    assert is_feasible(problem, found.chosen)
    _, _, bound = reduced_losses(problem, found.price)
    return total_cost(problem, found.chosen), bound


def test_chains_better_a_large_part(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = _large()
    assert len(problem.agent) > LARGE
    annealed, bound = _opened(problem)
    monkeypatch.setattr(module, "LARGE", 10**9)
    without, same = _opened(problem)
    assert same == bound
    assert bound <= annealed < without
