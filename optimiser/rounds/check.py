"""Is a day's plan what was asked? Recomputed from instance, allocation, travel and rules alone.

Shares no code with any solver. Every front door runs it on every plan; ``carerounds check`` can run it again
years later on a plan read from file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from geodata.place import Place
from geodata.travel import TravelMode, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import clock
from optimiser.model.identifiers import CarerId, PackageId, ProviderId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind, Visit
from optimiser.model.rounds import DayPlan, Round, RoundPlan
from optimiser.model.supply import Carer
from optimiser.rounds.rules import RoundRules

NOT_ON_DAY_ROUNDS = (ServiceKind.NIGHT_AWAKE, ServiceKind.NIGHT_SLEEP, ServiceKind.LIVE_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One rule that a plan breaks, and where."""

    rule: str
    provider: ProviderId
    message: str


def check_day(
    instance: Instance,
    allocation: Allocation,
    plan: DayPlan,
    *,
    travel: TravelModel,
    rules: RoundRules,
) -> tuple[Breach, ...]:
    """Every breach in a day's plan; empty when the plan is sound.

    A visit listed as unserved is no breach: it is said openly. One that is neither served nor listed is.
    """
    wanted: dict[ProviderId, dict[VisitId, tuple[Package, Visit]]] = {}
    packages = {package.id: package for package in instance.packages}
    for placement in allocation.placements:
        package = packages[PackageId(placement.package)]
        if package.service in NOT_ON_DAY_ROUNDS:
            continue
        for visit in package.visits:
            if plan.day in visit.days:
                wanted.setdefault(placement.provider, {})[package.visit_id(visit)] = (package, visit)
    breaches: list[Breach] = []
    planned = {each.provider: each for each in plan.plans}
    for provider in sorted(set(wanted) | set(planned)):
        needs = wanted.get(provider, {})
        if provider not in planned:
            breaches.append(_breach("complete", provider, f"no plan for {len(needs)} visits"))
            continue
        carers = {carer.id: carer for carer in instance.carers if carer.provider == provider}
        breaches.extend(_check_provider(planned[provider], needs, carers, travel, rules))
    return tuple(breaches)


def _breach(rule: str, provider: ProviderId, message: str) -> Breach:
    return Breach(rule=rule, provider=provider, message=message)


def _check_provider(
    plan: RoundPlan,
    needs: Mapping[VisitId, tuple[Package, Visit]],
    carers: Mapping[CarerId, Carer],
    travel: TravelModel,
    rules: RoundRules,
) -> Iterator[Breach]:
    known = [each for each in plan.rounds if all(stop.visit in needs for stop in each.stops)]
    for each in plan.rounds:
        for stop in each.stops:
            if stop.visit not in needs:
                yield _breach(
                    "known visit", plan.provider, f"{each.carer}: {stop.visit} is not theirs to make"
                )
    yield from _check_complete(plan, needs, rules)
    yield from _check_spacing(plan, needs)
    yield from _check_carers(plan, carers)
    for each in known:
        yield from _check_stops(plan, each, needs, rules)
        yield from _check_legs(plan, each, needs, carers, travel, rules)
        yield from _check_rest(plan, each, rules)
        yield from _check_match(plan, each, needs, carers)


def _check_complete(
    plan: RoundPlan, needs: Mapping[VisitId, tuple[Package, Visit]], rules: RoundRules
) -> Iterator[Breach]:
    """Each visit by as many different carers as it needs, together, or openly unserved."""
    starts: dict[VisitId, list[int]] = {}
    makers: dict[VisitId, list[CarerId]] = {}
    for each in plan.rounds:
        for stop in each.stops:
            starts.setdefault(stop.visit, []).append(stop.start)
            makers.setdefault(stop.visit, []).append(each.carer)
    for visit, (_, need) in needs.items():
        made = len(starts.get(visit, []))
        if visit in plan.unserved:
            if made:
                yield _breach("complete", plan.provider, f"{visit} is both served and unserved")
        elif made != need.carers_needed:
            yield _breach("complete", plan.provider, f"{visit}: {made} of {need.carers_needed} carers come")
        elif len(set(makers[visit])) != made:
            yield _breach("double-handed", plan.provider, f"{visit}: one carer cannot be two")
        elif max(starts[visit]) - min(starts[visit]) > rules.sync_tolerance:
            yield _breach("together", plan.provider, f"{visit}: carers start apart")


