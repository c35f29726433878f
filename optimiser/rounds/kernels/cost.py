"""What a plan costs, component by component, in points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from optimiser.rounds.kernels.data import Data, State, between, pause_between
from optimiser.rounds.kernels.schedule import settle
from optimiser.rounds.problem import Ints

COMPONENTS = ("unserved", "lateness", "travel", "waiting", "rounds", "preference")
UNSERVED, LATENESS, TRAVEL, WAITING, ROUNDS, PREFERENCE = range(6)


@njit(cache=True)
def components(data: Data, state: State, settled: Ints, out: Ints) -> None:
    """Set ``out[6]`` to the weighted components of a scheduled plan; ``settled[n]`` is working space."""
    nodes, services, n = state.nodes, data.services, len(data.services)
    gap, place, seconds = data.gap, data.place, data.seconds
    out[:] = 0
    settle(data, state, settled)
    for i in range(n):
        if nodes[i].of < 0:
            out[UNSERVED] += 1
        else:
            out[LATENESS] += max(0, settled[i] - services[i].due)
            out[PREFERENCE] += data.preference[i, nodes[i].of]
    for r in range(len(data.shifts)):
        before, i = n + r, nodes[n + r].succ
        if i >= n:
            continue
        out[ROUNDS] += 1
        shift, rest_at = data.shifts[r], state.rest_at[r]
        while before < n or before == n + r:
            i = nodes[before].succ
            out[TRAVEL] += between(seconds, place, shift.mode, before, i)
            if before < n and i < n:
                pause = pause_between(gap, place, shift, rest_at, before, i)
                out[WAITING] += settled[i] - settled[before] - services[before].duration - pause
            before = i
    for c in range(6):
        out[c] *= data.weights[c]


@njit(cache=True)
def total(data: Data, state: State, settled: Ints, out: Ints) -> Any:
    """Sum of :func:`components`."""
    components(data, state, settled, out)
    return np.sum(out)
