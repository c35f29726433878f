"""A provider's Mondays: 300 visits of the Essex generator, and forty named carers for them.

The generator knows homes, windows, durations, second carers, genders and skills, but no carers, so they are
drawn here. Day ``k`` is Chelmsford as drawn with seed ``7 + k``, allocated under today's cascade:

* **Visits.** Packages of the provider that holds most, in order of arrival, then of the next, as if the two
  had merged, until 300 visits fall on Monday. Once pairs make up 18 % of the visits, packages of pairs are
  passed over; so are long sessions, and packages whose visits no shift could hold or whose gaps leave a visit
  less than a quarter of an hour of choice.
* **Carers.** 40. Of five, one works an early shift (06:45–15:00), one a late one (14:00–22:45), and three a
  split one of two parts of six hours, from 07:00, 07:30 or 08:00 and 8 h 45 min after that: 64 shifts. Every
  fourth is a man. Each begins and ends at the home of a package drawn from those passed over.
* **Ways.** Every eighth carer walks and every eighth cycles, all of them women; the rest drive.
* **Skills.** Hoist by everybody, any other that is needed with chance 0.6, any language with chance 0.2. For
  every person, four split, two early and two late carers who drive are of the gender asked for and are taught
  whatever else it takes: enough for two of them at any hour.
* **Breaks.** Twenty minutes, begun between 10:30 and 13:00 in an early shift, between 17:00 and 20:00 in a
  late one. The parts of a split shift are too short to owe one.

Variant A is all of it. Variant B is what every engine can state: one carer for every visit, no spacing
between a person's visits, no breaks. Only travel is priced, once everybody is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

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
RULES = RoundRules(rest=0)
"""Breaks are put in by hand (see above)."""
TRAVEL_ONLY = Weights(waiting=0, round=0)
SPLIT = tuple(
    tuple((begins + later, begins + later + 6 * HOUR) for begins in (7 * HOUR, 15 * HOUR + 45 * MINUTE))
    for later in (0, 30 * MINUTE, HOUR)
)
"""The three split shifts."""
EARLY = (6 * HOUR + 45 * MINUTE, 15 * HOUR)
LATE = (14 * HOUR, 22 * HOUR + 45 * MINUTE)
CARERS = 40
LONGEST = 90 * MINUTE
"""Anything longer is a session, which is not a call on a round."""
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
    travel
        By which both were made.
    others
        Packages of the district that were passed over.
    """

    seed: int
    whole: Day
    plain: Day
    travel: StraightLine
    others: tuple[Package, ...]


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
        travel=StraightLine(kinds=market.area_kinds),
        others=tuple(others),
    )


def _prepare(market: Instance, provider: Provider, packages: Sequence[Package]) -> Day:
    return prepare_day(
        market,
        provider,
        packages,
        day=Weekday.MONDAY,
        travel=StraightLine(kinds=market.area_kinds),
        rules=RULES,
        weights=TRAVEL_ONLY,
    )


def _packages(market: Instance) -> tuple[Provider, list[Package], list[Package]]:
    """The provider that holds most, packages with the case's visits, and the rest of the district's."""
    by_id = market.package_by_id
    placements = allocate(market, policy="cascade").solution.placements
    holder = {placed.package: placed.provider for placed in placements}
    many: dict[ProviderId, int] = {}
    for each, provider in holder.items():
        many[provider] = many.get(provider, 0) + len(calls_of(by_id[each]))
    order = sorted(
        holder, key=lambda each: (-many[holder[each]], holder[each], by_id[each].requested_on, each)
    )
    held: list[Package] = []
    visits = pairs = 0
    for package in (by_id[each] for each in order):
        calls = calls_of(package)
        in_pairs = sum(visit.carers_needed > 1 for visit in calls)
        if not calls or visits + len(calls) > VISITS or pairs + in_pairs > MOST_PAIRED * VISITS:
            continue
        if can_be_made(calls):
            held.append(package)
            visits, pairs = visits + len(calls), pairs + in_pairs
    taken = {package.id for package in held}
    largest = market.provider_by_id[holder[order[0]]]
    return largest, held, [package for package in market.packages if package.id not in taken]


