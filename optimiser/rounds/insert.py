"""Which rounds could take a new person, at what extra travel and price, or by how much they could not.

A day is loaded once with room to spare for one more person; each question then writes that person's visits
into the spare room, prices every place of every round exactly, and leaves the plan as it was. A question
takes milliseconds, so that it can be asked while somebody waits on the telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.place import Place
from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import DAY, Weekday, clock
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, Visit
from optimiser.model.rounds import RoundPlan
from optimiser.rounds.build_rounds import RoundSettings, prepare_days
from optimiser.rounds.carry import carried, loaded
from optimiser.rounds.kernels.cache import drop_stale
from optimiser.rounds.kernels.data import COMPONENTS, TRAVEL, Data, State, make_data
from optimiser.rounds.kernels.fits import (
    ALIKE,
    ALONE,
    BARRED,
    FIT,
    FITS,
    FULL,
    LOCKED,
    Answer,
    make_answer,
    price_fits,
)
from optimiser.rounds.kernels.insertion import Bench, make_bench
from optimiser.rounds.kernels.edit import link
from optimiser.rounds.kernels.journal import RESTED, Journal, begin
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import reschedule
from optimiser.rounds.kernels.value import appraise_all
from optimiser.rounds.prepare import Day, gap_between, may_make
from optimiser.rounds.problem import FORBIDDEN, NEVER, Ints, Problem

SPARE_VISITS = 8
"""Most visits a day of a person who is asked about."""
SPARE_CARERS = 3
"""Most carers at one of them."""


class Why(Enum):
    """Why a round cannot take a visit."""

    CARER = "carer"
    """Gender, skill or language."""
    LOCKED = "locked"
    HOURS = "hours"
    """No hours left in the carer's week."""
    NO_ROOM = "no room"
    """No place in which everybody's window is kept."""
    ONE_CARER = "one carer"
    """This carer could come, but nobody with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The best place of a visit on one round.

    Attributes
    ----------
    carer, shift_start, shift_end
        Of the round; seconds past midnight.
    new_round
        Whether the carer has no other visit so far.
    after
        The visit before it; ``None`` at the beginning of the round.
    others
        Who comes as well to a visit of two or three carers.
    start, latest
        The first moment it could start, and the last that has nobody else start later than they would.
    travel_seconds
        On top of what is driven already, all carers together.
    price, components
        What the plan's objective rises by, in points, and of what that is made up.
    moved, most_moved
        How many other visits' earliest starts move, and the farthest by how many seconds.
    """

    carer: CarerId
    shift_start: int
    shift_end: int
    new_round: bool
    after: VisitId | None
    others: tuple[CarerId, ...]
    start: int
    latest: int
    travel_seconds: int
    price: int
    components: Mapping[str, int]
    moved: int
    most_moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A round that cannot take a visit, and why.

    Attributes
    ----------
    short_by
        By how many seconds the nearest place is missed; ``None`` where time is not the reason, or where no
        place would do at any time.
    could_start
        When the visit could start there, others or its own window not minded.
    after
        The visit before that place; ``None`` at the beginning of the round.
    """

    carer: CarerId
    shift_start: int
    shift_end: int
    why: Why
    short_by: int | None = None
    could_start: int | None = None
    after: VisitId | None = None

    def __str__(self) -> str:
        if self.why is Why.NO_ROOM and self.short_by is not None and self.could_start is not None:
            minutes = -(-self.short_by // 60)
            return f"{self.carer}: could start {clock(self.could_start)}, {minutes} minutes too late"
        said = {
            Why.CARER: "gender, skill or language",
            Why.LOCKED: "the round is locked",
            Why.HOURS: "no hours left this week",
            Why.NO_ROOM: "no room at that time",
            Why.ONE_CARER: "could come, but no second carer is free then",
        }
        return f"{self.carer}: {said[self.why]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFits:
    """What came of asking for one visit: rounds that could take it, cheapest first, and those that could not.

    ``misses`` come nearest first: those short of the least time, then the rest.
    """

    visit: VisitId
    fits: tuple[Fit, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFits:
    """What came of asking for a person on one day.

    Attributes
    ----------
    visits
        Each visit on its own, as if the others were not.
    together
        A place for every visit, put in one after the other, the most difficult first, with what binds them;
        ``None`` where they do not all fit in that way.
    """

    provider: ProviderId
    day: Weekday
    visits: tuple[VisitFits, ...]
    together: tuple[Fit, ...] | None

    @property
    def price(self) -> int | None:
        """Of all visits together, in points; ``None`` where they do not all fit."""
        return None if self.together is None else sum(each.price for each in self.together)

    @property
    def travel_seconds(self) -> int | None:
        """Extra travel of all visits together; ``None`` where they do not all fit."""
        return None if self.together is None else sum(each.travel_seconds for each in self.together)


_WHY = {BARRED: Why.CARER, LOCKED: Why.LOCKED, FULL: Why.HOURS, ALONE: Why.ONE_CARER}


@dataclass(frozen=True, slots=True)
class Found:
    """What the kernel found of one round: its record by field, and what each component changes by."""

    shift: int
    fit: Mapping[str, int]
    change: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class LoadedDay:
    """A provider's planned day, ready to be asked; made by :func:`load_day`. One question at a time.

    Its arrays are working space: every question writes into them and puts back what the plan rests on.
    """

    day: Day
    problem: Problem
    settings: RoundSettings
    travel: TravelModel
    places: tuple[Place, ...]
    data: Data
    state: State
    journal: Journal
    bench: Bench
    answer: Answer

    def insert(self, package: Package) -> PackageFits:
        """Which rounds could take each of the package's visits of this day, and all of them together.

        Raises
        ------
        ValueError
            For more visits a day than there is room for (eight).
        """
        visits = [visit for visit in package.visits if self.day.day in visit.days]
        if not package.service.enters_day_rounds:
            visits = []
        if len(visits) > SPARE_VISITS:
            raise ValueError(f"{package.id} has {len(visits)} visits a day, room is for {SPARE_VISITS}")
        self._write(package, visits)
        found = [self._ask(k) for k in range(len(visits))]
        return PackageFits(
            provider=self.day.provider,
            day=self.day.day,
            visits=tuple(
                self._told(package.visit_id(v), each) for v, each in zip(visits, found, strict=True)
            ),
            together=self._place_all(found),
        )

    def ask(self, visit: VisitId) -> VisitFits:
        """Which rounds could take a visit of the day that the plan leaves out, with what binds it to others.

        Raises
        ------
        ValueError
            For one that the day does not have or the plan does not leave out.
        """
        if visit not in self.day.visits:
            raise ValueError(f"{visit} is not a visit of {self.day.provider} on {self.day.day.value}")
        v = self.day.visits.index(visit)
        if self.state.nodes[self.data.members[self.data.visits[v]["member_from"]]]["of"] >= 0:
            raise ValueError(f"{visit} is made already")
        return self._told(visit, self._price(v))

    def _write(self, package: Package, visits: Sequence[Visit]) -> None:
        """Put a person into the spare room."""
        data, rules = self.data, self.settings.rules
        here = self._locate(package.place)
        fee = np.array([0 if may_make(duty, package) else FORBIDDEN for duty in self.day.duties], np.int64)
        spare = len(self.day.problem.earliest)
        data.place[spare : self.problem.services] = here
        data.preference[spare:] = fee
        capped = bool((self.day.problem.capacity < NEVER).any())
        earliest, latest = _narrowed(visits, rules.lateness_allowed)
        for k, visit in enumerate(visits):
            v = self.day.problem.visits + k
            data.visits[v]["size"] = visit.carers_needed
            data.visits[v]["price"] = 0
            for i in range(spare + k * SPARE_CARERS, spare + (k + 1) * SPARE_CARERS):
                service = data.services[i]
                service["earliest"], service["latest"] = earliest[k], latest[k]
                service["due"] = min(visit.window.latest, latest[k])
                service["duration"] = visit.service_duration
                service["demand"] = visit.service_duration if capped else 0
                for e in range(service["tie_from"], service["tie_to"]):
                    other = (int(data.ties[e]["other"]) - spare) // SPARE_CARERS
                    after, before = _ties_between(visits, k, other, rules.sync_tolerance)
                    data.ties[e]["after"], data.ties[e]["before"] = after, before

    def _locate(self, place: Place) -> int:
        """Position of a place among the problem's; a new one is written into the spare position."""
        if place in self.places:
            return self.places.index(place)
        at = len(self.places)
        data = self.data
        modes = sorted({duty.mode for duty in self.day.duties}, key=lambda mode: mode.value)
        for q, mode in enumerate(modes):
            matrix = self.travel.matrix([*self.places, place], mode)
            seconds = np.where(matrix.reachable, matrix.seconds, FORBIDDEN).astype(np.int64)
            gap = gap_between(seconds, self.settings.rules)
            data.seconds[q, at, : at + 1], data.seconds[q, : at + 1, at] = seconds[at], seconds[:, at]
            data.toward[q, at, : at + 1], data.toward[q, : at + 1, at] = seconds[:, at], seconds[at]
            data.gap[q, at, : at + 1], data.gap[q, : at + 1, at] = gap[at], gap[:, at]
        return at

    def _ask(self, k: int) -> list[Found]:
        """What came of each round for the person's ``k``-th visit."""
        return self._price(self.day.problem.visits + k)

    def _price(self, v: int) -> list[Found]:
        """What came of each round for a visit, and what it would add to each component."""
        begin(self.state, self.journal)
        price_fits(self.data, self.state, self.journal, self.bench, self.answer, v)
        names, rows = FIT.names or (), np.flatnonzero(self.answer.fits["what"] != ALIKE)
        fits, changes = self.answer.fits[rows].tolist(), self.answer.changes[rows].tolist()
        return [
            Found(r, dict(zip(names, fit, strict=True)), change)
            for r, fit, change in zip(rows.tolist(), fits, changes, strict=True)
        ]

    def _told(self, visit: VisitId, found: Sequence[Found]) -> VisitFits:
        fits = [self._fit(each) for each in sorted(found, key=_by_price) if each.fit["what"] == FITS]
        misses = [self._miss(each) for each in found if each.fit["what"] != FITS]
        misses.sort(
            key=lambda each: (
                each.why is not Why.ONE_CARER,
                NEVER if each.short_by is None else each.short_by,
                each.carer,
                each.shift_start,
            )
        )
        return VisitFits(visit=visit, fits=tuple(fits), misses=tuple(misses))

    def _fit(self, found: Found) -> Fit:
        fit, duty = found.fit, self.day.duties[found.shift]
        weights = self.data.weights.tolist()
        return Fit(
            carer=duty.carer,
            shift_start=duty.start,
            shift_end=duty.end,
            new_round=not self.state.rounds[found.shift]["count"],
            after=self._visit_at(fit["before"]),
            others=tuple(self.day.duties[fit[name]].carer for name in ("second", "third") if fit[name] >= 0),
            start=fit["start"],
            latest=fit["latest"],
            travel_seconds=found.change[TRAVEL],
            price=fit["price"],
            components={
                name: weight * change
                for name, weight, change in zip(COMPONENTS, weights, found.change, strict=True)
                if weight * change
            },
            moved=fit["moved"],
            most_moved=fit["most_moved"],
        )

    def _miss(self, found: Found) -> Miss:
        fit, duty = found.fit, self.day.duties[found.shift]
        why = _WHY.get(fit["what"], Why.NO_ROOM)
        near = why is Why.NO_ROOM and fit["miss"] < DAY
        return Miss(
            carer=duty.carer,
            shift_start=duty.start,
            shift_end=duty.end,
            why=why,
            short_by=fit["miss"] if near else None,
            could_start=fit["miss_start"] if near else None,
            after=self._visit_at(fit["miss_before"]) if near else None,
        )

    def _visit_at(self, node: int) -> VisitId | None:
        known = 0 <= node < self.day.problem.services
        return self.day.visits[int(self.problem.visit[node])] if known else None

    def _place_all(self, alone: Sequence[Sequence[Found]]) -> tuple[Fit, ...] | None:
        """The most difficult visit first, each where it costs least beside those already in."""
        choices = [sum(each.fit["what"] == FITS for each in found) for found in alone]
        if not all(choices):
            return None
        chosen: dict[int, Fit] = {}
        stood = State(*(each.copy() for each in self.state))
        for k in sorted(range(len(alone)), key=lambda k: (choices[k], k)):
            found = self._ask(k) if chosen else alone[k]
            best = min(found, key=_by_price)
            if best.fit["what"] != FITS:
                break
            chosen[k] = self._fit(best)
            self._take(k, best)
        for now, then in zip(self.state, stood, strict=True):
            now[...] = then
        begin(self.state, self.journal)
        return tuple(chosen[k] for k in range(len(alone))) if len(chosen) == len(alone) else None

    def _take(self, k: int, found: Found) -> None:
        """Put a visit where it was found to fit."""
        fit = found.fit
        first = int(self.data.visits[self.day.problem.visits + k]["member_from"])
        steps = [(found.shift, fit["before"])]
        steps += [(fit[name], fit[f"{name}_before"]) for name in ("second", "third") if fit[name] >= 0]
        begin(self.state, self.journal)
        for at, (shift, before) in enumerate(steps):
            service = int(self.data.members[first + at])
            self._put(service, shift, before)
        appraise_all(self.data, self.state)


    def _put(self, service: int, shift: int, before: int) -> None:
        """Put a service on a round, step by step as the kernels did when they found that it fits."""
        data, state, journal = self.data, self.state, self.journal
        journal.tally[RESTED] = 0
        link(data, state, journal, service, shift, before)
        if not reschedule(data, state, journal, NEVER) or not give_rests(data, state, journal, NEVER):
            raise AssertionError("a service does not fit where it was found to")


