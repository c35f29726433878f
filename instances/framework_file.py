"""``framework.toml`` as raw tables, and back: the form a contract is easiest to write by hand."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from geodata.report import Report
from instances.columns import Table
from instances.contracts import PRESETS, preset_bytes
from instances.schema_framework import (
    ASSUMPTIONS,
    CAPS,
    CEILINGS,
    CONTRACT,
    FLOORS,
    FRAMEWORK,
    GUARANTEES,
    LAST_RESORT_RATES,
    OF_AN_INSTANCE,
    POLICIES,
    RULES,
    TIERS,
)
from instances.tables import RawRow, RawTable, decode, say_unknown
from optimiser.model.instance import suggest

FILE = "framework.toml"
PRESET = "preset"
_LISTS = (TIERS, CAPS, GUARANTEES, POLICIES, ASSUMPTIONS)
_PAIRS = (CEILINGS, LAST_RESORT_RATES, FLOORS, RULES)

Content = dict[str, Any]


def read_toml(data: bytes, file: str, report: Report, *, alone: bool = False) -> dict[str, RawTable]:
    """Raw tables of the file's bytes, by name; none where it cannot be used at all.

    Parameters
    ----------
    alone
        Whether it is a rules file on its own: what it says of an instance is then passed over.
    """
    content = _content(data, file, report)
    if content is None:
        return {}
    head = CONTRACT if alone else FRAMEWORK
    known = (PRESET, *head.headings, *(table.name for table in (*_LISTS, *_PAIRS)))
    passed = OF_AN_INSTANCE if alone else ()
    _say_unknown({key: content[key] for key in content if key not in passed}, known, "", file, report)
    own_tiers = content.get(TIERS.name)
    content = _over_preset(content, file, report)
    found = {head.name: _table(head, file, [(content, {name: name for name in head.headings})])}
    for table in _LISTS:
        labels = _labels(content.get(table.name), own_tiers if table is TIERS else None)
        _read_list(content.get(table.name, []), table, labels, file, report, found)
    for table in _PAIRS:
        _read_pairs(content.get(table.name, {}), table, file, report, found)
    return found


def _content(data: bytes, file: str, report: Report) -> Content | None:
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


def _over_preset(own: Content, file: str, report: Report) -> Content:
    """The file's own terms over those of the preset it names.

    A single figure or a rate replaces the preset's; a tier changes what it names of the tier with its code,
    or is one more; caps, guarantees and policies replace the preset's altogether; assumptions follow its.
    """
    name = own.get(PRESET)
    if name is None:
        return own
    if name not in PRESETS:
        report.add(
            "E236",
            file,
            f"no preset called {str(name)[:80]!r}",
            column=PRESET,
            cure=suggest(str(name), PRESETS),
        )
        return own
    merged = tomllib.loads(preset_bytes(str(name)).decode(), parse_float=str)
    for key, value in own.items():
        there = merged.get(key)
        if key == TIERS.name and _is_list(value):
            merged[key] = _tiers_over(there, value)
        elif key == ASSUMPTIONS.name and _is_list(value):
            merged[key] = [*(there or []), *value]
        elif isinstance(value, dict) and isinstance(there, dict):
            merged[key] = {**there, **value}
        else:
            merged[key] = value
    return merged


def _tiers_over(there: Any, own: Sequence[Content]) -> list[Content]:
    tiers = [dict(each) for each in there or []]
    for entry in own:
        same = next((tier for tier in tiers if tier["code"] == entry.get("code")), None)
        if same is None:
            tiers.append(entry)
        else:
            same.update(entry)
    return tiers


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _labels(entries: Any, own: Any) -> Mapping[int, int]:
    """Place of each tier in the file itself, where it says anything of it; from 0."""
    if not _is_list(entries) or not _is_list(own):
        return {}
    codes = [each.get("code") for each in own]
    return {n: codes.index(each.get("code")) for n, each in enumerate(entries) if each.get("code") in codes}


def _read_list(
    entries: Any,
    table: Table,
    labels: Mapping[int, int],
    file: str,
    report: Report,
    found: dict[str, RawTable],
) -> None:
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
        _say_unknown(entry, table.headings, f"{name}[{number}].", file, report)
        rows.append((entry, {heading: f"{name}[{number}].{heading}" for heading in table.headings}))
    found[name] = _table(table, file, rows)


def _read_pairs(pairs: Any, table: Table, file: str, report: Report, found: dict[str, RawTable]) -> None:
    name = table.name
    if not isinstance(pairs, dict):
        report.add("E228", file, f"{name} is not a table", column=name, cure=f"head it with [{name}]")
        return
    rows = [
        (dict(zip(table.headings, (key, value), strict=True)), dict.fromkeys(table.headings, f"{name}.{key}"))
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
    for table in _PAIRS:
        rows = texts[table.name]
        if not rows and table.optional:
            continue
        lines += ["", f"[{table.name}]" + ("" if table is RULES else "  # an hour; a week for live_in")]
        for row in rows:
            key, value = row.values()
            lines.append(f"{_quoted(key)} = {_quoted(value)}" if table is RULES else f"{key} = {value}")
    return "\n".join(lines) + "\n"


def _line(table: Table, name: str, cell: str) -> str:
    kind = table.column[name].kind.field()["type"]
    if kind == "boolean":
        return f"{name} = {'true' if cell == 'yes' else 'false'}"
    return f"{name} = {cell if kind in ('integer', 'number', 'date') else _quoted(cell)}"


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for delete, which JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
