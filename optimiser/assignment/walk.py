"""One part, many neighbourhoods after one another, each from the best so far: work for a process of its own.

A neighbourhood takes some hundredths of a second, so that handing them out one by one would cost more than
settling them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.assignment.neighbourhood import Losses, neighbourhood
from optimiser.assignment.problem import AssignmentProblem, Ints, is_feasible, total_cost
from optimiser.solving.clock import seconds_to
from optimiser.solving.with_highs import optimise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """What a process is handed.

    Attributes
    ----------
    bound
        Cost that no assignment undercuts.
    jobs
        Of a neighbourhood, at least and at most: drawn anew for each.
    seeds, agents
        Jobs it grows from, and agents each of them brings.
    count
        Neighbourhoods.
    nodes, tolerance
        Of the engine for each; ``tolerance`` is a share of the gap that is near enough.
    """

    problem: AssignmentProblem
    losses: Losses
    chosen: Ints
    bound: int
    jobs: tuple[int, int]
    seeds: int
    agents: int
    count: int
    nodes: int
    tolerance: float
    deadline: float | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walked:
    """How a walk went.

    Attributes
    ----------
    moves
        Jobs that were moved and where to, each time a neighbourhood found something no dearer.
    since_gain
        Of its last neighbourhoods, how many gained nothing.
    """

    moves: tuple[tuple[Ints, Ints], ...]
    since_gain: int


def walk(run: Walk) -> Walked:
    """Settle neighbourhoods in turn; a top-level function for any process."""
    problem, best, chance = run.problem, run.chosen, np.random.default_rng(run.seed)
    value, since_gain, moves = total_cost(problem, best), 0, list[tuple[Ints, Ints]]()
    for _ in range(run.count):
        left = seconds_to(run.deadline)
        if value <= run.bound or left == 0.0:
            break
        jobs = int(chance.integers(run.jobs[0], run.jobs[1] + 1))
        model = neighbourhood(problem, run.losses, best, chance, jobs, run.seeds, run.agents)
        solved = optimise(
            model,
            start=model.values(best),
            nodes=run.nodes,
            gap=run.tolerance * (value - run.bound),
            seconds=left,
            seed=int(chance.integers(2**31)),
        )
        since_gain += 1
        if solved.values is None:
            continue
        found = model.chosen(problem, solved.values, best)
        if is_feasible(problem, found) and total_cost(problem, found) <= value:
            since_gain = 0 if total_cost(problem, found) < value else since_gain
            moved = np.flatnonzero(found != best)
            if len(moved):
                moves.append((moved, found[moved]))
            best, value = found, total_cost(problem, found)
    return Walked(moves=tuple(moves), since_gain=since_gain)


def retraced(problem: AssignmentProblem, chosen: Ints, walked: Walked) -> Ints:
    """An assignment after the moves of a walk, which may have begun elsewhere: those that fit and gain."""
    best, value = chosen, total_cost(problem, chosen)
    for jobs, candidates in walked.moves:
        found = best.copy()
        found[jobs] = candidates
        cost = total_cost(problem, found)
        if cost <= value and is_feasible(problem, found):
            best, value = found, cost
    return best
