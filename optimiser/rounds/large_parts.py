"""Parts of a large day: whose visits and which carers each has, and what binds it to the others.

The first parts are made of homes, with nobody on the way yet. Later parts are made of whole rounds, with the
visits nobody makes and the carers nobody uses nearby. Two carers of one visit, or two visits of one person,
may then come to lie in different parts. Such a visit is *held*: its start is fixed where the other carer is
elsewhere, and kept to its own side of the slack where another visit of the person is, so that parts may be
solved side by side without knowledge of each other and still fit together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from geodata.place import Place
from optimiser.model.identifiers import CarerId, PackageId, VisitId
from optimiser.model.need import Package, Visit
from optimiser.model.rounds import Round
from optimiser.rounds.parts import Lump, cut, lump_at
from optimiser.rounds.prepare import Day, Duty, Work, enough_carers, named_duties, nameless_duties
from optimiser.rounds.problem import Problem
from optimiser.rounds.rules import RoundRules

Need = tuple[Package, Visit]
Span = tuple[int, int]
"""From when until when a visit may start, in seconds past midnight."""

SPARE_EACH = 20
"""Services for which a later part has one nameless carer of each kind that nobody uses yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a large day's plan stands.

    Attributes
    ----------
    rounds
        With the duty each is made on.
    unserved
        Visits nobody makes yet.
    """

    rounds: tuple[tuple[Duty, Round], ...]
    unserved: frozenset[VisitId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of a large day, to be solved as a day of its own.

    Attributes
    ----------
    needs
        Visits with as many of their carers as come from this part.
    rounds
        As they stand.
    held
        When a visit may start for the sake of other parts.
    shared
        Visits another of whose carers comes from another part: they cannot be left out.
    """

    needs: tuple[Need, ...]
    duties: tuple[Duty, ...]
    rounds: tuple[tuple[Duty, Round], ...] = ()
    held: Mapping[VisitId, Span]
    shared: frozenset[VisitId] = frozenset()

    @property
    def services(self) -> int:
        """Number of services."""
        return sum(visit.carers_needed for _, visit in self.needs)


def number_of_parts(work: Work, visits: int) -> int:
    """How many parts of about so many visits a day makes."""
    return max(1, round(len(work.needs) / visits))


def first_parts(work: Work, rules: RoundRules, parts: int) -> list[Part]:
    """Parts of homes, with carers for each."""
    homes: dict[Place, int] = {}
    for package, visit in work.needs:
        homes[package.place] = homes.get(package.place, 0) + visit.carers_needed
    name = {place: f"{place.easting:06d} {place.northing:07d}" for place in homes}
    cuts = cut([lump_at(name[place], [place], size) for place, size in homes.items()], parts=parts, turn=0)
    part_of = {lump.name: c for c, lumps in enumerate(cuts) for lump in lumps}
    needs: list[list[Need]] = [[] for _ in cuts]
    for need in work.needs:
        needs[part_of[name[need[0].place]]].append(need)
    duties = _carers_by_depot(work, cuts) if work.carers else _nameless_for(work, needs, rules)
    return [
        Part(needs=tuple(mine), duties=tuple(each), held={}) for mine, each in zip(needs, duties, strict=True)
    ]


def _nameless_for(work: Work, needs: Sequence[Sequence[Need]], rules: RoundRules) -> list[list[Duty]]:
    """Enough nameless carers for each part, no name given twice."""
    given: Counter[str] = Counter()
    duties = []
    for mine in needs:
        duties.append(nameless_duties(work.provider, enough_carers(mine), rules, after=given))
        given.update(duty.alike for duty in duties[-1])
    return duties


def _carers_by_depot(work: Work, cuts: Sequence[Sequence[Lump]]) -> list[list[Duty]]:
    """Named carers to the part nearest their depot that has not yet its share of the carers' hours."""
    sizes = [sum(lump.size for lump in lumps) for lumps in cuts]
    middles = [
        (
            sum(lump.easting * lump.size for lump in lumps) // size,
            sum(lump.northing * lump.size for lump in lumps) // size,
        )
        for lumps, size in zip(cuts, sizes, strict=True)
    ]
    duties = named_duties(work.carers, work.day)
    hours: Counter[CarerId] = Counter()
    for duty in duties:
        hours[duty.carer] += duty.end - duty.start
    depot = {carer.id: carer.depot for carer in work.carers}
    ways = sorted(
        (0 if home is None else (home.easting - x) ** 2 + (home.northing - y) ** 2, carer, c)
        for carer, home in depot.items()
        for c, (x, y) in enumerate(middles)
    )
    given = [0] * len(cuts)
    part_of: dict[CarerId, int] = {}
    for _, carer, c in ways:
        if carer not in part_of and given[c] * sum(sizes) < hours.total() * sizes[c]:
            part_of[carer] = c
            given[c] += hours[carer]
    for _, carer, c in ways:
        part_of.setdefault(carer, c)
    return [[duty for duty in duties if part_of[duty.carer] == c] for c in range(len(cuts))]


