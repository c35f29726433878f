"""Reading tables of codes: dated ones, and ONS's look-ups from one year to another.

============  ================================================================================
code          what is wrong
============  ================================================================================
E450          the file is not there or may not be read
E465          no table of codes: columns missing, or a cell that is no code, day or change
E466          rows contradict each other
============  ================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pandas as pd

from geodata.report import Report
from geodata.zones.codes import CodeHistory, CodeVersion, contradictions
from geodata.zones.csv_table import read_text_table, table_of

DATED = ("code", "name", "valid_from", "valid_to", "successors")
"""Columns of a dated table; successors with ``;`` between them."""
_CHANGES = ("U", "S", "M", "X")  # ONS: unchanged, split, merged, irregular
_CODE_HEADING = re.compile(r"[a-z]+(?P<year>\d\d)[_ ]?(?:code|cd)")
_CHANGE_HEADING = re.compile(r"change_?(code|cd)?|ch(an)?gind")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]*")


def district_codes() -> CodeHistory:
    """Districts of the four counties as they stand, and those that reorganisation has retired since 2019.

    The table beside this file. What will retire the districts of Essex, Norfolk and Leicestershire has no
    codes yet: give a table of your own once it has.
    """
    report = Report()
    beside = resources.files("geodata.zones").joinpath("district_codes.csv").read_bytes()
    found = _history(table_of(beside), "district_codes.csv", report, None)
    report.raise_if_any()
    if found is None:
        raise AssertionError("a report without an error has a table")
    return found


def read_code_history(path: Path, report: Report, *, changed_on: date | None = None) -> CodeHistory | None:
    """Table of codes: dated (:data:`DATED`), or a look-up of two years' codes with their change.

    Parameters
    ----------
    changed_on
        First day of the later codes of a look-up; 1 January of the year in their heading, where ``None``.

    Returns
    -------
    CodeHistory | None
        ``None`` where it cannot be used; ``report`` then holds an error.
    """
    table = read_text_table(path, report, absent="E450", damaged="E465")
    return None if table is None else _history(table, path.name, report, changed_on)


def _history(table: pd.DataFrame, file: str, report: Report, changed_on: date | None) -> CodeHistory | None:
    before = len(report.errors)
    table = table.rename(columns=str.casefold)
    if {"code", "valid_from", "valid_to", "successors"} <= set(table.columns):
        rows = _dated(table, file, report)
    else:
        rows = _looked_up(table, file, report, changed_on)
    number = {version.code: row for row, version in reversed(rows)}
    for code, message, cure in contradictions([version for _, version in rows]):
        report.add("E466", file, message, row=number[code], cure=cure)
    if len(report.errors) > before or not rows:
        return None
    return CodeHistory(versions=tuple(version for _, version in rows), source=file)


def _dated(table: pd.DataFrame, file: str, report: Report) -> list[tuple[int, CodeVersion]]:
    rows = []
    for row, cells in enumerate(table.to_dict("records"), start=2):
        codes = [each.strip() for each in str(cells["successors"]).split(";") if each.strip()]
        code = str(cells["code"]).strip()
        wrong = [each for each in (code, *codes) if not _CODE.fullmatch(each)]
        for each in wrong:
            report.add("E465", file, f"{each!r} is no code", row=row, cure="write it as E07000074")
        days = [_day(str(cells[column]), column, row, file, report) for column in ("valid_from", "valid_to")]
        if not wrong:
            version = CodeVersion(
                code=code,
                name=str(cells.get("name", "")).strip(),
                valid_from=days[0],
                valid_to=days[1],
                successors=frozenset(codes),
            )
            rows.append((row, version))
    if table.empty:
        report.add("E465", file, "holds no codes", cure="add a row for each")
    return rows


def _day(text: str, column: str, row: int, file: str, report: Report) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        report.add("E465", file, f"{text!r} is no day", row=row, column=column, cure="write 2026-04-01")
        return None


def _looked_up(
    table: pd.DataFrame, file: str, report: Report, changed_on: date | None
) -> list[tuple[int, CodeVersion]]:
    """Versions out of pairs of codes: the older end the day before the later begin, unless unchanged."""
    columns = _columns_of_lookup(table)
    if columns is None:
        report.add(
            "E465", file, "is neither a dated table of codes nor a look-up from one year's to another's",
            cure=f"head it {', '.join(DATED)}; or lsoa11_code, lsoa21_code, change_code as ONS does",
        )  # fmt: skip
        return []
    old, new, mark, year = columns
    begins = changed_on or date(year, 1, 1)
    successors: dict[str, set[str]] = {}
    first_row: dict[str, int] = {}
    for row, cells in enumerate(table[[old, new, mark]].to_dict("records"), start=2):
        one, other, kind = (str(cells[each]).strip() for each in (old, new, mark))
        for column, text in ((old, one), (new, other)):
            if not _CODE.fullmatch(text):
                report.add("E465", file, f"{text!r} is no code", row=row, column=column, cure="fill it")
            first_row.setdefault(text, row)
        if kind not in _CHANGES or (kind == "U") != (one == other):
            report.add(
                "E465", file, f"{kind!r} is not what became of {one} ({other})", row=row, column=mark,
                cure="U where the code stays, S for split, M for merged, X for others",
            )  # fmt: skip
        successors.setdefault(one, set()).add(other)
    return [(row, _version(code, successors, begins)) for code, row in first_row.items()]


def _columns_of_lookup(table: pd.DataFrame) -> tuple[str, str, str, int] | None:
    """Columns of the older and the later codes and of the change, and the later year."""
    years = {each: found["year"] for each in table.columns if (found := _CODE_HEADING.fullmatch(each))}
    stems: dict[str, list[str]] = {}
    for column, year in years.items():
        stems.setdefault(column.replace(year, "", 1), []).append(column)
    pairs = [sorted(those, key=lambda each: years[each]) for those in stems.values() if len(those) == 2]
    marks = [each for each in table.columns if _CHANGE_HEADING.fullmatch(each)]
    if len(pairs) != 1 or len(marks) != 1:
        return None
    old, new = pairs[0]
    return old, new, marks[0], 2000 + int(years[new])


def _version(code: str, successors: Mapping[str, set[str]], begins: date) -> CodeVersion:
    later = successors.get(code, set()) - {code}
    return CodeVersion(
        code=code,
        valid_from=None if code in successors else begins,
        valid_to=begins - timedelta(days=1) if later else None,
        successors=frozenset(later),
    )
