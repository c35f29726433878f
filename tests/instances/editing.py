"""Ways to spoil a folder that holds a good instance."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from geodata.report import Finding, Report

Edit = Callable[[Path], object]
Where = tuple[str, str, int | None, str | None]
"""Code, file, row, column."""


@dataclass(frozen=True, kw_only=True)
class Spoilt:
    """A fault, how to make it, and exactly what must be said of it.

    Attributes
    ----------
    alone
        Whether it hides others, so that it cannot stand in the folder that has all faults at once.
    """

    name: str
    edit: Edit
    errors: tuple[Where, ...] = ()
    warnings: tuple[Where, ...] = ()
    cure: str = ""
    alone: bool = field(default=False)

    def __str__(self) -> str:
        return self.name


def where(finding: Finding) -> Where:
    """What a test compares of a finding."""
    return finding.code, finding.file, finding.row, finding.column


def told(report: Report) -> tuple[set[Where], set[Where]]:
    """Errors and warnings of a report."""
    return {where(each) for each in report.errors}, {where(each) for each in report.warnings}


def rows_of(path: Path) -> list[list[str]]:
    """Rows of a CSV file, headings first."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def save(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> None:
    """Write rows as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))


def cell(file: str, row: int, column: str, value: str) -> Edit:
    """Put a value into a cell; row as the spreadsheet shows it."""

    def edit(folder: Path) -> None:
        rows = rows_of(folder / file)
        rows[row - 1][rows[0].index(column)] = value
        save(folder / file, rows)

    return edit


def repeat(file: str, row: int) -> Edit:
    """Add a copy of a row at the end."""

    def edit(folder: Path) -> None:
        rows = rows_of(folder / file)
        save(folder / file, [*rows, rows[row - 1]])

    return edit


def appended(file: str, *cells: str) -> Edit:
    """Add a column, heading first; the last cell fills the rest."""

    def edit(folder: Path) -> None:
        rows = rows_of(folder / file)
        save(folder / file, [[*row, cells[min(i, len(cells) - 1)]] for i, row in enumerate(rows)])

    return edit


def replaced(file: str, old: str, new: str) -> Edit:
    """Replace text that must be there."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def content(file: str, data: bytes) -> Edit:
    """Replace all of a file."""
    return lambda folder: (folder / file).write_bytes(data)


def encoded(file: str, encoding: str) -> Edit:
    """Save a file in another encoding."""
    return lambda folder: save(folder / file, rows_of(folder / file), encoding)


def removed(file: str) -> Edit:
    """Delete a file."""
    return lambda folder: (folder / file).unlink()


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


def excel_bytes() -> bytes:
    """A workbook nobody asked for."""
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
