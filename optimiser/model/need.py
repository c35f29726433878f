"""Need: packages of care and their visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from geodata.place import Place
from optimiser.model.calendar import DAY, WEEKEND, Band, DayType, Weekday, band_at, seconds_by_band
from optimiser.model.identifiers import DistrictCode, LotCode, PackageId, ProviderId, VisitId, visit_id


class ServiceKind(Enum):
    """Kind of service, as lots are let (Essex Live at Home 2025; DOMAIN 5.1)."""

    PERSONAL_CARE = "personal_care"
    DOMESTIC = "domestic"
    SITTING = "sitting"
    REABLEMENT = "reablement"
    BRIDGING = "bridging"
    NIGHT_AWAKE = "night_awake"
    NIGHT_SLEEP = "night_sleep"
    LIVE_IN = "live_in"

    @property
    def enters_day_rounds(self) -> bool:
        """Whether its visits are made on day rounds (rule E10: nights and live-in never are)."""
        return self not in (ServiceKind.NIGHT_AWAKE, ServiceKind.NIGHT_SLEEP, ServiceKind.LIVE_IN)


class ClientGroup(Enum):
    """Who the care is for."""

    OLDER_PEOPLE = "OP"
    PHYSICAL_DISABILITY = "PD"
    LEARNING_DISABILITY = "LD"
    MENTAL_HEALTH = "MH"


class SourceRoute(Enum):
    """How a package comes to be brokered."""

    COMMUNITY = "community"
    HOSPITAL = "hospital"
    REABLEMENT_EXIT = "reablement_exit"
    HANDBACK = "handback"
    PROVIDER_EXIT = "provider_exit"
    VARIATION = "variation"
    REVIEW = "review"


ENDS = frozenset({SourceRoute.HANDBACK, SourceRoute.PROVIDER_EXIT})
"""Routes by which a package leaves the provider that had it."""


class TransferBar(Enum):
    """Why nobody asks a person to change provider now (DOMAIN 4.5, T2)."""

    END_OF_LIFE = "end_of_life"
    SAFEGUARDING = "safeguarding"
    HOSPITAL = "hospital"


PLANNED_AHEAD = timedelta(days=14)
"""Care that has no day it must begin on is due so long after it was asked for (an assumption)."""


class Gender(Enum):
    """Gender of carer that a person needs for intimate care, or that a carer has."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class Window:
    """When service may start, in seconds past midnight; it may end later. ``ValueError`` if reversed."""

    earliest: int
    latest: int

    def __post_init__(self) -> None:
        if not 0 <= self.earliest <= self.latest <= 2 * DAY:
            raise ValueError(f"window {self.earliest}–{self.latest} is reversed, or outside the day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One call at a person's home, on each of its days.

    Attributes
    ----------
    number
        From 1, in the order of the package's day.
    days
        On which it is made; at least one.
    window
        When service may start; it may end later.
    ideal
        When the person would like it to start, in seconds past midnight, inside the window. ``None``: any
        time in it.
    service_duration
        Time with the person, in seconds. Positive.
    carers_needed
        1, or 2 for a double-handed visit (3 at most).
    time_critical
        Whether its window is a promise (rule W1: ±30 minutes) rather than a band.
    min_gap_before
        Least time between the end of the person's previous visit and the start of this one, in seconds.
    short_visit_agreed
        Whether all four conditions for personal care under 30 minutes are met (rule E9).
    """

    number: int
    days: frozenset[Weekday]
    window: Window
    service_duration: int
    carers_needed: int = 1
    ideal: int | None = None
    time_critical: bool = False
    min_gap_before: int = 0
    short_visit_agreed: bool = False

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"visits count from 1, not {self.number}")
        if not self.days:
            raise ValueError("a visit needs at least one day")
        if self.service_duration <= 0:
            raise ValueError(f"service duration must be positive, not {self.service_duration} s")
        if not 1 <= self.carers_needed <= 3:
            raise ValueError(f"a visit takes 1 to 3 carers, not {self.carers_needed}")
        if self.min_gap_before < 0:
            raise ValueError(f"a gap cannot be negative: {self.min_gap_before} s")
        if self.ideal is not None and not self.window.earliest <= self.ideal <= self.window.latest:
            raise ValueError("the ideal time lies outside the window")

    @property
    def weekly_care(self) -> int:
        """Carer-seconds a week: two carers for half an hour are an hour."""
        return self.service_duration * self.carers_needed * len(self.days)

    @property
    def wished_start(self) -> int:
        """The ideal start, or else the middle of the window, in seconds past midnight."""
        return self.ideal if self.ideal is not None else (self.window.earliest + self.window.latest) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The care one person needs each week; what is brokered.

    Attributes
    ----------
    client
        Pseudonym of the person.
    lot
        Under which it is called off.
    place, postcode, sector
        Where; the postcode itself leaves by no public door. ``sector`` is the postcode sector, ``CM9 5``.
    requested_on
        When it reached the brokers: brokers work in this order.
    planned_end
        Last day of a short-term package; ``None`` for long-term care.
    visits
        By number; no two alike. Empty only for a package whose schedule is not yet known.
    skills
        Every one of which the provider, and the carer who comes, must have.
    household
        Shared by packages of people who live together; ``None`` otherwise.
    excluded_providers
        Whose relationship with the person has ended before, either way (rule E8).
    with_provider_since
        First day with the current provider; ``None`` where it is not on record.
    transfer_consent
        Whether the person agrees to a transfer of care; ``None`` where nobody has asked (rule T1).
    transfer_consent_on
        Day of that answer.
    transfer_bar
        Why nobody asks for now; ``None`` where nothing speaks against it (rule T2).
    """

    id: PackageId
    client: str
    service: ServiceKind
    client_group: ClientGroup
    route: SourceRoute
    lot: LotCode
    district: DistrictCode
    postcode: str
    sector: str
    place: Place
    requested_on: date
    visits: tuple[Visit, ...]
    needed_by: date | None = None
    planned_end: date | None = None
    gender_of_carer: Gender | None = None
    language: str | None = None
    skills: frozenset[str] = frozenset()
    household: str | None = None
    chosen_provider: ProviderId | None = None
    excluded_providers: frozenset[ProviderId] = frozenset()
    current_provider: ProviderId | None = None
    with_provider_since: date | None = None
    transfer_consent: bool | None = None
    transfer_consent_on: date | None = None
    transfer_bar: TransferBar | None = None

    def __post_init__(self) -> None:
        numbers = [visit.number for visit in self.visits]
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"package {self.id} has two visits with one number")
        if numbers != sorted(numbers):
            object.__setattr__(self, "visits", tuple(sorted(self.visits, key=lambda visit: visit.number)))

    @property
    def weekly_care(self) -> int:
        """Carer-seconds a week over all visits."""
        return sum(visit.weekly_care for visit in self.visits)

    @property
    def is_double_handed(self) -> bool:
        """Whether any visit needs more than one carer."""
        return any(visit.carers_needed > 1 for visit in self.visits)

    @property
    def stays_with(self) -> ProviderId | None:
        """Provider whose work with the person goes on; ``None`` where nobody's does."""
        return None if self.route in ENDS else self.current_provider

    def urgency(self, today: date) -> int:
        """Days by which care is due sooner than in a fortnight: 0 where it is not, 14 where it is due today.

        Due is ``needed_by``, or a fortnight after the request where no day is named.
        """
        due = self.needed_by or self.requested_on + PLANNED_AHEAD
        return max(0, (today + PLANNED_AHEAD - due).days)

    def visit_id(self, visit: Visit) -> VisitId:
        """Identifier of one of its visits."""
        return visit_id(self.id, visit.number)

    def band_of(self, visit: Visit) -> Band:
        """Band in which a visit begins: by the kind of service first, else by its wished start."""
        if self.service is ServiceKind.LIVE_IN:
            return Band.LIVE_IN
        if not self.service.enters_day_rounds:
            return Band.NIGHT
        return band_at(visit.wished_start)

    def bands_of(self, visit: Visit) -> Mapping[Band, int]:
        """Seconds of a visit in each band it reaches into: a long session keeps a carer from several."""
        if not self.service.enters_day_rounds:
            return {self.band_of(visit): visit.service_duration}
        return seconds_by_band(visit.wished_start, visit.service_duration)

    def demand(self) -> Mapping[tuple[Band, DayType], int]:
        """Carer-seconds a week wanted in each band and day type; only those above zero."""
        wanted: dict[tuple[Band, DayType], int] = {}
        for visit in self.visits:
            weekend = sum(day in WEEKEND for day in visit.days)
            for day_type, days in ((DayType.WEEKDAY, len(visit.days) - weekend), (DayType.WEEKEND, weekend)):
                if days:
                    for band, seconds in self.bands_of(visit).items():
                        key = (band, day_type)
                        wanted[key] = wanted.get(key, 0) + seconds * visit.carers_needed * days
        return wanted
