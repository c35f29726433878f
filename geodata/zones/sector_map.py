"""A zoning on the graph of sectors: in how many pieces its zones lie, how even, how compact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import networkx as nx


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShape:
    """A zone on the graph of sectors.

    Attributes
    ----------
    sectors
        In order.
    weight
        Sum of its sectors' weights.
    pieces
        In how many pieces it lies; 1 is contiguous. Where the graph ties a far shore, it counts as touching.
    spread
        Root mean square distance of its sectors from its middle, by weight, in metres.
    cut_edges
        Pairs of touching sectors with one in it and the other in another zone, or in none.
    """

    zone: str
    sectors: tuple[str, ...]
    weight: float
    pieces: int
    spread: int
    cut_edges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorMap:
    """A zoning on the graph of sectors.

    Attributes
    ----------
    zones
        In order of code.
    cut_edges
        Pairs of touching sectors that lie in two zones.
    unevenness
        Largest difference of a zone's weight from the mean, over the mean; ``None`` where nothing weighs.
    """

    zones: tuple[ZoneShape, ...]
    cut_edges: int
    unevenness: float | None

    @property
    def contiguous(self) -> bool:
        """Whether every zone lies in one piece."""
        return all(each.pieces == 1 for each in self.zones)


def sector_map(graph: nx.Graph, zone_of: Mapping[str, str], weights: Mapping[str, float]) -> SectorMap:
    """Measure a zoning.

    Parameters
    ----------
    graph
        From :func:`geodata.localities.sector_graph`.
    zone_of
        Zone of each sector; a sector that is missing is in none.
    weights
        Of each sector; a missing one weighs 0.
    """
    members: dict[str, list[str]] = {}
    for sector in sorted(graph):
        if sector in zone_of:
            members.setdefault(zone_of[sector], []).append(sector)
    zones = tuple(_shape(graph, zone, members[zone], zone_of, weights) for zone in sorted(members))
    mean = sum(each.weight for each in zones) / len(zones) if zones else 0.0
    return SectorMap(
        zones=zones,
        cut_edges=sum(a in zone_of and b in zone_of and zone_of[a] != zone_of[b] for a, b in graph.edges),
        unevenness=max(abs(each.weight - mean) for each in zones) / mean if mean > 0 else None,
    )


def _shape(
    graph: nx.Graph,
    zone: str,
    sectors: list[str],
    zone_of: Mapping[str, str],
    weights: Mapping[str, float],
) -> ZoneShape:
    own = [weights.get(each, 0.0) for each in sectors]
    total = sum(own)
    by = own if total > 0 else [1.0] * len(sectors)
    x = [float(graph.nodes[each]["place"].easting) for each in sectors]
    y = [float(graph.nodes[each]["place"].northing) for each in sectors]
    mass = sum(by)
    middle_x = sum(w * each for w, each in zip(by, x, strict=True)) / mass
    middle_y = sum(w * each for w, each in zip(by, y, strict=True)) / mass
    square = sum(w * ((a - middle_x) ** 2 + (b - middle_y) ** 2) for w, a, b in zip(by, x, y, strict=True))
    return ZoneShape(
        zone=zone,
        sectors=tuple(sectors),
        weight=total,
        pieces=nx.number_connected_components(graph.subgraph(sectors)),
        spread=round(sqrt(square / mass)),
        cut_edges=sum(zone_of.get(other) != zone for each in sectors for other in graph[each]),
    )
