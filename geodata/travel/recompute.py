"""Only what a closure changes is worked out anew.

Closing roads takes arcs from the graph and adds none, so the order in which nodes were taken out still
serves: only the arcs that lie above a closed one are worked out again. A pair of places can change only if
its fastest way ran along a closed arc: where the weight to the arc, along it and on to the place is no more
than the pair's. Those pairs are covered by rows and columns, as few as may be, and these alone are swept.
Places that stood on a closed road are put on the nearest open one, and travel anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.travel.edges import Edges
from geodata.travel.ends import Ends
from geodata.travel.expand import SearchGraph
from geodata.travel.layer import Layer, layer_of
from geodata.travel.many_to_many import (
    Lengths,
    lengths_from,
    part_above,
    reversed_part,
    weights_from,
)
from geodata.travel.roads import Roads, add_walks, lengths_between, roads_of
from geodata.travel.snap import Snapped, snap, snap_off

Flags = NDArray[np.bool_]
Longs = NDArray[np.int64]

_SHARES = np.linspace(0, 1, 11)
"""How heavily a column must be marked to be worked out as one: which shares of the marked columns are
tried."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reworked:
    """Lengths with roads closed.

    Attributes
    ----------
    lengths
        As they would be had all been worked out from the beginning.
    snapped
        Where the places are now.
    swept
        Rows and columns that were worked out; twice the number of places where nothing was spared.
    """

    lengths: Lengths
    snapped: Snapped
    swept: int


def reworked(
    before: Roads, snapped: Snapped, lengths: Lengths, closed: Flags, limit_seconds: int | None = None
) -> Reworked:
    """Lengths between places once more links are closed.

    Parameters
    ----------
    before, snapped, lengths
        The roads without these closures, where the places were on them, and what came of it.
    closed
        ``bool[2, m]``: links closed now; what was closed before stays so.
    limit_seconds
        As the lengths were worked out with.
    """
    network = before.layer.network
    closed = closed | before.layer.closed
    layer = layer_of(network, before.layer.mode, closed)
    used = layer.usable.any(axis=0)
    shrunk = not (layer.usable & ~before.layer.usable).any()
    if shrunk and np.array_equal(layer.restricted[used], before.layer.restricted[used]):
        return _spared(before, _closing(before, layer), snapped, lengths, limit_seconds)
    # Another graph: roads that can now be reached by restricted ones only have become such, or what
    # is left of the largest part is no longer the largest.
    fresh = roads_of(network, layer.mode, hour=before.edges.hour, closed=closed)
    places = snap(network, fresh.index, snapped.xy)
    found = lengths_between(fresh, places, limit_seconds=limit_seconds)
    return Reworked(lengths=found, snapped=places, swept=2 * len(places))


def _closing(before: Roads, layer: Layer) -> Roads:
    """The roads without those that have fallen out of the layer, on the same graph in the same order."""
    from geodata.travel.hierarchy_kernels import base_weights, customised_again

    edges, graph, own = before.edges, before.graph, before.hierarchy
    open_edges = layer.usable[edges.direction, edges.link]
    arcs = open_edges[graph.arc_edge]
    where = (own.rank, own.start, own.upper, graph.tail, graph.head, graph.weight)
    gone = base_weights(*where, ~arcs)
    out, into = own.out.copy(), own.into.copy()
    dirty = np.isfinite(gone[0]) | np.isfinite(gone[1])
    customised_again(own.start, own.upper, out, into, *base_weights(*where, arcs), dirty)
    return replace(
        before,
        layer=layer,
        edges=replace(edges, of_link=np.where(layer.usable, edges.of_link, -1)),
        hierarchy=replace(own, out=out, into=into),
    )


