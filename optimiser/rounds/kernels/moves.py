"""Small moves, one at a time, millions a minute: the other half of the search.

Each takes a few services and puts them beside near ones. What a move does to travel is seen before anything
is changed; most moves end there.
"""

from __future__ import annotations

from optimiser.rounds.kernels.chance import Bits, below, uniform
from optimiser.rounds.kernels.compiling import inlined, kernel
from optimiser.rounds.kernels.data import (
    IDLE,
    LATENESS,
    MOST_LATE,
    NONE,
    PREFERENCE,
    ROUNDS,
    SKIPPED,
    TRAVEL,
    UNSERVED,
    WAITING,
    Data,
    State,
    data_at,
    state_at,
)
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.edit import link, may_take, unlink, way
from optimiser.rounds.kernels.journal import Journal, seed, touch, touch_round
from optimiser.rounds.kernels.schedule import arrival, closing, lateness, opening
from optimiser.rounds.problem import NEVER

NEAR = 20
"""Nearest services a move looks at."""
LONGEST = 3
"""Most services in a row that are moved together."""
LEAVE_OUT = 0.03
"""Share of moves that leave a visit out, where any may be."""
WHOLE_ROUND = 0.1
"""Share of exchanges in which one of the two rounds is exchanged whole."""
ANYWHERE = 0.05
"""Share of moves to the front of any round, an empty one too."""


@inlined
def _leg(data: Data, r: int, i: int, j: int) -> int:
    """Travel between two nodes as the carer of shift ``r`` goes."""
    return int(way(data.seconds, data.place, data.shifts[r].mode, i, j, len(data.services)))


@inlined
def _relief(data: Data, state: State, i: int) -> int:
    """What taking a service away may give back besides travel, in points: a guess, and a generous one."""
    nodes, services, weights = state.nodes, data.services, data.weights
    n, late, j, top = len(services), 0, i, 0
    for _ in range(4):
        if j >= n:
            break
        each = lateness(services[j], nodes[j].start)
        late += each
        top = max(top, each)
        j = nodes[j].succ
    for e in range(services[i].tie_from, services[i].tie_to):
        j = data.ties[e].other
        if nodes[j].of >= 0:
            late += lateness(services[j], nodes[j].start)
    points = weights[LATENESS] * late
    if weights[MOST_LATE] and top == state.totals[MOST_LATE]:
        points += weights[MOST_LATE] * top
    return int(points)


@inlined
def _gain(data: Data, state: State, r: int) -> int:
    """What a change to round ``r`` may give back of what only weighing it tells, in points."""
    if not data.flags[0].weighed:
        return 0
    each, weights = state.rounds[r], data.weights
    points = weights[WAITING] * each.waiting
    if each.idle == state.totals[IDLE]:
        points += weights[IDLE] * each.idle // 4
    return int(points)


@inlined
def _between(data: Data, state: State, i: int, r: int, before: int, behind: int) -> int:
    """Points of lateness that service ``i`` brings at least between two nodes of another round.

    NEVER where it cannot be there.
    """
    nodes, services = state.nodes, data.services
    pause = data.gap[data.shifts[r].mode, data.place[i], data.place[behind]]
    at = arrival(data, nodes, state.rounds, before, i)
    if pause < 0 or at >= NEVER:
        return NEVER
    at = opening(services[i], at)
    if at > closing(services[i], at):
        return NEVER
    late = lateness(services[i], at)
    at += services[i].duration + pause
    if behind < len(services):
        if at > nodes[behind].start:
            at = opening(services[behind], at)
            if at > closing(services[behind], at):
                return NEVER
            late += lateness(services[behind], at) - lateness(services[behind], nodes[behind].start)
    elif at > data.shifts[r].end:
        return NEVER
    return int(data.weights[LATENESS] * late)


