"""One number for a length of road: time and metres packed so that sums are exact in any order.

A weight is ``milliseconds * 2**26 + decimetres`` in a ``float64``. Whole numbers below ``2**53`` add without
rounding, so the least weight is the same whatever order a search adds in; it is the shortest time, and among
equal times the shortest way. No road is faster than :data:`FASTEST` kilometres an hour, that is two
milliseconds or more for each decimetre: the decimetres of a way can therefore not run over into its
milliseconds while its milliseconds (37 hours) fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SHIFT = 26
UNIT = 1 << SHIFT
"""One millisecond."""
FASTEST = 180
"""Kilometres an hour."""
LARGEST = float(1 << 53)
"""Weights from here on are no longer exact."""


def packed(milliseconds: Longs, decimetres: Longs) -> Floats:
    """Weights of whole milliseconds and decimetres.

    Raises
    ------
    ValueError
        Where one is negative, or a road is faster than :data:`FASTEST`.
    """
    time, length = np.asarray(milliseconds, dtype=np.int64), np.asarray(decimetres, dtype=np.int64)
    if (time < 0).any() or (length < 0).any():
        raise ValueError("a road has no negative time or length")
    if (2 * length > time).any():
        raise ValueError(f"a road is faster than {FASTEST} km/h")
    return time.astype(np.float64) * UNIT + length


def milliseconds_of(weights: Floats) -> Longs:
    """Milliseconds in finite weights."""
    return np.asarray(weights.astype(np.int64) >> SHIFT)


def decimetres_of(weights: Floats) -> Longs:
    """Decimetres in finite weights."""
    return np.asarray(weights.astype(np.int64) & (UNIT - 1))
