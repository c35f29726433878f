"""Two zonings of the same homes side by side: who changes, and which zone is heir to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from geodata.zones.zoning import Zones

Pair = tuple[str | None, str | None]
"""Zone before and zone after; ``None`` for none."""


def matrix(before: Zones, after: Zones, weights: Sequence[int] | None = None) -> dict[Pair, int]:
    """Weight of the homes by zone before and after, the pairs in order; one each where none is given."""
    own = np.ones(len(before), dtype=np.int64) if weights is None else np.asarray(weights, dtype=np.int64)
    # A table with a mark for none: missing values would be dropped in silence.
    table = pd.DataFrame({"before": before, "after": after, "weight": own})
    table = table.fillna({"before": "", "after": ""})
    sums = table.groupby(["before", "after"], sort=True, as_index=False)["weight"].sum()
    pairs = zip(sums["before"], sums["after"], sums["weight"], strict=True)
    return {(one or None, other or None): int(total) for one, other, total in pairs}


def heirs(shared: Mapping[Pair, int]) -> dict[str, str]:
    """Zone before that each zone after stands for: one to one, with as much shared weight as can be.

    A zone that shares nothing with what is left stands for none. Of equally good answers the one that comes
    with zones in order of code is taken, so that the order of rows does not matter.
    """
    olds = sorted({one for one, _ in shared if one is not None})
    news = sorted({other for _, other in shared if other is not None})
    if not olds or not news:
        return {}
    weight = np.zeros((len(news), len(olds)))
    for (one, other), value in shared.items():
        if one is not None and other is not None:
            weight[news.index(other), olds.index(one)] = value
    rows, columns = linear_sum_assignment(weight, maximize=True)
    return {
        news[row]: olds[column] for row, column in zip(rows, columns, strict=True) if weight[row, column] > 0
    }
