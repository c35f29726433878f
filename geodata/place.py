"""A place: national-grid metres inside, degrees only at the door."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyproj

NATIONAL_GRID = "EPSG:27700"
DEGREES = "EPSG:4326"

# Great Britain in national-grid metres: the sheet of the grid itself.
EASTING_RANGE = (0, 700_000)
NORTHING_RANGE = (0, 1_300_000)


class AreaKind(Enum):
    """Whether a place lies in a built-up area; travel is estimated differently in each."""

    URBAN = "urban"
    RURAL = "rural"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point on the British national grid (EPSG:27700).

    Attributes
    ----------
    easting, northing
        Whole metres. ``ValueError`` outside the grid's own sheet.
    """

    easting: int
    northing: int

    def __post_init__(self) -> None:
        if not EASTING_RANGE[0] <= self.easting <= EASTING_RANGE[1]:
            raise ValueError(f"easting {self.easting} lies outside Great Britain")
        if not NORTHING_RANGE[0] <= self.northing <= NORTHING_RANGE[1]:
            raise ValueError(f"northing {self.northing} lies outside Great Britain")


@cache
def _to_grid() -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(DEGREES, NATIONAL_GRID, always_xy=True)


@cache
def _to_degrees() -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(NATIONAL_GRID, DEGREES, always_xy=True)


def from_degrees(longitude: float, latitude: float) -> Place:
    """Place at a longitude and latitude (WGS 84, degrees); good to a few metres without the OSTN15 grid."""
    easting, northing = _to_grid().transform(longitude, latitude)
    return Place(round(easting), round(northing))


def to_degrees(place: Place) -> tuple[float, float]:
    """Longitude and latitude (WGS 84, degrees) of a place."""
    longitude, latitude = _to_degrees().transform(place.easting, place.northing)
    return float(longitude), float(latitude)
