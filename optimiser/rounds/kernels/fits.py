"""Where on each round one more visit would fit, at what exact price, and by how much it would not.

For one visit that is not in the plan, every place of every round is looked at by the constant-time test of
insertion; each that passes is tried, priced whole, and taken back. The plan is as it was on return.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import entry, kernel
from optimiser.rounds.kernels.data import NONE, PREFERENCE, ROUNDS, TRAVEL, Data, State
from optimiser.rounds.kernels.insertion import Bench, confirm, latest_starts
from optimiser.rounds.kernels.journal import NODES, Journal, take_back
from optimiser.rounds.kernels.schedule import closing, leaving, opening, unbounded
from optimiser.rounds.kernels.value import appraise, cost
from optimiser.rounds.problem import NEVER, Ints

FITS, BARRED, LOCKED, ALIKE, FULL, NO_ROOM, ALONE = range(7)
"""What came of a round: it fits; may not make the visit; is locked; is like an empty shift looked at before;
has no hours left; has no room in time; would fit, but no second carer can come with it."""

PARTNERS = 6
"""Places tried for each further carer, cheapest first."""

_FIELDS = (
    "what price start latest moved most_moved before second second_before third third_before "
    "miss miss_start miss_before"
)
FIT = np.dtype([(name, "i8") for name in _FIELDS.split()], align=True)


@kernel
def _arrives(data: Data, state: State, bench: Bench, i: int, before: int) -> int:
    """Earliest start of an unplaced service behind a node, whatever comes after; NEVER where no way."""
    nodes, services = state.nodes, data.services
    there = data.gap[data.shifts[nodes[before].of].mode, data.place[before], data.place[i]]
    free_at = leaving(services, data.shifts, nodes, state.rounds, before)
    if there < 0 or free_at >= NEVER:
        return NEVER
    at = max(services[i].earliest, free_at + there)
    for e in range(services[i].tie_from, services[i].tie_to):
        other = data.ties[e].other
        if nodes[other].of >= 0:
            at = max(at, nodes[other].start + data.ties[e].before)
    return int(opening(services[i], at))


@kernel
def _must_start(data: Data, state: State, bench: Bench, i: int, before: int) -> int:
    """Latest start behind a node that makes nobody the worse, the windows of its own left aside."""
    nodes, services = state.nodes, data.services
    behind = nodes[before].succ
    onward = data.gap[data.shifts[nodes[before].of].mode, data.place[i], data.place[behind]]
    if onward < 0:
        return -NEVER
    by = bench.last[behind] - onward - services[i].duration
    for e in range(services[i].tie_from, services[i].tie_to):
        other = data.ties[e].other
        if nodes[other].of >= 0:
            by = min(by, bench.last[other] - data.ties[e].after)
    return int(by)


@kernel
def _short_by(data: Data, state: State, bench: Bench, i: int, before: int) -> int:
    """Seconds by which a place is missed; 0 or less where it passes."""
    service = data.services[i]
    at = _arrives(data, state, bench, i, before)
    if at >= NEVER:
        return NEVER
    short = at - closing(service, at)
    # Where lateness has a price, holding up others is a matter of price, unless it breaks something.
    if data.flags[0].rigid:
        short = max(short, at - _must_start(data, state, bench, i, before))
    return int(short)


@kernel
def _may(data: Data, state: State, i: int, r: int) -> int:
    """``FITS``, or why a round cannot take a service at any time."""
    shift, each, service = data.shifts[r], state.rounds[r], data.services[i]
    if data.preference[i, r] < 0:
        return BARRED
    if shift.locked:
        return LOCKED
    if each.demand + service.demand > shift.capacity:
        return FULL
    visit = data.visits[service.visit]
    for k in range(visit.member_from, visit.member_from + visit.size):
        other = state.nodes[data.members[k]].of
        if other >= 0 and data.shifts[other].carer == shift.carer:
            return BARRED
    return FITS


@kernel
def _guess(data: Data, state: State, i: int, before: int) -> int:
    """Points of a place for its way and its carer; times are not looked at."""
    nodes, weights, n = state.nodes, data.weights, len(data.services)
    r, behind = nodes[before].of, nodes[before].succ
    mode, here = data.shifts[r].mode, data.place[i]
    way = data.seconds[mode, data.place[before], here] + data.seconds[mode, here, data.place[behind]]
    if before < n or behind < n:
        way -= max(0, data.seconds[mode, data.place[before], data.place[behind]])
    points = weights[TRAVEL] * way + weights[PREFERENCE] * data.preference[i, r]
    if state.rounds[r].count == 0:
        points += weights[ROUNDS]
    return int(points)


@kernel
def _next_place(data: Data, state: State, bench: Bench, i: int, points: int, beyond: int) -> int:
    """The cheapest place of a service after (``points``, ``beyond``) in order of guess and node."""
    nodes, n, m = state.nodes, len(data.services), len(data.shifts)
    best, best_points, tried = NONE, NEVER, np.int64(-1)
    for r in range(m):
        if state.rounds[r].count == 0:
            if data.shifts[r].alike == tried:
                continue
            tried = data.shifts[r].alike
        if _may(data, state, i, r) != FITS:
            continue
        before = n + r
        while before < n or before == n + r:
            each = _guess(data, state, i, before)
            later = each > points or (each == points and before > beyond)
            if later and each < best_points and _short_by(data, state, bench, i, before) <= 0:
                best, best_points = before, each
            before = nodes[before].succ
    return int(best)


@kernel
def _bring_others(data: Data, state: State, journal: Journal, bench: Bench, v: int) -> bool:
    """Find a place for each carer of a visit but the first, who is placed; false where there is none."""
    visit = data.visits[v]
    for k in range(visit.member_from + 1, visit.member_from + visit.size):
        i = data.members[k]
        placed, points, before = False, -NEVER, NONE
        for _ in range(PARTNERS):
            latest_starts(data, state, bench)
            before = _next_place(data, state, bench, i, points, before)
            if before < 0:
                break
            points = _guess(data, state, i, before)
            placed = confirm(data, state, journal, bench, i, state.nodes[before].of, before, unbounded())
            if placed:
                break
        if not placed:
            return False
    return True


@kernel
def _write_down(
    data: Data, state: State, journal: Journal, bench: Bench, v: int, before: int, price: int, fit: Any
) -> None:
    """Note a visit that stands in the plan: its price, its times, who comes along, who has to move."""
    nodes, visit, n = state.nodes, data.visits[v], len(data.services)
    a = data.members[visit.member_from]
    fit.what, fit.price, fit.before, fit.start = FITS, price, before, nodes[a].start
    fit.latest = max(nodes[a].start, bench.last[a])
    fit.second = fit.second_before = fit.third = fit.third_before = NONE
    if visit.size > 1:
        b = data.members[visit.member_from + 1]
        fit.second, fit.second_before = nodes[b].of, nodes[b].pred
    if visit.size > 2:
        b = data.members[visit.member_from + 2]
        fit.third, fit.third_before = nodes[b].of, nodes[b].pred
    moved, most = 0, np.int64(0)
    for k in range(journal.tally[NODES]):
        i = journal.node[k]
        if i < n and data.services[i].visit != v and journal.kept[k].of >= 0:
            apart = abs(nodes[i].start - journal.kept[k].start)
            moved += apart > 0
            most = max(most, apart)
    fit.moved, fit.most_moved = moved, most


@entry
def price_fits(
    data: Data,
    state: State,
    journal: Journal,
    bench: Bench,
    v: int,
    fits: NDArray[Any],
    changes: Ints,
    last: Ints,
) -> None:
    """Set ``fits[m]`` to the best place of visit ``v`` on each round, ``changes[m, 13]`` to what it adds.

    ``changes`` are differences of ``State.totals``, unweighted. The plan must be scheduled and appraised, and
    a change just begun; it is as it was on return. ``last`` is working space, as long as ``bench.last``.
    """
    nodes, n, m = state.nodes, len(data.services), len(data.shifts)
    a = data.members[data.visits[v].member_from]
    stood = cost(data, state)
    tried = np.int64(-1)
    latest_starts(data, state, bench)
    for i in range(len(last)):
        last[i] = bench.last[i]
    for r in range(m):
        fit = fits[r]
        fit.what, fit.price = ALIKE, NEVER
        fit.miss, fit.miss_start, fit.miss_before = NEVER, NEVER, NONE
        if state.rounds[r].count == 0:
            if data.shifts[r].alike == tried:
                continue
            tried = data.shifts[r].alike
        fit.what = _may(data, state, a, r)
        if fit.what != FITS:
            continue
        fit.what = NO_ROOM
        before = n + r
        while before < n or before == n + r:
            short = _short_by(data, state, bench, a, before)
            if short > 0:
                if short < fit.miss:
                    fit.miss, fit.miss_before = short, before
                    fit.miss_start = _arrives(data, state, bench, a, before)
                before = nodes[before].succ
                continue
            following = nodes[before].succ
            if confirm(data, state, journal, bench, a, r, before, unbounded()):
                if fit.what == NO_ROOM:
                    fit.what = ALONE
                if _bring_others(data, state, journal, bench, v):
                    appraise(data, state, journal)
                    price = cost(data, state) - stood
                    if price < fit.price:
                        latest_starts(data, state, bench)
                        _write_down(data, state, journal, bench, v, before, price, fit)
                        for c in range(len(state.totals)):
                            changes[r, c] = state.totals[c] - journal.totals[c]
            take_back(state, journal)
            for i in range(len(last)):
                bench.last[i] = last[i]
            before = following


@entry
def put(data: Data, state: State, journal: Journal, bench: Bench, i: int, r: int, before: int) -> bool:
    """Put a service where it was found to fit, as :func:`price_fits` did; false where it does not."""
    latest_starts(data, state, bench)
    return bool(confirm(data, state, journal, bench, i, r, before, unbounded()))
