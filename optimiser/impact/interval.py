"""Paired differences with their interval."""

from __future__ import annotations

import math
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
    savings: list[float] = []
    for before, after in zip(baseline, proposal, strict=True):
        if before is None or after is None or before == 0:
            return None
        savings.append(100.0 * (before - after) / before)
    return _interval(savings, confidence)


def paired_difference(
    baseline: Sequence[float | None], proposal: Sequence[float | None], *, confidence: float = 0.95
) -> Interval | None:
    """Proposal less baseline in the figure's own unit, pair by pair; ``None`` where a value is missing.

    Raises
    ------
    ValueError
        Where the two do not pair up.
    """
    pairs = list(zip(baseline, proposal, strict=True))
    found = [after - before for before, after in pairs if before is not None and after is not None]
    return None if len(found) < len(pairs) else _interval(found, confidence)


def widened(interval: Interval, error: float) -> Interval:
    """The interval with a further standard error that no seed shows, taken to be independent of chance.

    Without an interval over runs, that error alone makes one.
    """
    half = 0.0 if interval.high is None else interval.high - interval.mean
    both = math.hypot(half, _NORMAL * error)
    return Interval(
        mean=interval.mean, low=interval.mean - both, high=interval.mean + both, runs=interval.runs
    )


_NORMAL = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


def _interval(found: Sequence[float], confidence: float) -> Interval | None:
    if not found:
        return None
    mean = float(np.mean(found))
    if len(found) == 1:
        return Interval(mean=mean, low=None, high=None, runs=1)
    from scipy import stats  # half a second to load, and few need an interval

    half = float(stats.t.ppf(0.5 + confidence / 2, len(found) - 1) * stats.sem(found))
    return Interval(mean=mean, low=mean - half, high=mean + half, runs=len(found))
