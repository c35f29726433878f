"""Reading a user's own postcode file; every fault becomes a finding, none a traceback.

============  ================================================================================
code          what is wrong
============  ================================================================================
E101          the file is not there or may not be read
E102          the file is damaged, or no csv, gz or zip
E103          no table of postcodes in it: columns missing
E104          a value is no postcode
E105          a grid reference is no number, or lies outside Great Britain
E106          (warning) postcodes without a grid reference, left out
E107          (warning) a district code is missing or has not the form of one; the postcode is left out
E108          (warning) a postcode stands twice in different places; the first is kept
E109          no usable postcode is left
============  ================================================================================
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.attribution import ONS_POSTCODES, OS_POSTCODES, acknowledgement
from geodata.place import EASTING_RANGE, NORTHING_RANGE
from geodata.postcode_text import normalise, normalised_column
from geodata.report import Report, Severity

COLUMNS = ("postcode", "sector", "outcode", "district", "easting", "northing")

ROWS_NAMED = 20
"""Rows named one by one for each fault of a file; a last finding counts the rest."""

# Headings met in ONSPD and NSPL since 2011 and in plain tables, likeliest first (ONS user guides).
_HEADINGS = {
    "postcode": (r"pcds", r"pcd8?", r"pcd7", r"pcd2", r"postcode"),
    "easting": (r"oseast1m", r"east1m", r"east(ings?)?"),
    "northing": (r"osnrth1m", r"north1m", r"north(ings?)?"),
    "district": (r"oslaua", r"lad\d\dcd", r"laua", r"ladcd", r"district", r"admin_district_code"),
    "terminated": (r"doterm",),
}
_NEEDED = ("postcode", "easting", "northing", "district")

# Code-Point Open has no headings: columns by position (OS Code-Point Open technical specification).
_CODE_POINT_WIDTH = 10
_CODE_POINT_POSITIONS = {"postcode": 0, "easting": 2, "northing": 3, "district": 8}

_NO_GRID_REFERENCE = ("", "0")
_DISTRICT_FORM = r"[A-Z]\d{8}"
_NOT_ON_THE_GRID = r"[NLM]\d{8}"  # Northern Ireland (Irish grid), Channel Islands, Isle of Man
_DAMAGE = (
    zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, UnicodeError, pd.errors.ParserError,
    pd.errors.EmptyDataError, RuntimeError, NotImplementedError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReadTable:
    """What was read: the table as :class:`geodata.postcodes.PostcodeDirectory` wants it, and whose it is."""

    table: pd.DataFrame
    source: str
    attribution: str


@dataclass(frozen=True)
class _Sheet:
    """One csv, wherever it is packed, and how its columns are found."""

    name: str
    content: Path | bytes
    size: int
    columns: dict[str, int]
    has_headings: bool


def read_postcode_table(path: Path, report: Report, *, keep_terminated: bool) -> ReadTable | None:
    """Read postcodes, districts and grid references from what ONS, OS or the user put in a file.

    Understood are: ONSPD and NSPL (headings ``pcds``, ``oseast1m`` or ``east1m``, ``oslaua`` or
    ``lad25cd``), plain tables with headings ``postcode``, ``easting``, ``northing``, ``district``, and OS
    Code-Point Open (no headings); each as csv, csv.gz, inside a zip, or as a folder of csv files. Of
    several tables with headings the largest is read; of Code-Point files all. Rows are counted as a
    spreadsheet shows them. Postcodes of Northern Ireland, the Channel Islands and the Isle of Man, which have
    no place on the British grid, are passed over without a finding.

    Returns
    -------
    ReadTable | None
        ``None`` where nothing usable was found; ``report`` then holds an error.
    """
    file = path.name
    try:
        sheets = _chosen(list(_sheets(path)))
        if not sheets:
            report.add(
                "E103", file, "no table of postcodes found: " + _what_is_missing(path),
                cure="give ONSPD, Code-Point Open or a csv headed postcode, easting, northing, district",
            )  # fmt: skip
            return None
        parts = [_clean(_load(sheet), sheet, report, keep_terminated=keep_terminated) for sheet in sheets]
    except OSError as fault:
        if isinstance(fault, gzip.BadGzipFile):
            _damaged(report, file, fault)
        else:
            report.add(
                "E101",
                file,
                f"cannot be read: {fault.strerror or fault}",
                cure="check the path and who may read it",
            )
        return None
    except _DAMAGE as fault:
        _damaged(report, file, fault)
        return None
    return _assembled(parts, sheets, file, report)


def _damaged(report: Report, file: str, fault: Exception) -> None:
    message = " ".join(str(fault).split())
    report.add("E102", file, f"damaged, or no csv, gz or zip: {message}", cure="download it again")


def _assembled(
    parts: list[pd.DataFrame], sheets: list[_Sheet], file: str, report: Report
) -> ReadTable | None:
    """Put the sheets' rows together, in order, each postcode once."""
    table = pd.concat(parts, ignore_index=True)
    first = table.drop_duplicates("postcode")
    again = table[table.duplicated("postcode")].merge(first, on="postcode", suffixes=("", "_first"))
    moved = again[
        (again["easting"] != again["easting_first"]) | (again["northing"] != again["northing_first"])
    ]
    _name_rows(
        report, "E108", moved, column="postcode", value="postcode", says="'{}' stands twice, in two places",
        cure="the first is used; take one of them out", severity=Severity.WARNING,
    )  # fmt: skip
    if first.empty:
        report.add(
            "E109", file, "holds no usable postcode", cure="see the other findings, or give another file"
        )
        return None
    table = first.sort_values("postcode")
    table = table.assign(sector=table["postcode"].str[:-2], outcode=table["postcode"].str[:-4])
    table = table.astype({"easting": "int64", "northing": "int64"})
    texts = ONS_POSTCODES if sheets[0].has_headings else OS_POSTCODES
    kind = "" if sheets[0].has_headings else ", OS Code-Point Open"
    return ReadTable(
        table=table[list(COLUMNS)].reset_index(drop=True),
        source=f"{file}{kind}",
        attribution=acknowledgement(texts),
    )


