"""Attack: two publications side by side. What differs is never one package's doing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from geodata.report import InputError
from optimiser.model.need import Package
from optimiser.publishing.audit import audit
from optimiser.publishing.cards import Cards, Sharing, shared_cards
from optimiser.publishing.classes import traits
from optimiser.publishing.figures import Table
from optimiser.publishing.history import LastDemand, counted_now, may_publish
from optimiser.publishing.live_demand import live_demand
from optimiser.publishing.open_demand import wanted
from tests.publishing.people import CHELMSFORD, DAY, MALDON, counting, naive, people, safe

LATER = DAY + timedelta(days=7)


def of_all(packages: list[Package]) -> Table:
    return naive(tuple(map(wanted, packages)))


def changed_cells(one: Table, other: Table) -> int:
    return sum(
        figure.count != other.figures[cell].count or figure.hours != other.figures[cell].hours
        for cell, figure in one.figures.items()
        if cell in other.figures
    )


def next_table(before: list[Package], after: list[Package]) -> tuple[Table, Table]:
    """A table, and the one published a week later."""
    first = safe(tuple(map(wanted, before)))
    counted, _ = counted_now(map(wanted, before), None, DAY)
    last = LastDemand(table=first, open=frozenset(each.id for each in before), counted=counted)
    now, since = counted_now(map(wanted, after), last, LATER)
    packages = tuple(each for those in now.values() for each in those)
    return first, live_demand(counting(packages, as_of=LATER, since=since), before=first)


def test_one_package_more_moves_figures_of_a_naive_table_and_none_of_ours() -> None:
    # Whoever knows that one person came to Maldon this week learns, from what moves, when they are visited.
    before = people(8, 140)
    at_maldon = [each for each in people(8, 400, first=140) if each.district == MALDON]
    moved = 0
    for newcomer in at_maldon[:40]:
        elsewhere = [each for each in people(9, 60, first=900) if each.district == CHELMSFORD][:8]
        first, second = next_table(before, [*before, newcomer, *elsewhere])
        assert second.since[MALDON] == DAY
        at = {cell for cell in first.figures if cell.area == str(MALDON)}
        assert all(
            first.figures[cell].count == second.figures[cell].count
            for cell in at
            if None not in (first.figures[cell].count, second.figures[cell].count)
        )
        moved += changed_cells(of_all(before), of_all([*before, newcomer]))
        if moved:
            break
    assert moved > 0


@pytest.mark.parametrize("seed", range(5))
def test_two_tables_together_tell_no_small_count(seed: int) -> None:
    before = people(seed, 120)
    after = [*before[10:], *people(seed, 12, first=500)]
    first, second = next_table(before, after)
    assert audit(second, first) == ()


def classes(cards: Cards, packages: list[Package]) -> Counter[tuple[str, ...]]:
    by_id = {each.id: each for each in packages}
    return Counter((card.area, *traits(by_id[cards.references[card.reference]])) for card in cards.cards)


def added(first: Cards, second: Cards, packages: list[Package]) -> Counter[tuple[str, ...]]:
    """Classes of the cards of the second that the first did not have."""
    by_id = {each.id: each for each in packages}
    names = [(card.area, second.references[card.reference]) for card in second.cards]
    return Counter((area, *traits(by_id[name])) for area, name in names if name not in first.shown)


@pytest.mark.parametrize("seed", range(12))
def test_new_cards_are_k_alike_and_naive_ones_are_not(seed: int) -> None:
    before = people(seed, 150)
    after = [*before[8:], *people(seed, 25, first=150)]
    first = shared_cards(Sharing(packages=tuple(before), as_of=DAY))
    second = shared_cards(Sharing(packages=tuple(after), as_of=LATER, before=first.shown))
    assert min(added(first, second, after).values(), default=5) >= 5
    assert min(classes(second, after).values()) >= 5
    unknowing = shared_cards(Sharing(packages=tuple(after), as_of=LATER))
    assert min(added(first, unknowing, after).values()) < 5


def test_a_card_never_comes_nearer() -> None:
    before, after = people(3, 80), people(3, 300)
    first = shared_cards(Sharing(packages=tuple(before), as_of=DAY))
    second = shared_cards(Sharing(packages=tuple(after), as_of=LATER, before=first.shown))
    assert all(second.shown[name] >= step for name, step in first.shown.items() if name in second.shown)


def test_too_soon_too_little_or_backwards_is_refused() -> None:
    names = [each.id for each in people(1, 20)]
    now, then = frozenset(names), frozenset(names[4:])
    for day, code in ((DAY + timedelta(days=6), "E471"), (LATER, "E472"), (DAY - timedelta(days=1), "E473")):
        with pytest.raises(InputError) as refused:
            may_publish("log.jsonl", as_of=day, last=DAY, now=now, then=then)
        assert code in {each.code for each in refused.value.findings}
    may_publish("log.jsonl", as_of=LATER, last=DAY, now=now, then=frozenset(names[5:]))
    may_publish("log.jsonl", as_of=DAY, last=None, now=now, then=frozenset())


def test_one_who_comes_alone_waits() -> None:
    before = people(5, 150)
    (newcomer,) = people(5, 1, first=700)
    first = shared_cards(Sharing(packages=tuple(before), as_of=DAY))
    both = (*before, replace(newcomer))
    second = shared_cards(Sharing(packages=both, as_of=LATER, before=first.shown))
    assert newcomer.id in second.withheld
