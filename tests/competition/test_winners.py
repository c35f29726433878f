"""Winners against trying everything, with every constraint kind on; ties, runners-up, names."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from optimiser.competition.as_awards import Awards
from optimiser.competition.check import check
from optimiser.competition.defence import losing_bids, without_winners
from optimiser.competition.problem import (
    AwardProblem,
    AwardRules,
    Batch,
    Bidder,
    Entry,
    ShareBand,
)
from optimiser.competition.winners import Winners, ties
from optimiser.model.identifiers import LocalityId, LotCode, ProviderId, TierCode
from optimiser.packing.solve import CliqueSearch
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status

EXACT = Limits(gap=0.0)
WINNERS = Winners(packing=CliqueSearch(processes=1))
THOROUGH = "CAREROUNDS_THOROUGH" in os.environ
"""500 competitions instead of 80."""
TIERS = (TierCode("PRINCIPAL"), TierCode("ACCREDITED"))


def competition(seed: int, *, rules: bool) -> AwardProblem:
    """A random competition, with every constraint kind on or none."""
    chance = random.Random(seed)
    batches = tuple(
        Batch(
            id=f"B{n}",
            lot=LotCode(f"L{n % 3}"),
            locality=LocalityId(f"P{n % 2}"),
            weekly_care=900 * chance.randint(240, 600),
            unawarded=chance.choice((0, 5, 300)),
        )
        for n in range(chance.randint(3, 5))
    )
    bidders = tuple(
        Bidder(
            id=ProviderId(f"PR{n}"),
            tier=TIERS[n % 2],
            is_small=n % 3 == 0,
            most_care=900 * chance.randint(300, 1200) if rules and chance.random() < 0.5 else None,
        )
        for n in range(4)
    )
    names = [each.id for each in batches]
    entries = tuple(
        Entry(
            bid=f"X{n:02d}",
            bidder=chance.choice(bidders).id,
            batches=frozenset(chance.sample(names, chance.choice((1, 1, 2, 3)))),
            worth=10 * chance.randint(-2, 90),
        )
        for n in range(chance.randint(6, 9))
    )
    either_or = []
    for bidder in bidders:
        mine = [each.bid for each in entries if each.bidder == bidder.id]
        if len(mine) > 1 and chance.random() < 0.5:
            either_or.append(frozenset(mine[:3]))
    asked = AwardRules(
        most_lots=chance.choice((1, 2)),
        most_batches=chance.choice((2, 3)),
        most_share=chance.choice((45, 70)),
        bands=(ShareBand(tier=TIERS[0], least=chance.choice((0, 20)), most=chance.choice((70, 80))),),
        two_in_a_locality=True,
        small_reserve=chance.choice((0, 15)),
    )
    return AwardProblem(
        batches=batches,
        bidders=bidders,
        entries=entries,
        either_or=tuple(either_or),
        rules=asked if rules else AwardRules(),
    )


def everything(problem: AwardProblem) -> Iterator[tuple[int, frozenset[str]]]:
    """Every award set that breaks no rule, with its worth."""
    bids = [each.bid for each in problem.entries]
    for size in range(len(bids) + 1):
        for some in combinations(bids, size):
            verdict = check(problem, some)
            if not verdict.breaches:
                yield verdict.worth, frozenset(some)


def renamed(problem: AwardProblem, chance: random.Random) -> tuple[AwardProblem, dict[str, str]]:
    """The same with other names, sorted another way, and its rows in another order; the bids' new names."""
    batch = _other_names([each.id for each in problem.batches], chance)
    bidder = _other_names([each.id for each in problem.bidders], chance)
    bid = _other_names([each.bid for each in problem.entries], chance)
    batches = [replace(each, id=batch[each.id]) for each in problem.batches]
    bidders = [replace(each, id=ProviderId(bidder[each.id])) for each in problem.bidders]
    entries = [
        replace(
            each,
            bid=bid[each.bid],
            bidder=ProviderId(bidder[each.bidder]),
            batches=frozenset(batch[name] for name in each.batches),
        )
        for each in problem.entries
    ]
    either_or = [frozenset(bid[each] for each in alternatives) for alternatives in problem.either_or]
    turned = replace(
        problem,
        batches=tuple(chance.sample(batches, len(batches))),
        bidders=tuple(chance.sample(bidders, len(bidders))),
        entries=tuple(chance.sample(entries, len(entries))),
        either_or=tuple(chance.sample(either_or, len(either_or))),
    )
    return turned, bid


