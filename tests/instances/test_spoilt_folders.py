"""Every fault is told with its code, file, row and column; all at once; and never as a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.postcodes import PostcodeDirectory
from geodata.report import InputError
from instances.read import read_instance, read_with_report
from tests.instances.editing import Spoilt, told
from tests.instances.small_market import small_market
from tests.instances.spoilt_form import OF_FORM
from tests.instances.spoilt_meaning import OF_MEANING
from tests.instances.spoilt_together import TWENTY


@pytest.mark.parametrize("spoilt", [*TWENTY, *OF_FORM, *OF_MEANING], ids=str)
def test_a_fault_is_told_where_it_is_and_nothing_else_is(
    spoilt: Spoilt, folder: Path, postcodes: PostcodeDirectory
) -> None:
    spoilt.edit(folder)
    instance, report = read_with_report(folder, postcodes=postcodes)
    assert told(report) == (set(spoilt.errors), set(spoilt.warnings))
    assert (instance is None) == bool(spoilt.errors)
    assert any(spoilt.cure in (finding.cure or "") for finding in report.findings) or not spoilt.cure
    assert all(finding.cure for finding in report.findings), "every finding says what to do"


def test_all_faults_come_in_one_report(folder: Path, postcodes: PostcodeDirectory) -> None:
    together = [spoilt for spoilt in TWENTY if not spoilt.alone]
    for spoilt in together:
        spoilt.edit(folder)
    with pytest.raises(InputError) as caught:
        read_instance(folder, postcodes=postcodes)
    _, report = read_with_report(folder, postcodes=postcodes)
    errors, warnings = told(report)
    assert errors == {where for spoilt in together for where in spoilt.errors}
    assert warnings == {where for spoilt in together for where in spoilt.warnings}
    assert caught.value.findings == report.errors


@pytest.mark.parametrize("name", ["byte-order mark", "Windows-1252", "trailing blank column"])
def test_what_spreadsheets_do_changes_nothing(name: str, folder: Path, postcodes: PostcodeDirectory) -> None:
    next(spoilt for spoilt in TWENTY if spoilt.name == name).edit(folder)
    assert read_instance(folder, postcodes=postcodes) == small_market()


def test_the_report_reads_like_this(folder: Path, postcodes: PostcodeDirectory) -> None:
    for name in ("trailing space", "window ends before it starts"):
        next(spoilt for spoilt in TWENTY if spoilt.name == name).edit(folder)
    with pytest.raises(InputError) as caught:
        read_instance(folder, postcodes=postcodes)
    assert str(caught.value).splitlines() == [
        "1 problem in provider_lots.csv",
        "  E231  provider_lots.csv:4 [provider_id]  no provider called 'CAREPLUS '",
        "        did you mean 'CAREPLUS'? the value ends with a space",
        "1 problem in visits.csv",
        "  E204  visits.csv:10 [latest]  window ends before it starts: 09:00–08:30",
        "        swap the two times, or correct the one mistyped",
    ]


@pytest.mark.parametrize("name", ["nowhere", "notes.txt", "old.xls", "broken.xlsx", "chart.xlsx"])
def test_what_is_no_instance_is_refused(name: str, tmp_path: Path) -> None:
    if name == "chart.xlsx":
        (tmp_path / name).write_bytes(b"PK\x03\x04 not really")
    elif name != "nowhere":
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" if name == "old.xls" else b"x")
    with pytest.raises(InputError) as caught:
        read_instance(tmp_path / name)
    codes = {finding.code for finding in caught.value.findings} - {"E201"}
    assert codes == {"E200"} if name in ("nowhere", "notes.txt") else {"E229"}


def test_warnings_are_logged(
    folder: Path, postcodes: PostcodeDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    next(spoilt for spoilt in TWENTY if spoilt.name == "Windows-1252").edit(folder)
    read_instance(folder, postcodes=postcodes)
    assert "E270" in caplog.text
