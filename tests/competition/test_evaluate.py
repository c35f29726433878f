"""What holds of every evaluation: losing bids, names, overrides, subsets, travel."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest

from optimiser.competition.as_awards import as_awards
from optimiser.competition.competition import (
    Act,
    Bid,
    Competition,
    Override,
    PriceUnit,
    TieBreak,
    Travel,
)
from optimiser.competition.eligible import Ground, eligible
from optimiser.competition.evaluate import evaluate
from optimiser.competition.outcome import WhyUnawarded
from optimiser.competition.problem import Batch, Bidder
from optimiser.competition.scoring import Criterion, PriceFormula, Scheme
from optimiser.model.identifiers import LocalityId, LotCode, ProviderId, TierCode

SCHEME = Scheme(
    price_weight=40,
    formula=PriceFormula.LINEAR,
    criteria=(Criterion(code="care", weight=60, scale=5),),
    floor=2000,
    ceiling=3000,
)


def competition(seed: int, *, formula: PriceFormula = PriceFormula.LINEAR, bidders: int = 4) -> Competition:
    """Five batches and some bids by chance, no two alike in price."""
    chance = random.Random(seed)
    batches = tuple(
        Batch(
            id=f"K{n}",
            lot=LotCode("L"),
            locality=LocalityId(f"P{n % 3}"),
            weekly_care=3600 * chance.randint(60, 150),
        )
        for n in range(5)
    )
    providers = [ProviderId(f"V{n}") for n in range(bidders)]
    bids = []
    for provider in providers:
        for n in range(chance.randint(2, 3)):
            asked = frozenset(f"K{k}" for k in chance.sample(range(5), chance.choice((1, 1, 2))))
            bids.append(
                Bid(
                    id=f"{provider}.{n}",
                    provider=provider,
                    batches=asked,
                    price=chance.randint(2100, 2990),
                    either_or=f"{provider}-set",
                )
            )
    return Competition(
        name="by chance",
        deadline=datetime(2027, 1, 1),  # noqa: DTZ001 - wall clock
        scheme=replace(SCHEME, formula=formula),
        batches=batches,
        bidders=tuple(
            Bidder(id=each, tier=TierCode("T"), lots=frozenset({LotCode("L")})) for each in providers
        ),
        bids=tuple(bids),
        quality={
            each: {"care": {"E": chance.randint(2, 5), "F": chance.randint(2, 5)}} for each in providers
        },
        tie_breaks=(TieBreak.QUALITY, TieBreak.PRICE, TieBreak.SMALL, TieBreak.DRAW),
    )


@pytest.mark.parametrize("seed", range(8))
def test_taking_away_a_losing_bid_changes_no_winner_and_no_score_under_the_linear_formula(seed: int) -> None:
    whole = competition(seed)
    outcome = evaluate(whole)
    winners = {each.bid for each in outcome.awards}
    for bid in whole.bids:
        if bid.id in winners:
            continue
        rest = evaluate(replace(whole, bids=tuple(each for each in whole.bids if each != bid)))
        assert rest.result.objective == outcome.result.objective
        assert {key: score for key, score in outcome.scores.items() if key[0] in winners} == {
            key: score for key, score in rest.scores.items() if key[0] in winners
        }
        if len(outcome.tie.among) == 1:
            assert {each.batch: each.bid for each in rest.awards} == {
                each.batch: each.bid for each in outcome.awards
            }


@pytest.mark.parametrize("seed", range(8))
def test_names_of_bidders_and_the_order_of_bids_change_nothing(seed: int) -> None:
    whole = competition(seed)
    new = {each.id: ProviderId(f"Z{9 - n}") for n, each in enumerate(whole.bidders)}
    turned = replace(
        whole,
        bidders=tuple(replace(each, id=new[each.id]) for each in reversed(whole.bidders)),
        bids=tuple(replace(each, provider=new[each.provider]) for each in reversed(whole.bids)),
        quality={new[each]: scores for each, scores in whole.quality.items()},
    )
    one, other = evaluate(whole), evaluate(turned)
    assert one.result.objective == other.result.objective
    assert {key: score.total for key, score in one.scores.items()} == {
        key: score.total for key, score in other.scores.items()
    }
    if one.tie.seed is None:
        assert [(each.batch, each.bid) for each in one.awards] == [
            (each.batch, each.bid) for each in other.awards
        ]


def test_a_third_bid_that_reorders_two_is_told_under_a_formula_that_compares() -> None:
    """Beside a very low price, a step in quality outweighs what price it costs; without, it does not."""
    whole = competition(1, formula=PriceFormula.LOWEST_OVER_PRICE, bidders=3)
    prices = {"V0": 2000, "V1": 2500, "V2": 1000}
    scores = {"V0": (4, 4), "V1": (4, 5), "V2": (2, 2)}
    compared = replace(
        whole,
        bids=tuple(
            Bid(id=name, provider=ProviderId(name), batches=frozenset({"K0"}), price=price)
            for name, price in prices.items()
        ),
        quality={ProviderId(each): {"care": {"E": e, "F": f}} for each, (e, f) in scores.items()},
    )
    (told,) = evaluate(compared).reordered["K0"]
    assert (told.first, told.second, told.third) == ("V1", "V0", "V2")
    linear = replace(compared, scheme=SCHEME)
    assert not evaluate(linear).reordered


def test_a_decision_of_a_person_is_kept_with_who_and_why() -> None:
    whole = competition(3)
    out = Override(act=Act.EXCLUDE, on=whole.bids[0].id, who="A. Panel", why="grounds of exclusion apply")
    found = eligible(replace(whole, overrides=(out,)))
    assert [(each.bid, each.ground) for each in found.excluded] == [(whole.bids[0].id, Ground.OVERRIDE)]
    assert "A. Panel" in found.excluded[0].reason


def test_a_low_price_and_a_single_bid_hold_an_award_until_somebody_decides() -> None:
    whole = replace(competition(3), bids=())
    bids = (
        Bid(id="low", provider=ProviderId("V0"), batches=frozenset({"K0"}), price=1500),
        Bid(id="other", provider=ProviderId("V1"), batches=frozenset({"K0"}), price=2500),
        Bid(id="only", provider=ProviderId("V2"), batches=frozenset({"K1"}), price=2500),
    )
    held = evaluate(replace(whole, bids=bids))
    assert {each.batch: [ref.ground for ref in each.held_for] for each in held.awards} == {
        "K0": [Ground.LOW_PRICE],
        "K1": [Ground.SINGLE_BID],
    }
    assert {each.why for each in held.unawarded} == {WhyUnawarded.NO_BID}
    overrides = (
        Override(act=Act.CONFIRM, on="low", who="A", why="explained"),
        Override(act=Act.AWARD, on="K1", who="B", why="advertised twice"),
    )
    settled = evaluate(replace(whole, bids=bids, overrides=overrides))
    assert not any(each.held_for for each in settled.awards)
    assert [each.settled is not None for each in settled.eligibility.referred] == [True, True]


def test_a_price_for_the_week_is_one_for_the_hour() -> None:
    whole = competition(1)
    hours = whole.batch_by_id["K0"].weekly_care / 3600
    by_hour = Bid(id="h", provider=ProviderId("V0"), batches=frozenset({"K0"}), price=2500)
    by_week = replace(by_hour, price=int(2500 * hours), unit=PriceUnit.WEEK)
    assert whole.hourly(by_hour) == whole.hourly(by_week) == 2500
    assert whole.weekly_cost(by_week, by_week.batches) == Fraction(int(2500 * hours))


def test_a_bid_that_is_content_with_less_stands_for_every_large_enough_set() -> None:
    whole = competition(1)
    bid = Bid(
        id="b", provider=ProviderId("V0"), batches=frozenset({"K0", "K1", "K2"}), price=2500, least_batches=2
    )
    awards = as_awards(whole, (bid,))
    assert {each.batches for each in awards.problem.entries} == {
        frozenset({"K0", "K1", "K2"}),
        frozenset({"K0", "K1"}),
        frozenset({"K0", "K2"}),
        frozenset({"K1", "K2"}),
    }
    assert len(awards.problem.either_or) == 1
    assert set(awards.bid_of.values()) == {"b"}


def test_travel_counts_only_by_its_weight() -> None:
    whole = competition(1)
    pair = frozenset({"K0", "K1"})
    weekly = {frozenset({"K0"}): 6000, frozenset({"K1"}): 4000, pair: 8000}
    bid = Bid(id="b", provider=ProviderId("V0"), batches=pair, price=2500)
    travel = Travel(weekly=weekly, hour=1800, allowed_by="clause 4")
    care = sum(whole.batch_by_id[each].weekly_care for each in pair)
    without = as_awards(replace(whole, travel=travel), (bid,)).problem.entries[0].worth
    lighter = replace(SCHEME, price_weight=30, travel_weight=10)
    counted = as_awards(replace(whole, travel=travel, scheme=lighter), (bid,)).problem.entries[0].worth
    # A fifth of the travel is saved: 20 points of 100, at a tenth of the weight; price loses a quarter.
    assert counted == without - 500 * care + 200 * care


@pytest.mark.parametrize("order", [*((each,) for each in TieBreak), ()])
def test_the_tie_rule_decides_in_its_own_order(order: tuple[TieBreak, ...]) -> None:
    """Two bids of 70 points: one dear and good, the other cheap, small and less good."""
    batch = Batch(id="K", lot=LotCode("L"), locality=LocalityId("P"), weekly_care=360_000)
    good, cheap = (ProviderId(each) for each in ("GOOD", "CHEAP"))
    whole = Competition(
        name="tie",
        deadline=datetime(2027, 1, 1),  # noqa: DTZ001 - wall clock
        scheme=SCHEME,
        batches=(batch,),
        bidders=(
            Bidder(id=good, tier=TierCode("T")),
            Bidder(id=cheap, tier=TierCode("T"), is_small=True),
        ),
        bids=(
            Bid(id="g", provider=good, batches=frozenset({"K"}), price=2750),
            Bid(id="c", provider=cheap, batches=frozenset({"K"}), price=2450),
        ),
        quality={good: {"care": {"E": 5}}, cheap: {"care": {"E": 4}}},
        tie_breaks=order,
        draw_seed=1,
    )
    outcome = evaluate(whole)
    assert len(outcome.tie.among) == 2
    assert outcome.tie.by is (order[0] if order else None)
    wins = {TieBreak.QUALITY: "g", TieBreak.PRICE: "c", TieBreak.SMALL: "c"}
    if order and order[0] in wins:
        assert outcome.awards[0].bid == wins[order[0]]

    def drawn(seed: int) -> str:
        return evaluate(replace(whole, tie_breaks=(TieBreak.DRAW,), draw_seed=seed)).awards[0].bid

    assert {drawn(seed) for seed in range(12)} == {"g", "c"}
    assert drawn(1) == drawn(1)


def test_what_is_not_settled_is_held() -> None:
    """More award sets of the same worth than are looked for, and a tie that no rule is there to decide."""
    tied = replace(
        competition(1),
        bids=tuple(
            Bid(id=f"{who}{k}", provider=ProviderId(who), batches=frozenset({f"K{k}"}), price=2500)
            for k in range(5)
            for who in ("V0", "V1", "V2")
        ),
        quality={ProviderId(f"V{n}"): {"care": {"E": 4}} for n in range(4)},
    )
    many = evaluate(tied)  # three to the fifth
    assert not many.tie.all_found
    assert all(Ground.TIE in {ref.ground for ref in each.held_for} for each in many.awards)
    few = evaluate(replace(tied, bids=tied.bids[:2], tie_breaks=(TieBreak.QUALITY,)))
    assert few.tie.all_found
    assert few.tie.by is None
    assert [ref.ground for each in few.awards for ref in each.held_for] == [Ground.TIE]
