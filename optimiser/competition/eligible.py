"""Which bids may be accepted, which a person must look at first, and why.

A broken bid never comes this far: readers refuse it (docs/errors.md, E310–E329). What is left out here was
rightly made and fails the council's own terms; what is referred stays in the competition until somebody with
a name decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from optimiser.competition.competition import Act, Bid, Competition, Override
from optimiser.competition.problem import Batch
from optimiser.competition.scoring import ABNORMAL, Offered, abnormally_low, below_threshold


class Ground(Enum):
    """Why a bid is out, or is to be looked at."""

    CEILING = "ceiling"
    THRESHOLD = "quality threshold"
    OVERRIDE = "decision of a person"
    LOW_PRICE = "abnormally low price"
    SINGLE_BID = "one bidder only"
    TIE = "not settled which set of awards is best"
    HANGS = "hangs on an award that is held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A bid that cannot be accepted."""

    bid: str
    ground: Ground
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A bid or batch that is not awarded before a person has looked at it.

    Attributes
    ----------
    on
        Bid (:attr:`Ground.LOW_PRICE`) or batch (:attr:`Ground.SINGLE_BID`).
    batches
        Whose award waits for it.
    settled
        The decision that lets it be awarded; ``None`` while there is none.
    """

    on: str
    ground: Ground
    reason: str
    batches: frozenset[str]
    settled: Override | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """What became of the bids before anything was scored.

    Attributes
    ----------
    bids
        Those that may be accepted, in order of identifier.
    """

    bids: tuple[Bid, ...]
    excluded: tuple[Exclusion, ...]
    referred: tuple[Referral, ...]

    def open_on(self, bid: Bid, won: frozenset[str]) -> tuple[Referral, ...]:
        """Referrals that keep a bid from being awarded now what it wins: all of it, since it is one bid."""
        return tuple(
            each
            for each in self.referred
            if each.settled is None
            and each.batches & won
            and (each.ground is not Ground.LOW_PRICE or each.on == bid.id)
        )


def eligible(competition: Competition) -> Eligibility:
    """Look at every bid beside the others."""
    excluded = tuple(each for bid in competition.bids for each in _exclusions(competition, bid))
    out = {each.bid for each in excluded}
    bids = tuple(each for each in competition.bids if each.id not in out)
    return Eligibility(
        bids=bids,
        excluded=excluded,
        referred=(*_low_prices(competition, bids), *_single_bids(competition, bids)),
    )


def offers_for(competition: Competition, batch: Batch, bids: Sequence[Bid]) -> tuple[Offered, ...]:
    """What is scored of each bid that asks for a batch."""
    return tuple(
        Offered(
            bid=each.id,
            bidder=each.provider,
            price=competition.hourly(each),
            scores=competition.quality.get(each.provider, {}),
        )
        for each in bids
        if batch.id in each.batches
    )


def _exclusions(competition: Competition, bid: Bid) -> Iterator[Exclusion]:
    hourly = competition.hourly(bid)
    for name in sorted(bid.batches):
        ceiling = competition.scheme_of(competition.batch_by_id[name]).ceiling
        if hourly > ceiling:
            reason = f"{_pounds(hourly)} an hour is over the ceiling of {_pounds(ceiling)} for {name}"
            yield Exclusion(bid=bid.id, ground=Ground.CEILING, reason=reason)
    offer = Offered(bid=bid.id, price=hourly, scores=competition.quality.get(bid.provider, {}))
    for each in below_threshold(offer, competition.scheme):
        reason = f"{each.code}: {float(each.points):.4g} of 100, and {each.least} is the least"
        yield Exclusion(bid=bid.id, ground=Ground.THRESHOLD, reason=reason)
    for override in competition.overrides:
        if override.act is Act.EXCLUDE and override.on == bid.id:
            reason = f"excluded by {override.who}: {override.why}"
            yield Exclusion(bid=bid.id, ground=Ground.OVERRIDE, reason=reason)


def _low_prices(competition: Competition, bids: Sequence[Bid]) -> Iterator[Referral]:
    low: dict[str, list[str]] = {}
    for batch in competition.batches:
        for each in abnormally_low(offers_for(competition, batch, bids), competition.scheme_of(batch)):
            low.setdefault(each, []).append(batch.id)
    settled = _decided(competition, Act.CONFIRM)
    for name in sorted(low):
        hourly = competition.hourly(competition.bid_by_id[name])
        share = f"{float(100 * ABNORMAL):g} % of the median of the other prices"
        reason = (
            f"{_pounds(hourly)} an hour is below the floor or below {share} for "
            f"{', '.join(low[name])}: ask how the price can be kept"
        )
        yield Referral(
            on=name,
            ground=Ground.LOW_PRICE,
            reason=reason,
            batches=frozenset(low[name]),
            settled=settled.get(name),
        )


def _single_bids(competition: Competition, bids: Sequence[Bid]) -> Iterator[Referral]:
    settled = _decided(competition, Act.AWARD)
    for batch in competition.batches:
        bidders = {each.provider for each in bids if batch.id in each.batches}
        if len(bidders) == 1:
            reason = f"one bidder only for {batch.id}: re-scope it, advertise it again, or decide and say why"
            yield Referral(
                on=batch.id,
                ground=Ground.SINGLE_BID,
                reason=reason,
                batches=frozenset({batch.id}),
                settled=settled.get(batch.id),
            )


def _decided(competition: Competition, act: Act) -> Mapping[str, Override]:
    return {each.on: each for each in competition.overrides if each.act is act}


def _pounds(pence: Fraction | int) -> str:
    return f"£{float(pence) / 100:.2f}"
