"""Cutting a problem into parts changes no answer; a row goes only where others say as much."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.assignment.parts import NO_ROW, binding, components, keeping
from optimiser.assignment.problem import NEVER, AssignmentProblem
from tests.assignment.small_problems import brute_force, random_problem


def two_places(whole: int, here: int, there: int) -> AssignmentProblem:
    """One agent with a row for each of two places and one for both; two jobs in each place, 4 each."""
    return AssignmentProblem(
        first=np.arange(5),
        agent=np.zeros(4),
        cost=np.ones(4),
        use_first=np.arange(0, 9, 2),
        use_row=[0, 1, 0, 1, 0, 2, 0, 2],
        use_amount=[4] * 8,
        row_agent=[0, 0, 0],
        capacity=[whole, here, there],
        leave_out=[9] * 4,
    )


PLACES = (np.array([NO_ROW, 0, 0]),)


def test_a_whole_that_its_parts_cannot_fill_says_nothing() -> None:
    assert binding(two_places(12, 6, 6), PLACES).tolist() == [False, True, True]
    assert binding(two_places(11, 6, 6), PLACES).tolist() == [True, True, True]


def test_without_a_hint_a_whole_is_kept() -> None:
    assert binding(two_places(12, 6, 6)).tolist() == [True, True, True]


def test_a_row_that_everybody_cannot_fill_says_nothing() -> None:
    assert binding(two_places(16, 8, 7)).tolist() == [False, False, True]


def test_a_hint_that_does_not_hold_is_not_believed() -> None:
    problem = two_places(12, 6, 6)
    # Row 1 alone does not count the jobs of the other place.
    assert binding(problem, (np.array([NO_ROW, 0, NO_ROW]),))[0]


def test_places_fall_apart() -> None:
    problem = two_places(12, 6, 6)
    parts = components(problem, binding(problem, PLACES))
    assert [each.jobs.tolist() for each in parts] == [[0, 1], [2, 3]]
    # In the common unit of 4: one of two fits.
    assert [each.problem.capacity.tolist() for each in parts] == [[1], [1]]


@pytest.mark.parametrize("may_leave", [False, True])
def test_costs_of_parts_add_up(may_leave: bool) -> None:
    cut = 0
    for seed in range(40):
        problem = random_problem(seed, rows=2, may_leave=may_leave, sparse=True)
        parts = components(problem, binding(problem))
        cut += len(parts) > 1
        values = [brute_force(each.problem) for each in parts]
        total = None if None in values else sum(each for each in values if each is not None)
        assert total == brute_force(problem), seed
        assert sorted(job for each in parts for job in each.jobs) == list(range(problem.jobs))
    assert cut > 3


def test_what_a_part_keeps_is_a_row_of_it() -> None:
    problem = AssignmentProblem.dense([[1, 1], [5, 5]], [[2, 2], [2, 2]], [4, 4])
    (part,) = components(problem, np.array([True, True]))
    assert brute_force(part.problem) == 2
    # Candidates of the first agent weigh 3 each; the start uses one of them.
    kept = keeping(part, [np.array([3, 0, 3, 0])], np.array([0, 3]))
    assert brute_force(kept.problem) == 6
    assert (kept.problem.leave_out == NEVER).all()
