"""Dated tariffs: the house's own, a user's over them, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from geodata.report import InputError
from instances.schema_tariffs import UNITS
from instances.tariffs_file import house_tariffs, read_tariffs, tariff_on
from optimiser.model.tariff import Basis, Figure, Tariff

HEAD = "figure,effective_from,amount,unit,basis,source\n"


def test_the_defaults_are_the_house_table_in_april_2026() -> None:
    assert house_tariffs().on(date(2026, 4, 6)) == Tariff()


def test_rates_change_on_their_day() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 5), date(2026, 4, 6)]
    found = [house_tariffs().on(day) for day in days]
    assert [each.minimum_wage for each in found] == [1221, 1271, 1271, 1271]
    assert [each.mileage for each in found] == [45, 45, 45, 55]


def test_what_is_not_published_says_that_it_is_an_assumption() -> None:
    published = {each.figure for each in house_tariffs().lines if each.basis is Basis.PUBLISHED}
    assert published == {Figure.MINIMUM_WAGE, Figure.MILEAGE_COST, Figure.HOLIDAY}
    assert all(each.source for each in house_tariffs().lines)


def test_every_figure_has_a_unit() -> None:
    assert set(UNITS) == set(Figure)


def test_a_users_lines_take_the_place_of_the_houses_figure_by_figure(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEAD + "pay,2020-01-01,13.50,£ an hour,assumption,our own scale\n", encoding="utf-8")
    tariffs = read_tariffs(own)
    assert tariffs.on(date(2026, 5, 1)).wage == 1350
    assert tariffs.on(date(2026, 5, 1)).minimum_wage == 1271


def test_everything_wrong_with_a_table_is_told_at_once(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        HEAD
        + "pay,2026-04-01,12.71,pence an hour,assumption,x\n"
        + "overhead,2026-04-01,9.43,£ a contact hour,assumption,x\n"
        + "overhead,2026-04-01,9.50,£ a contact hour,assumption,x\n"
        + "mileage_paid,2026-04-01,45.5,pence a mile,assumption,x\n"
        + "holidays,2026-04-01,12,% of pay,guess,x\n"
        + "pension,2026-04-01,300,% of pay,assumption,x\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_tariffs(own)
    found = [(each.code, each.row) for each in caught.value.findings]
    assert found == [("E521", 2), ("E520", 4), ("E214", 5), ("E216", 6), ("E216", 6), ("E215", 7)]


def test_a_day_before_the_table_begins_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        tariff_on(house_tariffs(), date(2024, 1, 1))
    assert [each.code for each in caught.value.findings] == ["E522"]
