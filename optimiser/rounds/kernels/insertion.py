"""Where a visit fits best.

With the least start of every service and the *last* one that makes nobody later than due (or than they are
already), what a single service costs between two others is seen in constant time; the answer is then
confirmed by rescheduling, which also sees ties and rests. A visit of two services is placed by the best few
places of each, taken together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.bench import (
    ENDLESS,
    KEPT,
    TRIES,
    Bench,
    bench_at,
    latest_starts,
    line_in,
    look_around,
    tell_last,
)
from optimiser.rounds.kernels.chance import Bits, uniform
from optimiser.rounds.kernels.compiling import inlined, kernel
from optimiser.rounds.kernels.data import (
    LATENESS,
    NONE,
    PREFERENCE,
    ROUNDS,
    TRAVEL,
    UNSERVED,
    Data,
    State,
    data_at,
    state_at,
)
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.edit import link, unlink
from optimiser.rounds.kernels.journal import RESTED, SEEDS, journal_at, seed
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import closing, lateness, leaving, opening, reschedule, unbounded
from optimiser.rounds.problem import NEVER, Ints

BLINK = 0.01
"""Share of places overlooked at random (Christiaens & Vanden Berghe 2020)."""
EMPTY_FACTOR = 20.0
"""How much more often an empty shift is overlooked: they cost alike, and the first would always be taken."""


@inlined
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
def endless() -> int:
    """:data:`ENDLESS`; as a constant it would have kernels compiled anew."""
    return int(np.int64(ENDLESS))


@kernel
def _find_places(desk: Desk, i: int, chance: Bits, overlook: float, found: NDArray[Any]) -> int:
    """Fill ``found`` with the cheapest places of service ``i``; returns how many there are.

    Each place is overlooked with a chance of ``overlook``. What the worst of them cost last time, and a
    quarter, is a first guess at what is too dear; where it leaves too few, all are looked at again.
    """
    bench = bench_at(desk)
    guess = bench.guess[i]
    count = _look(desk, i, chance, overlook, found, guess)
    if count < len(found) and guess < ENDLESS:
        count = _look(desk, i, chance, overlook, found, endless())
    bench.guess[i] = ENDLESS
    if count == len(found):
        cost = found[count - 1].cost
        bench.guess[i] = cost + abs(cost) // 4
    return int(count)


@kernel
def _look(desk: Desk, i: int, chance: Bits, overlook: float, found: NDArray[Any], worst: int) -> int:
    """Fill ``found`` with the cheapest places of service ``i`` below ``worst`` points."""
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
    nodes, rounds, services, last = state.nodes, state.rounds, data.services, bench.last
    gap, place, weights = data.gap, data.place, data.weights
    seconds, toward, gap_toward = data.seconds, data.toward, data.gap_toward
    per_travel, per_late, rigid = weights[TRAVEL], weights[LATENESS], data.flags[0].rigid
    service, here = services[i], place[i]
    duration = service.duration
    low, most = _bounds(data, state, bench, i)
    m, carers = len(data.shifts), data.visits[service.visit].size
    high = min(most, service.latest if service.again >= NEVER else service.again_latest)
    due = service.due if service.again >= NEVER else service.again_due
    ends = low + duration
    if not rigid:
        high = NEVER
    count, tried, times = 0, np.int64(-1), 0
    for r in range(m):
        fee = _fee(data, state, i, r)
        if fee < 0:
            continue
        share, mode = overlook, data.shifts[r].mode
        if rounds[r].count == 0:
            # Of empty shifts that are alike one is tried, or two for a visit of several carers.
            times = times + 1 if data.shifts[r].alike == tried else 1
            tried = data.shifts[r].alike
            share *= EMPTY_FACTOR
            if times > min(carers, 2):
                continue
        begin, end = bench.first[r], bench.stop[r] - 1
        _longer(toward, seconds, mode, here, bench.place, bench.leg, begin, end, bench.longer)
        for k in range(begin, end):
            base = fee + per_travel * bench.longer[k]
            if bench.credit[0]:
                more = min(rounds[r].idle - bench.credit[1], duration + bench.longer[k])
                base -= bench.credit[0] * max(0, more)
            if base >= worst:
                continue  # most places end here: too long a way to be among the best, whatever the time
            before, behind = bench.node[k], bench.node[k + 1]
            starts, until = nodes[before].start, last[behind]
            if starts > high:
                break
            if rigid:
                if until < ends:
                    continue
            else:
                late = (starts - due if starts > due else 0) + (ends - until if ends > until else 0)
                if base + per_late * late >= worst:
                    continue  # ways left out, it comes too late already, or makes others so
            there, onward = gap_toward[mode, here, place[before]], gap[mode, here, place[behind]]
            free_at = leaving(services, data.shifts, nodes, rounds, before)
            # Not by max and min, which numba calls where everything else here is part of the loop.
            at, reach = free_at + there, until - onward - duration
            arrive = opening(service, low if low > at else at)
            reach = most if most < reach else reach
            if there < 0 or onward < 0 or arrive > (reach if rigid else closing(service, arrive)):
                continue
            price = base
            if not rigid:
                price += per_late * (lateness(service, arrive) + max(0, arrive - reach))
            if price >= worst or (share > 0.0 and uniform(chance) < share):
                continue
            count = _keep(found, count, price, base, r, before, arrive, reach)
            if count == len(found):
                worst = found[count - 1].cost
    return count


@kernel
def _longer(
    toward: Ints,
    seconds: Ints,
    mode: int,
    here: int,
    place: NDArray[np.uint64],
    leg: Ints,
    begin: int,
    end: int,
    longer: Ints,
) -> None:
    """Set ``longer[begin:end]``: by how much a stop ``here`` makes the way behind each node longer.

    A loop of its own, with nothing in it that could be taken for a negative index: half of the search's time
    is spent in it.
    """
    one = np.uint64(1)
    for k in range(np.uint64(begin), np.uint64(end)):
        longer[k] = toward[mode, here, place[k]] + seconds[mode, here, place[k + one]] - leg[k]


@inlined
def _fee(data: Data, state: State, i: int, r: int) -> int:
    """Points for service ``i`` on round ``r`` besides its way, or −1 where it may not be on it."""
    fee, shift, each = data.preference[i, r], data.shifts[r], state.rounds[r]
    service = data.services[i]
    if fee < 0 or shift.locked or each.demand + service.demand > shift.capacity:
        return -1
    visit = data.visits[service.visit]
    if visit.size > 1:
        for k in range(visit.member_from, visit.member_from + visit.size):
            other = state.nodes[data.members[k]].of
            if other >= 0 and data.shifts[other].carer == shift.carer:
                return -1
    fee *= data.weights[PREFERENCE]
    if each.count == 0:
        fee += data.weights[ROUNDS]
    return int(fee)


@inlined
def _keep(
    found: NDArray[Any],
    count: int,
    price: int,
    fee: int,
    r: int,
    before: int,
    arrive: int,
    reach: int,
) -> int:
    """Insert into ``found``, sorted by cost, the first found first among equals."""
    at = min(count, len(found) - 1)
    while at > 0 and found[at - 1].cost > price:
        found[at] = found[at - 1]
        at -= 1
    place = found[at]
    place.cost, place.fee, place.shift, place.before = price, fee, r, before
    place.arrive, place.reach = arrive, reach
    return min(count + 1, len(found))


@kernel
def insert_visit(desk: Desk, v: int, chance: Bits, overlook: float, budget: int) -> bool:
    """Put all services of visit ``v`` where they cost least; false where no place was confirmed or pays.

    The plan stays scheduled, whichever way it ends.
    """
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
    visit = data.visits[v]
    first, size, price = visit.member_from, visit.size, visit.price
    a = data.members[first]
    if size == 1:
        count = _find_places(desk, a, chance, overlook, bench.alone)
        for k in range(count):
            place = bench.alone[k]
            if place.cost > price:
                return False
            if confirm(desk, a, place.shift, place.before, budget):
                state.totals[UNSERVED] -= price
                return True
        return False
    if not _insert_two(desk, first, chance, overlook, price, budget):
        return False
    for k in range(first + 2, first + size):
        i = data.members[k]
        count = _find_places(desk, i, chance, 0.0, bench.found)
        placed = False
        for at in range(count):
            place = bench.found[at]
            placed = confirm(desk, i, place.shift, place.before, budget)
            if placed:
                break
        if not placed:
            for other in range(first, k):
                unlink(desk, data.members[other])
            reschedule(desk, unbounded())
            look_around(desk)
            return False
    state.totals[UNSERVED] -= price
    return True


@kernel
def _insert_two(desk: Desk, first: int, chance: Bits, overlook: float, price: int, budget: int) -> bool:
    """Try pairs of the kept places of a visit's first two services, cheapest first."""
    data, bench = data_at(desk), bench_at(desk)
    a, b = data.members[first], data.members[first + 1]
    found, partner, sums, pairs = bench.found, bench.partner, bench.sums, bench.pairs
    count = _find_places(desk, a, chance, overlook, found)
    if not count:
        return False
    mates = _find_places(desk, b, chance, overlook, partner)
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
        if not confirm(desk, a, one.shift, one.before, budget):
            continue
        if confirm(desk, b, other.shift, other.before, budget):
            return True
        unlink(desk, a)
        reschedule(desk, unbounded())
        look_around(desk)
    return False


@inlined
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
def confirm(desk: Desk, i: int, r: int, before: int, budget: int) -> bool:
    """Put a service on and reschedule; where that fails, everything is as it was."""
    data, state, journal, bench = data_at(desk), state_at(desk), journal_at(desk), bench_at(desk)
    journal.tally[RESTED] = 0
    link(desk, i, r, before)
    if not reschedule(desk, budget):
        unlink(desk, i)
        journal.tally[SEEDS] = 0
        return False
    if give_rests(desk, budget):
        if journal.tally[RESTED]:
            latest_starts(desk)
        else:
            tell_last(desk, i)
        if bench.first[len(data.shifts)]:
            line_in(desk, i)
        return True
    for k in range(journal.tally[RESTED]):
        rested = journal.rested[k]
        seed(journal, state.nodes[state.rounds[rested].rest_at].succ)
        state.rounds[rested].rest_at = NONE
    unlink(desk, i)
    reschedule(desk, unbounded())
    return False
