"""A first answer and a true bound for one part: its linear relaxation, and what that leaves open.

The bound is recomputed from the duals in whole numbers, so that it holds whatever the engine's tolerances.
A first answer keeps the jobs that the relaxation gives whole, and settles the rest as a restricted model
(relaxation enforced neighbourhood search: Berthold 2014, Mathematical Programming Computation 6, 4). In a
large part ejection chains are annealed from there, among the candidates that lose least at the duals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimiser.assignment.formulation import build_model
from optimiser.assignment.lagrangian import SCALE
from optimiser.assignment.problem import NEVER, AssignmentProblem, Ints, is_feasible, loads, total_cost
from optimiser.assignment.search import Chains
from optimiser.assignment.with_highs import Outcome, optimise, relax

LARGE = 3_000
"""Candidates of a part above which chains are annealed; smaller ones an engine settles."""
MOST_CHAINS = 5_000_000
"""Chains of one annealing: a second or two of a core."""
CHAINS = Chains(width=7.0, steps=5_000, hot=0.2, cold=0.01, floor=1.0)
"""Temperatures are in shares of the median loss of a candidate that loses anything."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opening:
    """What a process is handed.

    Attributes
    ----------
    start
        ``int64[n]``; ``None`` where nothing is known.
    nodes, tolerance
        Of the engine on what the relaxation leaves open; ``tolerance`` is a share of the relaxation's value
        that is near enough.
    """

    problem: AssignmentProblem
    start: Ints | None
    nodes: int
    tolerance: float
    seconds: float | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """What is known of a part.

    Attributes
    ----------
    chosen
        ``int64[n]``; ``None`` where nothing was found.
    price
        ``int64[r]``: dual price of each row, in 1/SCALE of a unit of cost.
    infeasible
        Whether nobody can take all that must be taken.
    """

    chosen: Ints | None
    price: Ints
    infeasible: bool = False


def open_part(run: Opening) -> Opened:
    """Relax, then settle what the relaxation leaves open; a top-level function for any process."""
    problem = run.problem
    everything = np.arange(len(problem.agent))
    model = build_model(problem, everything)
    relaxed = relax(model, run.seconds)
    if relaxed.outcome is Outcome.INFEASIBLE:
        return Opened(chosen=None, price=np.zeros(len(problem.capacity), dtype=np.int64), infeasible=True)
    price = np.rint(np.maximum(-relaxed.duals[problem.jobs :], 0.0) * SCALE).astype(np.int64)
    best = run.start
    if relaxed.outcome is Outcome.SOLVED:
        taken = relaxed.values > 1 - 1e-6
        whole = np.zeros(problem.jobs, dtype=bool)
        chosen = np.full(problem.jobs, -1, dtype=np.int64)
        in_model = np.flatnonzero(taken[: len(everything)])
        chosen[problem.job[in_model]] = in_model
        whole[problem.job[in_model]] = True
        whole[model.left[taken[len(everything) :]]] = True
        free = np.flatnonzero(~whole)
        rest = problem.capacity - loads(problem, chosen)
        # Values a hair under one may have been rounded up past a capacity.
        if (rest >= 0).all() and not len(free):
            best = _better(problem, best, chosen)
        elif (rest >= 0).all():
            inner = build_model(problem, np.flatnonzero(~whole[problem.job]), jobs=free, capacity=rest)
            near = run.tolerance * abs(relaxed.value)
            solved = optimise(inner, seconds=run.seconds, nodes=run.nodes, seed=run.seed, gap=near)
            if solved.values is not None:
                best = _better(problem, best, inner.chosen(problem, solved.values, chosen))
    if best is not None and len(problem.agent) > LARGE:
        best = _annealed(problem, price, best, run.seed)
    return Opened(chosen=best, price=price)


def _annealed(problem: AssignmentProblem, price: Ints, chosen: Ints, seed: int) -> Ints:
    """The best assignment that chains come by from one that keeps every rule."""
    loss, _, _ = reduced_losses(problem, price)
    losing = loss[loss > 0]
    if not len(losing):
        return chosen
    scale = float(np.median(losing)) / SCALE
    chains = replace(
        CHAINS,
        hot=CHAINS.hot * scale,
        cold=CHAINS.cold * scale,
        steps=min(CHAINS.steps, MOST_CHAINS // problem.jobs),
    )
    found = chains.improve(problem, loss, np.arange(len(problem.agent)), price / SCALE, chosen, seed)
    better = None if found is None else _better(problem, chosen, found)
    return chosen if better is None else better


def reduced_losses(problem: AssignmentProblem, price: Ints) -> tuple[Ints, Ints, int]:
    """What each candidate loses against its job's best at prices of rows, and a bound: exact integers.

    Returns
    -------
    ``int64[m]``, and ``int64[n]`` of leaving each job out (0 where that may not be), in 1/SCALE of a unit of
    cost; and a cost that no assignment undercuts.
    """
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    reduced = problem.cost * SCALE
    np.add.at(reduced, using, problem.use_amount * price[problem.use_row])
    far = np.iinfo(np.int64).max
    least = np.where(problem.leave_out == NEVER, far, problem.leave_out * SCALE)
    np.minimum.at(least, problem.job, reduced)
    value = sum(int(each) for each in least) - sum(
        int(p) * int(b) for p, b in zip(price, problem.capacity, strict=True)
    )
    out = np.where(problem.leave_out == NEVER, 0, problem.leave_out * SCALE - least)
    return reduced - least[problem.job], out, -(-value // SCALE)


def _better(problem: AssignmentProblem, best: Ints | None, found: Ints) -> Ints | None:
    """The cheaper of two assignments that keep every rule."""
    if not is_feasible(problem, found):
        return best
    if best is None or total_cost(problem, found) < total_cost(problem, best):
        return found
    return best
