"""Compiled: nodes of a road graph taken out one by one, and distances swept down again.

One file, since numba's cache does not notice that a kernel called from another file has changed.
``inf`` stands for "no arc" inside these loops only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geodata.travel.weights import SHIFT, UNIT

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LANES = 16
"""Sources swept together: two cache lines of a distance each."""

_SHIFT, _DECIMETRES, _MILLISECOND = SHIFT, UNIT - 1, float(UNIT)

_compiled: Any = njit(cache=True)


@_compiled
def merged(n: int, tail: Ints, head: Ints, weight: Floats) -> tuple[Longs, Ints, Floats, Floats]:
    """Neighbours of each node either way, each once, with the least arc out to it and in from it."""
    start = np.zeros(n + 1, dtype=np.int64)
    for k in range(len(tail)):
        if tail[k] != head[k]:
            start[tail[k] + 1] += 1
            start[head[k] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    fill = start[:-1].copy()
    other = np.empty(start[n], dtype=np.int32)
    out = np.empty(start[n])
    into = np.empty(start[n])
    for k in range(len(tail)):
        u, v = tail[k], head[k]
        if u != v:
            other[fill[u]], out[fill[u]], into[fill[u]] = v, weight[k], np.inf
            fill[u] += 1
            other[fill[v]], out[fill[v]], into[fill[v]] = u, np.inf, weight[k]
            fill[v] += 1
    at = np.full(n, -1, dtype=np.int64)
    begin = np.zeros(n + 1, dtype=np.int64)
    kept = 0
    for v in range(n):
        begin[v] = kept
        for k in range(start[v], start[v + 1]):
            u = other[k]
            if at[u] < begin[v]:
                at[u] = kept
                other[kept], out[kept], into[kept] = u, out[k], into[k]
                kept += 1
            else:
                out[at[u]] = min(out[at[u]], out[k])
                into[at[u]] = min(into[at[u]], into[k])
    begin[n] = kept
    return begin, other[:kept], out[:kept], into[:kept]


@_compiled
def _unlinked(v: int, degree: int, first: Ints, after: Ints, before: Ints) -> None:
    """Take a node out of the list of its degree."""
    if before[v] >= 0:
        after[before[v]] = after[v]
    else:
        first[degree] = after[v]
    if after[v] >= 0:
        before[after[v]] = before[v]


@_compiled
def _linked(v: int, degree: int, first: Ints, after: Ints, before: Ints) -> None:
    """Put a node in front of the list of its degree."""
    after[v], before[v] = first[degree], -1
    if first[degree] >= 0:
        before[first[degree]] = v
    first[degree] = v


@_compiled
def eliminated(
    begin: Longs, other: Ints, out: Floats, into: Floats
) -> tuple[Ints, Longs, Ints, Floats, Floats]:
    """Take out every node, one of fewest neighbours first; ways through it become arcs between neighbours.

    Returns
    -------
    order
        Nodes as they went.
    start, upper, out, into
        For each node in that order, its neighbours that went later (as places in that order), and the least
        ways out to them and in from them by way of nodes that went before it.
    """
    n = len(begin) - 1
    room = 4 * len(other) + 16
    pool, pool_out, pool_into = np.empty(room, np.int32), np.empty(room), np.empty(room)
    start, count, space = np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int32)
    first, after, before = np.full(n + 1, -1, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    used = 0
    for v in range(n):
        start[v], count[v] = used, begin[v + 1] - begin[v]
        space[v] = count[v]
        for k in range(begin[v], begin[v + 1]):
            pool[used], pool_out[used], pool_into[used] = other[k], out[k], into[k]
            used += 1
    for v in range(n - 1, -1, -1):
        _linked(v, count[v], first, after, before)
    order, rank = np.empty(n, np.int32), np.full(n, -1, np.int32)
    place = np.full(n, -1, np.int64)
    least = 0
    for step in range(n):
        while first[least] < 0:
            least += 1
        v = first[least]
        _unlinked(v, least, first, after, before)
        order[step], rank[v] = v, step
        own, degree = start[v], count[v]
        for i in range(degree):
            a = pool[own + i]
            to_v, from_v = pool_into[own + i], pool_out[own + i]
            was = count[a]
            for k in range(start[a], start[a] + was):
                place[pool[k]] = k
            # v goes: the last neighbour of a takes its place
            gap, last = place[v], start[a] + count[a] - 1
            pool[gap], pool_out[gap], pool_into[gap] = pool[last], pool_out[last], pool_into[last]
            place[pool[last]] = gap
            place[v] = -1
            count[a] -= 1
            for j in range(degree):
                b = pool[own + j]
                if b == a:
                    continue
                there, back = to_v + pool_out[own + j], pool_into[own + j] + from_v
                k = place[b]
                if k >= 0:
                    pool_out[k] = min(pool_out[k], there)
                    pool_into[k] = min(pool_into[k], back)
                elif there < np.inf or back < np.inf:
                    if count[a] == space[a]:  # move a's neighbours to the end, with room to grow
                        wider = 2 * space[a] + 4
                        if used + wider > len(pool):
                            room = 2 * (used + wider)
                            bigger, bigger_out = np.empty(room, np.int32), np.empty(room)
                            bigger_into = np.empty(room)
                            bigger[:used], bigger_out[:used] = pool[:used], pool_out[:used]
                            bigger_into[:used] = pool_into[:used]
                            pool, pool_out, pool_into = bigger, bigger_out, bigger_into
                        for k in range(count[a]):
                            old, new = start[a] + k, used + k
                            pool[new], pool_out[new], pool_into[new] = (
                                pool[old], pool_out[old], pool_into[old],
                            )  # fmt: skip
                            place[pool[new]] = new
                        start[a], space[a] = used, wider
                        used += wider
                    k = start[a] + count[a]
                    pool[k], pool_out[k], pool_into[k] = b, there, back
                    place[b] = k
                    count[a] += 1
            for k in range(start[a], start[a] + count[a]):
                place[pool[k]] = -1
            if count[a] != was:
                _unlinked(a, was, first, after, before)
                _linked(a, count[a], first, after, before)
                least = min(least, count[a])
    total = 0
    for step in range(n):
        total += count[order[step]]
    up = np.zeros(n + 1, np.int64)
    upper, up_out, up_into = np.empty(total, np.int32), np.empty(total), np.empty(total)
    at = 0
    for step in range(n):
        v = order[step]
        for k in range(start[v], start[v] + count[v]):
            upper[at], up_out[at], up_into[at] = rank[pool[k]], pool_out[k], pool_into[k]
            at += 1
        up[step + 1] = at
    return order, up, upper, up_out, up_into


@_compiled
def above(start: Longs, upper: Ints, nodes: Longs) -> Flags:
    """The nodes given and all that a way up from them can meet."""
    n = len(start) - 1
    wanted = np.zeros(n, dtype=np.bool_)
    for v in nodes:
        wanted[v] = True
    for v in range(n):
        if wanted[v]:
            for k in range(start[v], start[v + 1]):
                wanted[upper[k]] = True
    return wanted


@_compiled
def swept(
    start: Longs,
    upper: Ints,
    out: Floats,
    into: Floats,
    source_start: Longs,
    source_node: Longs,
    source_weight: Floats,
    places: Longs,
    limit: float,
    distance: Floats,
    alive: Flags,
) -> None:
    """Least weights from up to :data:`LANES` places to every node: up the order, then down it.

    Rows of ``distance`` (``float64[n, LANES]``) hold an answer where ``alive``; beyond ``limit`` any value.
    """
    n = len(start) - 1
    alive[:] = False
    for lane in range(len(places)):
        for k in range(source_start[places[lane]], source_start[places[lane] + 1]):
            v = source_node[k]
            if not alive[v]:
                alive[v] = True
                for i in range(LANES):
                    distance[v, i] = np.inf
            distance[v, lane] = min(distance[v, lane], source_weight[k])
    for v in range(n):
        if not alive[v]:
            continue
        for k in range(start[v], start[v + 1]):
            w = out[k]
            if w <= limit:
                u = upper[k]
                if not alive[u]:
                    alive[u] = True
                    for i in range(LANES):
                        distance[u, i] = distance[v, i] + w
                else:
                    for i in range(LANES):
                        distance[u, i] = min(distance[u, i], distance[v, i] + w)
    for v in range(n - 1, -1, -1):
        for k in range(start[v], start[v + 1]):
            u, w = upper[k], into[k]
            if alive[u] and w <= limit:
                if not alive[v]:
                    alive[v] = True
                    for i in range(LANES):
                        distance[v, i] = distance[u, i] + w
                else:
                    for i in range(LANES):
                        distance[v, i] = min(distance[v, i], distance[u, i] + w)
        if alive[v]:
            near = np.inf
            for i in range(LANES):
                near = min(near, distance[v, i])
            alive[v] = near <= limit


@_compiled
def read_off(
    distance: Floats,
    alive: Flags,
    target_start: Longs,
    target_node: Longs,
    target_weight: Floats,
    link: Longs,
    ahead: Floats,
    behind: Floats,
    places: Longs,
    weights: Floats,
) -> None:
    """Least weights from the places of one sweep (columns) to every place (rows)."""
    for t in range(len(link)):
        for lane in range(LANES):
            weights[t, lane] = np.inf
        for k in range(target_start[t], target_start[t + 1]):
            v, w = target_node[k], target_weight[k]
            if alive[v]:
                for lane in range(LANES):
                    weights[t, lane] = min(weights[t, lane], distance[v, lane] + w)
        for lane in range(len(places)):
            s = places[lane]
            if link[s] == link[t] and link[t] >= 0:  # along the road they are both on
                if ahead[s] <= ahead[t] < np.inf:
                    weights[t, lane] = min(weights[t, lane], ahead[t] - ahead[s])
                if behind[t] <= behind[s] < np.inf:
                    weights[t, lane] = min(weights[t, lane], behind[s] - behind[t])
            if s == t:
                weights[t, lane] = 0.0


@_compiled
def written(
    weights: Floats, rows: Longs, limit: float, seconds: Ints, metres: Ints, reachable: Flags
) -> float:
    """Round one sweep's answers into rows of the matrices; returns the largest weight written."""
    largest = 0.0
    for t in range(len(weights)):
        for lane in range(len(rows)):
            weight = weights[t, lane]
            if weight <= limit and weight < np.inf:
                largest = max(largest, weight)
                whole = np.int64(weight)
                seconds[rows[lane], t] = ((whole >> _SHIFT) + 500) // 1000
                metres[rows[lane], t] = ((whole & _DECIMETRES) + 5) // 10
                reachable[rows[lane], t] = True
    return largest


