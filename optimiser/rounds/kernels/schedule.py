"""When each service starts: the least solution of the difference constraints, and the greatest.

A constraint is ``start[b] ≥ start[a] + something``, along rounds and along links alike. The least solution
is found by raising times until nothing changes; adding a service only raises times, so it is enough to go
on from there (*propagation*), with a log to take it back. A cycle that can only be met by ever later times
climbs past ``latest`` and is infeasible; so is one that has not settled after a bounded number of raises.
"""

from __future__ import annotations

from numba import njit

from optimiser.rounds.kernels.data import Data, State, pause_between
from optimiser.rounds.problem import Ints

SWEEPS = 64
RAISES = 12
"""Raises of a time, per service, after which a cycle is taken to be endless."""


@njit(cache=True)
def earliest_starts(data: Data, state: State) -> bool:
    """Set every ``start`` from nothing, and give a rest where one is due; false where infeasible.

    Rests that are held are kept. Choosing them all again would find other legs, and now and then none: a plan
    that was feasible would not be any more, and a search that starts every step so would stand still.
    """
    nodes, services, n, m = state.nodes, data.services, len(data.services), len(data.shifts)
    for i in range(n):
        nodes[i].start = services[i].earliest
    for _ in range(SWEEPS):
        if not _sweep_forward(data, state):
            return False
        if _follow_links(data, state):
            continue
        given = False
        for r in range(m):
            if nodes[n + r].succ < n and rest_is_due(data, state, r):
                state.rest_at[r] = best_rest(data, state, r)
                given = True
        if not given:
            return True
    return False


@njit(cache=True)
def _sweep_forward(data: Data, state: State) -> bool:
    nodes, services, n = state.nodes, data.services, len(data.services)
    gap, place = data.gap, data.place
    for r in range(len(data.shifts)):
        before, shift = n + r, data.shifts[r]
        if nodes[before].succ >= n:
            continue
        free_at, rest_at = shift.start, state.rest_at[r]
        while True:
            i = nodes[before].succ
            pause = pause_between(gap, place, shift, rest_at, before, i)
            if pause < 0:
                return False
            if i >= n:
                if free_at + pause > shift.end:
                    return False
                break
            if free_at + pause > nodes[i].start:
                nodes[i].start = free_at + pause
            if nodes[i].start > services[i].latest:
                return False
            free_at = nodes[i].start + services[i].duration
            before = i
    return True


@njit(cache=True)
def _follow_links(data: Data, state: State) -> bool:
    nodes, changed = state.nodes, False
    for a in range(len(data.services)):
        if nodes[a].of >= 0:
            for k in range(data.out_first[a], data.out_first[a + 1]):
                b, lag = data.out[k].other, data.out[k].lag
                if nodes[b].of >= 0 and nodes[a].start + lag > nodes[b].start:
                    nodes[b].start = nodes[a].start + lag
                    changed = True
    return changed


@njit(cache=True)
def latest_starts(data: Data, state: State) -> None:
    """Set every ``last``: how late each service could start with every order kept and nothing else broken."""
    nodes, services, n, m = state.nodes, data.services, len(data.services), len(data.shifts)
    gap, place = data.gap, data.place
    for i in range(n):
        nodes[i].last = services[i].latest
    for _ in range(SWEEPS):
        for r in range(m):
            j, shift, rest_at = n + m + r, data.shifts[r], state.rest_at[r]
            i = nodes[j].pred
            while i < n:
                pause = pause_between(gap, place, shift, rest_at, i, j)
                by = nodes[j].last - pause - services[i].duration
                nodes[i].last = min(nodes[i].last, by)
                j, i = i, nodes[i].pred
        changed = False
        for b in range(n):
            if nodes[b].of >= 0:
                for k in range(data.into_first[b], data.into_first[b + 1]):
                    a, by = data.into[k].other, nodes[b].last - data.into[k].lag
                    if nodes[a].of >= 0 and by < nodes[a].last:
                        nodes[a].last = by
                        changed = True
        if not changed:
            return


@njit(cache=True)
def raise_start(data: Data, state: State, i: int, at: int, stack: Ints, log: Ints, logged: int) -> int:
    """Start service ``i`` no earlier than ``at`` and let everything behind it follow.

    ``stack[n]`` is working space; ``log[:, 2]`` takes (service, start before) from row ``logged`` on. Returns
    the new length of the log, negative (``−1 − length``) where the plan became infeasible.
    """
    nodes, services, n = state.nodes, data.services, len(data.services)
    gap, place, shifts, rest_at = data.gap, data.place, data.shifts, state.rest_at
    if at > nodes[i].start:
        log[logged, 0], log[logged, 1] = i, nodes[i].start
        logged += 1
        nodes[i].start = at
    stack[0], depth = i, 1
    while depth:
        depth -= 1
        a = stack[depth]
        start, r = nodes[a].start, nodes[a].of
        if start > services[a].latest:
            return -1 - logged
        b = nodes[a].succ
        pause = pause_between(gap, place, shifts[r], rest_at[r], a, b)
        if pause < 0:
            return -1 - logged
        free_at = start + services[a].duration + pause
        if b >= n:
            if free_at > shifts[r].end:
                return -1 - logged
        elif free_at > nodes[b].start:
            if logged == len(log) or depth == len(stack):
                return -1 - logged
            log[logged, 0], log[logged, 1] = b, nodes[b].start
            logged += 1
            nodes[b].start = free_at
            stack[depth] = b
            depth += 1
        for k in range(data.out_first[a], data.out_first[a + 1]):
            b, by = data.out[k].other, start + data.out[k].lag
            if nodes[b].of >= 0 and by > nodes[b].start:
                if logged == len(log) or depth == len(stack):
                    return -1 - logged
                log[logged, 0], log[logged, 1] = b, nodes[b].start
                logged += 1
                nodes[b].start = by
                stack[depth] = b
                depth += 1
    return logged


