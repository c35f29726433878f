"""From a published day to a rounds problem, and from a plan back to the file's own names and units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from instances.published.day import (
    LUNCH,
    Carer,
    Component,
    LunchRule,
    Moment,
    Patient,
    PublishedDay,
    RequiredService,
    Synchrony,
)
from instances.published.solutions import PublishedRound, PublishedSolution, PublishedStop
from optimiser.rounds.problem import FIRST, FORBIDDEN, NEVER, Ints, Plan, PlannedRound, Problem
from optimiser.rounds.rules import Weights

MUST = 1_000_000
"""What leaving out a patient that must be served costs, in units of the objective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedProblem:
    """A published day as the solver takes it.

    Attributes
    ----------
    services
        Patient and required service of each service index.
    points
        Points of the problem's objective per unit of the day's.
    """

    day: PublishedDay
    problem: Problem
    services: tuple[tuple[Patient, RequiredService], ...]
    points: int

    def solution(self, plan: Plan) -> PublishedSolution:
        """A plan in the file's own names and units, lunches included."""
        rounds = {planned.shift: planned for planned in plan.rounds}
        return PublishedSolution(
            rounds=tuple(
                PublishedRound(carer=carer.id, stops=tuple(self._stops(carer, rounds.get(r))))
                for r, carer in enumerate(self.day.carers)
            )
        )

    def _stops(self, carer: Carer, planned: PlannedRound | None) -> Iterator[PublishedStop]:
        scale, lunch = self.day.scale, self.day.lunch
        opens = max(self.day.opens, carer.shift.start if carer.shift else 0)
        if planned is None:
            if carer.lunch and lunch:
                yield PublishedStop(
                    patient=None, service=LUNCH, start=Fraction(max(opens, lunch.start), scale)
                )
            return
        if planned.rest_after == FIRST and lunch:
            first = int(self.problem.place[planned.services[0]])
            leg = self.day.travel[carer.depot_from][first]
            start = min(_lunch_by(self.day, lunch), planned.starts[0] - leg - lunch.minimum)
            yield PublishedStop(patient=None, service=LUNCH, start=Fraction(start, scale))
        for i, start in zip(planned.services, planned.starts, strict=True):
            patient, required = self.services[i]
            yield PublishedStop(patient=patient.id, service=required.service, start=Fraction(start, scale))
            if planned.rest_after == i and lunch:
                start = max(start + int(self.problem.duration[i]), lunch.start)
                yield PublishedStop(patient=patient.id, service=LUNCH, start=Fraction(start, scale))


def _lunch_by(day: PublishedDay, lunch: LunchRule) -> int:
    """The latest beginning of a lunch of the least length."""
    at_start = day.window_met is Moment.SERVICE_START
    return lunch.end if at_start else lunch.end - lunch.minimum


def to_problem(day: PublishedDay) -> PublishedProblem:
    """A published day as a rounds problem; nothing is rounded.

    The services of a patient are one visit, by different carers. Where a duration depends on the carer,
    the longest of those who may give the service counts, which is safe and may be dearer than need be.
    """
    parts = lcm(*(cost.weight.denominator for cost in day.costs)) if day.costs else 1
    points = parts * day.scale

    def weight(component: Component) -> int:
        cost = day.cost(component)
        return 0 if cost is None else int(cost.weight * parts)

    services = tuple((patient, each) for patient in day.patients for each in patient.services)
    visit, price = _visits(day, points, weight(Component.OPTIONAL_PATIENTS) * day.scale)
    preference = _preference(day, services, weight, day.scale)
    duration = _ints(
        max(
            (each.duration_with(c) for c in range(len(day.carers)) if preference[i, c] != FORBIDDEN),
            default=each.duration,
        )
        for i, (_, each) in enumerate(services)
    )
    windows = _windows(day, services, duration)
    links = list(_links(services))
    extra = day.cost(Component.TOTAL_EXTRA_TIME)
    hard_end = extra is not None and extra.hard
    ends = _ints(NEVER - 1 if carer.shift is None else carer.shift.end for carer in day.carers)
    lunch = day.lunch
    lunches = _ints(lunch.minimum if lunch and carer.lunch else 0 for carer in day.carers)
    no_lunch = lunches == 0
    missed = day.cost(Component.MISSED_LUNCH_BREAK)
    travel = np.array([day.travel], np.int64)
    problem = Problem(
        earliest=windows[0][0],
        due=windows[0][1],
        latest=windows[0][2],
        again=windows[1][0],
        again_due=windows[1][1],
        again_latest=windows[1][2],
        duration=duration,
        place=_ints(patient.place for patient, _ in services),
        visit=visit,
        link_from=_ints(link[0] for link in links),
        link_to=_ints(link[1] for link in links),
        link_lag=_ints(link[2] for link in links),
        shift_start=_ints(max(day.opens, carer.shift.start if carer.shift else 0) for carer in day.carers),
        shift_end=ends if hard_end else np.full(len(ends), NEVER - 1),
        shift_due=ends,
        depot_from=_ints(carer.depot_from for carer in day.carers),
        depot_to=_ints(carer.depot_to for carer in day.carers),
        mode=np.zeros(len(day.carers), np.int64),
        rest=lunches,
        rest_after=np.full(len(day.carers), NEVER),
        rest_from=np.where(no_lunch, -NEVER, lunch.start if lunch else 0),
        rest_to=np.where(no_lunch, NEVER, _lunch_by(day, lunch) if lunch else 0),
        rest_price=np.full(
            len(day.carers),
            -1 if missed is None or missed.hard else weight(Component.MISSED_LUNCH_BREAK) * day.scale,
        ),
        alike=_alike(day, preference),
        carer=np.arange(len(day.carers)),
        preference=preference,
        price=price,
        demand=_ints(patient.demand for patient, _ in services),
        capacity=_ints(NEVER if each.capacity is None else each.capacity for each in day.carers),
        seconds=travel,
        metres=travel,
        gap=travel,
        weights=Weights(
            unserved=MUST * points,
            lateness=weight(Component.TOTAL_TARDINESS),
            most_lateness=weight(Component.HIGHEST_TARDINESS),
            travel=weight(Component.TRAVEL_TIME) + weight(Component.WORKING_TIME),
            waiting=weight(Component.TOTAL_WAITING_TIME),
            most_waiting=weight(Component.MAX_WAITING_TIME),
            extra=weight(Component.TOTAL_EXTRA_TIME),
            idle=weight(Component.MAX_IDLE_TIME),
            balance=weight(Component.WORKLOAD_BALANCE),
            round=0,
        ),
    )
    return PublishedProblem(day=day, problem=problem, services=services, points=points)


