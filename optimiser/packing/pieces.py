"""Sets worth having, and the pieces they fall into that have nothing to do with one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from optimiser.packing.conflicts import Conflicts
from optimiser.packing.problem import Ints, PackingProblem
from optimiser.packing.relaxation import Flags


@dataclass(slots=True, kw_only=True, eq=False)
class Piece:
    """Sets that have nothing to do with the others, and what is known of them.

    Attributes
    ----------
    sets
        Their numbers in the problem.
    taken
        ``bool[k]``: the best packing.
    bound
        No packing is worth more.
    rows, of_items
        Cliques; so many of them, the first, are of items.
    """

    sets: Ints
    value: Ints
    conflicts: Flags
    rows: list[Ints]
    of_items: int
    taken: Flags
    bound: int

    @property
    def best(self) -> int:
        """Value of the best packing."""
        return int(self.value[self.taken].sum())

    @property
    def is_proven(self) -> bool:
        """Whether nothing is worth more."""
        return self.bound <= self.best

    def offer(self, sets: Ints | None) -> None:
        """Keep sets that share nothing and are worth more."""
        if sets is not None and int(self.value[sets].sum()) > self.best:
            self.taken = np.zeros(len(self.value), dtype=bool)
            self.taken[sets] = True


def worthwhile(problem: PackingProblem) -> Ints:
    """Sets of some value that no other set beats by holding less for as much."""
    some = np.flatnonzero(problem.value > 0)
    part = problem.some(some)
    size = np.diff(part.first)
    holder = np.repeat(np.arange(part.sets), size)
    inside = csr_array(
        (np.ones(len(part.item), dtype=np.int64), (holder, part.item)), shape=(part.sets, part.items)
    )
    shared = (inside @ inside.T).tocoo()
    # Set a lies within set b where they share all that a holds.
    a, b = shared.row, shared.col
    within = (shared.data == size[a]) & (a != b)
    a, b = a[within], b[within]
    beats = part.value[a] > part.value[b]
    # Of two as good with as much, the larger goes; of two alike, the later.
    alike = part.value[a] == part.value[b]
    beats |= alike & ((size[a] < size[b]) | ((size[a] == size[b]) & (a < b)))
    beaten = np.zeros(part.sets, dtype=bool)
    beaten[b[beats]] = True
    return some[~beaten]


def components(conflicts: Conflicts) -> tuple[int, Ints]:
    """How many pieces there are, and the piece of each set."""
    n = len(conflicts.bits)
    graph = csr_array(
        (np.ones(len(conflicts.other), dtype=np.int8), conflicts.other, conflicts.first), shape=(n, n)
    )
    return connected_components(graph, directed=False)  # type: ignore[no-any-return]  # scipy has no types