def _by_price(found: Found) -> tuple[int, int]:
    return found.fit["price"], found.shift


def _narrowed(visits: Sequence[Visit], lateness: int) -> tuple[list[int], list[int]]:
    """Windows of one person's visits, in order, narrowed to what the gaps between them leave."""
    earliest = [visit.window.earliest for visit in visits]
    latest = [visit.window.latest + lateness for visit in visits]
    lags = [before.service_duration + after.min_gap_before for before, after in pairwise(visits)]
    for k, lag in enumerate(lags):
        earliest[k + 1] = max(earliest[k + 1], earliest[k] + lag)
    for k in reversed(range(len(lags))):
        latest[k] = min(latest[k], latest[k + 1] - lags[k])
    if any(low > high for low, high in zip(earliest, latest, strict=True)):
        return (
            [visit.window.earliest for visit in visits],
            [visit.window.latest + lateness for visit in visits],
        )
    return earliest, latest


def _ties_between(visits: Sequence[Visit], k: int, other: int, tolerance: int) -> tuple[int, int]:
    """What binds a service of visit ``k`` to one of visit ``other``: least lags there and back."""
    if other == k:
        return -tolerance, -tolerance
    if other == k + 1 and other < len(visits):
        return visits[k].service_duration + visits[other].min_gap_before, -NEVER
    if other == k - 1:
        return -NEVER, visits[other].service_duration + visits[k].min_gap_before
    return -NEVER, -NEVER