@_compiled
def base_weights(
    rank: Longs, start: Longs, upper: Ints, tail: Ints, head: Ints, weight: Floats, open_: Flags
) -> tuple[Floats, Floats]:
    """The arcs of the graph itself, where the hierarchy has them: out and in weights of each upward arc."""
    out, into = np.full(len(upper), np.inf), np.full(len(upper), np.inf)
    for a in range(len(tail)):
        begin, end = rank[tail[a]], rank[head[a]]
        if not open_[a] or begin == end:
            continue
        k = _arc(start, upper, min(begin, end), max(begin, end))
        if begin < end:
            out[k] = min(out[k], weight[a])
        else:
            into[k] = min(into[k], weight[a])
    return out, into


@_compiled
def _arc(start: Longs, upper: Ints, low: int, high: int) -> int:
    """The upward arc between two nodes that are joined."""
    for k in range(start[low], start[low + 1]):
        if upper[k] == high:
            return k
    return -1


@_compiled
def customised_again(
    start: Longs,
    upper: Ints,
    out: Floats,
    into: Floats,
    base_out: Floats,
    base_into: Floats,
    dirty: Flags,
) -> int:
    """Work out anew, in place, the arcs marked dirty and all that follow from them; returns how many.

    An arc is the least of the graph's own and of the ways through nodes below both its ends. Nodes go up in
    order: whatever lies below an arc is settled before it.
    """
    n = len(start) - 1
    count = np.zeros(n + 1, np.int64)
    for k in range(len(upper)):
        count[upper[k] + 1] += 1
    for v in range(n):
        count[v + 1] += count[v]
    fill, lower, lower_arc = count[:-1].copy(), np.empty(len(upper), np.int32), np.empty(len(upper), np.int64)
    for v in range(n):
        for k in range(start[v], start[v + 1]):
            u = upper[k]
            lower[fill[u]], lower_arc[fill[u]] = v, k
            fill[u] += 1
    below = np.full(n, -1, np.int64)
    done = 0
    for v in range(n):
        waits = False
        for k in range(start[v], start[v + 1]):
            waits = waits or dirty[k]
        if not waits:
            continue
        for i in range(count[v], count[v + 1]):
            below[lower[i]] = lower_arc[i]
        for k in range(start[v], start[v + 1]):
            if not dirty[k]:
                continue
            done += 1
            u, there, back = upper[k], base_out[k], base_into[k]
            for i in range(count[u], count[u + 1]):
                to_v = below[lower[i]]
                if to_v >= 0:
                    to_u = lower_arc[i]
                    there = min(there, into[to_v] + out[to_u])
                    back = min(back, into[to_u] + out[to_v])
            if there != out[k] or back != into[k]:
                out[k], into[k] = there, back
                for other in range(start[v], start[v + 1]):
                    w = upper[other]
                    if w != u:
                        dirty[_arc(start, upper, min(u, w), max(u, w))] = True
        for i in range(count[v], count[v + 1]):
            below[lower[i]] = -1
    return done


@_compiled
def through(
    seconds: Ints, reachable: Flags, walk: Ints, to_arc: Floats, from_arc: Floats, hit: Flags
) -> None:
    """Mark pairs whose fastest way may go along one of some arcs.

    Parameters
    ----------
    seconds
        ``int32[n, n]``, rounded, with ``walk`` at either end.
    to_arc, from_arc
        ``float64[n, k]`` and ``float64[k, n]``: weights from places to the far ends of the arcs, and on.
    """
    n, arcs = from_arc.shape[1], from_arc.shape[0]
    for s in range(n):
        for c in range(arcs):
            first = to_arc[s, c]
            if first == np.inf:
                continue
            for t in range(n):
                road = np.float64(seconds[s, t] - walk[s] - walk[t])
                if reachable[s, t] and first + from_arc[c, t] < (road * 1000.0 + 501.0) * _MILLISECOND:
                    hit[s, t] = True
