"""``batching.toml``: what is asked of batches, over the documented defaults."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.rows import Row, read_values
from instances.schema_batches import BATCHING
from instances.tables import RawRow, RawTable, decode, read_bytes
from optimiser.batching.rules import BatchRules
from optimiser.model.calendar import HOUR
from optimiser.model.instance import suggest


def read_batching(path: Path | str) -> BatchRules:
    """Rules of a file (docs/formats.md).

    Raises
    ------
    InputError
        With everything that is wrong with the file, at once.
    """
    path, report = Path(path), Report()
    data = read_bytes(path, report)
    report.raise_if_any()
    assert data is not None
    rules = _read(data, path.name, report)
    report.raise_if_any()
    assert rules is not None
    return rules


def _read(data: bytes, file: str, report: Report) -> BatchRules | None:
    text = decode(data, file, report)
    if text is None:
        return None
    try:
        content = tomllib.loads(text, parse_float=str)
    except (ValueError, RecursionError) as fault:
        cure = "mend the line; a key stands before its figure, as most_hours = 150"
        report.add("E321", file, f"is not TOML: {str(fault)[:200] or 'nested too deeply'}", cure=cure)
        return None
    for key in content:
        if key not in BATCHING.column:
            # None is left out in silence: a rule that nobody asks would be broken unseen.
            shown = key if key.isprintable() else repr(key)
            report.add(
                "E322",
                file,
                f"no rule called {key[:80]!r}",
                column=shown,
                cure=suggest(key, BATCHING.headings),
            )
    cells = {}
    for key, value in content.items():
        if key in BATCHING.column:
            cells[key] = _text(value)
    raw = RawTable(
        table=BATCHING, file=file, headings=BATCHING.headings, rows=(RawRow(number=None, cells=cells),)
    )
    (row,) = read_values(raw, BATCHING.name, report).rows
    _check_order(row)
    return None if row.rejected else rules_of(row.values)


def _check_order(row: Row) -> None:
    for low, high in (("least_packages", "most_packages"), ("least_hours", "most_hours")):
        if row.has(low, high) and row[low] > row[high]:
            message = f"{low} is {row[low]} and {high} {row[high]}: no batch could be made"
            row.reject("E323", low, message, f"lower {low}, or raise {high}")
    if row.has("scheme_packages") and row["scheme_packages"] == 1:
        row.reject(
            "E323",
            "scheme_packages",
            "one package alone is no scheme",
            "give at least 2, or 0 for no schemes",
        )


def rules_of(values: dict[str, Any]) -> BatchRules:
    """Rules out of values in the file's own units."""
    return BatchRules(
        least_packages=values["least_packages"],
        most_packages=values["most_packages"],
        least_care=values["least_hours"] * HOUR,
        most_care=values["most_hours"] * HOUR,
        short_round=values["short_round_minutes"],
        most_remainder=values["most_remainder"] if values["whole_rounds"] else None,
        urban_drive=values["urban_drive_minutes"],
        rural_drive=values["rural_drive_minutes"],
        is_connected=values["connected"],
        rural_points=values["rural_points"],
        double_points=values["double_handed_points"],
        night_points=values["night_points"],
        households_together=values["households_together"],
        scheme_packages=values["scheme_packages"] or None,
        expected_bidders=values["expected_bidders"],
        left_out=values["left_out_hours"] * HOUR,
        tolerance=values["tolerance"] / 1000,
        even_tolerance=values["even_tolerance"] / 1000,
    )


def _text(value: Any) -> str:
    """Cell text of a TOML value; a list or table becomes text that no kind takes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        return str(value) or "nothing"
    except ValueError:
        return "a number too long to read"
