"""What is to be batched, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimiser.batching.rules import BatchRule, BatchRules
from optimiser.model.identifiers import LotCode, PackageId

Ints = NDArray[np.int64]


class BatchSource(Enum):
    """How a package comes to be batched (rule B1)."""

    HANDBACK = "hand-back"
    PROVIDER_EXIT = "provider exit"
    UNSOURCED = "unsourced list"
    RETENDER = "planned re-tender"
    POCKET = "guaranteed-hours pocket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A package that may go into a batch.

    Attributes
    ----------
    place
        Of the home: equal for homes at one place.
    sector
        Its postcode sector.
    care
        Carer-seconds a week. Positive.
    calls
        Carers' calls a week: two carers at once are two.
    is_rural
        Whether its home is.
    is_double_handed, is_at_night
        Whether any of its visits takes two carers, or is at night.
    household
        Shared by those who live together; ``None`` otherwise.
    """

    package: PackageId
    lot: LotCode
    source: BatchSource
    place: tuple[int, int]
    sector: str
    care: int
    calls: int
    is_rural: bool
    is_double_handed: bool = False
    is_at_night: bool = False
    household: str | None = None

    def __post_init__(self) -> None:
        if self.care <= 0 or self.calls <= 0:
            raise ValueError(f"package {self.package} has no visits")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchingProblem:
    """Packages to put into batches.

    Attributes
    ----------
    candidates
        In order of package, each once; sorted here.
    seconds
        ``int64[n, n]``: drive between the homes of every two candidates, the longer of both ways; row and
        column in the order of ``candidates``.
    touching
        Pairs of sectors that touch, the names of each in order.

    Raises
    ------
    ValueError
        Where a package stands twice or the matrix does not fit.
    """

    candidates: tuple[Candidate, ...]
    seconds: Ints
    touching: frozenset[tuple[str, str]]
    rules: BatchRules

    def __post_init__(self) -> None:
        names = [each.package for each in self.candidates]
        if len(set(names)) != len(names):
            raise ValueError("a package stands twice")
        if self.seconds.shape != (len(names), len(names)) or (self.seconds != self.seconds.T).any():
            raise ValueError("the matrix of drives is square, and the same both ways")
        order = sorted(range(len(names)), key=names.__getitem__)
        seconds = self.seconds[np.ix_(order, order)].astype(np.int64)
        seconds.flags.writeable = False
        object.__setattr__(self, "candidates", tuple(self.candidates[n] for n in order))
        object.__setattr__(self, "seconds", seconds)

    @property
    def lots(self) -> tuple[LotCode, ...]:
        """Those that packages are of, in order."""
        return tuple(sorted({each.lot for each in self.candidates}))

    def drive_limit(self, one: int, other: int) -> int:
        """Longest drive between two candidates, by number, that a batch may have."""
        both_urban = not (self.candidates[one].is_rural or self.candidates[other].is_rural)
        return self.rules.urban_drive if both_urban else self.rules.rural_drive


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRounds:
    """Rounds of one batch on the planning day.

    Attributes
    ----------
    travel
        Seconds on the road, over all rounds.
    working
        Seconds that each round works: contact and travel; in order of size.
    unserved
        Visits that no round could make.
    """

    travel: int
    working: tuple[int, ...]
    unserved: int = 0

    def are_whole(self, rules: BatchRules) -> bool:
        """Whether they are a whole number of rounds, as the rules have it."""
        return self.remainder(rules) <= 0

    def remainder(self, rules: BatchRules) -> int:
        """Hundredths of seconds of work in short rounds, above those that a whole number may have."""
        if rules.most_remainder is None:
            return 0
        short = sum(each for each in self.working if each < rules.short_round)
        return max(0, 100 * short - rules.most_remainder * sum(self.working))


class RoundsEngine(Protocol):
    """Whatever builds the rounds of some packages: a frozen value that goes to any process."""

    @property
    def name(self) -> str:
        """Name for provenance, with the settings that change the figures."""
        ...

    def __call__(self, packages: Sequence[PackageId]) -> BuiltRounds:
        """Rounds of a batch; the same packages in any order give the same rounds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Packages to be offered or bid for together.

    Attributes
    ----------
    id
        Lot and number.
    packages
        In order.
    middle
        The package whose home lies nearest to all its calls.
    distance
        Seconds a week that it would take to reach every call of the batch from its middle.
    care
        Carer-seconds a week.
    rounds
        What the rounds engine made of it; ``None`` where none was asked.
    """

    id: str
    lot: LotCode
    packages: tuple[PackageId, ...]
    middle: PackageId
    distance: int
    care: int
    rounds: BuiltRounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A package in no batch, and the rule that kept it out, in a sentence."""

    package: PackageId
    rule: BatchRule
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Batches in order of name, and packages that are in none in order of package."""

    batches: tuple[Batch, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def distance(self) -> int:
        """Of all batches, in seconds a week."""
        return sum(each.distance for each in self.batches)

    @property
    def travel(self) -> int | None:
        """Seconds that all rounds travel on the planning day; ``None`` where none were built."""
        built = [each.rounds for each in self.batches]
        return None if None in built else sum(each.travel for each in built if each is not None)

    def __str__(self) -> str:
        return f"{len(self.batches)} batches, {len(self.left_out)} packages left out"
