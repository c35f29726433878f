"""``framework.toml`` as raw tables, and back: the form a contract is easiest to write by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from geodata.report import Report
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
from instances.tables import RawTable
from instances.toml_tables import (
    Content,
    quoted,
    read_list,
    read_pairs,
    say_unknown_keys,
    toml_content,
    toml_line,
    toml_table,
)
from optimiser.model.instance import suggest

FILE = "framework.toml"
PRESET = "preset"
_LISTS = (TIERS, CAPS, GUARANTEES, POLICIES, ASSUMPTIONS)
_PAIRS = (CEILINGS, LAST_RESORT_RATES, FLOORS, RULES)


def read_toml(data: bytes, file: str, report: Report, *, alone: bool = False) -> dict[str, RawTable]:
    """Raw tables of the file's bytes, by name; none where it cannot be used at all.

    Parameters
    ----------
    alone
        Whether it is a rules file on its own: what it says of an instance is then passed over.
    """
    content = toml_content(data, file, report)
    if content is None:
        return {}
    head = CONTRACT if alone else FRAMEWORK
    known = (PRESET, *head.headings, *(table.name for table in (*_LISTS, *_PAIRS)))
    passed = OF_AN_INSTANCE if alone else ()
    say_unknown_keys({key: content[key] for key in content if key not in passed}, known, "", file, report)
    own_tiers = content.get(TIERS.name)
    content = _over_preset(content, file, report)
    found = {head.name: toml_table(head, file, [(content, {name: name for name in head.headings})])}
    for table in _LISTS:
        labels = _labels(content.get(table.name), own_tiers if table is TIERS else None)
        read_list(content.get(table.name, []), table, labels, file, report, found)
    for table in _PAIRS:
        read_pairs(content.get(table.name, {}), table, file, report, found)
    return found


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


def write_toml(texts: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """The file, from the text of its tables' cells; empty cells are left out."""
    lines = ["# The framework contract, and the day this instance speaks of. Rates in pounds."]
    lines += [
        toml_line(FRAMEWORK, name, cell)
        for row in texts[FRAMEWORK.name]
        for name, cell in row.items()
        if cell
    ]
    for table in _LISTS:
        for row in texts[table.name]:
            lines += [
                "",
                f"[[{table.name}]]",
                *(toml_line(table, name, cell) for name, cell in row.items() if cell),
            ]
    for table in _PAIRS:
        rows = texts[table.name]
        if not rows and table.optional:
            continue
        lines += ["", f"[{table.name}]" + ("" if table is RULES else "  # an hour; a week for live_in")]
        for row in rows:
            key, value = row.values()
            lines.append(f"{quoted(key)} = {quoted(value)}" if table is RULES else f"{key} = {value}")
    return "\n".join(lines) + "\n"
