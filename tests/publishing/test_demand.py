"""Level A: what is small is hidden, what is shown is rounded, and the order of packages means nothing."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import date

import pytest

from instances import essex, leicester, leicestershire, norfolk
from optimiser.model.calendar import HOUR, Band
from optimiser.publishing.audit import audit
from optimiser.publishing.demand import locality_of, tabulate, tally
from optimiser.publishing.figures import Cell, Figure, Hidden, Level, Table, rounded, rounded_hours
from optimiser.publishing.live_demand import Counting, live_demand
from optimiser.publishing.open_demand import Wanted, open_packages, wanted
from tests.publishing.people import DAY, LEVELS, LOCALITIES, counting, naive, people, safe, want

THOROUGH = bool(os.environ.get("CAREROUNDS_THOROUGH"))
COUNTIES = {"essex": essex, "norfolk": norfolk, "leicester": leicester, "leicestershire": leicestershire}


def small_ones_shown(table: Table, packages: tuple[Wanted, ...], localities: dict[str, str]) -> list[Cell]:
    """Cells of 1 to 7 of which anything is shown, counted afresh; fails where a shown figure is not right."""
    true = tally(packages, localities, table.levels, table.pieces)
    for cell, figure in table.figures.items():
        if figure.count is not None:
            assert figure.count == 5 * round(true.count[cell] / 5) > 0
        if figure.hours is not None:
            assert abs(figure.hours - true.care[cell] / HOUR) <= 2.5
            assert figure.count is not None
    return [
        cell
        for cell, figure in table.figures.items()
        if 1 <= true.count[cell] <= 7 and (figure.count is not None or figure.hours is not None)
    ]


@pytest.mark.parametrize("seed", range(200 if THOROUGH else 12))
def test_no_cell_of_one_to_seven_is_shown_in_a_random_market(seed: int) -> None:
    packages = tuple(map(wanted, people(seed, 10 + 7 * (seed % 30))))
    table = safe(packages)
    assert small_ones_shown(table, packages, LOCALITIES) == []
    assert audit(table) == ()


@pytest.mark.parametrize("name", COUNTIES if THOROUGH else ["leicester"])
def test_no_cell_of_one_to_seven_is_shown_in_a_county(name: str) -> None:
    county = COUNTIES[name](seed=7)
    packages = tuple(map(wanted, open_packages(county)))
    localities = dict(locality_of(county))
    asked = Counting(packages=packages, localities=localities, levels=LEVELS, as_of=county.as_of, since={})
    table = live_demand(asked)
    assert small_ones_shown(table, packages, localities) == []
    assert any(each.count is not None for each in table.figures.values())


def test_shuffled_packages_are_the_same_table() -> None:
    packages = [wanted(each) for each in people(1, 150)]
    shuffled = random.Random(2).sample(packages, len(packages))
    assert safe(tuple(packages)) == safe(tuple(shuffled))


def test_a_threshold_of_ten_hides_more_and_one_of_six_is_refused() -> None:
    packages = tuple(map(wanted, people(3, 150)))
    seven, ten = (live_demand(counting(packages, small=small)) for small in (7, 10))
    assert ten.hidden(Hidden.SMALL) > seven.hidden(Hidden.SMALL)
    with pytest.raises(ValueError, match="up to 7"):
        live_demand(counting(packages, small=6))


def test_counts_and_hours_are_rounded_to_five() -> None:
    assert [rounded(count) for count in (0, 8, 12, 13, 17, 18)] == [0, 10, 10, 15, 15, 20]
    assert [rounded_hours(hours * HOUR) for hours in (0, 2, 3, 7, 8)] == [0, 0, 5, 5, 10]


def test_a_rate_is_worked_out_from_what_is_shown_alone() -> None:
    assert Figure(20, 190).hours_each == 9.5
    assert Figure(None, None, Hidden.SMALL).hours_each is None
    assert Figure(10, None).hours_each is None


def test_the_audit_refuses_what_could_not_have_been_rounded() -> None:
    table = naive(tuple(want(f"P{n}", "CM9 5", Band.TEA) for n in range(9)))
    cell = Cell(Level.MARKET, "all", None, None)
    for wrong in (Figure(9, None), Figure(5, None), Figure(None, 10, Hidden.SMALL)):
        with pytest.raises(ValueError, match="shows"):
            audit(replace(table, figures={**table.figures, cell: wrong}))


def test_figures_that_contradict_one_another_are_told() -> None:
    packages = [want(f"P{n}", "CM9 5", Band.TEA) for n in range(9)]
    table = naive((*packages, want("Q", "CM0 7", Band.TEA)))
    cell = Cell(Level.MARKET, "all", None, None)
    with pytest.raises(ValueError, match="agrees"):
        audit(replace(table, figures={**table.figures, cell: Figure(500, 500)}))


def test_a_table_says_when_each_district_was_counted() -> None:
    counted = tally((), LOCALITIES, LEVELS, frozenset())
    table = tabulate(counted, as_of=DAY, levels=LEVELS, since={}, small=7)
    assert table.as_of == date(2026, 10, 5)
    assert table.hidden(Hidden.SMALL) == 0
