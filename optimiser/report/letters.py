"""Letters to bidders: what they won, and why not the rest; never a rival's price.

What a letter may say beyond the bidder's own is the competition's :class:`~optimiser.competition.competition.
Disclosure`. Points for price are shown only under the linear formula: under the others they are worked out
from rivals' prices, and would tell them. That a batch had one bidder only is not said: it is worth money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.competition.competition import Act, Bid, Competition, PriceUnit
from optimiser.competition.eligible import Ground
from optimiser.competition.outcome import Award, Outcome
from optimiser.competition.problem import Bidder
from optimiser.competition.scoring import PriceFormula, Score
from optimiser.model.calendar import HOUR
from optimiser.report.templating import templates
from optimiser.report.wording import number, pounds


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """A batch that the bidder wins, or that is held for it."""

    batch: str
    hours: str
    price: str
    weekly_cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidLine:
    """One of the bidder's own bids."""

    bid: str
    batches: str
    price: str
    quality: tuple[str, ...]
    price_points: str | None
    total: str | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one bidder is told."""

    to: str
    awarded: tuple[AwardLine, ...]
    held: tuple[AwardLine, ...]
    questions: tuple[str, ...]
    bids: tuple[BidLine, ...]
    winners: tuple[str, ...]


def letters(competition: Competition, outcome: Outcome) -> Mapping[str, str]:
    """A page of HTML for every provider who bid, by its identifier."""
    bidding = {each.provider for each in competition.bids}
    template = templates().get_template("letter.html.j2")
    return {
        str(bidder.id): template.render(
            letter=letter(competition, outcome, bidder),
            competition=competition,
            criteria=[each.code for each in competition.scheme.criteria],
        )
        for bidder in competition.bidders
        if bidder.id in bidding
    }


def letter(competition: Competition, outcome: Outcome, bidder: Bidder) -> Letter:
    """Gather what one bidder may be told."""
    own = [each for each in outcome.awards if each.provider == bidder.id]
    bids = [each for each in competition.bids if each.provider == bidder.id]
    return Letter(
        to=bidder.name or str(bidder.id),
        awarded=tuple(_award(competition, each) for each in own if not each.held_for),
        held=tuple(_award(competition, each) for each in own if each.held_for),
        questions=tuple(_questions(own)),
        bids=tuple(_bid(competition, outcome, each) for each in bids),
        winners=tuple(_winners(competition, outcome, bidder, bids)),
    )


def _award(competition: Competition, award: Award) -> AwardLine:
    bid = competition.bid_by_id[award.bid]
    return AwardLine(
        batch=award.batch,
        hours=number(competition.batch_by_id[award.batch].weekly_care / HOUR, 1),
        price=_money(competition.hourly(bid)),
        weekly_cost=pounds(award.weekly_cost, 2),
    )


def _questions(own: list[Award]) -> Iterator[str]:
    grounds = {each.ground for award in own for each in award.held_for}
    if Ground.LOW_PRICE in grounds:
        yield (
            "Your price is low enough that we have to ask how it can be kept: wages, travel time, holidays, "
            "training and your own costs. We will write to you about it. Nothing is held against you before "
            "you have answered."
        )
    if grounds - {Ground.LOW_PRICE}:
        yield "We have to look at some of these batches once more before we can award them."


def _bid(competition: Competition, outcome: Outcome, bid: Bid) -> BidLine:
    scored = (outcome.scores.get((bid.id, each)) for each in sorted(bid.batches))
    found = [each for each in scored if each is not None]
    score = next(iter(found), None)
    linear = competition.scheme.formula is PriceFormula.LINEAR
    return BidLine(
        bid=bid.id,
        batches=", ".join(sorted(bid.batches)),
        price=f"{_money(Fraction(bid.price))} {'an hour' if bid.unit is PriceUnit.HOUR else 'a week'}",
        quality=tuple(
            "–" if score is None else number(float(score.by_criterion[each.code]), 2)
            for each in competition.scheme.criteria
        ),
        price_points=_of_each(found, lambda each: float(each.price)) if linear else None,
        total=_of_each(found, lambda each: each.total / 100) if linear else None,
        said=_said(competition, outcome, bid),
    )


def _said(competition: Competition, outcome: Outcome, bid: Bid) -> str:
    """What became of a bid, in a sentence or two."""
    won = sorted(each.batch for each in outcome.awards if each.bid == bid.id)
    if won:
        part = "" if len(won) == len(bid.batches) else f", for {', '.join(won)}"
        held = any(each.held_for for each in outcome.awards if each.bid == bid.id)
        return f"Chosen{part}, but not yet awarded." if held else f"Accepted{part}."
    excluded = [each for each in outcome.eligibility.excluded if each.bid == bid.id]
    if excluded:
        decided = [o.why for o in competition.overrides if o.act is Act.EXCLUDE and o.on == bid.id]
        reasons = [each.reason for each in excluded if each.ground is not Ground.OVERRIDE]
        return f"Not considered: {'; '.join([*reasons, *decided])}."
    same = [
        each.id
        for each in competition.bids
        if each.provider == bid.provider and each.either_or is not None and each.either_or == bid.either_or
    ]
    instead = sorted({each.bid for each in outcome.awards if each.bid in same})
    if instead:
        return f"Not accepted: you asked for this or {instead[0]}, which is chosen."
    if any(each.held_for for each in outcome.awards if each.batch in bid.batches):
        return "Not decided yet: we have to look at a batch that it asks for once more."
    losing = next((each for each in outcome.losing if each.bid == bid.id and each.is_proven), None)
    if losing is not None and losing.margin is None:
        return "Not accepted: the rules on shares and caps leave no set of awards that holds it."
    said = "Not accepted: other bids together are worth more to the people of these batches."
    if losing is not None and losing.margin == 0 and outcome.tie.by is not None:
        return (
            "Not accepted: a set of awards with it was worth exactly as much, and the rule for ties, "
            "made known before, decided."
        )
    if losing is not None and losing.points_an_hour is not None and competition.disclosure.margins_shown:
        said += (
            f" The best set of awards with yours is {number(losing.points_an_hour, 2)} points short for each "
            "hour you asked for."
        )
    return said


def _winners(competition: Competition, outcome: Outcome, bidder: Bidder, bids: list[Bid]) -> Iterator[str]:
    """Who has each batch the bidder asked for, as far as the rules let it be said."""
    names = {each.id: each.name or str(each.id) for each in competition.bidders}
    asked = sorted({batch for each in bids for batch in each.batches})
    for batch in asked:
        award = outcome.award_of.get(batch)
        if award is None or award.provider == bidder.id or award.held_for:
            continue
        who = names[award.provider] if competition.disclosure.winners_named else "the winner"
        score = outcome.scores[award.bid, batch]
        quality = f"{number(float(sum(score.by_criterion.values(), Fraction(0))), 2)} points for quality"
        if competition.disclosure.winners_named and competition.disclosure.quality_shown:
            yield f"{batch} goes to {who}, with {quality}."
        elif competition.disclosure.winners_named:
            yield f"{batch} goes to {who}."
        elif competition.disclosure.quality_shown:
            yield f"For {batch} the winner has {quality}."


def _of_each(scores: Sequence[Score], points: Callable[[Score], float]) -> str | None:
    """Points on each batch, once where all are the same; ``None`` where there are none."""
    return " / ".join(dict.fromkeys(number(points(each), 2) for each in scores)) or None


def _money(pence: Fraction) -> str:
    """Pounds and pence; further decimals where the price has them."""
    text = f"{float(pence) / 100:.4f}".rstrip("0")
    whole, _, part = text.partition(".")
    return f"£{int(whole):,}.{part.ljust(2, '0')}"
