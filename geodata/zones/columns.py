"""Which column of a layer holds codes and which names, and what the heading says of kind and year."""

from __future__ import annotations

import re

import pandas as pd

from geodata.report import Report
from geodata.zones.layer import ZoneKind

# As ONS names them: LSOA21CD, WD22NM, lad24cd; or in plain words: lsoa21_code, ward name.
_STEMS = {
    "lsoa": ZoneKind.LSOA,
    "msoa": ZoneKind.MSOA,
    "ward": ZoneKind.WARD,
    "wd": ZoneKind.WARD,
    "pcn": ZoneKind.PCN,
    "icb": ZoneKind.ICB,
    "sicbl": ZoneKind.ICB,
    "ccg": ZoneKind.ICB,
    "lot": ZoneKind.LOT,
    "lad": ZoneKind.DISTRICT,
    "ltla": ZoneKind.DISTRICT,
    "utla": ZoneKind.DISTRICT,
    "laua": ZoneKind.DISTRICT,
    "district": ZoneKind.DISTRICT,
    "zone": ZoneKind.OTHER,
}
_CODE = re.compile(r"(?:(?P<stem>[a-z]+?)(?P<year>\d\d)?[_ ]?)?(?:code|cd|id)")


def kind_of(column: str) -> ZoneKind:
    """What the zones are, by the heading of their codes: ``LSOA21CD`` is an LSOA."""
    found = _CODE.fullmatch(column.casefold())
    return _STEMS.get(found["stem"] or "", ZoneKind.OTHER) if found else ZoneKind.OTHER


def vintage_of(column: str) -> int | None:
    """Year in the heading of codes: 2021 of ``LSOA21CD``; ``None`` where it has none."""
    found = _CODE.fullmatch(column.casefold())
    return 2000 + int(found["year"]) if found and found["year"] else None


def code_column(
    table: pd.DataFrame, asked: str | None, kind: ZoneKind | None, file: str, report: Report
) -> str | None:
    """The column of codes: the one asked for, or the only one that is headed so and says each once.

    Returns
    -------
    str | None
        ``None`` with E458, where there is none or it cannot be told which of several.
    """
    columns = [str(each) for each in table.columns if each != "geometry"]
    if asked is not None:
        if asked in columns:
            return asked
        report.add("E458", file, f"has no column {asked!r}", cure=f"it has: {', '.join(columns) or 'none'}")
        return None
    headed = [each for each in columns if _CODE.fullmatch(each.casefold())]
    if kind is not None:
        headed = [each for each in headed if kind_of(each) is kind] or headed
    once = [each for each in headed if table[each].astype(str).is_unique] or headed
    known = [each for each in once if kind_of(each) is not ZoneKind.OTHER] or once
    if len(known) == 1:
        return known[0]
    what = f"several columns may hold the codes: {', '.join(known)}" if known else "has no column of codes"
    report.add("E458", file, what, cure=f"name it: --code COLUMN, one of {', '.join(columns) or 'none'}")
    return None


def name_column(table: pd.DataFrame, code: str, asked: str | None, file: str, report: Report) -> str | None:
    """The column of names: the one asked for, or the one headed as the codes' is; ``None`` for none."""
    columns = {str(each).casefold(): str(each) for each in table.columns}
    if asked is not None:
        if asked in columns.values():
            return asked
        report.add("E458", file, f"has no column {asked!r}", cure=f"it has: {', '.join(columns.values())}")
        return None
    stem = re.sub(r"(code|cd|id)$", "", code.casefold())
    for heading in (f"{stem}name", f"{stem}nm", "name"):
        if heading in columns:
            return columns[heading]
    return None
