"""Other engines on the same problem, and the second opinion on what a plan costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.rounds.objective import components
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.with_ortools import WithOrtools
from optimiser.solving.limits import Limits
from optimiser.solving.result import NoSolutionError, Status
from tests.rounds.small_days import broken, cost, random_problem


@pytest.mark.parametrize("seed", range(30))
def test_the_kernels_and_the_second_opinion_agree(seed: int) -> None:
    problem = random_problem(seed, visits=10, shifts=4)
    result = RuinAndRecreate().solve(problem, limits=Limits(iterations=200), seed=seed)
    assert components(problem, result.solution) == dict(result.components)
    assert sum(components(problem, result.solution).values()) == cost(problem, result.solution)


@pytest.mark.parametrize("seed", [5, 8, 19, 21, 23])
def test_ortools_breaks_nothing_and_is_priced_alike(seed: int) -> None:
    problem = random_problem(seed, visits=5, shifts=4)
    never = 10**9
    problem = replace(problem, rest=problem.rest * 0, rest_after=problem.rest_after * 0 + never)
    result = WithOrtools().solve(problem, limits=Limits(seconds=0.3), seed=0)
    assert broken(problem, result.solution) == []
    assert result.objective == cost(problem, result.solution)
    assert result.bound is None


def test_ortools_says_when_it_serves_not_everybody() -> None:
    problem = random_problem(2, visits=8, shifts=1)
    problem = replace(problem, rest=problem.rest * 0)
    result = WithOrtools().solve(problem, limits=Limits(seconds=0.3), seed=0)
    assert result.status is Status.NOT_FOUND
    with pytest.raises(NoSolutionError, match="serves everybody"):
        _ = result.solution


def test_ortools_refuses_what_it_cannot_state() -> None:
    with pytest.raises(ValueError, match="rest"):
        WithOrtools().solve(random_problem(1), limits=Limits(seconds=0.1), seed=0)
