"""``batching.toml``: what is asked of batches, over the documented defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.rows import Row, read_values
from instances.schema_batches import BATCHING
from instances.tables import bytes_of
from instances.toml_tables import toml_content, toml_table
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
    data = bytes_of(path, report)
    rules = _read(data, path.name, report)
    report.raise_if_any()
    assert rules is not None
    return rules


def _read(data: bytes, file: str, report: Report) -> BatchRules | None:
    content = toml_content(data, file, report)
    if content is None:
        return None
    for key in content:
        if key not in BATCHING.column:
            # None is left out in silence: a rule that nobody asks would be broken unseen.
            shown = key if key.isprintable() else repr(key)
            cure = suggest(key, BATCHING.headings)
            report.add("E331", file, f"no rule called {key[:80]!r}", column=shown, cure=cure)
    raw = toml_table(BATCHING, file, [(content, {name: name for name in BATCHING.headings})])
    (row,) = read_values(raw, BATCHING.name, report).rows
    _check_order(row)
    return None if row.rejected else rules_of(row.values)


def _check_order(row: Row) -> None:
    for low, high in (("least_packages", "most_packages"), ("least_hours", "most_hours")):
        if row.has(low, high) and row[low] > row[high]:
            message = f"{low} is {row[low]} and {high} {row[high]}: no batch could be made"
            row.reject("E332", low, message, f"lower {low}, or raise {high}")
    if row.has("scheme_packages") and row["scheme_packages"] == 1:
        row.reject(
            "E332",
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
