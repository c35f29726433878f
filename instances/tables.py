"""Raw tables: rows of text under headings, out of bytes. Knows nothing of what cells mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from geodata.report import Report, Severity
from instances.columns import Table
from optimiser.model.instance import suggest

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Grid = Sequence[tuple[int, Sequence[str]]]
"""Rows as they stand, each with its number as the spreadsheet shows it; wholly blank rows left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row of text.

    Attributes
    ----------
    number
        As the spreadsheet shows it, heading = 1; ``None`` in a file without rows.
    cells
        By heading.
    shown
        What to call a column in a finding, where that is not its heading.
    broken
        Whether the row has too many or too few cells, so that none can be trusted but the first ones.
    """

    number: int | None
    cells: Mapping[str, str]
    shown: Mapping[str, str] = field(default_factory=dict)
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table of text.

    Attributes
    ----------
    file
        File or sheet, as findings name it.
    headings
        Of the columns that the schema knows and the file has.
    """

    table: Table
    file: str
    headings: tuple[str, ...]
    rows: tuple[RawRow, ...]

    def has(self, column: str) -> bool:
        """Whether the file has a column."""
        return column in self.headings


def decode(data: bytes, file: str, report: Report) -> str | None:
    """Text of a file: UTF-8 with or without its mark, else Windows-1252 with a warning, else ``None``."""
    save_as = "in Excel choose Save As, 'CSV UTF-8 (Comma delimited)'"
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        report.add(
            "E202", file, "is an Excel workbook under another name",
            cure=f"open it in Excel (rename it to .xlsx first) and {save_as}; or give the .xlsx itself",
        )  # fmt: skip
        return None
    if b"\0" in data:
        report.add("E203", file, "is not plain text: it holds NUL bytes", cure=save_as)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as fault:
        report.add(
            "E203", file, f"is not text in UTF-8: byte {fault.start + 1} is no character", cure=save_as
        )
        return None
    report.add(
        "E270", file, "is not in UTF-8; it was read as Windows-1252",
        cure=f"check the accented letters and £ signs; {save_as}", severity=Severity.WARNING,
    )  # fmt: skip
    return text


def read_csv(data: bytes, table: Table, file: str, report: Report) -> RawTable | None:
    """Raw table of a CSV file's bytes; ``None`` where it cannot be used at all, and the report says why."""
    text = decode(data, file, report)
    if text is None:
        return None
    first = text.lstrip("\r\n").partition("\n")[0]
    for name, mark in (("semicolons", ";"), ("tabs", "\t")):
        if _known(first.split(mark), table) > max(1, _known(first.split(","), table)):
            report.add(
                "E203", file, f"has {name} between its columns, not commas",
                cure="save it as 'CSV UTF-8 (Comma delimited)'",
            )  # fmt: skip
            return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as fault:
        report.add(
            "E203", file, f"cannot be read as CSV: {fault}", cure="look for a quotation mark without its pair"
        )
        return None
    grid = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    return frame(grid, table, file, report, pad=False)


def _plain(heading: str) -> str:
    """A heading as the schema would write it."""
    return re.sub(r"[\s-]+", "_", heading.strip().casefold())


def _known(headings: Iterable[str], table: Table) -> int:
    return len({_plain(each.strip().strip('"')) for each in headings} & set(table.headings))


def frame(grid: Grid, table: Table, file: str, report: Report, *, pad: bool) -> RawTable | None:
    """Raw table of rows of cells, the first of them headings.

    Parameters
    ----------
    pad
        Whether a short row only lacks empty cells, as in a workbook; in a CSV it has lost something.
    """
    needed = [column.name for column in table.columns if not column.optional]
    cure = f"row 1 holds the headings: {', '.join(needed)}"
    if not grid:
        report.add("E205", file, "is empty", cure=cure)
        return None
    if grid[0][0] != 1 or not _known(grid[0][1], table):
        report.add("E205", file, "has no headings in its first row", cure=cure, row=1)
        return None
    names = [_plain(each) for each in grid[0][1]]
    body = grid[1:]
    if not body and not table.may_be_empty:
        report.add("E205", file, "has headings and no rows", cure=f"add the rows: {table.says}")
    _check_blank_headings(names, body, file, report)
    _check_headings(names, table, file, report)
    width = len(names)
    rows = []
    for number, cells in body:
        short = len(cells) < width and not pad
        extra = any(cell.strip() for cell in cells[width:])
        if short or extra:
            report.add(
                "E208", file, f"has {len(cells)} cells where the headings are {width}", row=number,
                cure="look for a comma inside a cell (put that cell in quotation marks) or a missing one",
            )  # fmt: skip
        padded = [*cells, *[""] * (width - len(cells))]
        by_name = dict(
            zip(reversed(names), reversed(padded[:width]), strict=True)
        )  # the first of a doubled heading
        kept = {name: by_name[name] for name in table.headings if name in by_name}
        rows.append(RawRow(number=number, cells=kept, broken=short or extra))
    headings = tuple(name for name in table.headings if name in names)
    return RawTable(table=table, file=file, headings=headings, rows=tuple(rows))


