"""What a plan costs, kept up to date as it changes.

Waiting is reckoned round by round: what lies between visits becomes a later beginning of the round as far as
nobody comes later than due and no service tied to another round moves. The plan that is given back is settled
across rounds (:mod:`~optimiser.rounds.kernels.settling`) and can only wait less.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.kernels.data import (
    BALANCE,
    EXTRA,
    IDLE,
    LATENESS,
    MISSED,
    MOST_LATE,
    MOST_WAITING,
    PAID,
    PREFERENCE,
    ROUNDS,
    TRAVEL,
    UNSERVED,
    WAITING,
    Data,
    State,
    data_at,
    state_at,
)
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.edit import way
from optimiser.rounds.kernels.journal import EPOCH, NODES, journal_at, touch_round
from optimiser.rounds.kernels.schedule import arrival, lateness
from optimiser.rounds.problem import NEVER


@entry
def cost(desk: Desk) -> int:
    """Sum of the weighted components."""
    data, state = data_at(desk), state_at(desk)
    total = np.int64(0)
    for c in range(len(state.totals)):
        total += data.weights[c] * state.totals[c]
    return int(total)


@inlined
def cost_so_far(data: Data, state: State) -> int:
    """What edits and rescheduling have decided by now: no less than this when the rest is known."""
    weights, totals = data.weights, state.totals
    total = weights[UNSERVED] * totals[UNSERVED] + weights[LATENESS] * totals[LATENESS]
    total += weights[TRAVEL] * totals[TRAVEL] + weights[ROUNDS] * totals[ROUNDS]
    return int(total + weights[PREFERENCE] * totals[PREFERENCE])


@kernel
def appraise(desk: Desk) -> None:
    """Bring the totals that are not kept by edits up to date after a change was rescheduled."""
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    if data.weights[MOST_LATE]:
        _most_late(desk)
    if not data.flags[0].weighed:
        return
    nodes, rounds, totals = state.nodes, state.rounds, state.totals
    count = journal.tally
    for k in range(count[NODES]):
        for r in (journal.kept[k].of, nodes[journal.node[k]].of):
            if r >= 0 and rounds[r].weighed != count[EPOCH]:
                touch_round(state, journal, r)
                rounds[r].weighed = count[EPOCH]
                weigh_round(desk, r)
    totals[MOST_WAITING] = totals[IDLE] = 0
    for r in range(len(rounds)):
        totals[MOST_WAITING] = max(totals[MOST_WAITING], rounds[r].most_waiting)
        totals[IDLE] = max(totals[IDLE], rounds[r].idle)
    if data.weights[BALANCE]:
        totals[BALANCE] = balance(desk)


@kernel
def balance(desk: Desk) -> int:
    """Sum over shifts of how far travel and service lie from the mean, each rounded up."""
    state = state_at(desk)
    rounds, load = state.rounds, 0
    m = len(rounds)
    for r in range(m):
        load += rounds[r].travel + rounds[r].work
    apart = 0
    for r in range(m):
        apart += -(-abs(m * (rounds[r].travel + rounds[r].work) - load) // m)
    return int(apart)


@kernel
def _most_late(desk: Desk) -> None:
    """The greatest lateness; looked for among all only where it may have fallen."""
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    nodes, services, totals = state.nodes, data.services, state.totals
    n, most, top = len(services), 0, totals[MOST_LATE]
    fell = False
    for k in range(journal.tally[NODES]):
        i = journal.node[k]
        if i < n:
            if journal.kept[k].of >= 0 and lateness(services[i], journal.kept[k].start) == top:
                fell = True
            if nodes[i].of >= 0:
                most = max(most, lateness(services[i], nodes[i].start))
    if most < top and not fell:
        return
    if most < top:
        for i in range(n):
            if nodes[i].of >= 0:
                most = max(most, lateness(services[i], nodes[i].start))
    totals[MOST_LATE] = most


@inlined
def latest_unhurried(services: Any, nodes: Any, ties: Any, i: int) -> int:
    """Until when a service may be put off with nobody later than due, or than it is already."""
    service, at = services[i], nodes[i].start
    for e in range(service.tie_from, service.tie_to):
        if nodes[ties[e].other].of >= 0:
            return int(at)
    return int(max(at, service.again_due if at >= service.again else service.due))


@kernel
def weigh_round(desk: Desk, r: int) -> None:
    """Everything of one round that its order and starts decide."""
    data, state = data_at(desk), state_at(desk)
    nodes, services, totals, shift = state.nodes, data.services, state.totals, data.shifts[r]
    n, m = len(services), len(data.shifts)
    each = state.rounds[r]
    seconds, gap, place, mode = data.seconds, data.gap, data.place, shift.mode
    travel, work, waiting, most_waiting, paid, extra = 0, 0, 0, 0, 0, 0
    idle, missed = shift.due - shift.start, 0
    if each.count:
        j = n + m + r
        i = nodes[j].pred
        ends = arrival(data, nodes, state.rounds, i, j)
        settled = np.int64(0)
        while i < n:
            travel += way(seconds, place, mode, i, j, n)
            work += services[i].duration
            if j >= n:
                settled = nodes[i].start
            else:
                pause = services[i].duration + gap[mode, place[i], place[j]]
                if each.rest_at == i:
                    pause += shift.rest
                at = min(settled - pause, latest_unhurried(services, nodes, data.ties, i))
                if each.rest_at == i:
                    at = min(at, max(nodes[i].start, shift.rest_to - services[i].duration))
                waiting += settled - at - pause
                most_waiting = max(most_waiting, settled - at - pause)
                settled = at
            j, i = i, nodes[i].pred
        travel += way(seconds, place, mode, i, j, n)
        begins = settled - gap[mode, place[i], place[j]]
        if each.rest_at == i:
            begins -= shift.rest
        paid = ends - begins
        extra = max(0, ends - shift.due)
        idle += extra - travel - work
        if each.rest_at >= 0:
            idle -= shift.rest
        elif shift.rest_price > 0 and shift.rest > 0:
            missed = shift.rest_price
    elif shift.rest_to < NEVER:
        idle -= shift.rest
    totals[WAITING] += waiting - each.waiting
    totals[PAID] += paid - each.paid
    totals[EXTRA] += extra - each.extra
    totals[MISSED] += missed - each.missed
    each.travel, each.work, each.waiting, each.most_waiting = travel, work, waiting, most_waiting
    each.paid, each.extra, each.idle, each.missed = paid, extra, max(0, idle), missed


@entry
def appraise_all(desk: Desk) -> None:
    """The totals that edits do not keep, from nothing."""
    data, state = data_at(desk), state_at(desk)
    nodes, services, totals = state.nodes, data.services, state.totals
    most = 0
    for i in range(len(services)):
        if nodes[i].of >= 0:
            most = max(most, lateness(services[i], nodes[i].start))
    totals[MOST_LATE] = most
    totals[MOST_WAITING] = totals[IDLE] = 0
    for r in range(len(state.rounds)):
        weigh_round(desk, r)
        totals[MOST_WAITING] = max(totals[MOST_WAITING], state.rounds[r].most_waiting)
        totals[IDLE] = max(totals[IDLE], state.rounds[r].idle)
    totals[BALANCE] = balance(desk)
