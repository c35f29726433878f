"""What to take out: strings of neighbouring visits (slack induction by string removals).

Christiaens, J. and Vanden Berghe, G. (2020), "Slack Induction by String Removals for Vehicle Routing
Problems", Transportation Science 54(2). Numbers in brackets are the paper's equations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimiser.rounds.kernels.chance import Bits, below, uniform
from optimiser.rounds.kernels.compiling import kernel
from optimiser.rounds.kernels.data import NONE, data_at, state_at
from optimiser.rounds.kernels.desk import RUINS, Desk, opener
from optimiser.rounds.kernels.edit import remove_visit
from optimiser.rounds.kernels.journal import journal_at, seed, touch, touch_round
from optimiser.rounds.problem import NEVER, Ints

AVERAGE_REMOVED = 8
LONGEST_STRING = 8
SPLIT = 0.5
"""Share of strings with a piece kept in the middle."""
KEEP_MORE = 0.01


class Ruins(NamedTuple):
    """Working space of ruin and recreate: visits taken out and keys to order them by, rounds, a string."""

    bank: Ints
    keys: Ints
    touched: Ints
    string: Ints


def make_ruins(services: int, visits: int, rounds: int) -> Ruins:
    """Working space for a plan of so many services, visits and rounds."""
    return Ruins(
        bank=np.empty(visits, np.int64),
        keys=np.empty(visits, np.int64),
        touched=np.zeros(rounds, np.int64),
        string=np.empty(services, np.int64),
    )


ruins_at = opener(Ruins, RUINS, [(np.int64, 1), (np.int64, 1), (np.int64, 1), (np.int64, 1)])
"""The working space of ruins on a desk."""


@kernel
def ruin(desk: Desk, chance: Bits, size: int) -> int:
    """Take strings of visits around a random service off their rounds; returns the new size of the bank.

    The plan is not scheduled on return.
    """
    data, state, ruins = data_at(desk), state_at(desk), ruins_at(desk)
    n, touched = len(data.services), ruins.touched
    placed, used = 0, 0
    for r in range(len(data.shifts)):
        touched[r] = data.shifts[r].locked
        if state.rounds[r].count:
            used += 1
            placed += state.rounds[r].count
    if placed == 0:
        return size
    longest = min(LONGEST_STRING, max(1.0, placed / used))  # [5]
    most_strings = 4.0 * AVERAGE_REMOVED / (1.0 + longest) - 1.0  # [6]
    strings = min(int(uniform(chance) * most_strings + 1.0), used)  # [7]
    seed = below(chance, n)
    done = 0
    k = -1
    while done < strings and k < data.near.shape[1]:
        i = seed if k < 0 else data.near[seed, k]
        k += 1
        r = state.nodes[i].of
        if r < 0 or touched[r]:
            continue
        size = _remove_string(desk, i, r, longest, chance, size)
        touched[r] = 1
        forget_rest(desk, r)
        done += 1
    return size


@kernel
def take_out(desk: Desk, v: int, size: int) -> int:
    """Take a visit out, unless part of it is on a locked round; returns the new size of the bank."""
    data, state, ruins = data_at(desk), state_at(desk), ruins_at(desk)
    visit = data.visits[v]
    for k in range(visit.member_from, visit.member_from + visit.size):
        r = state.nodes[data.members[k]].of
        if r >= 0 and data.shifts[r].locked:
            return size
    remove_visit(desk, v)
    ruins.bank[size] = v
    return size + 1


@kernel
def forget_rest(desk: Desk, r: int) -> None:
    """Let a round choose its rest again when it is whole; one with hours of its own stays."""
    data, state, journal = data_at(desk), state_at(desk), journal_at(desk)
    rested = state.rounds[r].rest_at
    if rested >= 0 and data.shifts[r].rest_to >= NEVER:
        touch_round(state, journal, r)
        touch(state, journal, rested)  # so that the round is asked again for its rest
        state.rounds[r].rest_at = NONE
        seed(journal, state.nodes[rested].succ)


@kernel
def _remove_string(desk: Desk, i: int, r: int, longest: float, chance: Bits, size: int) -> int:
    """Take a string that holds service ``i`` off round ``r`` [8, 9], with or without a piece kept in it."""
    data, state, ruins = data_at(desk), state_at(desk), ruins_at(desk)
    n, string = len(data.services), ruins.string
    count, at = 0, 0
    j = state.nodes[n + r].succ
    while j < n:
        if j == i:
            at = count
        string[count] = j
        count += 1
        j = state.nodes[j].succ
    most = min(float(count), longest)
    length = int(uniform(chance) * most + 1.0)
    length = min(length, count)
    kept = 0
    if length > 1 and length < count and uniform(chance) < SPLIT:
        kept = 1
        while length + kept < count and uniform(chance) > KEEP_MORE:
            kept += 1
            if uniform(chance) < 0.5:
                break
    span = length + kept
    begin = max(0, at - span + 1)
    begin += below(chance, min(at, count - span) - begin + 1)
    hole = begin + 1 + below(chance, max(1, length - 1)) if kept else begin + span
    for k in range(begin, begin + span):
        if kept and hole <= k < hole + kept:
            continue
        if state.nodes[string[k]].of >= 0:
            size = take_out(desk, data.services[string[k]].visit, size)
    return size
