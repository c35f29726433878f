"""Least weights from many places to many, exactly, without a search for each.

Nodes are taken out of the graph one by one, those of fewest neighbours first, and ways through a node become
arcs between its neighbours; afterwards the shortest way between any two nodes goes up that order and then
down it (the customizable contraction hierarchies of Dibbelt, Strasser and Wagner, 2014). Of that only what
lies above some place asked for is looked at, and sixteen sources are swept over it together, without a queue
(PHAST: Delling, Goldberg, Nowatzyk and Werneck, 2011). All sums are exact (:mod:`geodata.travel.weights`), so
the answers are those of plain Dijkstra bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geodata.travel.ends import Ends
from geodata.travel.expand import SearchGraph
from geodata.travel.weights import LARGEST, UNIT

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_ROWS = 1024
"""Sources handed to one task of an executor."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """A graph's nodes in the order in which they were taken out.

    Attributes
    ----------
    rank
        ``int64[nodes]``: place in that order of each node of the graph.
    start, upper, out, into
        ``int64[nodes + 1]``, ``int32[k]``, ``float64[k]``, ``float64[k]``: for each node in that order the
        later ones it is joined to, and the least weights to them and from them by way of earlier ones;
        ``inf`` where there is no such way.
    """

    rank: Longs
    start: Longs
    upper: Ints
    out: Floats
    into: Floats

    def __len__(self) -> int:
        return len(self.start) - 1


def hierarchy_of(graph: SearchGraph) -> Hierarchy:
    """Take every node of a graph out in turn."""
    from geodata.travel.hierarchy_kernels import eliminated, merged

    order, start, upper, out, into = eliminated(*merged(graph.nodes, graph.tail, graph.head, graph.weight))
    rank = np.empty(graph.nodes, dtype=np.int64)
    rank[order] = np.arange(graph.nodes)
    return Hierarchy(rank=rank, start=start, upper=upper, out=out, into=into)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What of a hierarchy lies above some ends, under numbers of its own, with the ends."""

    hierarchy: Hierarchy
    ends: Ends


def part_above(hierarchy: Hierarchy, ends: Ends) -> Part:
    """Leave out what no way between the ends can meet."""
    from geodata.travel.hierarchy_kernels import above

    source, target = hierarchy.rank[ends.source_node], hierarchy.rank[ends.target_node]
    wanted = np.concatenate([source, target])
    kept = np.flatnonzero(above(hierarchy.start, hierarchy.upper, wanted))
    name = np.full(len(hierarchy), -1, dtype=np.int64)
    name[kept] = np.arange(len(kept))
    count = np.diff(hierarchy.start)[kept]
    begin = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    arcs = np.repeat(hierarchy.start[kept] - begin[:-1], count) + np.arange(begin[-1])
    smaller = Hierarchy(
        rank=name,
        start=begin,
        upper=name[hierarchy.upper[arcs]].astype(np.int32),
        out=hierarchy.out[arcs],
        into=hierarchy.into[arcs],
    )
    return Part(smaller, replace(ends, source_node=name[source], target_node=name[target]))


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """Seconds and metres from some places (rows) to some (columns), rounded, and whether there is a way.

    ``int32[r, c]``, ``int32[r, c]``, ``bool[r, c]``; zero where there is no way.
    """

    seconds: Ints
    metres: Ints
    reachable: Flags


def many_to_many(
    part: Part, *, limit_seconds: int | None = None, executor: Executor | None = None
) -> Lengths:
    """Lengths between every two ends.

    Parameters
    ----------
    limit_seconds
        What takes longer counts as not reachable; ``None`` for no limit.
    executor
        Where rows are worked out; ``None`` for here and now. Only ``submit`` and ``result`` are used, and
        the answer does not depend on it.

    Raises
    ------
    ValueError
        Where two places are 37 hours apart or more: sums are not exact there.
    """
    n = len(part.ends)
    rows = _swept_order(part)
    found = _empty(n, n)
    if executor is None:
        _fill(part, rows, rows, limit_seconds, found)
        return found
    tasks = [rows[k : k + _ROWS] for k in range(0, n, _ROWS)]
    waiting = [executor.submit(lengths_from, part, task, limit_seconds) for task in tasks]
    for task, future in zip(tasks, waiting, strict=True):
        done = future.result()
        found.seconds[task], found.metres[task] = done.seconds, done.metres
        found.reachable[task] = done.reachable
    return found


def lengths_from(part: Part, places: Longs, limit_seconds: int | None = None) -> Lengths:
    """Lengths from some ends (rows, in the order given) to all."""
    found = _empty(len(places), len(part.ends))
    _fill(part, places, np.arange(len(places)), limit_seconds, found)
    return found


def weights_from(part: Part, places: Longs) -> Floats:
    """``float64[places, n]``: least weights from some ends to all; ``inf`` where there is no way."""
    found = np.empty((len(places), len(part.ends)))
    for rows, weights in _sweeps(part, places, np.inf):
        found[rows] = weights.T[: len(rows)]
    return found


def _swept_order(part: Part) -> Longs:
    """Ends in order of the nodes they lead to: those near one another meet the same nodes."""
    ends = part.ends
    highest = np.full(len(ends), -1, dtype=np.int64)
    np.maximum.at(highest, np.repeat(np.arange(len(ends)), np.diff(ends.source_start)), ends.source_node)
    return np.argsort(highest, kind="stable")


def reversed_part(part: Part) -> Part:
    """The same with every way gone backward: rows become columns."""
    own, ends = part.hierarchy, part.ends
    return Part(
        replace(own, out=own.into, into=own.out),
        replace(
            ends,
            source_start=ends.target_start, source_node=ends.target_node, source_weight=ends.target_weight,
            target_start=ends.source_start, target_node=ends.source_node, target_weight=ends.source_weight,
            ahead=ends.behind, behind=ends.ahead,
        ),
    )  # fmt: skip


def _empty(rows: int, columns: int) -> Lengths:
    shape = (rows, columns)
    return Lengths(np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.bool_))


def _fill(part: Part, places: Longs, rows: Longs, limit_seconds: int | None, found: Lengths) -> None:
    """Write the rows of some ends straight into the answer."""
    from geodata.travel.hierarchy_kernels import written

    limit = np.inf if limit_seconds is None else float(limit_seconds * 1000 * UNIT + UNIT - 1)
    farthest = 0.0
    for here, weights in _sweeps(part, places, limit):
        into = (found.seconds, found.metres, found.reachable)
        farthest = max(farthest, written(weights, rows[here], limit, *into))
    if farthest >= LARGEST:
        raise ValueError("two places are 37 hours apart or more")


def _sweeps(part: Part, places: Longs, limit: float) -> Iterator[tuple[Longs, Floats]]:
    """Sixteen at a time: which of ``places`` they are, and ``float64[n, 16]`` weights from them to all."""
    from geodata.travel.hierarchy_kernels import LANES, read_off, swept

    own, ends = part.hierarchy, part.ends
    distance, alive = np.empty((len(own), LANES)), np.empty(len(own), dtype=np.bool_)
    weights = np.empty((len(ends), LANES))
    arcs = (own.start, own.upper, own.out, own.into)
    sources = (ends.source_start, ends.source_node, ends.source_weight)
    targets = (ends.target_start, ends.target_node, ends.target_weight, ends.link, ends.ahead, ends.behind)
    for k in range(0, len(places), LANES):
        these = places[k : k + LANES]
        swept(*arcs, *sources, these, limit, distance, alive)
        read_off(distance, alive, *targets, these, weights)
        yield np.arange(k, k + len(these)), weights
