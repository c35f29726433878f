"""When each service starts: the least solution of the difference constraints.

A constraint is ``start[b] ≥ start[a] + something``, along rounds and along ties alike. After a change only
the starts that leaned on what has changed can fall: they are collected along tight constraints, let fall to
the bottom, and raised again until nothing moves (the dynamic fixpoint of Ramalingam & Reps 1996, "An
Incremental Algorithm for a Generalization of the Shortest-Path Problem", J. Algorithms 21). Once they have
fallen, times and with them lateness only rise, so a change that cannot pay any more is given up at once, and
so is a cycle that can only be met by ever later times.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.kernels.data import LATENESS, Data, data_at, state_at
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.journal import LOGGED, MARK, SEEDS, journal_at, touch
from optimiser.rounds.problem import NEVER


@inlined
def opening(service: Any, at: int) -> int:
    """First moment from ``at`` on that lies in a window, or after the last one."""
    at = max(at, service.earliest)
    if at > service.latest and service.again < NEVER:
        at = max(at, service.again)
    return int(at)


@inlined
def closing(service: Any, at: int) -> int:
    """Last moment allowed of the window that ``at`` lies in."""
    return int(service.again_latest if at >= service.again else service.latest)


@inlined
def lateness(service: Any, at: int) -> int:
    """Seconds after due, of the last window that has opened."""
    due = service.again_due if at >= service.again else service.due
    return int(max(0, at - due))


@inlined
def leaving(
    services: NDArray[Any], shifts: NDArray[Any], nodes: NDArray[Any], rounds: NDArray[Any], i: int
) -> int:
    """When the carer is free to leave node ``i``, rested if the rest is there; NEVER if it cannot be."""
    at = nodes[i].start
    if i < len(services):
        at += services[i].duration
    r = nodes[i].of
    if rounds[r].rest_at == i:
        shift = shifts[r]
        at = max(at, shift.rest_from)
        if at > shift.rest_to:
            return NEVER
        at += shift.rest
    return int(at)


@inlined
def arrival(data: Data, nodes: NDArray[Any], rounds: NDArray[Any], i: int, j: int) -> int:
    """When a carer who goes from node ``i`` to ``j`` may begin there; NEVER where there is no way."""
    at = leaving(data.services, data.shifts, nodes, rounds, i)
    pause = data.gap[data.shifts[nodes[i].of].mode, data.place[i], data.place[j]]
    if pause < 0:
        return NEVER
    return int(at + pause)


@kernel
def unbounded() -> int:
    """A budget for lateness that nothing exceeds; as a constant it would have kernels compiled anew."""
    return int(np.int64(NEVER))


@entry
def reschedule(desk: Desk, budget: int) -> bool:
    """Bring every start to its least solution after a change has left its seeds.

    ``budget`` is the lateness in all (seconds) beyond which the change is given up. Where that, a window or a
    shift cannot be met, returns false with every start as it was on entry.
    """
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    nodes, rounds, totals = state.nodes, state.rounds, state.totals
    services, shifts, ties = data.services, data.shifts, data.ties
    n = len(services)
    count, fallen, queue, queued = journal.tally, journal.fallen, journal.queue, journal.queued
    count[MARK] += 1
    mark = count[MARK]
    size = 0
    seeded = count[SEEDS]
    for k in range(seeded):
        i = journal.seeds[k]
        if i < n and nodes[i].of >= 0 and queued[i] != mark:
            queued[i] = mark
            fallen[size] = i
            size += 1
    count[SEEDS] = 0
    k = 0
    while k < size:
        a = fallen[k]
        k += 1
        b = nodes[a].succ
        if b < n and queued[b] != mark:
            starts = nodes[b].start
            if starts <= arrival(data, nodes, rounds, a, b) or starts == services[b].again:
                queued[b] = mark
                fallen[size] = b
                size += 1
        for e in range(services[a].tie_from, services[a].tie_to):
            b = ties[e].other
            if nodes[b].of >= 0 and queued[b] != mark:
                starts = nodes[b].start
                if starts <= nodes[a].start + ties[e].after or starts == services[b].again:
                    queued[b] = mark
                    fallen[size] = b
                    size += 1
    was_late = totals[LATENESS]
    log = journal.log
    for k in range(size):
        a = fallen[k]
        touch(state, journal, a)
        log[k, 0], log[k, 1] = a, nodes[a].start
        lowest = opening(services[a], services[a].earliest)
        totals[LATENESS] += lateness(services[a], lowest) - lateness(services[a], nodes[a].start)
        nodes[a].start = lowest
    logged = size
    good = True
    for k in range(size):
        a = fallen[k]
        at = arrival(data, nodes, rounds, nodes[a].pred, a)
        for e in range(services[a].tie_from, services[a].tie_to):
            b = ties[e].other
            if nodes[b].of >= 0:
                at = max(at, nodes[b].start + ties[e].before)
        if at > nodes[a].start:
            at = opening(services[a], at)
            if at > closing(services[a], at):
                good = False
                break
            totals[LATENESS] += lateness(services[a], at) - lateness(services[a], nodes[a].start)
            nodes[a].start = at
        queue[k] = a
        queued[a] = -mark
    if totals[LATENESS] > budget:
        good = False
    head, waiting, room = 0, size, len(queue)
    tail = size % room
    most = len(log)
    while good and waiting:
        a = queue[head]
        head = head + 1 if head + 1 < room else 0
        waiting -= 1
        queued[a] = mark
        b = nodes[a].succ
        at = arrival(data, nodes, rounds, a, b)
        e = services[a].tie_from - 1
        while True:
            if b >= n:
                if at > shifts[nodes[a].of].end:
                    good = False
                    break
            elif at > nodes[b].start:
                at = opening(services[b], at)
                if at > closing(services[b], at) or logged == most:
                    good = False
                    break
                touch(state, journal, b)
                log[logged, 0], log[logged, 1] = b, nodes[b].start
                logged += 1
                totals[LATENESS] += lateness(services[b], at) - lateness(services[b], nodes[b].start)
                nodes[b].start = at
                if totals[LATENESS] > budget:
                    good = False
                    break
                if queued[b] != -mark:
                    queued[b] = -mark
                    queue[tail] = b
                    tail = tail + 1 if tail + 1 < room else 0
                    waiting += 1
            e += 1
            while e < services[a].tie_to and nodes[ties[e].other].of < 0:
                e += 1
            if e >= services[a].tie_to:
                break
            b = ties[e].other
            at = nodes[a].start + ties[e].after
    if good:
        for k in range(seeded):
            b = journal.seeds[k]
            if b >= n + len(shifts) and nodes[b].pred < n:
                # Another service ends the round now, or a rest closes it.
                good = good and arrival(data, nodes, rounds, nodes[b].pred, b) <= shifts[nodes[b].of].end
    count[LOGGED] = logged
    if not good:
        for k in range(logged - 1, -1, -1):
            nodes[log[k, 0]].start = log[k, 1]
        totals[LATENESS] = was_late
        count[LOGGED] = 0
    return bool(good)