def _check_spacing(plan: RoundPlan, needs: Mapping[VisitId, tuple[Package, Visit]]) -> Iterator[Breach]:
    """The gap a person needs between one visit's end and the next one's start."""
    start = {stop.visit: stop.start for each in plan.rounds for stop in each.stops}
    end = {stop.visit: stop.end for each in plan.rounds for stop in each.stops}
    people: dict[PackageId, list[tuple[int, VisitId, Visit]]] = {}
    for visit, (package, need) in needs.items():
        people.setdefault(package.id, []).append((need.number, visit, need))
    for visits in people.values():
        visits.sort(key=lambda each: each[0])
        for (_, before, _), (_, after, need) in pairwise(visits):
            if before in end and after in start and start[after] < end[before] + need.min_gap_before:
                yield _breach("spacing", plan.provider, f"{after} starts too soon after {before}")


def _check_carers(plan: RoundPlan, carers: Mapping[CarerId, Carer]) -> Iterator[Breach]:
    """Named carers work only their own shifts; nobody works two rounds at once."""
    if carers:
        for each in plan.rounds:
            carer = carers.get(each.carer)
            shifts = carer.shifts if carer else ()
            if not any(
                plan.day in shift.days and (shift.start, shift.end) == (each.shift_start, each.shift_end)
                for shift in shifts
            ):
                yield _breach("shift", plan.provider, f"{each.carer} has no such shift")
    spans: dict[CarerId, list[tuple[int, int]]] = {}
    for each in plan.rounds:
        if each.stops:
            spans.setdefault(each.carer, []).append((each.stops[0].start, each.stops[-1].end))
    for carer_id, those in spans.items():
        those.sort()
        for (_, end), (start, _) in pairwise(those):
            if start < end:
                yield _breach("shift", plan.provider, f"{carer_id} is on two rounds at once")


def _check_stops(
    plan: RoundPlan, each: Round, needs: Mapping[VisitId, tuple[Package, Visit]], rules: RoundRules
) -> Iterator[Breach]:
    if not each.stops:
        yield _breach("round", plan.provider, f"{each.carer}: a round without a visit")
        return
    for stop in each.stops:
        _, need = needs[stop.visit]
        if stop.end - stop.start != need.service_duration:
            yield _breach("duration", plan.provider, f"{stop.visit} is cut or stretched")
        if not need.window.earliest <= stop.start <= need.window.latest + rules.lateness_allowed:
            yield _breach(
                "window",
                plan.provider,
                f"{stop.visit} starts {clock(stop.start)}, its window is "
                f"{clock(need.window.earliest)}–{clock(need.window.latest)}",
            )


