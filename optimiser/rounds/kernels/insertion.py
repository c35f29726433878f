"""Where a visit fits best.

With the least and the greatest start times of the plan at hand, whether a single service fits between two
others is seen in constant time; the answer is then confirmed by propagation, which also sees links. A visit
of several services is placed through the best few places of its first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimiser.rounds.kernels.chance import Bits, uniform
from optimiser.rounds.kernels.cost import LATENESS, PREFERENCE, ROUNDS, TRAVEL
from optimiser.rounds.kernels.data import Data, State, attach, between, detach
from optimiser.rounds.kernels.schedule import (
    RAISES,
    best_rest,
    earliest_starts,
    latest_starts,
    lower_last,
    raise_start,
    rest_is_due,
    undo,
)
from optimiser.rounds.kernels.sorting import sort_by
from optimiser.rounds.problem import Ints

KEPT = 8
"""Places of a visit's first service that are tried together with the rest of it."""
NO_PLACE = np.int64(1) << 60
BLINK = 0.01
"""Share of places overlooked at random (Christiaens & Vanden Berghe 2020)."""
EMPTY_BLINK = 0.2
"""The same for empty shifts: they cost alike, and the first would always be taken."""

PLACE = np.dtype([(name, "i8") for name in ("cost", "shift", "before", "low", "high")], align=True)


class Bench(NamedTuple):
    """Working space of insertion: the places found for a first service and for its partner, stack, log."""

    found: NDArray[Any]
    partner: NDArray[Any]
    stack: Ints
    log: Ints


def make_bench(services: int) -> Bench:
    """Working space for a problem of so many services."""
    return Bench(
        found=np.zeros(KEPT, PLACE),
        partner=np.zeros(KEPT, PLACE),
        stack=np.empty(4 * services + 16, np.int64),
        log=np.empty((RAISES * services + 64, 2), np.int64),
    )


@njit(cache=True)
def _bounds(data: Data, state: State, i: int) -> tuple[int, int]:
    """Earliest and latest start of an unplaced service, as the placed ones it is linked to allow."""
    low, high = data.services[i].earliest, data.services[i].latest
    for k in range(data.into_first[i], data.into_first[i + 1]):
        a = data.into[k].other
        if state.nodes[a].of >= 0:
            low = max(low, state.nodes[a].start + data.into[k].lag)
    for k in range(data.out_first[i], data.out_first[i + 1]):
        b = data.out[k].other
        if state.nodes[b].of >= 0:
            high = min(high, state.nodes[b].last - data.out[k].lag)
    return low, high


@njit(cache=True)
def _find_places(
    data: Data,
    state: State,
    i: int,
    low: int,
    high: int,
    barred: int,
    chance: Bits,
    blink: bool,
    found: NDArray[Any],
) -> int:
    """Fill ``found[KEPT]`` with the cheapest places of service ``i``; returns how many there are.

    ``barred`` is a carer who may not make it (−1: none). Empty shifts that are alike are tried once.
    """
    nodes, services, n, m = state.nodes, data.services, len(data.services), len(data.shifts)
    gap, seconds, place = data.gap, data.seconds, data.place
    duration, due = services[i].duration, services[i].due
    count = 0
    tried = np.int64(-1)
    for r in range(m):
        fee = data.preference[i, r]
        shift = data.shifts[r]
        if fee < 0 or shift.carer == barred:
            continue
        price = fee * data.weights[PREFERENCE]
        if nodes[n + r].succ >= n:
            if shift.alike == tried:
                continue
            tried = shift.alike
            price += data.weights[ROUNDS]
        overlooked = BLINK if nodes[n + r].succ < n else EMPTY_BLINK
        mode, rest_at = shift.mode, state.rest_at[r]
        before, free_at = n + r, shift.start
        while free_at <= high:
            behind = nodes[before].succ
            there = between(gap, place, mode, before, i)
            onward = between(gap, place, mode, i, behind)
            arrives = max(low, free_at + there + (shift.rest if rest_at == before else 0))
            by = min(high, nodes[behind].last - onward - duration)
            if arrives <= by and there >= 0 and onward >= 0:
                detour = between(seconds, place, mode, before, i)
                detour += between(seconds, place, mode, i, behind)
                detour -= max(0, between(seconds, place, mode, before, behind))
                cost = price + data.weights[TRAVEL] * detour
                cost += data.weights[LATENESS] * max(0, arrives - due)
                if (count < KEPT or cost < found[count - 1].cost) and not (
                    blink and uniform(chance) < overlooked
                ):
                    count = _keep(found, count, cost, r, before, arrives, by)
            if behind >= n:
                break
            free_at = nodes[behind].start + services[behind].duration
            before = behind
    return count


@njit(cache=True)
def _keep(found: NDArray[Any], count: int, cost: int, r: int, before: int, low: int, high: int) -> int:
    """Insert into ``found``, sorted by cost, the first found first among equals."""
    at = min(count, KEPT - 1)
    while at > 0 and found[at - 1].cost > cost:
        found[at] = found[at - 1]
        at -= 1
    place = found[at]
    place.cost, place.shift, place.before, place.low, place.high = cost, r, before, low, high
    return min(count + 1, KEPT)


@njit(cache=True)
def insert_visit(data: Data, state: State, v: int, chance: Bits, blink: bool, bench: Bench) -> bool:
    """Put all services of visit ``v`` where they cost least; false where no place was confirmed.

    The plan stays scheduled, whichever way it ends.
    """
    first, size = data.member_first[v], data.member_first[v + 1] - data.member_first[v]
    a = data.members[first]
    low, high = _bounds(data, state, a)
    count = _find_places(data, state, a, low, high, -1, chance, blink, bench.found)
    if size == 1:
        for k in range(count):
            place = bench.found[k]
            logged = _confirm(data, state, a, place.shift, place.before, low, bench, 0)
            if logged >= 0:
                lower_last(data, state, a, bench.stack)
                return True
        return False
    return _insert_together(data, state, first, size, count, chance, bench)


