"""Where ways begin and end: places part of the way along roads, joined to the graph that is searched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.travel.edges import Edges
from geodata.travel.expand import SearchGraph
from geodata.travel.layer import Layer
from geodata.travel.snap import Snapped
from geodata.travel.weights import packed

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """How each of ``n`` places is left and reached.

    Attributes
    ----------
    source_start, source_node, source_weight
        ``int64[n + 1]``, ``int64[k]``, ``float64[k]``: nodes of the search graph that each place leads to,
        and how far they are.
    target_start, target_node, target_weight
        The same of nodes that lead to each place.
    link
        ``int64[n]``; -1 where no road reaches the place. Two places on one link may need no node at all.
    ahead, behind
        ``float64[n]``: weight from the link's tail to the place, gone forward, and from the place to the
        tail, gone backward; ``inf`` where that direction is closed.
    """

    source_start: Longs
    source_node: Longs
    source_weight: Floats
    target_start: Longs
    target_node: Longs
    target_weight: Floats
    link: Longs
    ahead: Floats
    behind: Floats

    def __len__(self) -> int:
        return len(self.link)


def ends_at(nodes: Ints | Longs) -> Ends:
    """Ends that are nodes themselves."""
    each = np.arange(len(nodes) + 1, dtype=np.int64)
    here, nothing = np.asarray(nodes, dtype=np.int64), np.zeros(len(nodes))
    closed = np.full(len(nodes), np.inf)
    return Ends(
        source_start=each, source_node=here, source_weight=nothing,
        target_start=each, target_node=here, target_weight=nothing,
        link=np.full(len(nodes), -1, dtype=np.int64), ahead=closed, behind=closed,
    )  # fmt: skip


def ends_of(layer: Layer, edges: Edges, graph: SearchGraph, snapped: Snapped) -> Ends:
    """Ends at places on links.

    The time to a point part of the way is rounded down, so that the parts of a link add up to the whole and
    none is faster than :mod:`geodata.travel.weights` allows.
    """
    link = snapped.link.astype(np.int64)
    on_road = link >= 0
    safe = np.where(on_road, link, 0)
    along = snapped.along.astype(np.int64)
    length = layer.network.link_decimetres[safe].astype(np.int64) if len(layer.network) else along
    edge = np.where(on_road, edges.of_link[:, safe], -1)  # [2, n]
    to_point, whole = np.full((2, len(link)), np.inf), np.zeros((2, len(link)))
    for way in (0, 1):
        own = edge[way] >= 0
        taken = edges.milliseconds[way, link[own]] * along[own] // np.maximum(length[own], 1)
        to_point[way, own] = packed(taken, along[own])
        whole[way, own] = edges.weight[edge[way, own]]
    rest = whole - to_point
    direction, place = np.nonzero(edge >= 0)
    onto, order = edge[direction, place], np.argsort(place, kind="stable")
    leaving = np.stack([rest[0], to_point[1]])[direction, place]
    source = (graph.leads_to[onto[order]], leaving[order])
    start, node, weight = _reached(graph, edge, np.stack([to_point[0], rest[1]]))
    return Ends(
        source_start=_starts(place, len(link)), source_node=source[0], source_weight=source[1],
        target_start=start, target_node=node, target_weight=weight,
        link=link, ahead=to_point[0], behind=to_point[1],
    )  # fmt: skip


def _starts(owner: Longs, n: int) -> Longs:
    """Where each owner's items begin, once they are in order."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))]).astype(np.int64)


def _reached(graph: SearchGraph, edge: Longs, part: Floats) -> tuple[Longs, Longs, Floats]:
    """For each place, the nodes before the edges it is on, and the weight from them."""
    direction, place = np.nonzero(edge >= 0)
    onto = edge[direction, place]
    begin, count = graph.entry_start[onto], np.diff(graph.entry_start)[onto]
    index = np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(count.sum())
    owner = np.repeat(place, count)
    weight = graph.entry_weight[index] + np.repeat(part[direction, place], count)
    order = np.argsort(owner, kind="stable")
    return _starts(owner, edge.shape[1]), graph.entry_node[index][order], weight[order]