def _visits(day: PublishedDay, points: int, optional: int) -> tuple[Ints, Ints]:
    """Visit of each service, and the price of leaving each visit out."""
    visit = [v for v, patient in enumerate(day.patients) for _ in patient.services]
    return _ints(visit), _ints(optional if each.optional else MUST * points for each in day.patients)


def _preference(
    day: PublishedDay,
    services: tuple[tuple[Patient, RequiredService], ...],
    weight: Callable[[Component], int],
    scale: int,
) -> Ints:
    table = np.zeros((len(services), len(day.carers)), np.int64)
    able = weight(Component.QUALIFICATION) * scale
    compatible = weight(Component.INCOMPATIBILITIES) * scale
    preferred = weight(Component.CAREGIVER_PREFERENCES) * scale
    for i, (patient, each) in enumerate(services):
        for c, carer in enumerate(day.carers):
            if not day.allows(carer, patient, each.service):
                table[i, c] = FORBIDDEN
                continue
            table[i, c] += 0 if each.service in carer.abilities else able
            table[i, c] += compatible if carer.id in patient.incompatible else 0
            if patient.preferred is not None and carer.id not in patient.preferred:
                table[i, c] += preferred
    return table


def _windows(
    day: PublishedDay, services: tuple[tuple[Patient, RequiredService], ...], duration: Ints
) -> list[tuple[Ints, Ints, Ints]]:
    """Opening, due and latest start of the first and of the second window."""
    found = []
    for k in range(2):
        rows = []
        for i, (patient, _) in enumerate(services):
            if k >= len(patient.windows):
                rows.append((NEVER, NEVER, NEVER))
                continue
            window = patient.windows[k]
            late = day.cost(Component.TOTAL_TARDINESS)
            hard = window.hard or (late is not None and late.hard)
            due = window.end
            if day.window_met is Moment.SERVICE_END:
                due -= int(duration[i])
            rows.append((window.start, max(due, window.start), max(due, window.start) if hard else NEVER - 1))
        table = np.array(rows, np.int64).reshape(-1, 3)
        found.append((table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()))
    return found


def _links(services: tuple[tuple[Patient, RequiredService], ...]) -> Iterator[tuple[int, int, int]]:
    for b in range(1, len(services)):
        patient = services[b][0]
        link = patient.synchronization
        if services[b - 1][0] is not patient or link is None or link.kind is Synchrony.INDEPENDENT:
            continue
        yield b - 1, b, link.minimum or 0
        yield b, b - 1, -(link.maximum or 0)


def _alike(day: PublishedDay, preference: Ints) -> Ints:
    """Carers that differ in nothing but their name share a number."""
    seen: dict[object, int] = {}
    return _ints(
        seen.setdefault(
            (c.depot_from, c.depot_to, c.shift, c.lunch, c.capacity, preference[:, k].tobytes()), len(seen)
        )
        for k, c in enumerate(day.carers)
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
