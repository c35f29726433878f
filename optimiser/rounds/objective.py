"""What a plan costs, from its own start times and nothing else: a second opinion on the kernels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from optimiser.rounds.problem import FIRST, NEVER, NOWHERE, Plan, PlannedRound, Problem


def components(problem: Problem, plan: Plan) -> dict[str, int]:
    """Weighted components of a plan, in points; they add up to its objective.

    Shares no code with the kernels, so that each can be held against the other; any engine's plan can be
    priced by it. A wait after a rest that opens the round is not counted.
    """
    w = problem.weights
    served = {i for planned in plan.rounds for i in planned.services}
    left_out = {int(problem.visit[i]) for i in range(problem.services) if i not in served}
    late = [0] + [each for planned in plan.rounds for each in _lateness(problem, planned)]
    waits = [0] + [each for planned in plan.rounds for each in _waits(problem, planned)]
    travel = {planned.shift: _travel(problem, planned) for planned in plan.rounds}
    back = {planned.shift: _back(problem, planned) for planned in plan.rounds}
    work = {planned.shift: sum(int(problem.duration[i]) for i in planned.services) for planned in plan.rounds}
    extra = {r: max(0, back[r] - int(problem.shift_due[r])) for r in back}
    rested = {planned.shift for planned in plan.rounds if planned.rest_after is not None}
    idle = [0]
    for r in range(problem.shifts):
        length = int(problem.shift_due[r] - problem.shift_start[r])
        # Who is not used still has a rest that has hours of its own.
        rests = r in rested or (r not in back and problem.rest_to[r] < NEVER)
        rest = int(problem.rest[r]) if rests else 0
        idle.append(max(0, length + extra.get(r, 0) - travel.get(r, 0) - work.get(r, 0) - rest))
    loads = [travel.get(r, 0) + work.get(r, 0) for r in range(problem.shifts)]
    return {
        "unserved": sum(int(problem.price[v]) for v in left_out),
        "lateness": w.lateness * sum(late),
        "travel": w.travel * sum(travel.values()),
        "waiting": w.waiting * sum(waits),
        "paid": w.paid * sum(back[each.shift] - _leaves(problem, each) for each in plan.rounds),
        "rounds": w.round * len(plan.rounds),
        "extra": w.extra * sum(extra.values()),
        "preference": w.preference
        * sum(int(problem.preference[i, each.shift]) for each in plan.rounds for i in each.services),
        "missed_rest": w.missed_rest
        * sum(
            max(0, int(problem.rest_price[r]))
            for r in back
            if r not in rested and problem.rest[r] > 0 and problem.rest_to[r] < NEVER
        ),
        "most_lateness": w.most_lateness * max(late),
        "most_waiting": w.most_waiting * max(waits),
        "idle": w.idle * max(idle),
        "balance": w.balance
        * sum(-(-abs(len(loads) * load - sum(loads)) // max(1, len(loads))) for load in loads),
    }


def _lateness(problem: Problem, planned: PlannedRound) -> list[int]:
    late = []
    for i, start in zip(planned.services, planned.starts, strict=True):
        due = problem.again_due[i] if start >= problem.again[i] else problem.due[i]
        late.append(max(0, start - int(due)))
    return late


def _leg(matrix: np.typing.NDArray[np.int64], mode: int, a: int, b: int) -> int:
    return 0 if NOWHERE in (a, b) else int(matrix[mode, a, b])


def _travel(problem: Problem, planned: PlannedRound) -> int:
    r = planned.shift
    homes = [int(problem.place[i]) for i in planned.services]
    places = [int(problem.depot_from[r]), *homes, int(problem.depot_to[r])]
    return sum(_leg(problem.seconds, int(problem.mode[r]), a, b) for a, b in pairwise(places))


def _rest(problem: Problem, planned: PlannedRound, after: int) -> int:
    return int(problem.rest[planned.shift]) if planned.rest_after == after else 0


def _leaves(problem: Problem, planned: PlannedRound) -> int:
    """When the carer must set out, at the latest, to be at the first service in time."""
    r, first = planned.shift, planned.services[0]
    leg = _leg(problem.gap, int(problem.mode[r]), int(problem.depot_from[r]), int(problem.place[first]))
    return planned.starts[0] - leg - _rest(problem, planned, FIRST)


def _back(problem: Problem, planned: PlannedRound) -> int:
    """When the carer is back at the depot, or done with the last service."""
    r, last = planned.shift, planned.services[-1]
    at = planned.starts[-1] + int(problem.duration[last])
    if planned.rest_after == last:
        at = max(at, int(problem.rest_from[r])) + int(problem.rest[r])
    return at + _leg(problem.gap, int(problem.mode[r]), int(problem.place[last]), int(problem.depot_to[r]))


def _waits(problem: Problem, planned: PlannedRound) -> list[int]:
    r, waits = planned.shift, []
    for (i, start), (j, then) in pairwise(zip(planned.services, planned.starts, strict=True)):
        pause = _leg(problem.gap, int(problem.mode[r]), int(problem.place[i]), int(problem.place[j]))
        waits.append(then - start - int(problem.duration[i]) - pause - _rest(problem, planned, i))
    return waits
