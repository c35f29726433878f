"""Two zonings on maps of postcode sectors: the finest the page draws, so that no home is on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import networkx as nx
import shapely

from geodata.zones.change import Side, ZoningChange
from optimiser.report.batch_map import outline_path

WIDTH = 560
COLOURS = 7
"""``--c0`` to ``--c6`` of the page's style; a zone beyond is drawn without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSector:
    """A sector: outline, colour of its zone (``None`` for no zone), whether homes in it change zone."""

    path: str
    colour: int | None
    moves: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLabel:
    """Code of a zone at its middle."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneMap:
    """A drawing, :data:`WIDTH` by ``height``; ``borders`` are the outlines of the zones."""

    title: str
    height: int
    sectors: tuple[DrawnSector, ...]
    borders: tuple[str, ...]
    labels: tuple[ZoneLabel, ...]


def zone_maps(change: ZoningChange, outlines: gpd.GeoDataFrame, graph: nx.Graph) -> tuple[ZoneMap, ZoneMap]:
    """Both zonings; a zone and the one that stands for it have one colour on both.

    Parameters
    ----------
    outlines
        Columns ``sector`` and ``geometry``, in EPSG:27700.
    graph
        Which sectors touch: zones that do have two colours.
    """
    own = {**{zone: zone for zone in change.before.names}, **change.stands_for}
    own |= {zone: zone for zone in change.after.names if zone not in own}
    colours = _colours(change, graph, own)
    one, other = (_map(side, change, outlines, colours, own) for side in (change.before, change.after))
    return one, other


def _colours(change: ZoningChange, graph: nx.Graph, own: Mapping[str, str]) -> dict[str, int]:
    """Colour of each zone before, and of each after that stands for none; touching ones differ."""
    touching = nx.Graph()
    touching.add_nodes_from(sorted(set(own.values())))
    for side in (change.before, change.after):
        zone = {sector: own[code] for sector, code in side.by_sector.items()}
        touching.add_edges_from(
            (zone[a], zone[b])
            for a, b in sorted(graph.edges)
            if a in zone and b in zone and zone[a] != zone[b]
        )
    found: dict[str, int] = nx.greedy_color(touching, strategy="DSATUR")
    return found


def _map(
    side: Side,
    change: ZoningChange,
    outlines: gpd.GeoDataFrame,
    colours: Mapping[str, int],
    own: Mapping[str, str],
) -> ZoneMap:
    shapes = dict(zip(outlines["sector"], outlines.geometry, strict=True))
    west, south, east, north = shapely.union_all(list(shapes.values())).bounds if shapes else (0, 0, 1, 1)
    scale = WIDTH / max(east - west, 1.0)
    moved = {each.sector: each for each in change.moves}
    sectors = []
    for sector, shape in sorted(shapes.items()):
        zone = side.by_sector.get(sector)
        colour = None if zone is None else colours[own[zone]] % COLOURS
        said = f"{sector}: {zone or 'in no zone'}"
        if sector in moved:
            said += f"; {moved[sector].changed} of {moved[sector].homes} change zone"
        path = outline_path(shape, west, north, scale)
        sectors.append(DrawnSector(path=path, colour=colour, moves=sector in moved, title=said))
    borders, labels = [], []
    for zone in sorted({*side.by_sector.values()}):
        those = [
            shapes[each] for each in sorted(side.by_sector) if side.by_sector[each] == zone and each in shapes
        ]
        if those:
            whole = shapely.union_all(those)
            borders.append(outline_path(whole, west, north, scale))
            middle = max(shapely.get_parts(whole), key=lambda part: part.area).representative_point()
            x, y = round((middle.x - west) * scale, 1), round((north - middle.y) * scale, 1)
            labels.append(ZoneLabel(text=zone, x=x, y=y))
    return ZoneMap(
        title=side.name,
        height=round((north - south) * scale) + 1,
        sectors=tuple(sectors),
        borders=tuple(borders),
        labels=tuple(labels),
    )
