"""The core against trying everything, and what its results promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimiser.assignment.check import check
from optimiser.assignment.formulation import build_model
from optimiser.assignment.improve import Improvement, Neighbourhoods, improve
from optimiser.assignment.lagrangian import FAR, SCALE, Multipliers, Relaxation, Subgradient
from optimiser.assignment.problem import NEVER, Assignment, AssignmentProblem
from optimiser.assignment.search import Chains
from optimiser.assignment.solve import LagrangianDives
from optimiser.assignment.tables import by_agent, keep_rows
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status, StoppedBy
from optimiser.solving.with_highs import relax
from tests.assignment.small_problems import brute_force, random_problem

FEW = Limits(iterations=3)


def market(seed: int, jobs: int = 60, agents: int = 6) -> AssignmentProblem:
    """Costs and amounts at odds, capacity near need: type D of Chu and Beasley."""
    chance = np.random.default_rng(seed)
    amounts = chance.integers(1, 101, (agents, jobs))
    costs = 111 - amounts + chance.integers(-10, 11, (agents, jobs))
    return AssignmentProblem.dense(costs, amounts, (0.8 * amounts.sum(axis=1) / agents).astype(np.int64))


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("may_leave", [False, True])
@pytest.mark.parametrize("sparse", [False, True])
def test_small_problems_are_solved_as_trying_everything_does(
    rows: int, may_leave: bool, sparse: bool
) -> None:
    for seed in range(25):
        problem = random_problem(seed, rows=rows, may_leave=may_leave, sparse=sparse)
        optimum = brute_force(problem)
        result = LagrangianDives().solve(problem, limits=FEW, seed=seed)
        if optimum is None:
            assert (result.status, result.found, result.bound) == (Status.INFEASIBLE, None, None), seed
            assert result.message
        else:
            assert (result.objective, result.bound, result.status) == (optimum, optimum, Status.OPTIMAL), seed
            assert check(problem, result.solution.candidates).cost == optimum


def test_an_impossible_job_is_named() -> None:
    problem = AssignmentProblem.dense([[1, 1]], [[2, 9]], [5])
    result = LagrangianDives().solve(problem, limits=FEW, seed=1)
    assert result.status is Status.INFEASIBLE
    assert "job 1" in result.message


def test_no_jobs_cost_nothing() -> None:
    problem = AssignmentProblem.dense(np.zeros((2, 0)), np.zeros((2, 0)), [3, 3])
    result = LagrangianDives().solve(problem, limits=FEW, seed=1)
    assert (result.status, result.objective) == (Status.OPTIMAL, 0)


def test_same_seed_and_iterations_same_answer_with_one_process_and_with_two() -> None:
    problem, limits = market(3, 40, 5), Limits(iterations=2)
    light = Neighbourhoods(chains=Chains(steps=200), sizes=(20,))
    quick = LagrangianDives(rounds=4, nodes=3, neighbourhoods=light)
    one = quick.solve(problem, limits=limits, seed=5, executor=SerialExecutor())
    again = quick.solve(problem, limits=limits, seed=5)
    two = replace(quick, processes=2).solve(problem, limits=limits, seed=5)
    assert one.found == again.found == two.found
    assert one.trace == again.trace == two.trace
    assert one.bound == two.bound
    assert one.objective is not None
    assert one.bound is not None
    assert one.bound <= one.objective


def test_time_stops_it_with_a_bound() -> None:
    result = LagrangianDives().solve(market(1, 200, 20), limits=Limits(seconds=1.0), seed=1)
    assert result.stopped_by in (StoppedBy.TIME, StoppedBy.PROOF)
    assert result.bound is not None


def test_a_start_is_never_made_worse() -> None:
    problem = market(2)
    good = LagrangianDives(rounds=2, nodes=5).solve(problem, limits=Limits(iterations=1), seed=1)
    later = LagrangianDives().solve(problem, limits=Limits(iterations=0), seed=2, start=good.solution)
    assert later.objective is not None
    assert good.objective is not None
    assert later.objective <= good.objective


def test_chains_and_dives_find_what_fits_from_nothing() -> None:
    problem = market(4)
    alive = np.arange(len(problem.agent))
    duals = relax(build_model(problem, alive)).duals
    prices = np.maximum(-duals[problem.jobs :], 0.0)
    start = Multipliers(
        job=np.rint(duals[: problem.jobs] * SCALE).astype(np.int64), row=np.zeros(6, dtype=np.int64)
    )
    relaxation = Relaxation(problem=problem, agents=by_agent(problem, alive), kept=keep_rows(problem, prices))
    at = Subgradient().climb(relaxation, start, relaxation.at(start).value / SCALE + 20).best
    run = Improvement(
        settings=LagrangianDives().neighbourhoods,
        problem=problem,
        alive=alive,
        loss=relaxation.choice_losses(at.multipliers, FAR),
        multipliers=at.multipliers,
        prices=prices,
        chosen=np.full(problem.jobs, -1, dtype=np.int64),
        seed=1,
        rounds=4,
        limits=Limits(),
        stop_at=None,
    )
    verdict = check(problem, Assignment.of(improve(run)).candidates)
    assert verdict.breaches == ()
    assert at.bound <= verdict.cost <= 1.02 * at.bound


def test_contradicting_arrays_are_refused() -> None:
    good = random_problem(1, rows=2)
    for wrong in (
        {"leave_out": np.append(good.leave_out, NEVER)},
        {"cost": good.cost[:-1]},
        {"use_row": good.use_row + 100},
        {"row_agent": good.row_agent[::-1]},
        {"capacity": -good.capacity - 1},
        {"leave_out": good.leave_out - 5},
        {"cost": good.cost + 10**10},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            replace(good, **wrong)
