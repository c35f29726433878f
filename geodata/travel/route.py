"""One way from place to place, street by street: for explaining a figure, not for making many."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from geodata.place import Place
from geodata.travel.ends import Ends
from geodata.travel.roads import Roads
from geodata.travel.weights import SHIFT, UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A street gone along, with the turn into it: its name, empty where it has none; seconds, metres."""

    name: str
    seconds: int
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The fastest way, as the matrix has it: seconds and metres with the walks at both ends."""

    steps: tuple[Step, ...]
    seconds: int
    metres: int

    def __str__(self) -> str:
        streets = ", ".join(
            f"{step.name or 'a road without a name'} ({step.metres} m)" for step in self.steps
        )
        return f"{self.seconds / 60:.1f} minutes, {self.metres / 1000:.1f} km: {streets}"


def route(roads: Roads, begin: Place, end: Place) -> Route | None:
    """The fastest way between two places; ``None`` where there is none.

    Plain Dijkstra over the graph itself: nothing of the hierarchy, which it is also a check on.
    """
    snapped = roads.snap([begin, end])
    if not snapped.on_road.all():
        return None
    parts = _parts(roads, roads.ends(snapped))
    if parts is None:
        return None
    whole = sum(weight for _, weight in parts)
    network = roads.layer.network
    steps: list[tuple[str, float]] = []
    for link, weight in parts:
        name = network.names[network.link_name[link]]
        if steps and steps[-1][0] == name:
            steps[-1] = (name, steps[-1][1] + weight)
        else:
            steps.append((name, weight))
    return Route(
        steps=tuple(Step(name=name, seconds=_seconds(w), metres=_metres(w)) for name, w in steps),
        seconds=_seconds(whole) + int(snapped.walk_seconds.sum()),
        metres=_metres(whole) + int(snapped.walk_metres.sum()),
    )


def _seconds(weight: float) -> int:
    return ((int(weight) >> SHIFT) + 500) // 1000


def _metres(weight: float) -> int:
    return ((int(weight) & (UNIT - 1)) + 5) // 10


def _parts(roads: Roads, ends: Ends) -> list[tuple[int, float]] | None:
    """Links gone along, each with its weight: from the first of two ends to the second."""
    graph, edges = roads.graph, roads.edges
    order = np.argsort(graph.tail, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(graph.tail, minlength=graph.nodes))]).tolist()
    head, weight, arc_edge = graph.head.tolist(), graph.weight.tolist(), graph.arc_edge.tolist()
    first = slice(ends.source_start[0], ends.source_start[1])
    last = slice(ends.target_start[1], ends.target_start[2])
    leaving = dict(zip(ends.source_node[first].tolist(), ends.source_weight[first].tolist(), strict=True))
    arriving: dict[int, float] = {}
    for node, far in zip(ends.target_node[last].tolist(), ends.target_weight[last].tolist(), strict=True):
        arriving[node] = min(far, arriving.get(node, float("inf")))
    best, tip = _along(ends), -1
    far_of = dict(leaving)
    came: dict[int, int] = {}
    queue = sorted((far, node) for node, far in leaving.items())
    while queue and queue[0][0] < best:
        far, node = heapq.heappop(queue)
        if far > far_of[node]:
            continue
        if node in arriving and far + arriving[node] < best:
            best, tip = far + arriving[node], node
        for arc in order[start[node] : start[node + 1]].tolist():
            there = far + weight[arc]
            if there < far_of.get(head[arc], float("inf")):
                far_of[head[arc]], came[head[arc]] = there, arc
                heapq.heappush(queue, (there, head[arc]))
    if tip < 0:
        return None if best == float("inf") else [(int(ends.link[0]), best)]
    parts = [(int(ends.link[1]), arriving[tip])]
    while tip in came:
        arc = came[tip]
        parts.append((int(edges.link[arc_edge[arc]]), weight[arc]))
        tip = int(graph.tail[arc])
    return [(int(ends.link[0]), leaving[tip]), *reversed(parts)]


def _along(ends: Ends) -> float:
    """The weight from the first end to the second along the one road that both are on; ``inf`` where not."""
    if ends.link[0] != ends.link[1]:
        return float("inf")
    ways = [ends.ahead[1] - ends.ahead[0], ends.behind[0] - ends.behind[1]]
    return float(min((way for way in ways if way >= 0), default=float("inf")))
