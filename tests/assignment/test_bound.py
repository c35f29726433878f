"""The bound is never above the optimum, and what is dropped is in nothing that good."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimiser.assignment.check import check
from optimiser.assignment.lagrangian import SCALE, Multipliers, Relaxation, Subgradient, fix
from optimiser.assignment.tables import by_agent, keep_rows, possible
from tests.assignment.small_problems import brute_force, random_problem


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("may_leave", [False, True])
def test_any_multipliers_give_a_true_bound_and_climbing_raises_it(rows: int, may_leave: bool) -> None:
    for seed in range(40):
        problem = random_problem(seed, rows=rows, may_leave=may_leave)
        optimum = brute_force(problem)
        if optimum is None:
            continue
        chance = np.random.default_rng(seed)
        relaxation = Relaxation(
            problem=problem,
            agents=by_agent(problem, possible(problem)),
            kept=keep_rows(problem, chance.random(len(problem.capacity))),
        )
        start = Multipliers(
            job=chance.integers(-20 * SCALE, 60 * SCALE, problem.jobs),
            row=chance.integers(-SCALE, 3 * SCALE, len(problem.capacity)),
        )
        low = relaxation.at(start)
        high = Subgradient(steps=200).climb(relaxation, start, float(optimum)).best
        assert low.bound <= high.bound <= optimum


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("may_leave", [False, True])
def test_dropped_candidates_are_in_no_assignment_within_the_target(rows: int, may_leave: bool) -> None:
    for seed in range(25):
        problem = random_problem(seed, rows=rows, may_leave=may_leave, sparse=True)
        optimum = brute_force(problem)
        if optimum is None:
            continue
        prices = np.zeros(len(problem.capacity))
        relaxation = Relaxation(
            problem=problem, agents=by_agent(problem, possible(problem)), kept=keep_rows(problem, prices)
        )
        start = Multipliers(
            job=np.full(problem.jobs, 15 * SCALE), row=np.zeros(len(problem.capacity), dtype=np.int64)
        )
        at = Subgradient(steps=100).climb(relaxation, start, float(optimum)).best
        for target in (optimum - 1, optimum, optimum + 4):
            fixing = fix(relaxation, at, target)
            assert fixing.bound <= optimum
            alive = set(fixing.alive.tolist())
            choices = [[*range(*problem.first[j : j + 2]), None] for j in range(problem.jobs)]
            for each in itertools.product(*choices):
                verdict = check(problem, each)
                if not verdict.breaches and verdict.cost <= target:
                    assert all(fixing.may_leave[j] if c is None else c in alive for j, c in enumerate(each))
