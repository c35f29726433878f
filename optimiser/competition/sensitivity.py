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


class Standing:
    """The awards as they stand, and how firmly: most figures can be moved without deciding again.

    Where one bid alone changes its worth, the awards stand if an accepted bid gains or a losing one loses;
    if a losing bid gains no more than it is short of; or if an accepted one loses no more than the best award
    set without it is short of. Only else is everything decided anew.

    Parameters
    ----------
    accepted
        Entries.
    short
        By how much each losing bid is short of an award set as good; ``None`` where nothing can be said.
    is_proven
        Whether no award set is worth more.
    """

    def __init__(
        self,
        awards: Awards,
        accepted: Sequence[str],
        short: Mapping[str, int | None],
        decide: Decide,
        *,
        is_proven: bool,
    ) -> None:
        self.awards, self.accepted, self.short, self.decide = awards, tuple(accepted), short, decide
        self.is_proven = is_proven
        self.entry = {each.bid: each for each in awards.problem.entries}
        self.bid_of = {batch: awards.bid_of[each] for each in accepted for batch in self.entry[each].batches}
        self.worth = _worth_of(awards, accepted)
        self._without: dict[str, int | None] = {}

    def stands(self, now: Awards) -> bool:
        """Whether the awards are known to be as good as any under other worths, without deciding again."""
        after = {each.bid: each.worth for each in now.problem.entries}
        if not self.is_proven or after.keys() != self.entry.keys():
            return False  # a bid that falls out may also free others from a rule
        gains = {name: after[name] - each.worth for name, each in self.entry.items()}
        changed = {self.awards.bid_of[name] for name, gain in gains.items() if gain}
        if len(changed) > 1:
            return False
        if all((gain >= 0) == (name in self.accepted) for name, gain in gains.items() if gain):
            return True
        (bid,) = changed
        own = self.awards.entries_of[bid]
        held = [each for each in self.accepted if each in own]
        if not held:
            short = self.short.get(bid)
            return short is not None and max(gains[each] for each in own) <= short
        others_lose = all(gains[each] <= 0 for each in own)
        short = self._short_without(held[0])
        return others_lose and short is not None and -gains[held[0]] <= short

    def _short_without(self, entry: str) -> int | None:
        """By how much the best award set without an entry is worth less; ``None`` where it is not proven."""
        if entry not in self._without:
            rest = tuple(each for each in self.awards.problem.entries if each.bid != entry)
            names = {each.bid for each in rest}
            problem = replace(
                self.awards.problem,
                entries=rest,
                either_or=tuple(
                    each & names for each in self.awards.problem.either_or if len(each & names) > 1
                ),
            )
            found = self.decide(replace(self.awards, problem=problem))
            is_sure = found.status is Status.OPTIMAL and self.worth is not None
            self._without[entry] = (self.worth or 0) - (found.objective or 0) if is_sure else None
        return self._without[entry]


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


def change(moved: Moved, standing: Standing) -> Change:
    """What a moved figure comes to.

    Where the awards as they stand are still worth as much as any, nothing has moved: a new tie takes nothing
    from a winner.
    """
    awards = as_awards(moved.competition, eligible(moved.competition).bids)
    if standing.stands(awards):
        return Change(of=moved.of, what=moved.what, by=moved.by, moved={}, is_proven=True)
    result = standing.decide(awards)
    proven = result.status is Status.OPTIMAL
    if _worth_of(awards, standing.accepted) == result.objective:
        return Change(of=moved.of, what=moved.what, by=moved.by, moved={}, is_proven=proven)
    entries = {each.bid: each for each in awards.problem.entries}
    now = standing.bid_of
    then = {batch: awards.bid_of[each] for each in result.solution.bids for batch in entries[each].batches}
    return Change(
        of=moved.of,
        what=moved.what,
        by=moved.by,
        moved={each: then.get(each) for each in sorted({*now, *then}) if now.get(each) != then.get(each)},
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
