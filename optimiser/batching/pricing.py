"""Batches worth having at given prices: by local search, and exactly by HiGHS with rows added as needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from optimiser.batching.kernels import worth_much
from optimiser.batching.problem import Ints
from optimiser.batching.rules import BatchRule
from optimiser.batching.units import KINDS, Flags, Part
from optimiser.model.calendar import HOUR
from optimiser.solving.with_highs import Columns, Outcome, optimise

Floats = NDArray[np.float64]

MOST_ROUNDS = 8
"""Of rows added to one problem; then it is given up, and the bound so far stands."""
SHARE_RULES = (BatchRule.RURAL, BatchRule.DOUBLE, BatchRule.NIGHT)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """What a set of units must come to: packages, hours, packages above and below each band.

    Attributes
    ----------
    load
        ``float64[r, u]``.
    low, high
        ``float64[r]``.
    """

    load: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """A best set of units (``None`` where there is none), and what no set is worth less than."""

    units: tuple[int, ...] | None
    bound: float


def rows_of(part: Part, without: Collection[BatchRule] = ()) -> Rows:
    """Rows of a lot; those of some rules may be left out."""
    rules = part.rules
    load = np.vstack([part.count.astype(np.float64), part.care / HOUR, part.excess / part.scale])
    low = np.array([rules.least_packages, rules.least_care / HOUR] + [-np.inf] * (2 * KINDS))
    high = np.array([rules.most_packages, rules.most_care / HOUR] + [0.0] * (2 * KINDS))
    for number, rule in enumerate((BatchRule.SIZE, BatchRule.HOURS)):
        if rule in without:
            low[number], high[number] = -np.inf, np.inf
    for kind, rule in enumerate(SHARE_RULES):
        if rule in without:
            high[2 + 2 * kind : 4 + 2 * kind] = np.inf
    # A share that every batch keeps is no row.
    kept = np.array([r < 2 or (load[r] > 0).any() for r in range(len(load))])
    return Rows(load=load[kept], low=low[kept], high=high[kept])


def searched(part: Part, rows: Rows, middle: int, prices: Floats, steps: int) -> tuple[int, ...] | None:
    """A batch around a middle that is worth much at these prices of units; ``None`` where none was found."""
    gain = prices - part.distance[:, middle]
    must = int(part.unit_of[middle])
    likely = np.sort(gain)[::-1][: part.rules.most_packages]
    price = max(1.0, 2.0 * float(np.abs(likely).mean()) / max(1.0, float(part.care.mean()) / HOUR))
    found, _, chosen = worth_much(
        must,
        gain.astype(np.float64),
        rows.load,
        rows.low,
        rows.high,
        part.far,
        part.touch,
        ~part.far[must],
        part.rules.is_connected,
        price,
        steps,
        5,
    )
    units = tuple(np.flatnonzero(chosen).tolist())
    return units if found and part.allows(units) else None


def settled(part: Part, rows: Rows, middle: int, prices: Ints, gap: float, nodes: int) -> Priced:
    """The batch around a middle whose distance least exceeds the prices of its units, to within a gap."""
    return best_set(
        part, rows, int(part.unit_of[middle]), prices - part.distance[:, middle], gap=gap, nodes=nodes
    )


def best_set(
    part: Part,
    rows: Rows,
    must: int,
    gain: Ints,
    *,
    gap: float = 0.0,
    nodes: int | None = None,
    without: Collection[BatchRule] = (),
) -> Priced:
    """The set of units of most gain that keeps the rules; those of ``without`` are not asked.

    Drives and connection come in as rows where an answer breaks them.
    """
    cuts: list[tuple[list[int], list[float], float]] = []
    bound = -np.inf
    barred = part.far[must] & (BatchRule.DRIVE not in without)
    for _ in range(MOST_ROUNDS):
        solved = optimise(_model(part, rows, must, gain, barred, cuts), gap=gap, nodes=nodes)
        if solved.outcome is Outcome.INFEASIBLE:
            return Priced(units=None, bound=np.inf)
        if solved.bound is not None:
            bound = max(bound, float(solved.bound))
        if solved.values is None:
            break
        units = [int(u) for u in np.flatnonzero(solved.values > 0.5)]
        more = _broken(part, units, must, without)
        if not more:
            return Priced(units=tuple(units), bound=bound)
        cuts += more
    return Priced(units=None, bound=bound)


def _broken(
    part: Part, units: list[int], must: int, without: Collection[BatchRule]
) -> list[tuple[list[int], list[float], float]]:
    """Rows that a set breaks: far pairs, and pieces cut off from what it must hold."""
    rows: list[tuple[list[int], list[float], float]] = []
    if BatchRule.DRIVE not in without:
        far = part.far[np.ix_(units, units)]
        rows += [([units[a], units[b]], [1.0, 1.0], 1.0) for a, b in np.argwhere(np.triu(far)).tolist()]
    if BatchRule.CONNECTED in without or not part.rules.is_connected:
        return rows
    for piece in _pieces(part, units):
        if must in piece:
            continue
        names = frozenset().union(*(part.sectors[u] for u in piece))
        inside = np.array([names >= each for each in part.sectors])
        border = np.flatnonzero(part.touch[inside].any(axis=0) & ~inside).tolist()
        for u in piece:
            rows.append(([u, *border], [1.0] + [-1.0] * len(border), 0.0))
    return rows


def _pieces(part: Part, units: list[int]) -> list[set[int]]:
    pieces, left = [], set(units)
    while left:
        piece, waiting = set(), [left.pop()]
        while waiting:
            at = waiting.pop()
            piece.add(at)
            near = {u for u in left if part.touch[at, u]}
            left -= near
            waiting += near
        pieces.append(piece)
    return pieces


def _model(
    part: Part,
    rows: Rows,
    must: int,
    gain: Ints,
    barred: Flags,
    cuts: Sequence[tuple[list[int], list[float], float]] = (),
) -> Columns:
    """One column a unit, ``must`` in and ``barred`` out; gain is to be had, so its opposite is the cost."""
    n, r = len(part), len(rows.load)
    matrix = np.zeros((r + 1 + len(cuts), n))
    matrix[:r] = rows.load
    matrix[r, must] = 1.0
    for number, (units, amounts, _) in enumerate(cuts):
        matrix[r + 1 + number, units] = amounts
    lower = np.concatenate([rows.low, [1.0], np.full(len(cuts), -np.inf)])
    upper = np.concatenate([rows.high, [1.0], [most for _, _, most in cuts]])
    if barred.any():
        matrix = np.vstack([matrix, barred.astype(np.float64)])
        lower, upper = np.append(lower, -np.inf), np.append(upper, 0.0)
    held = csc_array(matrix)
    return Columns(
        cost=-gain.astype(np.float64),
        start=held.indptr.astype(np.int64),
        row=held.indices.astype(np.int64),
        amount=held.data,
        lower=lower,
        upper=upper,
    )
