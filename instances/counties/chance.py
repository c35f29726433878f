"""Seeded chance that depends on names, never on the order in which things are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rng = np.random.Generator
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def generator(seed: int, *names: str) -> Rng:
    """Generator of its own for a seed and a path of names."""
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32))


def spread(rng: Rng, n: int, shares: ArrayLike) -> Ints:
    """``n`` draws of a category, shuffled, whose counts are each share's within one.

    Systematic sampling: unbiased, and without the luck of the draw that makes a county's totals wander.

    Parameters
    ----------
    shares
        Weights, not negative; need not add up to one.
    """
    weights = np.asarray(shares, dtype=np.float64)
    edges = np.cumsum(weights) / weights.sum()
    points = (np.arange(n) + rng.random()) / max(n, 1)
    found = np.minimum(np.searchsorted(edges, points, side="right"), len(weights) - 1)
    return rng.permutation(found).astype(np.int64)


def flags(rng: Rng, n: int, share: float) -> NDArray[np.bool_]:
    """``n`` draws of yes or no, ``share`` of them yes within one."""
    return np.asarray(spread(rng, n, (1 - share, share)) == 1, dtype=np.bool_)


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number out by weight, by largest remainder; of equal remainders the first."""
    whole = float(sum(weights))
    if whole <= 0:
        raise ValueError("nothing to share out by: every weight is zero")
    exact = [total * weight / whole for weight in weights]
    shares = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares
