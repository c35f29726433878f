"""The nouns of level A: areas, cells and the figures that are shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from optimiser.model.calendar import HOUR, Band
from optimiser.model.identifiers import DistrictCode
from optimiser.model.need import ServiceKind

STEP = 5
"""Counts are rounded to the nearest, and hours too."""
SMALL = 7
"""Counts up to this are hidden; a council may ask for more, never for less."""


class Level(Enum):
    """What kind of area a figure is of, from the coarsest."""

    MARKET = "market"
    DISTRICT = "district"
    LOCALITY = "locality"
    OUTWARD = "outward"


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """Where a package is, as far as the tables tell areas apart.

    Attributes
    ----------
    locality
        Empty where the sector belongs to none.
    """

    district: DistrictCode
    locality: str
    outward: str

    def area(self, level: Level) -> str:
        """Code of the area of a level that it lies in; empty for none."""
        return {
            Level.MARKET: "all",
            Level.DISTRICT: str(self.district),
            Level.LOCALITY: self.locality,
            Level.OUTWARD: self.outward,
        }[level]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a figure counts: an area, a kind of service and a band; ``None`` stands for all of them."""

    level: Level
    area: str
    service: ServiceKind | None
    band: Band | None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """For a steady order."""
        service = "" if self.service is None else self.service.value
        return self.level.value, self.area, service, "" if self.band is None else self.band.value


class Hidden(Enum):
    """Why a count is not shown. Readers see one sign for all; the audit is told which is which."""

    SMALL = "small"
    """From 1 up to the threshold."""
    NOUGHT = "nought"
    """Shown, it would tell that the others under the sign are not nought."""
    COMPANY = "company"
    """Large enough to be shown, but a small one could be worked out from it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is shown of a cell.

    Attributes
    ----------
    count
        Packages, rounded; ``None`` where hidden.
    hours
        Carer-hours a week, rounded; ``None`` where hidden.
    hidden
        Why the count is hidden; ``None`` where it is shown.
    """

    count: int | None
    hours: int | None
    hidden: Hidden | None = None

    @property
    def hours_each(self) -> float | None:
        """Hours a package, from what is shown and from nothing else: a rate with a base above the threshold.

        ``None`` where either is hidden or nought.
        """
        return round(self.hours / self.count, 1) if self.hours and self.count else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A publication of level A.

    Attributes
    ----------
    small
        Counts up to this are hidden.
    pieces
        That its areas are made of; no secret, a map shows as much.
    since
        Day on which each district's packages were last counted; nobody joined or left its figures since.
    """

    as_of: date
    small: int
    levels: tuple[Level, ...]
    pieces: frozenset[Piece]
    since: Mapping[DistrictCode, date]
    figures: Mapping[Cell, Figure]

    def hidden(self, why: Hidden) -> int:
        """How many counts are hidden for a reason."""
        return sum(each.hidden is why for each in self.figures.values())


def rounded(count: int) -> int:
    """To the nearest five."""
    return (2 * count + STEP) // (2 * STEP) * STEP


def rounded_hours(seconds: int) -> int:
    """Whole hours to the nearest five."""
    return (2 * seconds + STEP * HOUR) // (2 * STEP * HOUR) * STEP
