"""The front door: open a mini-competition, score it, decide it, and gather what defends the awards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from optimiser.competition.as_awards import Awards, as_awards
from optimiser.competition.bundles import bundle_tests, nearest
from optimiser.competition.competition import Competition
from optimiser.competition.defence import bid_by_batch, losing_bids, without_winners
from optimiser.competition.eligible import Eligibility, Ground, Referral, eligible, offers_for
from optimiser.competition.outcome import Award, Change, Outcome, Unawarded, WhyUnawarded, WithoutWinner
from optimiser.competition.problem import AwardSet
from optimiser.competition.scoring import Reordered, reordered
from optimiser.competition.sensitivity import Standing, change, moved_figures
from optimiser.competition.tie_rule import TieDecision, decide_tie
from optimiser.competition.winners import Winners, ties
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import canonical_hash
from optimiser.solving.result import Status


def evaluate(
    competition: Competition,
    *,
    limits: Limits | None = None,
    seed: int = 7,
    winners: Winners | None = None,
    progress: Reporter = silent,
) -> Outcome:
    """Decide a mini-competition and everything that is asked of the decision afterwards.

    Parameters
    ----------
    limits
        Of each decision: the awards, each tie, each runner-up, each figure moved. To proof if not given.

    Raises
    ------
    UnsoundAwardsError
        Where an answer of ours broke a rule: a fault of this program.
    """
    limits, winners = limits or Limits(), winners or Winners()
    progress(Progress(task="scoring"))
    eligibility = eligible(competition)
    awards = as_awards(competition, eligibility.bids)
    progress(Progress(task="choosing winners"))
    result = winners.decide(awards.problem, limits=limits, seed=seed, progress=progress)
    tied = ties(awards.problem, result, limits=limits, seed=seed, winners=winners)
    tie = decide_tie(competition, awards, tied.sets, all_found=tied.all_found)
    chosen, held_by = tie.chosen, bid_by_batch(awards, tie.chosen)
    progress(Progress(task="runners-up"))
    without = tuple(without_winners(awards, chosen, limits=limits, seed=seed, winners=winners))
    progress(Progress(task="how near the others are"))
    losing = tuple(losing_bids(awards, chosen, limits=limits, seed=seed, winners=winners))
    standing = Standing(
        awards,
        chosen.bids,
        {each.bid: each.margin if each.is_proven else None for each in losing},
        lambda moved: winners.decide(moved.problem, limits=limits, seed=seed),
        is_proven=result.status is Status.OPTIMAL,
    )
    return Outcome(
        input_hash=canonical_hash(competition),
        eligibility=eligibility,
        scores=awards.scores,
        result=replace(result, found=chosen),
        tie=tie,
        awards=tuple(_held(_awards(competition, eligibility, awards, chosen), awards, tie, without)),
        unawarded=tuple(_unawarded(competition, eligibility, held_by.keys())),
        without=without,
        changes=tuple(_changes(competition, standing, progress)),
        bundles=tuple(bundle_tests(competition, eligibility.bids, set(held_by.values()))),
        losing=losing,
        reordered=_reordered(competition, eligibility),
    )


def _awards(
    competition: Competition, eligibility: Eligibility, awards: Awards, chosen: AwardSet
) -> Iterator[Award]:
    bids = competition.bid_by_id
    held = bid_by_batch(awards, chosen)
    for batch, name in sorted(held.items()):
        yield Award(
            batch=batch,
            bid=name,
            provider=bids[name].provider,
            weekly_cost=nearest(competition.weekly_cost(bids[name], frozenset({batch}))),
            points=awards.scores[name, batch].total,
            held_for=eligibility.open_on(
                bids[name], frozenset(each for each, bid in held.items() if bid == name)
            ),
        )


def _held(
    found: Iterable[Award], awards: Awards, tie: TieDecision, without: Sequence[WithoutWinner]
) -> Iterator[Award]:
    """Awards that wait too: those a tie leaves open, and those that would go elsewhere without a held one."""
    listed = list(found)
    now = {each.batch: each.bid for each in listed}
    waits: dict[str, list[Referral]] = {}
    if not tie.all_found or (len(tie.among) > 1 and tie.by is None):
        others = [bid_by_batch(awards, each) for each in tie.among]
        open_ = {b for b in now if not tie.all_found or any(each.get(b) != now[b] for each in others)}
        reason = (
            "award sets of the same worth, and the rules for ties do not decide between them"
            if tie.all_found
            else "whether other award sets are worth as much, or more, was not settled"
        )
        for batch in open_:
            waits.setdefault(batch, []).append(_referral(batch, Ground.TIE, reason))
    held = {each.provider for each in listed if each.held_for}
    for each in without:
        if each.provider not in held:
            continue
        for batch in now:
            elsewhere = each.runner_up.get(batch) != now[batch]
            if elsewhere and not any(one.batch == batch and one.provider == each.provider for one in listed):
                reason = f"it would go elsewhere without {each.provider}, whose award is held"
                waits.setdefault(batch, []).append(_referral(batch, Ground.HANGS, reason))
    for award in listed:
        yield replace(award, held_for=(*award.held_for, *waits.get(award.batch, ())))


def _referral(batch: str, ground: Ground, reason: str) -> Referral:
    return Referral(on=batch, ground=ground, reason=reason, batches=frozenset({batch}))


def _unawarded(
    competition: Competition, eligibility: Eligibility, awarded: Collection[str]
) -> Iterator[Unawarded]:
    asked = {batch for each in eligibility.bids for batch in each.batches}
    for batch in sorted(each.id for each in competition.batches):
        if batch not in awarded:
            why = WhyUnawarded.NOT_WORTH if batch in asked else WhyUnawarded.NO_BID
            yield Unawarded(batch=batch, why=why)


def _changes(competition: Competition, standing: Standing, progress: Reporter) -> Iterator[Change]:
    figures = tuple(moved_figures(competition))
    for number, moved in enumerate(figures, start=1):
        progress(Progress(task="what the awards hang on", done=number, total=len(figures)))
        yield change(moved, standing)


def _reordered(competition: Competition, eligibility: Eligibility) -> dict[str, tuple[Reordered, ...]]:
    found = {}
    for batch in competition.batches:
        offers = offers_for(competition, batch, eligibility.bids)
        pairs = tuple(reordered(offers, competition.scheme_of(batch)))
        if pairs:
            found[batch.id] = pairs
    return found
