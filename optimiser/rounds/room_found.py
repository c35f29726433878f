"""What comes of asking for a new person: rounds with room, at what price, and how near the others come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from optimiser.model.calendar import Weekday, clock
from optimiser.model.identifiers import CarerId, ProviderId, VisitId


class PlanDoesNotHoldError(ValueError):
    """A plan has visits, carers or times that its day has not: it was made for another, or other rules."""

    def __init__(self, provider: ProviderId) -> None:
        super().__init__(provider)
        self.provider = provider

    def __str__(self) -> str:
        return (
            f"the rounds of {self.provider} do not hold with these packages, carers, travel times and rules"
        )


class TooLargeToAskError(ValueError):
    """A package has more visits a day than a loaded day has room for."""


class Why(Enum):
    """Why a round cannot take a visit."""

    CARER = "carer"
    """Gender, skill or language."""
    LOCKED = "locked"
    HOURS = "hours"
    """No hours left in the carer's week."""
    NO_ROOM = "no room"
    """No place in which everybody's window is kept."""
    ONE_CARER = "one carer"
    """This carer could come, but nobody with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The best place of a visit on one round.

    Attributes
    ----------
    carer, shift_start, shift_end
        Of the round; seconds past midnight.
    new_round
        Whether the carer has no other visit so far.
    after
        The visit before it; ``None`` at the beginning of the round.
    others
        Who comes as well to a visit of two or three carers.
    start, latest
        The first moment it could start, and the last that has nobody else start later than they would.
    travel_seconds
        On top of what is driven already, all carers together.
    price, components
        What the plan's objective rises by, in points, and of what that is made up.
    moved, most_moved
        How many other visits' earliest starts move, and the farthest by how many seconds.
    """

    carer: CarerId
    shift_start: int
    shift_end: int
    new_round: bool
    after: VisitId | None
    others: tuple[CarerId, ...]
    start: int
    latest: int
    travel_seconds: int
    price: int
    components: Mapping[str, int]
    moved: int
    most_moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A round that cannot take a visit, and why.

    Attributes
    ----------
    short_by
        By how many seconds the nearest place is missed; ``None`` where time is not the reason, or where no
        place would do at any time.
    could_start
        When the visit could start there, others or its own window not minded.
    after
        The visit before that place; ``None`` at the beginning of the round.
    """

    carer: CarerId
    shift_start: int
    shift_end: int
    why: Why
    short_by: int | None = None
    could_start: int | None = None
    after: VisitId | None = None

    def __str__(self) -> str:
        if self.why is Why.NO_ROOM and self.short_by is not None and self.could_start is not None:
            minutes = -(-self.short_by // 60)
            return f"{self.carer}: could start {clock(self.could_start)}, {minutes} minutes too late"
        said = {
            Why.CARER: "gender, skill or language",
            Why.LOCKED: "the round is locked",
            Why.HOURS: "no hours left this week",
            Why.NO_ROOM: "no room at that time",
            Why.ONE_CARER: "could come, but no second carer is free then",
        }
        return f"{self.carer}: {said[self.why]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFits:
    """What came of asking for one visit: rounds that could take it, cheapest first, and those that could not.

    ``misses`` come nearest first: those short of the least time, then the rest.
    """

    visit: VisitId
    fits: tuple[Fit, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFits:
    """What came of asking for a person on one day.

    Attributes
    ----------
    visits
        Each visit on its own, as if the others were not.
    together
        A place for every visit, put in one after the other, the most difficult first, with what binds them;
        ``None`` where they do not all fit in that way.
    """

    provider: ProviderId
    day: Weekday
    visits: tuple[VisitFits, ...]
    together: tuple[Fit, ...] | None

    @property
    def price(self) -> int | None:
        """Of all visits together, in points; ``None`` where they do not all fit."""
        return None if self.together is None else sum(each.price for each in self.together)

    @property
    def travel_seconds(self) -> int | None:
        """Extra travel of all visits together; ``None`` where they do not all fit."""
        return None if self.together is None else sum(each.travel_seconds for each in self.together)
