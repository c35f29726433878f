"""Carry a plan in the model's nouns over to a problem: another day of the week, or the same day changed.

Rounds keep their carer and their order. What the problem does not have (a visit not made that day, a carer
away), what it forbids, and what no longer fits is left out for the solver to place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from optimiser.model.identifiers import VisitId
from optimiser.model.rounds import Round
from optimiser.rounds.kernels.data import Data, State, empty_state, make_data
from optimiser.rounds.kernels.journal import Journal, make_journal
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import FIRST, FORBIDDEN, Plan, PlannedRound, Problem
from optimiser.rounds.states import put_plan


def carried(day: Day, problem: Problem, rounds: Sequence[Round]) -> Plan:
    """Rounds as a start for a problem, as much of them as holds together.

    Parameters
    ----------
    day, problem
        The day, and its problem or one with the same services and shifts under other prices.
    rounds
        Of any day: matched to the problem's shifts by carer and start of shift, and to its services by visit.
    """
    return holding(problem, translated(day, problem, rounds))


def translated(day: Day, problem: Problem, rounds: Sequence[Round]) -> Plan:
    """Rounds as a plan of a problem, whether or not they can still be scheduled."""
    return _with_whole_visits(problem, _translated(day, problem, rounds))


def _translated(day: Day, problem: Problem, rounds: Sequence[Round]) -> list[PlannedRound]:
    shifts = {(duty.carer, duty.start): r for r, duty in enumerate(day.duties)}
    free = _services_of(day)
    found = []
    for each in sorted(rounds, key=lambda one: (one.shift_start, one.carer)):
        r = shifts.get((each.carer, each.shift_start))
        if r is None:
            continue
        services: list[int] = []
        starts: list[int] = []
        rest_after: int | None = None
        rests = list(each.rests)
        load = 0
        for stop in each.stops:
            if rests and rests[0].start <= stop.start:
                rest_after = services[-1] if services else None
                rests.pop(0)
            waiting = free.get(stop.visit)
            if not waiting or problem.preference[waiting[0], r] == FORBIDDEN:
                continue
            if load + problem.demand[waiting[0]] > problem.capacity[r]:
                continue
            load += int(problem.demand[waiting[0]])
            services.append(waiting.pop(0))
            starts.append(stop.start)
        if services and rest_after == services[-1]:
            rest_after = None  # a rest with no work behind it is none
        if services:
            found.append(PlannedRound(r, tuple(services), tuple(starts), rest_after))
    return found


def _services_of(day: Day) -> dict[VisitId, list[int]]:
    services: dict[VisitId, list[int]] = {}
    for i, v in enumerate(day.problem.visit.tolist()):
        services.setdefault(day.visits[v], []).append(i)
    return services


def _with_whole_visits(problem: Problem, rounds: Sequence[PlannedRound]) -> Plan:
    """Leave out what is left of a visit that not all of its carers make any more."""
    made = Counter(int(problem.visit[i]) for each in rounds for i in each.services)
    size = np.bincount(problem.visit, minlength=problem.visits)
    halves = {v for v, count in made.items() if count < size[v]}
    kept = (_without(problem, each, halves) for each in rounds) if halves else rounds
    return Plan(
        tuple(sorted((each for each in kept if each.services), key=lambda each: each.shift)),
        tuple(v for v in range(problem.visits) if v in halves or v not in made),
    )


def _without(problem: Problem, planned: PlannedRound, visits: set[int]) -> PlannedRound:
    kept = [k for k, i in enumerate(planned.services) if int(problem.visit[i]) not in visits]
    rest = planned.rest_after
    if rest is not None and rest != FIRST:
        before = planned.services[: planned.services.index(rest) + 1]
        stays = [i for i in before if int(problem.visit[i]) not in visits]
        last = planned.services[kept[-1]] if kept else None
        rest = stays[-1] if stays and stays[-1] != last else None
    return PlannedRound(
        planned.shift,
        tuple(planned.services[k] for k in kept),
        tuple(planned.starts[k] for k in kept),
        rest,
    )


def holding(problem: Problem, plan: Plan) -> Plan:
    """The plan, or as many of its rounds, one after the other, as can be scheduled together."""
    data = make_data(problem)
    if loaded(problem, data, plan) is not None:
        return plan
    kept: list[PlannedRound] = []
    for each in plan.rounds:
        if loaded(problem, data, _with_whole_visits(problem, [*kept, each])) is not None:
            kept.append(each)
    whole = _with_whole_visits(problem, kept)
    return whole if loaded(problem, data, whole) is not None else Plan((), tuple(range(problem.visits)))


def loaded(problem: Problem, data: Data, plan: Plan) -> tuple[State, Journal] | None:
    """A plan as a state of the search with its least start times; ``None`` where it cannot be scheduled."""
    n, m = problem.services, problem.shifts
    state, journal = empty_state(problem, data), make_journal(n + 2 * m, m)
    return (state, journal) if put_plan(problem, data, plan, state, journal) else None
