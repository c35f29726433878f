"""TOML as raw tables, and back: lists of tables are tables of rows, pairs are rows of two cells.

What a person writes by hand then has the same findings as a sheet, each with the key's path for a column.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from geodata.report import Report
from instances.columns import Table
from instances.tables import RawRow, RawTable, decode, say_unknown

Content = dict[str, Any]


def toml_content(data: bytes, file: str, report: Report) -> Content | None:
    """Keys and values of a file's bytes, fractions as text; ``None`` where it is no TOML (E228)."""
    text = decode(data, file, report)
    if text is None:
        return None
    try:
        # Fractions stay text: 21.10 has no exact binary form, and pence are exact.
        return tomllib.loads(text, parse_float=str)
    except (ValueError, RecursionError) as fault:
        cure = "mend the line; text stands in quotation marks, dates as 2026-03-01"
        report.add("E228", file, f"is not TOML: {str(fault)[:200] or 'nested too deeply'}", cure=cure)
        return None


def read_list(
    entries: Any,
    table: Table,
    labels: Mapping[int, int],
    file: str,
    report: Report,
    found: dict[str, RawTable],
) -> None:
    """Add a table of ``[[name]]`` entries to those found.

    Parameters
    ----------
    labels
        Place that findings name for an entry, where it is not its own; from 0.
    """
    name = table.name
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        report.add(
            "E228", file, f"{name} is not a list", column=name, cure=f"head each entry with [[{name}]]"
        )
        return
    if not entries and not table.may_be_empty:
        report.add("E228", file, f"names no {name}", column=name, cure=f"add at least one [[{name}]]")
        return
    rows = []
    for place, entry in enumerate(entries):
        number = labels.get(place, place) + 1
        say_unknown_keys(entry, table.headings, f"{name}[{number}].", file, report)
        rows.append((entry, {heading: f"{name}[{number}].{heading}" for heading in table.headings}))
    found[name] = toml_table(table, file, rows)


def read_single(entry: Any, table: Table, file: str, report: Report, found: dict[str, RawTable]) -> None:
    """Add a table of one row, the keys under ``[name]``, to those found."""
    name = table.name
    if not isinstance(entry, dict):
        report.add("E228", file, f"{name} is not a table", column=name, cure=f"head it with [{name}]")
        return
    say_unknown_keys(entry, table.headings, f"{name}.", file, report)
    shown = {heading: f"{name}.{heading}" for heading in table.headings}
    found[name] = toml_table(table, file, [(entry, shown)])


def read_pairs(pairs: Any, table: Table, file: str, report: Report, found: dict[str, RawTable]) -> None:
    """Add a table of ``[name]`` pairs to those found: the key is the first column, its value the second."""
    name = table.name
    if not isinstance(pairs, dict):
        report.add("E228", file, f"{name} is not a table", column=name, cure=f"head it with [{name}]")
        return
    rows = [
        (dict(zip(table.headings, (key, value), strict=True)), dict.fromkeys(table.headings, f"{name}.{key}"))
        for key, value in pairs.items()
    ]
    found[name] = toml_table(table, file, rows)


def say_unknown_keys(
    entry: Mapping[str, Any], known: Sequence[str], path: str, file: str, report: Report
) -> None:
    """Tell of every key that is not known."""
    absent = [name for name in known if name not in entry]
    for key in entry:
        if key not in known:
            say_unknown("key", key, f"{path}{key}", absent, file, None, report)


def toml_table(
    table: Table, file: str, entries: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]]
) -> RawTable:
    """Raw table of entries, each with what to call its columns in a finding."""
    rows = [
        RawRow(
            number=None,
            cells={name: _text(entry[name]) for name in table.headings if name in entry},
            shown=shown,
        )
        for entry, shown in entries
    ]
    return RawTable(table=table, file=file, headings=table.headings, rows=tuple(rows))


def _text(value: Any) -> str:
    """Cell text of a TOML value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return ";".join(_text(each) for each in value)
    try:
        return str(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number too long to read"


def toml_line(table: Table, name: str, cell: str) -> str:
    """A key and the text of its cell, in quotation marks where its column holds text."""
    kind = table.column[name].kind.field()["type"]
    if kind == "boolean":
        return f"{name} = {'true' if cell == 'yes' else 'false'}"
    return f"{name} = {cell if kind in ('integer', 'number', 'date') else quoted(cell)}"


def quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for delete, which JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
