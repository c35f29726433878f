"""All that ways of one mode over a network need, worked out once: matrices of any places come from it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.boundaries import cache_folder
from geodata.place import Place
from geodata.travel.edges import Edges, edges_of
from geodata.travel.ends import Ends, ends_of
from geodata.travel.expand import SearchGraph, search_graph
from geodata.travel.layer import Layer, layer_of
from geodata.travel.many_to_many import Hierarchy, Lengths, hierarchy_of, many_to_many, part_above
from geodata.travel.model import TravelMode
from geodata.travel.network import RoadNetwork
from geodata.travel.road_cache import cached_hierarchy
from geodata.travel.snap import RoadIndex, Snapped, points_of, road_index, snap


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """One mode's roads at one hour, with closures: the layer, the graph searched and its hierarchy."""

    layer: Layer
    edges: Edges
    graph: SearchGraph
    hierarchy: Hierarchy
    index: RoadIndex

    def snap(self, places: Sequence[Place]) -> Snapped:
        """Where places are on these roads."""
        return snap(self.layer.network, self.index, points_of(places))

    def ends(self, snapped: Snapped) -> Ends:
        """How snapped places are left and reached."""
        return ends_of(self.layer, self.edges, self.graph, snapped)


def roads_of(
    network: RoadNetwork,
    mode: TravelMode,
    *,
    hour: int | None = None,
    closed: NDArray[np.bool_] | None = None,
    use_cache: bool = True,
) -> Roads:
    """Work out what ways of a mode need.

    Parameters
    ----------
    hour
        Of a working day, for the traffic that cars meet; ``None`` for empty roads.
    closed
        ``bool[2, m]``: links closed forward and backward.
    use_cache
        Whether to look in, and add to, the cache on disk (:func:`geodata.boundaries.cache_folder`).
    """
    layer = layer_of(network, mode, closed)
    edges = edges_of(layer, hour)
    graph = search_graph(layer, edges)
    own = cached_hierarchy(graph, cache_folder(), hierarchy_of) if use_cache else hierarchy_of(graph)
    return Roads(layer=layer, edges=edges, graph=graph, hierarchy=own, index=road_index(layer))


def lengths_between(
    roads: Roads,
    snapped: Snapped,
    *,
    limit_seconds: int | None = None,
    executor: Executor | None = None,
) -> Lengths:
    """Seconds and metres between every two places, walks from the road at either end included."""
    part = part_above(roads.hierarchy, roads.ends(snapped))
    found = many_to_many(part, limit_seconds=limit_seconds, executor=executor)
    add_walks(found, snapped, np.arange(len(snapped)), np.arange(len(snapped)))
    return found


def add_walks(found: Lengths, snapped: Snapped, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
    """Add the walks at both ends, in place; a place that no road reaches is left as it is."""
    for matrix, walk in ((found.seconds, snapped.walk_seconds), (found.metres, snapped.walk_metres)):
        if walk.any():
            for row, place in enumerate(rows.tolist()):
                np.add(
                    matrix[row], walk[place] + walk[columns], out=matrix[row],
                    where=found.reachable[row] & (columns != place),
                )  # fmt: skip
