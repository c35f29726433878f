"""Places are put on the nearest road that the mode may use; what lies far from every road is said to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.place import Place
from geodata.travel.layer import Layer
from geodata.travel.network import RoadNetwork
from geodata.travel.road_class import LinkFlag

FRONTAGE = 30
"""Metres from the middle of the road that are no travel: a home stands back from it, and parking and walking
to the door belong to the visit."""
WALK_KMH = 4.8
"""Past that, places are walked to from the road, at three miles an hour."""
FARTHEST = 1000
"""Metres from the nearest road past which a place counts as cut off: it lies in the sea, or outside the
map."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """Where places are on the roads.

    Attributes
    ----------
    xy
        ``float64[n, 2]``: the places, in metres.
    link
        ``int32[n]``: nearest usable link; -1 where there is none within :data:`FARTHEST`.
    along
        ``int32[n]``: decimetres from the link's tail.
    walk_metres, walk_seconds
        ``int32[n]``: from the road to the place, past the frontage.
    metres_off
        ``float64[n]``: from the middle of the nearest road, however far; ``nan`` where there is no road.
    """

    xy: Floats
    link: Ints
    along: Ints
    walk_metres: Ints
    walk_seconds: Ints
    metres_off: Floats

    def __len__(self) -> int:
        return len(self.link)

    @property
    def on_road(self) -> NDArray[np.bool_]:
        """``bool[n]``: which places a road reaches."""
        return np.asarray(self.link >= 0)


@dataclass(frozen=True, slots=True, eq=False)
class RoadIndex:
    """The roads of a layer where places may be, found by where they are."""

    links: Longs
    lines: NDArray[np.object_]
    tree: shapely.STRtree


def road_index(layer: Layer) -> RoadIndex:
    """Index the links of a layer on which ways may begin and end."""
    links = np.flatnonzero(layer.usable.any(axis=0) & ~layer.network.has(LinkFlag.NO_START))
    lines = lines_of(layer.network, links)
    return RoadIndex(links, lines, shapely.STRtree(lines))


def points_of(places: Sequence[Place]) -> Floats:
    """``float64[n, 2]``: places in metres."""
    return np.array([(place.easting, place.northing) for place in places], dtype=np.float64).reshape(-1, 2)


def snap(network: RoadNetwork, index: RoadIndex, xy: Floats) -> Snapped:
    """The nearest point on a road for each place; among equally near links the first."""
    if not len(xy) or not len(index.links):
        none = np.zeros(len(xy), dtype=np.int32)
        return _snapped(xy, none - 1, none, np.full(len(xy), np.nan))
    points = shapely.points(xy)
    found, road = index.tree.query_nearest(points, all_matches=True)
    order = np.lexsort((road, found))
    first = order[np.concatenate([[True], np.diff(found[order]) > 0])]
    return _on(network, index, xy, road[first])


def snap_off(layer: Layer, index: RoadIndex, snapped: Snapped) -> Snapped:
    """Places whose road may no longer be used are put on the nearest that may; the others stay."""
    usable = np.asarray(layer.usable.any(axis=0))
    lost = np.flatnonzero(snapped.on_road & ~usable[snapped.link])
    if not len(lost):
        return snapped
    near, road = index.tree.query(shapely.points(snapped.xy[lost]), predicate="dwithin", distance=FARTHEST)
    kept = usable[index.links[road]]
    near, road = near[kept], road[kept]
    off = shapely.distance(index.lines[road], shapely.points(snapped.xy[lost[near]]))
    order = np.lexsort((road, off, near))
    first = order[np.diff(near[order], prepend=-1) > 0]
    moved = _on(layer.network, index, snapped.xy[lost[near[first]]], road[first])
    none = np.zeros(len(lost), dtype=np.int32)
    stranded = _snapped(snapped.xy[lost], none - 1, none, np.full(len(lost), np.nan))
    parts = {}
    for name in ("link", "along", "walk_metres", "walk_seconds", "metres_off"):
        parts[name] = getattr(snapped, name).copy()
        parts[name][lost] = getattr(stranded, name)
        parts[name][lost[near[first]]] = getattr(moved, name)
    return Snapped(xy=snapped.xy, **parts)


def _on(network: RoadNetwork, index: RoadIndex, xy: Floats, nearest: Longs) -> Snapped:
    """Places on roads of an index."""
    points, links = shapely.points(xy), index.links[nearest]
    share = shapely.line_locate_point(index.lines[nearest], points, normalized=True)
    along = np.rint(share * network.link_decimetres[links]).astype(np.int32)
    return _snapped(xy, links.astype(np.int32), along, shapely.distance(index.lines[nearest], points))


def _snapped(xy: Floats, link: Ints, along: Ints, off: Floats) -> Snapped:
    near = off <= FARTHEST
    walk = np.where(near, np.maximum(off - FRONTAGE, 0), 0.0)
    return Snapped(
        xy=xy,
        link=np.where(near, link, -1).astype(np.int32),
        along=np.where(near, along, 0).astype(np.int32),
        walk_metres=np.rint(walk).astype(np.int32),
        walk_seconds=np.rint(walk * 3.6 / WALK_KMH).astype(np.int32),
        metres_off=off,
    )


def lines_of(network: RoadNetwork, links: Longs) -> NDArray[np.object_]:
    """Shapes of links, as lines in metres."""
    start = network.shape_start.astype(np.int64)
    size = start[links + 1] - start[links]
    begin = np.concatenate([[0], np.cumsum(size)])
    inside = np.repeat(start[links] - begin[:-1], size) + np.arange(begin[-1])
    of = np.repeat(np.arange(len(links)), size)
    lines = shapely.linestrings(network.shape[inside] / 10.0, indices=of) if len(links) else []
    return np.asarray(lines, dtype=object)
