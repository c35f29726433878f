"""A workbook as people keep it: real dates, times and numbers, blank rows, a sheet of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from geodata.postcodes import PostcodeDirectory
from instances.read import read_instance, read_with_report
from instances.workbook import cell_text
from instances.write import write_instance
from tests.instances.editing import told
from tests.instances.small_market import small_market


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "yes"), (False, "no"), (3, "3"), (3.0, "3"), (21.5, "21.5"),
        (datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001
        (datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),  # noqa: DTZ001
        (datetime(1900, 1, 1, 2), "26:00"),  # noqa: DTZ001
        (date(2026, 3, 1), "2026-03-01"), (time(7, 30), "07:30"), (time(7, 30, 5), "07:30:05"),
        (time(7, 29, 59, 999_999), "07:30"), (timedelta(hours=26), "26:00"), ("=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_cells_become_the_text_a_csv_would_hold(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_instance(small_market(), tmp_path / "market.xlsx")
    return tmp_path / "market.xlsx"


def test_cells_hold_what_excel_would(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames[:2] == ["summary", "framework"]
    visits = {cell.value: cell.column for cell in sheets["visits"][1]}
    assert sheets["visits"].cell(2, visits["earliest"]).value == time(7)
    assert sheets["visits"].cell(2, visits["duration_min"]).value == 45
    packages = {cell.value: cell.column for cell in sheets["packages"][1]}
    assert sheets["packages"].cell(2, packages["requested_on"]).value == datetime(2026, 3, 1)  # noqa: DTZ001
    rates = {cell.value: cell.column for cell in sheets["provider_lots"][1]}
    assert sheets["provider_lots"].cell(3, rates["rate"]).value == 21.5


def test_what_people_do_to_sheets_changes_nothing(book: Path, postcodes: PostcodeDirectory) -> None:
    sheets = openpyxl.load_workbook(book)
    sheets["visits"].title = " Visits"
    sheets["lots"].insert_rows(3)
    sheets["packages"]["A1"] = " Package ID "
    sheets.create_sheet("my notes")["A1"] = "hello"
    sheets.save(book)
    again, report = read_with_report(book, postcodes=postcodes)
    assert report.findings == []
    assert again == small_market()


def test_faults_name_the_sheet(book: Path, postcodes: PostcodeDirectory) -> None:
    sheets = openpyxl.load_workbook(book)
    visits = {cell.value: cell.column for cell in sheets["visits"][1]}
    sheets["visits"].cell(2, visits["ideal"]).value = 0.25
    sheets["visits"].cell(2, visits["ideal"]).number_format = "General"
    sheets["tiers"]["A2"] = None
    del sheets["localities"]
    sheets["framework"].append(["Another"])
    sheets.save(book)
    _, report = read_with_report(book, postcodes=postcodes)
    errors, _ = told(report)
    assert errors == {
        ("E210", "framework", 3, "county"),
        ("E210", "framework", 3, "as_of"),
        ("E213", "visits", 2, "ideal"),
        ("E210", "tiers", 2, "code"),
        ("E201", "localities", None, None),
        ("E228", "framework", 3, None),
    }


def test_no_text_becomes_a_formula_or_an_error(tmp_path: Path, postcodes: PostcodeDirectory) -> None:
    market = small_market()
    odd = replace(
        market, county="+1+1", packages=(replace(market.packages[0], client="#N/A"), *market.packages[1:])
    )
    write_instance(odd, tmp_path / "odd.xlsx")
    assert read_instance(tmp_path / "odd.xlsx", postcodes=postcodes) == odd
