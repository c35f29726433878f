"""A small generator of random whole numbers whose state is one array: splitmix64 (Steele, Lea & Flood 2014).

numba's own generator lives in the thread; a search that may run in any thread or process carries its own.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.compiling import inlined, kernel
from optimiser.rounds.problem import Ints

Bits: TypeAlias = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def seeded(seed: int) -> Bits:
    """State of a generator; any seed will do."""
    return np.array([seed & 0xFFFFFFFFFFFFFFFF], np.uint64)


@inlined
def next_bits(chance: Bits) -> Any:
    """Next 64 random bits."""
    chance[0] += _STEP
    z = chance[0]
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return z ^ (z >> _31)


@inlined
def uniform(chance: Bits) -> float:
    """Next number in [0, 1)."""
    return np.float64(next_bits(chance) >> _11) / 9007199254740992.0


@inlined
def below(chance: Bits, n: int) -> int:
    """Next whole number in 0 … n − 1."""
    return int(uniform(chance) * n)


@kernel
def shuffle(chance: Bits, items: Ints, size: int) -> None:
    """Shuffle ``items[:size]`` in place (Fisher–Yates)."""
    for i in range(size - 1, 0, -1):
        j = below(chance, i + 1)
        items[i], items[j] = items[j], items[i]
