"""A provider's Mondays: 300 visits of the Essex generator, and forty named carers for them.

The generator knows homes, windows, durations, second carers, genders and skills, but no carers, so they are
drawn here. Day ``k`` is Chelmsford as drawn with seed ``7 + k``, allocated under today's cascade:

* **Visits.** Packages of the provider that holds most, in order of arrival, then of the next, as if the two
  had merged, until 300 visits fall on Monday. Once pairs make up 18 % of the visits, packages of pairs are
  passed over; so are those with a visit that no shift could hold.
* **Carers.** 40. Of five, three work a split shift in two parts (07:00–12:45 and 15:45–21:45, every other
  carer half an hour later), one an early shift (06:45–14:45), one a late one (14:15–22:45): 64 shifts. Every
  fourth is a man. Each begins and ends at the home of a package drawn from those passed over.
* **Ways.** Every eighth carer walks and every eighth cycles; the rest drive.
* **Skills.** Each that anybody needs is held by a carer with chance 0.6, and by at least eight women and
  three men; hoist by everybody. Likewise languages, with chance 0.2, three women and two men.
* **Breaks.** Twenty minutes, begun between 10:30 and 13:00 in an early shift, between 17:00 and 20:00 in a
  late one. The parts of a split shift are too short to owe one.

Variant A is all of it. Variant B is what every engine can state: one carer for every visit, no spacing
between a person's visits, no breaks. Only travel is priced, once everybody is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from geodata.travel import StraightLine, TravelMode
from instances import essex
from optimiser.allocation.allocate import allocate
from optimiser.model.calendar import HOUR, MINUTE, Weekday
from optimiser.model.identifiers import CarerId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Gender, Package, Visit
from optimiser.model.supply import Carer, Provider, Shift
from optimiser.rounds.prepare import Day, prepare_day
from optimiser.rounds.problem import NEVER, Problem
from optimiser.rounds.rules import RoundRules, Weights

DISTRICT, FIRST_SEED = "Chelmsford", 7
VISITS, MOST_PAIRED = 300, 0.18
MONDAY = frozenset({Weekday.MONDAY})
TRAVEL_ONLY = Weights(waiting=0, round=0)
PARTS = ((7 * HOUR, 12 * HOUR + 45 * MINUTE), (15 * HOUR + 45 * MINUTE, 21 * HOUR + 45 * MINUTE))
EARLY = (6 * HOUR + 45 * MINUTE, 14 * HOUR + 45 * MINUTE)
LATE = (14 * HOUR + 15 * MINUTE, 22 * HOUR + 45 * MINUTE)
CARERS = 40
BREAK = 20 * MINUTE
EARLY_BREAK = (10 * HOUR + 30 * MINUTE, 13 * HOUR)
LATE_BREAK = (17 * HOUR, 20 * HOUR)
SKILLED, SPEAKING = 0.6, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Monday:
    """One day of the case.

    Attributes
    ----------
    whole, plain
        Variants A and B.
    """

    seed: int
    whole: Day
    plain: Day


@cache
def monday(k: int) -> Monday:
    """Day ``k`` of the case."""
    seed = FIRST_SEED + k
    market = essex(district=DISTRICT, seed=seed)
    provider, held, others = _packages(market)
    chance = np.random.default_rng([seed, 300])
    market = replace(market, carers=tuple(_carers(provider.id, held, others, chance)))
    whole = _prepare(market, provider, held)
    plain = _prepare(market, provider, [_of_one(package) for package in held])
    return Monday(
        seed=seed,
        whole=replace(whole, problem=_with_breaks(whole.problem)),
        plain=replace(plain, problem=_untied(plain.problem)),
    )


def _prepare(market: Instance, provider: Provider, packages: Sequence[Package]) -> Day:
    return prepare_day(
        market,
        provider,
        packages,
        day=Weekday.MONDAY,
        travel=StraightLine(kinds=market.area_kinds),
        rules=RoundRules(rest=0),
        weights=TRAVEL_ONLY,
    )


def _packages(market: Instance) -> tuple[Provider, list[Package], list[Package]]:
    """The provider that holds most, packages with the case's visits, and the rest of the district's."""
    by_id = market.package_by_id
    placements = allocate(market, policy="cascade").solution.placements
    holder = {placed.package: placed.provider for placed in placements}
    many: dict[ProviderId, int] = {}
    for each, provider in holder.items():
        many[provider] = many.get(provider, 0) + len(_calls(by_id[each]))
    order = sorted(
        holder, key=lambda each: (-many[holder[each]], holder[each], by_id[each].requested_on, each)
    )
    held: list[Package] = []
    visits = pairs = 0
    for package in (by_id[each] for each in order):
        calls = _calls(package)
        in_pairs = sum(visit.carers_needed > 1 for visit in calls)
        if not calls or visits + len(calls) > VISITS or pairs + in_pairs > MOST_PAIRED * VISITS:
            continue
        if all(_fits(visit) for visit in calls):
            held.append(package)
            visits, pairs = visits + len(calls), pairs + in_pairs
    taken = {package.id for package in held}
    largest = market.provider_by_id[holder[order[0]]]
    return largest, held, [package for package in market.packages if package.id not in taken]


def _calls(package: Package) -> list[Visit]:
    if not package.service.enters_day_rounds:
        return []
    return [visit for visit in package.visits if Weekday.MONDAY in visit.days]


def _fits(visit: Visit) -> bool:
    """Whether a shift can hold the visit, its break, and a way of twenty minutes before and after."""
    way = 20 * MINUTE
    return any(
        max(visit.window.earliest, start + way) <= visit.window.latest
        and max(visit.window.earliest, start + way) + visit.service_duration + way <= end
        for start, end in (*PARTS, (EARLY[0] + BREAK, EARLY[1]), (LATE[0], LATE[1] - BREAK))
    )


def _of_one(package: Package) -> Package:
    return replace(package, visits=tuple(replace(visit, carers_needed=1) for visit in package.visits))


def _carers(
    provider: ProviderId, held: Sequence[Package], others: Sequence[Package], chance: np.random.Generator
) -> Iterator[Carer]:
    genders = [Gender.MALE if number % 4 == 3 else Gender.FEMALE for number in range(CARERS)]
    homes = chance.choice(len(others), CARERS, replace=False)
    skills = _holders(
        sorted({skill for package in held for skill in package.skills} - {"hoist"}),
        genders,
        chance,
        share=SKILLED,
        women=8,
        men=3,
    )
    languages = _holders(
        sorted({package.language for package in held if package.language is not None}),
        genders,
        chance,
        share=SPEAKING,
        women=3,
        men=2,
    )
    for number in range(CARERS):
        yield Carer(
            id=CarerId(f"{provider} {number + 1:02d}"),
            provider=provider,
            shifts=tuple(Shift(days=MONDAY, start=start, end=end) for start, end in _hours(number)),
            mode={0: TravelMode.FOOT, 4: TravelMode.CYCLE}.get(number % 8, TravelMode.CAR),
            gender=genders[number],
            skills=skills[number] | {"hoist"},
            languages=languages[number],
            depot=others[int(homes[number])].place,
        )


def _hours(number: int) -> tuple[tuple[int, int], ...]:
    """A carer's shifts: of five carers one works early, one late, three split.

    Five and the eight of modes and genders have no common divisor, so every kind has women and men, and some
    who do not drive.
    """
    if number % 5 == 0:
        return (EARLY,)
    if number % 5 == 1:
        return (LATE,)
    later = 30 * MINUTE * (number % 2)
    return tuple((start + later, end + later) for start, end in PARTS)


def _holders(
    wanted: Sequence[str],
    genders: Sequence[Gender],
    chance: np.random.Generator,
    *,
    share: float,
    women: int,
    men: int,
) -> list[frozenset[str]]:
    """Who has which skill or language: each with the chance, and at least so many women and men."""
    has: list[set[str]] = [set() for _ in genders]
    for name in wanted:
        draws = chance.random(len(genders))
        for gender, least in ((Gender.FEMALE, women), (Gender.MALE, men)):
            of_gender = sorted(
                (number for number, each in enumerate(genders) if each is gender), key=draws.__getitem__
            )
            for rank, number in enumerate(of_gender):
                if draws[number] < share or rank < least:
                    has[number].add(name)
    return [frozenset(each) for each in has]


def _with_breaks(problem: Problem) -> Problem:
    """Breaks for whole shifts, with hours of their own; none for the parts of a split one."""
    rest, begin, end = (
        np.array(each, np.int64)
        for each in zip(*(_break(int(start)) for start in problem.shift_start), strict=True)
    )
    return replace(problem, rest=rest, rest_from=begin, rest_to=end)


def _break(start: int) -> tuple[int, int, int]:
    """Length of the break of a shift that begins then, and when it may begin."""
    hours = {EARLY[0]: EARLY_BREAK, LATE[0]: LATE_BREAK}.get(start)
    return (0, -NEVER, NEVER) if hours is None else (BREAK, *hours)


def _untied(problem: Problem) -> Problem:
    none = np.zeros(0, np.int64)
    return replace(problem, link_from=none, link_to=none, link_lag=none)
