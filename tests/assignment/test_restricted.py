"""Restricted models against trying everything, and what their results promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.assignment.check import check
from optimiser.assignment.open_part import reduced_losses
from optimiser.assignment.problem import NEVER, Assignment, AssignmentProblem, total_cost
from optimiser.assignment.restricted import RestrictedModels
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress
from optimiser.solving.result import Status, StoppedBy
from tests.assignment.small_problems import brute_force, random_problem

HERE = SerialExecutor()
FEW = Limits(iterations=12)
SHORT = RestrictedModels(jobs=(6, 12), walk=4, seeds=3, agents=2, small=0, patience=8, width=4)
"""So that neighbourhoods are tried before the engine is asked for the whole."""


def places(seed: int, *, each: int = 25, count: int = 3) -> AssignmentProblem:
    """Some places that have nothing to do with one another: four agents, three rows each, tight."""
    chance = np.random.default_rng(seed)
    agents, jobs = 4 * count, each * count
    agent, use_first, use_row, use_amount = [], [0], list[int](), list[int]()
    for job in range(jobs):
        for k in range(4):
            agent.append(4 * (job % count) + k)
            for r in range(3):
                use_row.append(3 * agent[-1] + r)
                use_amount.append(int(chance.integers(1, 20)))
            use_first.append(len(use_row))
    asked = np.bincount(use_row, weights=use_amount, minlength=3 * agents)
    return AssignmentProblem(
        first=np.arange(jobs + 1) * 4,
        agent=agent,
        cost=chance.integers(20, 120, len(agent)),
        use_first=use_first,
        use_row=use_row,
        use_amount=use_amount,
        row_agent=np.repeat(np.arange(agents), 3),
        capacity=(asked / 4).astype(int),
        leave_out=np.full(jobs, 200),
    )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("may_leave", [False, True])
def test_small_problems_are_solved_as_trying_everything_does(rows: int, may_leave: bool) -> None:
    for seed in range(40):
        problem = random_problem(seed, rows=rows, may_leave=may_leave, sparse=seed % 2 == 0)
        optimum = brute_force(problem)
        result = RestrictedModels().solve(problem, limits=FEW, seed=seed, executor=HERE)
        if optimum is None:
            assert (result.status, result.found, result.bound) == (Status.INFEASIBLE, None, None), seed
        else:
            assert (result.objective, result.bound, result.status) == (optimum, optimum, Status.OPTIMAL), seed
            assert check(problem, result.solution.candidates).cost == optimum


def test_a_bound_from_prices_is_true_for_any_prices() -> None:
    chance = np.random.default_rng(3)
    for seed in range(40):
        problem = random_problem(seed, rows=2, may_leave=True)
        price = chance.integers(0, 5_000, len(problem.capacity))
        loss, out, bound = reduced_losses(problem, price)
        optimum = brute_force(problem)
        assert optimum is not None
        assert bound <= optimum
        assert (loss >= 0).all()
        assert (out >= 0).all()


def test_neighbourhoods_close_the_gap() -> None:
    problem = places(1)
    opened = SHORT.solve(problem, limits=Limits(iterations=0), seed=1, executor=HERE)
    tried = SHORT.solve(problem, limits=Limits(iterations=30), seed=1, executor=HERE)
    assert opened.gap is not None
    assert tried.gap is not None
    assert tried.gap < opened.gap / 2
    assert opened.bound is not None
    assert tried.objective is not None
    assert opened.bound <= tried.objective


def test_one_process_and_two_give_the_same() -> None:
    problem, limits = places(2), Limits(iterations=2)
    one = SHORT.solve(problem, limits=limits, seed=5, executor=HERE)
    two = replace(SHORT, processes=2).solve(problem, limits=limits, seed=5)
    assert one.found == two.found
    assert one.provenance == two.provenance
    assert (one.objective, one.bound, one.trace) == (two.objective, two.bound, two.trace)


def test_it_stops_at_the_gap_asked_for() -> None:
    result = SHORT.solve(places(3), limits=Limits(gap=0.5), seed=1, executor=HERE)
    assert (result.status, result.stopped_by, result.iterations) == (Status.OPTIMAL, StoppedBy.GAP, 0)


def test_it_ends_without_limits() -> None:
    solver = replace(SHORT, proofs=1, proof_nodes=1, growth=1)
    result = solver.solve(places(4), limits=Limits(), seed=1, executor=HERE)
    assert result.stopped_by in (StoppedBy.PROOF, StoppedBy.ITERATIONS)


def test_a_start_is_never_made_worse() -> None:
    problem = places(5)
    best = SHORT.solve(problem, limits=Limits(iterations=6), seed=1, executor=HERE)
    again = SHORT.solve(problem, limits=Limits(iterations=0), seed=2, start=best.solution, executor=HERE)
    assert again.objective is not None
    assert best.objective is not None
    assert again.objective <= best.objective


def test_what_is_kept_is_kept_in_every_part() -> None:
    problem = replace(places(6), leave_out=np.full(75, NEVER), capacity=places(6).capacity * 3)
    amounts = np.random.default_rng(1).integers(0, 9, len(problem.agent))
    start = np.array(
        [
            problem.first[j] + int(np.argmin(amounts[problem.first[j] : problem.first[j + 1]]))
            for j in range(problem.jobs)
        ]
    )
    given = Assignment.of(start)
    assert not check(problem, given.candidates).breaches
    result = SHORT.solve(problem, limits=FEW, seed=1, start=given, kept=[amounts], executor=HERE)
    assert int(amounts[result.solution.as_array()].sum()) == int(amounts[start].sum())
    assert result.objective is not None
    assert result.objective <= total_cost(problem, start)
    with pytest.raises(ValueError, match="needs a start"):
        SHORT.solve(problem, limits=FEW, seed=1, kept=[amounts], executor=HERE)


def test_progress_is_told_with_a_bound() -> None:
    told: list[Progress] = []
    SHORT.solve(places(7), limits=Limits(iterations=1), seed=1, progress=told.append, executor=HERE)
    assert told[-1].incumbent is not None
    assert told[-1].bound is not None
    assert told[-1].bound <= told[-1].incumbent
