"""What is usual: each person's carers and times, and what it costs to leave them.

The price of a carer for a person falls from ``carer_change`` for a stranger to nothing for the carer who
comes most often, in step with how often a carer comes. A search that pays it draws each person's visits
together onto few carers, and the more they are together the stronger it draws.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median_low

import numpy as np

from optimiser.model.identifiers import CarerId, PackageId, VisitId
from optimiser.model.rounds import Round
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import FORBIDDEN, Ints, Plan, Problem

Seen = Mapping[PackageId, Mapping[CarerId, int]]
"""How often each person sees each carer."""


def seen(rounds: Iterable[Round]) -> Seen:
    """Carer-visits of each person by each carer."""
    counts: dict[PackageId, Counter[CarerId]] = {}
    for each in rounds:
        for stop in each.stops:
            person = PackageId(stop.visit.rpartition("/")[0])
            counts.setdefault(person, Counter())[each.carer] += 1
    return counts


def usual_times(days: Iterable[Iterable[Round]]) -> Mapping[VisitId, int]:
    """Median start of each visit over the days that it is made on."""
    starts: dict[VisitId, list[int]] = {}
    for rounds in days:
        today = {stop.visit: stop.start for each in rounds for stop in each.stops}
        for visit, start in today.items():
            starts.setdefault(visit, []).append(start)
    return {visit: median_low(times) for visit, times in starts.items()}


def with_usual_carers(
    day: Day, problem: Problem, known: Seen, today: Iterable[Round], carer_change: int
) -> Problem:
    """The problem with its table of preferences priced by who is usual.

    Who makes the very visit ``today`` does not speak for itself, or three visits by three carers would all
    stay where they are. A person whom nobody else sees prefers nobody. A duty whose carer somebody knows is
    like no other: alike are only those that are strangers to all.
    """
    makers: dict[VisitId, list[CarerId]] = {}
    for each in today:
        for stop in each.stops:
            makers.setdefault(stop.visit, []).append(each.carer)
    shifts: dict[CarerId, list[int]] = {}
    for r, duty in enumerate(day.duties):
        shifts.setdefault(duty.carer, []).append(r)
    price = np.zeros((len(day.visits), problem.shifts), np.int64)
    alike = problem.alike.copy()
    for v, (package, _) in enumerate(day.needs):
        counts = dict(known.get(package.id, {}))
        for carer in makers.get(day.visits[v], ()):
            counts[carer] -= 1
        most = max(counts.values(), default=0)
        if not most:
            continue
        price[v] = carer_change
        for carer, count in counts.items():
            price[v, shifts.get(carer, [])] = carer_change - carer_change * count // most
    familiar = {carer for counts in known.values() for carer in counts}
    own = [r for carer in sorted(familiar) for r in shifts.get(carer, [])]
    alike[own] = int(alike.max(initial=0)) + 1 + np.arange(len(own))
    table = np.where(problem.preference == FORBIDDEN, FORBIDDEN, problem.preference + price[problem.visit])
    return replace(problem, preference=np.ascontiguousarray(table), alike=alike)


def with_usual_times(
    day: Day, problem: Problem, times: Mapping[VisitId, int], start: Plan, tolerance: int
) -> Problem:
    """The problem with each window narrowed to so many seconds around the visit's usual time.

    Narrowed no further than that the start still fits, and never a window that would be left empty.
    """
    earliest, latest = problem.earliest.copy(), problem.latest.copy()
    now = {i: at for each in start.rounds for i, at in zip(each.services, each.starts, strict=True)}
    for i, v in enumerate(problem.visit.tolist()):
        usual = times.get(day.visits[v])
        if usual is None:
            continue
        low, high = usual - tolerance, usual + tolerance
        if i in now:
            low, high = min(low, now[i]), max(high, now[i])
        low, high = max(low, int(earliest[i])), min(high, int(latest[i]))
        if low <= high:
            earliest[i], latest[i] = low, high
    return replace(problem, earliest=earliest, latest=latest, due=_within(problem.due, earliest, latest))


def _within(due: Ints, earliest: Ints, latest: Ints) -> Ints:
    return np.clip(due, earliest, latest)
