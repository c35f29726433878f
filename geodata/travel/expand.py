"""From the edges of a layer to the graph that is searched.

Where turns cost nothing, its nodes are the layer's. For cars they are the edges themselves, so that turns
have costs and signs are obeyed; and each restricted edge stands there twice, once for leaving a restricted
road and once for going in to stay: no way leads in and out again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.travel.edges import Edges
from geodata.travel.layer import Layer
from geodata.travel.speeds import turns_cost
from geodata.travel.turns import turns_of
from geodata.travel.weights import UNIT

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchGraph:
    """A directed graph whose least weights are sought, and how edges of a layer hang on it.

    Attributes
    ----------
    nodes
        How many there are.
    tail, head, weight
        ``int32[a]``, ``int32[a]``, ``float64[a]``: arcs; several between the same nodes are allowed.
    arc_edge
        ``int64[a]``: the edge that an arc goes along.
    leads_to
        ``int64[e]``: the node that means having gone along an edge to its end.
    entry_start, entry_node, entry_weight
        ``int64[e + 1]``, ``int64[k]``, ``float64[k]``: the nodes from which each edge is gone into, and what
        the turn into it costs.

    Raises
    ------
    ValueError
        Where an array does not fit the others.
    """

    nodes: int
    tail: Ints
    head: Ints
    weight: Floats
    arc_edge: Longs
    leads_to: Longs
    entry_start: Longs
    entry_node: Longs
    entry_weight: Floats

    def __post_init__(self) -> None:
        if not len(self.tail) == len(self.head) == len(self.weight):
            raise ValueError("every arc needs a tail, a head and a weight")
        for nodes in (self.tail, self.head, self.leads_to, self.entry_node):
            if len(nodes) and not (nodes.min() >= 0 and nodes.max() < self.nodes):
                raise ValueError("there is no such node")


def plain_graph(nodes: int, tail: Ints | Longs, head: Ints | Longs, weight: Floats) -> SearchGraph:
    """A graph of arcs alone: each is an edge that begins at its tail and leads to its head."""
    return SearchGraph(
        nodes=nodes,
        tail=np.asarray(tail, dtype=np.int32),
        head=np.asarray(head, dtype=np.int32),
        weight=np.asarray(weight, dtype=np.float64),
        arc_edge=np.arange(len(tail)),
        leads_to=np.asarray(head, dtype=np.int64),
        entry_start=np.arange(len(tail) + 1, dtype=np.int64),
        entry_node=np.asarray(tail, dtype=np.int64),
        entry_weight=np.zeros(len(tail)),
    )


def search_graph(layer: Layer, edges: Edges) -> SearchGraph:
    """The graph of a layer."""
    if turns_cost(layer.mode):
        return _by_turns(layer, edges)
    return plain_graph(edges.nodes, edges.tail, edges.head, edges.weight)


def _by_turns(layer: Layer, edges: Edges) -> SearchGraph:
    turns = turns_of(layer, edges)
    size = len(edges)
    restricted = layer.restricted[edges.link]
    # A restricted edge under its own number is one on the way out; `staying` is it on the way in.
    staying = np.where(restricted, size + np.cumsum(restricted) - 1, np.arange(size))
    begin, end = turns.begin, turns.end
    out, inward = ~restricted[end] | restricted[begin], restricted[end]
    turn = turns.milliseconds.astype(np.float64) * UNIT

    tail = np.concatenate([begin[out], staying[begin[inward]]])
    head = np.concatenate([end[out], staying[end[inward]]])
    onto = np.concatenate([end[out], end[inward]])
    cost = np.concatenate([turn[out], turn[inward]])
    order = np.argsort(onto, kind="stable")
    return SearchGraph(
        nodes=size + int(restricted.sum()),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        weight=cost + edges.weight[onto],
        arc_edge=onto,
        leads_to=np.arange(size),
        entry_start=np.concatenate([[0], np.cumsum(np.bincount(onto, minlength=size))]).astype(np.int64),
        entry_node=tail[order],
        entry_weight=cost[order],
    )
