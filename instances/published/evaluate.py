"""What a solution of a published day is worth, and what is wrong with it, from its stops alone.

Exact arithmetic throughout, and no code of any solver. Definitions are those of the publications, as proved
on their solutions; where the words leave room, the validator published with UHHC
(``github.com/iolab-uniud/uhhc-toolbox``) decides.

Notation: a stop *starts* and *ends*; the carer *arrives* at the end of the stop before plus travel, and
*waits* from then until the start. Carers leave the depot so that they do not wait at their first stop, or,
where ``leaves_at_shift_start``, as the shift starts. All in the file's units.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil

from instances.published.day import (
    Carer,
    Component,
    Moment,
    Patient,
    PublishedDay,
    RequiredService,
    Shift,
    Synchrony,
)
from instances.published.solutions import PublishedRound, PublishedSolution, PublishedStop

NOISE = Fraction(1, 10**9)
"""Times closer than this are the same: published windows carry the noise of floating point."""


class Breach(StrEnum):
    """What may be wrong with a solution."""

    UNKNOWN = "unknown"
    TWICE = "twice"
    UNSERVED = "unserved"
    UNABLE = "unable"
    INCOMPATIBLE = "incompatible"
    TOO_EARLY = "too early"
    TOO_LATE = "too late"
    TOO_SHORT = "too short"
    NO_TIME_TO_TRAVEL = "no time to travel"
    BEFORE_SHIFT = "before the shift"
    AFTER_SHIFT = "after the shift"
    NOT_SYNCHRONISED = "not synchronised"
    SAME_CARER = "same carer"
    LUNCH = "lunch"
    OVERLOADED = "overloaded"
    MUST_BE_ZERO = "must be zero"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken, with names and figures in ``message``."""

    breach: Breach
    message: str
    carer: str | None = None
    patient: str | None = None

    def __str__(self) -> str:
        return f"{self.breach}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a solution is worth.

    Attributes
    ----------
    objective
        Sum of weight × component over the components the day names.
    components
        Every component, before weights, in the file's units.
    violations
        Empty where the solution may be carried out.
    """

    objective: Fraction
    components: Mapping[Component, Fraction]
    violations: tuple[Violation, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.violations


def evaluate(day: PublishedDay, solution: PublishedSolution, *, tolerance: Fraction = NOISE) -> Evaluation:
    """Recompute every component and check every rule.

    Parameters
    ----------
    tolerance
        By how much, in the file's units, a time may break a rule unremarked. Components are exact whatever it
        is.

    Notes
    -----
    ``travel_time``
        Every leg, those from and to the depot too.
    ``total_tardiness``, ``highest_tardiness``
        Of each service, against the last window that has opened when it starts.
    ``total_waiting_time``, ``max_waiting_time``
        Waits, breaks' too; but a wait straight after a break that opens the round does not count.
    ``total_extra_time``
        Return after the shift's end.
    ``max_idle_time``
        The largest over carers of: time before leaving, all waits, time after return, inside the shift. A
        carer without stops is idle all shift; one without shift is not counted.
    ``caregiver_preferences``
        Services by a carer not preferred, of patients that prefer any.
    ``incompabilities``, ``qualification``
        Services by an incompatible, an unable carer.
    ``optional_patients``
        Optional patients not served.
    ``missed_lunch_break``
        Carers that should have a break and do not, used or not.
    ``working_time``
        Travel and service.
    ``workload_balance``
        Sum over all carers of |load − mean load|, each rounded up to whole units; load is travel and service.
    """
    tally = _Tally(day=day, tolerance=tolerance)
    rounds: dict[str, PublishedRound] = {}
    for each in solution.rounds:
        if each.carer not in tally.carers:
            tally.breach(Breach.UNKNOWN, f"there is no carer {each.carer}", each.carer)
        elif each.carer in rounds:
            tally.breach(Breach.TWICE, f"carer {each.carer} has two rounds", each.carer)
        else:
            rounds[each.carer] = each
    served = {stop.patient for each in rounds.values() for stop in each.stops if not stop.is_lunch}
    for carer in day.carers:
        stops = rounds[carer.id].stops if carer.id in rounds else ()
        _walk(tally, carer, _visits(tally, carer, stops, served))
    _check_patients(tally)
    components = _components(tally)
    for cost in day.costs:
        if cost.hard and components[cost.component] > tolerance:
            what = f"{cost.component} is {float(components[cost.component]):g} and must be 0"
            tally.breach(Breach.MUST_BE_ZERO, what)
    objective = sum((cost.weight * components[cost.component] for cost in day.costs), Fraction(0))
    return Evaluation(objective=objective, components=components, violations=tuple(tally.violations))


@dataclass(frozen=True, slots=True)
class _Visit:
    """A stop with all that is known of it; times in the file's units."""

    stop: PublishedStop
    place: int
    end: Fraction
    patient: Patient | None  # None: a break

    @property
    def start(self) -> Fraction:
        return self.stop.start