def _check_legs(
    plan: RoundPlan,
    each: Round,
    needs: Mapping[VisitId, tuple[Package, Visit]],
    carers: Mapping[CarerId, Carer],
    travel: TravelModel,
    rules: RoundRules,
) -> Iterator[Breach]:
    """Every leg as long as the travel model says, and time enough for it."""
    if not each.stops:
        return
    depot = carers[each.carer].depot if each.carer in carers else None
    homes: list[Place] = [needs[stop.visit][0].place for stop in each.stops]
    places = ([depot] if depot else []) + homes + ([depot] if depot else [])
    seconds, metres = _legs(places, travel, each.mode)
    said_seconds = [stop.travel_seconds for stop in each.stops] + [each.home_seconds]
    said_metres = [stop.metres for stop in each.stops] + [each.home_metres]
    if depot is None:
        seconds, metres = [0, *seconds, 0], [0, *metres, 0]
    if None in seconds:
        yield _breach("travel", plan.provider, f"{each.carer}: there is no way through")
        return
    if seconds != said_seconds or metres != said_metres:
        yield _breach("travel", plan.provider, f"{each.carer}: travel is not what the travel model says")
    ends = [each.shift_start] + [stop.end for stop in each.stops]
    starts = [stop.start for stop in each.stops] + [each.shift_end]
    stretch = [None, *homes] if depot is None else [depot, *homes]
    onward = [*homes, None] if depot is None else [*homes, depot]
    for end, start, leg, a, b in zip(ends, starts, seconds, stretch, onward, strict=True):
        needed = 0
        if a is not None and b is not None and a != b and leg is not None:
            needed = ceil(leg * (1 + rules.travel_margin)) + rules.handover
        rested = sum(rest.end - rest.start for rest in each.rests if end <= rest.start and rest.end <= start)
        if start - end < needed + rested:
            yield _breach(
                "travel gap",
                plan.provider,
                f"{each.carer}: {start - end} s at {clock(end)}, {needed} s needed",
            )


def _legs(
    places: Sequence[Place], travel: TravelModel, mode: TravelMode
) -> tuple[list[int | None], list[int | None]]:
    matrix = travel.matrix(places, mode)
    steps = range(len(places) - 1)
    seconds = [int(matrix.seconds[k, k + 1]) if matrix.reachable[k, k + 1] else None for k in steps]
    metres = [int(matrix.metres[k, k + 1]) if matrix.reachable[k, k + 1] else None for k in steps]
    return seconds, metres


def _check_rest(plan: RoundPlan, each: Round, rules: RoundRules) -> Iterator[Breach]:
    """A rest in every working day past the law's length; only a single long visit has no leg to rest on."""
    if len(each.stops) < 2:
        return
    first, last = each.stops[0], each.stops[-1]
    if last.end - first.start <= rules.rest_after:
        return
    if not any(
        rest.end - rest.start >= rules.rest and first.end <= rest.start and rest.end <= last.start
        for rest in each.rests
    ):
        yield _breach("rest", plan.provider, f"{each.carer}: no rest in a day of more than six hours")


def _check_match(
    plan: RoundPlan,
    each: Round,
    needs: Mapping[VisitId, tuple[Package, Visit]],
    carers: Mapping[CarerId, Carer],
) -> Iterator[Breach]:
    """Gender, skills and language; a nameless round is still one person, of one gender."""
    asked = Counter(
        need.gender_of_carer
        for need in (needs[stop.visit][0] for stop in each.stops)
        if need.gender_of_carer is not None
    )
    if len(asked) > 1:
        yield _breach("gender", plan.provider, f"{each.carer}: asked to be of two genders")
    carer = carers.get(each.carer)
    if carer is None:
        return
    for stop in each.stops:
        package = needs[stop.visit][0]
        if package.gender_of_carer is not None and carer.gender is not package.gender_of_carer:
            yield _breach("gender", plan.provider, f"{stop.visit} by {each.carer}")
        if not package.skills <= carer.skills:
            yield _breach("skills", plan.provider, f"{stop.visit} by {each.carer}")
        if package.language is not None and package.language not in carer.languages:
            yield _breach("language", plan.provider, f"{stop.visit} by {each.carer}")


def visits_late(instance: Instance, plan: DayPlan) -> frozenset[VisitId]:
    """Visits that start after their window."""
    latest = {
        package.visit_id(visit): visit.window.latest
        for package in instance.packages
        for visit in package.visits
    }
    return frozenset(
        stop.visit for each in plan.rounds for stop in each.stops if stop.start > latest[stop.visit]
    )


def late_visits(instance: Instance, plan: DayPlan) -> int:
    """How many visits start after their window; each counts once."""
    return len(visits_late(instance, plan))