def _other_names(names: Sequence[str], chance: random.Random) -> dict[str, str]:
    """A new name for each, none of them an old one; sorting them gives another order than before."""
    fresh = [f"N{number:02d}" for number in range(len(names))]
    while fresh == sorted(fresh):
        chance.shuffle(fresh)
    return dict(zip(sorted(names), fresh, strict=True))


@pytest.mark.parametrize("seed", range(500 if THOROUGH else 80))
def test_the_winners_are_those_that_trying_everything_finds(seed: int) -> None:
    problem = competition(seed, rules=seed % 4 != 0)
    all_of_them = list(everything(problem))
    best = max(worth for worth, _ in all_of_them)
    result = WINNERS.decide(problem, limits=EXACT, seed=seed)
    assert result.objective == result.bound == best
    assert result.status is Status.OPTIMAL
    found = ties(problem, result, limits=EXACT, seed=seed, winners=WINNERS)
    assert found.all_found
    assert {frozenset(each.bids) for each in found.sets} == {
        bids for worth, bids in all_of_them if worth == best
    }


@pytest.mark.parametrize("seed", range(12))
def test_packing_and_the_model_agree_where_nothing_more_is_ruled(seed: int) -> None:
    problem = competition(seed, rules=False)
    loose = replace(problem, rules=AwardRules(most_batches=99))
    assert not problem.has_side_rules
    assert loose.has_side_rules
    one, other = (WINNERS.decide(each, limits=EXACT, seed=1) for each in (problem, loose))
    assert (one.objective, one.bound) == (other.objective, other.bound)


@pytest.mark.parametrize("seed", range(12))
def test_each_runner_up_is_the_best_without_that_winner(seed: int) -> None:
    problem = competition(seed, rules=seed % 2 == 0)
    names = {each.bid: each.bid for each in problem.entries}
    awards = Awards(
        problem=problem, scores={}, bid_of=names, entries_of={each: frozenset({each}) for each in names}
    )
    result = WINNERS.decide(problem, limits=EXACT, seed=1)
    chosen = result.solution
    found = list(without_winners(awards, chosen, limits=EXACT, seed=1, winners=WINNERS))
    by_bid = {each.bid: each for each in problem.entries}
    assert {each.provider for each in found} == {by_bid[bid].bidder for bid in chosen.bids}
    for each in found:
        rest = list(everything(problem.without(each.provider)))
        others = {bid for bid in chosen.bids if by_bid[bid].bidder != each.provider}
        assert each.is_proven
        assert each.margin == (result.objective or 0) - max(worth for worth, _ in rest) >= 0
        assert not each.runner_up.keys() & set(each.runner_up_unawarded)
        standing = [worth for worth, bids in rest if others <= bids]
        assert (each.left_standing is None) == (not standing)


@pytest.mark.parametrize("seed", range(12))
def test_each_losing_bid_is_as_far_off_as_the_best_award_set_with_it(seed: int) -> None:
    problem = competition(seed, rules=True)
    names = {each.bid: each.bid for each in problem.entries}
    awards = Awards(
        problem=problem, scores={}, bid_of=names, entries_of={each: frozenset({each}) for each in names}
    )
    chosen = WINNERS.decide(problem, limits=EXACT, seed=1).solution
    all_of_them = list(everything(problem))
    best = max(worth for worth, _ in all_of_them)
    found = list(losing_bids(awards, chosen, limits=EXACT, seed=1, winners=WINNERS))
    assert {each.bid for each in found} == names.keys() - set(chosen.bids)
    for each in found:
        with_it = [worth for worth, bids in all_of_them if each.bid in bids]
        assert each.margin == (best - max(with_it) if with_it else None)


