"""From an instance to a problem: whose visits, which shifts, how far apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.place import Place
from geodata.travel import TravelMode, TravelModel
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Gender, Package, Visit
from optimiser.model.supply import Carer, Provider
from optimiser.rounds.problem import FORBIDDEN, NOWHERE, Ints, Problem
from optimiser.rounds.rules import RoundRules, ShiftPattern, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A shift with a name: what a problem's shift ``r`` stands for.

    Attributes
    ----------
    gender, skills, languages
        Of the carer. ``skills`` is ``None`` for a nameless carer, who has whatever the provider has.
    """

    carer: CarerId
    start: int
    end: int
    mode: TravelMode
    gender: Gender | None
    skills: frozenset[str] | None
    languages: frozenset[str] | None
    depot: Place | None
    alike: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One provider's day, ready to solve: the problem and what its numbers stand for.

    Attributes
    ----------
    visits
        Identifier of each visit index.
    needs
        Package and visit of each visit index.
    duties
        One for each shift.
    """

    provider: ProviderId
    day: Weekday
    problem: Problem
    visits: tuple[VisitId, ...]
    needs: tuple[tuple[Package, Visit], ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one provider has to do on one day, and who is there to do it.

    Attributes
    ----------
    needs
        Packages with their visits of the day, in order of package and number.
    carers
        The provider's, by identifier; empty where nobody knows them.
    """

    provider: Provider
    day: Weekday
    needs: tuple[tuple[Package, Visit], ...]
    carers: tuple[Carer, ...]


def gather_work(instance: Instance, provider: Provider, packages: Iterable[Package], *, day: Weekday) -> Work:
    """Work of one provider on one day.

    Parameters
    ----------
    packages
        Those the provider holds; visits on other days, nights and live-in care are left out (rule E10).
    """
    needs = (
        (package, visit)
        for package in packages
        if package.service.enters_day_rounds
        for visit in package.visits
        if day in visit.days
    )
    carers = (carer for carer in instance.carers if carer.provider == provider.id)
    return Work(
        provider=provider,
        day=day,
        needs=tuple(sorted(needs, key=lambda need: (need[0].id, need[1].number))),
        carers=tuple(sorted(carers, key=lambda carer: carer.id)),
    )


def prepare_day(
    instance: Instance,
    provider: Provider,
    packages: Iterable[Package],
    *,
    day: Weekday,
    travel: TravelModel,
    rules: RoundRules,
    weights: Weights,
) -> Day:
    """Problem of one provider on one day.

    Parameters
    ----------
    packages
        Those the provider holds; visits on other days, nights and live-in care are left out (rule E10).
    """
    work = gather_work(instance, provider, packages, day=day)
    return prepare_work(work, travel=travel, rules=rules, weights=weights)


def prepare_work(work: Work, *, travel: TravelModel, rules: RoundRules, weights: Weights) -> Day:
    """Problem of a provider's work, whole."""
    duties = (
        named_duties(work.carers, work.day)
        if work.carers
        else nameless_duties(work.provider, enough_carers(work.needs), rules)
    )
    return prepare_part(work, work.needs, duties, travel=travel, rules=rules, weights=weights)


def prepare_part(
    work: Work,
    needs: Sequence[tuple[Package, Visit]],
    duties: Sequence[Duty],
    *,
    travel: TravelModel,
    rules: RoundRules,
    weights: Weights,
) -> Day:
    """Problem of some of a provider's needs, in the work's order, and the duties there are for them."""
    return Day(
        provider=work.provider.id,
        day=work.day,
        problem=_problem(needs, duties, travel, rules, weights),
        visits=tuple(package.visit_id(visit) for package, visit in needs),
        needs=tuple(needs),
        duties=tuple(duties),
    )


def named_duties(carers: Sequence[Carer], day: Weekday) -> list[Duty]:
    """One for each shift that carers work on a day."""
    return [
        Duty(
            carer=carer.id,
            start=shift.start,
            end=shift.end,
            mode=carer.mode,
            gender=carer.gender,
            skills=carer.skills,
            languages=carer.languages,
            depot=carer.depot,
            alike=f"{carer.id}@{shift.start}",
        )
        for carer in sorted(carers, key=lambda carer: carer.id)
        for shift in sorted(carer.shifts, key=lambda shift: shift.start)
        if day in shift.days
    ]