def next_parts(work: Work, standing: Standing, rules: RoundRules, *, parts: int, turn: int) -> list[Part]:
    """Parts of rounds as they stand, with borders that lie elsewhere each turn."""
    cuts = cut(_lumps(work, standing), parts=parts, turn=turn)
    part_of = {lump.name: c for c, lumps in enumerate(cuts) for lump in lumps}
    rounds: list[list[tuple[Duty, Round]]] = [[] for _ in cuts]
    for duty, each in standing.rounds:
        rounds[part_of[_of_carer(duty.carer)]].append((duty, each))
    come: list[Counter[VisitId]] = [
        Counter(stop.visit for _, each in mine for stop in each.stops) for mine in rounds
    ]
    for package, visit in work.needs:
        if package.visit_id(visit) in standing.unserved:
            come[part_of[_of_person(package)]][package.visit_id(visit)] = visit.carers_needed
    held, shared = _held(work, standing, come, rules)
    # A visit that nobody makes and that the others leave no time for stays as it is.
    hopeless = {key for key, (earliest, latest) in held.items() if earliest > latest}
    duties = _duties(work, rounds, come, rules, part_of)
    result = []
    for c, counts in enumerate(come):
        needs = (
            (package, replace(visit, carers_needed=counts[key]))
            for package, visit in work.needs
            if counts[key := package.visit_id(visit)] and key not in hopeless
        )
        mine = {key: held[key] for key in sorted(counts) if key in held}
        result.append(
            Part(
                needs=tuple(needs),
                duties=tuple(duties[c]),
                rounds=tuple(rounds[c]),
                held=mine,
                shared=shared & frozenset(counts),
            )
        )
    return result


def _of_carer(carer: CarerId) -> str:
    return f"carer {carer}"


def _of_person(package: Package) -> str:
    return f"person {package.id}"


def _lumps(work: Work, standing: Standing) -> list[Lump]:
    """Rounds by carer, people with a visit nobody makes, and named carers nobody uses."""
    homes = {package.visit_id(visit): package.place for package, visit in work.needs}
    stops: dict[CarerId, list[Place]] = {}
    for duty, each in standing.rounds:
        stops.setdefault(duty.carer, []).extend(homes[stop.visit] for stop in each.stops)
    lumps = [lump_at(_of_carer(carer), places, len(places)) for carer, places in stops.items()]
    waiting: dict[PackageId, int] = {}
    for package, visit in work.needs:
        if package.visit_id(visit) in standing.unserved:
            waiting[package.id] = waiting.get(package.id, 0) + visit.carers_needed
    people = {package.id: package for package, _ in work.needs}
    lumps += [lump_at(_of_person(people[key]), [people[key].place], size) for key, size in waiting.items()]
    anywhere = [package.place for package, _ in work.needs]
    for carer in work.carers:
        if carer.id not in stops:
            where = anywhere if carer.depot is None else [carer.depot]
            lumps.append(lump_at(_of_carer(carer.id), where, 0))
    return lumps


def _duties(
    work: Work,
    rounds: Sequence[Sequence[tuple[Duty, Round]]],
    come: Sequence[Counter[VisitId]],
    rules: RoundRules,
    part_of: Mapping[str, int],
) -> list[list[Duty]]:
    """Each part's carers: all shifts of named ones; nameless ones in use and a few besides."""
    if work.carers:
        duties = named_duties(work.carers, work.day)
        return [[d for d in duties if part_of[_of_carer(d.carer)] == c] for c in range(len(rounds))]
    given = Counter(duty.alike for mine in rounds for duty, _ in mine)
    result = []
    for mine, counts in zip(rounds, come, strict=True):
        few = 2 + counts.total() // SPARE_EACH
        spare = nameless_duties(work.provider, few, rules, after=given)
        given.update(duty.alike for duty in spare)
        result.append([duty for duty, _ in mine] + spare)
    return result


def _held(
    work: Work, standing: Standing, come: Sequence[Counter[VisitId]], rules: RoundRules
) -> tuple[dict[VisitId, Span], frozenset[VisitId]]:
    """When visits may start for the sake of other parts, and which have carers in several."""
    where: dict[VisitId, list[int]] = {}
    for c, counts in enumerate(come):
        for key in counts:
            where.setdefault(key, []).append(c)
    starts: dict[VisitId, list[int]] = {}
    for _, each in standing.rounds:
        for stop in each.stops:
            starts.setdefault(stop.visit, []).append(stop.start)
    shared = frozenset(key for key, those in where.items() if len(those) > 1)
    held = {key: (min(starts[key]), max(starts[key])) for key in shared}
    for (package, before), (other, after) in pairwise(work.needs):
        a, b = package.visit_id(before), other.visit_id(after)
        if package.id != other.id or where[a] == where[b]:
            continue
        lag = before.service_duration + after.min_gap_before
        if a in standing.unserved:  # whom nobody visits yet gets what the other leaves
            begin = min(starts[b])
            end = begin - lag
        elif b in standing.unserved:
            end = max(starts[a])
            begin = end + lag
        else:
            slack = max(0, min(starts[b]) - max(starts[a]) - lag)
            end = max(starts[a]) + (0 if a in shared else slack if b in shared else slack // 2)
            begin = min(min(starts[b]), end + lag)
        low, high = held.get(a, _span(before, rules))
        held[a] = (low, min(high, end))
        low, high = held.get(b, _span(after, rules))
        held[b] = (max(low, begin), high)
    return held, shared


def _span(visit: Visit, rules: RoundRules) -> Span:
    return visit.window.earliest, visit.window.latest + rules.lateness_allowed


def with_held(part: Part, day: Day) -> Problem:
    """The part's problem with held visits where they must stay."""
    problem = day.problem
    if not part.held:
        return problem
    earliest, latest, price = problem.earliest.copy(), problem.latest.copy(), problem.price.copy()
    for i, v in enumerate(problem.visit.tolist()):
        low, high = part.held.get(day.visits[v], (int(earliest[i]), int(latest[i])))
        earliest[i], latest[i] = max(low, int(earliest[i])), min(high, int(latest[i]))
    for v, key in enumerate(day.visits):
        if key in part.shared:
            # More than everything else together: half a visit is none.
            price[v] = problem.weights.unserved * (problem.services + 1)
    return replace(
        problem, earliest=earliest, latest=latest, due=np.minimum(problem.due, latest), price=price
    )
