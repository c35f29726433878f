"""Supply: providers, what they are admitted to and at what price, their capacity, their carers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from geodata.place import Place
from geodata.travel import TravelMode
from optimiser.model.calendar import Band, DayType, Weekday
from optimiser.model.identifiers import CarerId, LocalityId, LotCode, ProviderId, TierCode
from optimiser.model.need import ClientGroup, Gender, ServiceKind


class Rating(Enum):
    """A rating of the Care Quality Commission."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    NOT_RATED = "not_rated"

    @property
    def is_good_or_better(self) -> bool:
        """Good or Outstanding."""
        return self in (Rating.OUTSTANDING, Rating.GOOD)


class ProviderStatus(Enum):
    """Whether new work may go to a provider (rule E4); current work stays."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EMBARGOED = "embargoed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who supplies care.

    Attributes
    ----------
    branch
        Place of its registered branch; ``None`` where not known.
    status_from, status_to
        When a status other than active holds; open where ``None``.
    skills, languages, genders
        That at least one of its carers has.
    new_starts_a_week
        Most packages it can begin in a week; ``None`` where it has not said.
    """

    id: ProviderId
    name: str
    branch: Place | None = None
    status: ProviderStatus = ProviderStatus.ACTIVE
    status_from: date | None = None
    status_to: date | None = None
    cqc_location: str | None = None
    cqc_overall: Rating = Rating.NOT_RATED
    cqc_safe: Rating = Rating.NOT_RATED
    cqc_well_led: Rating = Rating.NOT_RATED
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    genders: frozenset[Gender] = frozenset(Gender)
    is_small: bool = False
    new_starts_a_week: int | None = None

    def __post_init__(self) -> None:
        if self.new_starts_a_week is not None and self.new_starts_a_week < 0:
            raise ValueError(f"new starts cannot be negative: {self.new_starts_a_week}")

    def status_on(self, day: date) -> ProviderStatus:
        """Status that holds on a day."""
        begun = self.status_from is None or self.status_from <= day
        over = self.status_to is not None and self.status_to < day
        return self.status if begun and not over else ProviderStatus.ACTIVE


class RateUnit(Enum):
    """What a rate is paid for."""

    HOUR = "hour"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A provider's place in a lot for one kind of service, and its price there.

    Attributes
    ----------
    client_groups
        That it covers; at least one.
    rate
        Pence an hour of care for each carer, or pence a week for live-in care. Positive.
    supplement
        Pence an hour on top in this lot (rural or hard-to-serve). Not negative.
    effective_from, effective_to
        First and last day; open where ``None``.
    """

    provider: ProviderId
    lot: LotCode
    service: ServiceKind
    client_groups: frozenset[ClientGroup]
    tier: TierCode
    rate: int
    rate_unit: RateUnit = RateUnit.HOUR
    supplement: int = 0
    effective_from: date | None = None
    effective_to: date | None = None

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ValueError(f"a rate must be positive, not {self.rate} pence")
        if self.supplement < 0:
            raise ValueError(f"a supplement cannot be negative: {self.supplement} pence")
        if not self.client_groups:
            raise ValueError("an admission covers at least one client group")

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedEntry:
    """One line of a ranked list; rank 1 is offered first."""

    rank: int
    provider: ProviderId
    price_score: float | None = None
    quality_score: float | None = None
    total: float | None = None

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"ranks count from 1, not {self.rank}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedList:
    """The order of call-off in a lot for one kind of service: a dated version, never changed in place.

    Attributes
    ----------
    version
        As ``2026-09``; with lot and service it names the list.
    effective_to
        Last day; ``None`` while no later version replaces it.
    """

    version: str
    lot: LotCode
    service: ServiceKind
    effective_from: date
    effective_to: date | None
    entries: tuple[RankedEntry, ...]

    def __post_init__(self) -> None:
        entries = tuple(sorted(self.entries, key=lambda entry: (entry.rank, entry.provider)))
        object.__setattr__(self, "entries", entries)
        providers = [entry.provider for entry in entries]
        if len(set(providers)) != len(providers):
            raise ValueError(f"list {self.version} of lot {self.lot} ranks a provider twice")

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Spare care a provider can give each week.

    Attributes
    ----------
    locality
        A locality, district or sector it is confined to; ``None`` for all of the provider's area. A row for a
        locality is a further limit inside the row for the whole.
    band, day_type
        Part of the day and week it speaks of; both ``None`` for the whole week of day care.
    spare
        Carer-seconds a week over all days of the day type. Not negative.
    double_up_pairs
        Pairs of carers free at once in the band; ``None`` where not stated.
    """

    provider: ProviderId
    spare: int
    locality: LocalityId | None = None
    band: Band | None = None
    day_type: DayType | None = None
    double_up_pairs: int | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.spare < 0:
            raise ValueError(f"capacity cannot be negative: {self.spare} s")
        if (self.band is None) != (self.day_type is None):
            raise ValueError("capacity names both a band and a day type, or neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a carer works on some days, in seconds past midnight."""

    days: frozenset[Weekday]
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a shift ends after it starts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carer:
    """Who makes visits.

    Attributes
    ----------
    depot
        Where rounds start and end; ``None`` where it is not known or does not matter.
    max_week
        Most working time a week, in seconds; ``None`` where not stated.
    """

    id: CarerId
    provider: ProviderId
    shifts: tuple[Shift, ...]
    mode: TravelMode = TravelMode.CAR
    gender: Gender | None = None
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    depot: Place | None = None
    max_week: int | None = None

    def __post_init__(self) -> None:
        # Order of shifts means nothing: two files with the same lines describe the same carer.
        shifts = sorted(
            self.shifts, key=lambda shift: (shift.start, shift.end, sorted(day.value for day in shift.days))
        )
        object.__setattr__(self, "shifts", tuple(shifts))
