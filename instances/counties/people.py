"""People: packages of care at real postcodes, in the order in which they reached the brokers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from instances.counties.chance import Ints, Rng, generator, spread
from instances.counties.geography import Ground
from instances.counties.strata import Pattern, Stratum
from instances.counties.visits import weeks_of
from optimiser.model.identifiers import LotCode, PackageId
from optimiser.model.need import ClientGroup, Gender, Package, SourceRoute, Visit

T = TypeVar("T")

C = ClientGroup
R = SourceRoute

WEEKS_OF_REQUESTS = 12
# 20 % after discharge from hospital is published (Health Foundation); how the rest splits is assumed.
USUAL_ROUTES: Mapping[SourceRoute, float] = {
    R.COMMUNITY: 0.45,
    R.HOSPITAL: 0.20,
    R.REABLEMENT_EXIT: 0.13,
    R.REVIEW: 0.08,
    R.VARIATION: 0.06,
    R.HANDBACK: 0.05,
    R.PROVIDER_EXIT: 0.03,
}
FEMALE_CARER, MALE_CARER = 0.16, 0.04
IN_COUPLES = 0.03
"""Share of packages whose person lives with another who has one."""

SKILLS_WANTED: Mapping[ClientGroup, Mapping[str, float]] = {
    C.OLDER_PEOPLE: {"dementia": 0.18, "catheter": 0.06, "end_of_life": 0.03, "stoma": 0.02, "peg": 0.01},
    C.PHYSICAL_DISABILITY: {"catheter": 0.10, "peg": 0.05, "spinal_injury": 0.04, "epilepsy": 0.03},
    C.LEARNING_DISABILITY: {"learning_disability": 0.45, "autism": 0.25, "epilepsy": 0.10, "peg": 0.03},
    C.MENTAL_HEALTH: {"mental_health": 0.45, "dementia": 0.05},
}
HOISTING = 0.5
"""Share of double-handed packages that need carers trained with a hoist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A package but for its number and its lot."""

    arrival: tuple[date, float]
    stratum: Stratum
    ground: Ground
    row: int
    visits: tuple[Visit, ...]
    client_group: ClientGroup
    route: SourceRoute
    gender: Gender | None
    language: str | None
    skills: frozenset[str]
    planned_end: date | None
    couple: int | None

    @property
    def sector(self) -> str:
        """Postcode sector it lies in."""
        return str(self.ground.sectors[self.row])

    @property
    def weekly_care(self) -> int:
        """Carer-seconds a week."""
        return sum(visit.weekly_care for visit in self.visits)

    @property
    def is_double_handed(self) -> bool:
        """Whether any visit needs two carers."""
        return any(visit.carers_needed > 1 for visit in self.visits)


def packages_of(
    ground: Ground,
    counts: Sequence[tuple[Stratum, int]],
    *,
    county: str,
    seed: int,
    as_of: date,
    languages: Mapping[str, float],
    lot_of: Callable[[Draft], LotCode],
) -> list[Package]:
    """Packages of one district, numbered as they reached the brokers.

    Parameters
    ----------
    counts
        How many of each stratum live here. Each stratum has a stream of chance of its own.
    languages
        Shares of people who need a carer speaking a language other than English.
    """
    drafts: list[Draft] = []
    for stratum, many in counts:
        rng = generator(seed, county, ground.district.code, stratum.name)
        drafts += _drafts(stratum, ground, many, rng, as_of, languages)
    drafts.sort(key=lambda draft: draft.arrival)
    tail = ground.district.code[-3:]
    return [
        _package(draft, f"{tail}-{number:04d}", lot_of(draft)) for number, draft in enumerate(drafts, start=1)
    ]


def _drafts(
    stratum: Stratum, ground: Ground, n: int, rng: Rng, as_of: date, languages: Mapping[str, float]
) -> list[Draft]:
    if n == 0:
        return []
    weeks = weeks_of(stratum, n, rng)
    groups = _choices(rng, n, stratum.groups)
    routes = _choices(rng, n, stratum.routes or USUAL_ROUTES)
    genders = spread(rng, n, (1 - FEMALE_CARER - MALE_CARER, FEMALE_CARER, MALE_CARER))
    tongues = spread(rng, n, (1 - sum(languages.values()), *languages.values()))
    spoken = (None, *languages)
    rows = _rows(stratum, ground, n, rng)
    couples = _couples(stratum, n, rng, rows)
    days = _days(stratum, n, rng)
    drafts = []
    for i in range(n):
        asked = as_of - timedelta(days=int(days[i]))
        week = weeks[i]
        drafts.append(
            Draft(
                arrival=(asked, float(rng.random())),
                stratum=stratum,
                ground=ground,
                row=int(rows[i]),
                visits=week,
                client_group=groups[i],
                route=routes[i],
                gender=(None, Gender.FEMALE, Gender.MALE)[genders[i]],
                language=spoken[tongues[i]],
                skills=_skills(groups[i], any(visit.carers_needed > 1 for visit in week), rng),
                planned_end=_planned_end(stratum, asked, as_of, rng),
                couple=couples.get(i),
            )
        )
    return drafts


def _choices(rng: Rng, n: int, shares: Mapping[T, float]) -> list[T]:
    names = list(shares)
    return [names[i] for i in spread(rng, n, list(shares.values()))]


def _rows(stratum: Stratum, ground: Ground, n: int, rng: Rng) -> Ints:
    weights = ground.older if stratum.older > 0.5 else ground.everyone
    again = n > len(weights) // 2
    return np.asarray(
        rng.choice(len(weights), size=n, replace=again, p=weights / weights.sum()), dtype=np.int64
    )


def _couples(stratum: Stratum, n: int, rng: Rng, rows: Ints) -> dict[int, int]:
    """Pair some people up in one home; moves the second of each pair to the first's."""
    if stratum.pattern is not Pattern.CALLS or stratum.older < 0.5 or stratum.short_term_days:
        return {}
    pairs = min(n // 2, int(IN_COUPLES * n / 2 + rng.random()))
    together: dict[int, int] = {}
    for pair in range(pairs):
        first, second = 2 * pair, 2 * pair + 1
        rows[second] = rows[first]
        together[first] = together[second] = pair + 1
    return together


def _days(stratum: Stratum, n: int, rng: Rng) -> Ints:
    """Days since each package reached the brokers."""
    if stratum.same_day:
        return np.zeros(n, dtype=np.int64)
    # Short-term packages that began so long ago that they have ended are no longer here.
    longest = stratum.short_term_days[1] - 2 if stratum.short_term_days else 7 * WEEKS_OF_REQUESTS
    return np.asarray(rng.integers(0, longest, size=n), dtype=np.int64)


def _planned_end(stratum: Stratum, asked: date, as_of: date, rng: Rng) -> date | None:
    if stratum.short_term_days is None:
        return None
    least, most = stratum.short_term_days
    days = int(rng.integers(least, most + 1))
    return max(asked + timedelta(days=days), as_of + timedelta(days=1))


def _skills(group: ClientGroup, double: bool, rng: Rng) -> frozenset[str]:
    wanted = SKILLS_WANTED[group]
    drawn = rng.random(len(wanted) + 1)
    skills = {name for (name, share), u in zip(wanted.items(), drawn[1:], strict=True) if u < share}
    if double and drawn[0] < HOISTING:
        skills.add("hoist")
    return frozenset(skills)


def _package(draft: Draft, number: str, lot: LotCode) -> Package:
    asked = draft.arrival[0]
    district = draft.ground.district
    urgent = draft.route is SourceRoute.HOSPITAL
    same_day = draft.stratum.same_day
    return Package(
        id=PackageId(f"P{number}"),
        client=f"C{number}",
        service=draft.stratum.service,
        client_group=draft.client_group,
        route=draft.route,
        lot=lot,
        district=district.code,
        postcode=str(draft.ground.postcodes[draft.row]),
        sector=draft.sector,
        place=draft.ground.place(draft.row),
        requested_on=asked,
        needed_by=asked if same_day else asked + timedelta(days=2) if urgent else None,
        planned_end=draft.planned_end,
        visits=draft.visits,
        gender_of_carer=draft.gender,
        language=draft.language,
        skills=draft.skills,
        household=f"H{district.code[-3:]}-{draft.couple:03d}" if draft.couple else None,
    )
