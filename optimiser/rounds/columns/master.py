"""The choice among the rounds known so far, as a linear programme in HiGHS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.columns.relaxation import FINE, Kind
from optimiser.rounds.problem import Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """A round of a kind: services in order, and its cost in parts of a point."""

    kind: int
    services: tuple[int, ...]
    cost: int

    @property
    def is_elementary(self) -> bool:
        """Whether it makes no service twice."""
        return len(set(self.services)) == len(self.services)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What the linear programme says.

    Attributes
    ----------
    objective
        In points.
    reward
        ``float64[n]``: duals of the services, in points, not negative.
    taken
        ``float64[columns]``: how often each round is made.
    left_out
        ``float64[n]``: how much of each service is left out.
    """

    objective: float
    reward: Floats
    taken: Floats
    left_out: Floats


class Master:
    """The linear programme of :mod:`~optimiser.rounds.columns.relaxation`, growing by columns.

    highspy is loaded here, at first use: a process that has loaded OR-Tools cannot have it.

    Attributes
    ----------
    columns
        The rounds it may choose from.
    """

    def __init__(self, price: Ints, kinds: Sequence[Kind]) -> None:
        import highspy

        self.columns: list[Column] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._making: list[list[int]] = [[] for _ in price]
        self._room = [kind.size for kind in kinds]
        self._none = highspy.kHighsInf
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no types
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        for _ in price:
            self._highs.addRow(1.0, self._none, 0, [], [])
        for room in self._room:
            self._highs.addRow(-self._none, float(room), 0, [], [])
        for i, each in enumerate(price):
            self._highs.addCol(float(each), 0.0, self._none, 1, [i], [1.0])

    @property
    def services(self) -> int:
        """Number of services, ``n``."""
        return len(self._making)

    def add(self, column: Column) -> bool:
        """Add a round; false where it is known."""
        if (column.kind, column.services) in self._known:
            return False
        self._known.add((column.kind, column.services))
        rows, times = np.unique(np.array(column.services), return_counts=True)
        for i in rows:
            self._making[i].append(len(self.columns))
        self.columns.append(column)
        self._highs.addCol(
            column.cost / FINE,
            0.0,
            self._none,
            len(rows) + 1,
            np.append(rows, self.services + column.kind).astype(np.int32),
            np.append(times, 1).astype(np.float64),
        )
        return True

    def set_price(self, i: int, price: int) -> None:
        """Another price, in points, for leaving a service out."""
        self._highs.changeColCost(i, float(price))

    def settle(self, number: int) -> None:
        """Make a round for good: its services are done, and no other round with one of them is looked at."""
        column = self.columns[number]
        self._room[column.kind] -= 1
        row = self.services + column.kind
        self._highs.changeRowBounds(row, -self._none, float(self._room[column.kind]))
        for i in column.services:
            self._highs.changeRowBounds(i, -self._none, self._none)
            self.drop(self._making[i])

    def drop(self, numbers: Iterable[int]) -> None:
        """Never make these rounds."""
        for each in numbers:
            self._highs.changeColBounds(self.services + each, 0.0, 0.0)

    def reduced_costs(self) -> Floats:
        """``float64[columns]``: of each round under the duals of the best choice, in points."""
        self._highs.run()
        return np.array(self._highs.getSolution().col_dual, np.float64)[self.services :]

    def solve(self) -> Choice:
        """The best choice; warm from the one before."""
        self._highs.run()
        found = self._highs.getSolution()
        values = np.array(found.col_value, np.float64)
        return Choice(
            float(self._highs.getInfo().objective_function_value),
            np.maximum(0.0, np.array(found.row_dual, np.float64)[: self.services]),
            values[self.services :],
            values[: self.services],
        )