@inlined
def _relocate(
    desk: Desk, data: Data, state: State, journal: Journal, chance: Bits, i: int, j: int, threshold: float
) -> bool:
    """Move ``i`` and perhaps the next one or two beside node ``j``; true where the plan has changed."""
    nodes, services, weights = state.nodes, data.services, data.weights
    n = len(services)
    r, to = nodes[i].of, nodes[j].of
    last, length = i, 1
    if uniform(chance) < 0.3:
        length = 2 + below(chance, LONGEST - 1)
    for k in range(length - 1):
        if nodes[last].succ >= n:
            length = k + 1
            break
        last = nodes[last].succ
    before = j
    if j < n and uniform(chance) < 0.5:
        before = nodes[j].pred
    k = i
    for _ in range(length):
        if k in (before, j) or (r != to and not may_take(data, nodes, k, to)):
            return False
        k = nodes[k].succ
    behind, p, s = nodes[before].succ, nodes[i].pred, nodes[last].succ
    if before == p or behind == i:
        return False
    points = _leg(data, r, p, s) - _leg(data, r, p, i) - _leg(data, r, last, s)
    points += _leg(data, to, before, i) + _leg(data, to, last, behind) - _leg(data, to, before, behind)
    points *= weights[TRAVEL]
    if r != to:
        demand, k = 0, i
        for _ in range(length):
            points += weights[PREFERENCE] * (data.preference[k, to] - data.preference[k, r])
            demand += services[k].demand
            k = nodes[k].succ
        if state.rounds[to].demand + demand > data.shifts[to].capacity:
            return False
        if state.rounds[to].count == 0:
            points += weights[ROUNDS]
        if state.rounds[r].count == length:
            points -= weights[ROUNDS]
    relief = _relief(data, state, i) + _gain(data, state, r) + _gain(data, state, to)
    if points - relief > threshold:
        return False
    if r != to and length == 1:
        late = _between(data, state, i, to, before, behind)
        if late >= NEVER or points + late - relief > threshold:
            return False
    k = i
    for _ in range(length):
        following = nodes[k].succ
        unlink(desk, k)
        link(desk, k, to, before)
        before = k
        k = following
    return True


@inlined
def _swap(desk: Desk, data: Data, state: State, journal: Journal, i: int, j: int, threshold: float) -> bool:
    """Let services ``i`` and ``j`` change places; true where the plan has changed."""
    nodes, services, weights = state.nodes, data.services, data.weights
    r, to = nodes[i].of, nodes[j].of
    p, s, q, t = nodes[i].pred, nodes[i].succ, nodes[j].pred, nodes[j].succ
    if services[i].visit == services[j].visit or s == j or t == i:
        return False
    if r != to:
        if not may_take(data, nodes, i, to) or not may_take(data, nodes, j, r):
            return False
        more = services[i].demand - services[j].demand
        if (
            state.rounds[to].demand + more > data.shifts[to].capacity
            or state.rounds[r].demand - more > data.shifts[r].capacity
        ):
            return False
    points = _leg(data, r, p, j) + _leg(data, r, j, s) - _leg(data, r, p, i) - _leg(data, r, i, s)
    points += _leg(data, to, q, i) + _leg(data, to, i, t) - _leg(data, to, q, j) - _leg(data, to, j, t)
    points *= weights[TRAVEL]
    points += weights[PREFERENCE] * (data.preference[i, to] - data.preference[i, r])
    points += weights[PREFERENCE] * (data.preference[j, r] - data.preference[j, to])
    relief = _relief(data, state, i) + _relief(data, state, j)
    relief += _gain(data, state, r) + _gain(data, state, to)
    if points - relief > threshold:
        return False
    unlink(desk, i)
    unlink(desk, j)
    link(desk, j, r, p)
    link(desk, i, to, q)
    return True


@kernel
def _tail_fits(desk: Desk, i: int, to: int) -> bool:
    """Whether shift ``to`` may make service ``i`` and everything after it on its round."""
    data, state = data_at(desk), state_at(desk)
    while i < len(data.services):
        if not may_take(data, state.nodes, i, to):
            return False
        i = state.nodes[i].succ
    return True


