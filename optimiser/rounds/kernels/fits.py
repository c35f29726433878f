"""Where on each round one more visit would fit, at what exact price, and by how much it would not.

For one visit that is not in the plan, every place of every round is looked at by the constant-time test of
insertion; each that passes is tried, priced whole, and taken back. The plan is as it was on return.

Few kernels, and large ones: each that they are cut into is compiled on its own and once more in its caller.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.bench import Bench, bench_at, latest_starts
from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.kernels.data import (
    COMPONENTS,
    NONE,
    PREFERENCE,
    ROUNDS,
    TRAVEL,
    Data,
    State,
    data_at,
    state_at,
)
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.insertion import confirm
from optimiser.rounds.kernels.journal import NODES, Journal, journal_at, take_back
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
SPOT = np.dtype([("points", "i8"), ("before", "i8")], align=True)


class Answer(NamedTuple):
    """What comes of asking for a visit, and working space for it.

    ``fits[m]``: the best place on each round, or the nearest miss; ``changes[m, 13]``: what it adds to each
    of ``State.totals``, unweighted. ``spots[n + 2m]``: places of the first carer, in order of rounds;
    ``partners[2, 6]``: the cheapest ones of the second, and of one after that, by their way and their fee;
    ``last[n + 2m]``: latest starts in the plan as it stands.
    """

    fits: NDArray[Any]
    changes: Ints
    spots: NDArray[Any]
    partners: NDArray[Any]
    last: Ints


def make_answer(nodes: int, rounds: int) -> Answer:
    """Room for the answers about a plan of so many nodes and rounds."""
    return Answer(
        fits=np.zeros(rounds, FIT),
        changes=np.zeros((rounds, len(COMPONENTS)), np.int64),
        spots=np.zeros(nodes, SPOT),
        partners=np.zeros((2, PARTNERS), SPOT),
        last=np.zeros(nodes, np.int64),
    )


@kernel
def _find_spots(desk: Desk, i: int, spots: NDArray[Any], fits: NDArray[Any]) -> int:
    """Fill ``spots`` with places of service ``i`` that pass the test; returns how many.

    Where there is room for all, they come in order of rounds, and ``fits`` is told why a round has none;
    otherwise they are the cheapest by way and fee, in that order, the first found first among equals.
    """
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
    nodes, rounds, services, last = state.nodes, state.rounds, data.services, bench.last
    n, m = len(services), len(data.shifts)
    gap, place, seconds, weights = data.gap, data.place, data.seconds, data.weights
    service, here = services[i], place[i]
    visit, duration, rigid = data.visits[service.visit], service.duration, data.flags[0].rigid
    every = len(spots) > PARTNERS
    low, high = service.earliest, np.int64(NEVER)
    for e in range(service.tie_from, service.tie_to):
        other = data.ties[e].other
        if nodes[other].of >= 0:
            low = max(low, nodes[other].start + data.ties[e].before)
            high = min(high, last[other] - data.ties[e].after)
    closes = min(high, service.latest if service.again >= NEVER else service.again_latest)
    count, tried = 0, np.int64(-1)
    for r in range(m):
        shift, each = data.shifts[r], rounds[r]
        if each.count == 0:
            if shift.alike == tried:
                continue
            tried = shift.alike
        what = NO_ROOM
        if data.preference[i, r] < 0:
            what = BARRED
        elif shift.locked:
            what = LOCKED
        elif each.demand + service.demand > shift.capacity:
            what = FULL
        for k in range(visit.member_from, visit.member_from + visit.size):
            other = nodes[data.members[k]].of
            if other >= 0 and data.shifts[other].carer == shift.carer:
                what = BARRED
        if every:
            fits[r].what = what
        if what != NO_ROOM:
            continue
        fee = weights[PREFERENCE] * data.preference[i, r]
        if each.count == 0:
            fee += weights[ROUNDS]
        mode, behind = shift.mode, n + r
        while behind < n or behind == n + r:
            before = behind
            behind = nodes[before].succ
            if rigid and not every:
                if nodes[before].start > closes:
                    break
                if last[behind] < low + duration:
                    continue
            there, onward = gap[mode, place[before], here], gap[mode, here, place[behind]]
            free_at = leaving(services, data.shifts, nodes, rounds, before)
            if there < 0 or onward < 0 or free_at >= NEVER:
                continue
            at = opening(service, max(low, free_at + there))
            short = at - closing(service, at)
            # Where lateness has a price, holding up others is a matter of price, unless it breaks something.
            if rigid:
                short = max(short, at - min(high, last[behind] - onward - duration))
            if short > 0:
                if every and short < fits[r].miss:
                    fits[r].miss, fits[r].miss_start, fits[r].miss_before = short, at, before
                continue
            way = seconds[mode, place[before], here] + seconds[mode, here, place[behind]] - nodes[before].leg
            points = weights[TRAVEL] * way + fee
            k = min(count, len(spots) - 1)
            if not every:
                if count == len(spots) and spots[k].points <= points:
                    continue
                while k > 0 and spots[k - 1].points > points:
                    spots[k] = spots[k - 1]
                    k -= 1
            spots[k].points, spots[k].before = points, before
            count = min(count + 1, len(spots))
    return count


@inlined
def _write_down(
    data: Data, state: State, journal: Journal, bench: Bench, v: int, before: int, price: int, fit: Any
) -> None:
    """Note a visit that stands in the plan: its price, its times, who comes along, who has to move."""
    nodes, visit = state.nodes, data.visits[v]
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
        if i < len(data.services) and data.services[i].visit != v and journal.kept[k].of >= 0:
            apart = abs(nodes[i].start - journal.kept[k].start)
            moved += apart > 0
            most = max(most, apart)
    fit.moved, fit.most_moved = moved, most


@entry
def price_fits(desk: Desk, answer: Answer, v: int) -> None:
    """Find the best place of visit ``v`` on each round, and what it adds.

    The plan must be scheduled and appraised, and a change just begun; it is as it was on return.
    """
    data, state, journal, bench = data_at(desk), state_at(desk), journal_at(desk), bench_at(desk)
    nodes, fits, visit = state.nodes, answer.fits, data.visits[v]
    a = data.members[visit.member_from]
    stood = cost(desk)
    latest_starts(desk)
    for i in range(len(answer.last)):
        answer.last[i] = bench.last[i]
    for r in range(len(fits)):
        fits[r].what, fits[r].price = ALIKE, NEVER
        fits[r].miss, fits[r].miss_start, fits[r].miss_before = NEVER, NEVER, NONE
    count = _find_spots(desk, a, answer.spots, fits)
    for at in range(count):
        before = answer.spots[at].before
        r = nodes[before].of
        fit = fits[r]
        mate, mates = 0, 1
        while mate < mates:
            if not confirm(desk, a, r, before, unbounded()):
                take_back(desk)  # it is off its round again, but remembers where it was
                break
            if fit.what == NO_ROOM:
                fit.what = ALONE
            whole = True
            if visit.size == 1:
                mate = 1
            for k in range(1, visit.size):
                i = data.members[visit.member_from + k]
                partners = answer.partners[min(k, 2) - 1]
                found = mates if k == 1 else 0
                if k > 1 or mate == 0:
                    found = _find_spots(desk, i, partners, fits)
                tried = mate if k == 1 else 0
                whole = False
                while tried < found and not whole:
                    beside = partners[tried].before
                    whole = confirm(desk, i, nodes[beside].of, beside, unbounded())
                    tried += 1
                if k == 1:
                    mate, mates = tried, found
                if not whole:
                    break
            if whole:
                appraise(desk)
                price = cost(desk) - stood
                if price < fit.price:
                    _write_down(data, state, journal, bench, v, before, price, fit)
                    for c in range(len(state.totals)):
                        answer.changes[r, c] = state.totals[c] - journal.totals[c]
            take_back(desk)
            for i in range(len(answer.last)):
                bench.last[i] = answer.last[i]
