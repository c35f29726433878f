r"""Weighted set packing as arrays: sets of items, each with a value.

.. math::

   \max\ \sum_j v_j x_j \qquad \sum_{j \ni i} x_j \le 1 \quad \text{each item } i, \qquad x_j \in \{0, 1\}

The winner determination problem of a combinatorial auction (Rothkopf, Pekeč & Harstad 1998, Management
Science 44; Sandholm 2002, Artificial Intelligence 135): sets are bids, items are goods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]

LARGEST = 10**11
"""Largest value: sums of a thousand times as much stay whole in 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackingProblem:
    """Sets to choose from.

    Attributes
    ----------
    value
        ``int64[n]``. A set of no value is never worth taking.
    first, item
        Items of set j from ``first[j]`` up to ``first[j + 1]``, each once, in order, from 0.
    items
        How many there are.

    Raises
    ------
    ValueError
        Where the arrays contradict one another.
    """

    value: Ints
    first: Ints
    item: Ints
    items: int

    def __post_init__(self) -> None:
        n = len(self.value)
        if len(self.first) != n + 1 or self.first[0] != 0 or self.first[-1] != len(self.item):
            raise ValueError("the items of sets do not follow one another")
        if len(self.item) and not (self.item.min() >= 0 and self.item.max() < self.items):
            raise ValueError("a set holds an item that is not there")
        inside = np.diff(self.item)
        borders = self.first[1:-1]
        inside[borders[(borders > 0) & (borders < len(self.item))] - 1] = 1
        if (np.diff(self.first) < 0).any() or (inside <= 0).any():
            raise ValueError("items of a set stand in order, each once")
        if n and np.abs(self.value).max() > LARGEST:
            raise ValueError(f"a value lies above {LARGEST:,}")

    @classmethod
    def of(cls, sets: Sequence[tuple[int, Sequence[int]]], items: int | None = None) -> PackingProblem:
        """Problem of ``(value, items)`` of each set."""
        held = [sorted(set(inside)) for _, inside in sets]
        most = max((each[-1] for each in held if each), default=-1) + 1
        return cls(
            value=np.array([value for value, _ in sets], dtype=np.int64),
            first=np.concatenate([[0], np.cumsum([len(each) for each in held], dtype=np.int64)]),
            item=np.array([each for inside in held for each in inside], dtype=np.int64),
            items=most if items is None else items,
        )

    @property
    def sets(self) -> int:
        """How many."""
        return len(self.value)

    def items_of(self, number: int) -> Ints:
        """Items of a set."""
        return self.item[self.first[number] : self.first[number + 1]]

    def some(self, numbers: Ints) -> PackingProblem:
        """The problem of some sets, in this order; items keep their numbers."""
        inside = [self.items_of(int(each)) for each in numbers]
        return PackingProblem(
            value=self.value[numbers],
            first=np.concatenate([[0], np.cumsum([len(each) for each in inside], dtype=np.int64)]),
            item=np.concatenate(inside) if inside else np.zeros(0, dtype=np.int64),
            items=self.items,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """Sets that are taken, by number, in order."""

    sets: tuple[int, ...]

    def __str__(self) -> str:
        return f"{len(self.sets)} sets"
