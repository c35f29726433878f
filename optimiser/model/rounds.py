"""Rounds: carers' ordered visits for one shift, as they come out of a plan."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.travel import TravelMode
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, LocalityId, ProviderId, VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit on a round.

    Attributes
    ----------
    start, end
        Of service, in seconds past midnight.
    travel_seconds, metres
        From the stop before, or from the depot for the first; zero where the round starts nowhere.
    """

    visit: VisitId
    start: int
    end: int
    travel_seconds: int
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break in which the carer is free, in seconds past midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A carer's ordered visits for one shift.

    Attributes
    ----------
    carer
        The carer, or the name of a shift pattern's round where the commissioner knows no carer.
    shift_start, shift_end
        Of the shift it is made in, in seconds past midnight.
    home_seconds, home_metres
        From the last stop to the depot; zero where the round ends nowhere.
    """

    carer: CarerId
    provider: ProviderId
    mode: TravelMode
    shift_start: int
    shift_end: int
    stops: tuple[Stop, ...]
    rests: tuple[Rest, ...] = ()
    home_seconds: int = 0
    home_metres: int = 0

    @property
    def travel_seconds(self) -> int:
        """All legs, depot legs too."""
        return sum(stop.travel_seconds for stop in self.stops) + self.home_seconds

    @property
    def metres(self) -> int:
        """All legs, depot legs too."""
        return sum(stop.metres for stop in self.stops) + self.home_metres

    @property
    def contact_seconds(self) -> int:
        """Time with people."""
        return sum(stop.end - stop.start for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """All rounds of one provider on one day in one locality (or everywhere, where that is ``None``).

    Attributes
    ----------
    unserved
        Visits that no round could take.
    """

    provider: ProviderId
    day: Weekday
    rounds: tuple[Round, ...]
    unserved: tuple[VisitId, ...] = ()
    locality: LocalityId | None = None

    @property
    def travel_seconds(self) -> int:
        """Over all rounds."""
        return sum(each.travel_seconds for each in self.rounds)

    @property
    def metres(self) -> int:
        """Over all rounds."""
        return sum(each.metres for each in self.rounds)

    @property
    def contact_seconds(self) -> int:
        """Over all rounds."""
        return sum(each.contact_seconds for each in self.rounds)

    def __str__(self) -> str:
        return f"{len(self.rounds)} rounds, {len(self.unserved)} unserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """Everybody's rounds on one day: one plan a provider, in order of provider."""

    day: Weekday
    plans: tuple[RoundPlan, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "plans", tuple(sorted(self.plans, key=lambda plan: plan.provider)))

    @property
    def rounds(self) -> tuple[Round, ...]:
        """All rounds, provider by provider."""
        return tuple(each for plan in self.plans for each in plan.rounds)

    @property
    def unserved(self) -> tuple[VisitId, ...]:
        """All visits that no round could take."""
        return tuple(visit for plan in self.plans for visit in plan.unserved)

    @property
    def travel_seconds(self) -> int:
        """Over all providers."""
        return sum(plan.travel_seconds for plan in self.plans)

    @property
    def contact_seconds(self) -> int:
        """Over all providers."""
        return sum(plan.contact_seconds for plan in self.plans)

    def __str__(self) -> str:
        return f"{len(self.rounds)} rounds, {len(self.unserved)} unserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """Everybody's rounds on the days of a week that repeats: one plan a day, in the order of the week.

    A carer's name stands for the same person on every day, also where it is the name of a nameless carer.
    """

    days: tuple[DayPlan, ...]

    def __post_init__(self) -> None:
        order = list(Weekday)
        object.__setattr__(self, "days", tuple(sorted(self.days, key=lambda each: order.index(each.day))))
        if len({each.day for each in self.days}) != len(self.days):
            raise ValueError("a week has each day once")

    @property
    def plans(self) -> tuple[RoundPlan, ...]:
        """All plans, day by day, provider by provider."""
        return tuple(plan for each in self.days for plan in each.plans)

    @property
    def rounds(self) -> tuple[Round, ...]:
        """All rounds, day by day, provider by provider."""
        return tuple(each for day in self.days for each in day.rounds)

    @property
    def unserved(self) -> tuple[VisitId, ...]:
        """All visits that no round could take; one stands here once for each day."""
        return tuple(visit for day in self.days for visit in day.unserved)

    @property
    def travel_seconds(self) -> int:
        """Over all days."""
        return sum(day.travel_seconds for day in self.days)

    @property
    def contact_seconds(self) -> int:
        """Over all days."""
        return sum(day.contact_seconds for day in self.days)

    def __str__(self) -> str:
        return f"{len(self.rounds)} rounds on {len(self.days)} days, {len(self.unserved)} unserved"
