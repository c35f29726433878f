"""The worked competition: every figure of its report found again by other means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from instances.competition_file import read_competition
from instances.competitions import write_example
from optimiser.competition.competition import Competition
from optimiser.competition.evaluate import evaluate
from optimiser.competition.outcome import Outcome
from optimiser.competition.record import record
from optimiser.competition.scoring import PriceFormula
from optimiser.report.letters import letters
from tests.competition import rederive
from tests.competition.rederive import Market, by_batch, market

Best = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worked") / "three-lots"
    write_example(path, overwrite=False)
    return path


@pytest.fixture(scope="module")
def competition(folder: Path) -> Competition:
    return read_competition(folder)


@pytest.fixture(scope="module")
def outcome(competition: Competition) -> Outcome:
    return evaluate(competition)


@pytest.fixture(scope="module")
def again(folder: Path) -> Market:
    return market(folder)


@pytest.fixture(scope="module")
def best() -> Iterator[Best]:
    """The second opinion, from a process of its own: its engine cannot be loaded beside ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda *given, **asked: pool.submit(rederive.best, *given, **asked).result()


@pytest.fixture(scope="module")
def kept(competition: Competition, outcome: Outcome) -> Mapping[str, Any]:
    return record(competition, outcome)


def _fraction(text: str) -> Fraction:
    return Fraction(*map(int, text.split("/")))


def test_it_holds_what_it_is_to_show(competition: Competition, outcome: Outcome) -> None:
    assert (len(competition.bidders), len(competition.batches), len(competition.bids)) == (8, 12, 40)
    grounds = {each.ground.value for each in outcome.eligibility.referred}
    assert grounds == {"abnormally low price", "one bidder only"}
    assert outcome.tie.by is not None
    assert outcome.tie.seed == competition.draw_seed
    assert [each.bid for each in outcome.bundles if each.is_beyond_travel] == ["A03"]
    held = {each.batch: {ref.ground.value for ref in each.held_for} for each in outcome.awards}
    assert {batch: grounds for batch, grounds in held.items() if grounds} == {
        "MELTON-4": {"one bidder only"},
        "OADBY-2": {"abnormally low price"},
        "OADBY-3": {"hangs on an award that is held"},
    }


def test_every_score(kept: Mapping[str, Any], again: Market) -> None:
    told = {(each["bid"], each["batch"]): each for each in kept["scores"]}
    due = {
        (bid, batch)
        for bid, row in again.bids.items()
        if again.is_in(bid)
        for batch in row["batch_ids"].split(";")
    }
    assert told.keys() == due
    for (bid, _), each in told.items():
        parts = again.parts(bid)
        assert _fraction(each["price"]) == parts.pop("price")
        assert {code: _fraction(points) for code, points in each["criteria"].items()} == parts
        assert each["total"] == again.total(bid)


def test_worth_bound_ties_and_costs(kept: Mapping[str, Any], again: Market, best: Best) -> None:
    worth, sets = best(again)
    assert kept["worth"] == kept["bound"] == worth
    assert kept["status"] == "optimal"
    awards = {each["batch"]: each["bid"] for each in kept["awards"]}
    assert awards in [dict(by_batch(each)) for each in sets]
    assert len(kept["tie"]["among"]) == len(sets) == 2
    for each in kept["awards"]:
        cost = again.pence(each["bid"]) * again.hours[each["batch"]]
        assert abs(each["weekly_cost"] - cost) <= Fraction(1, 2)
    assert kept["weekly_cost"] == sum(each["weekly_cost"] for each in kept["awards"])


def test_each_winner_taken_out(kept: Mapping[str, Any], again: Market, best: Best) -> None:
    worth, sets = best(again)
    awards = {each["batch"]: each["bid"] for each in kept["awards"]}
    now = next(each for each in sets if dict(by_batch(each)) == awards)
    assert {each["provider"] for each in kept["without"]} == {each.provider for each in now}
    for each in kept["without"]:
        rest, others = best(again, without=each["provider"])
        assert worth is not None
        assert rest is not None
        assert each["margin"] == worth - rest
        assert each["runner_up"] in [dict(by_batch(other)) for other in others]
        standing = frozenset(one for one in now if one.provider != each["provider"])
        _, stood = best(again, without=each["provider"], kept=standing)
        left = {frozenset(awards.keys() - dict(by_batch(one)).keys()) for one in stood}
        assert (each["left_standing"] is None) == (not stood)
        assert not stood or frozenset(each["left_standing"]) in left


def test_each_losing_bid(kept: Mapping[str, Any], again: Market, best: Best) -> None:
    worth, _ = best(again)
    accepted = {each["bid"] for each in kept["awards"]}
    assert {each["bid"] for each in kept["losing"]} == {b for b in again.bids if again.is_in(b)} - accepted
    for each in kept["losing"]:
        found, _ = best(again, with_bid=each["bid"])
        assert worth is not None
        assert each["margin"] == (None if found is None else worth - found)


