"""A planned day kept ready to be asked where a new person's visits would fit, and at what price.

The day is loaded once with room to spare for one more person; each question then writes that person's visits
into the spare room, prices every place of every round exactly, and leaves the plan as it was. A question
takes milliseconds, so that it can be asked while somebody waits on the telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import DAY
from optimiser.model.identifiers import VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.rounds import RoundPlan
from optimiser.rounds.build_rounds import RoundSettings, prepare_days
from optimiser.rounds.carry import loaded, translated
from optimiser.rounds.kernels.bench import Bench, make_bench
from optimiser.rounds.kernels.cache import drop_stale
from optimiser.rounds.kernels.data import COMPONENTS, TRAVEL, Data, State, make_data
from optimiser.rounds.kernels.desk import Desk, lay
from optimiser.rounds.kernels.edit import link
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
from optimiser.rounds.kernels.journal import RESTED, Journal, begin
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import reschedule
from optimiser.rounds.kernels.value import appraise_all
from optimiser.rounds.prepare import Day
from optimiser.rounds.problem import NEVER, Problem
from optimiser.rounds.room_found import (
    Fit,
    Miss,
    PackageFits,
    PlanDoesNotHoldError,
    TooLargeToAskError,
    VisitFits,
    Why,
)
from optimiser.rounds.spare_room import SPARE_VISITS, SpareRoom, places_of, with_room

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
    data: Data
    state: State
    journal: Journal
    bench: Bench
    desk: Desk
    answer: Answer
    room: SpareRoom

    def insert(self, package: Package) -> PackageFits:
        """Which rounds could take each of the package's visits of this day, and all of them together.

        Raises
        ------
        TooLargeToAskError
            For more visits a day than there is room for (eight).
        """
        visits = [visit for visit in package.visits if self.day.day in visit.days]
        if not package.service.enters_day_rounds:
            visits = []
        if len(visits) > SPARE_VISITS:
            raise TooLargeToAskError(
                f"{package.id} has {len(visits)} visits a day: no more than {SPARE_VISITS} can be asked about"
            )
        self.room.write(package, visits)
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

    def _ask(self, k: int) -> list[Found]:
        """What came of each round for the person's ``k``-th visit."""
        return self._price(self.day.problem.visits + k)

    def _price(self, v: int) -> list[Found]:
        """What came of each round for a visit, and what it would add to each component."""
        begin(self.desk)
        price_fits(self.desk, self.answer, v)
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
        begin(self.desk)
        return tuple(chosen[k] for k in range(len(alone))) if len(chosen) == len(alone) else None

    def _take(self, k: int, found: Found) -> None:
        """Put a visit where it was found to fit."""
        fit = found.fit
        first = int(self.data.visits[self.day.problem.visits + k]["member_from"])
        steps = [(found.shift, fit["before"])]
        steps += [(fit[name], fit[f"{name}_before"]) for name in ("second", "third") if fit[name] >= 0]
        begin(self.desk)
        for at, (shift, before) in enumerate(steps):
            service = int(self.data.members[first + at])
            self._put(service, shift, before)
        appraise_all(self.desk)

    def _put(self, service: int, shift: int, before: int) -> None:
        """Put a service on a round, step by step as the kernels did when they found that it fits."""
        self.journal.tally[RESTED] = 0
        link(self.desk, service, shift, before)
        if not reschedule(self.desk, NEVER) or not give_rests(self.desk, NEVER):
            raise AssertionError("a service does not fit where it was found to")


def _by_price(found: Found) -> tuple[int, int]:
    return found.fit["price"], found.shift


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
    PlanDoesNotHoldError
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
    problem = with_room(day.problem)
    start = translated(day, day.problem, plan.rounds)
    planned = sum(len(each.stops) for each in plan.rounds)
    if sum(len(each.services) for each in start.rounds) != planned:
        raise PlanDoesNotHoldError(plan.provider)
    data = make_data(problem, apart=True)
    put = loaded(problem, data, start)
    if put is None:
        # Where visits are left out, the others need not leave them the time that their gaps would ask for.
        data = make_data(problem, across=False, apart=True)
        put = loaded(problem, data, start)
    if put is None:
        raise PlanDoesNotHoldError(plan.provider)
    state, journal = put
    bench = make_bench(problem.services + 2 * problem.shifts, problem.shifts)
    desk = lay(data=data, state=state, journal=journal, bench=bench)
    appraise_all(desk)
    begin(desk)
    return LoadedDay(
        day=day,
        problem=problem,
        data=data,
        state=state,
        journal=journal,
        bench=bench,
        desk=desk,
        answer=make_answer(problem.services + 2 * problem.shifts, problem.shifts),
        room=SpareRoom(day=day, data=data, rules=settings.rules, travel=travel, places=places_of(day)),
    )