def _check_blank_headings(names: Sequence[str], body: Grid, file: str, report: Report) -> None:
    blank = [i for i, name in enumerate(names) if not name]
    filled = [i for i in blank if any(len(cells) > i and cells[i].strip() for _, cells in body)]
    for i in filled:
        report.add(
            "E207",
            file,
            f"column {i + 1} has no heading",
            row=1,
            cure="give it a heading, or delete the column",
        )
    beyond = any(
        len(cells) > len(names) and not any(c.strip() for c in cells[len(names) :]) for _, cells in body
    )
    if len(blank) > len(filled) or beyond:
        report.add(
            "E271", file, "has blank columns; they were left out", row=1,
            cure="delete the columns to the right of the table", severity=Severity.WARNING,
        )  # fmt: skip


def _check_headings(names: Sequence[str], table: Table, file: str, report: Report) -> None:
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            report.add(
                "E207",
                file,
                f"the heading {name!r} stands twice",
                row=1,
                column=name,
                cure="rename or delete one",
            )
    strange = [
        name for name in dict.fromkeys(names) if name and name not in (*table.headings, *table.passed_over)
    ]
    for column in table.columns:
        if column.optional or column.name in names:
            continue
        cure = suggest(column.name, strange)
        meant = next((name for name in strange if cure == f"did you mean {name!r}?"), None)
        if meant is not None:
            strange.remove(meant)
            cure = f"rename the column {meant!r}"
        else:
            cure = f"add it: {column.says}"
        report.add("E206", file, f"has no column {column.name!r}", row=1, column=column.name, cure=cure)
    for name in strange:
        say_unknown(
            "column", name, name, [each for each in table.headings if each not in names], file, 1, report
        )


def say_unknown(
    what: str, name: str, column: str, absent: Sequence[str], file: str, row: int | None, report: Report
) -> None:
    """Tell of a column or key that the schema does not know.

    One that is nearly the name of a known one is an error: a mistyped ``excluded_provider``, left out in
    silence, would send a carer where none may go. Any other is the user's own and left out with a warning.

    Parameters
    ----------
    absent
        Known names that are not there.
    """
    shown = column if column.isprintable() else repr(column)
    near = get_close_matches(name, absent, n=1, cutoff=0.8)
    if near:
        cure = f"did you mean {near[0]!r}? if it is your own, give it a name less like it"
        report.add("E206", file, f"the {what} {name!r} is not known", row=row, column=shown, cure=cure)
    else:
        report.add(
            "E272", file, f"the {what} {name!r} is not known; it was left out", row=row, column=shown,
            cure="nothing to do, if it is for your own use", severity=Severity.WARNING,
        )  # fmt: skip


def read_folder(folder: Path, tables: Sequence[Table], report: Report) -> dict[str, RawTable]:
    """Raw tables of the CSV files in a folder, by name; those that cannot be used are missing."""
    files = {path.name.casefold(): path for path in sorted(folder.iterdir()) if path.is_file()}
    found = {}
    for table in tables:
        path = files.get(table.file)
        if path is None:
            if not table.optional:
                known = {each.file for each in tables}
                strangers = {name for name in files if name.endswith(".csv")} - known
                report.add(
                    "E201", table.file, "the file is missing", cure=find_or_add(table, table.file, strangers)
                )
            continue
        data = read_bytes(path, report)
        raw = None if data is None else read_csv(data, table, path.name, report)
        if raw is not None:
            found[table.name] = raw
    return found


def find_or_add(table: Table, name: str, strangers: Iterable[str]) -> str:
    """Cure for a missing file or sheet: the one that has its name nearly, or else what to add."""
    cure = suggest(name, strangers)
    return f"{cure} rename it" if cure.startswith("did you mean") else f"add it: {table.says}"


def bytes_of(path: Path, report: Report) -> bytes:
    """All of a file that nothing can be read without; ``InputError`` (E200) where it cannot be opened."""
    data = read_bytes(path, report)
    report.raise_if_any()
    assert data is not None
    return data


def read_bytes(path: Path, report: Report) -> bytes | None:
    """All of a file; ``None`` where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as fault:
        report.add(
            "E200",
            path.name,
            f"cannot be opened: {fault.strerror}",
            cure="check the path, and who may read it",
        )
        return None
