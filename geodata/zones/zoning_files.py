"""Reading a zoning: a layer of polygons, or a list of sectors, postcodes or districts with their zones.

============  ================================================================================
code          what is wrong
============  ================================================================================
E450          the file is not there or may not be read
E467          no list of zones: no column of places, or none of zones
E468          a place or zone is empty or malformed, or a place stands in two zones
============  ================================================================================

For layers see :mod:`geodata.zones.layer_files`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from geodata.postcode_text import normalise
from geodata.report import Report
from geodata.zones.csv_table import read_text_table
from geodata.zones.layer_files import AS_FOUND, Asked, read_layer
from geodata.zones.zoning import Drawn, Listed, Unit, Zoning

LIST_SUFFIXES = (".csv", ".gz")
ROWS_NAMED = 20
_ZONE_HEADINGS = ("zone", "zone_code", "lot_code", "lot")
_NAME_HEADINGS = ("name", "zone_name", "lot_name")
_SECTOR = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9]")
_DISTRICT = re.compile(r"[A-Z][0-9]{8}")
_LIKE = {Unit.POSTCODE: "CM9 5AA", Unit.SECTOR: "CM9 5", Unit.DISTRICT: "E07000074"}


def is_list(path: Path) -> bool:
    """Whether a file is comma-separated, by its name; maps are other kinds of file."""
    return path.suffix.casefold() in LIST_SUFFIXES


def read_zoning(path: Path, report: Report, asked: Asked = AS_FOUND) -> Zoning | None:
    """Zoning in a file: a list where it ends in ``.csv``, else a layer.

    Returns
    -------
    Zoning | None
        ``None`` where it cannot be used; ``report`` then holds an error.
    """
    if is_list(path):
        return read_list(path, report)
    layer = read_layer(path, report, asked)
    return None if layer is None else Drawn(name=path.name, layer=layer)


def read_list(path: Path, report: Report) -> Listed | None:
    """Headed ``sector``, ``postcode`` or ``district``, and ``zone`` or ``lot_code``, perhaps ``name``."""
    file = path.name
    table = read_text_table(path, report, absent="E450", damaged="E467")
    if table is None:
        return None
    table.columns = [re.sub(r"[\s-]+", "_", str(each).strip().casefold()) for each in table.columns]
    unit = next((each for each in Unit if each.value in table.columns), None)
    zone = next((each for each in _ZONE_HEADINGS if each in table.columns), None)
    if unit is None or zone is None or table.empty:
        what = "no rows" if unit and zone else "no column of places" if unit is None else "no column of zones"
        report.add("E467", file, f"has {what}", cure="head it sector,zone (or postcode, or district)")
        return None
    return _listed(table, unit, zone, file, report)


def _listed(table: pd.DataFrame, unit: Unit, zone: str, file: str, report: Report) -> Listed | None:
    before = len(report.errors)
    found: dict[str, tuple[str, int]] = {}
    names: dict[str, str] = {}
    name = next((each for each in _NAME_HEADINGS if each in table.columns), None)
    faults: list[tuple[int, str, str, str]] = []
    labels = table[name] if name else [""] * len(table)
    for row, (text, code, label) in enumerate(
        zip(table[unit.value], table[zone], labels, strict=True), start=2
    ):
        place, code = _place(text, unit), code.strip()
        if place is None:
            like = f"write it as {_LIKE[unit]}"
            faults.append((row, unit.value, f"{text!r} is no {unit.value}", like))
        elif not code:
            faults.append((row, zone, f"{place} has no zone", "fill it, or take the row out"))
        elif place in found and found[place][0] != code:
            other, first = found[place]
            message = f"{place} stands in zone {code}, and in {other} in row {first}"
            faults.append((row, unit.value, message, "take one of the two out"))
        else:
            found.setdefault(place, (code, row))
            names.setdefault(code, label.strip() or code)
    for row, column, message, cure in faults[:ROWS_NAMED]:
        report.add("E468", file, message, row=row, column=column, cure=cure)
    if len(faults) > ROWS_NAMED:
        report.add("E468", file, f"{len(faults) - ROWS_NAMED:,} more rows with such faults", cure="as above")
    if len(report.errors) > before:
        return None
    return Listed(
        name=file, unit=unit, zone_by_unit={place: code for place, (code, _) in found.items()}, names=names
    )


def _place(text: str, unit: Unit) -> str | None:
    """Canonical text of a place; ``None`` where it has not the form of one."""
    if unit is Unit.POSTCODE:
        return normalise(text)
    plain = " ".join(text.upper().split())
    form = _SECTOR if unit is Unit.SECTOR else _DISTRICT
    return plain if form.fullmatch(plain) else None
