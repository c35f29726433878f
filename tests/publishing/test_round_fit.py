"""Fit is a function of the card: the same card, the same stand-in, whatever the home."""

from __future__ import annotations

from dataclasses import replace

from geodata.place import Place
from optimiser.model.calendar import HOUR, Band
from optimiser.publishing.cards import Card, Sharing, shared_cards
from optimiser.publishing.round_fit import RoundFit, round_fits, stand_in
from tests.publishing.people import DAY, people

MIDDLE = Place(585_000, 207_000)


def cards_of(*, moved: bool) -> dict[tuple[object, ...], int]:
    packages = [replace(each, place=Place(600_000, 300_000)) if moved else each for each in people(1, 150)]
    cards = shared_cards(Sharing(packages=tuple(packages), as_of=DAY, nonce=b"1")).cards
    found: dict[tuple[object, ...], int] = {}
    for card in cards:
        package = stand_in(card, MIDDLE)
        key = (package.visits, package.gender_of_carer, package.skills, package.place, card.reference)
        found[key] = found.get(key, 0) + 1
    return found


def test_moving_every_home_changes_no_stand_in() -> None:
    assert cards_of(moved=False) == cards_of(moved=True)


def test_a_stand_in_is_made_of_the_card() -> None:
    card = shared_cards(Sharing(packages=tuple(people(1, 150)), as_of=DAY)).cards[0]
    two = replace(card, carers=2, bands=(Band.MORNING, Band.BED), hours=(20, 30))
    package = stand_in(two, MIDDLE)
    assert [visit.carers_needed for visit in package.visits] == [2, 2]
    assert abs(package.weekly_care / HOUR - 25) < 5
    assert package.place == MIDDLE


def test_what_has_no_day_rounds_or_too_wide_an_area_is_not_said() -> None:
    card: Card = shared_cards(Sharing(packages=tuple(people(1, 150)), as_of=DAY)).cards[0]
    wide = replace(card, nearness="district")
    night = replace(card, nearness="sector", area="CM9 5", service="night_awake")
    for each in (wide, night):
        assert round_fits([each], [], {"CM9 5": MIDDLE}) == {each.reference: RoundFit.UNKNOWN}
    near = replace(card, nearness="sector", area="CM9 5", service="personal_care")
    assert round_fits([near], [], {"CM9 5": MIDDLE}) == {near.reference: RoundFit.POOR}