def _sheets(path: Path) -> Iterator[_Sheet]:
    """Every csv under ``path`` that looks like a table of postcodes."""
    if path.is_dir():
        for each in sorted(path.rglob("*.csv")):
            yield from _sheet(each.name, each)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.lower().endswith(".csv"):
                    with archive.open(member) as stream:
                        head = stream.read(65_536)
                    if _columns_of(_first_rows(head)) is not None:
                        yield from _sheet(member.filename, archive.read(member))
    elif path.suffix.lower() == ".gz":
        yield from _sheet(path.name, gzip.decompress(path.read_bytes()))
    else:
        yield from _sheet(path.name, path)


def _sheet(name: str, content: Path | bytes) -> Iterator[_Sheet]:
    if isinstance(content, Path):
        with content.open("rb") as stream:
            head = stream.read(65_536)
        size = content.stat().st_size
    else:
        head, size = content[:65_536], len(content)
    found = _columns_of(_first_rows(head))
    if found is not None:
        yield _Sheet(name, content, size, *found)


def _first_rows(head: bytes) -> list[list[str]]:
    """Up to two rows, as text; a coarse reading that is only used to tell what a file is."""
    lines = head.decode("utf-8-sig", errors="replace").splitlines()[:2]
    return [[cell.strip().strip('"') for cell in line.split(",")] for line in lines]


def columns_headed(headings: Sequence[str]) -> dict[str, int]:
    """Place of the columns of postcode, grid reference, district and end, as far as they are headed so."""
    plain = [heading.strip().lower() for heading in headings]
    columns: dict[str, int] = {}
    for wanted, patterns in _HEADINGS.items():
        for pattern in patterns:
            hits = [i for i, heading in enumerate(plain) if re.fullmatch(pattern, heading)]
            if hits:
                columns[wanted] = hits[0]
                break
    return columns


def _columns_of(rows: list[list[str]]) -> tuple[dict[str, int], bool] | None:
    """Which column is which, and whether the first row is headings; ``None``: no table of postcodes."""
    if not rows:
        return None
    columns = columns_headed(rows[0])
    if all(wanted in columns for wanted in _NEEDED):
        return columns, True
    if len(rows[0]) == _CODE_POINT_WIDTH and normalise(rows[0][0]) is not None and rows[0][2].isdigit():
        return dict(_CODE_POINT_POSITIONS), False
    return None


def _chosen(sheets: list[_Sheet]) -> list[_Sheet]:
    with_headings = [sheet for sheet in sheets if sheet.has_headings]
    if with_headings:
        return [max(with_headings, key=lambda sheet: (sheet.size, sheet.name))]
    return sheets