@inlined
def _exchange_tails(
    desk: Desk, data: Data, state: State, journal: Journal, i: int, j: int, threshold: float
) -> bool:
    """Let ``j`` and what follows come after node ``i``, and what followed ``i`` take its place (2-opt*).

    After the start of a round that is all of it: two carers change their rounds from there on. True where the
    plan has changed.
    """
    nodes, services, weights = state.nodes, data.services, data.weights
    n, m = len(services), len(data.shifts)
    r, to = nodes[i].of, nodes[j].of
    if r == to or data.shifts[r].mode != data.shifts[to].mode:
        return False
    s, q = nodes[i].succ, nodes[j].pred
    end, other_end = n + m + r, n + m + to
    last, other_last = nodes[end].pred, nodes[other_end].pred
    points = _leg(data, r, i, j) - _leg(data, r, q, j)
    points += _leg(data, r, other_last, end) - _leg(data, r, other_last, other_end)
    if s < n:
        points += _leg(data, r, q, s) - _leg(data, r, i, s)
        points += _leg(data, r, last, other_end) - _leg(data, r, last, end)
    else:
        points += _leg(data, r, q, other_end) - _leg(data, r, i, end)
    points *= weights[TRAVEL]
    relief = _relief(data, state, j) + _gain(data, state, r) + _gain(data, state, to)
    if s < n:
        relief += _relief(data, state, s)
    elif q >= n:
        relief += weights[ROUNDS]  # all of one round goes behind another
    if state.rounds[r].count == 0:
        relief -= weights[ROUNDS]
    if points - relief > threshold:
        return False
    if not _tail_fits(desk, j, r) or not _tail_fits(desk, s, to):
        return False
    touch_round(state, journal, r)
    touch_round(state, journal, to)
    one, other = state.rounds[r], state.rounds[to]
    moved, demand = 0, 0
    k = j
    while k < n:
        touch(state, journal, k)
        nodes[k].of = r
        state.totals[PREFERENCE] += data.preference[k, r] - data.preference[k, to]
        moved += 1
        demand += services[k].demand
        k = nodes[k].succ
    k = s
    while k < n:
        touch(state, journal, k)
        nodes[k].of = to
        state.totals[PREFERENCE] += data.preference[k, to] - data.preference[k, r]
        moved -= 1
        demand -= services[k].demand
        k = nodes[k].succ
    for each in (i, q, last, other_last, end, other_end):
        touch(state, journal, each)
    if one.count == 0:
        state.totals[ROUNDS] += 1
    one.count += moved
    other.count -= moved
    one.demand += demand
    other.demand -= demand
    if other.count == 0:
        state.totals[ROUNDS] -= 1
    for each in (one, other):
        if each.rest_at >= 0:
            seed(journal, nodes[each.rest_at].succ)
            each.rest_at = NONE
    nodes[i].succ, nodes[j].pred = j, i
    nodes[other_last].succ, nodes[end].pred = end, other_last
    if s < n:
        nodes[q].succ, nodes[s].pred = s, q
        nodes[last].succ, nodes[other_end].pred = other_end, last
    else:
        nodes[q].succ, nodes[other_end].pred = other_end, q
    state.totals[TRAVEL] += points // max(1, weights[TRAVEL])
    nodes[i].leg = _leg(data, r, i, j)
    nodes[other_last].leg = _leg(data, r, other_last, end)
    nodes[q].leg = _leg(data, to, q, nodes[q].succ)
    if s < n:
        nodes[last].leg = _leg(data, to, last, other_end)
    seed(journal, j)
    seed(journal, s)
    seed(journal, end)
    seed(journal, other_end)
    return bool(one.demand <= data.shifts[r].capacity and other.demand <= data.shifts[to].capacity)


@inlined
def _relocate_two(
    desk: Desk, data: Data, state: State, journal: Journal, chance: Bits, i: int, other: int
) -> bool:
    """Move two services of one visit, each beside one near it; true where the plan has changed."""
    nodes, near = state.nodes, data.near
    most = min(NEAR, near.shape[1])
    unlink(desk, i)
    unlink(desk, other)
    for k in (i, other):
        j = near[k, below(chance, most)]
        if nodes[j].of < 0:
            return False
        to = nodes[j].of
        if not may_take(data, nodes, k, to):
            return False
        before = j if uniform(chance) < 0.5 else nodes[j].pred
        late = _between(data, state, k, to, before, nodes[before].succ)
        if late >= NEVER:
            return False
        link(desk, k, to, before)
        if state.rounds[to].demand > data.shifts[to].capacity:
            return False
    return True


@inlined
def _serve(desk: Desk, data: Data, state: State, journal: Journal, chance: Bits, i: int) -> bool:
    """Put the one service of a visit that is left out beside one near it; true where the plan has changed."""
    nodes, near = state.nodes, data.near
    visit = data.visits[data.services[i].visit]
    if visit.size > 1 or near.shape[1] == 0:
        return False
    j = near[i, below(chance, min(NEAR, near.shape[1]))]
    to = nodes[j].of
    if to < 0 or not may_take(data, nodes, i, to):
        return False
    if state.rounds[to].demand + data.services[i].demand > data.shifts[to].capacity:
        return False
    before = j if uniform(chance) < 0.5 else nodes[j].pred
    if _between(data, state, i, to, before, nodes[before].succ) >= NEVER:
        return False
    state.totals[UNSERVED] -= visit.price
    link(desk, i, to, before)
    return True


