"""``framework.toml`` as raw tables, and back: the form a contract is easiest to write by hand."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from geodata.report import Report
from instances.columns import Table
from instances.schema_framework import ASSUMPTIONS, CEILINGS, FRAMEWORK, LAST_RESORT_RATES, TIERS
from instances.tables import RawRow, RawTable, decode, say_unknown

FILE = "framework.toml"
_LISTS = (TIERS, ASSUMPTIONS)
_RATES = (CEILINGS, LAST_RESORT_RATES)


def read_toml(data: bytes, file: str, report: Report) -> dict[str, RawTable]:
    """Raw tables of the file's bytes, by name; none where it cannot be used at all."""
    text = decode(data, file, report)
    if text is None:
        return {}
    try:
        # Fractions stay text: 21.10 has no exact binary form, and pence are exact.
        content = tomllib.loads(text, parse_float=str)
    except (ValueError, RecursionError) as fault:
        cure = "mend the line; text stands in quotation marks, dates as 2026-03-01"
        report.add("E228", file, f"is not TOML: {str(fault)[:200] or 'nested too deeply'}", cure=cure)
        return {}
    known = (*FRAMEWORK.headings, *(table.name for table in (*_LISTS, *_RATES)))
    _say_unknown(content, known, "", file, report)
    found = {
        FRAMEWORK.name: _table(FRAMEWORK, file, [(content, {name: name for name in FRAMEWORK.headings})])
    }
    for table in _LISTS:
        _read_list(content.get(table.name, []), table, file, report, found)
    for table in _RATES:
        _read_rates(content.get(table.name, {}), table, file, report, found)
    return found


def _read_list(entries: Any, table: Table, file: str, report: Report, found: dict[str, RawTable]) -> None:
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
    for number, entry in enumerate(entries, start=1):
        _say_unknown(entry, table.headings, f"{name}[{number}].", file, report)
        rows.append((entry, {heading: f"{name}[{number}].{heading}" for heading in table.headings}))
    found[name] = _table(table, file, rows)


def _read_rates(pairs: Any, table: Table, file: str, report: Report, found: dict[str, RawTable]) -> None:
    name = table.name
    if not isinstance(pairs, dict):
        report.add("E228", file, f"{name} is not a table", column=name, cure=f"head it with [{name}]")
        return
    rows = [
        ({"service_type": key, "rate": value}, dict.fromkeys(table.headings, f"{name}.{key}"))
        for key, value in pairs.items()
    ]
    found[name] = _table(table, file, rows)


def _say_unknown(
    entry: Mapping[str, Any], known: Sequence[str], path: str, file: str, report: Report
) -> None:
    absent = [name for name in known if name not in entry]
    for key in entry:
        if key not in known:
            say_unknown("key", key, f"{path}{key}", absent, file, None, report)


def _table(
    table: Table, file: str, entries: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]]
) -> RawTable:
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
    try:
        return str(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number too long to read"


def write_toml(texts: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """The file, from the text of its tables' cells; empty cells are left out."""
    lines = ["# The framework contract, and the day this instance speaks of. Rates in pounds."]
    lines += [
        _line(FRAMEWORK, name, cell) for row in texts[FRAMEWORK.name] for name, cell in row.items() if cell
    ]
    for table in _LISTS:
        for row in texts[table.name]:
            lines += [
                "",
                f"[[{table.name}]]",
                *(_line(table, name, cell) for name, cell in row.items() if cell),
            ]
    for table in _RATES:
        lines += ["", f"[{table.name}]  # an hour; a week for live_in"]
        lines += [f"{row['service_type']} = {row['rate']}" for row in texts[table.name]]
    return "\n".join(lines) + "\n"


def _line(table: Table, name: str, cell: str) -> str:
    kind = table.column[name].kind.field()["type"]
    if kind == "boolean":
        return f"{name} = {'true' if cell == 'yes' else 'false'}"
    return f"{name} = {cell if kind in ('integer', 'number', 'date') else _quoted(cell)}"


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for delete, which JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
