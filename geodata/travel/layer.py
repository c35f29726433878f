"""What of a network one mode can use, with roads closed: all of it within reach of all the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.travel.model import TravelMode
from geodata.travel.network import RoadNetwork
from geodata.travel.road_class import MODES, LinkFlag

Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """The largest part of a network in which one mode gets from everywhere to everywhere.

    Attributes
    ----------
    nodes
        How many nodes: the network's, and for cars one more for each further road that ends at a bollard.
    tail, head
        ``int32[m]``: nodes of each link.
    usable
        ``bool[2, m]``: links that may be used forward and backward.
    restricted
        ``bool[m]``: links that cars use only to reach a place on them or behind them.
    closed
        ``bool[2, m]``: what was closed on top of the network's own rules.
    """

    network: RoadNetwork
    mode: TravelMode
    nodes: int
    tail: Ints
    head: Ints
    usable: Flags
    restricted: Flags
    closed: Flags

    @property
    def which(self) -> int:
        """Index of the mode in the network's arrays."""
        return MODES.index(self.mode)

    @property
    def meets_traffic(self) -> bool:
        """Whether other cars hold it up."""
        return self.mode is TravelMode.CAR


def layer_of(network: RoadNetwork, mode: TravelMode, closed: Flags | None = None) -> Layer:
    """The layer of a mode.

    Parameters
    ----------
    closed
        ``bool[2, m]``: links closed to it forward and backward; ``None`` where none are.
    """
    tail, head, nodes = network.link_tail, network.link_head, len(network.node_xy)
    closed = np.zeros((2, len(network)), dtype=np.bool_) if closed is None else closed
    passable = network.passable[MODES.index(mode)] & ~closed
    restricted = np.zeros(len(network), dtype=np.bool_)
    if mode is TravelMode.CAR:
        tail, head, nodes = _cut_at_bollards(network)
        restricted = network.has(LinkFlag.RESTRICTED)
    usable = _together(tail, head, nodes, passable)
    if mode is TravelMode.CAR:
        # Behind a road without through traffic, every road is one.
        restricted = restricted | ~_together(tail, head, nodes, usable & ~restricted).any(axis=0)
    return Layer(
        network=network, mode=mode, nodes=nodes, tail=tail, head=head, usable=usable, restricted=restricted,
        closed=closed,
    )  # fmt: skip


def _cut_at_bollards(network: RoadNetwork) -> tuple[Ints, Ints, int]:
    """Tails and heads where each link that ends at a bollard has an end of its own."""
    tail, head, nodes = network.link_tail.copy(), network.link_head.copy(), len(network.node_xy)
    for ends in (tail, head):
        cut = np.flatnonzero(network.node_closed[ends])
        ends[cut] = nodes + np.arange(len(cut))
        nodes += len(cut)
    return tail, head, nodes


def _together(tail: Ints, head: Ints, nodes: int, passable: Flags) -> Flags:
    """``bool[2, m]``: what is passable within the largest strongly connected part, most links first."""
    forward, backward = passable
    begin = np.concatenate([tail[forward], head[backward]])
    end = np.concatenate([head[forward], tail[backward]])
    if not len(begin):
        return np.zeros_like(passable)
    graph = csr_array((np.ones(len(begin), dtype=np.int8), (begin, end)), shape=(nodes, nodes))
    _, part = connected_components(graph, directed=True, connection="strong")
    inside = part[begin] == part[end]
    if not inside.any():
        return np.zeros_like(passable)
    largest = np.bincount(part[begin[inside]]).argmax()
    return np.asarray(passable & ((part[tail] == largest) & (part[head] == largest)))