@inlined
def _leave_out(desk: Desk, data: Data, state: State, journal: Journal, i: int, threshold: float) -> bool:
    """Take a visit of one service out; true where the plan has changed."""
    visit, r = data.visits[data.services[i].visit], state.nodes[i].of
    if visit.size > 1:
        return False
    p, s = state.nodes[i].pred, state.nodes[i].succ
    saved = state.nodes[p].leg + state.nodes[i].leg - _leg(data, r, p, s)
    relief = _relief(data, state, i) + _gain(data, state, r)
    relief += data.weights[PREFERENCE] * data.preference[i, r]
    if visit.price - data.weights[TRAVEL] * saved - relief > threshold:
        return False
    state.totals[UNSERVED] += visit.price
    unlink(desk, i)
    return True


@inlined
def _move_rest(data: Data, state: State, journal: Journal, chance: Bits, i: int) -> bool:
    """Let a round rest after service ``i``, or miss its rest at its price; true where it has changed."""
    r = state.nodes[i].of
    rested = state.rounds[r].rest_at
    behind = state.nodes[i].succ
    if rested >= 0 and data.shifts[r].rest_price >= 0 and uniform(chance) < 0.2:
        touch_round(state, journal, r)
        touch(state, journal, i)
        seed(journal, state.nodes[rested].succ)
        state.rounds[r].rest_at = SKIPPED
        return True
    if rested == i or data.shifts[r].rest == 0:
        return False
    if rested < 0 and data.shifts[r].rest_to >= NEVER:
        return False
    at = i
    if data.shifts[r].rest_to < NEVER:
        if uniform(chance) < 0.2:
            at = len(data.services) + r
            behind = state.nodes[at].succ
    elif behind >= len(data.services):
        return False
    touch_round(state, journal, r)
    touch(state, journal, i)
    if rested >= 0:
        seed(journal, state.nodes[rested].succ)
    state.rounds[r].rest_at = at
    seed(journal, behind)
    seed(journal, i)
    return True


@inlined
def propose(desk: Desk, data: Data, state: State, journal: Journal, chance: Bits, threshold: float) -> int:
    """Change the plan by one move: 1 where it has changed, 0 where it has not, −1 where it may not stand."""
    nodes, services, near = state.nodes, data.services, data.near
    n, most = len(services), min(NEAR, near.shape[1])
    i = below(chance, n)
    r = nodes[i].of
    if r < 0:
        return 1 if _serve(desk, data, state, journal, chance, i) else 0
    if data.shifts[r].locked:
        return 0
    kind = uniform(chance)
    if data.flags[0].optional and uniform(chance) < LEAVE_OUT:
        return 1 if _leave_out(desk, data, state, journal, i, threshold) else 0
    if data.flags[0].rests and uniform(chance) < 0.02:
        return 1 if _move_rest(data, state, journal, chance, i) else 0
    if kind < ANYWHERE or most == 0:
        j = n + below(chance, len(data.shifts))
        if data.shifts[nodes[j].of].locked:
            return 0
        return 1 if _relocate(desk, data, state, journal, chance, i, j, threshold) else 0
    j = near[i, below(chance, most)]
    to = nodes[j].of
    if to < 0 or data.shifts[to].locked:
        return 0
    if kind < 0.45:
        return 1 if _relocate(desk, data, state, journal, chance, i, j, threshold) else 0
    visit = data.visits[services[i].visit]
    if visit.size == 2 and kind < 0.60:
        first = visit.member_from
        other = data.members[first] + data.members[first + 1] - i
        if data.shifts[nodes[other].of].locked:
            return 0
        return 1 if _relocate_two(desk, data, state, journal, chance, i, other) else -1
    if kind < 0.80:
        j = nodes[j].succ if uniform(chance) < 0.5 else nodes[j].pred
        if j >= n or j == i:
            return 0
        return 1 if _swap(desk, data, state, journal, i, j, threshold) else 0
    if uniform(chance) < WHOLE_ROUND:
        i = n + (r if uniform(chance) < 0.8 else below(chance, len(data.shifts)))
        if data.shifts[nodes[i].of].locked:
            return 0
    return 1 if _exchange_tails(desk, data, state, journal, i, j, threshold) else -1
