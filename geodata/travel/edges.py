"""The usable directions of links, each with its exact weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.travel.layer import Layer
from geodata.travel.road_class import LinkFlag
from geodata.travel.speeds import peak_factor
from geodata.travel.weights import packed

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Directed edges of a layer: forward ones in order of link, then backward ones.

    Attributes
    ----------
    nodes
        Nodes of the layer.
    tail, head, link, direction
        ``int64[e]``.
    weight
        ``float64[e]``, packed (:mod:`geodata.travel.weights`).
    milliseconds
        ``int64[2, m]`` by direction and link, at the hour asked.
    hour
        That hour; ``None`` for empty roads.
    of_link
        ``int64[2, m]``: the edge of each direction of each link; -1 where there is none.
    """

    nodes: int
    tail: Longs
    head: Longs
    link: Longs
    direction: Longs
    weight: Floats
    milliseconds: Longs
    hour: int | None
    of_link: Longs

    def __len__(self) -> int:
        return len(self.tail)


def edges_of(layer: Layer, hour: int | None = None) -> Edges:
    """The edges of a layer at an hour of a working day; ``None`` for empty roads."""
    network = layer.network
    forward, backward = (np.flatnonzero(layer.usable[direction]) for direction in (0, 1))
    link = np.concatenate([forward, backward])
    direction = np.repeat([0, 1], [len(forward), len(backward)])
    time = _milliseconds(layer, hour)
    of_link = np.full((2, len(network)), -1, dtype=np.int64)
    of_link[direction, link] = np.arange(len(link))
    tail, head = layer.tail.astype(np.int64), layer.head.astype(np.int64)
    return Edges(
        nodes=layer.nodes,
        tail=np.where(direction == 0, tail[link], head[link]),
        head=np.where(direction == 0, head[link], tail[link]),
        link=link,
        direction=direction,
        weight=packed(time[direction, link], network.link_decimetres[link].astype(np.int64)),
        milliseconds=time,
        hour=hour,
        of_link=of_link,
    )


def _milliseconds(layer: Layer, hour: int | None) -> Longs:
    time = layer.network.milliseconds[layer.which].astype(np.int64)
    if hour is None or not layer.meets_traffic:
        return np.asarray(time)
    urban = layer.network.has(LinkFlag.URBAN)
    factor = np.where(urban, peak_factor(hour, urban=True), peak_factor(hour, urban=False))
    return np.asarray(np.rint(time * factor), dtype=np.int64)
