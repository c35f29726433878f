"""Compiled 0/1 knapsacks, in whole numbers throughout: what one agent would take at given prices.

One file, since numba's cache does not notice that a kernel called from another file has changed. Items far
from the break item's rate are settled by the linear bound (Dantzig 1957; Martello & Toth 1990, chapter 2.2);
dynamic programming is left with a core of a few dozen.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.assignment.problem import Ints

Marks: TypeAlias = NDArray[np.uint8]


@njit(cache=True)
def break_point(profit: Ints, weight: Ints, capacity: int, order: Ints) -> tuple[float, float, int]:
    """Rate of the break item (profit for a unit of capacity), the linear bound, and a greedy value.

    ``order`` is filled with the items by falling rate. Weights and profits are positive.
    """
    size = len(profit)
    rates = np.empty(size)
    for i in range(size):
        rates[i] = -profit[i] / weight[i]
    order[:] = np.argsort(rates)
    bound, greedy, rate = 0.0, 0, 0.0
    room = capacity
    broken = False
    for i in order:
        if weight[i] <= room:
            room -= int(weight[i])
            greedy += profit[i]
            if not broken:
                bound += profit[i]
        elif not broken:
            broken = True
            rate = profit[i] / weight[i]
            bound += room * rate
    return rate, bound, greedy


@njit(cache=True)
def pack(profit: Ints, weight: Ints, capacity: int, most_cells: int, taken: Marks) -> int:
    """Largest profit within capacity, and in ``taken`` the items that make it.

    Where dynamic programming would need more than ``most_cells``, the linear bound rounded down: never
    below the truth, with the greedy items taken.
    """
    size = len(profit)
    items = np.empty(size, np.int64)
    kept, base = 0, 0
    for i in range(size):
        taken[i] = 0
        if profit[i] > 0 and weight[i] == 0:
            taken[i] = 1
            base += profit[i]
        elif profit[i] > 0 and weight[i] <= capacity:
            items[kept] = i
            kept += 1
    items = items[:kept]
    p, w = profit[items], weight[items]
    order = np.empty(kept, np.int64)
    rate, bound, greedy = break_point(p, w, capacity, order)
    room = capacity
    for nth in order:
        if w[nth] <= room:
            room -= int(w[nth])
            taken[items[nth]] = 1
    # Nothing whole lies between the two: greedy is as good as any.
    if bound < greedy + 0.99:
        return base + greedy
    core, free, inside = np.empty(kept, np.int64), capacity, 0
    size = 0
    for k in range(kept):
        loss = p[k] - w[k] * rate
        if bound - abs(loss) >= greedy + 0.99:
            core[size] = k
            size += 1
        elif loss > 0:
            free -= w[k]
            inside += p[k]
    if free < 0:
        return base + greedy
    if size * (free + 1) > most_cells:
        return base + int(np.floor(bound + 0.001))
    value, choice = fill(p[core[:size]], w[core[:size]], free)
    if inside + value <= greedy:
        return base + greedy
    for k in range(kept):
        loss = p[k] - w[k] * rate
        taken[items[k]] = 1 if bound - abs(loss) < greedy + 0.99 and loss > 0 else 0
    for c in range(size):
        taken[items[core[c]]] = choice[c]
    return base + inside + value


@njit(cache=True)
def fill(profit: Ints, weight: Ints, capacity: int) -> tuple[int, Marks]:
    """Knapsack by dynamic programming (Bellman): its value and the items taken."""
    size = len(profit)
    best = np.zeros(capacity + 1, np.int64)
    took = np.zeros((size, capacity + 1), np.uint8)
    for i in range(size):
        for c in range(capacity, weight[i] - 1, -1):
            other = best[c - weight[i]] + profit[i]
            if other > best[c]:
                best[c] = other
                took[i, c] = 1
    choice, c = np.zeros(size, np.uint8), capacity
    for i in range(size - 1, -1, -1):
        if took[i, c]:
            choice[i] = 1
            c -= weight[i]
    return best[capacity], choice


@njit(cache=True)
def forced(
    profit: Ints, weight: Ints, capacity: int, width: int, most_cells: int, into: Ints, out: Ints
) -> None:
    """How much profit is lost where an item must be taken (``into``) or must not (``out``).

    Losses are exact up to ``width`` and never above the truth; beyond, they are cut at ``width + 1``. An
    item too heavy for the capacity loses ``width + 1``.
    """
    size = len(profit)
    items = np.empty(size, np.int64)
    kept = 0
    for i in range(size):
        into[i] = 0
        out[i] = 0
        if weight[i] > capacity:
            into[i] = width + 1
        elif weight[i] == 0:
            into[i] = min(width + 1, max(0, -profit[i]))
            out[i] = min(width + 1, max(0, profit[i]))
        elif profit[i] > 0:
            items[kept] = i
            kept += 1
    items = items[:kept]
    p, w = profit[items], weight[items]
    order = np.empty(kept, np.int64)
    rate, bound, greedy = break_point(p, w, capacity, order)
    # Losses by the linear bound settle what lies beyond the width; the optimum lies between greedy and bound.
    core, free, inside, size_core = np.empty(kept, np.int64), capacity, 0, 0
    slack = bound - greedy
    for k in range(kept):
        loss = p[k] - w[k] * rate
        if abs(loss) - slack <= width + 1:
            core[size_core] = k
            size_core += 1
        elif loss > 0:
            out[items[k]] = width + 1
            free -= w[k]
            inside += p[k]
        else:
            into[items[k]] = width + 1
    if free < 0:
        free, size_core = 0, 0  # cannot be: what must be taken fits in the optimum
    if (size_core + 1) * (free + 1) > most_cells:
        for k in range(kept):
            loss = p[k] - w[k] * rate
            lost = min(width + 1, max(0, int(np.floor(abs(loss) - slack - 0.001))))
            if loss > 0:
                out[items[k]] = max(out[items[k]], lost)
            else:
                into[items[k]] = max(into[items[k]], lost)
        for i in range(size):
            if profit[i] <= 0 and 0 < weight[i] <= capacity:
                lost = int(np.floor(weight[i] * rate - profit[i] - slack - 0.001))
                into[i] = min(width + 1, max(0, lost))
        return
    before = np.zeros((size_core + 1, free + 1), np.int64)
    for c in range(size_core):
        profit_c, weight_c = p[core[c]], w[core[c]]
        for room in range(free + 1):
            best = before[c, room]
            if weight_c <= room and before[c, room - weight_c] + profit_c > best:
                best = before[c, room - weight_c] + profit_c
            before[c + 1, room] = best
    optimum = before[size_core, free]
    for i in range(size):
        if profit[i] <= 0 and 0 < weight[i] <= capacity:
            left = optimum - before[size_core, free - weight[i]] if weight[i] <= free else width + 1
            into[i] = min(width + 1, left - profit[i])
    after = np.zeros(free + 1, np.int64)
    for c in range(size_core - 1, -1, -1):
        profit_c, weight_c = p[core[c]], w[core[c]]
        without, within = np.int64(0), np.int64(-1)
        for room in range(free + 1):
            value = before[c, room] + after[free - room]
            if value > without:
                without = value
            if room + weight_c <= free:
                value = before[c, room] + after[free - room - weight_c] + profit_c
                if value > within:
                    within = value
        out[items[core[c]]] = min(width + 1, max(0, optimum - without))
        into[items[core[c]]] = min(width + 1, optimum - within) if within >= 0 else width + 1
        for room in range(free, weight_c - 1, -1):
            if after[room - weight_c] + profit_c > after[room]:
                after[room] = after[room - weight_c] + profit_c


@njit(cache=True)
def pack_all(
    worth: Ints, weight: Ints, room: Ints, agent_first: Ints, by_agent: Ints, most_cells: int, taken: Marks
) -> int:
    """Sum over agents of what each would take, and who takes what."""
    total = 0
    for a in range(len(agent_first) - 1):
        items = by_agent[agent_first[a] : agent_first[a + 1]]
        mine = np.empty(len(items), np.uint8)
        total += pack(worth[items], weight[items], room[a], most_cells, mine)
        taken[items] = mine
    return total


@njit(cache=True)
def force_all(
    worth: Ints,
    weight: Ints,
    room: Ints,
    agent_first: Ints,
    by_agent: Ints,
    width: int,
    most_cells: int,
    into: Ints,
    out: Ints,
) -> None:
    """:func:`forced` for every agent."""
    for a in range(len(agent_first) - 1):
        items = by_agent[agent_first[a] : agent_first[a + 1]]
        mine, others = np.empty(len(items), np.int64), np.empty(len(items), np.int64)
        forced(worth[items], weight[items], room[a], width, most_cells, mine, others)
        into[items] = mine
        out[items] = others
