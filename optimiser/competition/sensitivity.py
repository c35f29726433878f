"""What the awards hang on: every weight ten points up and down, every price one per cent, decided again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimiser.competition.as_awards import Awards, as_awards
from optimiser.competition.check import check
from optimiser.competition.competition import Competition
from optimiser.competition.eligible import eligible
from optimiser.competition.outcome import Change
from optimiser.competition.problem import AwardSet
from optimiser.solving.result import Result, Status

WEIGHT_STEP = 10
"""Points of a hundred (DOMAIN 4.4, B12)."""
PRICE_STEP = 1
"""Per cent."""

Decide = Callable[[Awards], Result[AwardSet]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A competition with one figure moved."""

    of: str
    what: str
    by: int
    competition: Competition


def moved_figures(competition: Competition) -> Iterator[Moved]:
    """Every competition that differs by one weight or one price; weights that no scheme can have left out."""
    for code, weight in competition.scheme.weights.items():
        for by in (-WEIGHT_STEP, WEIGHT_STEP):
            if weight == 100 or not 0 <= weight + by <= 100:
                continue
            scheme = competition.scheme.with_weight(code, weight + by)
            yield Moved(of="weight", what=code, by=by, competition=replace(competition, scheme=scheme))
    for bid in competition.bids:
        for by in (-PRICE_STEP, PRICE_STEP):
            yield Moved(of="price", what=bid.id, by=by, competition=_priced(competition, bid.id, by))


def change(moved: Moved, accepted: Mapping[str, tuple[str, frozenset[str]]], decide: Decide) -> Change:
    """Decide again, and compare.

    Parameters
    ----------
    accepted
        Bid and batches of each accepted entry as things stand. Where these are still worth as much as any
        award set, nothing has moved: a new tie takes nothing from a winner.
    """
    awards = as_awards(moved.competition, eligible(moved.competition).bids)
    result = decide(awards)
    now = {batch: bid for bid, batches in accepted.values() for batch in batches}
    proven = result.status is Status.OPTIMAL
    if _worth_of(awards, list(accepted)) == result.objective:
        return Change(of=moved.of, what=moved.what, by=moved.by, moved={}, is_proven=proven)
    entries = {each.bid: each for each in awards.problem.entries}
    then = {batch: awards.bid_of[each] for each in result.solution.bids for batch in entries[each].batches}
    names = sorted({*now, *then})
    return Change(
        of=moved.of,
        what=moved.what,
        by=moved.by,
        moved={each: then.get(each) for each in names if now.get(each) != then.get(each)},
        is_proven=proven,
    )


def _worth_of(awards: Awards, entries: Sequence[str]) -> int | None:
    """What an award set would be worth; ``None`` where it may no longer be."""
    verdict = check(awards.problem, entries)
    return None if verdict.breaches else verdict.worth


def _priced(competition: Competition, bid: str, by: int) -> Competition:
    """The same with a price moved by so many per cent, exactly."""
    factor = Fraction(100 + by, 100)
    bids = tuple(
        replace(each, price=each.price * factor) if each.id == bid else each for each in competition.bids
    )
    return replace(competition, bids=bids)
