"""Codes that come and go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.report import Report
from geodata.zones.code_files import district_codes, read_code_history
from geodata.zones.codes import Change, CodeHistory, CodeVersion, Standing, report_standing

EVE, DAY = date(2021, 3, 31), date(2021, 4, 1)


def old(code: str, *successors: str) -> CodeVersion:
    return CodeVersion(code=code, valid_to=EVE, successors=frozenset(successors))


def new(code: str) -> CodeVersion:
    return CodeVersion(code=code, valid_from=DAY)


HISTORY = CodeHistory(
    versions=(
        CodeVersion(code="STAYS"), old("GONE"),
        old("A", "A1", "A2"), new("A1"), new("A2"),
        old("B", "BC"), old("C", "BC"), new("BC"),
        old("R", "R1"), new("R1"),
        old("X", "XY", "YX"), old("Y", "XY", "YX"), new("XY"), new("YX"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "codes", "change"),
    [
        ("STAYS", ("STAYS",), Change.UNCHANGED),
        ("A", ("A1", "A2"), Change.SPLIT),
        ("B", ("BC",), Change.MERGED),
        ("R", ("R1",), Change.RENAMED),
        ("X", ("XY", "YX"), Change.RECAST),
        ("GONE", (), Change.NOTHING),
        ("NEVER", (), Change.UNKNOWN),
    ],
)
def test_what_a_code_became(code: str, codes: tuple[str, ...], change: Change) -> None:
    found = HISTORY.forward(code)
    assert (found.codes, found.change) == (codes, change)


@pytest.mark.parametrize(
    ("code", "codes", "change"),
    [
        ("STAYS", ("STAYS",), Change.UNCHANGED),
        ("A1", ("A",), Change.SPLIT),
        ("BC", ("B", "C"), Change.MERGED),
        ("R1", ("R",), Change.RENAMED),
        ("XY", ("X", "Y"), Change.RECAST),
    ],
)
def test_what_a_code_came_from(code: str, codes: tuple[str, ...], change: Change) -> None:
    found = HISTORY.backward(code)
    assert (found.codes, found.change) == (codes, change)


def test_one_to_many_is_said_plainly_and_has_no_only_answer() -> None:
    assert HISTORY.forward("A").only is None
    assert "which its code cannot say" in str(HISTORY.forward("A"))
    assert HISTORY.forward("B").only == "BC"


def test_a_code_is_followed_through_two_reorganisations_to_the_day_asked() -> None:
    districts = district_codes()
    assert districts.forward("E07000190", date(2020, 1, 1)).codes == ("E07000246",)
    assert districts.forward("E07000190").codes == ("E06000066",)
    assert "E07000190" in districts.backward("E06000066", date(2018, 1, 1)).codes
    assert districts.standing("E07000074", date(2026, 10, 5)) is Standing.IN_FORCE
    assert districts.standing("E06000066", date(2022, 1, 1)) is Standing.NOT_YET


def test_a_code_that_is_not_in_force_is_told_with_what_stands_for_it() -> None:
    report = Report()
    codes = ["E07000190", "E07000074", "E06000061"]
    report_standing(codes, district_codes(), date(2020, 6, 1), "packages.csv", report)
    found = {each.message.split()[0]: each for each in report.warnings}
    assert {each.code for each in report.warnings} == {"E464"}
    assert set(found) == {"E07000190", "E06000061"}
    assert "E07000246" in str(found["E07000190"].cure)
    assert "E07000150" in str(found["E06000061"].cure)


def write(folder: Path, text: str) -> Path:
    path = folder / "codes.csv"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> set[str]:
    report = Report()
    assert read_code_history(path, report) is None
    return {each.code for each in report.errors}


def test_a_dated_table_and_a_lookup_say_the_same(tmp_path: Path) -> None:
    report = Report()
    dated = read_code_history(
        write(
            tmp_path,
            "code,name,valid_from,valid_to,successors\nA,,,2021-03-31,A1;A2\n"
            "A1,,2021-04-01,,\nA2,,2021-04-01,,\nS,,,,\n",
        ),
        report,
    )
    looked_up = read_code_history(
        write(tmp_path, "LSOA11CD,LSOA21CD,CHGIND\nA,A1,S\nA,A2,S\nS,S,U\n"), report, changed_on=DAY
    )
    assert dated is not None
    assert looked_up is not None, report.findings
    assert dated.versions == looked_up.versions


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "E465"),
        ("", "E465"),
        ("code,name,valid_from,valid_to,successors\n", "E465"),
        ("code,name,valid_from,valid_to,successors\nA,,1.4.2021,,\n", "E465"),
        ("code,name,valid_from,valid_to,successors\na b,,,,\n", "E465"),
        ("lsoa11_code,lsoa21_code,change_code\nA,B,U\n", "E465"),
        ("code,name,valid_from,valid_to,successors\nA,,,,\nA,,,,\n", "E466"),
        ("code,name,valid_from,valid_to,successors\nA,,2022-01-01,2021-01-01,\n", "E466"),
        ("code,name,valid_from,valid_to,successors\nA,,,2021-01-01,B\n", "E466"),
        ("code,name,valid_from,valid_to,successors\nA,,,2021-01-01,A\n", "E466"),
        ("code,name,valid_from,valid_to,successors\nA,,,,B\nB,,,,\n", "E466"),
    ],
)
def test_spoilt_tables_are_findings(tmp_path: Path, text: str, code: str) -> None:
    assert refused(write(tmp_path, text)) == {code}


def test_a_table_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.csv") == {"E450"}


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(len(HISTORY.versions))))
def test_the_order_of_rows_means_nothing(order: list[int]) -> None:
    other = CodeHistory(versions=tuple(HISTORY.versions[i] for i in order))
    assert all(other.forward(each.code) == HISTORY.forward(each.code) for each in HISTORY.versions)


def test_going_on_and_back_comes_home() -> None:
    for each in HISTORY.versions:
        for code in HISTORY.forward(each.code).codes:
            assert each.code in {*HISTORY.backward(code).codes, code}


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        CodeHistory(versions=(new("A"), new("A")))
