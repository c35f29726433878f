"""Points by each formula, by hand; thresholds, low prices, and pairs that a third bid reorders."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from optimiser.competition.scoring import (
    PRICE,
    Criterion,
    Offered,
    PriceFormula,
    Scheme,
    abnormally_low,
    price_points,
    reordered,
    score,
)


def scheme(
    formula: PriceFormula = PriceFormula.LINEAR, *, price: int = 40, least: int | None = None
) -> Scheme:
    return Scheme(
        price_weight=price,
        formula=formula,
        criteria=(Criterion(code="care", weight=60 - (price - 40), scale=5, least=least),),
        floor=2000,
        ceiling=3000,
    )


def offer(bid: str, price: int, *scores: int) -> Offered:
    return Offered(bid=bid, price=price, scores={"care": {f"E{n}": each for n, each in enumerate(scores)}})


THREE = (offer("A", 2400, 4, 3), offer("B", 2500, 5, 5), offer("C", 3000, 2, 3))


@pytest.mark.parametrize(
    ("formula", "due"),
    [
        (PriceFormula.LOWEST_OVER_PRICE, (Fraction(100), Fraction(96), Fraction(80))),
        (PriceFormula.LINEAR, (Fraction(60), Fraction(50), Fraction(0))),
        (
            PriceFormula.DISTANCE_FROM_MEAN,
            tuple(50 + 50 * (Fraction(7900, 3) - price) / Fraction(7900, 3) for price in (2400, 2500, 3000)),
        ),
        (
            PriceFormula.PRICE_PER_QUALITY_POINT,
            (Fraction(2500, 100) * 70 / 2400 * 100, Fraction(100), Fraction(2500, 100) * 50 / 3000 * 100),
        ),
    ],
)
def test_each_formula_by_hand(formula: PriceFormula, due: tuple[Fraction, ...]) -> None:
    assert tuple(price_points(THREE, scheme(formula)).values()) == due


def test_a_total_is_the_weighted_sum_in_hundredths() -> None:
    first, second, third = score(THREE, scheme())
    assert first.total == 40 * 60 + 60 * 70
    assert second.total == 40 * 50 + 60 * 100
    assert third.total == 60 * 50
    assert second.price + sum(second.by_criterion.values()) == 80
    halves = score([offer("A", 2001, 1)], Scheme(
        price_weight=5, formula=PriceFormula.LINEAR, criteria=(Criterion(code="care", weight=95),),
        floor=2000, ceiling=3000,
    ))  # fmt: skip
    assert halves[0].total == 2400  # 4.995 + 19 points: the half rounds up


def test_a_threshold_is_missed_below_it_and_not_at_it() -> None:
    found = {each.bid: each.below for each in score(THREE, scheme(least=70))}
    assert found == {"A": (), "B": (), "C": ("care",)}


def test_low_prices_are_referred() -> None:
    assert abnormally_low([offer("A", 1999, 5), offer("B", 2100, 5)], scheme()) == ("A",)
    assert abnormally_low([offer("A", 2050, 5), offer("B", 2600, 5), offer("C", 2700, 5)], scheme()) == ("A",)
    assert abnormally_low(THREE, scheme()) == ()


def test_a_third_price_reorders_two_others_by_lowest_over_price_alone() -> None:
    offers = (offer("A", 2500, 3), offer("B", 3000, 4), offer("C", 1900, 0))
    # With C's low price those of A and B lie closer together in points, and quality decides between them.
    by_lowest = scheme(PriceFormula.LOWEST_OVER_PRICE, price=60)
    scores = {each.bid: each.total for each in score(offers, by_lowest)}
    alone = {each.bid: each.total for each in score(offers[:2], by_lowest)}
    assert (scores["A"] - scores["B"]) * (alone["A"] - alone["B"]) < 0
    (found,) = reordered(offers, by_lowest)
    assert (found.third, {found.first, found.second}) == ("C", {"A", "B"})
    assert "only while C" in str(found)
    assert not list(reordered(offers, scheme(PriceFormula.LINEAR, price=60)))


@pytest.mark.parametrize("seed", range(20))
def test_under_the_linear_formula_no_bid_hangs_on_another(seed: int) -> None:
    chance = random.Random(seed)
    offers = [offer(f"X{n}", chance.randint(1900, 3000), chance.randint(0, 5)) for n in range(8)]
    whole = {each.bid: each.total for each in score(offers, scheme())}
    for gone in offers:
        rest = score([each for each in offers if each is not gone], scheme())
        assert all(whole[each.bid] == each.total for each in rest)
    assert not list(reordered(offers, scheme()))
    for formula in PriceFormula:  # and a cheaper bid never has fewer points
        points = price_points(offers, scheme(formula))
        if formula is not PriceFormula.PRICE_PER_QUALITY_POINT:
            in_order = sorted(offers, key=lambda each: each.price)
            assert all(points[a.bid] >= points[b.bid] for a, b in pairwise(in_order))


def test_another_weight_of_price_keeps_the_whole() -> None:
    two = Scheme(
        price_weight=50,
        formula=PriceFormula.LINEAR,
        criteria=(Criterion(code="care", weight=33), Criterion(code="staff", weight=17)),
        floor=1,
        ceiling=2,
    )
    for weight in (40, 60, 47):
        found = two.with_weight(PRICE, weight)
        assert found.price_weight + sum(each.weight for each in found.criteria) == 100
    with pytest.raises(ValueError, match="cannot weigh"):
        Scheme(price_weight=100, formula=PriceFormula.LINEAR, criteria=(), floor=1, ceiling=2).with_weight(
            PRICE, 90
        )


def test_what_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="90 per cent"):
        Scheme(price_weight=90, formula=PriceFormula.LINEAR, criteria=(), floor=1, ceiling=2)
    with pytest.raises(ValueError, match="floor"):
        Scheme(price_weight=100, formula=PriceFormula.LINEAR, criteria=(), floor=3, ceiling=2)
    with pytest.raises(ValueError, match="stands twice"):
        Scheme(
            price_weight=0,
            formula=PriceFormula.LINEAR,
            criteria=(Criterion(code="care", weight=50),) * 2,
            floor=1,
            ceiling=2,
        )
    for wrong in ({"weight": 101}, {"weight": 5, "scale": 0}, {"weight": 5, "least": 101}):
        with pytest.raises(ValueError, match="criterion care"):
            Criterion(code="care", **wrong)


def test_whoever_bids_dear_several_times_makes_no_rival_look_cheap() -> None:
    dear = [
        Offered(bid=f"P{n}", bidder="P", price=price, scores=offer("", 1, 3).scores)
        for n, price in enumerate((2900, 2950, 2990))
    ]
    others = [
        Offered(bid=name, bidder=name, price=price, scores=offer("", 1, 3).scores)
        for name, price in (("Q", 2320), ("R", 2340), ("S", 2350))
    ]
    assert abnormally_low([*dear, *others], scheme()) == ()
    assert abnormally_low(
        [*dear, *others, replace(others[0], bid="T", bidder="T", price=1850)], scheme()
    ) == ("T",)
