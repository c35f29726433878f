"""From who goes where in which order to a plan with times, for problems without ties or rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimiser.rounds.problem import NOWHERE, Plan, PlannedRound, Problem


def plan_in_order(problem: Problem, orders: Mapping[int, Sequence[int]]) -> Plan:
    """Plan of services in order by shift, each as early as it can be.

    An engine's own times are not used: they are rounded and placed differently by each. Where the engine's
    times hold, so do these.
    """
    rounds = tuple(
        PlannedRound(r, tuple(order), _starts(problem, r, order))
        for r, order in sorted(orders.items())
        if order
    )
    served = {int(problem.visit[i]) for planned in rounds for i in planned.services}
    return Plan(rounds, tuple(v for v in range(problem.visits) if v not in served))


def _starts(problem: Problem, r: int, order: Sequence[int]) -> tuple[int, ...]:
    gap, at, free = problem.gap[problem.mode[r]], int(problem.depot_from[r]), int(problem.shift_start[r])
    starts = []
    for i in order:
        home = int(problem.place[i])
        start = max(int(problem.earliest[i]), free + (0 if at == NOWHERE else int(gap[at, home])))
        if start > problem.latest[i]:
            start = max(start, int(problem.again[i]))
        starts.append(start)
        at, free = home, start + int(problem.duration[i])
    return tuple(starts)
