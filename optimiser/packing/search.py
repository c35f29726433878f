"""Tree search by linear bounds above and by clique bounds below: exact, and quick where most sets conflict.

A block is some sets in a fixed order, each taken in turn with only those after it still free. What is then
left is relaxed over the cliques that are known; what that cannot exclude is branched on in the same way, or,
once it has few packings, searched by the compiled tree (:func:`optimiser.packing.kernels.tree`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from optimiser.packing.conflicts import as_bits
from optimiser.packing.kernels import rooted, tree
from optimiser.packing.problem import Ints
from optimiser.packing.relaxation import SCALE, Flags, relaxed
from optimiser.solving.clock import seconds_to

NODES = 100_000
"""Of the compiled tree between two looks at the clock: some tenths of a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """What a process is handed.

    Attributes
    ----------
    conflicts
        ``bool[n, n]``.
    rows
        ``bool[c, n]``: cliques.
    order
        All sets that may still matter.
    begin, end
        Places in ``order`` that are to be settled.
    best
        Value to be bettered.
    bound
        Of all, in 1/SCALE.
    few, some
        Packings, as guessed, up to which the compiled tree takes over: before a relaxation, and after it.
    rounds
        Of cliques at each relaxation.
    """

    value: Ints
    conflicts: Flags
    rows: Flags
    order: Ints
    begin: int
    end: int
    best: int
    bound: int
    few: float
    some: float
    rounds: int
    deadline: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settled:
    """What came of a block.

    Attributes
    ----------
    sets
        A better packing; ``None`` where there is none, or none was found.
    bound
        Of what time did not let be settled, in 1/SCALE; −1 where all of it was.
    nodes
        Relaxations and tree nodes.
    """

    best: int
    sets: Ints | None
    bound: int
    nodes: int


def settle(block: Block) -> Settled:
    """Settle one block; a top-level function for any process."""
    run = _Run(block)
    run.in_turn(block.order, block.begin, block.end, 0, (), block.bound)
    return Settled(best=run.best, sets=run.sets, bound=run.open, nodes=run.nodes)


def in_order(conflicts: Flags, sets: Ints) -> Ints:
    """Sets so that each has few compatible ones after it: always the one with the fewest that are left."""
    compatible = ~conflicts[np.ix_(sets, sets)]
    np.fill_diagonal(compatible, False)
    degree = compatible.sum(axis=1).astype(np.int64)
    found = np.empty(len(sets), dtype=np.int64)
    for place in range(len(sets)):
        least = int(np.argmin(degree))
        found[place] = sets[least]
        degree -= compatible[least]
        degree[least] = np.iinfo(np.int64).max // 2
    return found


def packings(conflicts: Flags) -> float:
    """How many packings there would be if as many pairs conflicted by chance."""
    k = len(conflicts)
    compatible = 1.0 - conflicts.sum() / max(1, k * (k - 1))
    size = np.arange(1, min(k, 60) + 1)
    ways = gammaln(k + 1) - gammaln(size + 1) - gammaln(k - size + 1)
    return float(np.exp(ways + size * (size - 1) / 2 * np.log(max(compatible, 1e-9))).sum())