def calls_of(package: Package) -> list[Visit]:
    """Visits of a package that fall on Monday's rounds."""
    if not package.service.enters_day_rounds:
        return []
    return [visit for visit in package.visits if Weekday.MONDAY in visit.days]


def can_be_made(calls: Sequence[Visit]) -> bool:
    """Whether none is a long session, and each has a quarter of an hour of choice in which a shift holds it.

    A person's calls narrow each other's windows: each leaves room for the gap before the next.
    """
    earliest: list[int] = []
    latest: list[int] = []
    for k, call in enumerate(calls):
        after = earliest[-1] + calls[k - 1].service_duration + call.min_gap_before if k else 0
        earliest.append(max(call.window.earliest, after))
    for k in range(len(calls) - 1, -1, -1):
        call, behind = calls[k], k + 1 < len(calls)
        by = latest[-1] - call.service_duration - calls[k + 1].min_gap_before if behind else NEVER
        latest.append(min(call.window.latest, by))
    return all(
        call.service_duration <= LONGEST and _fits(call.service_duration, low, high - 15 * MINUTE)
        for call, low, high in zip(calls, earliest, reversed(latest), strict=True)
    )


def _fits(duration: int, earliest: int, latest: int) -> bool:
    """Whether a shift can hold a visit, its break, and a way of twenty minutes before and after."""
    way = 20 * MINUTE
    return any(
        max(earliest, start + way) <= min(latest, end - way - duration)
        for start, end in (*chain(*SPLIT), (EARLY[0] + BREAK, EARLY[1]), (LATE[0], LATE[1] - BREAK))
    )


def _of_one(package: Package) -> Package:
    return replace(package, visits=tuple(replace(visit, carers_needed=1) for visit in package.visits))


def _carers(
    provider: ProviderId, held: Sequence[Package], others: Sequence[Package], chance: np.random.Generator
) -> Iterator[Carer]:
    genders = [Gender.MALE if number % 4 == 3 else Gender.FEMALE for number in range(CARERS)]
    homes = chance.choice(len(others), CARERS, replace=False)
    modes = [
        {0: TravelMode.FOOT, 4: TravelMode.CYCLE}.get(number % 8, TravelMode.CAR) for number in range(CARERS)
    ]
    skills = _drawn({skill for package in held for skill in package.skills}, SKILLED, chance)
    languages = _drawn({each.language for each in held if each.language is not None}, SPEAKING, chance)
    for package in held:
        able = [
            number
            for number in range(CARERS)
            if modes[number] is TravelMode.CAR and package.gender_of_carer in (None, genders[number])
        ]
        for kinds, least in (((2, 3, 4), 4), ((0,), 2), ((1,), 2)):
            for number in [each for each in able if each % 5 in kinds][:least]:
                skills[number] |= package.skills
                languages[number] |= set() if package.language is None else {package.language}
    for number in range(CARERS):
        yield Carer(
            id=CarerId(f"{provider} {number + 1:02d}"),
            provider=provider,
            shifts=tuple(Shift(days=MONDAY, start=start, end=end) for start, end in _hours(number)),
            mode=modes[number],
            gender=genders[number],
            skills=frozenset(skills[number] | {"hoist"}),
            languages=frozenset(languages[number]),
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
    return SPLIT[number % 5 - 2]


def _drawn(names: set[str], share: float, chance: np.random.Generator) -> list[set[str]]:
    """Which carer has which of the names, each with a chance."""
    has: list[set[str]] = [set() for _ in range(CARERS)]
    for name in sorted(names):
        for number in np.flatnonzero(chance.random(CARERS) < share):
            has[number].add(name)
    return has


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
