"""What insertion looks along: all rounds in one row, and how late each service could start.

The *last* start of a service is the one that makes nobody later than due, or than they are already.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import inlined, kernel
from optimiser.rounds.kernels.data import Data, State, data_at, state_at
from optimiser.rounds.kernels.desk import BENCH, Desk, opener
from optimiser.rounds.kernels.journal import LOGGED, journal_at
from optimiser.rounds.kernels.schedule import leaving
from optimiser.rounds.problem import NEVER, Ints

KEPT = 12
"""Places kept for each service of a visit of two."""
ALONE = 4
"""Places kept for a service on its own: the next is tried where one is not confirmed."""
TRIES = 6
"""Pairs of places that are tried before a visit of two is given up."""
SPARE = 4
"""Places kept free behind each round, lined up, for what is put on next."""
ENDLESS = 1 << 62
"""More points than any place costs."""

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
def line_in(desk: Desk, i: int) -> None:
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
def tell_last(desk: Desk, i: int) -> None:
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
