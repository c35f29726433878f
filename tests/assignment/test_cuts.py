"""A cut says more than the relaxation and never more than the truth."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimiser.assignment.cuts import cuts_beyond, rounded, with_cuts
from optimiser.assignment.formulation import build_model
from optimiser.assignment.open_part import reduced_losses
from optimiser.assignment.problem import AssignmentProblem
from optimiser.solving.with_highs import relax
from tests.assignment.small_problems import brute_force, opened, random_problem


def _value(problem: AssignmentProblem) -> float:
    return relax(build_model(problem, np.arange(len(problem.agent)))).value


def test_a_quarter_over_is_of_use_to_nobody() -> None:
    # Half-hours on five days, once three days of a quarter, in a band with room for 4 h 15: in quarters.
    found = rounded(np.array([10, 20, 3]), 17, 10)
    assert found is not None
    amounts, capacity = found
    assert amounts.tolist() == [3, 6, 0]
    assert capacity == 3


def test_where_nothing_is_over_nothing_is_said() -> None:
    assert rounded(np.array([10, 20]), 40, 10) is None


def test_what_fits_fits_the_cut() -> None:
    chance, cut = np.random.default_rng(3), 0
    for _ in range(300):
        amounts = chance.integers(1, 40, 7)
        capacity, divisor = int(chance.integers(10, 120)), int(chance.integers(2, 40))
        found = rounded(amounts, capacity, divisor)
        if found is None:
            continue
        cut += 1
        for taken in product((0, 1), repeat=len(amounts)):
            if amounts @ np.array(taken) <= capacity:
                assert found[0] @ np.array(taken) <= found[1], (amounts, capacity, divisor)
    assert cut > 200


@pytest.mark.parametrize("may_leave", [False, True])
def test_no_answer_is_lost_and_the_relaxation_says_more(may_leave: bool) -> None:
    more = 0
    for seed in range(80):
        problem = random_problem(seed, rows=2, may_leave=may_leave, sparse=True)
        if not may_leave and (np.diff(problem.first) == 0).any():
            continue
        truth, model = brute_force(problem), build_model(problem, np.arange(len(problem.agent)))
        relaxed = relax(model)
        cuts = cuts_beyond(problem, relaxed.values[: len(problem.agent)])
        cut = with_cuts(problem, cuts)
        assert brute_force(cut) == truth, seed
        if truth is not None and cuts:
            after = _value(cut)
            assert after <= truth + 1e-6
            more += after > relaxed.value + 1e-6
    assert more > 15


def test_a_part_is_opened_with_its_cuts() -> None:
    problem = random_problem(11, rows=2, may_leave=True)
    found = opened(problem)
    _, _, bound = reduced_losses(found.problem, found.price)
    truth = brute_force(problem)
    assert truth is not None
    assert bound <= truth
    assert bound >= np.ceil(_value(problem) - 1e-6)
    assert len(found.problem.capacity) > len(problem.capacity)