@dataclass(slots=True)
class _Tally:
    """What is counted while the rounds are walked."""

    day: PublishedDay
    tolerance: Fraction
    patients: dict[str, Patient] = field(init=False)
    carers: dict[str, Carer] = field(init=False)
    violations: list[Violation] = field(default_factory=list)
    made: dict[str, dict[str, tuple[Fraction, str]]] = field(default_factory=lambda: defaultdict(dict))
    travel: dict[str, Fraction] = field(default_factory=dict)
    service: dict[str, Fraction] = field(default_factory=dict)
    idle: dict[str, Fraction] = field(default_factory=dict)
    tardiness: list[Fraction] = field(default_factory=list)
    waits: list[Fraction] = field(default_factory=list)
    extra: list[Fraction] = field(default_factory=list)
    not_preferred: int = 0
    incompatible: int = 0
    unable: int = 0
    lunches: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.patients = {patient.id: patient for patient in self.day.patients}
        self.carers = {carer.id: carer for carer in self.day.carers}

    def breach(
        self, breach: Breach, message: str, carer: str | None = None, patient: str | None = None
    ) -> None:
        """Add a violation."""
        self.violations.append(Violation(breach=breach, message=message, carer=carer, patient=patient))

    def at_least(self, left: Fraction, right: Fraction) -> bool:
        """``left ≥ right``, but for the tolerance."""
        return left >= right - self.tolerance

    def units(self, number: int) -> Fraction:
        """A number of the day in the file's units."""
        return Fraction(number, self.day.scale)


def _visits(
    tally: _Tally, carer: Carer, stops: Iterable[PublishedStop], served: set[str | None]
) -> list[_Visit]:
    """The stops that can be placed, each with its end; the others become violations."""
    visits = []
    number = tally.day.carers.index(carer)
    for stop in stops:
        patient = tally.patients.get(stop.patient or "")
        if stop.is_lunch:
            shortest = tally.units(tally.day.lunch.minimum) if tally.day.lunch else Fraction(0)
            place = patient.place if patient and patient.id in served else carer.depot_from
            visits.append(_Visit(stop, place, _end(stop, shortest), None))
            continue
        required = next((each for each in _services(patient) if each.service == stop.service), None)
        if patient is None or required is None:
            what = f"{stop.patient} requires no {stop.service}"
            tally.breach(Breach.UNKNOWN, what, carer.id, stop.patient)
            continue
        duration = tally.units(required.duration_with(number))
        visit = _Visit(stop, patient.place, _end(stop, duration), patient)
        if not tally.at_least(visit.end, stop.start + duration):
            what = (
                f"{stop.service} at {patient.id} lasts {_text(visit.end - stop.start)} of {_text(duration)}"
            )
            tally.breach(Breach.TOO_SHORT, what, carer.id, patient.id)
        _check_service(tally, carer, patient, required, visit)
        visits.append(visit)
    return visits


def _services(patient: Patient | None) -> tuple[RequiredService, ...]:
    return patient.services if patient else ()


def _end(stop: PublishedStop, duration: Fraction) -> Fraction:
    return stop.start + duration if stop.end is None else stop.end


