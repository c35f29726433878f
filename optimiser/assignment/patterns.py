"""Patterns: all that one agent may take at once, within a width of what it would take best at some prices.

An assignment no dearer than a target loses no more than ``target − relaxation`` in all, so no agent of it
loses more: where that width is small, an agent has few patterns, all can be listed, and what is left is to
choose one for each agent so that every job is covered once (set partitioning: Savelsbergh 1997, Operations
Research 45, whose columns are these). The linear relaxation of that is the Lagrangian bound itself, which
leaves an engine less to do than candidates one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from optimiser.assignment.lagrangian import SCALE, Relaxation, Relaxed
from optimiser.assignment.problem import NEVER, SHARED, Ints
from optimiser.solving.with_highs import Columns, Outcome, optimise

MOST_CELLS = 4_000_000
"""Largest table of one agent's knapsack."""
MOST_ITEMS = 24
"""Jobs of a pattern that room is kept for, in the mean over patterns."""
NARROWER = 0.7
"""Share of a width that is tried where there are too many patterns within it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patterns:
    """What agents may take: pattern k is ``candidates[first[k] : first[k + 1]]``, for ``agent[k]``."""

    first: Ints
    candidates: Ints
    agent: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packed:
    """The cheapest choice of patterns.

    Attributes
    ----------
    chosen
        ``int64[n]``; ``None`` where the engine found none.
    share
        Share of the width asked for within which patterns were listed; 1 where all were.
    count
        Patterns, and jobs that might be left out.
    is_settled
        Whether the engine ended: what it found is then the best of those patterns.
    """

    chosen: Ints | None
    share: float
    count: int
    is_settled: bool

    @property
    def is_proof(self) -> bool:
        """Whether anything that loses no more than the width was found or excluded."""
        return self.is_settled and self.share == 1.0


def cheapest(
    relaxation: Relaxation,
    at: Relaxed,
    target: int,
    *,
    most: int,
    nodes: int | None,
    seconds: float | None,
    seed: int,
    least_share: float = 0.0,
) -> Packed:
    """Look for an assignment no dearer than a target, among all patterns or the ``most`` of least loss.

    Parameters
    ----------
    least_share
        Share of the width below which it is not worth it.
    """
    if (relaxation.problem.row_agent == SHARED).any():
        return Packed(chosen=None, share=0.0, count=0, is_settled=False)
    width, share = target * SCALE - at.value, 1.0
    found = None
    while found is None and share >= least_share and width >= 0:
        found = patterns_within(relaxation, at, int(width * share), most)
        share = share if found is not None else share * NARROWER
    if found is None:
        return Packed(chosen=None, share=share, count=0, is_settled=width < 0)
    problem = relaxation.problem
    leaving = np.flatnonzero(
        (problem.leave_out != NEVER) & (problem.leave_out * SCALE - at.multipliers.job <= int(width * share))
    )
    model = _model(relaxation, found, leaving)
    count = len(model.cost)
    solved = optimise(model, nodes=nodes, seconds=seconds, seed=seed)
    chosen = None
    if solved.values is not None:
        chosen = np.full(problem.jobs, -1, dtype=np.int64)
        for k in np.flatnonzero(solved.values[: len(found.agent)] > 0.5):
            taken = found.candidates[found.first[k] : found.first[k + 1]]
            chosen[problem.job[taken]] = taken
    return Packed(chosen=chosen, share=share, count=count, is_settled=solved.outcome is not Outcome.STOPPED)


def patterns_within(relaxation: Relaxation, at: Relaxed, width: int, most: int) -> Patterns | None:
    """All patterns that lose no more than ``width`` (1/SCALE of a unit of cost); ``None`` if above ``most``.

    Every pattern keeps all rows of its agent, those that the relaxation only prices included. Rows that
    agents share are nobody's, and are not looked at.
    """
    problem, kept, agents = relaxation.problem, relaxation.kept, relaxation.agents
    worth = relaxation.worth(at.multipliers)
    sizes, items, whose = [np.zeros(1, dtype=np.int64)], [], []
    left = most
    for agent in range(problem.agents):
        own = agents.candidates[agents.first[agent] : agents.first[agent + 1]]
        own = own[(worth[own] > -width - 1) & (kept.weight[own] <= kept.room[agent])]
        # The heaviest first: what is decided late then changes least, and less is searched in vain.
        own = own[np.argsort(-kept.weight[own], kind="stable")]
        room = int(kept.room[agent])
        if (len(own) + 1) * (room + 1) > MOST_CELLS:
            return None
        size, taken = np.zeros(left + 1, dtype=np.int64), np.zeros(left * MOST_ITEMS, dtype=np.int64)
        count = list_patterns(worth[own], kept.weight[own], room, width, size, taken)
        if count < 0:
            return None
        sizes.append(size[:count])
        items.append(own[taken[: size[:count].sum()]])
        whose.append(np.full(count, agent, dtype=np.int64))
        left -= count
    found = Patterns(
        first=np.cumsum(np.concatenate(sizes)),
        candidates=np.concatenate([np.zeros(0, dtype=np.int64), *items]),
        agent=np.concatenate([np.zeros(0, dtype=np.int64), *whose]),
    )
    in_one_way = len(np.unique(problem.job * problem.agents + problem.agent)) == len(problem.agent)
    return found if in_one_way and not len(kept.using) else _possible(relaxation, found)


def _possible(relaxation: Relaxation, patterns: Patterns) -> Patterns:
    """Those that keep every row of their agents and hold no job twice."""
    problem, keeps, sizes = relaxation.problem, [], np.diff(patterns.first)
    for k in range(len(patterns.agent)):
        taken = patterns.candidates[patterns.first[k] : patterns.first[k + 1]]
        load: dict[int, int] = {}
        for each in taken:
            for use in range(problem.use_first[each], problem.use_first[each + 1]):
                row = int(problem.use_row[use])
                load[row] = load.get(row, 0) + int(problem.use_amount[use])
        once = len(np.unique(problem.job[taken])) == len(taken)
        keeps.append(once and all(amount <= problem.capacity[row] for row, amount in load.items()))
    kept = np.array(keeps, dtype=np.bool_)
    return Patterns(
        first=np.concatenate([[0], np.cumsum(sizes[kept])]),
        candidates=patterns.candidates[np.repeat(kept, sizes)],
        agent=patterns.agent[kept],
    )


def _model(relaxation: Relaxation, patterns: Patterns, leaving: Ints) -> Columns:
    """One pattern for each agent, and every job once; jobs in ``leaving`` may be left out at their price."""
    problem, count = relaxation.problem, len(patterns.agent)
    size = np.diff(patterns.first)
    start = np.concatenate(
        [[0], np.cumsum(np.concatenate([size + 1, np.ones(len(leaving), dtype=np.int64)]))]
    )
    row = np.empty(start[-1], dtype=np.int64)
    ends = start[1 : count + 1] - 1
    row[ends] = problem.jobs + patterns.agent
    inside = np.ones(start[count], dtype=np.bool_)
    inside[ends] = False
    row[: start[count]][inside] = problem.job[patterns.candidates]
    row[start[count] :] = leaving
    total = np.concatenate([[0], np.cumsum(problem.cost[patterns.candidates])])
    ones = np.ones(problem.jobs + problem.agents)
    return Columns(
        cost=np.concatenate(
            [total[patterns.first[1:]] - total[patterns.first[:-1]], problem.leave_out[leaving]]
        ).astype(float),
        start=start,
        row=row,
        amount=np.ones(start[-1]),
        lower=ones,
        upper=ones,
    )


@njit(cache=True)
def list_patterns(profit: Ints, weight: Ints, room: int, width: int, size: Ints, taken: Ints) -> int:
    """Write down every set of items within ``room`` whose profit is at most ``width`` below the best.

    By depth first, with the exact best of what is left (Bellman's table) as bound, so that no branch ends
    in nothing.

    Parameters
    ----------
    size, taken
        Items of each set, and the items one set after another.

    Returns
    -------
    How many there are; −1 where ``size`` or ``taken`` is too short for them.
    """
    n = len(profit)
    best = np.zeros((n + 1, room + 1), np.int64)
    for i in range(n - 1, -1, -1):
        for left in range(room + 1):
            value = best[i + 1, left]
            if weight[i] <= left:
                value = max(value, best[i + 1, left - weight[i]] + profit[i])
            best[i, left] = value
    need = best[0, room] - width
    inside, tried = np.zeros(n + 1, np.uint8), np.zeros(n + 1, np.uint8)
    i, left, gained, count, filled = 0, room, 0, 0, 0
    while i >= 0:
        if i == n:
            if count >= len(size) - 1 or filled + n > len(taken):
                return -1
            for k in range(n):
                if inside[k]:
                    taken[filled] = k
                    filled += 1
                    size[count] += 1
            count += 1
        elif tried[i] == 0:
            tried[i] = 1
            if weight[i] <= left and gained + profit[i] + best[i + 1, left - weight[i]] >= need:
                inside[i] = 1
                left -= weight[i]
                gained += profit[i]
                i += 1
                tried[i] = 0
            continue
        elif tried[i] == 1:
            tried[i] = 2
            if gained + best[i + 1, left] >= need:
                i += 1
                tried[i] = 0
                continue
        i -= 1
        if i >= 0 and inside[i]:
            inside[i] = 0
            left += weight[i]
            gained -= profit[i]
    return count
