"""Postcodes with the zone that somebody says they are in, to hold a layer against.

Findings E101 to E105 and E109 as for any file of postcodes (:mod:`geodata.postcode_files`); E467 where the
column asked for is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.place import EASTING_RANGE, NORTHING_RANGE
from geodata.postcode_files import ROWS_NAMED, columns_headed
from geodata.postcode_text import normalised_column
from geodata.report import Report
from geodata.zones.csv_table import read_text_table

_YES = ("1", "yes", "y", "true")


@dataclass(frozen=True, eq=False, kw_only=True)
class StatedZones:
    """Postcodes in order, each once, with what is said of them.

    Attributes
    ----------
    postcodes, codes
        ``object[n]``; a code is empty where the file says none.
    xy
        ``float64[n, 2]``, national-grid metres.
    live
        ``bool[n]``: in use; ``None`` where the file does not say.
    """

    postcodes: NDArray[Any]
    codes: NDArray[Any]
    xy: NDArray[np.float64]
    live: NDArray[np.bool_] | None
    source: str

    def __len__(self) -> int:
        return len(self.postcodes)


def read_stated(path: Path, column: str, live: str | None, report: Report) -> StatedZones | None:
    """Read postcodes, their grid references and a column of codes from a csv, or one packed as ``.gz``.

    Parameters
    ----------
    column
        Heading of the codes; the column of districts where it is ``district``.
    live
        Heading of a column that says ``1`` or ``yes`` for a postcode in use, or of ONS's ``doterm``, which is
        empty for one.

    Returns
    -------
    StatedZones | None
        ``None`` where it cannot be used; ``report`` then holds an error.
    """
    before = len(report.errors)
    table = read_text_table(path, report, absent="E101", damaged="E102")
    if table is None:
        return None
    file = path.name
    headings = [str(each) for each in table.columns]
    places = columns_headed(headings)
    if column not in headings and column == "district" and "district" in places:
        column = headings[places["district"]]
    _check_headings(headings, [each for each in (column, live) if each is not None], file, report)
    if len(report.errors) > before:
        return None
    postcode, easting, northing = (
        table.iloc[:, places[each]] for each in ("postcode", "easting", "northing")
    )
    found = pd.DataFrame(
        {
            "text": postcode.str.strip(),
            "postcode": normalised_column(postcode),
            "easting": pd.to_numeric(easting, errors="coerce"),
            "northing": pd.to_numeric(northing, errors="coerce"),
            "code": table[column].str.strip(),
            "live": _live(table[live], live) if live is not None else False,
        }
    )
    found = _usable(found, file, report)
    if len(report.errors) > before:
        return None
    return StatedZones(
        postcodes=found["postcode"].to_numpy(dtype=object),
        codes=found["code"].to_numpy(dtype=object),
        xy=found[["easting", "northing"]].to_numpy(dtype=np.float64),
        live=None if live is None else found["live"].to_numpy(dtype=np.bool_),
        source=file,
    )


def _check_headings(headings: Sequence[str], asked: Sequence[str], file: str, report: Report) -> None:
    """E103 for columns that every file of postcodes has, E467 for those that were asked for."""
    places = columns_headed(headings)
    for wanted in [each for each in ("postcode", "easting", "northing") if each not in places]:
        cure = "give a csv headed postcode, easting, northing, or ONSPD"
        report.add("E103", file, f"no column for {wanted}", cure=cure)
    for name in [each for each in asked if each not in headings]:
        report.add("E467", file, f"has no column {name!r}", cure=f"it has: {', '.join(headings)}")


def _live(column: pd.Series[str], heading: str) -> pd.Series[bool]:
    plain = column.str.strip().str.casefold()
    return plain == "" if heading.casefold() == "doterm" else plain.isin(_YES)


def _usable(found: pd.DataFrame, file: str, report: Report) -> pd.DataFrame:
    """Rows with a postcode on the grid, in order, each postcode once; the others are told."""
    row = np.arange(2, len(found) + 2)
    bad = found["postcode"].isna().to_numpy()
    off = ~(found["easting"].between(*EASTING_RANGE) & found["northing"].between(*NORTHING_RANGE)).to_numpy()
    for code, those, says, cure in (
        ("E104", bad, "is not a postcode", "write it as CM9 5AA"),
        ("E105", off & ~bad, "has no grid reference in Great Britain", "fill it, or take the row out"),
    ):
        for i in np.flatnonzero(those)[:ROWS_NAMED]:
            text = f"'{found['text'].iloc[i]}' {says}"
            report.add(code, file, text, row=int(row[i]), cure=cure)
        if those.sum() > ROWS_NAMED:
            report.add(
                code, file, f"{int(those.sum()) - ROWS_NAMED:,} more rows with the same fault", cure=cure
            )
    usable = found[~bad & ~off].sort_values("postcode", kind="stable").drop_duplicates("postcode")
    if usable.empty:
        report.add("E109", file, "holds no usable postcode", cure="see the other findings")
    return usable