class _Run:
    """State of one block."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.best = block.best
        self.sets: Ints | None = None
        self.open, self.nodes = -1, 0

    def is_over(self) -> bool:
        return seconds_to(self.block.deadline) == 0.0

    def in_turn(
        self, order: Ints, begin: int, end: int, held: int, path: tuple[int, ...], bound: int
    ) -> None:
        """Each set of an order taken in turn, with those after it that it does not conflict with."""
        block = self.block
        for place in range(begin, end):
            if self.is_over():
                self.open = max(self.open, bound)
                return
            head, rest = int(order[place]), order[place + 1 :]
            rest = rest[~block.conflicts[head, rest]]
            self.below(rest, held + int(block.value[head]), (*path, head))

    def below(self, sets: Ints, held: int, path: tuple[int, ...]) -> None:
        """The best of these sets beside what is held."""
        block = self.block
        value = block.value[sets]
        self.offer(held, path, sets[:0])
        if held + int(value.sum()) <= self.best:
            return
        conflicts = block.conflicts[np.ix_(sets, sets)]
        if packings(conflicts) <= block.few:
            self.by_tree(sets, held, path)
            return
        proof = relaxed(
            value, conflicts, self.cliques(sets), rounds=block.rounds, seconds=seconds_to(block.deadline)
        )
        self.nodes += 1
        alive = proof.may_better(self.best - held)
        if not alive.any():
            return
        if proof.is_whole:
            self.offer(held, path, sets[proof.values > 0.5])
            return
        left = sets[alive]
        if packings(conflicts[np.ix_(alive, alive)]) <= block.some:
            self.by_tree(left, held, path)
            return
        self.in_turn(in_order(block.conflicts, left), 0, len(left), held, path, held * SCALE + proof.bound)

    def cliques(self, sets: Ints) -> list[Ints]:
        """Known cliques as far as they hold two of these sets or more; none twice."""
        part = self.block.rows[:, sets]
        part = part[part.sum(axis=1) > 1]
        packed = np.unique(np.packbits(part, axis=1), axis=0)
        flags = np.unpackbits(packed, axis=1, count=len(sets))
        return [np.flatnonzero(row) for row in flags]

    def offer(self, held: int, path: tuple[int, ...], more: Ints) -> None:
        value = held + int(self.block.value[more].sum())
        if value > self.best:
            self.best, self.sets = value, np.array([*path, *more.tolist()], dtype=np.int64)

    def by_tree(self, sets: Ints, held: int, path: tuple[int, ...]) -> None:
        found = search_tree(
            self.block.value[sets],
            self.block.conflicts[np.ix_(sets, sets)],
            self.best - held,
            deadline=self.block.deadline,
        )
        self.nodes += found.nodes
        if found.sets is not None:
            self.offer(held, path, sets[found.sets])
        if found.bound >= 0:
            self.open = max(self.open, held * SCALE + found.bound)


def search_tree(
    value: Ints, conflicts: Flags, best: int, *, deadline: float | None, nodes: int | None = None
) -> Settled:
    """The compiled tree on some sets, until it has looked at everything or limits stop it."""
    k = len(value)
    if not k:
        return Settled(best=best, sets=None, bound=-1, nodes=0)
    rank = np.argsort(-value, kind="stable")
    weight = value[rank]
    padded = np.zeros((k, (k + 63) // 64 * 64), dtype=np.uint8)
    padded[:, :k] = conflicts[np.ix_(rank, rank)]
    bits = np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
    depth = k + 1
    free = np.zeros((depth, bits.shape[1]), dtype=np.uint64)
    order = np.zeros((depth, k), dtype=np.int32)
    limit = np.zeros((depth, k), dtype=np.int64)
    at, path, found = (np.zeros(depth, dtype=np.int64) for _ in range(3))
    free[0] = as_bits(np.arange(k), k)
    count = rooted(weight, bits, free[0], order[0], limit[0])
    at[0] = count - 1
    level, spent, sets = 0, 0, None
    while level >= 0 and seconds_to(deadline) != 0.0 and (nodes is None or spent < nodes):
        best, size, level, more = tree(weight, bits, best, found, path, free, order, limit, at, level, NODES)
        spent += more
        if size >= 0:
            sets = rank[found[:size]]
    return Settled(
        best=best, sets=sets, bound=-1 if level < 0 else _open(limit, at, level, weight, path), nodes=spent
    )


def _open(limit: Ints, at: Ints, level: int, weight: Ints, path: Ints) -> int:
    """Of what a tree has not looked at, in 1/SCALE."""
    held, most = 0, 0
    for depth in range(level + 1):
        if at[depth] >= 0:
            most = max(most, held + int(limit[depth, at[depth]]))
        held += int(weight[path[depth]]) if depth < level else 0
    return most * SCALE
