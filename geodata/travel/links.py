"""From ways with points to links between junctions: what every reader of road data ends with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geodata.place import EASTING_RANGE, NORTHING_RANGE
from geodata.report import Report
from geodata.travel.network import RoadNetwork
from geodata.travel.road_class import LinkFlag, RoadClass

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

# A built-up area: so many junctions of streets within half a kilometre. A suburb has forty, a village ten.
_URBAN_RADIUS, _URBAN_JUNCTIONS = 500.0, 25
_DECIMETRES_MS = 360.0  # milliseconds that a decimetre takes at 1 km/h
_SHORTEST_MS = 2  # a decimetre at the fastest that weights allow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Ways as read, their points one after another.

    Attributes
    ----------
    start
        ``int64[w + 1]``: where each way's points begin in ``points``.
    points
        ``int64[k]``: index of each point in ``xy``; a point of several ways is a junction.
    xy
        ``float64[p, 2]`` national-grid metres.
    kind, flags, name, way
        Of each way: class, flag bits, index into the names, and its number in the source.
    kmh
        ``float64[3, 2, w]``: speed by mode and direction; ``nan`` where it may not go.
    delay, closed
        Of each point: milliseconds that a car loses there, and whether it cannot pass.
    """

    start: Longs
    points: Longs
    xy: Floats
    kind: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    name: Ints
    way: Longs
    kmh: Floats
    delay: Ints
    closed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a network."""

    names: tuple[str, ...]
    source: str
    attribution: str
    dropped: Sequence[tuple[str, int]] = ()


def network_of(ways: Ways, words: Words) -> RoadNetwork:
    """Cut ways at junctions, ends, signals and barriers, and work lengths and times out."""
    counts = np.diff(ways.start)
    owner = np.repeat(np.arange(len(counts)), counts)
    used = np.bincount(ways.points, minlength=len(ways.xy))
    is_end = np.zeros(len(ways.points), dtype=np.bool_)
    is_end[ways.start[:-1]] = is_end[ways.start[1:] - 1] = True
    is_node = (used > 1) | ways.closed | (ways.delay > 0)
    is_node[ways.points[is_end]] = True

    cuts = np.flatnonzero(is_node[ways.points])
    same = owner[cuts[:-1]] == owner[cuts[1:]]
    begin, end = cuts[:-1][same], cuts[1:][same]
    of = owner[begin]
    size = end - begin + 1
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
    inside = np.repeat(begin - start[:-1], size) + np.arange(start[-1])
    shape = np.rint(ways.xy[ways.points[inside]] * 10).astype(np.int32)

    nodes = np.flatnonzero(is_node)
    index = np.full(len(ways.xy), -1, dtype=np.int64)
    index[nodes] = np.arange(len(nodes))
    decimetres = _lengths(shape, start)
    kmh = ways.kmh[:, :, of]
    tail, head = index[ways.points[begin]], index[ways.points[end]]
    flags = ways.flags[of] | _urban(ways.xy[nodes], tail, head, ways.kind[of])
    return RoadNetwork(
        node_xy=ways.xy[nodes],
        node_delay=ways.delay[nodes].astype(np.int32),
        node_closed=ways.closed[nodes],
        link_tail=tail.astype(np.int32),
        link_head=head.astype(np.int32),
        link_decimetres=decimetres,
        milliseconds=milliseconds(decimetres, kmh),
        passable=~np.isnan(kmh),
        link_class=ways.kind[of].astype(np.uint8),
        link_flags=flags.astype(np.uint8),
        link_name=ways.name[of].astype(np.int32),
        link_way=ways.way[of].astype(np.int64),
        shape_start=start,
        shape=shape,
        names=words.names,
        source=words.source,
        attribution=words.attribution,
        dropped=tuple(words.dropped),
    )


def check_place(file: str, xy: Floats) -> None:
    """An ``InputError`` (E408) where no point of ``float64[n, 2]`` metres is in Great Britain.

    Nor is the first kilometre of the grid, which is open sea: degrees that are said to be metres lie there.
    """
    (west, east), (south, north) = EASTING_RANGE, NORTHING_RANGE
    inside = (xy >= (west, south)).all(axis=1) & (xy <= (east, north)).all(axis=1) & (xy.max(axis=1) > 1000)
    if not inside.any() or not np.isfinite(xy).all():
        report = Report()
        cure = "give an extract of the area that the market is in, with its coordinates as they are"
        report.add("E408", file, "its roads do not lie in Great Britain", cure=cure)
        report.raise_if_any()


def milliseconds(decimetres: Ints, kmh: Floats) -> Ints:
    """``int32[..., m]``: time along lengths at speeds; zero where the speed is ``nan``."""
    time = np.rint(decimetres * _DECIMETRES_MS / np.where(np.isnan(kmh), 1.0, kmh))
    whole = np.where(np.isnan(kmh), 0, np.maximum(time, _SHORTEST_MS * decimetres))
    return np.asarray(whole, dtype=np.int32)


def retimed(network: RoadNetwork, car_kmh: Floats) -> RoadNetwork:
    """The network with other speeds for cars, ``float64[m]``, wherever they may go."""
    time = network.milliseconds.copy()
    time[0] = milliseconds(network.link_decimetres, car_kmh)
    return replace(network, milliseconds=time)


def _lengths(shape: Ints, start: Ints) -> Ints:
    """Whole decimetres along each link."""
    steps = np.hypot(*np.diff(shape.astype(np.float64), axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    # Differences of one running sum: the step between two links' shapes falls out.
    return np.asarray(np.rint(along[start[1:] - 1] - along[start[:-1]]), dtype=np.int32)


def _urban(xy: Floats, tail: Longs, head: Longs, kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flag of links whose two ends lie in a built-up area."""
    streets = kind <= RoadClass.LIVING_STREET
    degree = np.bincount(np.concatenate([tail[streets], head[streets]]), minlength=len(xy))
    junctions = xy[degree >= 3]
    if not len(junctions):
        return np.zeros(len(tail), dtype=np.uint8)
    near = KDTree(junctions).query_ball_point(xy, _URBAN_RADIUS, return_length=True)
    urban = np.asarray(near) >= _URBAN_JUNCTIONS
    return np.asarray(np.where(urban[tail] & urban[head], int(LinkFlag.URBAN), 0), dtype=np.uint8)
