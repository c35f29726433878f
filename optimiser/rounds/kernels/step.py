"""Ruin and recreate: take strings of visits out, put them back where they cost least, accept or go back.

Acceptance is simulated annealing with a threshold drawn beforehand: a plan is accepted when it costs less
than ``current − temperature · ln(u)``, and given up as soon as it cannot any more.
"""

from __future__ import annotations

import numpy as np

from optimiser.rounds.kernels.bench import bench_at, look_around
from optimiser.rounds.kernels.chance import Bits, below, shuffle, uniform
from optimiser.rounds.kernels.compiling import entry, kernel
from optimiser.rounds.kernels.data import IDLE, LATENESS, State, copy_state, data_at, state_at
from optimiser.rounds.kernels.desk import Desk
from optimiser.rounds.kernels.insertion import BLINK, insert_visit
from optimiser.rounds.kernels.journal import begin, take_back
from optimiser.rounds.kernels.rests import give_rests
from optimiser.rounds.kernels.ruin import forget_rest, ruin, ruins_at, take_out
from optimiser.rounds.kernels.schedule import reschedule, unbounded
from optimiser.rounds.kernels.sorting import sort_by
from optimiser.rounds.kernels.value import appraise, cost, cost_so_far
from optimiser.rounds.problem import Ints

LARGE_RUIN = 0.02
"""Share of steps that empty a whole round, so that one fewer is tried."""


@kernel
def _order(desk: Desk, chance: Bits, size: int) -> None:
    """Order of recreation (paper, section 5.3): at random, longest first, tightest first, or by time."""
    data, ruins = data_at(desk), ruins_at(desk)
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
def _offer_credit(desk: Desk, chance: Bits) -> None:
    """Draw what filling idle shifts is worth to insertion.

    The price of the idlest shift alone gives no direction: nothing is gained until all idle shifts are
    fuller. So a random part of it counts, down to a random idleness; acceptance goes by the true cost.
    """
    data, state, bench = data_at(desk), state_at(desk), bench_at(desk)
    if data.weights[IDLE]:
        share, depth = uniform(chance), uniform(chance)
        bench.credit[0] = int(np.int64(share * share * share * data.weights[IDLE]))
        bench.credit[1] = int(np.int64(depth * state.totals[IDLE]))


@kernel
def _recreate(desk: Desk, chance: Bits, size: int, overlook: float, threshold: float) -> bool:
    """Insert the visits of a scheduled plan's bank in order; what finds no place stays out.

    False as soon as what is in costs more than the threshold allows.
    """
    data, state, ruins = data_at(desk), state_at(desk), ruins_at(desk)
    look_around(desk)
    _offer_credit(desk, chance)
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
        insert_visit(desk, v, chance, overlook, budget)
        out -= price
    return True


@kernel
def _unserved(desk: Desk) -> int:
    data, state, ruins = data_at(desk), state_at(desk), ruins_at(desk)
    size = 0
    for v in range(len(data.visits)):
        if state.nodes[data.members[data.visits[v].member_from]].of < 0:
            ruins.bank[size] = v
            size += 1
    return size


@kernel
def _empty_round(desk: Desk, chance: Bits, size: int) -> int:
    """Take a random round apart whole."""
    data, state = data_at(desk), state_at(desk)
    n, m = len(data.services), len(data.shifts)
    first = below(chance, m)
    for k in range(m):
        r = (first + k) % m
        if state.rounds[r].count and not data.shifts[r].locked:
            forget_rest(desk, r)
            i = state.nodes[n + r].succ
            while i < n:
                following = state.nodes[i].succ
                while following < n and data.services[following].visit == data.services[i].visit:
                    following = state.nodes[following].succ
                size = take_out(desk, data.services[i].visit, size)
                i = following
            return size
    return size


@entry
def ruin_and_recreate(
    desk: Desk, best: State, chance: Bits, steps: int, temperature: float, costs: Ints
) -> int:
    """Do so many steps at one temperature (points).

    ``costs[2]`` holds the cost of ``state`` and of ``best`` on entry and on return; returns the number of
    times the best was improved.
    """
    state = state_at(desk)
    improved = 0
    for _ in range(steps):
        begin(desk)
        size = _unserved(desk) if costs[2] else 0
        whole = uniform(chance) < LARGE_RUIN
        size = _empty_round(desk, chance, size) if whole else ruin(desk, chance, size)
        _order(desk, chance, size)
        threshold = costs[0] - temperature * np.log(max(uniform(chance), 1e-300))
        good = reschedule(desk, unbounded()) and _recreate(desk, chance, size, BLINK, threshold)
        if good and give_rests(desk, unbounded()):
            appraise(desk)
            now = cost(desk)
            if now < threshold:
                costs[0] = now
                costs[2] = state.totals[0]
                if now < costs[1]:
                    copy_state(state, best)
                    costs[1] = now
                    improved += 1
                continue
        take_back(desk)
    return improved
