"""Roads out of an OpenStreetMap extract (``.osm.pbf``, ``.osm``, ``.osm.gz``), read with ``osmium``.

Ways become links between junctions; who may use them and how fast is for :mod:`geodata.travel.osm_tags` to
say. Turn restrictions by a node are kept, those by way of another road left out, as are ferries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geodata.attribution import OPENSTREETMAP
from geodata.place import DEGREES, NATIONAL_GRID
from geodata.report import Report
from geodata.travel.links import Ways, Words, check_place, network_of
from geodata.travel.network import RoadNetwork
from geodata.travel.osm_tags import (
    NODE_KEYS,
    WAY_KEYS,
    WayRead,
    closes_to_cars,
    node_delay,
    read_way,
)

if TYPE_CHECKING:
    import osmium

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")

_CARS = ("motorcar", "motor_vehicle", "vehicle")


@dataclass(frozen=True, slots=True)
class _Restriction:
    begin: int
    via: int
    end: int
    only: bool


@dataclass(slots=True)
class _Drawn:
    """What has been read so far."""

    ways: list[tuple[int, WayRead]] = field(default_factory=list)
    refs: list[list[int]] = field(default_factory=list)
    degrees: dict[int, tuple[float, float]] = field(default_factory=dict)
    delay: dict[int, float] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    restrictions: list[_Restriction] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_osm(path: Path) -> RoadNetwork:
    """Read the network that cars, cycles and walkers may use.

    Raises
    ------
    InputError
        Where the file is not there (E400), is damaged or no extract (E401), or holds no road (E402), or
        none in Great Britain (E408).
    """
    report = Report()
    drawn = _read(path, report)
    report.raise_if_any()
    if not drawn.ways:
        report.add("E402", path.name, "holds no road", cure="was it cut out with its highways?")
        report.raise_if_any()
    return _network(path, drawn)


def _read(path: Path, report: Report) -> _Drawn:
    drawn = _Drawn()
    if not path.is_file():
        report.add("E400", path.name, "there is no such file", cure="check the path")
        return drawn
    import osmium

    cure = "download it again; it must be an OpenStreetMap extract (.osm.pbf)"
    try:
        objects = osmium.FileProcessor(str(path)).with_locations()
        for each in objects.with_filter(osmium.filter.KeyFilter("highway", "barrier", "restriction")):
            if isinstance(each, osmium.osm.Node):
                _take_node(each, drawn)
            elif isinstance(each, osmium.osm.Way):
                _take_way(each, drawn)
            elif isinstance(each, osmium.osm.Relation):
                _take_relation(each, drawn)
    except (RuntimeError, ValueError, OSError) as fault:
        message = " ".join(str(fault).split())
        report.add("E401", path.name, f"damaged, or no OpenStreetMap extract: {message}", cure=cure)
    return drawn


def _take_node(node: osmium.osm.Node, drawn: _Drawn) -> None:
    tags = {key: node.tags[key] for key in NODE_KEYS if key in node.tags}
    if delay := node_delay(tags):
        drawn.delay[node.id] = delay
    if closes_to_cars(tags):
        drawn.closed.add(node.id)


def _take_way(way: osmium.osm.Way, drawn: _Drawn) -> None:
    if "highway" not in way.tags:
        return
    read = read_way({key: way.tags[key] for key in WAY_KEYS if key in way.tags})
    if read is None:
        drawn.dropped["ways that are no road, or that nobody may use"] += 1
        return
    pieces: list[list[int]] = [[]]
    for node in way.nodes:
        if not node.location.valid():  # the extract was cut through this way
            pieces.append([])
            continue
        drawn.degrees[node.ref] = (node.lon, node.lat)
        if not pieces[-1] or pieces[-1][-1] != node.ref:
            pieces[-1].append(node.ref)
    whole = [piece for piece in pieces if len(piece) > 1]
    if len(pieces) > 1 or not whole:
        drawn.dropped["ways cut off at the edge of the extract"] += 1
    for piece in whole:
        drawn.ways.append((way.id, read))
        drawn.refs.append(piece)


def _take_relation(relation: osmium.osm.Relation, drawn: _Drawn) -> None:
    tags = relation.tags
    kind = tags.get("restriction") or ""
    if tags.get("type") != "restriction" or not kind.startswith(("no_", "only_")):
        return
    if any(each in (tags.get("except") or "") for each in _CARS):
        return
    members: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for member in relation.members:
        members[member.role].append((member.type, member.ref))
    begin, via, end = members["from"], members["via"], members["to"]
    if len(via) != 1 or via[0][0] != "n" or len(begin) != 1 or len(end) != 1:
        drawn.dropped["turn restrictions by way of another road"] += 1
        return
    drawn.restrictions.append(_Restriction(begin[0][1], via[0][1], end[0][1], kind.startswith("only_")))


def _network(path: Path, drawn: _Drawn) -> RoadNetwork:
    import pyproj

    ids = np.array(sorted(drawn.degrees), dtype=np.int64)
    degrees = np.array([drawn.degrees[each] for each in ids.tolist()])
    to_grid = pyproj.Transformer.from_crs(DEGREES, NATIONAL_GRID, always_xy=True)
    xy = np.column_stack(to_grid.transform(degrees[:, 0], degrees[:, 1]))
    check_place(path.name, xy)
    refs = np.concatenate([np.array(each, dtype=np.int64) for each in drawn.refs])
    names = ("", *sorted({read.name for _, read in drawn.ways if read.name}))
    number = {name: k for k, name in enumerate(names)}
    delay = np.array([drawn.delay.get(each, 0.0) for each in ids.tolist()])
    ways = Ways(
        start=np.concatenate([[0], np.cumsum([len(each) for each in drawn.refs])]).astype(np.int64),
        points=np.searchsorted(ids, refs),
        xy=xy,
        kind=np.array([read.kind for _, read in drawn.ways], dtype=np.uint8),
        flags=np.array([read.flags for _, read in drawn.ways], dtype=np.uint8),
        name=np.array([number[read.name] for _, read in drawn.ways], dtype=np.int32),
        way=np.array([way for way, _ in drawn.ways], dtype=np.int64),
        kmh=_speeds([read for _, read in drawn.ways]),
        delay=np.rint(delay * 1000).astype(np.int32),
        closed=np.isin(ids, np.fromiter(drawn.closed, dtype=np.int64, count=len(drawn.closed))),
    )
    words = Words(
        names=names,
        source=f"OpenStreetMap extract {path.name}",
        attribution=OPENSTREETMAP,
        dropped=sorted(drawn.dropped.items()),
    )
    return _with_turns(network_of(ways, words), ids, ways, drawn.restrictions)


def _speeds(reads: list[WayRead]) -> NDArray[np.float64]:
    """``float64[3, 2, w]`` km/h; ``nan`` where a mode may not go."""
    rows = [
        [getattr(use, direction) for read in reads for use in (getattr(read, mode),)]
        for mode in ("car", "cycle", "foot")
        for direction in ("forward", "backward")
    ]
    return np.array(rows, dtype=np.float64).reshape(3, 2, len(reads))


def _with_turns(
    network: RoadNetwork, ids: NDArray[np.int64], ways: Ways, restrictions: list[_Restriction]
) -> RoadNetwork:
    """The network with turns banned; restrictions that fit no single turn are left out."""
    place = {xy: node for node, xy in enumerate(map(tuple, network.node_xy.tolist()))}
    at: dict[int, list[int]] = defaultdict(list)
    for link, (tail, head) in enumerate(
        zip(network.link_tail.tolist(), network.link_head.tolist(), strict=True)
    ):
        at[tail].append(link)
        at[head].append(link)
    banned: set[tuple[int, int, int]] = set()
    unfit = 0
    for each in restrictions:
        row = int(np.searchsorted(ids, each.via))
        node = place.get(tuple(ways.xy[row].tolist())) if row < len(ids) and ids[row] == each.via else None
        links = [] if node is None else sorted(set(at[node]))
        begin = [link for link in links if network.link_way[link] == each.begin]
        end = [link for link in links if network.link_way[link] == each.end]
        if node is None or len(begin) != 1 or not end or (len(end) > 1 and each.begin != each.end):
            unfit += 1
            continue
        others = [link for link in links if link not in end and link != begin[0]]
        banned.update((begin[0], node, link) for link in (others if each.only else end))
    dropped = network.dropped + ((("turn restrictions that fit no turn", unfit),) if unfit else ())
    turns = np.array(sorted(banned), dtype=np.int32).reshape(-1, 3)
    return changed(network, banned_turns=turns, dropped=dropped)