def _what_is_missing(path: Path) -> str:
    """Name the headings a lone csv lacks, so that the user can mend it."""
    if path.is_dir() or path.suffix.lower() != ".csv":
        return "no csv in it has the columns of one"
    with path.open("rb") as stream:
        rows = _first_rows(stream.read(65_536))
    headings = [cell.lower() for cell in rows[0]] if rows else []
    lacking = [
        wanted
        for wanted in _NEEDED
        if not any(re.fullmatch(pattern, heading) for pattern in _HEADINGS[wanted] for heading in headings)
    ]
    return "no column for " + ", ".join(lacking)


def _load(sheet: _Sheet) -> pd.DataFrame:
    """Read the wanted columns as text, with the ``row`` of the spreadsheet and the ``file``."""
    names = {position: wanted for wanted, position in sheet.columns.items()}
    content = io.BytesIO(sheet.content) if isinstance(sheet.content, bytes) else sheet.content
    read = pd.read_csv(
        content, header=0 if sheet.has_headings else None, usecols=sorted(names), dtype="str",
        keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False, compression=None,
    )  # fmt: skip
    table = read.set_axis([names[position] for position in sorted(names)], axis=1).fillna("")
    table = table.assign(**{name: table[name].str.strip() for name in table.columns})
    first_row = 2 if sheet.has_headings else 1
    return table.assign(row=np.arange(first_row, first_row + len(table)), file=sheet.name)


def _clean(table: pd.DataFrame, sheet: _Sheet, report: Report, *, keep_terminated: bool) -> pd.DataFrame:
    """Keep the rows that can be used and report the rest."""
    table = table[(table[list(_NEEDED)] != "").any(axis=1)]  # blank lines at the foot are nobody's fault
    if "terminated" in table and not keep_terminated:
        table = table[table["terminated"] == ""]
    table = table[~table["district"].str.fullmatch(_NOT_ON_THE_GRID)]
    table = table.assign(canonical=normalised_column(table["postcode"]))
    bad = table["canonical"].isna()
    _name_rows(
        report, "E104", table[bad], column="postcode", value="postcode", says="'{}' is not a postcode",
        cure="write it as CM9 5AA",
    )  # fmt: skip
    table = table[~bad]

    absent = table["easting"].isin(_NO_GRID_REFERENCE) & table["northing"].isin(_NO_GRID_REFERENCE)
    if absent.any():
        report.add(
            "E106", sheet.name, f"{int(absent.sum()):,} postcodes have no grid reference and are left out",
            severity=Severity.WARNING, cure="nothing, unless you need one of them",
        )  # fmt: skip
    table = table[~absent]
    fit = pd.Series(data=True, index=table.index)
    for axis, (low, high) in (("easting", EASTING_RANGE), ("northing", NORTHING_RANGE)):
        metres = pd.to_numeric(table[axis], errors="coerce")
        wrong = ~metres.between(low, high)
        _name_rows(
            report, "E105", table[wrong], column=axis, value=axis,
            says="'{}' is not a national-grid " + axis + " inside Great Britain",
            cure=f"whole metres from {low:,} to {high:,}",
        )  # fmt: skip
        table = table.assign(**{axis: metres.round()})
        fit &= ~wrong
    table = table[fit]

    unplaced = ~table["district"].str.fullmatch(_DISTRICT_FORM)
    _name_rows(
        report, "E107", table[unplaced], column="district", value="district",
        says="'{}' is not a district's GSS code", cure="write it as E07000074; the row is left out",
        severity=Severity.WARNING,
    )  # fmt: skip
    kept = table[~unplaced]
    return kept.assign(postcode=kept["canonical"])[
        ["postcode", "district", "easting", "northing", "row", "file"]
    ]


def _name_rows(
    report: Report,
    code: str,
    rows: pd.DataFrame,
    *,
    column: str,
    value: str,
    says: str,
    cure: str,
    severity: Severity = Severity.ERROR,
) -> None:
    """One finding a row for the first rows, then one that counts the rest."""
    for number, file, text in zip(
        rows["row"].head(ROWS_NAMED), rows["file"].head(ROWS_NAMED), rows[value].head(ROWS_NAMED), strict=True
    ):
        report.add(
            code, str(file), says.format(text), row=int(number), column=column, cure=cure, severity=severity
        )
    if len(rows) > ROWS_NAMED:
        rest = len(rows) - ROWS_NAMED
        report.add(
            code, str(rows["file"].iloc[0]), f"{rest:,} more rows with the same fault",
            column=column, cure=cure, severity=severity,
        )  # fmt: skip
