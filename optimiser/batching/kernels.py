"""Compiled: a batch worth much, by local search.

One file, since numba's cache does not notice that a kernel called from another file has changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_compiled: Any = njit(cache=True)


@_compiled
def in_one_piece(chosen: Flags, touch: Flags, without: int, plus: int) -> bool:
    """Whether the chosen, less one and with one more (−1: nobody), are connected."""
    n = len(chosen)
    waiting = np.empty(n, dtype=np.int64)
    seen = np.zeros(n, dtype=np.bool_)
    total, first = 0, -1
    for u in range(n):
        if (chosen[u] and u != without) or u == plus:
            total += 1
            if first < 0:
                first = u
    if total <= 1:
        return total == 1
    waiting[0], count, reached = first, 1, 1
    seen[first] = True
    while count:
        count -= 1
        at = waiting[count]
        for u in range(n):
            if not seen[u] and ((chosen[u] and u != without) or u == plus) and touch[at, u]:
                seen[u] = True
                reached += 1
                waiting[count] = u
                count += 1
    return reached == total


@_compiled
def _outside(load: Floats, low: Floats, high: Floats) -> float:
    """How far loads lie outside what they may be, all rows together."""
    total = 0.0
    for r in range(len(load)):
        if load[r] > high[r]:
            total += load[r] - high[r]
        elif load[r] < low[r]:
            total += low[r] - load[r]
    return total


@_compiled
def worth_much(
    must: int,
    gain: Floats,
    load: Floats,
    low: Floats,
    high: Floats,
    far: Flags,
    touch: Flags,
    may: Flags,
    connected: bool,
    price: float,
    steps: int,
    tenure: int,
) -> tuple[bool, float, Flags]:
    """A set that holds ``must``, inside all rows, of much gain: best-improvement moves with a short memory.

    Parameters
    ----------
    gain
        Of each unit.
    load, low, high
        ``float64[r, u]`` and ``float64[r]``: rows that a set's sum must lie between; in units that ``price``
        makes comparable with gain. What lies outside grows dearer while a set is outside, and cheaper else.
    """
    n, rows = len(gain), load.shape[0]
    chosen = np.zeros(n, dtype=np.bool_)
    barred = np.zeros(n, dtype=np.int64)  # chosen units far from a unit
    until = np.zeros(n, dtype=np.int64)
    total = load[:, must].copy()
    trial = np.empty(rows)
    chosen[must] = True
    value = gain[must]
    for u in range(n):
        if far[must, u]:
            barred[u] += 1
    best, found, best_set = -1e300, False, chosen.copy()
    for step in range(steps):
        here = value - price * _outside(total, low, high)
        top, out_of, into = -1e300, -1, -1
        for a in range(-1, n):
            if a >= 0 and (not chosen[a] or a == must or until[a] > step):
                continue
            for b in range(-1, n):
                if (a < 0 and b < 0) or (b >= 0 and (chosen[b] or not may[b] or until[b] > step)):
                    continue
                if b >= 0 and barred[b] - (1 if a >= 0 and far[a, b] else 0) > 0:
                    continue
                worth = value
                if a >= 0:
                    worth -= gain[a]
                if b >= 0:
                    worth += gain[b]
                if worth <= top:
                    continue
                for r in range(rows):
                    trial[r] = total[r]
                    if a >= 0:
                        trial[r] -= load[r, a]
                    if b >= 0:
                        trial[r] += load[r, b]
                worth -= price * _outside(trial, low, high)
                if worth > top and (not connected or in_one_piece(chosen, touch, a, b)):
                    top, out_of, into = worth, a, b
        if out_of < 0 and into < 0:
            break
        if top <= here + 1e-9 and found and step > steps // 2:
            break
        if out_of >= 0:
            chosen[out_of] = False
            value -= gain[out_of]
            until[out_of] = step + tenure
            for r in range(rows):
                total[r] -= load[r, out_of]
            for u in range(n):
                if far[out_of, u]:
                    barred[u] -= 1
        if into >= 0:
            chosen[into] = True
            value += gain[into]
            until[into] = step + tenure
            for r in range(rows):
                total[r] += load[r, into]
            for u in range(n):
                if far[into, u]:
                    barred[u] += 1
        if _outside(total, low, high) > 1e-9:
            price *= 1.3
            continue
        price *= 0.8
        if value > best:
            best, found = value, True
            best_set[:] = chosen
    return found, best, best_set


@_compiled
def _random(state: Any) -> Any:
    """63 random bits (xorshift; Marsaglia 2003)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return np.int64(x >> np.uint64(1))


