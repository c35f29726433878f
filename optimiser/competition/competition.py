"""A mini-competition as it is opened: what was offered, who bid at what price, and the council's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from fractions import Fraction

from optimiser.competition.problem import AwardRules, Batch, Bidder
from optimiser.competition.scoring import Scheme
from optimiser.model.identifiers import ProviderId


class PriceUnit(Enum):
    """What a price is for."""

    HOUR = "hour"
    WEEK = "week"
    """Of all that the bid asks for together."""


class TieBreak(Enum):
    """What decides between award sets of the same worth; the first that tells them apart does."""

    QUALITY = "quality"
    """The most points for quality, weighed by hours."""
    PRICE = "price"
    """The least cost a week."""
    SMALL = "small"
    """The most hours with small providers."""
    DRAW = "draw"
    """By lot, from the seed that is on record."""


class Act(Enum):
    """What a person may decide that the engine does not."""

    EXCLUDE = "exclude"
    """A bid, for a reason outside the figures."""
    CONFIRM = "confirm"
    """A bid whose abnormally low price was explained."""
    AWARD = "award"
    """A batch for which there was but one bidder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """One provider's entry, perhaps for a bundle of batches.

    Attributes
    ----------
    price
        Pence for an hour, or for a week of everything asked for. Positive; whole, but where it was moved to
        see what hangs on it.
    either_or
        Name of the set of the provider's bids of which at most one may be accepted; ``None`` for a bid that
        stands by itself.
    least_batches
        How many of its batches the provider is content with, at the same price an hour; ``None`` for all.
    received
        When it came in; ``None`` where that is not on record.
    """

    id: str
    provider: ProviderId
    batches: frozenset[str]
    price: int | Fraction
    unit: PriceUnit = PriceUnit.HOUR
    either_or: str | None = None
    least_batches: int | None = None
    received: datetime | None = None

    def __post_init__(self) -> None:
        if not self.batches:
            raise ValueError(f"bid {self.id} asks for nothing")
        if self.price <= 0:
            raise ValueError(f"bid {self.id} has a price of {self.price}")
        if self.least_batches is not None and not 1 <= self.least_batches <= len(self.batches):
            raise ValueError(f"bid {self.id} cannot be content with {self.least_batches} batches")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's decision, with who took it and why."""

    act: Act
    on: str
    who: str
    why: str
    when: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """What carers' rounds say of batches served together (DOMAIN 4.4, B10 and B14).

    Attributes
    ----------
    weekly
        Travel-seconds a week of the rounds built for a set of batches together; of each alone too.
    hour
        Pence that an hour on the road costs.
    allowed_by
        Where the tender documents let travel count in the score; empty where they do not.
    """

    weekly: Mapping[frozenset[str], int] = field(default_factory=dict)
    hour: int = 0
    allowed_by: str = ""

    def saved(self, batches: frozenset[str]) -> int | None:
        """Seconds a week that serving batches together saves; ``None`` where no rounds were built so."""
        alone = [self.weekly.get(frozenset({each})) for each in batches]
        together = self.weekly.get(batches)
        if together is None or any(each is None for each in alone):
            return None
        return sum(each for each in alone if each is not None) - together

    def saved_share(self, batches: frozenset[str]) -> Fraction:
        """The same as a share of the travel of each alone, from 0 to 1; 0 where it is not known."""
        saved = self.saved(batches)
        alone = sum(self.weekly.get(frozenset({each}), 0) for each in batches)
        return min(Fraction(1), max(Fraction(0), Fraction(saved, alone))) if saved and alone else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What a letter may say beyond the bidder's own: nothing of it is ever a rival's price.

    Attributes
    ----------
    winners_named
        Who won each batch.
    quality_shown
        The winner's points for quality.
    margins_shown
        By how many points an hour the best award set with the bid falls short.
    """

    winners_named: bool = False
    quality_shown: bool = False
    margins_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """All that an evaluation needs; an instance of it holds nothing that a reader would refuse.

    Attributes
    ----------
    unawarded_points
        Points an hour that leaving a batch to nobody costs; an award below this is not worth having.
    quality
        Score by criterion and evaluator of each provider.
    tie_breaks
        In the order in which they are asked.
    draw_seed
        Of the draw, made known before bids are opened.
    """

    name: str
    deadline: datetime
    scheme: Scheme
    batches: tuple[Batch, ...]
    bidders: tuple[Bidder, ...]
    bids: tuple[Bid, ...]
    quality: Mapping[ProviderId, Mapping[str, Mapping[str, int]]]
    rules: AwardRules = field(default_factory=AwardRules)
    unawarded_points: int = 0
    tie_breaks: tuple[TieBreak, ...] = (TieBreak.QUALITY, TieBreak.PRICE, TieBreak.DRAW)
    draw_seed: int = 0
    travel: Travel = field(default_factory=Travel)
    disclosure: Disclosure = field(default_factory=Disclosure)
    overrides: tuple[Override, ...] = ()
    source: str = ""

    @property
    def batch_by_id(self) -> Mapping[str, Batch]:
        """Batches by identifier."""
        return {each.id: each for each in self.batches}

    @property
    def bid_by_id(self) -> Mapping[str, Bid]:
        """Bids by identifier."""
        return {each.id: each for each in self.bids}

    def scheme_of(self, batch: Batch) -> Scheme:
        """How bids for a batch are scored: its own floor and ceiling where it has them."""
        return self.scheme.with_limits(batch.floor, batch.ceiling)

    def hourly(self, bid: Bid) -> Fraction:
        """Pence an hour, exactly."""
        if bid.unit is PriceUnit.HOUR:
            return Fraction(bid.price)
        held = self.batch_by_id
        return Fraction(bid.price) * 3600 / sum(held[each].weekly_care for each in bid.batches)

    def weekly_cost(self, bid: Bid, batches: frozenset[str]) -> Fraction:
        """Pence a week for some of a bid's batches."""
        held = self.batch_by_id
        return self.hourly(bid) * sum(held[each].weekly_care for each in batches) / 3600