def _spared(
    before: Roads, after: Roads, snapped: Snapped, lengths: Lengths, limit_seconds: int | None
) -> Reworked:
    places = snap_off(after.layer, after.index, snapped)
    # Ways from and to places on a road that has lost a direction may have gone along part of it.
    narrowed = np.asarray((before.layer.usable & ~after.layer.usable).any(axis=0))
    moved = snapped.on_road & narrowed[snapped.link]
    hit = _hit(before, after, snapped, lengths)
    hit[moved], hit[:, moved] = True, True
    rows, columns = covered(hit)
    found = Lengths(lengths.seconds.copy(), lengths.metres.copy(), lengths.reachable.copy())
    part = part_above(after.hierarchy, after.ends(places))
    everywhere = np.arange(len(places))
    for chosen, towards in ((rows, part), (columns, reversed_part(part))):
        if not len(chosen):
            continue
        new = lengths_from(towards, chosen, limit_seconds)
        add_walks(new, places, chosen, everywhere)
        for old, fresh in (
            (found.seconds, new.seconds), (found.metres, new.metres), (found.reachable, new.reachable),
        ):  # fmt: skip
            if towards is part:
                old[chosen] = fresh
            else:
                old[:, chosen] = fresh.T
    return Reworked(lengths=found, snapped=places, swept=len(rows) + len(columns))


def _hit(before: Roads, after: Roads, snapped: Snapped, lengths: Lengths) -> Flags:
    """``bool[n, n]``: pairs whose fastest way may have gone along a closed arc."""
    from geodata.travel.hierarchy_kernels import through

    n = len(snapped)
    hit = np.zeros((n, n), dtype=np.bool_)
    ends = _far_ends(after.layer, before.edges, before.graph)
    if not len(ends):
        return hit
    part = part_above(before.hierarchy, _joined(before.ends(snapped), ends))
    arcs = n + np.arange(len(ends))
    away = weights_from(part, arcs)
    back = weights_from(reversed_part(part), arcs)
    to_arc, between = back[:, :n].T.copy(), away[:, n:]
    for c in range(len(ends)):  # who comes to an arc by way of another closed one is met there
        by = to_arc + between[:, c]
        known = ((by <= to_arc[:, [c]]) & (to_arc < to_arc[:, [c]])).any(axis=1)
        to_arc[known, c] = np.inf
    through(lengths.seconds, lengths.reachable, snapped.walk_seconds, to_arc, away[:, :n].copy(), hit)
    return hit


def _far_ends(layer: Layer, edges: Edges, graph: SearchGraph) -> Ends:
    """The nodes that closed arcs lead to, as ends: reached along those arcs, and left from."""
    shut = np.flatnonzero(~layer.usable[edges.direction, edges.link][graph.arc_edge])
    heads, which = np.unique(graph.head[shut], return_inverse=True)
    order = np.argsort(which, kind="stable")
    count = np.bincount(which, minlength=len(heads))
    closed = np.full(len(heads), np.inf)
    return Ends(
        source_start=np.arange(len(heads) + 1), source_node=heads.astype(np.int64),
        source_weight=np.zeros(len(heads)),
        target_start=np.concatenate([[0], np.cumsum(count)]),
        target_node=graph.tail[shut][order].astype(np.int64), target_weight=graph.weight[shut][order],
        link=np.full(len(heads), -1, dtype=np.int64), ahead=closed, behind=closed,
    )  # fmt: skip


def _joined(first: Ends, second: Ends) -> Ends:
    """Ends after ends."""

    def both(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    def starts(name: str) -> Longs:
        one, other = getattr(first, name), getattr(second, name)
        return np.concatenate([one[:-1], one[-1] + other])

    plain = ("source_node", "source_weight", "target_node", "target_weight", "link", "ahead", "behind")
    return Ends(
        source_start=starts("source_start"),
        target_start=starts("target_start"),
        **{name: both(name) for name in plain},
    )


def covered(hit: Flags) -> tuple[Longs, Longs]:
    """Rows and columns that hold every pair marked; of some ways to choose, the one with fewest."""
    across = hit.sum(axis=0)
    best = (np.flatnonzero(hit.any(axis=1)), np.zeros(0, dtype=np.int64))
    for least in np.unique(np.quantile(across[across > 0], _SHARES)) if across.any() else ():
        columns = np.flatnonzero(across >= max(least, 1))
        rest = np.delete(hit, columns, axis=1)
        rows = np.flatnonzero(rest.any(axis=1))
        if len(rows) + len(columns) < len(best[0]) + len(best[1]):
            best = (rows, columns)
    return best