@_compiled
def _appraise(
    members: Any,
    size: int,
    distance: Any,
    middles: Any,
    load: Floats,
    low: Floats,
    high: Floats,
    far: Flags,
    touch: Flags,
    connected: bool,
) -> tuple[float, float]:
    """Distance of a batch from its best middle, and how much it breaks."""
    if size == 0:
        return 0.0, 0.0
    best = 1e300
    for a in range(size):
        for k in range(middles.shape[1]):
            j = middles[members[a], k]
            if j < 0:
                break
            total = 0.0
            for b in range(size):
                total += distance[members[b], j]
            best = min(best, total)
    broken = 0.0
    for r in range(load.shape[0]):
        total = 0.0
        for a in range(size):
            total += load[r, members[a]]
        if total > high[r] + 1e-9:
            broken += total - high[r] + 0.3
        elif total < low[r] - 1e-9:
            broken += low[r] - total + 0.3
    for a in range(size):
        for b in range(a):
            if far[members[a], members[b]]:
                broken += 1.0
    if connected:
        chosen = np.zeros(len(far), dtype=np.bool_)
        for a in range(size):
            chosen[members[a]] = True
        if not in_one_piece(chosen, touch, -1, -1):
            broken += 2.0
    return best, broken


@_compiled
def annealed(
    holder: Any,
    batches: int,
    distance: Any,
    middles: Any,
    near: Any,
    left_out: Floats,
    load: Floats,
    low: Floats,
    high: Floats,
    far: Flags,
    touch: Flags,
    connected: bool,
    dear: float,
    dearest: float,
    hot: float,
    cold: float,
    moves: int,
    keep: int,
    state: Any,
) -> tuple[float, Any, Any, int]:
    """Simulated annealing over whole partitions: shift a unit to a batch near it, or swap two.

    Parameters
    ----------
    holder
        ``int64[u]``: batch of each unit to begin with; −1 for none. Changed in place.
    middles
        ``int64[u, k]``: middles of each unit, −1 after the last.
    near
        ``int64[u, k]``: units near each.
    dear, dearest
        Least and greatest price of one unit of anything broken: it rises while partitions break rules.
    keep
        How many partitions are kept on the way, the latest of those nearly as good as the best.

    Returns
    -------
    tuple
        Cost of the best partition where batches that break rules are left out, its holders, partitions kept,
        and how many.
    """
    n = len(holder)
    members = np.full((batches, n), -1, dtype=np.int64)
    size = np.zeros(batches, dtype=np.int64)
    place = np.zeros(n, dtype=np.int64)
    for u in range(n):
        b = holder[u]
        if b >= 0:
            members[b, size[b]] = u
            place[u] = size[b]
            size[b] += 1
    cost, fault = np.zeros(batches), np.zeros(batches)
    for b in range(batches):
        cost[b], fault[b] = _appraise(
            members[b], size[b], distance, middles, load, low, high, far, touch, connected
        )
    kept = np.full((keep, n), -1, dtype=np.int64)
    count, since = 0, 0
    best, best_holder = 1e300, np.full(n, -1, dtype=np.int64)
    one, other = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    cooling = (cold / hot) ** (1.0 / max(1, moves))
    heat, price = hot, dear
    was_whole = False
    for move in range(moves):
        heat *= cooling
        if move % 1000 == 999:
            price = max(dear, price * 0.85) if was_whole else min(dearest, price * 1.2)
            was_whole = fault.sum() <= 0
        u = _random(state) % n
        a = holder[u]
        chance = _random(state) % 100
        b = holder[near[u, _random(state) % near.shape[1]]]
        if chance < 2:
            b = -1
        if a == b or (a < 0 and b < 0):
            continue
        v = -1
        if chance >= 50 and b >= 0 and size[b] > 0:
            v = members[b, _random(state) % size[b]]
        na = nb = 0
        if a >= 0:
            for k in range(size[a]):
                if members[a, k] != u:
                    one[na] = members[a, k]
                    na += 1
            if v >= 0:
                one[na] = v
                na += 1
        if b >= 0:
            for k in range(size[b]):
                if members[b, k] != v:
                    other[nb] = members[b, k]
                    nb += 1
            other[nb] = u
            nb += 1
        change = 0.0
        ca = fa = cb = fb = 0.0
        if a >= 0:
            ca, fa = _appraise(one, na, distance, middles, load, low, high, far, touch, connected)
            change += ca - cost[a] + price * (fa - fault[a])
        else:
            change -= left_out[u]
            if v >= 0:
                change += left_out[v]
        if b >= 0:
            cb, fb = _appraise(other, nb, distance, middles, load, low, high, far, touch, connected)
            change += cb - cost[b] + price * (fb - fault[b])
        else:
            change += left_out[u]
        if change > 0 and (_random(state) % 1000000) / 1e6 >= np.exp(-change / heat):
            continue
        holder[u] = b
        if v >= 0:
            holder[v] = a
        if a >= 0:
            size[a], cost[a], fault[a] = na, ca, fa
            for k in range(na):
                members[a, k] = one[k]
        if b >= 0:
            size[b], cost[b], fault[b] = nb, cb, fb
            for k in range(nb):
                members[b, k] = other[k]
        since += 1
        was_whole = was_whole or fault.sum() <= 0
        total = 0.0
        for c in range(batches):
            if fault[c] <= 0:
                total += cost[c]
        for w in range(n):
            if holder[w] < 0 or fault[holder[w]] > 0:
                total += left_out[w]
        if total < best - 1e-9:
            best = total
            best_holder[:] = holder
        if since > 60 and total < 1.1 * best:
            kept[count % keep] = holder
            count += 1
            since = 0
    return best, best_holder, kept, min(count, keep)