def load_day(
    instance: Instance,
    allocation: Allocation,
    plan: RoundPlan,
    *,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
) -> LoadedDay:
    """Make a provider's planned day ready to be asked.

    Parameters
    ----------
    plan
        The provider's plan; visits that it does not serve stay out.

    Raises
    ------
    ValueError
        Where the plan cannot be scheduled under these travel times and rules.
    """
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or RoundSettings()
    (day,) = prepare_days(
        instance, allocation, day=plan.day, travel=travel, settings=settings, providers=[plan.provider]
    )
    return load(day, plan, travel=travel, settings=settings)


def load(day: Day, plan: RoundPlan, *, travel: TravelModel, settings: RoundSettings) -> LoadedDay:
    """The same from a day's problem that is there already."""
    drop_stale()
    problem = _with_room(day.problem)
    start = carried(day, day.problem, plan.rounds)
    planned = sum(len(each.stops) for each in plan.rounds)
    if sum(len(each.services) for each in start.rounds) != planned:
        raise ValueError(f"the plan of {plan.provider} cannot be scheduled with this travel and these rules")
    data = make_data(problem)
    put = loaded(problem, data, start)
    if put is None:
        raise ValueError(f"the plan of {plan.provider} cannot be scheduled with this travel and these rules")
    state, journal = put
    appraise_all(data, state)
    begin(state, journal)
    return LoadedDay(
        day=day,
        problem=problem,
        settings=settings,
        travel=travel,
        places=_places_of(day),
        data=data,
        state=state,
        journal=journal,
        bench=make_bench(problem.services + 2 * problem.shifts),
        answer=make_answer(problem.services + 2 * problem.shifts, problem.shifts),
    )


