"""What a provider may see of transfers: five alike or none, and no reference that can be guessed."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from instances import leicestershire
from instances.counties.live import live_book
from optimiser import allocate
from optimiser.impact.transfers.plan import Deal, Kind, Transfer, Transfers
from optimiser.model.instance import Instance
from optimiser.publishing.classes import holds, traits, who_knows
from optimiser.report.transfer_cards import transfer_cards, write_transfer_cards

MOVED = 60


@pytest.fixture(scope="module")
def live() -> Instance:
    county = leicestershire(seed=3, packages=200)
    return live_book(county, allocate(county, policy="cascade").solution.provider_of, seed=3)


@pytest.fixture(scope="module")
def found(live: Instance) -> Transfers:
    """Every so many people move to the next provider of the book."""
    placed = [each for each in live.packages if each.current_provider is not None][:MOVED]
    names = sorted({each.current_provider for each in placed if each.current_provider is not None})
    deals = []
    for number, each in enumerate(placed, 1):
        giver = each.current_provider
        assert giver is not None
        taker = names[(names.index(giver) + 1) % len(names)]
        transfer = Transfer(package=each.id, exchange=number, giver=giver, taker=taker, visits=7)
        deals.append(Deal(number=number, kind=Kind.MOVE, transfers=(transfer,), saving=3600))
    return Transfers(
        deals=tuple(deals), live=len(live.packages), movable=MOVED, held={},
    )  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def test_at_least_five_who_move_are_shown_alike_also_to_who_knows_some(
    live: Instance, found: Transfers
) -> None:
    cards = transfer_cards(live, found, nonce=b"test")
    packages = live.package_by_id
    shown = {each.reference: each for each in cards.cards}
    classes: dict[tuple[str, ...], list[str]] = {}
    for reference, package in cards.references.items():
        key = (shown[reference].nearness, shown[reference].area, *traits(packages[package]))
        classes.setdefault(key, []).append(package)
    assert classes
    known = {str(name): who_knows(each) for name, each in packages.items()}
    assert all(holds(members, least=5, known=known) for members in classes.values())


def test_references_are_drawn_anew_for_every_list(live: Instance, found: Transfers) -> None:
    first, again = transfer_cards(live, found), transfer_cards(live, found)
    assert first.references.keys().isdisjoint(again.references)
    same = [transfer_cards(live, found, nonce=b"test").references for _ in range(2)]
    assert same[0] == same[1]


def test_a_provider_sees_its_own_cards_and_nothing_of_anybody_else(
    live: Instance, found: Transfers, tmp_path: Path
) -> None:
    cards = transfer_cards(live, found, nonce=b"test")
    write_transfer_cards(tmp_path, found, cards)
    kept = read(tmp_path / "references.csv")
    assert len(kept) == MOVED
    shown = {each["package_id"]: each["reference"] for each in kept if each["reference"]}
    moves = [each for deal in found.deals for each in deal.transfers]
    expected: Counter[str] = Counter()
    for each in moves:
        if each.package in shown:
            expected.update((each.giver, each.taker))
    files = {path.stem: path for path in (tmp_path / "own").iterdir()}
    assert {name: len(read(path)) for name, path in files.items()} == expected
    for name, path in files.items():
        text = path.read_text()
        mine = {shown.get(each.package) for each in moves if name in (each.giver, each.taker)}
        assert {row["reference"] for row in read(path)} <= mine
        assert not any(str(each.id) in text or each.postcode in text for each in live.packages)
        assert not any(str(other.id) in text for other in live.providers)
        assert ":" not in text


def test_few_who_move_are_on_no_card(live: Instance, found: Transfers, tmp_path: Path) -> None:
    few = Transfers(
        deals=found.deals[:4], live=200, movable=4, held={},
    )  # fmt: skip
    write_transfer_cards(tmp_path, few, transfer_cards(live, few))
    assert {each["shown_by"] for each in read(tmp_path / "references.csv")} == {"no card: tell by letter"}
    assert not (tmp_path / "own").exists()
