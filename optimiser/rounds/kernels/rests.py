"""Rests: where a round takes one that it must have."""

from __future__ import annotations

from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.kernels.data import NONE, Data, State, data_at, state_at
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.journal import NODES, RESTED, journal_at, seed, touch_round
from optimiser.rounds.kernels.schedule import arrival, closing, leaving, opening, reschedule
from optimiser.rounds.problem import NEVER

LAWFUL = 1 << 30
"""Worth of a rest that leaves no stretch of work too long."""


@kernel
def rest_is_due(desk: Desk, r: int) -> bool:
    """Whether a round must have a rest, and has none.

    A round of a single visit has no leg to rest on and takes its rest with the person's consent, unless the
    rest has hours of its own.
    """
    data, state = data_at(desk), state_at(desk)
    n, m = len(data.services), len(data.shifts)
    shift, each = data.shifts[r], state.rounds[r]
    if shift.rest == 0 or each.rest_at != NONE or each.count == 0:
        return False
    if shift.rest_to < NEVER:
        return True
    first, last = state.nodes[n + r].succ, state.nodes[n + m + r].pred
    ends = state.nodes[last].start + data.services[last].duration
    return bool(each.count > 1 and ends - state.nodes[first].start > shift.rest_after)


@inlined
def _worth(data: Data, state: State, r: int, i: int) -> int:
    """Minus the seconds that a rest after node ``i`` holds its round up; minus NEVER where it cannot be.

    Of rests without hours of their own those that leave no stretch of work longer than the law's are worth
    ``LAWFUL`` more.
    """
    nodes, services, shift = state.nodes, data.services, data.shifts[r]
    n, m = len(services), len(data.shifts)
    windowed = shift.rest_to < NEVER
    j = nodes[i].succ
    if j >= n and not windowed:
        return -NEVER
    leaves = leaving(services, data.shifts, nodes, state.rounds, i)
    rested = max(leaves, shift.rest_from) + shift.rest
    if rested - shift.rest > shift.rest_to:
        return -NEVER
    pause = arrival(data, nodes, state.rounds, i, j) - leaves
    if j >= n:
        return int(min(0, shift.due - pause - rested))
    begins = opening(services[j], max(nodes[j].start, rested + pause))
    if begins > closing(services[j], begins):
        return -NEVER
    worth = nodes[j].start - pause - rested
    if windowed:
        return int(min(worth, 0))
    first, last = nodes[n + r].succ, nodes[n + m + r].pred
    ends = nodes[last].start + services[last].duration
    if leaves - nodes[first].start <= shift.rest_after and ends - nodes[j].start <= shift.rest_after:
        worth += LAWFUL
    return int(worth)


@kernel
def _best_rest(data: Data, state: State, r: int) -> int:
    """The node after which a round rests best: where it holds up least, and the carer waits longest anyway.

    One place is tried and no other: trying all that might do takes a quarter of the time of a search.
    """
    n = len(data.services)
    i = n + r if data.shifts[r].rest_to < NEVER else state.nodes[n + r].succ
    best, best_worth = NONE, -NEVER
    while i < n or i == n + r:
        worth = _worth(data, state, r, i)
        if worth > best_worth:
            best, best_worth = i, worth
        i = state.nodes[i].succ
    return int(best)


@entry
def give_rests(desk: Desk, budget: int) -> bool:
    """Give a rest to each round of the journal's nodes that must have one.

    A rest holds up others, whose rounds may then need one too. False where a rest that may not be missed
    cannot be given.
    """
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    if not data.flags[0].rests:
        return True
    k = 0
    while k < journal.tally[NODES]:
        r = state.nodes[journal.node[k]].of
        k += 1
        if r < 0 or not rest_is_due(desk, r):
            continue
        at = _best_rest(data, state, r)
        if at >= 0:
            touch_round(state, journal, r)
            state.rounds[r].rest_at = at
            seed(journal, state.nodes[at].succ)
            if reschedule(desk, budget):
                journal.rested[journal.tally[RESTED]] = r
                journal.tally[RESTED] += 1
                k = 0  # somebody looked at already may have been held up
                continue
            state.rounds[r].rest_at = NONE
        if data.shifts[r].rest_price < 0:
            return False
    return True
