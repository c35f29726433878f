"""Rests: where a round takes one that it must have."""

from __future__ import annotations

from optimiser.rounds.kernels.compiling import entry, kernel
from optimiser.rounds.kernels.data import NONE, data_at, state_at
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.journal import NODES, RESTED, journal_at, seed, touch_round
from optimiser.rounds.kernels.schedule import arrival, leaving, reschedule
from optimiser.rounds.problem import NEVER


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


@kernel
def best_rest(desk: Desk, r: int) -> int:
    """The node after which a round rests best: where it holds up least, and the carer waits longest anyway.

    Of rests without hours of their own those come first that leave no stretch of work longer than the law's.
    """
    data, state = data_at(desk), state_at(desk)
    nodes, rounds, services = state.nodes, state.rounds, data.services
    n, m, shift = len(services), len(data.shifts), data.shifts[r]
    windowed = shift.rest_to < NEVER
    first, last = nodes[n + r].succ, nodes[n + m + r].pred
    begins, ends = nodes[first].start, nodes[last].start + services[last].duration
    best, best_worth = NONE, -NEVER
    i = n + r if windowed else first
    while i < n or i == n + r:
        j = nodes[i].succ
        if j >= n and not windowed:
            break
        leaves = leaving(services, data.shifts, nodes, rounds, i)
        rested = max(leaves, shift.rest_from) + shift.rest
        if max(leaves, shift.rest_from) <= shift.rest_to:
            pause = arrival(data, nodes, rounds, i, j) - leaves
            worth = nodes[j].start - pause - rested if j < n else min(0, shift.due - pause - rested)
            if windowed:
                worth = min(worth, 0)
            elif leaves - begins <= shift.rest_after and ends - nodes[j].start <= shift.rest_after:
                worth += 1 << 30
            if worth > best_worth:
                best, best_worth = i, worth
        if j >= n:
            break
        i = j
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
    nodes, rounds, k = state.nodes, state.rounds, 0
    while k < journal.tally[NODES]:
        r = nodes[journal.node[k]].of
        k += 1
        if r < 0 or not rest_is_due(desk, r):
            continue
        at = best_rest(desk, r)
        if at >= 0:
            touch_round(state, journal, r)
            rounds[r].rest_at = at
            seed(journal, nodes[at].succ)
            if reschedule(desk, budget):
                journal.rested[journal.tally[RESTED]] = r
                journal.tally[RESTED] += 1
                k = 0  # somebody looked at already may have been held up
                continue
            rounds[r].rest_at = NONE
        if data.shifts[r].rest_price < 0:
            return False
    return True
