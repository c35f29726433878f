"""Excel workbooks: one sheet a table. Times, dates and numbers become the text a CSV file would hold."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl

from geodata.report import Report
from instances.amounts import Minutes, Money, Whole
from instances.cells import CellError, Clock, Kind, clock_text
from instances.columns import Table
from instances.dates import Day
from instances.tables import OLE_MAGIC, RawTable, find_or_add, frame

_DAY_ZERO = datetime(1899, 12, 31)  # noqa: DTZ001 - Excel's clock knows no zones
OWN_SHEETS = ("summary",)
"""Sheets that the writer adds and the reader passes over."""


def read_workbook(data: bytes, tables: Sequence[Table], file: str, report: Report) -> dict[str, RawTable]:
    """Raw tables of a workbook's sheets, by name; those that cannot be used are missing."""
    if data.startswith(OLE_MAGIC):
        report.add(
            "E229",
            file,
            "is a workbook of the old .xls kind, or locked",
            cure="save it as .xlsx without password",
        )
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot draw does not matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {
                name.strip().casefold(): (
                    name,
                    [[cell_text(cell) for cell in row] for row in _rows(book[name])],
                )
                for name in book.sheetnames
            }
            book.close()
    except Exception as fault:  # openpyxl raises whatever the damage leads it to
        report.add(
            "E229", file, f"cannot be read as a workbook: {str(fault)[:200] or type(fault).__name__}",
            cure="open it in Excel, and save it again as .xlsx",
        )  # fmt: skip
        return {}
    found = {}
    for table in tables:
        if table.name not in sheets:
            if not table.optional:
                strangers = set(sheets) - {each.name for each in tables} - set(OWN_SHEETS)
                cure = find_or_add(table, table.name, strangers)
                report.add("E201", table.name, "the sheet is missing", cure=cure)
            continue
        name, rows = sheets[table.name]
        grid = [
            (number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)
        ]
        raw = frame(grid, table, name, report, pad=True)
        if raw is not None:
            found[table.name] = raw
    return found


def _rows(sheet: Any) -> Any:
    """Values of a sheet; a chart sheet has none."""
    if not hasattr(sheet, "iter_rows"):
        return ()
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    return sheet.iter_rows(values_only=True)


def cell_text(value: Any) -> str:
    """Text of a cell as a CSV file would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        if value.year <= 1900:  # a time past midnight: Excel counts it as a day in 1900
            return cell_text(value - _DAY_ZERO)
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return cell_text(
            timedelta(hours=value.hour, minutes=value.minute, seconds=value.second + value.microsecond / 1e6)
        )
    if isinstance(value, timedelta):
        return clock_text(round(value.total_seconds()), always_seconds=False)
    return str(value)


def write_workbook(
    tables: Sequence[tuple[Table, Sequence[Mapping[str, str]]]], summary: Sequence[tuple[str, str]]
) -> bytes:
    """A workbook: a plain summary, then a sheet a table, cells as Excel itself would hold them.

    Raises
    ------
    ValueError
        Where a text cannot stand in a workbook and come back the same.
    """
    book = openpyxl.Workbook()
    front = book.active
    front.title = "summary"
    for line in summary:
        front.append(line)
    front.column_dimensions["A"].width = 32
    front.column_dimensions["B"].width = 80
    for table, rows in tables:
        sheet = book.create_sheet(table.name)
        sheet.append(table.headings)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows, start=2):
            for place, column in enumerate(table.columns, start=1):
                _fill(sheet, number, place, column.kind, row[column.name])
    stream = io.BytesIO()
    book.save(stream)
    data = stream.getvalue()
    _check_same(data, tables)
    return data


def _fill(sheet: Any, row: int, column: int, kind: Kind, text: str) -> None:
    if not text:
        return
    value = _excel_value(kind, text)
    try:
        cell = sheet.cell(row=row, column=column, value=value)
    except ValueError as fault:  # openpyxl's IllegalCharacterError
        raise ValueError(
            f"{text!r} cannot stand in a workbook: it holds a character Excel does not know"
        ) from fault
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    elif isinstance(kind, Money):
        cell.number_format = "0.00"
    elif isinstance(value, timedelta):
        cell.number_format = "[h]:mm:ss"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _excel_value(kind: Kind, text: str) -> Any:
    """What Excel would hold for a cell's text; the text itself where anything would be lost."""
    value: Any = text
    if isinstance(kind, Day):
        return date.fromisoformat(text)
    if isinstance(kind, Clock):
        seconds = kind.parse(text)
        value = timedelta(seconds=seconds) if seconds >= 86_400 else time.fromisoformat(text)
    elif isinstance(kind, Whole | Minutes | Money):
        value = float(text) if "." in text else int(text)
    return value


def _check_same(data: bytes, tables: Sequence[tuple[Table, Sequence[Mapping[str, str]]]]) -> None:
    """Read the workbook back: a sheet cuts a long text short without a word."""
    report = Report()
    raw = read_workbook(data, [table for table, _ in tables], "workbook", report)
    for table, rows in tables:
        back = raw[table.name].rows if table.name in raw else ()
        if len(back) != len(rows):
            raise ValueError(
                f"{table.name} does not come back out of a workbook: {len(back)} of {len(rows)} rows"
            )
        for written, read in zip(rows, back, strict=True):
            for column in table.columns:
                if not _same(column.kind, written[column.name], read.cells[column.name]):
                    said = repr(written[column.name][:60])
                    raise ValueError(f"{table.name} [{column.name}]: {said} cannot stand in a workbook")


def _same(kind: Kind, written: str, read: str) -> bool:
    if written == read:
        return True
    try:
        return bool(written and read and kind.parse(written) == kind.parse(read))
    except CellError:
        return False
