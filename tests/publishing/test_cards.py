"""Level B: every class shown has k cards, nothing personal is on one, and references link nothing."""

from __future__ import annotations

import os
import random
import re
from collections import Counter

import pytest

from instances import essex, leicester, leicestershire, norfolk
from optimiser.model.need import Package
from optimiser.publishing.cards import OTHERS, Cards, Sharing, shared_cards
from optimiser.publishing.classes import coarsened, holds, traits
from optimiser.publishing.open_demand import open_packages
from tests.publishing.people import DAY, handed_back, people

THOROUGH = bool(os.environ.get("CAREROUNDS_THOROUGH"))
COUNTIES = {"essex": essex, "norfolk": norfolk, "leicester": leicester, "leicestershire": leicestershire}


def smallest_class(cards: Cards, packages: list[Package]) -> int:
    """Cards of the smallest class of what is shown, with the age band that is not shown."""
    by_id = {each.id: each for each in packages}
    counts = Counter((card.area, *traits(by_id[cards.references[card.reference]])) for card in cards.cards)
    return min(counts.values(), default=cards.alike)


@pytest.mark.parametrize("seed", range(200 if THOROUGH else 20))
def test_no_class_is_under_k_in_a_random_market(seed: int) -> None:
    packages = handed_back(people(seed, 10 + 13 * (seed % 25)), "FORMER", 9)
    for alike in (5, 8):
        cards = shared_cards(Sharing(packages=tuple(packages), as_of=DAY, alike=alike))
        assert smallest_class(cards, packages) >= alike
        assert len(cards.cards) + len(cards.withheld) == len(packages)


@pytest.mark.parametrize("name", COUNTIES)
def test_no_class_is_under_k_in_a_county(name: str) -> None:
    county = COUNTIES[name](seed=7)
    packages = list(open_packages(county))
    cards = shared_cards(Sharing(packages=tuple(packages), as_of=county.as_of))
    assert smallest_class(cards, packages) >= 5
    assert len(cards.cards) > 0.95 * len(packages)


def test_shuffled_packages_change_nothing_and_a_nonce_nothing_but_references() -> None:
    packages = people(4, 200)
    shuffled = random.Random(1).sample(packages, len(packages))
    one, same, other = (
        shared_cards(Sharing(packages=tuple(those), as_of=DAY, nonce=nonce))
        for those, nonce in ((packages, b"1"), (shuffled, b"1"), (packages, b"2"))
    )
    assert one == same
    assert one.shown == other.shown
    assert not {each.reference for each in one.cards} & {each.reference for each in other.cards}


def test_references_are_secret_unless_a_nonce_is_given() -> None:
    packages = tuple(people(4, 60))
    one, other = (shared_cards(Sharing(packages=packages, as_of=DAY)) for _ in range(2))
    assert not set(one.references) & set(other.references)


def test_a_card_holds_no_reference_postcode_or_clock_time() -> None:
    packages = people(5, 200)
    for card in shared_cards(Sharing(packages=tuple(packages), as_of=DAY)).cards:
        said = repr(card)
        assert not re.search(r"\d\d:\d\d|\bP\d{4}\b|client|[A-Z]{1,2}\d\d? \d[A-Z]{2}", said)


def test_a_skill_is_shown_where_k_cards_of_a_class_need_it() -> None:
    packages = people(6, 400)
    cards = shared_cards(Sharing(packages=tuple(packages), as_of=DAY))
    by_id = {each.id: each for each in packages}
    shown: Counter[tuple[str, ...]] = Counter()
    for card in cards.cards:
        needs = by_id[cards.references[card.reference]].skills
        assert (OTHERS in card.skills) == (not needs <= set(card.skills))
        for skill in set(card.skills) - {OTHERS}:
            shown[card.area, skill, *traits(by_id[cards.references[card.reference]])] += 1
    assert shown
    assert min(shown.values()) >= 5


def test_few_withheld_are_not_counted_out_loud() -> None:
    told = [shared_cards(Sharing(packages=tuple(people(seed, 120)), as_of=DAY)) for seed in range(20)]
    for cards in told:
        assert (cards.withheld_shown is None) == (len(cards.withheld) < 5)
        assert cards.withheld_shown is None or cards.withheld_shown % 5 == 0


def test_fewer_alike_than_five_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        shared_cards(Sharing(packages=(), as_of=DAY, alike=4))


def test_classes_are_counted_on_what_is_shown() -> None:
    # Six in one sector and two in the next: the two cannot hide behind six that are shown nearer.
    steps = {f"a{n}": ("S1", "O", "D") for n in range(6)} | {f"b{n}": ("S2", "O", "D") for n in range(2)}
    assert set(coarsened(steps).values()) == {2}
    steps |= {f"c{n}": ("S3", "O", "D") for n in range(3)}
    assert Counter(coarsened(steps).values()) == {0: 6, 1: 5}
    assert set(coarsened({"a": ("S1", "O", "D")}).values()) == {None}


def test_a_class_holds_for_a_provider_that_takes_its_own_away() -> None:
    members = [f"m{n}" for n in range(6)]
    assert holds(members, least=5)
    assert not holds(members, least=5, known={"m0": frozenset("P"), "m1": frozenset("P")})
    assert holds(members, least=5, known=dict.fromkeys(members, frozenset("P")))
