"""A first answer and a true bound for one part: its linear relaxation, and what that leaves open.

The relaxation is cut where whole numbers say more (:mod:`optimiser.assignment.cuts`). The bound is recomputed
from the duals in whole numbers, so that it holds whatever the engine's tolerances.
A small part is then settled whole by the engine, within some nodes. In a large one, ejection chains are
annealed from what the relaxation gives whole, among the candidates that lose least at the duals. Where they
find nothing, what the relaxation leaves open is settled as a restricted model (relaxation enforced
neighbourhood search: Berthold 2014, Mathematical Programming Computation 6, 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimiser.assignment.cuts import cuts_beyond, with_cuts
from optimiser.assignment.formulation import Model, build_model
from optimiser.assignment.lagrangian import SCALE
from optimiser.assignment.problem import NEVER, AssignmentProblem, Ints, is_feasible, loads, total_cost
from optimiser.assignment.search import Chains
from optimiser.solving.clock import seconds_to
from optimiser.solving.with_highs import Outcome, Relaxed, Relaxing, optimise

MOST_CHAINS = 12_000_000
"""Chains of one annealing: some five seconds of a core, for a county that hangs together."""
ROUNDS_OF_CUTS = 3
COOLINGS = (
    Chains(width=14.0, steps=2_500, hot=0.2, cold=0.01, floor=0.2),
    Chains(width=7.0, steps=2_500, hot=0.1, cold=0.01, floor=0.2),
    Chains(width=7.0, steps=2_500, hot=0.05, cold=0.01, floor=0.2),
)
"""One after the other, each from the best so far: few candidates find better, many find a way at all.
Temperatures are in shares of the median loss of a candidate that loses anything."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opening:
    """What a process is handed.

    Attributes
    ----------
    start
        ``int64[n]``; ``None`` where nothing is known.
    whole_nodes
        Of the engine for the whole part; ``None`` where it is too large for that.
    nodes, tolerance
        Of the engine on what the relaxation leaves open; ``tolerance`` is a share of the relaxation's value
        that is near enough.
    """

    problem: AssignmentProblem
    start: Ints | None
    whole_nodes: int | None
    nodes: int
    tolerance: float
    deadline: float | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """What is known of a part.

    Attributes
    ----------
    problem
        The part, with cuts.
    chosen
        ``int64[n]``; ``None`` where nothing was found.
    price
        ``int64[r]``: dual price of each row, in 1/SCALE of a unit of cost.
    bound
        Cost that the engine proved no assignment undercuts; ``None`` where it was not asked.
    infeasible
        Whether nobody can take all that must be taken.
    """

    problem: AssignmentProblem
    chosen: Ints | None
    price: Ints
    bound: int | None = None
    infeasible: bool = False


def open_part(run: Opening) -> Opened:
    """Relax, then settle or anneal; a top-level function for any process."""
    problem, model, relaxed = relaxed_with_cuts(run)
    if relaxed.outcome is Outcome.INFEASIBLE:
        nothing = np.zeros(len(problem.capacity), dtype=np.int64)
        return Opened(problem=problem, chosen=None, price=nothing, infeasible=True)
    price = np.rint(np.maximum(-relaxed.duals[problem.jobs :], 0.0) * SCALE).astype(np.int64)
    run = replace(run, problem=problem)
    if run.whole_nodes is not None:
        return _settled(run, model, price)
    if relaxed.outcome is not Outcome.SOLVED:
        return Opened(problem=problem, chosen=run.start, price=price)
    whole, free = _whole(problem, model, relaxed)
    best = _annealed(problem, price, whole, run.seed)
    if run.start is not None and (best is None or total_cost(problem, run.start) < total_cost(problem, best)):
        best = _annealed(problem, price, run.start, run.seed)
    if best is None:
        best = _rounded(run, whole, free, near=run.tolerance * abs(relaxed.value))
    return Opened(problem=problem, chosen=best, price=price)


