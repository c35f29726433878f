"""What an evaluation comes to: awards, and all that they are defended with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from optimiser.competition.eligible import Eligibility, Referral
from optimiser.competition.problem import AwardSet
from optimiser.competition.scoring import Reordered, Score
from optimiser.competition.tie_rule import TieDecision
from optimiser.model.identifiers import ProviderId
from optimiser.solving.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A batch and who is to have it.

    Attributes
    ----------
    weekly_cost
        Pence a week, to the nearest.
    points
        Of its bid on this batch, in hundredths.
    held_for
        What a person has to look at before it is awarded; empty where nothing is.
    """

    batch: str
    bid: str
    provider: ProviderId
    weekly_cost: int
    points: int
    held_for: tuple[Referral, ...]


class WhyUnawarded(Enum):
    """Why a batch goes to nobody."""

    NO_BID = "no bid for it may be accepted"
    NOT_WORTH = "awarding it would be worth less than not, or break a rule of the competition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unawarded:
    """A batch that goes to nobody."""

    batch: str
    why: WhyUnawarded


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutWinner:
    """What follows where a winner had not bid, or walks away (DOMAIN 4.4, B12 and B13).

    Attributes
    ----------
    runner_up
        Batches and bids of the best award set had it not bid.
    margin
        By how much less that is worth, in hundredths of a point times seconds.
    runner_up_unawarded
        Batches awarded now that nobody would have then.
    hours_at_once
        Seconds of care a week that nobody gives on the day it walks away.
    left_standing
        Batches that nobody would have if all other awards stand and the next best take over; ``None`` where
        the rules of the competition allow no such award set.
    is_proven
        Whether both were decided for certain.
    """

    provider: ProviderId
    runner_up: Mapping[str, str]
    margin: int
    runner_up_unawarded: tuple[str, ...]
    hours_at_once: int
    left_standing: tuple[str, ...] | None
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the awards hang on: one figure moved, everything decided again.

    Attributes
    ----------
    what
        ``price``, ``travel`` or a criterion's code for a weight; a bid for a price.
    of
        ``weight`` or ``price``.
    by
        Points of weight, or per cent of price.
    moved
        Batches that would go to another bid, with that bid; ``None`` for nobody.
    """

    of: str
    what: str
    by: int
    moved: Mapping[str, str | None]
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleTest:
    """A bundle beside bids for its parts (DOMAIN 4.4, B10).

    Attributes
    ----------
    cost, alone
        Pence a week of the bundle, and of the same provider's own bids for each part; ``None`` where it did
        not bid for each.
    best_alone
        Least pence a week at which eligible bids for single batches, of whomever, would cover the same.
    travel_saved
        Seconds a week that carers' rounds save by serving its batches together, and what that is worth.
    is_beyond_travel
        Whether its discount is more than travel explains: a provider strong in one batch may be buying
        another with it (Cantillon & Pesendorfer 2006).
    """

    bid: str
    provider: ProviderId
    cost: int
    alone: int | None
    best_alone: int | None
    travel_saved: int | None
    travel_worth: int | None
    is_accepted: bool

    @property
    def discount(self) -> int | None:
        """Pence a week that the bundle is below the provider's own bids for its parts."""
        return None if self.alone is None else self.alone - self.cost

    @property
    def is_beyond_travel(self) -> bool:
        """Whether the discount is more than the travel that rounds save."""
        return self.discount is not None and self.discount > max(0, self.travel_worth or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Losing:
    """A bid that is not accepted, and by how much.

    Attributes
    ----------
    margin
        What is lost by the best award set that accepts it, in hundredths of a point times seconds; ``None``
        where no award set may.
    hours
        Seconds of care a week of its batches, over which the margin is spread.
    """

    bid: str
    margin: int | None
    hours: int
    is_proven: bool

    @property
    def points_an_hour(self) -> float | None:
        """The margin in points for each hour asked for."""
        return None if self.margin is None else self.margin / self.hours / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An evaluation.

    Attributes
    ----------
    scores
        Of each bid on each of its batches.
    result
        Of winner determination: worth, bound, provenance.
    reordered
        By batch, pairs of bids whose order hangs on a third.
    """

    input_hash: str
    eligibility: Eligibility
    scores: Mapping[tuple[str, str], Score]
    result: Result[AwardSet]
    tie: TieDecision
    awards: tuple[Award, ...]
    unawarded: tuple[Unawarded, ...]
    without: tuple[WithoutWinner, ...]
    changes: tuple[Change, ...]
    bundles: tuple[BundleTest, ...]
    losing: tuple[Losing, ...]
    reordered: Mapping[str, tuple[Reordered, ...]]

    @property
    def weekly_cost(self) -> int:
        """Pence a week of all awards."""
        return sum(each.weekly_cost for each in self.awards)

    @property
    def award_of(self) -> Mapping[str, Award]:
        """Awards by batch."""
        return {each.batch: each for each in self.awards}
