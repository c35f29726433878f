"""What a provider's capacity statements mean: rows that packages use, each with a limit (rule E5).

Of several statements for the same provider, place, band and day type the newest holds. A row confined to a
locality binds the packages there, beside the row for the whole. A row without a band binds all the day care
of the week, nights and live-in care aside. A part of the week for which a provider that counts in bands has
no row at all is a part in which it has no capacity; a provider with nothing but hours a week is held to those
alone, and flagged. Nights and live-in care are never covered by hours a week: they need a row of their own.

Pairs of carers. ``n`` pairs free at once can give at most ``n`` × the length of the band of double-handed
care a day, so that the time of double-handed visits is held to that over the days of the day type. It is a
necessary condition, and linear; whether pairs can truly meet is for the rounds to say. No pair: no
double-handed visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from optimiser.model.calendar import DAY_BANDS, HOUR, Band, DayType
from optimiser.model.identifiers import LotCode, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.market import Locality
from optimiser.model.need import Package
from optimiser.model.supply import Capacity

BAND_LENGTHS: Mapping[Band, int] = {
    Band.MORNING: 4 * HOUR + 1800,  # 07:00–11:30
    Band.LUNCH: 3 * HOUR + 1800,  # –15:00
    Band.TEA: 3 * HOUR,  # –18:00
    Band.BED: 4 * HOUR,  # –22:00
    Band.NIGHT: 9 * HOUR,
    Band.LIVE_IN: 24 * HOUR,
}
"""Seconds of a day in which visits of a band are made."""

DAYS_OF = {DayType.WEEKDAY: 5, DayType.WEEKEND: 2}


class RowKind(Enum):
    """What a row counts."""

    CARE = "care"
    """Carer-seconds a week."""
    PAIRS = "pairs"
    """Seconds a week of visits that need more than one carer."""
    SHARE = "share"
    """Carer-seconds a week of all services, held against a share of a lot or locality."""
    STARTS = "starts"
    """Packages begun."""
    PACKAGES = "packages"
    """Packages held."""

    @property
    def is_capacity(self) -> bool:
        """Whether it is what a provider has, and not what the contract allows."""
        return self in (RowKind.CARE, RowKind.PAIRS)


def part_name(kind: RowKind, band: Band | None, day_type: DayType | None) -> str:
    """What a row counts, its place aside, as text: enumerations are slow keys."""
    return "/".join("" if each is None else each.value for each in (kind, band, day_type))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One limit on what a provider, or the providers of a tier together, can take.

    Attributes
    ----------
    provider
        ``None`` for a row that the providers of a tier share.
    tier, lot
        What a row of the contract is confined to; ``None`` on rows of capacity.
    limit
        In the unit of ``kind``: seconds a week, or packages.
    """

    provider: ProviderId | None = None
    locality: str | None = None
    band: Band | None = None
    day_type: DayType | None = None
    kind: RowKind
    limit: int
    tier: TierCode | None = None
    lot: LotCode | None = None


def rows_of(instance: Instance) -> tuple[Row, ...]:
    """Every row of every provider, in order of provider, place, band, day type and kind."""
    rows: list[Row] = []
    for each in _newest(instance.capacities):
        where = {
            "provider": each.provider,
            "locality": each.locality,
            "band": each.band,
            "day_type": each.day_type,
        }
        rows.append(Row(kind=RowKind.CARE, limit=each.spare, **where))  # type: ignore[arg-type]  # checked by Row
        if each.double_up_pairs is not None:
            most = each.double_up_pairs * _pair_time(each.band, each.day_type)
            rows.append(Row(kind=RowKind.PAIRS, limit=most, **where))  # type: ignore[arg-type]  # checked by Row
    return tuple(rows)


def _newest(capacities: Iterable[Capacity]) -> list[Capacity]:
    held: dict[tuple[str, ...], Capacity] = {}
    for each in capacities:
        key = (
            each.provider,
            each.locality or "",
            each.band.value if each.band else "",
            each.day_type.value if each.day_type else "",
        )
        before = held.get(key)
        if before is None or _age(each) > _age(before):
            held[key] = each
    return [held[key] for key in sorted(held)]


def _age(capacity: Capacity) -> tuple[date, int]:
    return (capacity.as_of or date.min, -capacity.spare)


def _pair_time(band: Band | None, day_type: DayType | None) -> int:
    if band is None or day_type is None:
        return sum(BAND_LENGTHS[each] for each in DAY_BANDS) * 7
    return BAND_LENGTHS[band] * DAYS_OF[day_type]


