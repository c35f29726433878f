"""Compiled: growing cliques, tabu search, and a tree search bounded by cliques of conflicting sets.

One file, since numba's cache does not notice that a kernel called from another file has changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.packing.problem import Ints

Bits = NDArray[np.uint64]

_compiled: Any = njit(cache=True)

RUNNING, DONE = 0, 1


@_compiled
def grown(members: Ints, bits: Bits, degree: Ints) -> Ints:
    """A clique of conflicting sets, made maximal: those with the most conflicts come in first."""
    words = bits.shape[1]
    common = bits[members[0]].copy()
    for k in range(1, len(members)):
        for w in range(words):
            common[w] &= bits[members[k], w]
    count = 0
    waiting = np.empty(words * 64, dtype=np.int64)
    for w in range(words):
        word = common[w]
        while word:
            low = word & (~word + np.uint64(1))
            waiting[count] = w * 64 + _place(low)
            count += 1
            word ^= low
    order = np.argsort(-degree[waiting[:count]], kind="mergesort")
    added = np.empty(count, dtype=np.int64)
    more = 0
    for k in order:
        j = waiting[k]
        if common[j >> 6] >> np.uint64(j & 63) & np.uint64(1):
            added[more] = j
            more += 1
            for w in range(words):
                common[w] &= bits[j, w]
    return np.sort(np.concatenate((members, added[:more])))


@_compiled
def _place(low: np.uint64) -> int:
    """Number of the one bit that is set."""
    place = 0
    if low & np.uint64(0xFFFFFFFF00000000):
        place += 32
    if low & np.uint64(0xFFFF0000FFFF0000):
        place += 16
    if low & np.uint64(0xFF00FF00FF00FF00):
        place += 8
    if low & np.uint64(0xF0F0F0F0F0F0F0F0):
        place += 4
    if low & np.uint64(0xCCCCCCCCCCCCCCCC):
        place += 2
    if low & np.uint64(0xAAAAAAAAAAAAAAAA):
        place += 1
    return place


@_compiled
def _chance(state: NDArray[np.uint64], below: int) -> int:
    """Whole number below ``below`` (xorshift, Marsaglia 2003)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return int((x >> np.uint64(11)) % np.uint64(below))


