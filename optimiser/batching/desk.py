"""What is chosen among: settings, an answer, and rounds built so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from optimiser.batching.columns import Pool
from optimiser.batching.problem import BuiltRounds, Candidate, RoundsEngine
from optimiser.batching.units import Part
from optimiser.model.calendar import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Settings.

    Attributes
    ----------
    evaluations
        Batches whose rounds are built, where the limits name no iterations; twice as many while some of those
        that would be made are no whole number of rounds.
    nodes, gap
        Of each set partitioning; and the share of the bound within which the first may stop.
    some
        Batches of the pool that the first is of; four times as many where they do not suffice.
    enough
        Share of the tolerated distance within which no more is asked of the first.
    first
        Share of the rounds built that are of the batches that column generation left, nearest first.
    wave
        Rounds built between two set partitionings.
    stub
        Price in seconds of travel of a second's work in short rounds that is more than the rules allow, while
        batches are sought; what is chosen has none.
    starts
        Partitions from which searches by rounds begin at the most: further ones while packages are left out.
    repairs
        Rounds built at the most to bring in what was left out.
    near
        Batches around a unit that are looked at for that.
    """

    evaluations: int = 500
    nodes: int = 60
    gap: float = 0.01
    some: int = 300
    enough: float = 0.7
    first: float = 0.3
    wave: int = 100
    stub: int = 10
    starts: int = 4
    repairs: int = 1200
    near: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Batches by number in the pool, and units left out."""

    batches: tuple[int, ...]
    left_out: tuple[int, ...]
    short: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Desk:
    """Rounds built so far, each batch once."""

    part: Part
    pool: Pool
    engine: RoundsEngine
    candidates: Sequence[Candidate]
    stub: int
    built: dict[int, BuiltRounds] = field(default_factory=dict)

    def ask(self, number: int) -> BuiltRounds:
        """Rounds of a batch of the pool."""
        if number not in self.built:
            names = [self.candidates[n].package for n in self.part.members(self.pool.members[number])]
            self.built[number] = self.engine(names)
        return self.built[number]

    def worth(self, number: int) -> int:
        """Travel of a batch's rounds in seconds, dearer where they are not whole."""
        rounds = self.ask(number)
        return rounds.travel + self.stub * rounds.remainder(self.part.rules) // 100 + HOUR * rounds.unserved

    def is_whole(self, number: int) -> bool:
        """Whether a batch is a whole number of rounds."""
        rounds = self.ask(number)
        return rounds.are_whole(self.part.rules)
