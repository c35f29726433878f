"""Proof from below: is there an assignment no dearer than a target? If not, the bound rises above it.

After Posta, Ferland & Michelon (2012), Computational Optimization and Applications 52: the decision at a
target just above the bound leaves so few candidates that an engine often settles it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimiser.assignment.formulation import build_model
from optimiser.assignment.lagrangian import Relaxation, Relaxed, fix
from optimiser.assignment.problem import AssignmentProblem, Floats, Ints, is_feasible, total_cost
from optimiser.assignment.tables import by_agent, keep_rows
from optimiser.solving.clock import Clock
from optimiser.solving.limits import Limits
from optimiser.solving.with_highs import Outcome, optimise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proof:
    """One run of proving, ready to be sent to any process.

    Attributes
    ----------
    alive, prices
        Candidates in play, and dual prices of rows (``float64[r]``), which say what is kept.
    at
        Best multipliers known.
    bound
        Best bound known.
    best
        Best assignment known; ``None`` without one.
    at_top
        Whether to ask for anything better than the best known, instead of the least the bound allows.
    nodes
        Of the engine at each target; ``None`` for no limit but time.
    """

    problem: AssignmentProblem
    alive: Ints
    prices: Floats
    at: Relaxed
    bound: int
    best: Ints | None
    at_top: bool
    nodes: int | None
    seed: int
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proven:
    """A bound, and the best assignment met."""

    bound: int
    best: Ints | None
    infeasible: bool = False


def prove(run: Proof) -> Proven:
    """Raise the target while everything below is excluded."""
    clock = Clock.of(run.limits)
    relaxation = Relaxation(
        problem=run.problem,
        agents=by_agent(run.problem, run.alive),
        kept=keep_rows(run.problem, run.prices),
    )
    bound, best, step = run.bound, run.best, 1
    while not clock.is_over():
        value = None if best is None else total_cost(run.problem, best)
        if value is not None and bound >= value:
            break
        target = bound + step - 1 if value is None else min(bound + step - 1, value - 1)
        if run.at_top and value is not None:
            target = value - 1
        asked = _ask(run, relaxation, target, clock)
        bound = max(bound, asked.bound)
        if asked.infeasible:
            return replace(asked, bound=bound)
        if asked.best is not None:
            best = asked.best
        elif asked.bound <= target:
            break
        step *= 2
    if best is not None:
        bound = min(bound, total_cost(run.problem, best))
    return Proven(bound=bound, best=best)


def _ask(run: Proof, relaxation: Relaxation, target: int, clock: Clock) -> Proven:
    """An assignment no dearer than the target, or a bound above it, or neither."""
    problem = run.problem
    fixing = fix(relaxation, run.at, target)
    bound = max(fixing.bound, run.bound)
    if bound > target:
        return Proven(bound=bound, best=None)
    model = build_model(problem, fixing.alive, fixing.may_leave)
    solved = optimise(model, seconds=clock.left(), nodes=run.nodes, seed=run.seed)
    if solved.outcome is Outcome.INFEASIBLE:
        everything = (
            run.best is None and len(fixing.alive) == len(run.alive) and fixing.may_leave_all(problem)
        )
        return Proven(bound=target + 1, best=None, infeasible=everything)
    if solved.bound is not None:
        bound = max(bound, min(target + 1, solved.bound))
    if solved.values is None:
        return Proven(bound=bound, best=None)
    found = model.chosen(problem, solved.values, np.full(problem.jobs, -1, dtype=np.int64))
    better = run.best is None or total_cost(problem, found) < total_cost(problem, run.best)
    return Proven(bound=bound, best=found if better and is_feasible(problem, found) else None)
