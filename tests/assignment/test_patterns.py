"""Patterns are all there are, the cheapest choice of them is the best there is; and so is relinking's."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimiser.assignment.lagrangian import SCALE, Multipliers, Relaxation, Relaxed
from optimiser.assignment.patterns import cheapest, patterns_within
from optimiser.assignment.problem import AssignmentProblem, Ints, is_feasible, total_cost
from optimiser.assignment.relink import Relinker, Relinking
from optimiser.assignment.repack import Repacker, Repacking
from optimiser.assignment.tables import by_agent, keep_rows, possible
from optimiser.solving.clock import Clock
from optimiser.solving.limits import Limits

AGENTS, JOBS = 3, 6


def _dense(seed: int) -> AssignmentProblem:
    """Costs that fall as amounts rise, the hard kind; always something fits."""
    chance = np.random.default_rng(seed)
    amounts = chance.integers(2, 30, (AGENTS, JOBS))
    costs = 60 - amounts + chance.integers(-5, 6, (AGENTS, JOBS))
    fitting = np.bincount(chance.integers(0, AGENTS, JOBS), minlength=AGENTS)
    capacities = np.maximum(amounts.max(axis=1) * np.maximum(fitting, 1), 30)
    return AssignmentProblem.dense(costs, amounts, capacities)


def _by_force(problem: AssignmentProblem) -> int | None:
    values = [
        total_cost(problem, chosen)
        for agents in product(range(AGENTS), repeat=JOBS)
        if is_feasible(problem, chosen := problem.first[:-1] + np.array(agents))
    ]
    return min(values, default=None)


def _relaxed(problem: AssignmentProblem, seed: int) -> tuple[Relaxation, Relaxed]:
    alive, prices = possible(problem), np.ones(len(problem.capacity))
    relaxation = Relaxation(problem=problem, agents=by_agent(problem, alive), kept=keep_rows(problem, prices))
    job = np.random.default_rng(seed).integers(20, 70, problem.jobs) * SCALE
    return relaxation, relaxation.at(Multipliers(job=job, row=np.zeros(AGENTS, dtype=np.int64)))


@pytest.mark.parametrize("seed", range(20))
def test_every_pattern_within_a_width_is_listed_once(seed: int) -> None:
    problem = _dense(seed)
    relaxation, at = _relaxed(problem, seed)
    width = 15 * SCALE
    found = patterns_within(relaxation, at, width, 10_000)
    assert found is not None
    listed = {
        (int(agent), frozenset(problem.job[found.candidates[first:last]].tolist()))
        for agent, first, last in zip(found.agent, found.first[:-1], found.first[1:], strict=True)
    }
    assert len(listed) == len(found.agent)
    worth = relaxation.worth(at.multipliers)
    for agent in range(AGENTS):
        gains = {}
        for inside in product((False, True), repeat=JOBS):
            taken = (problem.first[:-1] + agent)[np.array(inside)]
            if problem.use_amount[taken].sum() <= problem.capacity[agent]:
                gains[frozenset(np.flatnonzero(inside).tolist())] = int(worth[taken].sum())
        most = max(gains.values())
        within = {jobs for jobs, gain in gains.items() if gain >= most - width}
        assert {jobs for whose, jobs in listed if whose == agent} == within


def test_too_many_patterns_are_not_listed() -> None:
    relaxation, at = _relaxed(_dense(1), 1)
    assert patterns_within(relaxation, at, 1000 * SCALE, 5) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_cheapest_patterns_are_the_best_assignment(seed: int) -> None:
    problem = _dense(seed)
    truth = _by_force(problem)
    assert truth is not None
    relaxation, at = _relaxed(problem, seed)
    at_truth = cheapest(relaxation, at, truth, most=10_000, nodes=None, seconds=None, seed=1)
    assert at_truth.is_proof
    assert at_truth.chosen is not None
    assert total_cost(problem, at_truth.chosen) == truth
    below = cheapest(relaxation, at, truth - 1, most=10_000, nodes=None, seconds=None, seed=1)
    assert below.is_proof
    assert below.chosen is None or total_cost(problem, below.chosen) >= truth


@pytest.mark.parametrize("seed", range(10))
def test_relinking_and_repacking_find_the_best_assignment(seed: int) -> None:
    problem = _dense(seed)
    alive, prices = possible(problem), np.ones(AGENTS)
    loss: Ints = problem.cost * SCALE
    nobody = np.full(JOBS, -1, dtype=np.int64)
    settings = Relinking(width=float(AGENTS))
    assert settings.suits(problem)
    found = Relinker(settings, problem, loss, alive, prices, nobody).epoch(
        0, np.random.default_rng(seed), Clock.of(Limits(iterations=1))
    )
    assert found is not None
    assert is_feasible(problem, found)
    truth = _by_force(problem)
    assert total_cost(problem, found) == truth
    # All agents anew, from any assignment that keeps the capacities.
    start = next(
        chosen
        for agents in product(range(AGENTS), repeat=JOBS)
        if is_feasible(problem, chosen := problem.first[:-1] + np.array(agents))
    )
    at = Multipliers(job=np.full(JOBS, 50 * SCALE), row=np.zeros(AGENTS, dtype=np.int64))
    repacker = Repacker(Repacking(most=10_000, nodes=1000), problem, alive, loss, at, prices)
    clock, chance = Clock.of(Limits(iterations=1)), np.random.default_rng(seed)
    for _ in range(5):
        better = repacker.neighbour(start, chance, clock)
        start = start if better is None else better
    assert total_cost(problem, start) == truth


def test_relinking_leaves_alone_what_is_not_its_kind() -> None:
    problem = _dense(1)
    two_rows = AssignmentProblem(
        first=problem.first,
        agent=problem.agent,
        cost=problem.cost,
        use_first=problem.use_first,
        use_row=problem.use_row,
        use_amount=problem.use_amount,
        row_agent=np.append(problem.row_agent, 0),
        capacity=np.append(problem.capacity, 9),
        leave_out=problem.leave_out,
    )
    assert not Relinking().suits(two_rows)
    assert not Relinking(most_jobs=JOBS - 1).suits(problem)
