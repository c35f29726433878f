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
from optimiser.rounds.kernels.desk import BENCH, Desk, opener
from optimiser.rounds.kernels.edit import link, unlink
from optimiser.rounds.kernels.journal import LOGGED, RESTED, SEEDS, journal_at, seed
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.schedule import closing, lateness, leaving, opening, reschedule, unbounded
from optimiser.rounds.problem import NEVER, Ints

KEPT = 12
"""Places kept for each service of a visit of two."""
ALONE = 4
"""Places kept for a service on its own: the next is tried where one is not confirmed."""
TRIES = 6
"""Pairs of places that are tried before a visit of two is given up."""
BLINK = 0.01
"""Share of places overlooked at random (Christiaens & Vanden Berghe 2020)."""
SPARE = 4
"""Places kept free behind each round, lined up, for what is put on next."""
ENDLESS = 1 << 62
"""More points than any place costs."""
EMPTY_FACTOR = 20.0
"""How much more often an empty shift is overlooked: they cost alike, and the first would always be taken."""

PLACE = np.dtype([(name, "i8") for name in ("cost", "fee", "shift", "before", "arrive", "reach")], align=True)


class Bench(NamedTuple):
    """Working space of insertion.

    ``last[n + 2m]``: latest start of each node that costs nobody anything; ``alone``, ``found``, ``partner``:
    places of a single service, of a first and of a second; ``sums``, ``pairs``: pairs of them by cost;
    ``stack``; ``credit``: points for each second that a shift is less idle, and down to how many seconds of
    idleness. ``first[m + 1]``, ``node``, ``place``, ``leg``: all rounds one after another, so that all
    places are looked at in one stride: round ``r`` in ``first[r] : stop[r]`` with its start and its end, and
    room behind it; ``first[m]`` is 0 where nobody has lined them up. ``guess[i]``: points above which a place
    of service ``i`` is likely not to be among the best.
    """

    last: Ints
    alone: NDArray[Any]
    found: NDArray[Any]
    partner: NDArray[Any]
    sums: Ints
    pairs: Ints
    stack: Ints
    credit: Ints
    first: Ints
    node: Ints
    place: NDArray[np.uint64]
    leg: Ints
    longer: Ints
    guess: Ints
    stop: Ints


def make_bench(nodes: int, rounds: int) -> Bench:
    """Working space for a plan of so many nodes and rounds."""
    slots = nodes + SPARE * rounds
    return Bench(
        last=np.zeros(nodes, np.int64),
        alone=np.zeros(ALONE, PLACE),
        found=np.zeros(KEPT, PLACE),
        partner=np.zeros(KEPT, PLACE),
        sums=np.zeros(TRIES, np.int64),
        pairs=np.zeros(TRIES, np.int64),
        stack=np.empty(4 * nodes + 16, np.int64),
        credit=np.zeros(2, np.int64),
        first=np.zeros(rounds + 1, np.int64),
        node=np.empty(slots, np.int64),
        place=np.empty(slots, np.uint64),
        leg=np.empty(slots, np.int64),
        longer=np.empty(slots, np.int64),
        guess=np.full(nodes, ENDLESS, np.int64),
        stop=np.zeros(rounds, np.int64),
    )


bench_at = opener(
    Bench,
    BENCH,
    [
        (np.int64, 1),
        (PLACE, 1),
        (PLACE, 1),
        (PLACE, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.uint64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
        (np.int64, 1),
    ],
)
"""The bench on a desk."""


@inlined
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
def _line_up(desk: Desk) -> None:
    """Set ``bench.first``, ``node``, ``place`` and ``leg`` from the plan."""
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
    nodes, n, m = state.nodes, len(data.services), len(data.shifts)
    k = 0
    for r in range(m):
        bench.first[r] = k
        i = n + r
        while True:
            bench.node[k], bench.place[k], bench.leg[k] = i, data.place[i], nodes[i].leg
            k += 1
            if i >= n + m:
                break
            i = nodes[i].succ
        bench.stop[r] = k
        k += SPARE
    bench.first[m] = k


@kernel
def _line_in(desk: Desk, i: int) -> None:
    """Bring the rounds in ``bench`` up to date after service ``i`` was put on."""
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
    nodes, r = state.nodes, state.nodes[i].of
    before, at = nodes[i].pred, bench.first[r]
    if bench.stop[r] == bench.first[r + 1]:
        _line_up(desk)
        return
    while bench.node[at] != before:
        at += 1
    for k in range(bench.stop[r], at + 1, -1):
        bench.node[k], bench.place[k], bench.leg[k] = bench.node[k - 1], bench.place[k - 1], bench.leg[k - 1]
    bench.stop[r] += 1
    bench.leg[at] = nodes[before].leg
    bench.node[at + 1], bench.place[at + 1], bench.leg[at + 1] = i, data.place[i], nodes[i].leg


@kernel
def look_around(desk: Desk) -> None:
    """Set what looking for places needs: the rounds in one row, and latest starts."""
    _line_up(desk)
    latest_starts(desk)


@kernel
def latest_starts(desk: Desk) -> None:
    """Set ``bench.last``: how late each service could start with every order kept and nobody the worse."""
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
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
                    _lower(desk, a, last[b] - data.ties[e].after)


@kernel
def _lower(desk: Desk, i: int, by: int) -> None:
    """Lower ``last`` of a service, and of everything that must come before it."""
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
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
def _tell_last(desk: Desk, i: int) -> None:
    """Bring ``last`` up to date after service ``i`` was put on and confirmed."""
    data, state, journal, bench = data_at(desk), state_at(desk), journal_at(desk), bench_at(desk)
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
    _lower(desk, i, max(by, nodes[i].start))


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
            _tell_last(desk, i)
        if bench.first[len(data.shifts)]:
            _line_in(desk, i)
        return True
    for k in range(journal.tally[RESTED]):
        rested = journal.rested[k]
        seed(journal, state.nodes[state.rounds[rested].rest_at].succ)
        state.rounds[rested].rest_at = NONE
    unlink(desk, i)
    reschedule(desk, unbounded())
    return False
