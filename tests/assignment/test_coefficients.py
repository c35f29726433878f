"""Smaller numbers let the same jobs in together, never more and never fewer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimiser.assignment.coefficients import with_reduced_coefficients
from optimiser.assignment.formulation import build_model
from optimiser.assignment.problem import AssignmentProblem, is_feasible
from optimiser.solving.with_highs import relax
from tests.assignment.small_problems import random_problem


def one_row(sizes: list[int], capacity: int) -> AssignmentProblem:
    """One agent, who may have jobs of these sizes or leave them out at 10 each."""
    n = len(sizes)
    return AssignmentProblem(
        first=np.arange(n + 1),
        agent=np.zeros(n),
        cost=np.zeros(n),
        use_first=np.arange(n + 1),
        use_row=np.zeros(n),
        use_amount=sizes,
        row_agent=[0],
        capacity=[capacity],
        leave_out=[10] * n,
    )


@pytest.mark.parametrize(
    ("sizes", "capacity", "reduced", "fits"),
    [
        # Nights of nine and ten hours, five or three a week: a carer of fifty hours can have one person.
        ([27, 30, 45, 50], 50, [1, 1, 1, 1], 1),
        # Two carers a night count as two.
        ([45, 50, 90, 100], 200, [1, 1, 2, 2], 4),
        ([4, 6], 10, [2, 3], 5),
    ],
)
def test_what_holds_people_is_said_in_people(
    sizes: list[int], capacity: int, reduced: list[int], fits: int
) -> None:
    found = with_reduced_coefficients(one_row(sizes, capacity))
    assert found.use_amount.tolist() == reduced
    assert found.capacity.tolist() == [fits]


def test_what_fits_to_the_unit_is_left_alone() -> None:
    problem = one_row([7, 11, 13], 31)  # 7 + 11 + 13
    found = with_reduced_coefficients(problem)
    assert found.use_amount.tolist() == [7, 11, 13]
    assert found.capacity.tolist() == [31]


def test_the_same_sets_fit() -> None:
    chance, reduced = np.random.default_rng(11), 0
    for _ in range(300):
        sizes = chance.choice(chance.integers(1, 60, 4), 6).tolist()
        problem = one_row(sizes, int(chance.integers(max(sizes), 160)))
        found = with_reduced_coefficients(problem)
        reduced += int(found.capacity[0] < problem.capacity[0])
        for taken in product((False, True), repeat=len(sizes)):
            chosen = np.where(taken, np.arange(len(sizes)), -1)
            assert is_feasible(found, chosen) == is_feasible(problem, chosen), (sizes, taken)
    assert reduced > 50


def test_the_relaxation_says_as_much_or_more() -> None:
    more = 0
    for seed in range(120):
        problem = random_problem(seed, rows=2, may_leave=True, sparse=True)
        before, after = (
            relax(build_model(each, np.arange(len(each.agent)))).value
            for each in (problem, with_reduced_coefficients(problem))
        )
        assert after >= before - 1e-6, seed
        more += after > before + 1e-6
    assert more > 10
