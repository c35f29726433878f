"""Neighbourhoods: jobs that lose by where they are, and those of the agents that they compete for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.assignment.formulation import Model, build_model
from optimiser.assignment.problem import AssignmentProblem, Ints, loads


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Losses:
    """What is lost where against a relaxation, in 1/SCALE of a unit of cost.

    Attributes
    ----------
    candidate
        ``int64[m]``: against the job's best.
    left_out
        ``int64[n]``: by leaving a job out.
    price
        ``int64[r]``: by each unit of a row left unused.
    """

    candidate: Ints
    left_out: Ints
    price: Ints


def neighbourhood(
    problem: AssignmentProblem,
    losses: Losses,
    chosen: Ints,
    chance: np.random.Generator,
    jobs: int,
    seeds: int,
    agents: int,
) -> Model:
    """The model that settles some jobs anew, the others staying where they are.

    Parameters
    ----------
    jobs
        How many at most.
    seeds
        Of them, how many it grows from: drawn by what they lose, or by chance alone.
    agents
        Of each seed, how many of the agents that would cost least bring their jobs.
    """
    lost = np.where(chosen >= 0, losses.candidate[np.maximum(chosen, 0)], losses.left_out)
    begun = _seeds(lost, seeds, chance)
    seat = np.where(chosen >= 0, problem.agent[np.maximum(chosen, 0)], -1)
    wanted = np.zeros(problem.agents + 1, dtype=bool)
    for job in begun:
        own = np.arange(problem.first[job], problem.first[job + 1])
        near = own[np.argsort(losses.candidate[own], kind="stable")[:agents]]
        wanted[problem.agent[near]] = True
    others = np.setdiff1d(np.flatnonzero(wanted[seat] & (seat >= 0)), begun)
    free = np.sort(np.concatenate([begun, chance.permutation(others)[: max(0, jobs - len(begun))]]))
    is_free = np.zeros(problem.jobs, dtype=bool)
    is_free[free] = True
    rest = problem.capacity - loads(problem, np.where(is_free, -1, chosen))
    # What is lost and left unused at these prices is all that a better answer can win, so that a candidate
    # which alone loses more is in none.
    unused = problem.capacity - loads(problem, chosen)
    most = int(lost[free].sum()) + int((losses.price * unused).sum())
    keep = is_free[problem.job] & (losses.candidate <= most)
    keep[chosen[free][chosen[free] >= 0]] = True
    return build_model(problem, np.flatnonzero(keep), jobs=free, capacity=rest)


def _seeds(lost: Ints, count: int, chance: np.random.Generator) -> Ints:
    by_loss = bool(chance.integers(2))
    draws = chance.exponential(size=len(lost)) / (lost + 1.0) if by_loss else chance.random(len(lost))
    return np.sort(np.argsort(draws, kind="stable")[:count])