def relaxed_with_cuts(run: Opening) -> tuple[AssignmentProblem, Model, Relaxed]:
    """The relaxation, cut where whole numbers say more, with the problem and the model that it is of."""
    problem = run.problem
    model = build_model(problem, np.arange(len(problem.agent)))
    relaxing = Relaxing(model)
    relaxed = relaxing.solve(seconds_to(run.deadline))
    for _ in range(ROUNDS_OF_CUTS):
        if relaxed.outcome is not Outcome.SOLVED:
            break
        cuts = cuts_beyond(problem, relaxed.values[: len(problem.agent)])
        if not cuts:
            break
        for cut in cuts:
            relaxing.add_row(cut.candidates, cut.amounts, cut.capacity)
        again = relaxing.solve(seconds_to(run.deadline))
        if again.outcome is not Outcome.SOLVED:
            break
        problem, relaxed = with_cuts(problem, cuts), again
    return problem, build_model(problem, model.candidates), relaxed


def _settled(run: Opening, model: Model, price: Ints) -> Opened:
    """The whole part by the engine."""
    problem, values = run.problem, None if run.start is None else model.values(run.start)
    solved = optimise(
        model, start=values, seconds=seconds_to(run.deadline), nodes=run.whole_nodes, seed=run.seed
    )
    best = run.start
    if solved.values is not None:
        best = _better(problem, best, model.chosen(problem, solved.values, _nobody(problem)))
    infeasible = solved.outcome is Outcome.INFEASIBLE
    return Opened(problem=problem, chosen=best, price=price, bound=solved.bound, infeasible=infeasible)


def _whole(problem: AssignmentProblem, model: Model, relaxed: Relaxed) -> tuple[Ints, Ints]:
    """What the relaxation gives whole, as an assignment, and the jobs that it leaves open."""
    columns, taken = len(model.candidates), relaxed.values > 1 - 1e-6
    is_whole = np.zeros(problem.jobs, dtype=bool)
    chosen = _nobody(problem)
    in_model = np.flatnonzero(taken[:columns])
    chosen[problem.job[in_model]] = in_model
    is_whole[problem.job[in_model]] = True
    is_whole[model.left[taken[columns:]]] = True
    return chosen, np.flatnonzero(~is_whole)


def _rounded(run: Opening, whole: Ints, free: Ints, near: float) -> Ints | None:
    """What the relaxation leaves open, as a restricted model; ``None`` where it has no answer."""
    problem, rest = run.problem, run.problem.capacity - loads(run.problem, whole)
    if (rest < 0).any():  # values a hair under one were rounded up past a capacity
        return None
    is_free = np.zeros(problem.jobs, dtype=bool)
    is_free[free] = True
    inner = build_model(problem, np.flatnonzero(is_free[problem.job]), jobs=free, capacity=rest)
    solved = optimise(inner, seconds=seconds_to(run.deadline), nodes=run.nodes, seed=run.seed, gap=near)
    if solved.values is None:
        return None
    return _better(problem, None, inner.chosen(problem, solved.values, whole))


def _nobody(problem: AssignmentProblem) -> Ints:
    return np.full(problem.jobs, -1, dtype=np.int64)


def _annealed(problem: AssignmentProblem, price: Ints, begin: Ints, seed: int) -> Ints | None:
    """The best assignment that chains come by from one, which may be incomplete; ``None`` without any."""
    loss, _, _ = reduced_losses(problem, price)
    losing = loss[loss > 0]
    best = _better(problem, None, begin)
    if not len(losing):
        return best
    scale, everybody = float(np.median(losing)) / SCALE, np.arange(len(problem.agent))
    for turn, each in enumerate(COOLINGS):
        chains = replace(
            each,
            hot=each.hot * scale,
            cold=each.cold * scale,
            steps=min(each.steps, MOST_CHAINS // problem.jobs),
        )
        at = begin if best is None else best
        found = chains.improve(problem, loss, everybody, price / SCALE, at, seed + turn)
        best = best if found is None else _better(problem, best, found)
    return best


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
