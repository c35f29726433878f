"""An award set held against the council's rules, by code that shares nothing with what found it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.competition.problem import AwardProblem, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an award set is worth, and every rule it breaks, in words."""

    worth: int
    breaches: tuple[str, ...]


def check(problem: AwardProblem, bids: Sequence[str]) -> Verdict:
    """Read an award set bid by bid."""
    known = {each.bid: each for each in problem.entries}
    breaches = [f"there is no bid {each}" for each in bids if each not in known]
    if len(set(bids)) < len(bids):
        breaches.append("a bid is accepted twice")
    won = [known[each] for each in dict.fromkeys(bids) if each in known]
    breaches += _of_batches(problem, won)
    breaches += _of_bidders(problem, won)
    breaches += _of_shares(problem, won)
    awarded = {batch for each in won for batch in each.batches}
    lost = sum(each.unawarded for each in problem.batches if each.id not in awarded)
    return Verdict(worth=sum(each.worth for each in won) - lost, breaches=tuple(breaches))


def _of_batches(problem: AwardProblem, won: Sequence[Entry]) -> Iterator[str]:
    for batch in problem.batches:
        winners = [each.bid for each in won if batch.id in each.batches]
        if len(winners) > 1:
            yield f"batch {batch.id} goes to bids {', '.join(winners)}"
    accepted = {each.bid for each in won}
    for alternatives in problem.either_or:
        if len(accepted & alternatives) > 1:
            yield f"of {', '.join(sorted(alternatives))} more than one is accepted"


def _of_bidders(problem: AwardProblem, won: Sequence[Entry]) -> Iterator[str]:
    rules, total = problem.rules, sum(each.weekly_care for each in problem.batches)
    for bidder in problem.bidders:
        mine = {batch for each in won if each.bidder == bidder.id for batch in each.batches}
        held = [each for each in problem.batches if each.id in mine]
        care = sum(each.weekly_care for each in held)
        if bidder.most_care is not None and care > bidder.most_care:
            yield f"{bidder.id} has {care} s and can take {bidder.most_care} s"
        if rules.most_share is not None and Fraction(care, total) > Fraction(rules.most_share, 100):
            yield f"{bidder.id} has more than {rules.most_share} % of the hours"
        if rules.most_batches is not None and len(held) > rules.most_batches:
            yield f"{bidder.id} has {len(held)} batches"
        if rules.most_lots is not None and len({each.lot for each in held}) > rules.most_lots:
            yield f"{bidder.id} has batches of more than {rules.most_lots} lots"
        if rules.two_in_a_locality:
            for locality in {each.locality for each in held}:
                here = {each.id for each in problem.batches if each.locality == locality}
                able = {each.bidder for each in problem.entries if each.batches & here}
                if len(here) > 1 and len(able) > 1 and here <= mine:
                    yield f"{bidder.id} has all of {locality}"


def _of_shares(problem: AwardProblem, won: Sequence[Entry]) -> Iterator[str]:
    rules, who = problem.rules, {each.id: each for each in problem.bidders}
    care = {each.id: each.weekly_care for each in problem.batches}
    hours = [(who[each.bidder], sum(care[batch] for batch in each.batches)) for each in won]
    awarded = sum(each for _, each in hours)
    for band in rules.bands:
        share = 100 * sum(each for bidder, each in hours if bidder.tier == band.tier)
        if not band.least * awarded <= share <= band.most * awarded:
            yield f"tier {band.tier} has not {band.least} to {band.most} % of the hours awarded"
    small = 100 * sum(each for bidder, each in hours if bidder.is_small)
    if rules.small_reserve is not None and small < rules.small_reserve * awarded:
        yield f"small providers have less than {rules.small_reserve} % of the hours awarded"