@njit(cache=True)
def _insert_together(
    data: Data, state: State, first: int, size: int, count: int, chance: Bits, bench: Bench
) -> bool:
    """Try the kept places of the first service, cheapest sum with the next one first."""
    a, b = data.members[first], data.members[first + 1]
    found, partner = bench.found, bench.partner
    sums, order = np.empty(count, np.int64), np.arange(count)
    mates = np.empty(count, np.int64), np.empty(count, np.int64)
    for k in range(count):
        low, high = _bounds(data, state, b)
        for e in range(data.out_first[a], data.out_first[a + 1]):
            if data.out[e].other == b:
                low = max(low, found[k].low + data.out[e].lag)
        for e in range(data.into_first[a], data.into_first[a + 1]):
            if data.into[e].other == b:
                high = min(high, found[k].high - data.into[e].lag)
        barred = data.shifts[found[k].shift].carer
        sums[k] = NO_PLACE
        if _find_places(data, state, b, low, high, barred, chance, False, partner):
            sums[k] = found[k].cost + partner[0].cost
            mates[0][k], mates[1][k] = partner[0].shift, partner[0].before
    sort_by(order, sums, count)
    for at in range(count):
        if sums[at] == NO_PLACE:
            break
        k = order[at]
        rested = state.rest_at[found[k].shift]
        low, _ = _bounds(data, state, a)
        logged = _confirm(data, state, a, found[k].shift, found[k].before, low, bench, 0)
        if logged < 0:
            continue
        kept = logged
        low, _ = _bounds(data, state, b)
        logged = _confirm(data, state, b, mates[0][k], mates[1][k], low, bench, kept)
        if logged < 0:
            undo(state, bench.log, 0, kept)
            detach(state, a)
            state.rest_at[found[k].shift] = rested
            continue
        lower_last(data, state, a, bench.stack)
        lower_last(data, state, b, bench.stack)
        return _insert_others(data, state, first, size, chance, bench)
    return False


@njit(cache=True)
def _insert_others(data: Data, state: State, first: int, size: int, chance: Bits, bench: Bench) -> bool:
    """Place the third service of a visit and any further one, or else take the whole visit off again."""
    for s in range(2, size):
        i = data.members[first + s]
        low, high = _bounds(data, state, i)
        count = _find_places(data, state, i, low, high, -1, chance, False, bench.partner)
        placed = False
        for k in range(count):
            r = bench.partner[k].shift
            clash = False
            for other in range(s):
                clash |= (
                    data.shifts[state.nodes[data.members[first + other]].of].carer == data.shifts[r].carer
                )
            if clash:
                continue
            if _confirm(data, state, i, r, bench.partner[k].before, low, bench, 0) >= 0:
                lower_last(data, state, i, bench.stack)
                placed = True
                break
        if not placed:
            for other in range(s):
                detach(state, data.members[first + other])
            earliest_starts(data, state)
            latest_starts(data, state)
            return False
    return True


@njit(cache=True)
def _confirm(
    data: Data, state: State, i: int, r: int, before: int, low: int, bench: Bench, logged: int
) -> int:
    """Attach and propagate; returns the log's length, or −1 with everything as it was where it fails."""
    nodes, n = state.nodes, len(data.services)
    began, rested = logged, state.rest_at[r]
    pause = between(data.gap, data.place, data.shifts[r].mode, before, i)
    if rested == before:
        pause += data.shifts[r].rest
    free_at = data.shifts[r].start if before >= n else nodes[before].start + data.services[before].duration
    attach(state, i, r, before)
    nodes[i].start = max(low, free_at + pause)
    logged = raise_start(data, state, i, nodes[i].start, bench.stack, bench.log, logged)
    if logged >= 0:
        logged = _rest_where_due(data, state, r, began, logged, bench)
    if logged >= 0:
        return logged
    undo(state, bench.log, began, -1 - logged)
    detach(state, i)
    state.rest_at[r] = rested
    return -1


@njit(cache=True)
def _rest_where_due(data: Data, state: State, r: int, began: int, logged: int, bench: Bench) -> int:
    """Give a rest to round ``r`` and to every round that the log says was moved, where one is now due.

    A link may have moved the end of a round far from the insertion. The log takes ``(−1 − round, rest
    before)`` for each rest given; returns its new length, negative where the plan became infeasible.
    """
    nodes, k = state.nodes, began - 1
    while k < logged:
        moved = bench.log[k, 0] if k >= began else -1
        at = nodes[moved].of if moved >= 0 else r
        k += 1
        if not rest_is_due(data, state, at):
            continue
        if logged == len(bench.log):
            return -1 - logged
        bench.log[logged, 0], bench.log[logged, 1] = -1 - at, state.rest_at[at]
        logged += 1
        behind_rest = best_rest(data, state, at)
        state.rest_at[at] = behind_rest
        behind = nodes[behind_rest].succ
        leaves = nodes[behind_rest].start + data.services[behind_rest].duration
        pause = between(data.gap, data.place, data.shifts[at].mode, behind_rest, behind)
        resumes = leaves + pause + data.shifts[at].rest
        logged = raise_start(data, state, behind, resumes, bench.stack, bench.log, logged)
        if logged < 0:
            return logged
    return logged
