"""The problem as compiled parts read it: candidates by agent, one capacity row kept for each agent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.assignment.problem import NEVER, SHARED, AssignmentProblem, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ByAgent:
    """Candidates in order of their agent.

    Attributes
    ----------
    first, candidates
        Those of agent a are ``candidates[first[a] : first[a + 1]]``.
    """

    first: Ints
    candidates: Ints


def by_agent(problem: AssignmentProblem, alive: Ints) -> ByAgent:
    """The candidates still in play, by agent."""
    order = alive[np.argsort(problem.agent[alive], kind="stable")]
    count = np.bincount(problem.agent[order], minlength=problem.agents)
    return ByAgent(first=np.concatenate([[0], np.cumsum(count)]).astype(np.int64), candidates=order)


def possible(problem: AssignmentProblem) -> Ints:
    """Candidates that fit into their rows when alone; the others can never be taken."""
    too_much = problem.use_amount > problem.capacity[problem.use_row]
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    never = np.zeros(len(problem.agent), dtype=bool)
    never[using[too_much]] = True
    return np.flatnonzero(~never)


def without_hope(problem: AssignmentProblem, alive: Ints) -> Ints:
    """Jobs that must be taken and have no candidate in play."""
    has = np.zeros(problem.jobs, dtype=bool)
    has[problem.job[alive]] = True
    return np.flatnonzero(~has & (problem.leave_out == NEVER))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """The row of each agent whose knapsack is kept in the relaxation; all other rows are priced.

    Attributes
    ----------
    row
        ``int64[agents]``, −1 for an agent without rows.
    room
        ``int64[agents]``: that row's capacity, 0 without.
    weight
        ``int64[m]``: what a candidate uses of it.
    using, priced_row, priced_amount
        Every other use: by which candidate, of which row, how much.
    """

    row: Ints
    room: Ints
    weight: Ints
    using: Ints
    priced_row: Ints
    priced_amount: Ints


def keep_rows(problem: AssignmentProblem, prices: Floats) -> Kept:
    """Keep each agent's row that is worth most at given prices; the fullest-asked where none has a price."""
    asked = np.bincount(problem.use_row, weights=problem.use_amount, minlength=len(problem.capacity))
    worth = prices * problem.capacity + 1e-9 * asked / np.maximum(problem.capacity, 1)
    row = np.full(problem.agents, -1, dtype=np.int64)
    for each in np.argsort(worth, kind="stable"):
        if problem.row_agent[each] != SHARED:
            row[problem.row_agent[each]] = each
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    kept = row[problem.agent[using]] == problem.use_row
    weight = np.zeros(len(problem.agent), dtype=np.int64)
    weight[using[kept]] = problem.use_amount[kept]
    room = np.where(row >= 0, problem.capacity[np.maximum(row, 0)] if len(problem.capacity) else 0, 0)
    return Kept(
        row=row,
        room=room.astype(np.int64),
        weight=weight,
        using=using[~kept],
        priced_row=problem.use_row[~kept],
        priced_amount=problem.use_amount[~kept],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A problem of some jobs with some of their candidates, and where its numbers come from."""

    problem: AssignmentProblem
    jobs: Ints
    candidates: Ints


def part_of(problem: AssignmentProblem, jobs: Ints, alive: Ints, capacity: Ints) -> Part:
    """The problem of ``jobs`` alone, with candidates of theirs that are ``alive``; both in rising order."""
    asked = np.zeros(problem.jobs, dtype=bool)
    asked[jobs] = True
    candidates = alive[asked[problem.job[alive]]]
    count = problem.use_first[candidates + 1] - problem.use_first[candidates]
    use_first = np.concatenate([[0], np.cumsum(count)])
    use = np.repeat(problem.use_first[candidates] - use_first[:-1], count) + np.arange(use_first[-1])
    return Part(
        problem=AssignmentProblem(
            first=np.concatenate([np.searchsorted(problem.job[candidates], jobs), [len(candidates)]]),
            agent=problem.agent[candidates],
            cost=problem.cost[candidates],
            use_first=use_first,
            use_row=problem.use_row[use],
            use_amount=problem.use_amount[use],
            row_agent=problem.row_agent,
            capacity=capacity,
            leave_out=problem.leave_out[jobs],
        ),
        jobs=jobs,
        candidates=candidates,
    )
