"""The checker finds every kind of breach."""

from __future__ import annotations

import pytest

from optimiser.assignment.check import check
from optimiser.assignment.problem import AssignmentProblem

TWO = AssignmentProblem.dense([[1, 2], [3, 4]], [[2, 3], [2, 3]], [4, 4])


def test_an_assignment_is_worth_its_costs() -> None:
    verdict = check(TWO, (0, 3))
    assert (verdict.cost, verdict.breaches) == (5, ())


@pytest.mark.parametrize(
    ("candidates", "said"),
    [
        ((0, 2), "row 0 holds 4, and 5 is used"),
        ((0, None), "nobody takes it"),
        ((0, 1), "job 1 has no candidate 1"),
        ((0,), "1 answers for 2 jobs"),
    ],
)
def test_a_breach_is_said(candidates: tuple[int | None, ...], said: str) -> None:
    assert said in " ".join(check(TWO, candidates).breaches)
