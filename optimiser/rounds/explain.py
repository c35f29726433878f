"""Explain a day: why a visit is not made, what each wish costs, and when carers are scarce."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import MINUTE, clock
from optimiser.model.identifiers import PackageId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, Visit
from optimiser.model.rounds import Round, RoundPlan
from optimiser.rounds.build_rounds import RoundSettings, prepare_days
from optimiser.rounds.carry import carried
from optimiser.rounds.loaded_day import load
from optimiser.rounds.prepare import Day, Duty, may_make
from optimiser.rounds.problem import Plan
from optimiser.rounds.room_found import Miss, PlanDoesNotHoldError, VisitFits, Why
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.limits import Limits

QUARTER = 15 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """Why one visit is not made, in a sentence, with the nearest miss where time is the reason."""

    visit: VisitId
    reason: str
    nearest: Miss | None = None

    def __str__(self) -> str:
        return f"{self.visit}: {self.reason}"


def explain_unserved(
    instance: Instance,
    allocation: Allocation,
    plan: RoundPlan,
    *,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
) -> tuple[Unserved, ...]:
    """A reason for each visit that a provider's plan leaves out, whether the plan says so or not.

    A reason speaks of the plan as it stands: with everybody else moved about there may still be a way, which
    is for the search to find.

    Raises
    ------
    PlanDoesNotHoldError
        Where the plan is not of this instance and allocation.
    """
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or RoundSettings()
    (day,) = prepare_days(
        instance, allocation, day=plan.day, travel=travel, settings=settings, providers=[plan.provider]
    )
    wanted = dict(zip(day.visits, day.needs, strict=True))
    found = []
    if not wanted.keys() >= set(plan.unserved):
        raise PlanDoesNotHoldError(plan.provider)
    # A line that was deleted from rounds.csv leaves a visit that nobody makes and nobody lists.
    made = {stop.visit for each in plan.rounds for stop in each.stops} | set(plan.unserved)
    plan = replace(plan, unserved=(*plan.unserved, *(visit for visit in day.visits if visit not in made)))
    asked = load(day, plan, travel=travel, settings=settings)
    for visit in plan.unserved:
        package, need = wanted[visit]
        barred = _nobody_may(day.duties, package, need)
        if barred is not None:
            found.append(Unserved(visit=visit, reason=barred))
            continue
        found.append(_why(asked.ask(visit), need))
    return tuple(found)


def _nobody_may(duties: Sequence[Duty], package: Package, need: Visit) -> str | None:
    """What no plan whatever could mend: who there is, and when they work."""
    if not duties:
        return "nobody works that day"
    able = [duty for duty in duties if may_make(duty, package)]
    if len({duty.carer for duty in able}) < need.carers_needed:
        return _who_lacks(duties, package, need)
    until = need.window.latest + need.service_duration
    there = {
        duty.carer
        for duty in able
        if duty.start <= need.window.latest
        and max(duty.start, need.window.earliest) + need.service_duration <= duty.end
    }
    if len(there) < need.carers_needed:
        window = f"between {clock(need.window.earliest)} and {clock(until)}"
        return f"{_number(len(there), need)} who may make it works {window}"
    return None


def _who_lacks(duties: Sequence[Duty], package: Package, need: Visit) -> str:
    """The first of gender, skills and language that leaves too few."""
    left = list(duties)
    asked = (
        (replace(package, skills=frozenset(), language=None), f"is {_gender(package)}"),
        (replace(package, language=None), f"has the skills {', '.join(sorted(package.skills))}"),
        (package, f"speaks {package.language}"),
    )
    for each, said in asked:
        able = [duty for duty in left if may_make(duty, each)]
        if len({duty.carer for duty in able}) < need.carers_needed:
            return f"{_number(len({duty.carer for duty in able}), need)} {said}"
        left = able
    return "nobody may make it"


def _gender(package: Package) -> str:
    return package.gender_of_carer.value if package.gender_of_carer is not None else "there"


def _number(count: int, need: Visit) -> str:
    return "no carer" if not count else f"only {count} of {need.carers_needed} carers"


def _why(answer: VisitFits, need: Visit) -> Unserved:
    """The nearest round's own reason."""
    if answer.fits:
        first = answer.fits[0]
        return Unserved(
            visit=answer.visit, reason=f"{first.carer} could take it at {clock(first.start)}: search longer"
        )
    alone = [miss for miss in answer.misses if miss.why is Why.ONE_CARER]
    at = clock(need.wished_start)
    if alone:
        free = "only one carer is" if len(alone) == 1 else f"{len(alone)} carers are"
        return Unserved(
            visit=answer.visit,
            reason=f"{free} free around {at}, and not {need.carers_needed} at once",
            nearest=alone[0],
        )
    near = next((miss for miss in answer.misses if miss.short_by is not None), None)
    if near is None or near.could_start is None or near.short_by is None:
        return Unserved(visit=answer.visit, reason=f"would need another carer at {at}")
    minutes = ceil(near.short_by / MINUTE)
    return Unserved(
        visit=answer.visit,
        reason=f"would need another carer at {at}: the nearest, {near.carer}, could start "
        f"{clock(near.could_start)}, {minutes} minutes too late for it or for who comes after",
        nearest=near,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one wish costs on a day: the plan with it less the plan without.

    Attributes
    ----------
    points, travel_seconds, rounds, unserved
        Differences; negative where the search happened upon a better plan with the wish than without.
    """

    package: PackageId
    wish: str
    points: int
    travel_seconds: int
    rounds: int
    unserved: int


def price_wishes(
    instance: Instance,
    allocation: Allocation,
    plan: RoundPlan,
    *,
    packages: Iterable[PackageId] | None = None,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    limits: Limits | None = None,
    seed: int = 0,
) -> tuple[Wish, ...]:
    """What each person's wish for a gender or a language costs, dearest first.

    Both plans are searched on from the given one with the same seed and steps, with the wish and without; the
    difference is an estimate, as good as the search.

    Parameters
    ----------
    packages
        Whose wishes; everybody's by default.
    limits
        For each search; a thousand steps by default.
    """
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or RoundSettings()
    limits = limits or Limits(iterations=1000)
    wanted = None if packages is None else set(packages)

    def searched(market: Instance) -> tuple[int, RoundPlan]:
        (day,) = prepare_days(
            market, allocation, day=plan.day, travel=travel, settings=settings, providers=[plan.provider]
        )
        return _searched(day, plan, limits, seed)

    stands, planned = searched(instance)
    mine = sorted({stop.visit.rpartition("/")[0] for each in planned.rounds for stop in each.stops})
    found = []
    for package in (instance.package_by_id[PackageId(each)] for each in mine):
        if wanted is not None and package.id not in wanted:
            continue
        for wish, without in _wishes(package):
            others = tuple(without if each.id == package.id else each for each in instance.packages)
            points, other = searched(replace(instance, packages=others))
            found.append(
                Wish(
                    package=package.id,
                    wish=wish,
                    points=stands - points,
                    travel_seconds=planned.travel_seconds - other.travel_seconds,
                    rounds=len(planned.rounds) - len(other.rounds),
                    unserved=len(planned.unserved) - len(other.unserved),
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.points, each.package, each.wish)))


def _wishes(package: Package) -> list[tuple[str, Package]]:
    wishes = []
    if package.gender_of_carer is not None:
        said = f"a {package.gender_of_carer.value} carer"
        wishes.append((said, replace(package, gender_of_carer=None)))
    if package.language is not None:
        wishes.append((f"a carer who speaks {package.language}", replace(package, language=None)))
    return wishes


def _searched(day: Day, plan: RoundPlan, limits: Limits, seed: int) -> tuple[int, RoundPlan]:
    start: Plan = carried(day, day.problem, plan.rounds)
    result = RuinAndRecreate().solve(day.problem, limits=limits, seed=seed, start=start)
    return result.objective or 0, to_round_plan(day, result.solution)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterHour:
    """A quarter of an hour of a day: carers with people or on the way to them, and carers on duty.

    Attributes
    ----------
    start
        Seconds past midnight.
    needed
        Most carers busy at one moment of it.
    on_duty
        Carers whose shift covers some of it and who have a round that day.
    """

    start: int
    needed: int
    on_duty: int

    def __str__(self) -> str:
        return f"{clock(self.start)}: {self.needed} of {self.on_duty} carers"


def busiest_quarters(rounds: Iterable[Round], *, most: int | None = None) -> tuple[QuarterHour, ...]:
    """Quarter-hours with the most carers busy at once, busiest first, the earlier first among equals.

    Parameters
    ----------
    most
        How many; all in which anybody is busy by default.
    """
    used = [each for each in rounds if each.stops]
    if not used:
        return ()
    ends = max(each.stops[-1].end for each in used)
    busy = np.zeros(ends + 1, np.int64)
    for each in used:
        for stop in each.stops:
            busy[stop.start - stop.travel_seconds] += 1
            busy[stop.end] -= 1
    at_once = np.cumsum(busy)
    quarters = []
    for start in range(0, ends, QUARTER):
        needed = int(at_once[start : start + QUARTER].max(initial=0))
        if needed:
            there = {
                each.carer for each in used if each.shift_start < start + QUARTER and each.shift_end > start
            }
            quarters.append(QuarterHour(start=start, needed=needed, on_duty=len(there)))
    quarters.sort(key=lambda each: (-each.needed, each.start))
    return tuple(quarters[:most])
