"""Ruin and recreate: take strings of visits out, put them back where they cost least, accept or go back.

Acceptance is simulated annealing with a threshold drawn beforehand: a plan is accepted when it costs less
than ``current − temperature · ln(u)``, and given up as soon as it cannot any more.
"""

from __future__ import annotations

import numpy as np

from optimiser.rounds.kernels.chance import Bits, below, shuffle, uniform
from optimiser.rounds.kernels.compiling import entry, kernel
from optimiser.rounds.kernels.data import IDLE, LATENESS, Data, State, copy_state
from optimiser.rounds.kernels.insertion import BLINK, Bench, insert_visit, look_around
from optimiser.rounds.kernels.journal import Journal, begin, take_back
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.ruin import Ruins, forget_rest, ruin, take_out
from optimiser.rounds.kernels.schedule import reschedule, unbounded
from optimiser.rounds.kernels.sorting import sort_by
from optimiser.rounds.kernels.value import appraise, cost, cost_so_far
from optimiser.rounds.problem import Ints

LARGE_RUIN = 0.02
"""Share of steps that empty a whole round, so that one fewer is tried."""


@kernel
def _order(data: Data, ruins: Ruins, chance: Bits, size: int) -> None:
    """Order of recreation (paper, section 5.3): at random, longest first, tightest first, or by time."""
    bank, keys = ruins.bank, ruins.keys
    shuffle(chance, bank, size)
    draw = uniform(chance) * 10.0
    if draw < 3.0:
        return
    for k in range(size):
        visit = data.visits[bank[k]]
        a = data.services[data.members[visit.member_from]]
        if draw < 6.0:
            keys[k] = -a.duration * visit.size
        elif draw < 8.0:
            keys[k] = a.due - a.earliest - visit.size * 1_000_000
        elif draw < 9.0:
            keys[k] = a.earliest
        else:
            keys[k] = -a.due
    sort_by(bank, keys, size)


@kernel
def _offer_credit(data: Data, state: State, bench: Bench, chance: Bits) -> None:
    """Draw what filling idle shifts is worth to insertion.

    The price of the idlest shift alone gives no direction: nothing is gained until all idle shifts are
    fuller. So a random part of it counts, down to a random idleness; acceptance goes by the true cost.
    """
    if data.weights[IDLE]:
        share, depth = uniform(chance), uniform(chance)
        bench.credit[0] = int(np.int64(share * share * share * data.weights[IDLE]))
        bench.credit[1] = int(np.int64(depth * state.totals[IDLE]))


@kernel
def _recreate(
    data: Data,
    state: State,
    journal: Journal,
    bench: Bench,
    ruins: Ruins,
    chance: Bits,
    size: int,
    overlook: float,
    threshold: float,
) -> bool:
    """Insert the visits of a scheduled plan's bank in order; what finds no place stays out.

    False as soon as what is in costs more than the threshold allows.
    """
    look_around(data, state, bench)
    _offer_credit(data, state, bench, chance)
    out = np.int64(0)
    for k in range(size):
        out += data.visits[ruins.bank[k]].price
    per_late = max(1, data.weights[LATENESS])
    for k in range(size):
        v = ruins.bank[k]
        price = data.visits[v].price
        spare = threshold - float(cost_so_far(data, state) - out)
        if spare < 0.0:
            return False
        budget = unbounded()
        if spare < 1e15:
            budget = state.totals[LATENESS] + int(np.int64(spare)) // per_late + 1
        insert_visit(data, state, journal, bench, v, chance, overlook, budget)
        out -= price
    return True


@kernel
def _unserved(data: Data, state: State, ruins: Ruins) -> int:
    size = 0
    for v in range(len(data.visits)):
        if state.nodes[data.members[data.visits[v].member_from]].of < 0:
            ruins.bank[size] = v
            size += 1
    return size


@kernel
def _empty_round(data: Data, state: State, journal: Journal, ruins: Ruins, chance: Bits, size: int) -> int:
    """Take a random round apart whole."""
    n, m = len(data.services), len(data.shifts)
    first = below(chance, m)
    for k in range(m):
        r = (first + k) % m
        if state.rounds[r].count and not data.shifts[r].locked:
            forget_rest(data, state, journal, r)
            i = state.nodes[n + r].succ
            while i < n:
                following = state.nodes[i].succ
                while following < n and data.services[following].visit == data.services[i].visit:
                    following = state.nodes[following].succ
                size = take_out(data, state, journal, ruins, data.services[i].visit, size)
                i = following
            return size
    return size


@entry
def ruin_and_recreate(
    data: Data,
    state: State,
    best: State,
    journal: Journal,
    bench: Bench,
    ruins: Ruins,
    chance: Bits,
    steps: int,
    temperature: float,
    costs: Ints,
) -> int:
    """Do so many steps at one temperature (points).

    ``costs[2]`` holds the cost of ``state`` and of ``best`` on entry and on return; returns the number of
    times the best was improved.
    """
    improved = 0
    for _ in range(steps):
        begin(state, journal)
        size = _unserved(data, state, ruins) if costs[2] else 0
        if uniform(chance) < LARGE_RUIN:
            size = _empty_round(data, state, journal, ruins, chance, size)
        else:
            size = ruin(data, state, journal, ruins, chance, size)
        _order(data, ruins, chance, size)
        threshold = costs[0] - temperature * np.log(max(uniform(chance), 1e-300))
        good = reschedule(data, state, journal, unbounded()) and _recreate(
            data, state, journal, bench, ruins, chance, size, BLINK, threshold
        )
        if good and give_rests(data, state, journal, unbounded()):
            appraise(data, state, journal)
            now = cost(data, state)
            if now < threshold:
                costs[0] = now
                costs[2] = state.totals[0]
                if now < costs[1]:
                    copy_state(state, best)
                    costs[1] = now
                    improved += 1
                continue
        take_back(state, journal)
    return improved
