"""Reading places for a matrix: a csv of postcodes, or of eastings and northings.

============  ================================================================================
code          what is wrong
============  ================================================================================
E410          the file is not there, no csv, or has no column for places
E411          there is no such postcode
E412          an easting or northing is none inside Great Britain
E413          a place lies far from every road of the mode: in the sea, or outside the map
E414          the file holds no place, or names one twice
============  ================================================================================
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.place import Place
from geodata.postcodes import PostcodeDirectory
from geodata.report import Report
from geodata.travel.snap import FARTHEST, Snapped

_NAMES = ("place", "id", "name", "node")
Lookup = Callable[[Sequence[str]], PostcodeDirectory | None]
"""The directory for some postcodes; ``None`` where none can be a postcode."""


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """Places in the order of their rows, each with its name and its row as a spreadsheet shows it."""

    file: str
    names: tuple[str, ...]
    places: tuple[Place, ...]
    rows: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.names)


def read_places(path: Path, directory: Lookup, report: Report) -> NamedPlaces:
    """Places of a csv headed ``postcode``, or ``easting`` and ``northing``; ``place`` may name them.

    Parameters
    ----------
    report
        Takes findings; nothing is raised.
    """
    rows = _rows(path, report)
    names, places, numbers = [], [], []
    known = directory([row.get("postcode", "") for _, row in rows])
    seen: set[str] = set()
    for number, row in rows:
        place = _place(row, path.name, number, known, report)
        name = next((row[each] for each in _NAMES if row.get(each)), "") or row.get("postcode", "")
        name = name or f"{row.get('easting')},{row.get('northing')}"
        if name in seen:
            report.add("E414", path.name, f"{name!r} stands twice", row=number, cure="delete one of the rows")
        seen.add(name)
        if place is not None:
            names.append(name)
            places.append(place)
            numbers.append(number)
    if not rows and not report.errors:
        report.add("E414", path.name, "holds no place", cure="one row for each place")
    return NamedPlaces(path.name, tuple(names), tuple(places), tuple(numbers))


def check_near_roads(places: NamedPlaces, snapped: Snapped, report: Report) -> None:
    """Report the places that no road reaches."""
    for k in np.flatnonzero(~snapped.on_road).tolist():
        off = snapped.metres_off[k]
        far = "there are no roads" if np.isnan(off) else f"the nearest road is {off / 1000:.1f} km away"
        report.add(
            "E413", places.file, f"{places.names[k]} is farther than {FARTHEST} m from every road: {far}",
            row=places.rows[k], cure="is it in the sea, or outside the network? correct it, or leave it out",
        )  # fmt: skip


def _rows(path: Path, report: Report) -> list[tuple[int, Mapping[str, str]]]:
    cure = "give a csv headed postcode, or easting and northing"
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.reader(io.StringIO(text), strict=True)
        table = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeError, csv.Error) as fault:
        said = fault.strerror if isinstance(fault, OSError) else str(fault)
        report.add("E410", path.name, f"cannot be read: {said}", cure=cure)
        return []
    table = [(number, row) for number, row in table if any(row)]
    headings = [each.lower() for each in table[0][1]] if table else []
    if "postcode" not in headings and not {"easting", "northing"} <= set(headings):
        report.add("E410", path.name, "has no column for places", row=1, cure=cure)
        return []
    return [(number, dict(zip(headings, row, strict=False))) for number, row in table[1:]]


def _place(
    row: Mapping[str, str], file: str, number: int, known: PostcodeDirectory | None, report: Report
) -> Place | None:
    if row.get("easting") or row.get("northing"):
        try:
            return Place(*(round(float(row.get(axis, ""))) for axis in ("easting", "northing")))
        except (ValueError, OverflowError):
            where = f"{row.get('easting')!r}, {row.get('northing')!r}"
            cure = "whole metres of the national grid"
            message = f"{where} is no place in Great Britain"
            report.add("E412", file, message, row=number, column="easting", cure=cure)
            return None
    asked = row.get("postcode", "")
    found = known.find(asked) if known is not None else None
    if found is not None:
        return found.place
    meant = known.suggest(asked) if known is not None and asked else None
    cure = f"did you mean {meant!r}?" if meant else "look it up, or give easting and northing"
    report.add("E411", file, f"there is no postcode {asked!r}", row=number, column="postcode", cure=cure)
    return None
