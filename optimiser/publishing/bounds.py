"""What sums that are known within bounds tell about one another: exact, by linear and whole-number programs.

Let ``x ≥ 0`` be what nobody outside knows, ``A x`` the figures made of it, and ``l ≤ A x ≤ u`` all that is
published of them. Of chosen figures it is asked whether each can still be as low as one number and as high
as another. A **world** is an ``x`` that agrees with everything published; one in which the figure is so low,
and one in which it is so high, settle the question, and can be checked by adding up. Where there is none,
the bound that stands in the way is made of certain figures, those with a dual price, and these are named.

Imports nothing of what hides figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EPS = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """Everything known from outside.

    Attributes
    ----------
    parts
        ``A``, one row a figure, one column an unknown; zeros and ones.
    lower, upper
        Of every figure.
    is_whole
        Whether unknowns are whole numbers.
    """

    parts: sparse.csr_array
    lower: Floats
    upper: Floats
    is_whole: bool

    def holds_for(self, world: Floats) -> bool:
        """Whether a world agrees with everything published, by adding up."""
        if self.is_whole and (world != np.round(world)).any():
            return False
        sums = self.parts @ world
        near = 0.0 if self.is_whole else 1e-5
        return bool(
            (world >= -near).all() and (sums >= self.lower - near).all() and (sums <= self.upper + near).all()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """A figure that is known better than it may be.

    Attributes
    ----------
    row
        The figure.
    is_from_below
        Whether it cannot be as low as asked; else it cannot be as high.
    bound
        How low, or high, it can be at most; of unknowns that need not be whole.
    by
        Figures that together say so.
    """

    row: int
    is_from_below: bool
    bound: float
    by: tuple[int, ...]


def narrow(sums: Sums, rows: Sequence[int], *, low: float, high: float) -> Iterator[Narrow]:
    """Those of ``rows`` that cannot be as low as ``low``, or as high as ``high``, in any world.

    Raises
    ------
    ValueError
        Where no world agrees with what is published.
    """
    if not rows:
        return
    engine = _Engine(sums)
    for sign, wanted in ((1.0, low), (-1.0, high)):
        yield from _one_way(engine, rows, sign, wanted)


def _one_way(engine: _Engine, rows: Sequence[int], sign: float, wanted: float) -> Iterator[Narrow]:
    """Narrow figures one way: a world settles all that are as low (high) in it, and one for certain."""
    waiting = dict.fromkeys(rows)
    for row in engine.settled(engine.best(rows, sign)[0], waiting, sign, wanted):
        del waiting[row]
    for row in rows:
        if row not in waiting:
            continue
        del waiting[row]
        world, prices = engine.best([row], sign)
        able: Floats | None = world if engine.reaches(world, row, sign, wanted) else None
        if able is not None and engine.sums.is_whole:
            able = engine.whole_world(row, sign, wanted)
        if able is None:
            yield engine.told(row, sign, world, prices)
            continue
        for other in engine.settled(able, waiting, sign, wanted):
            del waiting[other]


class _Engine:
    """The program, loaded once. Only its objective changes, so that each answer starts from the last."""

    def __init__(self, sums: Sums) -> None:
        self.sums = sums
        self._linear = _load(sums, whole=False)
        self._whole = _load(sums, whole=True) if sums.is_whole else None

    def best(self, rows: Sequence[int], sign: float) -> tuple[Floats, Floats]:
        """A world in which the sum of figures is least (most for sign −1), and the price of each figure.

        Unknowns in it need not be whole.
        """
        import highspy

        self._aim(self._linear, rows, sign)
        self._linear.run()
        if self._linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ValueError("nothing agrees with what is published")
        solution = self._linear.getSolution()
        return np.array(solution.col_value), np.array(solution.row_dual)

    def whole_world(self, row: int, sign: float, wanted: float) -> Floats | None:
        """A world of whole unknowns in which a figure is as low (high) as wanted; ``None`` for none."""
        import highspy

        lower, upper = self.sums.lower[row], self.sums.upper[row]
        low, high = (lower, min(upper, wanted)) if sign > 0 else (max(lower, wanted), upper)
        engine = self._whole
        assert engine is not None
        self._aim(engine, [row], sign)
        engine.changeRowBounds(row, low, high)
        engine.run()
        is_solved = engine.getModelStatus() == highspy.HighsModelStatus.kOptimal
        world = np.round(np.array(engine.getSolution().col_value))
        engine.changeRowBounds(row, lower, upper)
        return world if is_solved and self.sums.holds_for(world) else None

    def reaches(self, world: Floats, row: int, sign: float, wanted: float) -> bool:
        """Whether a figure is as low (high) as wanted in a world."""
        return bool(sign * (self.sums.parts[[row]] @ world)[0] <= sign * wanted + _EPS)

    def settled(self, world: Floats, rows: dict[int, None], sign: float, wanted: float) -> list[int]:
        """Figures that are, where the world is one that could be."""
        if self.sums.is_whole:
            world = np.round(world)
            if not self.sums.holds_for(world):
                return []
        value = self.sums.parts @ world
        return [row for row in rows if sign * value[row] <= sign * wanted + _EPS]

    def told(self, row: int, sign: float, world: Floats, prices: Floats) -> Narrow:
        """How far a figure can go, and what holds it."""
        by = np.flatnonzero(np.abs(prices) > _EPS)
        if not (by != row).any():  # whole numbers alone stand in the way: all that shares a part with it
            own = self.sums.parts[[row]].indices
            by = np.unique(self.sums.parts.tocsc()[:, own].indices)
        return Narrow(
            row=row,
            is_from_below=sign > 0,
            bound=float((self.sums.parts[[row]] @ world)[0]),
            by=tuple(int(each) for each in by if each != row),
        )

    def _aim(self, engine: Any, rows: Sequence[int], sign: float) -> None:
        parts = self.sums.parts
        cost = sign * np.asarray(parts[list(rows)].sum(axis=0)).ravel()
        engine.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost.astype(np.float64))


def _load(sums: Sums, *, whole: bool) -> Any:
    import highspy

    engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no types
    engine.silent()
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("random_seed", 0)
    lp = highspy.HighsLp()
    parts = sums.parts.tocsc()
    lp.num_row_, lp.num_col_ = parts.shape
    lp.col_cost_ = np.zeros(parts.shape[1])
    lp.col_lower_, lp.col_upper_ = np.zeros(parts.shape[1]), np.full(parts.shape[1], _MOST)
    lp.row_lower_, lp.row_upper_ = sums.lower, sums.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = parts.indptr.astype(np.int32)
    lp.a_matrix_.index_ = parts.indices.astype(np.int32)
    lp.a_matrix_.value_ = parts.data.astype(np.float64)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * parts.shape[1]
        engine.setOptionValue("mip_rel_gap", 0.5)  # any world will do; a good one settles more
    else:
        engine.setOptionValue("presolve", "off")  # would begin anew each time
        engine.setOptionValue("simplex_strategy", 4)  # primal: the last answer stays feasible
    engine.passModel(lp)
    return engine


_MOST = 1e6
"""More than any cell holds: keeps a program with nothing to bound it from running away."""
