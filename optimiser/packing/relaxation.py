r"""The linear relaxation over cliques of conflicting sets, its duals, and what they prove.

With :math:`y \ge 0` for each clique, no packing is worth more than
:math:`\sum_c y_c + \sum_j \max(0, v_j - \sum_{c \ni j} y_c)`, whatever y is: computed in whole numbers from
the engine's duals, it holds beyond the engine's tolerances. A set whose own term lies further below zero than
the bound above the best packing is in no better one (reduced-cost fixing).

Cliques are found among the sets that a relaxation takes in part, the largest part first (Atamtürk, Nemhauser
& Savelsbergh 2000, European Journal of Operational Research 121, separate so), and made maximal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.packing.problem import Ints
from optimiser.solving.with_highs import Columns, Floats, Outcome, Relaxing

SCALE = 1000
"""Duals are rounded to this part of a unit of value."""
BEYOND = 1e-4
"""By how much a clique must be overfull to be worth a row."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proof:
    """What a relaxation proves of some sets.

    Attributes
    ----------
    bound
        In 1/SCALE of a unit of value: no packing of these sets is worth more.
    reduced
        ``int64[k]``: by how much less a packing with each set can be worth, where below zero.
    values
        ``float64[k]``: how far each set is taken.
    rows
        Cliques found on the way, as numbers among these sets.
    is_solved
        Whether the engine came to the relaxation's optimum.
    """

    bound: int
    reduced: Ints
    values: Floats
    rows: tuple[Ints, ...]
    is_solved: bool

    @property
    def is_whole(self) -> bool:
        """Whether no set is taken in part."""
        return self.is_solved and bool((np.abs(self.values - np.rint(self.values)) < 1e-6).all())

    def may_better(self, best: int) -> Flags:
        """Sets that a packing worth more than ``best`` may hold."""
        least = (best + 1) * SCALE
        return self.bound + np.minimum(self.reduced, 0) >= least


def relaxed(
    value: Ints, conflicts: Flags, rows: Sequence[Ints], *, rounds: int, seconds: float | None
) -> Proof:
    """Solve the relaxation over ``rows``, and over more cliques for some rounds.

    Parameters
    ----------
    conflicts
        ``bool[k, k]`` of the sets.
    rows
        Cliques; those of one set are left out, and a set in none has a row of its own.
    """
    k = len(value)
    held = [row for row in rows if len(row) > 1]
    covered = np.zeros(k, dtype=bool)
    for row in held:
        covered[row] = True
    held += [np.array([j]) for j in np.flatnonzero(~covered)]
    engine = Relaxing(columns(value, held))
    found: list[Ints] = []
    solved = engine.solve(seconds)
    for _ in range(rounds if solved.outcome is Outcome.SOLVED else 0):
        more = overfull(solved.values, conflicts)
        if not more:
            break
        for row in more:
            engine.add_row(row, np.ones(len(row), dtype=np.int64), 1)
        again = engine.solve(seconds)
        if again.outcome is not Outcome.SOLVED:
            break
        found += more
        gained, solved = abs(again.value - solved.value), again
        if gained < 1e-4 * abs(again.value):
            break
    return _proof(value, [*held, *found], solved.values, solved.duals, tuple(found), solved.outcome)


def _proof(
    value: Ints,
    rows: Sequence[Ints],
    values: Floats,
    duals: Floats,
    found: tuple[Ints, ...],
    outcome: Outcome,
) -> Proof:
    price = np.ceil(np.maximum(-duals[: len(rows)], 0.0) * SCALE).astype(np.int64)
    paid = np.bincount(
        np.concatenate(rows), weights=np.repeat(price, [len(row) for row in rows]), minlength=len(value)
    )
    reduced = value * SCALE - np.rint(paid).astype(np.int64)
    bound = int(price.sum()) + int(np.maximum(reduced, 0).sum())
    return Proof(bound=bound, reduced=reduced, values=values, rows=found, is_solved=outcome is Outcome.SOLVED)


def overfull(values: Floats, conflicts: Flags) -> list[Ints]:
    """Maximal cliques that a relaxation overfills, one grown from each set taken in part; none twice."""
    some = np.flatnonzero(values > 1e-6)
    some = some[np.argsort(-values[some], kind="stable")]
    among = conflicts[np.ix_(some, some)]
    found: dict[bytes, Ints] = {}
    for start in range(len(some)):
        if values[some[start]] > 1 - 1e-6:
            continue
        clique, common, total = [start], among[start].copy(), values[some[start]]
        while common.any():
            best = int(np.argmax(common))  # the largest part first: ``some`` is in that order
            clique.append(best)
            total += values[some[best]]
            common &= among[best]
        if total > 1 + BEYOND:
            row = _maximal(some[clique], conflicts)
            found[row.tobytes()] = row
    return list(found.values())


def _maximal(clique: Ints, conflicts: Flags) -> Ints:
    common = conflicts[clique].all(axis=0)
    more = list(clique)
    while common.any():
        best = int(np.argmax(common))
        more.append(best)
        common &= conflicts[best]
    return np.array(sorted(int(each) for each in more), dtype=np.int64)


def columns(value: Ints, rows: Sequence[Ints]) -> Columns:
    """The model over cliques, as an engine that minimises is given it."""
    member = np.concatenate(rows) if len(rows) else np.zeros(0, dtype=np.int64)
    order = np.argsort(member, kind="stable")
    at = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return Columns(
        cost=-value.astype(np.float64),
        start=np.concatenate([[0], np.cumsum(np.bincount(member, minlength=len(value)))]),
        row=at[order],
        amount=np.ones(len(member)),
        lower=np.full(len(rows), -np.inf),
        upper=np.ones(len(rows)),
    )
