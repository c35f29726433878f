"""Bundles beside bids for their parts: what they save, and whether travel explains it (DOMAIN 4.4, B10).

A provider that is strong in one batch can offer it together with another at a discount that no rival for the
other can meet. Where the discount is more than the rounds save on the road, a panel should ask (Cantillon &
Pesendorfer 2006, Combinatorial Auctions, chapter 22).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from optimiser.competition.competition import Bid, Competition
from optimiser.competition.outcome import BundleTest


def bundle_tests(
    competition: Competition, bids: Sequence[Bid], accepted: Collection[str]
) -> Iterator[BundleTest]:
    """Every eligible bid for more than one batch.

    Parameters
    ----------
    bids
        Those that may be accepted.
    accepted
        Bids that are.
    """
    single = [each for each in bids if len(each.batches) == 1]
    for bid in bids:
        if len(bid.batches) < 2:
            continue
        saved = competition.travel.saved(bid.batches)
        yield BundleTest(
            bid=bid.id,
            provider=bid.provider,
            cost=nearest(competition.weekly_cost(bid, bid.batches)),
            alone=_sum_of_least(competition, bid, [each for each in single if each.provider == bid.provider]),
            best_alone=_sum_of_least(competition, bid, single),
            travel_saved=saved,
            travel_worth=None if saved is None else nearest(Fraction(saved * competition.travel.hour, 3600)),
            is_accepted=bid.id in accepted,
        )


def nearest(value: Fraction) -> int:
    """Whole number, half rounding up."""
    return int((2 * value + 1) // 2)


def _sum_of_least(competition: Competition, bundle: Bid, single: Sequence[Bid]) -> int | None:
    """Least pence a week for each part by itself; ``None`` where a part has no bid."""
    total = Fraction(0)
    for batch in sorted(bundle.batches):
        costs = [competition.weekly_cost(each, each.batches) for each in single if batch in each.batches]
        if not costs:
            return None
        total += min(costs)
    return nearest(total)
