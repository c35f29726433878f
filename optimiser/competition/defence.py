"""What stands behind the awards: who comes next, what is left if a winner walks away, how near others are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimiser.competition.as_awards import Awards
from optimiser.competition.check import check
from optimiser.competition.outcome import Losing, WithoutWinner
from optimiser.competition.problem import AwardSet
from optimiser.competition.winners import Winners
from optimiser.model.identifiers import ProviderId
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status


def without_winners(
    awards: Awards, chosen: AwardSet, *, limits: Limits, seed: int, winners: Winners
) -> Iterator[WithoutWinner]:
    """Each winner in turn taken out: everything decided anew, and with all other awards standing."""
    problem = awards.problem
    entry = {each.bid: each for each in problem.entries}
    accepted = [entry[each] for each in chosen.bids]
    worth = check(problem, chosen.bids).worth
    awarded = {batch for each in accepted for batch in each.batches}
    for provider in sorted({each.bidder for each in accepted}):
        rest = problem.without(provider)
        anew = winners.decide(rest, limits=limits, seed=seed)
        others = [frozenset({each.bid}) for each in accepted if each.bidder != provider]
        standing = winners.decide(rest, limits=limits, seed=seed, required=others)
        yield WithoutWinner(
            provider=provider,
            runner_up=bid_by_batch(awards, anew.solution),
            margin=worth - (anew.objective or 0),
            runner_up_unawarded=tuple(sorted(awarded - bid_by_batch(awards, anew.solution).keys())),
            hours_at_once=sum(problem.care_of(each) for each in accepted if each.bidder == provider),
            left_standing=None
            if standing.found is None
            else tuple(sorted(awarded - bid_by_batch(awards, standing.found).keys())),
            is_proven=anew.status is Status.OPTIMAL
            and standing.status in (Status.OPTIMAL, Status.INFEASIBLE),
        )


def losing_bids(
    awards: Awards, chosen: AwardSet, *, limits: Limits, seed: int, winners: Winners
) -> Iterator[Losing]:
    """Each eligible bid that is not accepted: the best award set with it, beside the best."""
    problem = awards.problem
    worth = check(problem, chosen.bids).worth
    care = {each.id: each.weekly_care for each in problem.batches}
    whole = {each.bid: each.batches for each in problem.entries}
    accepted = {awards.bid_of[each] for each in chosen.bids}
    for bid, entries in sorted(awards.entries_of.items()):
        if bid in accepted:
            continue
        found = winners.decide(problem, limits=limits, seed=seed, required=[entries])
        yield Losing(
            bid=bid,
            margin=None if found.objective is None else worth - found.objective,
            hours=sum(care[each] for each in whole[bid]),
            is_proven=found.status in (Status.OPTIMAL, Status.INFEASIBLE),
        )


def bid_by_batch(awards: Awards, found: AwardSet) -> Mapping[str, str]:
    """The bid that has each batch."""
    entry = {each.bid: each for each in awards.problem.entries}
    return {batch: awards.bid_of[each] for each in found.bids for batch in sorted(entry[each].batches)}


def providers_of(awards: Awards) -> Mapping[str, ProviderId]:
    """Who made each bid."""
    return {awards.bid_of[each.bid]: each.bidder for each in awards.problem.entries}
