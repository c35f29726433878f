"""Which sets share an item, as rows of bits and as lists; cliques of sets of which only one can be taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.packing.kernels import grown
from optimiser.packing.problem import Ints, PackingProblem

Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflicts:
    """The conflict graph of a problem's sets.

    Attributes
    ----------
    bits
        ``uint64[n, ⌈n / 64⌉]``: bit j of row i where sets i and j share an item; none with itself.
    first, other
        The same as lists: those of set i from ``first[i]`` up to ``first[i + 1]``.
    """

    bits: Bits
    first: Ints
    other: NDArray[np.int32]

    @classmethod
    def of(cls, problem: PackingProblem) -> Conflicts:
        """Of a problem."""
        n = problem.sets
        words = (n + 63) // 64
        bits = np.zeros((n, words), dtype=np.uint64)
        for members in holders(problem):
            bits[members] |= as_bits(members, n)
        each = np.arange(n)
        bits[each, each // 64] &= ~(np.uint64(1) << (each % 64).astype(np.uint64))
        whole = unpacked(bits, n)
        at, other = np.nonzero(whole)
        first = np.searchsorted(at, np.arange(n + 1)).astype(np.int64)
        return cls(bits=bits, first=first, other=other.astype(np.int32))

    @property
    def density(self) -> float:
        """Of all pairs of sets, the share that conflicts."""
        n = len(self.bits)
        return len(self.other) / max(1, n * (n - 1))


def as_bits(numbers: Iterable[int] | Ints, n: int) -> Bits:
    """Numbers below ``n`` as a row of bits."""
    row = np.zeros((n + 63) // 64 * 64, dtype=np.uint8)
    row[np.asarray(numbers, dtype=np.int64)] = 1
    return np.packbits(row, bitorder="little").view(np.uint64)


def unpacked(bits: Bits, n: int) -> NDArray[np.uint8]:
    """Rows of bits as zeros and ones."""
    return np.unpackbits(bits.view(np.uint8), axis=-1, bitorder="little", count=n)


def cliques_of(problem: PackingProblem, conflicts: Conflicts) -> list[Ints]:
    """A maximal clique around the sets of each item that several hold; none twice."""
    degree = np.diff(conflicts.first)
    rows = (grown(members, conflicts.bits, degree) for members in holders(problem) if len(members) > 1)
    return list({row.tobytes(): row for row in rows}.values())


def holders(problem: PackingProblem) -> Iterator[Ints]:
    """Sets that hold each item, in order."""
    holder = np.repeat(np.arange(problem.sets), np.diff(problem.first))
    order = np.argsort(problem.item, kind="stable")
    ends = np.cumsum(np.bincount(problem.item, minlength=problem.items))
    yield from np.split(holder[order], ends[:-1]) if problem.items else ()
