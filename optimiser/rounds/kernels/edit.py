"""The two edits every change is made of: take a service off its round, put one on a round."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.kernels.data import (
    LATENESS,
    NONE,
    PREFERENCE,
    ROUNDS,
    TRAVEL,
    UNSERVED,
    Data,
    data_at,
    state_at,
)
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.journal import journal_at, seed, touch, touch_round
from optimiser.rounds.kernels.schedule import lateness, opening
from optimiser.rounds.problem import NEVER, Ints


@inlined
def way(seconds: Ints, place: Ints, mode: int, i: int, j: int, n: int) -> int:
    """Travel between two nodes; nobody travels a round without services."""
    if i >= n and j >= n:
        return 0
    return int(seconds[mode, place[i], place[j]])


@kernel
def unlink(desk: Desk, i: int) -> None:
    """Take service ``i`` off its round; a rest behind it moves to the node before.

    A rest with no work on one side of it is none and is forgotten, unless it has hours of its own.
    """
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    nodes, totals, services = state.nodes, state.totals, data.services
    n = len(services)
    before, behind, r = nodes[i].pred, nodes[i].succ, nodes[i].of
    touch(state, journal, i)
    touch(state, journal, before)
    touch(state, journal, behind)
    touch_round(state, journal, r)
    mode, seconds, place = data.shifts[r].mode, data.seconds, data.place
    longer = -nodes[before].leg - nodes[i].leg
    nodes[before].leg = way(seconds, place, mode, before, behind, n)
    longer += nodes[before].leg
    totals[TRAVEL] += longer
    state.rounds[r].idle -= longer - services[i].duration
    totals[PREFERENCE] -= data.preference[i, r]
    totals[LATENESS] -= lateness(services[i], nodes[i].start)
    state.rounds[r].count -= 1
    state.rounds[r].demand -= services[i].demand
    if state.rounds[r].count == 0:
        totals[ROUNDS] -= 1
        state.rounds[r].rest_at = NONE
    elif state.rounds[r].rest_at == i:
        state.rounds[r].rest_at = before
    if data.shifts[r].rest_to >= NEVER and state.rounds[r].rest_at == before and max(before, behind) >= n:
        state.rounds[r].rest_at = NONE
    nodes[before].succ = behind
    nodes[behind].pred = before
    nodes[i].of = NONE
    seed(journal, behind)
    for e in range(services[i].tie_from, services[i].tie_to):
        other = data.ties[e].other
        if nodes[other].of >= 0:
            starts = nodes[other].start
            if starts <= nodes[i].start + data.ties[e].after or starts == services[other].again:
                seed(journal, other)


@entry
def link(desk: Desk, i: int, r: int, before: int) -> None:
    """Put service ``i`` on round ``r`` behind node ``before``; its start waits for rescheduling."""
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    nodes, totals, services = state.nodes, state.totals, data.services
    n = len(services)
    behind = nodes[before].succ
    touch(state, journal, i)
    touch(state, journal, before)
    touch(state, journal, behind)
    touch_round(state, journal, r)
    mode, seconds, place = data.shifts[r].mode, data.seconds, data.place
    longer = -nodes[before].leg
    nodes[before].leg = way(seconds, place, mode, before, i, n)
    nodes[i].leg = way(seconds, place, mode, i, behind, n)
    longer += nodes[before].leg + nodes[i].leg
    totals[TRAVEL] += longer
    state.rounds[r].idle -= longer + services[i].duration
    totals[PREFERENCE] += data.preference[i, r]
    if state.rounds[r].count == 0:
        totals[ROUNDS] += 1
    state.rounds[r].count += 1
    state.rounds[r].demand += services[i].demand
    nodes[before].succ = i
    nodes[i].pred = before
    nodes[i].succ = behind
    nodes[behind].pred = i
    nodes[i].of = r
    nodes[i].start = opening(services[i], services[i].earliest)
    totals[LATENESS] += lateness(services[i], nodes[i].start)
    seed(journal, i)
    gap = data.gap
    straight = gap[mode, place[before], place[behind]]
    through = gap[mode, place[before], place[i]] + services[i].duration + gap[mode, place[i], place[behind]]
    if through < straight:  # the one behind can only start earlier where going through is the shorter way
        seed(journal, behind)


@kernel
def remove_visit(desk: Desk, v: int) -> None:
    """Take every service of a visit off its round."""
    data, state = data_at(desk), state_at(desk)
    visit = data.visits[v]
    for k in range(visit.member_from, visit.member_from + visit.size):
        if state.nodes[data.members[k]].of >= 0:
            unlink(desk, data.members[k])
    state.totals[UNSERVED] += visit.price


@inlined
def may_take(data: Data, nodes: NDArray[Any], i: int, r: int) -> bool:
    """Whether a shift may make a service at all: skills and the like, and no carer twice at one visit."""
    if data.preference[i, r] < 0 or data.shifts[r].locked:
        return False
    visit = data.visits[data.services[i].visit]
    if visit.size == 1:
        return True
    for k in range(visit.member_from, visit.member_from + visit.size):
        other = nodes[data.members[k]].of
        if data.members[k] != i and other >= 0 and data.shifts[other].carer == data.shifts[r].carer:
            return False
    return True