def enough_carers(needs: Sequence[tuple[Package, Visit]]) -> int:
    """So many nameless carers of a kind that want of them is never the reason why a visit is not made."""
    services = sum(visit.carers_needed for _, visit in needs)
    return min(services, 4 + services // 4)


def nameless_duties(
    provider: Provider, enough: int, rules: RoundRules, *, after: Mapping[str, int] | None = None
) -> list[Duty]:
    """Nameless carers of each kind: pattern and gender.

    Parameters
    ----------
    enough
        How many of each.
    after
        By kind, as :attr:`Duty.alike` names it, the number after which theirs begin: nobody else's name is
        given again.
    """
    begun = after or {}
    duties = []
    for pattern in rules.patterns:
        for gender in sorted(provider.genders, key=lambda gender: gender.value):
            alike = f"{pattern.name} {gender.value}"
            first = begun.get(alike, 0) + 1
            duties += [
                Duty(
                    carer=nameless_carer(provider, pattern, gender, number),
                    start=pattern.start,
                    end=pattern.end,
                    mode=TravelMode.CAR,
                    gender=gender,
                    skills=None,
                    languages=None,
                    depot=None,
                    alike=alike,
                )
                for number in range(first, first + enough)
            ]
    return duties


def nameless_carer(provider: Provider, pattern: ShiftPattern, gender: Gender, number: int) -> CarerId:
    """What a commissioner calls a carer it does not know."""
    return CarerId(f"{provider.id} {pattern.name} {gender.value[0].upper()}{number:02d}")


def may_make(duty: Duty, package: Package) -> bool:
    """Whether a carer on this duty may make this person's visits (gender, skills, language)."""
    if package.gender_of_carer is not None and duty.gender is not package.gender_of_carer:
        return False
    if duty.skills is not None and not package.skills <= duty.skills:
        return False
    return duty.languages is None or package.language is None or package.language in duty.languages


def _problem(
    needs: Sequence[tuple[Package, Visit]],
    duties: Sequence[Duty],
    travel: TravelModel,
    rules: RoundRules,
    weights: Weights,
) -> Problem:
    services = [index for index, (_, visit) in enumerate(needs) for _ in range(visit.carers_needed)]
    depots = [duty.depot for duty in duties if duty.depot is not None]
    places = sorted({package.place for package, _ in needs} | set(depots))
    position = {place: index for index, place in enumerate(places)}
    modes = sorted({duty.mode for duty in duties}, key=lambda mode: mode.value) or [TravelMode.CAR]
    matrices = [travel.matrix(places, mode) for mode in modes]
    seconds = np.array([np.where(m.reachable, m.seconds, FORBIDDEN) for m in matrices], np.int64)
    metres = np.array([np.where(m.reachable, m.metres, FORBIDDEN) for m in matrices], np.int64)
    latest = [needs[v][1].window.latest for v in services]
    links = list(_links(needs, services, rules))
    preference = _preference(needs, services, duties)
    carers = {carer: index for index, carer in enumerate(dict.fromkeys(duty.carer for duty in duties))}
    alike = {alike: index for index, alike in enumerate(dict.fromkeys(duty.alike for duty in duties))}

    def depot(duty: Duty) -> int:
        return NOWHERE if duty.depot is None else position[duty.depot]

    return Problem(
        earliest=_ints(needs[v][1].window.earliest for v in services),
        due=_ints(latest),
        latest=_ints(late + rules.lateness_allowed for late in latest),
        duration=_ints(needs[v][1].service_duration for v in services),
        place=_ints(position[needs[v][0].place] for v in services),
        visit=_ints(services),
        link_from=_ints(link[0] for link in links),
        link_to=_ints(link[1] for link in links),
        link_lag=_ints(link[2] for link in links),
        shift_start=_ints(duty.start for duty in duties),
        shift_end=_ints(duty.end for duty in duties),
        depot_from=_ints(depot(duty) for duty in duties),
        depot_to=_ints(depot(duty) for duty in duties),
        mode=_ints(modes.index(duty.mode) for duty in duties),
        rest=_ints(rules.rest for _ in duties),
        rest_after=_ints(rules.rest_after for _ in duties),
        alike=_ints(alike[duty.alike] for duty in duties),
        carer=_ints(carers[duty.carer] for duty in duties),
        preference=preference,
        seconds=seconds,
        metres=metres,
        gap=gap_between(seconds, rules),
        weights=weights,
    )


def _preference(
    needs: Sequence[tuple[Package, Visit]], services: Sequence[int], duties: Sequence[Duty]
) -> Ints:
    """Who may make what; duties that nothing of it tells apart are asked once."""
    kinds: dict[tuple[object, ...], list[int]] = {}
    for r, duty in enumerate(duties):
        kinds.setdefault((duty.gender, duty.skills, duty.languages), []).append(r)
    able = np.empty((len(needs), len(duties)), np.int64)
    for those in kinds.values():
        asked = [0 if may_make(duties[those[0]], package) else FORBIDDEN for package, _ in needs]
        able[:, those] = np.array(asked, np.int64)[:, None]
    return able[list(services)] if services else np.empty((0, len(duties)), np.int64)


def gap_between(seconds: Ints, rules: RoundRules) -> Ints:
    """Time to leave between two visits: travel with its margin, rounded up, and handover between homes."""
    with_margin = np.ceil(seconds * (1 + rules.travel_margin)).astype(np.int64) + rules.handover
    same_home = np.eye(seconds.shape[-1], dtype=bool)
    return np.where(seconds == FORBIDDEN, FORBIDDEN, np.where(same_home, 0, with_margin))


def _links(
    needs: Sequence[tuple[Package, Visit]], services: Sequence[int], rules: RoundRules
) -> Iterable[tuple[int, int, int]]:
    """Starting together within a visit, and the gap between one person's visits."""
    first: dict[int, int] = {}
    for service, v in enumerate(services):
        if v not in first:
            first[v] = service
        else:
            yield first[v], service, -rules.sync_tolerance
            yield service, first[v], -rules.sync_tolerance
    for v in range(1, len(needs)):
        package, visit = needs[v]
        before_package, before = needs[v - 1]
        if package.id != before_package.id:
            continue
        lag = before.service_duration + visit.min_gap_before
        if before.window.latest + rules.lateness_allowed + lag > visit.window.earliest:
            yield first[v - 1], first[v], lag


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