def _check_service(
    tally: _Tally, carer: Carer, patient: Patient, required: RequiredService, visit: _Visit
) -> None:
    """Who gives the service, and when."""
    where = f"{required.service} at {patient.id} by {carer.id}"
    if required.service in tally.made[patient.id]:
        tally.breach(Breach.TWICE, f"{where} is given twice", carer.id, patient.id)
    tally.made[patient.id][required.service] = (visit.start, carer.id)
    if required.service not in carer.abilities:
        tally.unable += 1
        if tally.day.cost(Component.QUALIFICATION) is None:
            tally.breach(Breach.UNABLE, f"{where}, who is not able", carer.id, patient.id)
    if carer.id in patient.incompatible:
        tally.incompatible += 1
        if tally.day.cost(Component.INCOMPATIBILITIES) is None:
            tally.breach(Breach.INCOMPATIBLE, f"{where}, who is incompatible", carer.id, patient.id)
    if patient.preferred is not None and carer.id not in patient.preferred:
        tally.not_preferred += 1
    opens = [tally.units(window.start) for window in patient.windows]
    window = patient.windows[max(0, bisect_right(opens, visit.start) - 1)]
    met = visit.start if tally.day.window_met is Moment.SERVICE_START else visit.end
    late = max(Fraction(0), met - tally.units(window.end))
    tally.tardiness.append(late)
    if window.hard and late > tally.tolerance:
        tally.breach(Breach.TOO_LATE, f"{where} is {_text(late)} late", carer.id, patient.id)
    if not tally.at_least(visit.start, opens[0]):
        early = _text(opens[0] - visit.start)
        tally.breach(Breach.TOO_EARLY, f"{where} starts {early} before its window", carer.id, patient.id)


def _walk(tally: _Tally, carer: Carer, visits: list[_Visit]) -> None:
    """One round from depot to depot."""
    day, units = tally.day, tally.units
    shift, opens = carer.shift, units(max(day.opens, carer.shift.start if carer.shift else 0))
    tally.travel[carer.id] = tally.service[carer.id] = tally.idle[carer.id] = Fraction(0)
    if not visits:
        tally.idle[carer.id] = units(shift.end - shift.start) if shift else Fraction(0)
        return
    first = visits[0]
    leaves = (
        opens if day.leaves_at_shift_start else first.start - units(day.travel[carer.depot_from][first.place])
    )
    if not tally.at_least(leaves, opens):
        what = f"{carer.id} would have to leave {_text(opens - leaves)} too early"
        tally.breach(Breach.BEFORE_SHIFT, what, carer.id)
    idle = max(Fraction(0), leaves - opens)
    place, free = carer.depot_from, leaves
    for number, visit in enumerate(visits):
        way = units(day.travel[place][visit.place])
        wait = visit.start - (free + way)
        if wait < -tally.tolerance:
            what = f"{carer.id} starts at {visit.stop.patient} {_text(-wait)} before arriving"
            tally.breach(Breach.NO_TIME_TO_TRAVEL, what, carer.id, visit.stop.patient)
        if wait > 0:
            idle += wait
            if not (number == 1 and first.stop.is_lunch):
                tally.waits.append(wait)
        if visit.patient is None:
            _check_lunch(tally, carer, visit)
        else:
            tally.service[carer.id] += visit.end - visit.start
        tally.travel[carer.id] += way
        place, free = visit.place, visit.end
    home = units(day.travel[place][carer.depot_to])
    tally.travel[carer.id] += home
    if shift:
        idle += _return(tally, carer, shift, free + home)
    tally.idle[carer.id] = idle if shift else Fraction(0)
    load = sum(visit.patient.demand for visit in visits if visit.patient)
    if carer.capacity is not None and load > carer.capacity:
        tally.breach(Breach.OVERLOADED, f"{carer.id} carries {load} of {carer.capacity}", carer.id)


def _return(tally: _Tally, carer: Carer, shift: Shift, back: Fraction) -> Fraction:
    """Idle time after return; time past the shift's end is kept."""
    left = tally.units(shift.end) - back
    if left < 0:
        tally.extra.append(-left)
        cost = tally.day.cost(Component.TOTAL_EXTRA_TIME)
        if cost is not None and cost.hard and -left > tally.tolerance:
            what = f"{carer.id} returns {_text(-left)} after the shift"
            tally.breach(Breach.AFTER_SHIFT, what, carer.id)
    return max(Fraction(0), left)


