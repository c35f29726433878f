"""A road network: links between junctions, each with its shape, and what each mode may do on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geodata.travel.model import TravelMode
from geodata.travel.road_class import MODES, LinkFlag

if TYPE_CHECKING:
    import networkx as nx

Ints = NDArray[np.int32]


def _empty_turns() -> Ints:
    return np.zeros((0, 3), dtype=np.int32)


@dataclass(frozen=True, kw_only=True, eq=False)
class RoadNetwork:
    """Roads of an area, whoever drew them. Never changed; two with one :attr:`content` hold the same.

    A *link* is a piece of road between two nodes. It can be gone along forward (1 in the middle index below
    is backward) by each of :data:`~geodata.travel.road_class.MODES` (first index: car, cycle, foot).

    Attributes
    ----------
    node_xy
        ``float64[n, 2]`` national-grid metres (EPSG:27700).
    node_delay
        ``int32[n]`` milliseconds that a car loses there: signals, gates.
    node_closed
        ``bool[n]``: a bollard or the like; cars may come from either side and not pass.
    link_tail, link_head
        ``int32[m]`` nodes.
    link_decimetres
        ``int32[m]`` length.
    milliseconds
        ``int32[3, 2, m]`` free-flow time by mode and direction; meaningless where not ``passable``.
    passable
        ``bool[3, 2, m]``.
    link_class, link_flags
        ``uint8[m]``: :class:`~geodata.travel.road_class.RoadClass`, and
        :class:`~geodata.travel.road_class.LinkFlag` bits.
    link_name
        ``int32[m]``: index into ``names``, whose first is the empty name.
    link_way
        ``int64[m]``: OpenStreetMap way, or the row of an OS link. For explanation and closures.
    shape_start, shape
        ``int32[m + 1]``, ``int32[k, 2]``: points of each link from tail to head, in decimetres of the grid.
    banned_turns
        ``int32[t, 3]``: from link, by node, to link; for cars.
    source, attribution
        Where it comes from, in words fit for a report, and what the licence asks every output to say.
    dropped
        What the reader left out, and how much of it.

    Raises
    ------
    ValueError
        Where arrays do not fit one another.
    """

    node_xy: NDArray[np.float64]
    node_delay: Ints
    node_closed: NDArray[np.bool_]
    link_tail: Ints
    link_head: Ints
    link_decimetres: Ints
    milliseconds: Ints
    passable: NDArray[np.bool_]
    link_class: NDArray[np.uint8]
    link_flags: NDArray[np.uint8]
    link_name: Ints
    link_way: NDArray[np.int64]
    shape_start: Ints
    shape: Ints
    names: tuple[str, ...]
    source: str
    attribution: str
    banned_turns: Ints = field(default_factory=_empty_turns)
    dropped: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        n, m = len(self.node_xy), len(self.link_tail)
        shapes: dict[str, tuple[int, ...]] = {
            "node_xy": (n, 2), "node_delay": (n,), "node_closed": (n,), "link_tail": (m,), "link_head": (m,),
            "link_decimetres": (m,), "milliseconds": (3, 2, m), "passable": (3, 2, m), "link_class": (m,),
            "link_flags": (m,), "link_name": (m,), "link_way": (m,), "shape_start": (m + 1,),
            "shape": (len(self.shape), 2), "banned_turns": (len(self.banned_turns), 3),
        }  # fmt: skip
        for name, expected in shapes.items():
            array = getattr(self, name)
            if array.shape != expected:
                raise ValueError(f"{name} has shape {array.shape}, expected {expected}")
            array.flags.writeable = False
        for name, bound in (("link_tail", n), ("link_head", n), ("link_name", len(self.names))):
            array = getattr(self, name)
            if m and not (array.min() >= 0 and array.max() < bound):
                raise ValueError(f"{name} names what is not there")
        if self.shape_start[0] != 0 or self.shape_start[-1] != len(self.shape):
            raise ValueError("the shapes of the links do not use all points")
        if m and np.diff(self.shape_start).min() < 2:
            raise ValueError("a link needs two points or more")
        if (2 * self.link_decimetres > self.milliseconds)[self.passable].any():
            raise ValueError("a road is faster than 180 km/h")

    def __len__(self) -> int:
        return len(self.link_tail)

    def __repr__(self) -> str:
        return f"RoadNetwork({len(self):,} links, {len(self.node_xy):,} nodes, {self.source})"

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: self.__dict__[each.name] for each in fields(self)}

    @cached_property
    def content(self) -> str:
        """Hash of all that changes an answer: everything but the words."""
        digest = hashlib.sha256()
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                digest.update(each.name.encode() + str(value.dtype).encode() + str(value.shape).encode())
                digest.update(np.ascontiguousarray(value).tobytes())
        digest.update("\0".join(self.names).encode())
        return digest.hexdigest()[:16]

    def has(self, flag: LinkFlag) -> NDArray[np.bool_]:
        """``bool[m]``: the links of which it is told."""
        return np.asarray((self.link_flags & np.uint8(flag)) != 0)

    def shape_of(self, link: int) -> NDArray[np.float64]:
        """``float64[k, 2]`` metres: points of a link from tail to head."""
        return np.asarray(self.shape[self.shape_start[link] : self.shape_start[link + 1]] / 10.0)

    def to_networkx(self, mode: TravelMode) -> nx.MultiDiGraph:
        """The network of one mode for exploring: seconds, metres, name, way and link of each edge.

        Turns, signals and roads without through traffic are not in it;
        :func:`geodata.travel.route.route` knows them.
        """
        import networkx as nx

        graph = nx.MultiDiGraph(source=self.source, attribution=self.attribution)
        which = MODES.index(mode)
        for direction, (tail, head) in enumerate(
            ((self.link_tail, self.link_head), (self.link_head, self.link_tail))
        ):
            for link in np.flatnonzero(self.passable[which, direction]).tolist():
                graph.add_edge(
                    int(tail[link]), int(head[link]), link=link, way=int(self.link_way[link]),
                    name=self.names[self.link_name[link]], metres=self.link_decimetres[link] / 10,
                    seconds=self.milliseconds[which, direction, link] / 1000,
                )  # fmt: skip
        for node in graph.nodes:
            graph.nodes[node]["easting"], graph.nodes[node]["northing"] = self.node_xy[node].tolist()
        return graph