@_compiled
def least_worth(
    must: int,
    cost: Floats,
    hours: Floats,
    least: int,
    most: int,
    most_hours: float,
    sizes: Any,
    rural: Any,
    double: Any,
    may: Flags,
    band: Any,
    halvings: int,
) -> float:
    """What no batch that holds ``must`` costs less than: a table over packages, rural and double-handed ones.

    Hours above ``most_hours`` are priced (Lagrange), and the best price found by halving; drives but those
    from ``must``, connection, nights and least hours are not asked.

    Parameters
    ----------
    cost
        Of each unit.
    sizes, rural, double
        Packages of each unit, and how many are rural and double-handed.
    band
        ``int64[most + 1, 4]``: least and most rural and double-handed packages of a batch of each size.

    Returns
    -------
    float
        Infinity where no batch is possible.
    """
    n = len(cost)
    tall, wide = 1, 1
    for m in range(most + 1):
        tall, wide = max(tall, band[m, 1] + 1), max(wide, band[m, 3] + 1)
    table = np.empty((most + 1, tall, wide))
    spent = np.empty((most + 1, tall, wide))
    low, high, best = 0.0, -1.0, -np.inf
    price = 0.0
    for _ in range(halvings):
        table[:] = np.inf
        spent[:] = 0.0
        if sizes[must] > most or rural[must] >= tall or double[must] >= wide:
            return np.inf
        table[sizes[must], rural[must], double[must]] = cost[must] + price * hours[must]
        spent[sizes[must], rural[must], double[must]] = hours[must]
        for u in range(n):
            if u == must or not may[u]:
                continue
            value = cost[u] + price * hours[u]
            for m in range(most, sizes[u] - 1, -1):
                for r in range(tall - 1, rural[u] - 1, -1):
                    for d in range(wide - 1, double[u] - 1, -1):
                        before = table[m - sizes[u], r - rural[u], d - double[u]]
                        if before + value < table[m, r, d]:
                            table[m, r, d] = before + value
                            spent[m, r, d] = spent[m - sizes[u], r - rural[u], d - double[u]] + hours[u]
        top, used = np.inf, 0.0
        for m in range(least, most + 1):
            for r in range(band[m, 0], min(tall, band[m, 1] + 1)):
                for d in range(band[m, 2], min(wide, band[m, 3] + 1)):
                    if table[m, r, d] < top:
                        top, used = table[m, r, d], spent[m, r, d]
        if top == np.inf:
            return np.inf
        best = max(best, top - price * most_hours)
        if used <= most_hours:
            if price == 0.0:
                break
            high = price
        else:
            low = price
        price = max(16.0, 2.0 * price) if high < 0 else (low + high) / 2.0
    return best
