"""Paired differences with their interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and its 95 % confidence interval (Student's t); ends are ``None`` for a single run."""

    mean: float
    low: float | None
    high: float | None
    runs: int


def paired_interval(
    baseline: Sequence[float | None], proposal: Sequence[float | None], *, confidence: float = 0.95
) -> Interval | None:
    """Saving of proposal against baseline in per cent, pair by pair.

    Returns
    -------
    Interval or None
        ``None`` where a value is missing or a baseline is zero: a saving has no meaning there.

    Raises
    ------
    ValueError
        Where the two do not pair up.
    """
    if len(baseline) != len(proposal):
        raise ValueError("baseline and proposal need the same number of runs")
    savings = []
    for before, after in zip(baseline, proposal, strict=True):
        if before is None or after is None or before == 0:
            return None
        savings.append(100.0 * (before - after) / before)
    if not savings:
        return None
    mean = float(np.mean(savings))
    if len(savings) == 1:
        return Interval(mean=mean, low=None, high=None, runs=1)
    from scipy import stats  # half a second to load, and few need an interval

    half = float(stats.t.ppf(0.5 + confidence / 2, len(savings) - 1) * stats.sem(savings))
    return Interval(mean=mean, low=mean - half, high=mean + half, runs=len(savings))
