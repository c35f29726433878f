"""Whether a plan keeps a problem's rules, whoever made it: no engine is believed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from optimiser.rounds.problem import FIRST, FORBIDDEN, NEVER, NOWHERE, Plan, PlannedRound, Problem


def faults(problem: Problem, plan: Plan) -> list[str]:
    """Every rule a plan breaks, in words; shares no code with any engine."""
    return [*_of_visits(problem, plan), *(each for planned in plan.rounds for each in _of(problem, planned))]


def _of_visits(problem: Problem, plan: Plan) -> Iterator[str]:
    start: dict[int, int] = {}
    carers: dict[int, list[int]] = {}
    for planned in plan.rounds:
        for i, at in zip(planned.services, planned.starts, strict=True):
            if i in start:
                yield f"service {i} made twice"
            start[i] = at
            carers.setdefault(int(problem.visit[i]), []).append(int(problem.carer[planned.shift]))
    for v in range(problem.visits):
        needed, made = int((problem.visit == v).sum()), carers.get(v, [])
        if made and len(made) < needed:
            yield f"visit {v} half made"
        if bool(made) == (v in plan.unserved):
            yield f"visit {v} both made and left out, or neither"
        if len(set(made)) < len(made):
            yield f"visit {v} made twice by one carer"
    for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True):
        if a in start and b in start and start[b] < start[a] + lag:
            yield f"tie from {a} to {b} broken"
    for r in {planned.shift for planned in plan.rounds}:
        if sum(planned.shift == r for planned in plan.rounds) > 1:
            yield f"shift {r} worked twice"


def _of(problem: Problem, planned: PlannedRound) -> Iterator[str]:
    r = planned.shift
    gap = problem.gap[problem.mode[r]]
    for i, start in zip(planned.services, planned.starts, strict=True):
        first = problem.earliest[i] <= start <= problem.latest[i]
        if not first and not problem.again[i] <= start <= problem.again_latest[i]:
            yield f"service {i} outside its windows"
        if problem.preference[i, r] == FORBIDDEN:
            yield f"service {i} may not be on shift {r}"
    homes = [int(problem.place[i]) for i in planned.services]
    places = [int(problem.depot_from[r]), *homes, int(problem.depot_to[r])]
    free = [
        int(problem.shift_start[r]),
        *(at + int(problem.duration[i]) for i, at in zip(planned.services, planned.starts, strict=True)),
    ]
    due = [*planned.starts, int(problem.shift_end[r])]
    stops = (FIRST, *planned.services)
    for stop, left, (a, b), then in zip(stops, free, pairwise(places), due, strict=True):
        if planned.rest_after == stop:
            begins = max(left, int(problem.rest_from[r]))
            if begins > problem.rest_to[r]:
                yield f"rest of shift {r} too late"
            left = begins + int(problem.rest[r])
        way = 0 if NOWHERE in (a, b) else int(gap[a, b])
        if way == FORBIDDEN:
            yield f"no way on shift {r} from place {a} to {b}"
        elif left + way > then:
            yield f"no time on shift {r} after {stop}"
    worked = free[-1] - planned.starts[0]
    with_hours = problem.rest_to[r] < NEVER
    must = (
        problem.rest_price[r] < 0
        if with_hours
        else len(planned.services) > 1 and worked > problem.rest_after[r]
    )
    if problem.rest[r] > 0 and must and planned.rest_after is None:
        yield f"shift {r} has no rest"
    if sum(int(problem.demand[i]) for i in planned.services) > problem.capacity[r]:
        yield f"shift {r} is asked for more than it has"