@pytest.mark.parametrize("rules", [True, False])
@pytest.mark.parametrize("seed", range(24))
def test_names_and_the_order_of_rows_change_nothing(seed: int, rules: bool) -> None:
    problem = competition(seed, rules=rules)
    turned, new = renamed(problem, random.Random(seed))
    one, other = (WINNERS.decide(each, limits=EXACT, seed=1) for each in (problem, turned))
    assert (one.objective, one.bound, one.status) == (other.objective, other.bound, other.status)
    best = {bids for worth, bids in everything(problem) if worth == one.objective}
    old = {name: bid for bid, name in new.items()}
    assert {old[name] for name in other.solution.bids} in best
    if len(best) == 1:  # in all but two of these; where they tie, either may win
        assert set(other.solution.bids) == {new[bid] for bid in one.solution.bids}


@pytest.mark.parametrize("seed", range(12))
def test_taking_away_a_losing_bid_changes_no_worth(seed: int) -> None:
    problem = competition(seed, rules=False)
    result = WINNERS.decide(problem, limits=EXACT, seed=1)
    for each in problem.entries:
        if each.bid not in result.solution.bids:
            rest = replace(
                problem,
                entries=tuple(other for other in problem.entries if other.bid != each.bid),
                either_or=tuple(alternatives - {each.bid} for alternatives in problem.either_or),
            )
            assert WINNERS.decide(rest, limits=EXACT, seed=1).objective == result.objective


def test_every_breach_is_found() -> None:
    batches = tuple(
        Batch(id=f"B{n}", lot=LotCode(f"L{n}"), locality=LocalityId("P"), weekly_care=3600) for n in range(2)
    )
    bidders = (
        Bidder(id=ProviderId("A"), tier=TIERS[0], most_care=3600),
        Bidder(id=ProviderId("B"), tier=TIERS[1], is_small=True),
    )
    entries = tuple(
        Entry(bid=bid, bidder=ProviderId(who), batches=frozenset(names), worth=1)
        for bid, who, names in (
            ("X1", "A", ("B0",)), ("X2", "A", ("B1",)), ("X3", "B", ("B1",)), ("X4", "A", ("B0", "B1")),
        )
    )  # fmt: skip
    problem = AwardProblem(
        batches=batches,
        bidders=bidders,
        entries=entries,
        either_or=(frozenset({"X1", "X2"}),),
        rules=AwardRules(
            most_lots=1,
            most_batches=1,
            most_share=50,
            bands=(ShareBand(tier=TIERS[0], least=10, most=70),),
            two_in_a_locality=True,
            small_reserve=30,
        ),
    )
    said = " / ".join(check(problem, ["X1", "X2"]).breaches)
    for words in (
        "more than one",
        "can take",
        "50 %",
        "2 batches",
        "1 lots",
        "all of P",
        "10 to 70 %",
        "30 %",
    ):
        assert words in said
    assert not check(problem, ["X1", "X3"]).breaches
    assert "goes to bids X2, X3" in check(problem, ["X2", "X3"]).breaches[0]
    assert "twice" in check(problem, ["X1", "X1"]).breaches[0]
    assert "no bid X9" in check(problem, ["X9"]).breaches[0]


def test_what_contradicts_itself_is_refused() -> None:
    problem = competition(1, rules=True)
    with pytest.raises(ValueError, match="stands twice"):
        replace(problem, batches=(*problem.batches, problem.batches[0]))
    with pytest.raises(ValueError, match="not there"):
        replace(problem, bidders=problem.bidders[:1])
    with pytest.raises(ValueError, match="either/or"):
        replace(problem, either_or=(frozenset({"X99"}),))
    with pytest.raises(ValueError, match="nothing"):
        Entry(bid="X", bidder=ProviderId("A"), batches=frozenset(), worth=1)
    with pytest.raises(ValueError, match="per cent"):
        AwardRules(most_share=101)
    with pytest.raises(ValueError, match="at least 1"):
        AwardRules(most_lots=0)
    with pytest.raises(ValueError, match="between 0 and 100"):
        ShareBand(tier=TIERS[0], least=60, most=50)
