"""Rows of values out of rows of text: cells by their kind, identifiers once, references to what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geodata.report import Report, Severity
from instances.cells import CellError
from instances.columns import Column
from instances.dates import DateFormat, Day, strangers
from instances.tables import RawRow, RawTable
from optimiser.model.instance import suggest

REFERENCE_CODES: Mapping[str, tuple[str, str]] = {
    "providers": ("E231", "provider"),
    "lots": ("E232", "lot"),
    "tiers": ("E233", "tier"),
    "localities": ("E251", "locality"),
    "packages": ("E252", "package"),
    "carers": ("E253", "carer"),
    "batches": ("E310", "batch"),
    "bidders": ("E315", "bidder"),
    "criteria": ("E320", "criterion"),
}
"""Code and word for a reference to nothing, by the table referred to."""


@dataclass(slots=True, eq=False)
class Row:
    """One row of values, and what is wrong with it so far.

    Attributes
    ----------
    values
        By column; the column's default where the cell is empty.
    bad
        Columns whose value could not be read: not in ``values``.
    rejected
        Whether anything is wrong with it: it makes no part of the instance.
    """

    raw: RawRow
    file: str
    report: Report
    values: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    rejected: bool = False

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def has(self, *columns: str) -> bool:
        """Whether all these could be read."""
        return all(column in self.values for column in columns)

    def reject(self, code: str, column: str | None, message: str, cure: str) -> None:
        """Add an error and give the row up."""
        self.rejected = True
        self._add(code, column, message, cure, Severity.ERROR)

    def warn(self, code: str, column: str | None, message: str, cure: str) -> None:
        """Add a warning; the row stands."""
        self._add(code, column, message, cure, Severity.WARNING)

    def _add(self, code: str, column: str | None, message: str, cure: str, severity: Severity) -> None:
        shown = None if column is None else self.raw.shown.get(column, column)
        self.report.add(
            code, self.file, message, row=self.raw.number, column=shown, cure=cure, severity=severity
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """A table of values.

    Attributes
    ----------
    whole
        Whether the table could be read at all. Without it, nothing that refers to it can be judged.
    """

    name: str
    file: str
    rows: tuple[Row, ...]
    whole: bool = True

    @property
    def accepted(self) -> Iterable[Row]:
        """Rows with nothing wrong so far."""
        return (row for row in self.rows if not row.rejected)

    def declared(self, column: str) -> set[Any]:
        """Values a column takes, on rejected rows too: what refers to those is right as far as it goes."""
        return {row[column] for row in self.rows if row.has(column)}


def read_values(raw: RawTable | None, name: str, report: Report, *, twice: str = "E230") -> Values:
    """Every row of a raw table, all that is wrong in the report; ``twice`` is the code of a repeated key."""
    if raw is None:
        return Values(name=name, file=name, rows=(), whole=False)
    rows = tuple(Row(raw=each, file=raw.file, report=report) for each in raw.rows)
    for column in raw.table.columns:
        if isinstance(column.kind, Day):
            _check_one_way(rows, column, raw, report)
        for row in rows:
            _read_cell(row, column, present=raw.has(column.name))
    if raw.table.key:
        _check_key(rows, raw.table.key, twice)
    return Values(name=name, file=raw.file, rows=rows, whole=all(raw.has(each) for each in raw.table.key))


def _read_cell(row: Row, column: Column, *, present: bool) -> None:
    name = column.name
    if name in row.bad:
        return
    if row.raw.broken:
        row.rejected = True
        if row.raw.cells.get(name, "").strip():
            _read_quietly(row, column)
        return
    text = row.raw.cells.get(name, "")
    if not text.strip():
        if not column.must_fill:
            row.values[name] = column.default
        elif present:
            row.bad.add(name)
            row.reject("E210", name, "the cell is empty", f"fill it: {column.says}")
        else:
            row.bad.add(name)
            row.rejected = True  # the missing column has been told once
        return
    try:
        value = column.kind.parse(text)
    except CellError as fault:
        row.bad.add(name)
        row.reject(fault.code, name, fault.message, fault.cure)
        return
    if column.must_fill and value == frozenset():
        row.bad.add(name)
        row.reject("E210", name, "the list is empty", f"fill it: {column.says}")
        return
    row.values[name] = value


def _read_quietly(row: Row, column: Column) -> None:
    """Take what a broken row seems to say, so that what refers to it is not called unknown."""
    try:
        row.values[column.name] = column.kind.parse(row.raw.cells[column.name])
    except CellError:
        row.bad.add(column.name)


def _check_one_way(rows: Iterable[Row], column: Column, raw: RawTable, report: Report) -> None:
    """Refuse a column that mixes ways of writing dates: 01/03 and 03/01 look alike."""
    listed = list(rows)
    texts = [(i, row.raw.cells.get(column.name, "")) for i, row in enumerate(listed) if not row.raw.broken]
    way, others = strangers(texts)
    usual = way.value if way else ""
    for i, (day, theirs) in others.items():
        listed[i].bad.add(column.name)
        listed[i].reject(
            "E212",
            column.name,
            f"{_cell(listed[i], column)!r} is written as {theirs.value}, others of the column as {usual}",
            f"if it is {day.day} {day:%B %Y}, write {day.isoformat()}",
        )
    if way is not None and way is not DateFormat.ISO and raw.rows and raw.rows[0].number is not None:
        report.add(
            "E273", raw.file, f"dates are written as {way.value}; they were read with the day first",
            row=None, column=column.name, cure="write dates as 2026-03-01, and no one can misread them",
            severity=Severity.WARNING,
        )  # fmt: skip


def _cell(row: Row, column: Column) -> str:
    """The cell as it stands, without spaces around it."""
    return row.raw.cells.get(column.name, "").strip()


def _check_key(rows: Iterable[Row], key: tuple[str, ...], code: str) -> None:
    first: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        if not row.has(*key) or row.raw.broken:
            continue
        value = tuple(row[column] for column in key)
        if value in first:
            number = first[value].raw.number
            where = "" if number is None else f": first in row {number}"
            said = row.raw.cells.get(key[0], "") if len(key) == 1 else _said(row, key)
            row.reject(
                code,
                key[0] if len(key) == 1 else None,
                f"{said!r} stands twice{where}",
                "give each row an identifier of its own, or delete the repeated row",
            )
        else:
            first[value] = row


def _said(row: Row, key: tuple[str, ...]) -> str:
    return ", ".join(text for column in key if (text := row.raw.cells.get(column, "").strip()))


def check_references(
    tables: Mapping[str, Values], columns: Mapping[str, Iterable[Column]], keys: Mapping[str, str]
) -> None:
    """Say of every reference to nothing what was probably meant.

    Parameters
    ----------
    columns
        Columns of each table.
    keys
        Identifying column of each table that can be referred to.
    """
    for name, values in tables.items():
        for column in columns[name]:
            target = column.refers_to
            if target is None or not tables[target].whole:
                continue
            _check_reference(values, column, tables[target], keys[target])


def _check_reference(values: Values, column: Column, target: Values, key: str) -> None:
    known = target.declared(key)
    code, word = REFERENCE_CODES[target.name]
    lost = [
        (row, each)
        for row in values.rows
        if not row.raw.broken and row.has(column.name) and row[column.name] is not None
        for each in _asked(row[column.name])
        if each not in known
    ]
    # A row whose identifier cannot be read may be the very one that is asked for.
    nameless = sum(not row.has(key) for row in target.rows)
    if len({each for _, each in lost}) <= nameless:
        return
    for row, each in lost:
        row.reject(code, column.name, f"no {word} called {each!r}", suggest(each, known))


def _asked(value: str | frozenset[str]) -> list[str]:
    return sorted(value) if isinstance(value, frozenset) else [value]
