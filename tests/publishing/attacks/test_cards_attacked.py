"""Attacks on cards: uniqueness, averaging, a provider's own list, references, and level A beside them."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import pairwise
from math import hypot
from pathlib import Path

import pytest

from geodata.place import Place, from_degrees
from geodata.postcodes import registry_directory
from optimiser.model.need import Package
from optimiser.publishing.cards import Card, Cards, Sharing, shared_cards
from optimiser.publishing.classes import traits, who_knows
from optimiser.publishing.figures import Cell, Level
from optimiser.publishing.open_demand import wanted
from optimiser.report.publication_areas import areas_of
from optimiser.report.publication_files import write_cards
from tests.instances.small_market import small_market
from tests.publishing.people import DAY, handed_back, people, safe


def fits(card: Card, package: Package) -> bool:
    """Whether who knows a person's home, and what a neighbour sees, may take a card for theirs."""
    area = {"sector": package.sector, "outward": package.sector.split()[0], "district": str(package.district)}
    _, gender, carers, service = traits(package)
    shown = (card.area, card.gender, "double" if card.carers == 2 else "single", card.service)
    return shown == (area[card.nearness], gender, carers, service)


def found_again(cards: Cards, packages: list[Package]) -> int:
    """People of whom a neighbour, knowing traits and area, finds the one card."""
    found = 0
    for package in packages:
        those = [card for card in cards.cards if fits(card, package)]
        found += len(those) == 1 and cards.references[those[0].reference] == package.id
    return found


def naive(packages: list[Package]) -> int:
    """The same on cards that all show the sector."""
    alike = Counter((each.sector, *traits(each)[1:]) for each in packages)
    return sum(alike[each.sector, *traits(each)[1:]] == 1 for each in packages)


@pytest.mark.parametrize("seed", range(10))
def test_uniqueness_finds_people_on_naive_cards_and_nobody_on_ours(seed: int) -> None:
    packages = people(seed, 150)
    assert naive(packages) > 0
    assert found_again(shared_cards(Sharing(packages=tuple(packages), as_of=DAY)), packages) == 0


@pytest.mark.parametrize("seed", range(10))
def test_a_provider_that_takes_its_former_people_away_is_left_with_none_or_k(seed: int) -> None:
    packages = handed_back(people(seed, 200), "FORMER", 3)

    def left(cards: Cards | None) -> Counter[tuple[str, ...]]:
        """Cards of each class that are not of people the provider knows; on naive cards for ``None``."""
        at = {} if cards is None else {cards.references[each.reference]: each.area for each in cards.cards}
        return Counter(
            (each.sector if cards is None else at[each.id], *traits(each))
            for each in packages
            if "FORMER" not in who_knows(each) and (cards is None or each.id in at)
        )

    assert min(left(None).values()) == 1
    assert min(left(shared_cards(Sharing(packages=tuple(packages), as_of=DAY))).values()) >= 5


def test_averaging_finds_a_jittered_home_and_of_ours_the_middle_of_all_postcodes(tmp_path: Path) -> None:
    market = small_market()
    areas = areas_of(market, registry_directory(["C"]), outlined=False)
    packages = tuple(people(1, 60))
    seen: dict[str, set[tuple[float, ...]]] = {}
    for _ in range(8):
        write_cards(tmp_path, shared_cards(Sharing(packages=packages, as_of=DAY)), areas)
        for each in json.loads((tmp_path / "cards.geojson").read_text(encoding="utf-8"))["features"]:
            seen.setdefault(each["properties"]["area"], set()).add(tuple(each["geometry"]["coordinates"]))
    for area, points in seen.items():
        (point,) = points
        middle, shown = areas.middles[area], from_degrees(*point)
        assert hypot(middle.easting - shown.easting, middle.northing - shown.northing) < 15

    rng, home = random.Random(1), Place(585_360, 206_985)
    jittered = [(home.easting + rng.gauss(0, 300), home.northing + rng.gauss(0, 300)) for _ in range(400)]
    x, y = (sum(axis) / len(jittered) for axis in zip(*jittered, strict=True))
    assert hypot(x - home.easting, y - home.northing) < 50


def test_references_of_two_publications_have_nothing_to_do_with_one_another() -> None:
    packages = tuple(people(2, 300))
    one, other = (shared_cards(Sharing(packages=packages, as_of=DAY)) for _ in range(2))
    order = {name: n for n, name in enumerate(one.references[card.reference] for card in one.cards)}
    ranks = [order[other.references[card.reference]] for card in other.cards]
    rising = sum(a < b for a, b in pairwise(ranks)) / (len(ranks) - 1)
    assert 0.35 < rising < 0.65
    assert not set(one.references) & set(other.references)


@pytest.mark.parametrize("seed", range(8))
def test_cards_beside_the_public_table_do_not_tell_of_one_withheld(seed: int) -> None:
    # Whoever has both takes the cards of a district from its figure: what is left must not be few.
    packages = people(seed, 160)
    cards, table = (
        shared_cards(Sharing(packages=tuple(packages), as_of=DAY)),
        safe(tuple(map(wanted, packages))),
    )
    by_id = {each.id: each for each in packages}
    for cell, figure in table.figures.items():
        if figure.count is None or cell.level is not Level.DISTRICT:
            continue
        held = sum(_counts(by_id[cards.references[card.reference]], cell) for card in cards.cards)
        low, high = max(8, figure.count - 2) - held, figure.count + 2 - held
        assert high >= 0
        assert not (low == high and 1 <= low < 5)


def _counts(package: Package, cell: Cell) -> bool:
    return (
        str(package.district) == cell.area
        and cell.service in (None, package.service)
        and (cell.band is None or any(band is cell.band for band, _ in package.demand()))
    )


def test_what_k_does_not_promise_is_known() -> None:
    """Hours and parts of the day are not of the class: who knows those too may find one card of it."""
    packages = people(3, 300)
    cards = shared_cards(Sharing(packages=tuple(packages), as_of=DAY))
    alike = Counter(
        (each.area, each.gender, each.carers, each.service, each.hours, each.bands) for each in cards.cards
    )
    alone = sum(count == 1 for count in alike.values())
    assert 0 < alone < len(cards.cards) / 2