def _places_of(day: Day) -> tuple[Place, ...]:
    """Places in the order of the problem's matrices (:func:`~optimiser.rounds.prepare.prepare_day`)."""
    depots = {duty.depot for duty in day.duties if duty.depot is not None}
    return tuple(sorted({package.place for package, _ in day.needs} | depots))


def _with_room(problem: Problem) -> Problem:
    """The problem with one place and a few visits more, which nobody makes until they are written over."""
    n, k, room = problem.services, problem.visits, SPARE_VISITS * SPARE_CARERS
    p = problem.seconds.shape[-1]
    spare = np.arange(n, n + room)
    pairs = [(a, b) for a in spare.tolist() for b in spare.tolist() if a != b]

    def more(values: Ints, value: int) -> Ints:
        return np.concatenate([values, np.full(room, value, np.int64)])

    def wider(matrix: Ints) -> Ints:
        wide = np.pad(matrix, ((0, 0), (0, 1), (0, 1)), constant_values=FORBIDDEN)
        wide[:, p, p] = 0
        return wide

    return replace(
        problem,
        earliest=more(problem.earliest, 0),
        due=more(problem.due, DAY),
        latest=more(problem.latest, DAY),
        duration=more(problem.duration, 60),
        place=more(problem.place, p),
        visit=np.concatenate([problem.visit, k + np.arange(room) // SPARE_CARERS]),
        link_from=np.concatenate([problem.link_from, np.array([a for a, _ in pairs], np.int64)]),
        link_to=np.concatenate([problem.link_to, np.array([b for _, b in pairs], np.int64)]),
        link_lag=np.concatenate([problem.link_lag, np.full(len(pairs), -NEVER, np.int64)]),
        preference=np.concatenate([problem.preference, np.full((room, problem.shifts), FORBIDDEN, np.int64)]),
        seconds=wider(problem.seconds),
        metres=wider(problem.metres),
        gap=wider(problem.gap),
        again=more(problem.again, NEVER),
        again_due=more(problem.again_due, NEVER),
        again_latest=more(problem.again_latest, NEVER),
        price=np.concatenate([problem.price, np.zeros(SPARE_VISITS, np.int64)]),
        demand=more(problem.demand, 0),
    )


def insert(
    instance: Instance,
    allocation: Allocation,
    plans: Sequence[RoundPlan],
    package: Package,
    *,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
) -> tuple[PackageFits, ...]:
    """Ask every plan in turn; those that could take the whole person come first, cheapest first."""
    found = [
        load_day(instance, allocation, plan, travel=travel, settings=settings).insert(package)
        for plan in plans
    ]
    return tuple(sorted(found, key=lambda each: (NEVER if each.price is None else each.price, each.provider)))
