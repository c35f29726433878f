"""A solver's plan in the model's nouns."""

from __future__ import annotations

from optimiser.model.rounds import Rest, Round, RoundPlan, Stop
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import Plan, PlannedRound
from optimiser.solving.result import Result


def in_nouns(day: Day, result: Result[Plan]) -> Result[RoundPlan]:
    """A solver's result with its plan in the model's nouns."""
    return Result(
        status=result.status,
        stopped_by=result.stopped_by,
        found=to_round_plan(day, result.solution),
        objective=result.objective,
        bound=result.bound,
        components=result.components,
        seconds=result.seconds,
        iterations=result.iterations,
        trace=result.trace,
        provenance=result.provenance,
    )


def to_round_plan(day: Day, plan: Plan) -> RoundPlan:
    """A solver's plan in the model's nouns."""
    rounds = tuple(_to_round(day, planned) for planned in plan.rounds)
    return RoundPlan(
        provider=day.provider,
        day=day.day,
        rounds=tuple(sorted(rounds, key=lambda each: (each.shift_start, each.carer))),
        unserved=tuple(day.visits[v] for v in plan.unserved),
    )


def _to_round(day: Day, planned: PlannedRound) -> Round:
    problem, r = day.problem, planned.shift
    duty, mode = day.duties[r], int(problem.mode[r])
    depot_from, depot_to = int(problem.depot_from[r]), int(problem.depot_to[r])
    places = [int(problem.place[i]) for i in planned.services]
    stops, rests = [], []
    before, free_at = depot_from, duty.start
    for k, (i, start) in enumerate(zip(planned.services, planned.starts, strict=True)):
        leg = (mode, before, places[k])
        travel = int(problem.seconds[leg]) if before >= 0 else 0
        if k and planned.rest_after == planned.services[k - 1]:
            rests.append(Rest(start=free_at, end=free_at + int(problem.rest[r])))
        end = start + int(problem.duration[i])
        stops.append(
            Stop(
                visit=day.visits[int(problem.visit[i])],
                start=start,
                end=end,
                travel_seconds=travel,
                metres=int(problem.metres[leg]) if before >= 0 else 0,
            )
        )
        before, free_at = places[k], end
    home = (mode, before, depot_to)
    return Round(
        carer=duty.carer,
        provider=day.provider,
        mode=duty.mode,
        shift_start=duty.start,
        shift_end=duty.end,
        stops=tuple(stops),
        rests=tuple(rests),
        home_seconds=int(problem.seconds[home]) if depot_to >= 0 else 0,
        home_metres=int(problem.metres[home]) if depot_to >= 0 else 0,
    )
