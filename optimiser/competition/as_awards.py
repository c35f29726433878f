"""A mini-competition as an :class:`~optimiser.competition.problem.AwardProblem`: scores become worth.

A bid is scored on each of its batches beside the other bids for that batch, and is worth its points on each
times the hours of care there: so bundles and bids for one batch stand on one scale, and an hour counts the
same in a large batch as in a small one. A bid that is content with fewer batches becomes an entry for every
set of them that is large enough, of which at most one is accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import comb

from optimiser.competition.competition import Bid, Competition
from optimiser.competition.eligible import offers_for
from optimiser.competition.problem import AwardProblem, Entry
from optimiser.competition.scoring import MOST, POINT, Score, score
from optimiser.model.identifiers import ProviderId

MOST_SETS = 1024
"""Sets of batches that one bid may stand for; readers refuse more (E319)."""

LEAST = 1
"""Hundredths of a point that an hour to nobody costs at the least: a bid without points is more than none."""

Scores = Mapping[tuple[str, str], Score]
"""Score of each bid on each of its batches, by identifiers of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awards:
    """What is to be decided, and what its entries stand for.

    Attributes
    ----------
    bid_of
        The bid of each entry.
    entries_of
        Entries of each bid.
    """

    problem: AwardProblem
    scores: Scores
    bid_of: Mapping[str, str]
    entries_of: Mapping[str, frozenset[str]]


def as_awards(competition: Competition, bids: Sequence[Bid]) -> Awards:
    """Score eligible bids, and say what may be accepted."""
    scores = scored(competition, bids)
    entries, bid_of = [], {}
    groups: dict[tuple[ProviderId, str], set[str]] = defaultdict(set)
    of_bid: dict[str, set[str]] = defaultdict(set)
    for bid in bids:
        for name, batches in _acceptable(bid):
            worth = _worth(competition, bid, batches, scores)
            entries.append(Entry(bid=name, bidder=bid.provider, batches=batches, worth=worth))
            bid_of[name] = bid.id
            of_bid[bid.id].add(name)
            groups[bid.provider, bid.either_or or f"\0{bid.id}"].add(name)
    problem = AwardProblem(
        batches=tuple(
            replace(each, unawarded=max(LEAST, competition.unawarded_points * POINT) * each.weekly_care)
            for each in competition.batches
        ),
        bidders=competition.bidders,
        entries=tuple(entries),
        either_or=tuple(frozenset(each) for _, each in sorted(groups.items()) if len(each) > 1),
        rules=competition.rules,
    )
    return Awards(
        problem=problem,
        scores=scores,
        bid_of=bid_of,
        entries_of={bid: frozenset(each) for bid, each in of_bid.items()},
    )


def scored(competition: Competition, bids: Sequence[Bid]) -> Scores:
    """Score of each bid on each of its batches."""
    found = {}
    for batch in competition.batches:
        offers = offers_for(competition, batch, bids)
        for each in score(offers, competition.scheme_of(batch)):
            found[each.bid, batch.id] = each
    return found


def number_of_sets(batches: int, least: int) -> int:
    """How many sets of so many batches are at least so large."""
    return sum(comb(batches, size) for size in range(least, batches + 1))


def _acceptable(bid: Bid) -> Iterator[tuple[str, frozenset[str]]]:
    """Entry for all of a bid's batches, under its own name, and for every smaller set that will do."""
    yield bid.id, bid.batches
    if bid.least_batches is None:
        return
    for size in range(len(bid.batches) - 1, bid.least_batches - 1, -1):
        for batches in combinations(sorted(bid.batches), size):
            yield f"{bid.id} ({', '.join(batches)})", frozenset(batches)


def travel_points(competition: Competition, batches: frozenset[str]) -> Fraction:
    """Points, of a hundred in all, for what serving batches together saves on the road; 0 without weight."""
    return Fraction(competition.scheme.travel_weight * MOST, 100) * competition.travel.saved_share(batches)


def _worth(competition: Competition, bid: Bid, batches: frozenset[str], scores: Scores) -> int:
    """Hundredths of a point times seconds of care a week."""
    held = competition.batch_by_id
    own = sum(scores[bid.id, each].total * held[each].weekly_care for each in batches)
    points = POINT * travel_points(competition, batches)
    return own + int(points * sum(held[each].weekly_care for each in batches))
