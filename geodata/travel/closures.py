"""Roads closed: where, from when to when, and for whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.travel.model import TravelMode
from geodata.travel.network import RoadNetwork
from geodata.travel.snap import lines_of

Flags = NDArray[np.bool_]

_REACH = 12.0
"""Metres to either side of a closure's line that belong to it."""
_METRES, _SHARE = 30.0, 0.5
"""A link is closed where so much of it, or such a share, lies in the closure: not a side road that meets
it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closure:
    """A road, or an area's roads, that some may not use for a time.

    Attributes
    ----------
    name
        What it is called, for reports.
    shape
        In national-grid metres: a line along the road, a polygon around roads, or several. ``None`` where
        the ways alone say what is closed.
    ways
        OpenStreetMap ways, or the source's own numbers, that are closed whole.
    first, last
        Days, both included; ``None`` where it has always been, or has no end.
    hours
        First minute and the one after the last, of each day; ``None`` for all day. Past midnight where the
        first is later.
    open_to
        Modes that may pass all the same.
    """

    name: str
    shape: shapely.Geometry | None = None
    ways: frozenset[int] = frozenset()
    first: date | None = None
    last: date | None = None
    hours: tuple[int, int] | None = None
    open_to: frozenset[TravelMode] = frozenset({TravelMode.FOOT})

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("a closure ends before it begins")

    def in_force(self, day: date | None, hour: int | None) -> bool:
        """Whether it holds on a day, at any minute of an hour; ``None`` is no day or hour in particular."""
        if day is not None and (self.first or day) > day:
            return False
        if day is not None and (self.last or day) < day:
            return False
        if hour is None or self.hours is None:
            return True
        begin, end = self.hours
        minutes = range(hour * 60, hour * 60 + 60)
        return any(begin <= at < end if begin < end else at >= begin or at < end for at in minutes)

    @property
    def content(self) -> str:
        """All that it says but its name, as text."""
        where = "" if self.shape is None else shapely.to_wkb(shapely.normalize(self.shape), hex=True)
        modes = sorted(mode.value for mode in self.open_to)
        return f"{where} {sorted(self.ways)} {self.first} {self.last} {self.hours} {modes}"


def content_of(closures: Iterable[Closure]) -> str:
    """Hash of what closures say, in any order."""
    return hashlib.sha256("\n".join(sorted(each.content for each in closures)).encode()).hexdigest()[:16]


def closed_to(
    network: RoadNetwork,
    closures: Iterable[Closure],
    mode: TravelMode,
    *,
    day: date | None = None,
    hour: int | None = None,
) -> Flags:
    """``bool[2, m]``: links closed to a mode, forward and backward, by the closures in force."""
    closed = np.zeros(len(network), dtype=np.bool_)
    for each in closures:
        if mode not in each.open_to and each.in_force(day, hour):
            closed |= links_of(network, each)
    return np.stack([closed, closed])


def links_of(network: RoadNetwork, closure: Closure) -> Flags:
    """``bool[m]``: the links that a closure closes."""
    closed = np.isin(network.link_way, np.fromiter(closure.ways, dtype=np.int64, count=len(closure.ways)))
    if closure.shape is None or not len(network):
        return closed
    area = _area(closure.shape)
    near = np.flatnonzero(_boxes_meet(network, area.bounds))
    lines = lines_of(network, near)
    inside = shapely.length(shapely.intersection(lines, area))
    length = shapely.length(lines)
    closed[near[(inside > 0) & ((inside >= _METRES) | (inside >= _SHARE * length))]] = True
    return closed


def _area(shape: shapely.Geometry) -> shapely.Geometry:
    """What belongs to a closure: polygons as they are, lines with a strip to either side."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(
        [part if part.geom_type == "Polygon" else shapely.buffer(part, _REACH) for part in parts]
    )


def _boxes_meet(network: RoadNetwork, bounds: tuple[float, float, float, float]) -> Flags:
    """``bool[m]``: links whose own box meets another, in metres."""
    first = network.shape_start[:-1]
    low = np.minimum.reduceat(network.shape, first, axis=0) / 10.0
    high = np.maximum.reduceat(network.shape, first, axis=0) / 10.0
    left, bottom, right, top = bounds
    return np.asarray(
        (low[:, 0] <= right) & (high[:, 0] >= left) & (low[:, 1] <= top) & (high[:, 1] >= bottom)
    )
