"""Which of several award sets of the same worth: the council's own order of questions, a draw at the end."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.competition.as_awards import Awards
from optimiser.competition.competition import Competition, TieBreak
from optimiser.competition.problem import AwardSet, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TieDecision:
    """How a tie was decided.

    Attributes
    ----------
    among
        Award sets of the same worth, the chosen one first.
    all_found
        Whether it is proven that there are no others.
    by
        What told the chosen one apart; ``None`` where there was no tie, or nothing told them apart.
    seed
        Of the draw; ``None`` where there was none.
    """

    among: tuple[AwardSet, ...]
    all_found: bool
    by: TieBreak | None = None
    seed: int | None = None

    @property
    def chosen(self) -> AwardSet:
        """The award set that stands."""
        return self.among[0]


def decide_tie(
    competition: Competition, awards: Awards, sets: Sequence[AwardSet], *, all_found: bool
) -> TieDecision:
    """Ask the tie rules in their order, each among those that the last left."""
    left, by, seed = sorted(sets, key=lambda each: each.bids), None, None
    for rule in competition.tie_breaks:
        if len(left) == 1:
            break
        by = rule
        if rule is TieBreak.DRAW:
            seed = competition.draw_seed
            left = [left[random.Random(seed).randrange(len(left))]]
            continue
        values = [_value(competition, awards, each, rule) for each in left]
        left = [each for each, value in zip(left, values, strict=True) if value == max(values)]
    chosen = left[0]
    if len(left) > 1:
        by = None
    rest = sorted((each for each in sets if each != chosen), key=lambda each: each.bids)
    return TieDecision(among=(chosen, *rest), all_found=all_found, by=by, seed=seed)


def _value(competition: Competition, awards: Awards, found: AwardSet, rule: TieBreak) -> Fraction:
    """What a rule wants most of."""
    entries = {each.bid: each for each in awards.problem.entries}
    accepted = [entries[each] for each in found.bids]
    match rule:
        case TieBreak.QUALITY:
            return sum((_quality(competition, awards, each) for each in accepted), Fraction(0))
        case TieBreak.PRICE:
            bids = competition.bid_by_id
            costs = (
                competition.weekly_cost(bids[awards.bid_of[each.bid]], each.batches) for each in accepted
            )
            return -sum(costs, Fraction(0))
        case TieBreak.SMALL:
            small = {each.id for each in competition.bidders if each.is_small}
            return Fraction(sum(awards.problem.care_of(each) for each in accepted if each.bidder in small))
        case TieBreak.DRAW:
            raise ValueError("a draw has no value")


def _quality(competition: Competition, awards: Awards, entry: Entry) -> Fraction:
    batches: Mapping[str, int] = {each.id: each.weekly_care for each in competition.batches}
    scores = (awards.scores[awards.bid_of[entry.bid], each] for each in sorted(entry.batches))
    return sum(
        (
            batches[batch] * sum(score.by_criterion.values(), Fraction(0))
            for batch, score in zip(sorted(entry.batches), scores, strict=True)
        ),
        Fraction(0),
    )
