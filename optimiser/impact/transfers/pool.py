"""Moves worth making together, by annealing over whole books, and what each is worth among the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from optimiser.impact.transfers.exchange import Exchange, Move
from optimiser.impact.transfers.kernels import Book, anneal, seat
from optimiser.impact.transfers.nearness import Nearness
from optimiser.rounds.kernels.chance import seeded
from optimiser.rounds.problem import Ints
from optimiser.solving.fan_out import fan_out
from optimiser.solving.progress import Reporter, silent

HOT, COLD = 20_000.0, 300.0
"""First and last temperature, in seconds a week: a good move saves three hours, a poor one five minutes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnnealRun:
    """One annealing: what a process is handed."""

    near: Nearness
    steps: int
    seed: int


def anneal_book(run: AnnealRun) -> Ints:
    """Options of the best book found; a top-level function, so that it can be sent to any process."""
    book = run.near.book()
    best = book.at.copy()
    if len(run.near.ground.movable):
        anneal(run.near.ground, book, best, seeded(run.seed), run.steps, HOT, COLD)
    return best


def promising(
    near: Nearness,
    *,
    steps: int,
    seeds: Sequence[int],
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> dict[Move, int]:
    """Moves of the best books, one for each seed, each with what it saves among the others of its book."""
    runs = [AnnealRun(near=near, steps=steps, seed=seed) for seed in seeds]
    books = fan_out(anneal_book, runs, executor=executor, progress=progress, name="sets of moves annealed")
    pool: dict[Move, int] = {}
    for best in books:
        moves = _moves(near, best)
        worth = Worth(near)
        worth.make(moves)
        for move in moves:
            saving = worth.without([move])
            pool[move] = max(saving, pool.get(move, saving))
    return pool


def _moves(near: Nearness, at: Ints) -> list[Move]:
    ground = near.ground
    return [
        Move(unit=near.numbered[u], to=near.providers[ground.who[at[u]]])
        for u in np.flatnonzero(at != ground.home).tolist()
    ]


class Worth:
    """A book under change, and what changes to it are worth by the estimate, in seconds a week."""

    def __init__(self, near: Nearness) -> None:
        self.near = near
        self.book: Book = near.book()
        self._number = {unit: u for u, unit in enumerate(near.numbered)}
        self._provider = {name: k for k, name in enumerate(near.providers)}

    @property
    def travel(self) -> float:
        """Of all providers."""
        return float((self.near.ground.scale * self.book.total).sum())

    def make(self, moves: Iterable[Move]) -> None:
        """Make moves."""
        for move in moves:
            self._seat(self._number[move.unit], self._option(move))

    def without(self, moves: Iterable[Move]) -> int:
        """What moves that were made save: by how much more would be driven without them."""
        those = list(moves)
        now = self.travel
        for move in those:
            u = self._number[move.unit]
            self._seat(u, int(self.near.ground.home[u]))
        more = self.travel - now
        self.make(those)
        return round(more)

    def _seat(self, u: int, option: int) -> None:
        seat(self.near.ground, self.book, u, option)

    def _option(self, move: Move) -> int:
        ground, u = self.near.ground, self._number[move.unit]
        options = range(int(ground.option[u]), int(ground.option[u + 1]))
        return next(c for c in options if ground.who[c] == self._provider[move.to])


def among(near: Nearness, chosen: Sequence[Exchange]) -> Mapping[Exchange, int]:
    """What each of the exchanges saves, all the others made."""
    worth = Worth(near)
    worth.make(move for each in chosen for move in each.moves)
    return {each: worth.without(each.moves) for each in chosen}


def together(near: Nearness, chosen: Sequence[Exchange]) -> int:
    """What all of them save together."""
    worth = Worth(near)
    before = worth.travel
    worth.make(move for each in chosen for move in each.moves)
    return round(before - worth.travel)