def test_each_price_one_per_cent_up_and_down(kept: Mapping[str, Any], again: Market, best: Best) -> None:
    awards = {each["batch"]: each["bid"] for each in kept["awards"]}
    changes = [each for each in kept["changes"] if each["of"] == "price"]
    assert len(changes) == 2 * len(again.bids)
    for each in changes:
        moved = Market(
            again.terms,
            again.bids,
            again.quality,
            again.travel,
            {each["what"]: Fraction(100 + each["by"], 100)},
        )
        _, sets = best(moved)
        then = [dict(by_batch(found)) for found in sets]
        told = {**awards, **each["moved"]}
        assert {batch: bid for batch, bid in told.items() if bid is not None} in then
        assert bool(each["moved"]) == (awards not in then)


WEIGHTS = {
    ("price", -10): (30, 47, 23),
    ("price", 10): (50, 33, 17),
    ("care", -10): (47, 30, 23),
    ("care", 10): (33, 50, 17),
    ("staff", -10): (45, 45, 10),
    ("staff", 10): (35, 35, 30),
}
"""Weights of price, care and staff: the others in proportion to 40, 40 and 20, the larger remainder up."""


def test_each_weight_ten_points_up_and_down(kept: Mapping[str, Any], again: Market, best: Best) -> None:
    awards = {each["batch"]: each["bid"] for each in kept["awards"]}
    changes = {(each["what"], each["by"]): each for each in kept["changes"] if each["of"] == "weight"}
    assert changes.keys() == WEIGHTS.keys()
    for (what, by), (price, care, staff) in WEIGHTS.items():
        weights = {"care": care, "staff": staff}
        criteria = [{**each, "weight": weights[each["code"]]} for each in again.terms["criteria"]]
        terms = {**again.terms, "price_weight": price, "criteria": criteria}
        _, sets = best(Market(terms, again.bids, again.quality, again.travel))
        then = [dict(by_batch(found)) for found in sets]
        told = {**awards, **changes[what, by]["moved"]}
        assert {batch: bid for batch, bid in told.items() if bid is not None} in then


def _least_alone(again: Market, provider: str, batch: str) -> Fraction | None:
    """Pence a week of a provider's cheapest bid for one batch by itself."""
    own = [
        again.pence(bid) * again.hours[batch]
        for bid, row in again.bids.items()
        if row["batch_ids"] == batch and row["provider_id"] == provider and again.is_in(bid)
    ]
    return min(own, default=None)


def test_each_bundle(kept: Mapping[str, Any], again: Market) -> None:
    due = {bid for bid, row in again.bids.items() if ";" in row["batch_ids"] and again.is_in(bid)}
    assert {each["bid"] for each in kept["bundles"]} == due
    for each in kept["bundles"]:
        row = again.bids[each["bid"]]
        batches = row["batch_ids"].split(";")
        whole = sum(again.pence(each["bid"]) * again.hours[one] for one in batches)
        assert abs(each["cost"] - whole) <= Fraction(1, 2)
        parts = [_least_alone(again, row["provider_id"], one) for one in batches]
        alone = None if None in parts else sum(part for part in parts if part is not None)
        assert (each["alone"] is None) == (alone is None)
        assert alone is None or abs(each["alone"] - alone) <= Fraction(1, 2)
        saved = sum(again.travel[frozenset({one})] for one in batches) - again.travel[frozenset(batches)]
        assert each["travel_saved"] == 60 * saved
        assert abs(each["travel_worth"] - saved * Fraction(1800, 60)) <= Fraction(1, 2)


POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b")
CLOCK = re.compile(r"\b[0-2]?[0-9]:[0-5][0-9]\b")


def test_no_letter_holds_what_is_a_rivals(competition: Competition, outcome: Outcome) -> None:
    found = letters(competition, outcome)
    assert set(found) == {each.provider for each in competition.bids}
    for provider, text in found.items():
        body = text.partition("</style>")[2]
        own = {f"{each.price / 100:.2f}" for each in competition.bids if each.provider == provider}
        for each in competition.bids:
            if each.provider != provider:
                assert f">{each.id}<" not in body
                assert f"{each.price / 100:.2f}" in own or f"£{each.price / 100:.2f}" not in body
        for award in outcome.awards:
            if award.provider != provider:
                assert f"£{award.weekly_cost / 100:,.2f}" not in body
        assert not POSTCODE.search(body)
        assert not CLOCK.search(body)
        assert "one bidder" not in body.lower()


def test_names_of_winners_stand_in_letters_only_if_the_rules_say_so(
    competition: Competition, outcome: Outcome
) -> None:
    silent = replace(competition, disclosure=replace(competition.disclosure, winners_named=False))
    names = {each.id: each.name for each in competition.bidders}
    told = 0
    for provider, text in letters(silent, outcome).items():
        assert not any(name in text for rival, name in names.items() if rival != provider)
    for provider, text in letters(competition, outcome).items():
        told += any(name in text for rival, name in names.items() if rival != provider)
    assert told


def test_points_for_price_are_not_told_where_they_tell_rivals_prices(
    competition: Competition, outcome: Outcome
) -> None:
    relative = replace(competition.scheme, formula=PriceFormula.LOWEST_OVER_PRICE)
    other = replace(competition, scheme=relative)
    assert "Price, points" in letters(competition, outcome)["BRIDLE"]
    assert "Price, points" not in letters(other, evaluate(other))["BRIDLE"]
