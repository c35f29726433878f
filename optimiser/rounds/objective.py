"""What a plan costs, from its own start times and nothing else: a second opinion on the kernels."""

from __future__ import annotations

from itertools import pairwise

from optimiser.rounds.problem import NOWHERE, Plan, PlannedRound, Problem


def components(problem: Problem, plan: Plan) -> dict[str, int]:
    """Weighted components of a plan, in points; they add up to its objective.

    Shares no code with the kernels, so that each can be held against the other; any engine's plan can be
    priced by it.
    """
    w = problem.weights
    served = {i for planned in plan.rounds for i in planned.services}
    return {
        "unserved": w.unserved * (problem.services - len(served)),
        "lateness": w.lateness * sum(_lateness(problem, each) for each in plan.rounds),
        "travel": w.travel * sum(_travel(problem, each) for each in plan.rounds),
        "waiting": w.waiting * sum(_waiting(problem, each) for each in plan.rounds),
        "rounds": w.round * len(plan.rounds),
        "preference": w.preference
        * sum(int(problem.preference[i, each.shift]) for each in plan.rounds for i in each.services),
    }


def _lateness(problem: Problem, planned: PlannedRound) -> int:
    return sum(
        max(0, start - int(problem.due[i])) for i, start in zip(planned.services, planned.starts, strict=True)
    )


def _travel(problem: Problem, planned: PlannedRound) -> int:
    r = planned.shift
    homes = [int(problem.place[i]) for i in planned.services]
    places = [int(problem.depot_from[r]), *homes, int(problem.depot_to[r])]
    mode = int(problem.mode[r])
    return sum(int(problem.seconds[mode, a, b]) for a, b in pairwise(places) if NOWHERE not in (a, b))


def _waiting(problem: Problem, planned: PlannedRound) -> int:
    r, waited = planned.shift, 0
    for (i, start), (j, then) in pairwise(zip(planned.services, planned.starts, strict=True)):
        pause = int(problem.gap[int(problem.mode[r]), problem.place[i], problem.place[j]])
        rest = int(problem.rest[r]) if planned.rest_after == i else 0
        waited += then - start - int(problem.duration[i]) - pause - rest
    return waited
