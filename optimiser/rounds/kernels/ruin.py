"""What to take out: strings of neighbouring visits (slack induction by string removals).

Christiaens, J. and Vanden Berghe, G. (2020), "Slack Induction by String Removals for Vehicle Routing
Problems", Transportation Science 54(2). Numbers in brackets are the paper's equations.
"""

from __future__ import annotations

from numba import njit

from optimiser.rounds.kernels.chance import Bits, below, uniform
from optimiser.rounds.kernels.data import Data, State, detach
from optimiser.rounds.problem import Ints

AVERAGE_REMOVED = 8
LONGEST_STRING = 8
SPLIT = 0.5
"""Share of strings with a piece kept in the middle."""
KEEP_MORE = 0.01


@njit(cache=True)
def remove_visit(data: Data, state: State, v: int, bank: Ints, size: int) -> int:
    """Take all services of a visit off; append it to ``bank[size]``; returns the new size."""
    for k in range(data.member_first[v], data.member_first[v + 1]):
        if state.nodes[data.members[k]].of >= 0:
            detach(state, data.members[k])
    bank[size] = v
    return size + 1


@njit(cache=True)
def ruin(data: Data, state: State, chance: Bits, bank: Ints, size: int, touched: Ints, string: Ints) -> int:
    """Take strings of visits around a random service off their rounds; returns the new size of the bank.

    ``touched[m]`` and ``string[n]`` are working space. The plan is not scheduled on return.
    """
    n, m = len(data.services), len(data.shifts)
    placed, used = 0, 0
    for r in range(m):
        touched[r] = 0
        if state.nodes[n + r].succ < n:
            used += 1
    for i in range(n):
        if state.nodes[i].of >= 0:
            placed += 1
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
        size = _remove_string(data, state, i, r, longest, chance, bank, size, string)
        touched[r] = 1
        state.rest_at[r] = -1  # chosen again when the round is scheduled, if one is still due
        done += 1
    return size


@njit(cache=True)
def _remove_string(
    data: Data,
    state: State,
    i: int,
    r: int,
    longest: float,
    chance: Bits,
    bank: Ints,
    size: int,
    string: Ints,
) -> int:
    """Take a string that holds service ``i`` off round ``r`` [8, 9], with or without a piece kept in it."""
    n = len(data.services)
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
            size = remove_visit(data, state, data.services[string[k]].visit, bank, size)
    return size
