"""Spare capacity: what each provider can take, by band of the day, as tight as asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from instances.counties.chance import apportion, generator
from instances.counties.market import NIGHTS, Member, Site, TierPlan
from optimiser.model.calendar import DAY_BANDS, HOUR, MINUTE, Band, DayType
from optimiser.model.identifiers import LocalityId, LotCode, ProviderId
from optimiser.model.need import Package, ServiceKind
from optimiser.model.supply import Capacity

QUARTER = 15 * MINUTE
DAYS = {DayType.WEEKDAY: 5, DayType.WEEKEND: 2}
# The morning is the peak: whoever is on duty for it is on duty for the rest of the day too, and the rest asks
# for less. So the weekday morning is as tight as asked, and everything else has more room (assumption).
LOOSENESS: Mapping[tuple[Band, DayType], float] = {
    (Band.MORNING, DayType.WEEKDAY): 1.00,
    (Band.MORNING, DayType.WEEKEND): 1.15,
    (Band.LUNCH, DayType.WEEKDAY): 1.50,
    (Band.LUNCH, DayType.WEEKEND): 1.60,
    (Band.TEA, DayType.WEEKDAY): 1.45,
    (Band.TEA, DayType.WEEKEND): 1.55,
    (Band.BED, DayType.WEEKDAY): 1.60,
    (Band.BED, DayType.WEEKEND): 1.70,
}
WORK_OF_A_CARER = 2 * HOUR
"""Care that one carer gives in a band, when pairs are counted."""
PAIRED = 1.2
"""Pairs for each carer free at once: some carers make more than one pair in a band, one after the other."""

# One person's nights, and one person's live-in care: capacity comes in these.
NIGHT_UNIT = {DayType.WEEKDAY: 50 * HOUR, DayType.WEEKEND: 20 * HOUR}
LIVE_IN_UNIT = {DayType.WEEKDAY: 120 * HOUR, DayType.WEEKEND: 48 * HOUR}

Part = tuple[Band, DayType]


@dataclass(frozen=True, slots=True)
class _Amounts:
    """What one provider has in one lot, in seconds a week."""

    provider: ProviderId
    lot: LotCode
    by_part: Mapping[Part, int]


def capacities_of(
    members: Sequence[Member],
    sites: Sequence[Site],
    packages: Sequence[Package],
    localities: Mapping[LotCode, LocalityId],
    *,
    county: str,
    seed: int,
    tightness: float,
    as_of: date,
) -> list[Capacity]:
    """Capacity rows of every provider.

    A provider of several lots has a row for each lot's locality inside its row for the whole; one of a single
    lot has the whole alone. Providers that get no new work today state capacity all the same.

    Parameters
    ----------
    localities
        Of the lots shown; a lot without one shares the provider's whole.
    tightness
        Capacity of usable providers over need, on weekday mornings.
    """
    amounts: list[_Amounts] = []
    for site in sites:
        here = [package for package in packages if package.lot == site.code]
        there = [member for member in members if site.code in member.lots]
        for plan in dict.fromkeys(member.plan.code for member in there):
            tier = [member for member in there if member.plan.code == plan]
            amounts += _tier(tier, tier[0].plan, site.code, here, county, seed, tightness)
    found: list[Capacity] = []
    for provider in sorted({each.provider for each in amounts}):
        own = [each for each in amounts if each.provider == provider]
        found += _rows(provider, own, localities, as_of)
    return found


def _tier(
    tier: Sequence[Member],
    plan: TierPlan,
    lot: LotCode,
    packages: Sequence[Package],
    county: str,
    seed: int,
    tightness: float,
) -> list[_Amounts]:
    """Capacity of one tier of one lot: day care by band, nights and live-in care by the person."""
    wanted = [package for package in packages if package.service in plan.services]
    parts: dict[ProviderId, dict[Part, int]] = {member.id: {} for member in tier}
    level = plan.share * tightness
    _days(parts, _need(wanted), tier, lot, county, seed, level)
    for band, unit, kinds in (
        (Band.NIGHT, NIGHT_UNIT, NIGHTS),
        (Band.LIVE_IN, LIVE_IN_UNIT, frozenset({ServiceKind.LIVE_IN})),
    ):
        care = sum(package.weekly_care for package in wanted if package.service in kinds)
        able = [member for member in tier if member.services & kinds and kinds & set(plan.services)]
        people = care / sum(unit.values())
        _units(parts, able, band, unit, int(people * level + 0.75) if care else 0)
    return [_Amounts(member.id, lot, parts[member.id]) for member in tier]


def _need(packages: Iterable[Package]) -> dict[Part, int]:
    need: dict[Part, int] = {}
    for package in packages:
        for part, seconds in package.demand().items():
            need[part] = need.get(part, 0) + seconds
    return need


def _weights(members: Sequence[Member]) -> list[float]:
    """By size, over usable providers; the others get what an average one has, which nobody can use."""
    usable = [member.size for member in members if member.flaw is None]
    whole = sum(usable) or 1.0
    return [member.size / whole for member in members]


def _days(
    parts: dict[ProviderId, dict[Part, int]],
    need: Mapping[Part, int],
    tier: Sequence[Member],
    lot: LotCode,
    county: str,
    seed: int,
    level: float,
) -> None:
    able = [member for member in tier if any(service.enters_day_rounds for service in member.services)]
    weights = _weights(able)
    held = {part: need.get(part, 0) * LOOSENESS[part] for part in LOOSENESS}
    tastes = {
        member.id: generator(seed, county, "spare", lot, member.id).uniform(0.95, 1.05, size=len(LOOSENESS))
        for member in able
    }
    usable = np.array([w if m.flaw is None else 0.0 for m, w in zip(able, weights, strict=True)])
    for column, (part, seconds) in enumerate(held.items()):
        mean = sum(u * tastes[m.id][column] for m, u in zip(able, usable, strict=True)) or 1.0
        for member, weight in zip(able, weights, strict=True):
            share = seconds * level * weight * tastes[member.id][column] / mean
            parts[member.id][part] = round(share / QUARTER) * QUARTER


def _units(
    parts: dict[ProviderId, dict[Part, int]],
    able: Sequence[Member],
    band: Band,
    unit: Mapping[DayType, int],
    people: int,
) -> None:
    usable = [member for member in able if member.flaw is None]
    given = dict.fromkeys((member.id for member in able), 0)
    if usable and people:
        shares = apportion(people, [member.size for member in usable])
        given |= {member.id: share for member, share in zip(usable, shares, strict=True)}
    given |= {member.id: 1 for member in able if member.flaw is not None and people}
    for member, units in given.items():
        for day_type, seconds in unit.items():
            parts[member][band, day_type] = units * seconds


def _rows(
    provider: ProviderId, own: Sequence[_Amounts], localities: Mapping[LotCode, LocalityId], as_of: date
) -> list[Capacity]:
    """The provider's rows for the whole, and one set for each locality where it serves several lots."""
    places: list[tuple[LocalityId | None, Sequence[_Amounts]]] = [(None, own)]
    if len(own) > 1 and all(each.lot in localities for each in own):
        places += [(localities[each.lot], (each,)) for each in own]
    found = []
    for locality, amounts in places:
        whole: dict[Part, int] = {}
        for each in amounts:
            for part, seconds in each.by_part.items():
                whole[part] = whole.get(part, 0) + seconds
        for (band, day_type), seconds in whole.items():
            found.append(
                Capacity(
                    provider=provider,
                    locality=locality,
                    band=band,
                    day_type=day_type,
                    spare=seconds,
                    double_up_pairs=_pairs(seconds, day_type) if band in DAY_BANDS else None,
                    as_of=as_of,
                )
            )
        day = sum(seconds for (band, _), seconds in whole.items() if band in DAY_BANDS)
        if any(band in DAY_BANDS for band, _ in whole):
            found.append(Capacity(provider=provider, locality=locality, spare=day, as_of=as_of))
    return found


def _pairs(seconds: int, day_type: DayType) -> int:
    carers = seconds / (DAYS[day_type] * WORK_OF_A_CARER)
    return int(carers * PAIRED)