WHOLE_WEEK = part_name(RowKind.CARE, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A provider's rows in one place: ``None`` is everywhere it works."""

    where: str | None
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Rows by provider, with what it takes to say which of them a package uses.

    Attributes
    ----------
    places
        Of each provider, its rows by place and part of the week.
    hours_only
        Providers held to hours a week alone, because they state no band of the day.
    """

    rows: tuple[Row, ...]
    places: Mapping[ProviderId, tuple[_Place, ...]]
    hours_only: frozenset[ProviderId]
    sectors: Mapping[str, frozenset[str]]
    _found: dict[tuple[ProviderId, str, str], list[_Place]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, instance: Instance) -> Supply:
        """Supply of an instance."""
        rows = rows_of(instance)
        held: dict[ProviderId, dict[str | None, dict[str, int]]] = {}
        in_bands: set[ProviderId] = set()
        for number, row in enumerate(rows):
            assert row.provider is not None
            part = part_name(row.kind, row.band, row.day_type)
            held.setdefault(row.provider, {}).setdefault(row.locality, {})[part] = number
            if row.band in DAY_BANDS:
                in_bands.add(row.provider)
        return cls(
            rows=rows,
            places={
                provider: tuple(_Place(where=where, rows=numbers) for where, numbers in places.items())
                for provider, places in held.items()
            },
            hours_only=frozenset(held.keys() - in_bands),
            sectors=_sectors(instance.localities),
        )

    def uses(self, package: Package, provider: ProviderId, wants: Wants) -> list[tuple[int, int]]:
        """Row and seconds a week of it that the package would use with a provider, by row."""
        found = [
            (place.rows[part], amount)
            for place in self._places(package, provider)
            for part, amount in wants.amounts.items()
            if part in place.rows
        ]
        found.sort()
        return found

    def gaps(self, package: Package, provider: ProviderId, wants: Wants) -> list[tuple[Band, DayType]]:
        """Parts of the week in which the package wants care and the provider states no capacity."""
        places = self._places(package, provider)
        by_week = provider in self.hours_only and any(WHOLE_WEEK in place.rows for place in places)
        return [
            (band, day_type)
            for part, (band, day_type) in wants.parts.items()
            if not any(part in place.rows for place in places) and not (by_week and band in DAY_BANDS)
        ]

    def _places(self, package: Package, provider: ProviderId) -> list[_Place]:
        """A provider's places that hold the package: a district's code, a locality or a postcode sector."""
        key = (provider, package.district, package.sector)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = [
                place
                for place in self.places.get(provider, ())
                if place.where is None
                or place.where in (package.district, package.sector)
                or package.sector in self.sectors.get(place.where, ())
            ]
        return found


def _sectors(localities: Sequence[Locality]) -> dict[str, frozenset[str]]:
    return {locality.id: locality.sectors for locality in localities}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What a package wants of capacity, in seconds a week by band and day type.

    Attributes
    ----------
    care
        Carer-seconds.
    paired
        Seconds of visits that need more than one carer.
    amounts
        Seconds of every row that a package can use, by what the row counts (:func:`part_name`).
    parts
        Bands and day types of ``care`` by the same names.
    """

    care: Mapping[tuple[Band, DayType], int]
    paired: Mapping[tuple[Band, DayType], int]
    is_day_care: bool
    amounts: Mapping[str, int] = field(init=False)
    parts: Mapping[str, tuple[Band, DayType]] = field(init=False)

    def __post_init__(self) -> None:
        amounts: dict[str, int] = {}
        for kind, wanted in ((RowKind.CARE, self.care), (RowKind.PAIRS, self.paired)):
            amounts |= {part_name(kind, *part): seconds for part, seconds in wanted.items() if seconds}
            if self.is_day_care and any(wanted.values()):
                amounts[part_name(kind, None, None)] = sum(wanted.values())
        object.__setattr__(self, "amounts", amounts)
        object.__setattr__(self, "parts", {part_name(RowKind.CARE, *part): part for part in self.care})

    @classmethod
    def of(cls, package: Package) -> Wants:
        """Wants of a package."""
        paired: dict[tuple[Band, DayType], int] = {}
        for visit in package.visits:
            if visit.carers_needed > 1:
                for band, seconds in package.bands_of(visit).items():
                    for day in visit.days:
                        key = (band, day.day_type)
                        paired[key] = paired.get(key, 0) + seconds
        return cls(care=package.demand(), paired=paired, is_day_care=package.service.enters_day_rounds)
