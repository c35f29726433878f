"""One search: ruin, recreate, accept or go back; the temperature falls as the caller says.

Acceptance is simulated annealing with a threshold drawn beforehand: a plan is accepted when it costs less
than ``current − temperature · ln(u)``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimiser.rounds.kernels.chance import Bits, below, shuffle, uniform
from optimiser.rounds.kernels.cost import total
from optimiser.rounds.kernels.data import Data, State, copy_state
from optimiser.rounds.kernels.insertion import Bench, insert_visit
from optimiser.rounds.kernels.ruin import remove_visit, ruin
from optimiser.rounds.kernels.schedule import earliest_starts, latest_starts
from optimiser.rounds.kernels.sorting import sort_by
from optimiser.rounds.problem import Ints

LARGE_RUIN = 0.02
"""Share of steps that empty a whole round, so that one fewer is tried."""


@njit(cache=True)
def _order(data: Data, chance: Bits, bank: Ints, size: int, keys: Ints) -> None:
    """Order of recreation (paper, section 5.3): at random, longest first, tightest first, or by time."""
    shuffle(chance, bank, size)
    draw = uniform(chance) * 10.0
    if draw < 3.0:
        return
    for k in range(size):
        v = bank[k]
        a = data.members[data.member_first[v]]
        services = data.member_first[v + 1] - data.member_first[v]
        if draw < 6.0:
            keys[k] = -data.services[a].duration * services
        elif draw < 8.0:
            keys[k] = data.services[a].latest - data.services[a].earliest - services * 1_000_000
        elif draw < 9.0:
            keys[k] = data.services[a].earliest
        else:
            keys[k] = -data.services[a].latest
    sort_by(bank, keys, size)


@njit(cache=True)
def recreate(
    data: Data, state: State, chance: Bits, bank: Ints, size: int, blink: bool, bench: Bench
) -> None:
    """Insert the visits of a scheduled plan's ``bank`` in order; what finds no place stays out."""
    latest_starts(data, state)
    for k in range(size):
        insert_visit(data, state, bank[k], chance, blink, bench)


@njit(cache=True)
def _unserved(data: Data, state: State, bank: Ints) -> int:
    size = 0
    for v in range(len(data.member_first) - 1):
        if state.nodes[data.members[data.member_first[v]]].of < 0:
            bank[size] = v
            size += 1
    return size


@njit(cache=True)
def _empty_round(data: Data, state: State, chance: Bits, bank: Ints, size: int) -> int:
    """Take a random round apart whole."""
    n, m = len(data.services), len(data.shifts)
    begin = below(chance, m)
    for k in range(m):
        r = (begin + k) % m
        if state.nodes[n + r].succ < n:
            while state.nodes[n + r].succ < n:
                size = remove_visit(data, state, data.services[state.nodes[n + r].succ].visit, bank, size)
            return size
    return size


@njit(cache=True)
def construct(data: Data, state: State, chance: Bits, bench: Bench) -> None:
    """Insert every visit not yet in the plan, tightest first; the plan is scheduled on return."""
    k = len(data.member_first) - 1
    bank = np.empty(k, np.int64)
    keys = np.empty(k, np.int64)
    size = _unserved(data, state, bank)
    for b in range(size):
        a = data.members[data.member_first[bank[b]]]
        services = data.member_first[bank[b] + 1] - data.member_first[bank[b]]
        keys[b] = data.services[a].earliest - services * 1_000_000
    sort_by(bank, keys, size)
    earliest_starts(data, state)
    recreate(data, state, chance, bank, size, False, bench)


@njit(cache=True)
def search(
    data: Data,
    current: State,
    best: State,
    trial: State,
    chance: Bits,
    iterations: int,
    hot: float,
    cold: float,
    costs: Ints,
    bench: Bench,
) -> int:
    """Do ``iterations`` steps, cooling geometrically from ``hot`` to ``cold`` (points).

    ``costs[2]`` holds the cost of ``current`` and of ``best`` on entry and on return; returns the number of
    times the best was improved.
    """
    n, m = len(data.services), len(data.shifts)
    k = len(data.member_first) - 1
    bank, keys = np.empty(k, np.int64), np.empty(k, np.int64)
    touched, string = np.empty(m, np.int64), np.empty(n, np.int64)
    settled, parts = np.empty(n, np.int64), np.empty(6, np.int64)
    improved = 0
    cooling = (cold / hot) ** (1.0 / max(1, iterations)) if hot > 0 else 1.0
    temperature = hot
    for _ in range(iterations):
        temperature *= cooling
        copy_state(current, trial)
        size = _unserved(data, trial, bank)
        if uniform(chance) < LARGE_RUIN:
            size = _empty_round(data, trial, chance, bank, size)
        else:
            size = ruin(data, trial, chance, bank, size, touched, string)
        _order(data, chance, bank, size, keys)
        threshold = costs[0] - temperature * np.log(max(uniform(chance), 1e-300))
        if not earliest_starts(data, trial):
            continue
        recreate(data, trial, chance, bank, size, True, bench)
        cost = total(data, trial, settled, parts)
        if cost < threshold:
            copy_state(trial, current)
            costs[0] = cost
            if cost < costs[1]:
                copy_state(trial, best)
                costs[1] = cost
                improved += 1
    return improved
