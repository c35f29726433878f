"""Where a visit fits best.

With the least start of every service and the *last* one that makes nobody later than due (or than they are
already), what a single service costs between two others is seen in constant time; the answer is then
confirmed by rescheduling, which also sees ties and rests. A visit of two services is placed by the best few
places of each, taken together.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.chance import Bits, uniform
from optimiser.rounds.kernels.compiling import kernel
from optimiser.rounds.kernels.data import LATENESS, NONE, PREFERENCE, ROUNDS, TRAVEL, UNSERVED, Data, State
from optimiser.rounds.kernels.edit import link, unlink
from optimiser.rounds.kernels.journal import LOGGED, RESTED, SEEDS, Journal, seed
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import closing, lateness, leaving, opening, reschedule
from optimiser.rounds.problem import NEVER, Ints

KEPT = 12
"""Places kept for each service of a visit of two."""
KEPT_ALONE = 4
"""Places kept for a service on its own: the next is tried where one is not confirmed."""
TRIES = 6
"""Pairs of places that are tried before a visit of two is given up."""
BLINK = 0.01
"""Share of places overlooked at random (Christiaens & Vanden Berghe 2020)."""
EMPTY_BLINK = 0.2
"""The same for empty shifts: they cost alike, and the first would always be taken."""

PLACE = np.dtype([(name, "i8") for name in ("cost", "fee", "shift", "before", "arrive", "reach")], align=True)


class Bench(NamedTuple):
    """Working space of insertion.

    ``last[n + 2m]``: latest start of each node that costs nobody anything; ``found``, ``partner``: places of
    a first service and of a second; ``sums``, ``pairs``: pairs of them by cost; ``stack``.
    """

    last: Ints
    found: NDArray[Any]
    partner: NDArray[Any]
    sums: Ints
    pairs: Ints
    stack: Ints


def make_bench(nodes: int) -> Bench:
    """Working space for a plan of so many nodes."""
    return Bench(
        last=np.zeros(nodes, np.int64),
        found=np.zeros(KEPT, PLACE),
        partner=np.zeros(KEPT, PLACE),
        sums=np.zeros(TRIES, np.int64),
        pairs=np.zeros(TRIES, np.int64),
        stack=np.empty(4 * nodes + 16, np.int64),
    )


@kernel
def _unpushed(data: Data, state: State, i: int) -> int:
    """Latest start of a service that breaks nothing of its own and makes it no later than due or than now."""
    service, at = data.services[i], state.nodes[i].start
    if data.flags[0].rigid:
        by = service.latest if service.again >= NEVER else service.again_latest
    else:
        by = max(at, service.again_due if at >= service.again else service.due)
    r = state.nodes[i].of
    if state.rounds[r].rest_at == i:
        by = max(at, min(by, data.shifts[r].rest_to - service.duration))
    return int(by)


@kernel
def latest_starts(data: Data, state: State, bench: Bench) -> None:
    """Set ``bench.last``: how late each service could start with every order kept and nobody the worse."""
    nodes, rounds, services, last = state.nodes, state.rounds, data.services, bench.last
    n, m = len(services), len(data.shifts)
    gap, place = data.gap, data.place
    for r in range(m):
        j, shift = n + m + r, data.shifts[r]
        last[j] = shift.end
        i = nodes[j].pred
        if i < n and shift.due < shift.end:
            back = leaving(services, data.shifts, nodes, rounds, i) + gap[shift.mode, place[i], place[j]]
            last[j] = min(shift.end, max(shift.due, back))
        while i < n:
            pause = services[i].duration + gap[shift.mode, place[i], place[j]]
            if rounds[r].rest_at == i:
                pause += shift.rest
            last[i] = min(_unpushed(data, state, i), last[j] - pause)
            j, i = i, nodes[i].pred
    for a in range(n):
        if nodes[a].of >= 0:
            for e in range(services[a].tie_from, services[a].tie_to):
                b = data.ties[e].other
                if nodes[b].of >= 0 and last[b] - data.ties[e].after < last[a]:
                    _lower(data, state, bench, a, last[b] - data.ties[e].after)


@kernel
def _lower(data: Data, state: State, bench: Bench, i: int, by: int) -> None:
    """Lower ``last`` of a service, and of everything that must come before it."""
    nodes, services, last, stack = state.nodes, data.services, bench.last, bench.stack
    n = len(services)
    last[i] = by
    stack[0], depth = i, 1
    while depth:
        depth -= 1
        b = stack[depth]
        a, r = nodes[b].pred, nodes[b].of
        if a < n:
            by = last[b] - services[a].duration - data.gap[data.shifts[r].mode, data.place[a], data.place[b]]
            if state.rounds[r].rest_at == a:
                by -= data.shifts[r].rest
            if by < last[a] and depth < len(stack):
                last[a] = by
                stack[depth] = a
                depth += 1
        for e in range(services[b].tie_from, services[b].tie_to):
            a = data.ties[e].other
            by = last[b] - data.ties[e].before
            if nodes[a].of >= 0 and by < last[a] and depth < len(stack):
                last[a] = by
                stack[depth] = a
                depth += 1


@kernel
def _tell_last(data: Data, state: State, journal: Journal, bench: Bench, i: int) -> None:
    """Bring ``last`` up to date after service ``i`` was put on and confirmed."""
    nodes, services, last = state.nodes, data.services, bench.last
    for k in range(journal.tally[LOGGED]):
        moved = journal.log[k, 0]
        if last[moved] < nodes[moved].start:
            last[moved] = nodes[moved].start  # later than due by now: every further second counts
    behind, r = nodes[i].succ, nodes[i].of
    pause = services[i].duration + data.gap[data.shifts[r].mode, data.place[i], data.place[behind]]
    if state.rounds[r].rest_at == i:
        pause += data.shifts[r].rest
    by = min(_unpushed(data, state, i), last[behind] - pause)
    for e in range(services[i].tie_from, services[i].tie_to):
        b = data.ties[e].other
        if nodes[b].of >= 0:
            by = min(by, last[b] - data.ties[e].after)
    _lower(data, state, bench, i, max(by, nodes[i].start))


@kernel
def _bounds(data: Data, state: State, bench: Bench, i: int) -> tuple[Any, Any]:
    """Earliest start an unplaced service may have by its ties, and the latest that costs those nothing."""
    low, reach = data.services[i].earliest, np.int64(NEVER)
    for e in range(data.services[i].tie_from, data.services[i].tie_to):
        b = data.ties[e].other
        if state.nodes[b].of >= 0:
            low = max(low, state.nodes[b].start + data.ties[e].before)
            reach = min(reach, bench.last[b] - data.ties[e].after)
    return low, reach


@kernel
def _find_places(
    data: Data,
    state: State,
    bench: Bench,
    i: int,
    chance: Bits,
    blink: bool,
    found: NDArray[Any],
    kept: int,
) -> int:
    """Fill ``found[kept]`` with the cheapest places of service ``i``; returns how many there are.

    Of empty shifts that are alike one is tried, or two for a visit that needs two carers.
    """
    nodes, rounds, services, last = state.nodes, state.rounds, data.services, bench.last
    n, m = len(services), len(data.shifts)
    gap, seconds, place, weights = data.gap, data.seconds, data.place, data.weights
    per_travel, per_late, rigid = weights[TRAVEL], weights[LATENESS], data.flags[0].rigid
    service, here = services[i], place[i]
    duration = service.duration
    low, most = _bounds(data, state, bench, i)
    high = min(most, service.latest if service.again >= NEVER else service.again_latest)
    if not rigid:
        high = NEVER
    visit = data.visits[service.visit]
    count, tried, times = 0, np.int64(-1), 0
    for r in range(m):
        fee = data.preference[i, r]
        shift = data.shifts[r]
        if fee < 0 or shift.locked:
            continue
        fee *= weights[PREFERENCE]
        overlooked = BLINK
        if rounds[r].demand + service.demand > shift.capacity:
            continue
        barred = False
        if visit.size > 1:
            for k in range(visit.member_from, visit.member_from + visit.size):
                other = nodes[data.members[k]].of
                barred |= other >= 0 and data.shifts[other].carer == shift.carer
        if barred:
            continue
        if rounds[r].count == 0:
            times = times + 1 if shift.alike == tried else 1
            if times > min(visit.size, 2):
                continue
            tried = shift.alike
            fee += weights[ROUNDS]
            overlooked = EMPTY_BLINK
        mode, before = shift.mode, n + r
        while True:
            behind = nodes[before].succ
            free_at = leaving(services, data.shifts, nodes, rounds, before)
            if free_at > high:
                break
            there, onward = gap[mode, place[before], here], gap[mode, here, place[behind]]
            if there >= 0 and onward >= 0:
                arrive = opening(service, max(low, free_at + there))
                reach = min(most, last[behind] - onward - duration)
                if arrive <= (reach if rigid else closing(service, arrive)):
                    detour = seconds[mode, place[before], here] + seconds[mode, here, place[behind]]
                    if before < n or behind < n:
                        detour -= max(0, seconds[mode, place[before], place[behind]])
                    base = fee + per_travel * detour
                    price = base
                    if not rigid:
                        price += per_late * (lateness(service, arrive) + max(0, arrive - reach))
                    if (count < kept or price < found[count - 1].cost) and not (
                        blink and uniform(chance) < overlooked
                    ):
                        count = _keep(found, kept, count, price, base, r, before, arrive, reach)
            if behind >= n:
                break
            before = behind
    return count


@kernel
def _keep(
    found: NDArray[Any],
    kept: int,
    count: int,
    price: int,
    fee: int,
    r: int,
    before: int,
    arrive: int,
    reach: int,
) -> int:
    """Insert into ``found``, sorted by cost, the first found first among equals."""
    at = min(count, kept - 1)
    while at > 0 and found[at - 1].cost > price:
        found[at] = found[at - 1]
        at -= 1
    place = found[at]
    place.cost, place.fee, place.shift, place.before = price, fee, r, before
    place.arrive, place.reach = arrive, reach
    return min(count + 1, kept)


@kernel
def insert_visit(
    data: Data,
    state: State,
    journal: Journal,
    bench: Bench,
    v: int,
    chance: Bits,
    blink: bool,
    budget: int,
) -> bool:
    """Put all services of visit ``v`` where they cost least; false where no place was confirmed or pays.

    The plan stays scheduled, whichever way it ends.
    """
    visit = data.visits[v]
    first, size, price = visit.member_from, visit.size, visit.price
    a = data.members[first]
    if size == 1:
        count = _find_places(data, state, bench, a, chance, blink, bench.found, KEPT_ALONE)
        for k in range(count):
            place = bench.found[k]
            if place.cost > price:
                return False
            if confirm(data, state, journal, bench, a, place.shift, place.before, budget):
                state.totals[UNSERVED] -= price
                return True
        return False
    if not _insert_two(data, state, journal, bench, first, chance, blink, price, budget):
        return False
    for k in range(first + 2, first + size):
        i = data.members[k]
        count = _find_places(data, state, bench, i, chance, False, bench.found, KEPT)
        placed = False
        for at in range(count):
            place = bench.found[at]
            placed = confirm(data, state, journal, bench, i, place.shift, place.before, budget)
            if placed:
                break
        if not placed:
            for other in range(first, k):
                unlink(data, state, journal, data.members[other])
            reschedule(data, state, journal, NEVER)
            latest_starts(data, state, bench)
            return False
    state.totals[UNSERVED] -= price
    return True


@kernel
def _insert_two(
    data: Data,
    state: State,
    journal: Journal,
    bench: Bench,
    first: int,
    chance: Bits,
    blink: bool,
    price: int,
    budget: int,
) -> bool:
    """Try pairs of the kept places of a visit's first two services, cheapest first."""
    a, b = data.members[first], data.members[first + 1]
    found, partner, sums, pairs = bench.found, bench.partner, bench.sums, bench.pairs
    count = _find_places(data, state, bench, a, chance, blink, found, KEPT)
    if not count:
        return False
    mates = _find_places(data, state, bench, b, chance, blink, partner, KEPT)
    after, before = -NEVER, -NEVER
    for e in range(data.services[a].tie_from, data.services[a].tie_to):
        if data.ties[e].other == b:
            after, before = data.ties[e].after, data.ties[e].before
    kept = 0
    for k in range(count):
        for j in range(mates):
            if data.shifts[found[k].shift].carer == data.shifts[partner[j].shift].carer:
                continue
            if kept == TRIES and found[k].cost + partner[j].cost >= sums[kept - 1]:
                break
            worth = _together(data, a, found[k], b, partner[j], after, before)
            if worth > price or (kept == TRIES and worth >= sums[kept - 1]):
                continue
            at = min(kept, TRIES - 1)
            while at > 0 and sums[at - 1] > worth:
                sums[at], pairs[at] = sums[at - 1], pairs[at - 1]
                at -= 1
            sums[at], pairs[at] = worth, k * KEPT + j
            kept = min(kept + 1, TRIES)
    for at in range(kept):
        one, other = found[pairs[at] // KEPT], partner[pairs[at] % KEPT]
        if not confirm(data, state, journal, bench, a, one.shift, one.before, budget):
            continue
        if confirm(data, state, journal, bench, b, other.shift, other.before, budget):
            return True
        unlink(data, state, journal, a)
        reschedule(data, state, journal, NEVER)
        latest_starts(data, state, bench)
    return False


@kernel
def _together(data: Data, a: int, one: Any, b: int, other: Any, after: int, before: int) -> int:
    """Price of two places taken together, their starts brought to what binds them; NEVER where they clash."""
    start_a, start_b = one.arrive, other.arrive
    start_b = opening(data.services[b], max(start_b, start_a + after))
    start_a = opening(data.services[a], max(start_a, start_b + before))
    if data.flags[0].rigid:
        if start_a > one.reach or start_b > other.reach or start_b < start_a + after:
            return NEVER
        return int(one.fee + other.fee)
    if start_a > closing(data.services[a], start_a) or start_b > closing(data.services[b], start_b):
        return NEVER
    late = lateness(data.services[a], start_a) + max(0, start_a - one.reach)
    late += lateness(data.services[b], start_b) + max(0, start_b - other.reach)
    return int(one.fee + other.fee + data.weights[LATENESS] * late)


@kernel
def confirm(
    data: Data, state: State, journal: Journal, bench: Bench, i: int, r: int, before: int, budget: int
) -> bool:
    """Put a service on and reschedule; where that fails, everything is as it was."""
    journal.tally[RESTED] = 0
    link(data, state, journal, i, r, before)
    if not reschedule(data, state, journal, budget):
        unlink(data, state, journal, i)
        journal.tally[SEEDS] = 0
        return False
    if give_rests(data, state, journal, budget):
        if journal.tally[RESTED]:
            latest_starts(data, state, bench)
        else:
            _tell_last(data, state, journal, bench, i)
        return True
    for k in range(journal.tally[RESTED]):
        rested = journal.rested[k]
        seed(journal, state.nodes[state.rounds[rested].rest_at].succ)
        state.rounds[rested].rest_at = NONE
    unlink(data, state, journal, i)
    reschedule(data, state, journal, NEVER)
    return False
