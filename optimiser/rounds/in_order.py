"""From who goes where in which order to a plan with times: for engines whose own times are not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from optimiser.rounds.problem import FIRST, NEVER, NOWHERE, Plan, PlannedRound, Problem


def plan_in_order(
    problem: Problem, orders: Mapping[int, Sequence[int]], rest_after: Mapping[int, int] | None = None
) -> Plan | None:
    """Plan of services in order by shift, each as early as it can be.

    Parameters
    ----------
    orders
        Services of each used shift. A visit in none is left out.
    rest_after
        By shift, the service after which the rest is taken, or :data:`~optimiser.rounds.problem.FIRST`.

    Returns
    -------
    Plan or None
        ``None`` where the orders leave some service no time in its windows. The end of the shift is not
        looked at.
    """
    rests = rest_after or {}
    served = [i for order in orders.values() for i in order]
    start = {i: int(problem.earliest[i]) for i in served}
    ties = [
        (int(a), int(b), int(lag))
        for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True)
        if a in start and b in start
    ]
    for _ in range(2 * len(served) + 2):
        before = dict(start)
        for r, order in orders.items():
            for i, soonest in _arrivals(problem, r, order, rests.get(r), start):
                start[i] = max(start[i], soonest)
        for a, b, lag in ties:
            start[b] = max(start[b], start[a] + lag)
        for i in served:
            if start[i] > problem.latest[i]:
                start[i] = max(start[i], int(problem.again[i]))
                if start[i] > problem.again_latest[i] or problem.again[i] == NEVER:
                    return None
        if before == start:
            break
    else:
        return None
    rounds = tuple(
        PlannedRound(r, tuple(order), tuple(start[i] for i in order), rests.get(r))
        for r, order in sorted(orders.items())
        if order
    )
    made = {int(problem.visit[i]) for i in served}
    return Plan(rounds, tuple(v for v in range(problem.visits) if v not in made))


def _arrivals(
    problem: Problem, r: int, order: Sequence[int], rest_after: int | None, start: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """When each service of a round can begin at the soonest, given when the one before begins."""
    gap, begins = problem.gap[problem.mode[r]], int(problem.rest_from[r])
    stops = (FIRST, *order)
    for before, i in pairwise(stops):
        first = before == FIRST
        at = int(problem.depot_from[r] if first else problem.place[before])
        free = int(problem.shift_start[r]) if first else start[before] + int(problem.duration[before])
        if rest_after == before:
            free = max(free, begins) + int(problem.rest[r])
        yield i, free + (0 if at == NOWHERE else int(gap[at, problem.place[i]]))