@_compiled
def filled(order: Ints, first: Ints, other: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Sets (0 or 1) taken in an order as long as they conflict with none taken before."""
    n = len(order)
    taken, blocked = np.zeros(n, dtype=np.uint8), np.zeros(n, dtype=np.uint8)
    for j in order:
        if not blocked[j]:
            taken[j] = 1
            for k in range(first[j], first[j + 1]):
                blocked[other[k]] = 1
    return taken


@_compiled
def tabu(
    value: Ints,
    first: Ints,
    other: NDArray[np.int32],
    taken: NDArray[np.uint8],
    steps: int,
    patience: int,
    state: NDArray[np.uint64],
) -> tuple[int, NDArray[np.uint8]]:
    """Take the set that gains most, putting out what it conflicts with, and do not take that back too soon.

    After Wu, Hao & Glover (2012, Annals of Operations Research 196): taking, swapping and dropping in one
    neighbourhood, begun anew from a few random sets after ``patience`` steps without a better packing.

    Returns
    -------
    Value and sets (0 or 1) of the best packing met, ``taken`` among them.
    """
    n = len(value)
    load = np.zeros(n, dtype=np.int64)
    now = np.int64(0)
    chosen = taken.copy()
    for j in range(n):
        if chosen[j]:
            now += value[j]
            for k in range(first[j], first[j + 1]):
                load[other[k]] += value[j]
    best, found = now, chosen.copy()
    local = now
    free_at = np.zeros(n, dtype=np.int64)
    idle = 0
    for step in range(steps):
        pick, gain, ties = -1, np.int64(-(1 << 62)), 0
        for j in range(n):
            g = -value[j] if chosen[j] else value[j] - load[j]
            if free_at[j] > step and now + g <= best:
                continue
            if g > gain:
                pick, gain, ties = j, g, 1
            elif g == gain:
                ties += 1
                if _chance(state, ties) == 0:
                    pick = j
        if pick < 0:
            idle = patience
        elif chosen[pick]:
            _turn(pick, np.uint8(0), value, first, other, chosen, load)
            now += gain
            free_at[pick] = step + 7
        else:
            if load[pick]:
                for k in range(first[pick], first[pick + 1]):
                    i = other[k]
                    if chosen[i]:
                        _turn(i, np.uint8(0), value, first, other, chosen, load)
                        free_at[i] = step + 7 + _chance(state, 10)
            _turn(pick, np.uint8(1), value, first, other, chosen, load)
            now += gain
        if now > local:
            local, idle = now, 0
        else:
            idle += 1
        if now > best:
            best = now
            found[:] = chosen
        if idle >= patience:
            idle = 0
            chosen[:] = 0
            load[:] = 0
            now = np.int64(0)
            free_at[:] = 0
            if _chance(state, 2):  # half of the times not far from the best
                for j in range(n):
                    if found[j] and _chance(state, 4):
                        _turn(j, np.uint8(1), value, first, other, chosen, load)
                        now += value[j]
            for _ in range(3):
                j = _chance(state, n)
                if not chosen[j] and load[j] == 0:
                    _turn(j, np.uint8(1), value, first, other, chosen, load)
                    now += value[j]
            local = now
    return int(best), found


@_compiled
def _turn(
    j: int,
    to: np.uint8,
    value: Ints,
    first: Ints,
    other: NDArray[np.int32],
    chosen: NDArray[np.uint8],
    load: Ints,
) -> None:
    chosen[j] = to
    change = value[j] if to else -value[j]
    for k in range(first[j], first[j + 1]):
        load[other[k]] += change


@_compiled
def _bounded(
    weight: Ints,
    bits: Bits,
    free: Bits,
    order: NDArray[np.int32],
    limit: Ints,
    rest: Ints,
    left: Bits,
    class_: Bits,
) -> int:
    """Sets that are still free, in an order, with what those up to each can be worth together.

    Cliques of conflicting sets, each counted with the least of what its members have left to count for: what
    a set is worth is shared out over cliques (Tavares, Campêlo & Corrêa 2015; San Segundo et al. 2019,
    EJOR 277, bound the same way).
    """
    words = len(free)
    count = 0
    total = np.int64(0)
    for w in range(words):
        left[w] = free[w]
        word = free[w]
        while word:
            low = word & (~word + np.uint64(1))
            j = w * 64 + _place(low)
            rest[j] = weight[j]
            word ^= low
    begin = 0
    while True:
        while begin < words and left[begin] == 0:
            begin += 1
        if begin == words:
            return count
        # the clique: first of what is left, then what conflicts with all so far
        least = np.int64(1 << 62)
        for w in range(words):
            class_[w] = 0
        w = begin
        for v in range(begin, words):
            free_here = left[v]
            class_[words + v] = free_here
        while w < words:
            word = class_[words + w]
            if word == 0:
                w += 1
                continue
            low = word & (~word + np.uint64(1))
            j = w * 64 + _place(low)
            class_[w] |= low
            least = min(least, rest[j])
            class_[words + w] = word ^ low
            for v in range(w, words):
                class_[words + v] &= bits[j, v]
        total += least
        for w in range(begin, words):
            word = class_[w]
            while word:
                low = word & (~word + np.uint64(1))
                j = w * 64 + _place(low)
                rest[j] -= least
                if rest[j] == 0:
                    left[w] ^= low
                    order[count] = j
                    limit[count] = total
                    count += 1
                word ^= low


@_compiled
def tree(
    weight: Ints,
    bits: Bits,
    best: int,
    found: Ints,
    path: Ints,
    free: NDArray[np.uint64],
    order: NDArray[np.int32],
    limit: Ints,
    at: Ints,
    depth: int,
    nodes: int,
) -> tuple[int, int, int, int]:
    """Depth-first search for a packing worth more than ``best``; goes on where it stopped.

    Sets are numbered so that the dearest come first. ``free``, ``order``, ``limit`` and ``at`` have a row for
    each depth; ``path`` is what is taken. ``depth`` is −1 once everything has been looked at.

    Returns
    -------
    Best value, how many sets in ``found`` (−1: none better), depth, nodes spent.
    """
    n = len(weight)
    words = bits.shape[1]
    rest = np.empty(n, dtype=np.int64)
    left = np.empty(words, dtype=np.uint64)
    class_ = np.empty(2 * words, dtype=np.uint64)
    held = np.int64(0)
    for d in range(depth):
        held += weight[path[d]]
    count, spent = -1, 0
    while depth >= 0 and spent < nodes:
        k = at[depth]
        if k < 0 or held + limit[depth, k] <= best:
            depth -= 1
            if depth >= 0:
                held -= weight[path[depth]]
            continue
        j = order[depth, k]
        at[depth] = k - 1
        free[depth, j >> 6] &= ~(np.uint64(1) << np.uint64(j & 63))
        spent += 1
        worth = held + weight[j]
        path[depth] = j
        if worth > best:
            best, count = worth, depth + 1
            for d in range(count):
                found[d] = path[d]
        some = False
        for w in range(words):
            free[depth + 1, w] = free[depth, w] & ~bits[j, w]
            some |= free[depth + 1, w] != 0
        if not some:
            continue
        more = _bounded(weight, bits, free[depth + 1], order[depth + 1], limit[depth + 1], rest, left, class_)
        if worth + limit[depth + 1, more - 1] <= best:
            continue
        held = worth
        depth += 1
        at[depth] = more - 1
    return best, count, depth, spent


@_compiled
def rooted(weight: Ints, bits: Bits, free: Bits, order: NDArray[np.int32], limit: Ints) -> int:
    """The first row of :func:`tree`: all sets free. Returns how many."""
    words = bits.shape[1]
    rest = np.empty(len(weight), dtype=np.int64)
    left = np.empty(words, dtype=np.uint64)
    class_ = np.empty(2 * words, dtype=np.uint64)
    return int(_bounded(weight, bits, free, order, limit, rest, left, class_))