def _check_lunch(tally: _Tally, carer: Carer, visit: _Visit) -> None:
    """When the break is, and for how long."""
    if carer.id in tally.lunches:
        tally.breach(Breach.LUNCH, f"{carer.id} has two breaks", carer.id)
    tally.lunches.add(carer.id)
    rule = tally.day.lunch
    if rule is None:
        tally.breach(Breach.LUNCH, f"{carer.id} has a break, and the day has none", carer.id)
        return
    met = visit.start if tally.day.window_met is Moment.SERVICE_START else visit.end
    if not (
        tally.at_least(visit.start, tally.units(rule.start))
        and tally.at_least(tally.units(rule.end), met)
        and tally.at_least(visit.end - visit.start, tally.units(rule.minimum))
    ):
        what = (
            f"{carer.id} has a break {_text(visit.start)}–{_text(visit.end)}, outside its hours or too short"
        )
        tally.breach(Breach.LUNCH, what, carer.id)


def _check_patients(tally: _Tally) -> None:
    """Who is served, and whether the two services of one patient hang together as they should."""
    for patient in tally.day.patients:
        made = tally.made.get(patient.id, {})
        missing = [each.service for each in patient.services if each.service not in made]
        if missing and (made or not patient.optional):
            what = f"{patient.id} is not given {', '.join(missing)}"
            tally.breach(Breach.UNSERVED, what, patient=patient.id)
        link = patient.synchronization
        if missing or link is None:
            continue
        (first, one), (second, other) = (made[each.service] for each in patient.services)
        if one == other:  # no published solution does it, for independent services either
            tally.breach(Breach.SAME_CARER, f"{patient.id} has {one} for both services", one, patient.id)
        if link.kind is Synchrony.INDEPENDENT:
            continue
        gap = second - first
        least, most = tally.units(link.minimum or 0), tally.units(link.maximum or 0)
        if not (tally.at_least(gap, least) and tally.at_least(most, gap)):
            what = f"{patient.id}: {_text(gap)} between the two starts, not {_text(least)}–{_text(most)}"
            tally.breach(Breach.NOT_SYNCHRONISED, what, patient=patient.id)


def _components(tally: _Tally) -> dict[Component, Fraction]:
    zero = Fraction(0)
    loads = [tally.travel[carer] + tally.service[carer] for carer in tally.carers]
    mean = sum(loads, zero) / max(1, len(loads))
    unserved = sum(patient.optional and not tally.made.get(patient.id) for patient in tally.day.patients)
    missed = sum(carer.lunch and carer.id not in tally.lunches for carer in tally.day.carers)
    largest: Callable[[Iterable[Fraction]], Fraction] = lambda those: max(those, default=zero)  # noqa: E731
    return {
        Component.TRAVEL_TIME: sum(tally.travel.values(), zero),
        Component.TOTAL_TARDINESS: sum(tally.tardiness, zero),
        Component.HIGHEST_TARDINESS: largest(tally.tardiness),
        Component.TOTAL_WAITING_TIME: sum(tally.waits, zero),
        Component.MAX_WAITING_TIME: largest(tally.waits),
        Component.TOTAL_EXTRA_TIME: sum(tally.extra, zero),
        Component.MAX_IDLE_TIME: largest(tally.idle.values()),
        Component.CAREGIVER_PREFERENCES: Fraction(tally.not_preferred),
        Component.INCOMPATIBILITIES: Fraction(tally.incompatible),
        Component.QUALIFICATION: Fraction(tally.unable),
        Component.OPTIONAL_PATIENTS: Fraction(unserved),
        Component.MISSED_LUNCH_BREAK: Fraction(missed),
        Component.WORKING_TIME: sum(loads, zero),
        Component.WORKLOAD_BALANCE: Fraction(sum(ceil(abs(load - mean)) for load in loads)),
    }


def _text(number: Fraction) -> str:
    return f"{float(number):g}"