@njit(cache=True)
def undo(state: State, log: Ints, began: int, logged: int) -> None:
    """Take back what ``log[began:logged]`` says was raised, or given as a rest, the last first."""
    for k in range(logged - 1, began - 1, -1):
        if log[k, 0] < 0:
            state.rest_at[-1 - log[k, 0]] = log[k, 1]
        else:
            state.nodes[log[k, 0]].start = log[k, 1]


@njit(cache=True)
def lower_last(data: Data, state: State, i: int, stack: Ints) -> None:
    """Bring ``last`` of a newly placed service, and of everything before it, down to what is now true."""
    nodes, services, n = state.nodes, data.services, len(data.services)
    gap, place, shifts, rest_at = data.gap, data.place, data.shifts, state.rest_at
    j, r = nodes[i].succ, nodes[i].of
    by = nodes[j].last - pause_between(gap, place, shifts[r], rest_at[r], i, j) - services[i].duration
    by = min(by, services[i].latest)
    for k in range(data.out_first[i], data.out_first[i + 1]):
        b = data.out[k].other
        if nodes[b].of >= 0:
            by = min(by, nodes[b].last - data.out[k].lag)
    nodes[i].last = by
    stack[0], depth = i, 1
    while depth:
        depth -= 1
        b = stack[depth]
        a, r = nodes[b].pred, nodes[b].of
        if a < n:
            pause = pause_between(gap, place, shifts[r], rest_at[r], a, b)
            by = nodes[b].last - pause - services[a].duration
            if by < nodes[a].last and depth < len(stack):
                nodes[a].last = by
                stack[depth] = a
                depth += 1
        for k in range(data.into_first[b], data.into_first[b + 1]):
            a, by = data.into[k].other, nodes[b].last - data.into[k].lag
            if nodes[a].of >= 0 and by < nodes[a].last and depth < len(stack):
                nodes[a].last = by
                stack[depth] = a
                depth += 1


@njit(cache=True)
def rest_is_due(data: Data, state: State, r: int) -> bool:
    """Whether a round has grown past the working day that needs a rest, and has none.

    A round of a single visit has no leg to rest on and takes its rest with the person's consent.
    """
    n, m = len(data.services), len(data.shifts)
    first, end = state.nodes[n + r].succ, state.nodes[n + m + r].pred
    if first >= n or first == end or state.rest_at[r] >= 0 or data.shifts[r].rest == 0:
        return False
    ends = state.nodes[end].start + data.services[end].duration
    return bool(ends - state.nodes[first].start > data.shifts[r].rest_after)


@njit(cache=True)
def best_rest(data: Data, state: State, r: int) -> int:
    """The service after which a round rests best: where the carer waits longest anyway.

    Legs come first that leave no stretch of work longer than the law's.
    """
    nodes, services = state.nodes, data.services
    n, m, most = len(services), len(data.shifts), data.shifts[r].rest_after
    gap, place, shift, rest_at = data.gap, data.place, data.shifts[r], state.rest_at[r]
    first, end = nodes[n + r].succ, nodes[n + m + r].pred
    begins, ends = nodes[first].start, nodes[end].start + services[end].duration
    best, best_worth = first, -(1 << 40)
    i = first
    while i != end:
        j = nodes[i].succ
        leaves = nodes[i].start + services[i].duration
        worth = nodes[j].start - leaves - pause_between(gap, place, shift, rest_at, i, j)
        if leaves - begins <= most and ends - nodes[j].start <= most:
            worth += 1 << 30
        if worth > best_worth:
            best, best_worth = i, worth
        i = j
    return int(best)


@njit(cache=True)
def settle(data: Data, state: State, settled: Ints) -> None:
    """Set ``settled[n]`` to start times with the least waiting for rounds that end when they do now.

    The greatest solution of the same constraints, with the last service of each round held at its least start
    and nothing later than due (or than it is already): what was waiting between visits becomes a later
    beginning of the round. It exists, since the least solution is one.
    """
    nodes, services, n, m = state.nodes, data.services, len(data.services), len(data.shifts)
    gap, place = data.gap, data.place
    for i in range(n):
        settled[i] = max(nodes[i].start, services[i].due)
        settled[i] = min(settled[i], max(nodes[i].start, services[i].latest))
        if nodes[i].of < 0 or nodes[i].succ >= n:
            settled[i] = nodes[i].start
    for _ in range(SWEEPS):
        for r in range(m):
            j, shift, rest_at = nodes[n + m + r].pred, data.shifts[r], state.rest_at[r]
            if j >= n:
                continue
            i = nodes[j].pred
            while i < n:
                pause = pause_between(gap, place, shift, rest_at, i, j)
                settled[i] = min(settled[i], settled[j] - pause - services[i].duration)
                j, i = i, nodes[i].pred
        changed = False
        for b in range(n):
            if nodes[b].of >= 0:
                for k in range(data.into_first[b], data.into_first[b + 1]):
                    a, by = data.into[k].other, settled[b] - data.into[k].lag
                    if nodes[a].of >= 0 and by < settled[a]:
                        settled[a] = by
                        changed = True
        if not changed:
            return
