"""Turns from one edge into another: which there are, and what they cost a car."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.travel.edges import Edges
from geodata.travel.layer import Layer
from geodata.travel.network import RoadNetwork
from geodata.travel.road_class import LinkFlag
from geodata.travel.speeds import U_TURN_SECONDS, turn_seconds

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

_LOOK_METRES = 10.0
"""How far along a road its direction at a junction is taken: past kerbs and the bend into the junction."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turns:
    """Turns between edges: ``int64[t]`` from, ``int64[t]`` into, ``int64[t]`` milliseconds."""

    begin: Longs
    end: Longs
    milliseconds: Longs


def turns_of(layer: Layer, edges: Edges) -> Turns:
    """Every turn a car may make.

    Back the same way too, at a price, wherever the road allows it: no forbidden turn is a trap, and a road
    that becomes a dead end when another is closed needs no turn that was not there before.
    """
    order = np.argsort(edges.tail, kind="stable")
    leaving = np.bincount(edges.tail, minlength=edges.nodes)
    first = np.cumsum(leaving) - leaving
    count = leaving[edges.head]
    begin = np.repeat(np.arange(len(edges)), count)
    offset = np.arange(len(begin)) - np.repeat(np.cumsum(count) - count, count)
    end = order[first[edges.head[begin]] + offset]
    back = (edges.link[begin] == edges.link[end]) & (edges.direction[begin] != edges.direction[end])
    allowed = ~_banned(layer.network, edges, begin, end)
    begin, end, back = begin[allowed], end[allowed], back[allowed]

    node = edges.head[begin]
    used = layer.network.passable[layer.which].any(axis=0)  # a junction stays one where a road is closed
    roads = np.bincount(np.concatenate([layer.tail[used], layer.head[used]]), minlength=edges.nodes)
    junction = roads[node] > 2
    roundabout = layer.network.has(LinkFlag.ROUNDABOUT)
    free = roundabout[edges.link[begin]] | roundabout[edges.link[end]]
    angle = np.where(back, 180.0, _angle(layer.network, edges, begin, end))
    seconds = turn_seconds(angle, junction=junction | back, across=junction & ~back & ~free)
    seconds += np.where(back, U_TURN_SECONDS, 0.0)
    delay = np.zeros(edges.nodes, dtype=np.int64)
    delay[: len(layer.network.node_delay)] = layer.network.node_delay
    return Turns(begin=begin, end=end, milliseconds=np.rint(seconds * 1000).astype(np.int64) + delay[node])


def _banned(network: RoadNetwork, edges: Edges, begin: Longs, end: Longs) -> NDArray[np.bool_]:
    """Which turns a sign forbids."""
    if not len(network.banned_turns):
        return np.zeros(len(begin), dtype=np.bool_)
    links, nodes = np.int64(len(network)), np.int64(edges.nodes)

    def key(before: Longs, at: Longs, after: Longs) -> Longs:
        return (before * links + after) * nodes + at

    signs = network.banned_turns.astype(np.int64)
    wanted = key(signs[:, 0], signs[:, 1], signs[:, 2])
    return np.isin(key(edges.link[begin], edges.head[begin], edges.link[end]), wanted)


def _angle(network: RoadNetwork, edges: Edges, begin: Longs, end: Longs) -> Floats:
    """Degrees turned, positive to the right, between -180 and 180."""
    leave, arrive = bearings(network)
    coming = np.where(edges.direction == 0, arrive[edges.link], leave[edges.link] + 180.0)
    going = np.where(edges.direction == 0, leave[edges.link], arrive[edges.link] + 180.0)
    return np.asarray((going[end] - coming[begin] + 180.0) % 360.0 - 180.0)


def bearings(network: RoadNetwork) -> tuple[Floats, Floats]:
    """Compass degrees in which each link leaves its tail, and arrives at its head."""
    shape, start = network.shape.astype(np.float64) / 10, network.shape_start.astype(np.int64)
    if not len(network):
        return np.zeros(0), np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(shape, axis=0).T))])
    first, last = start[:-1], start[1:] - 1
    ahead = np.clip(np.searchsorted(along, along[first] + _LOOK_METRES), first + 1, last)
    behind = np.clip(np.searchsorted(along, along[last] - _LOOK_METRES, side="right") - 1, first, last - 1)
    return _compass(shape[ahead] - shape[first]), _compass(shape[last] - shape[behind])


def _compass(way: Floats) -> Floats:
    return np.asarray(np.degrees(np.arctan2(way[:, 0], way[:, 1])) % 360.0)
