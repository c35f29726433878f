"""Exchanges: single moves, swaps, cycles and chains, each of which stands without the others.

The exchange graph has an arc for each move that annealing found worth making: a unit, from its provider to
another. Providers are its nodes. An exchange is a connected set of arcs, no longer than the rules allow, that
fits the room there is today by itself: a single move where its taker has room, a swap or a cycle where each
takes in the place of another, a chain whose last taker has room. So one that falls through (somebody changes
their mind) takes no other with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimiser.impact.transfers.plan import Kind
from optimiser.impact.transfers.problem import TransferProblem
from optimiser.model.identifiers import ProviderId


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """A unit, by its number in the problem, and who takes it over."""

    unit: int
    to: ProviderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Moves that are made together or not at all, in order of unit."""

    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "moves", tuple(sorted(self.moves)))

    def kind(self, problem: TransferProblem) -> Kind:
        """Move, swap, cycle or chain."""
        if len(self.moves) == 1:
            return Kind.MOVE
        gives = sorted(problem.units[each.unit].provider for each in self.moves)
        if gives != sorted(each.to for each in self.moves):
            return Kind.CHAIN
        return Kind.SWAP if len(self.moves) == 2 else Kind.CYCLE


def change(problem: TransferProblem, moves: Iterable[Move]) -> dict[int, int]:
    """What moves add to the use of each row; rows with no change left out."""
    found: dict[int, int] = {}
    for each in moves:
        unit = problem.units[each.unit]
        for sign, uses in ((-1, unit.uses[unit.provider]), (1, unit.uses[each.to])):
            for row, amount in uses:
                found[row] = found.get(row, 0) + sign * amount
    return {row: amount for row, amount in found.items() if amount}


def fits(problem: TransferProblem, moves: Iterable[Move]) -> bool:
    """Whether moves, made together, keep every row."""
    return all(amount <= problem.free[row] for row, amount in change(problem, moves).items() if amount > 0)


def exchanges(problem: TransferProblem, pool: Mapping[Move, int]) -> tuple[Exchange, ...]:
    """Every exchange over a pool of moves that fits, none of which falls apart into smaller ones that fit.

    Parameters
    ----------
    pool
        What each move saves, in seconds a week.
    """
    moves = sorted(pool)
    takers: dict[ProviderId, list[Move]] = {}
    for each in moves:
        takers.setdefault(problem.units[each.unit].provider, []).append(each)
    found: list[Exchange] = []
    open_: list[tuple[Move, ...]] = [(each,) for each in moves]
    seen: set[frozenset[Move]] = set()
    while open_:
        following = []
        for path in open_:
            if fits(problem, path):
                found.append(Exchange(moves=path))
                continue
            if len(path) == problem.rules.longest:
                continue
            # Whoever took the last may give one of their own in its place.
            for other in takers.get(path[-1].to, ()):
                whole = frozenset((*path, other))
                if all(other.unit != each.unit for each in path) and whole not in seen:
                    seen.add(whole)
                    following.append((*path, other))
        open_ = following
    return tuple(sorted(set(found), key=lambda each: each.moves))


def people(problem: TransferProblem, moves: Sequence[Move]) -> int:
    """Packages that moves disturb."""
    return sum(len(problem.units[each.unit].members) for each in moves)
