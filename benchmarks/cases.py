"""The registered cases: every published file at hand, its format, and the families it is reported in.

The files are not part of this project. They are looked for under ``rounds`` in the folder that
``CAREROUNDS_DATA`` names, ``shared/data`` beside the repository by default.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType

from geodata.report import Report
from instances.published import Format

SETS: Mapping[str, Format] = MappingProxyType(
    {
        "mankowska": Format.MANKOWSKA,
        "kummer": Format.KUMMER,
        "italian": Format.ITALIAN,
        "uhhc-validation": Format.UHHC,
        "uhhc-bazirha": Format.UHHC,
        "solomon": Format.SOLOMON,
    }
)
"""Folder of each set, and its format."""
LARGE = 200
"""Patients from which a day counts among the large ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One published file."""

    set: str
    path: Path

    @property
    def format(self) -> Format:
        """The format of its set."""
        return SETS[self.set]


def data_folder() -> Path:
    """Where the published files are looked for, there or not."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("CAREROUNDS_DATA") or beside)


def registered(suite: str, *, every: int = 1, only: Sequence[str] = ()) -> list[Case]:
    """The cases of a format, or of ``all``, in order of set and name.

    Parameters
    ----------
    every
        Only every so many of a set.
    only
        Patterns, one of which a file's name must fit, its ending aside; all files where there are none.

    Raises
    ------
    geodata.report.InputError
        Where a set that was asked for is not there (E294); of ``all``, where none is.
    """
    folder, report = data_folder() / "rounds", Report()
    wanted = [name for name, kind in SETS.items() if suite in ("all", kind.value)]
    cases: list[Case] = []
    is_any_there = False
    for name in wanted:
        found = sorted(path for path in (folder / name).glob("*") if path.suffix in (".txt", ".json"))
        if not found:
            report.add(
                "E294",
                str(folder / name),
                "no published files there",
                cure="fetch them as docs/benchmarks.md says, and name their folder in CAREROUNDS_DATA",
            )
        is_any_there |= bool(found)
        fitting = [each for each in found if not only or any(fnmatchcase(each.stem, one) for one in only)]
        cases.extend(Case(set=name, path=path) for path in fitting[::every])
    if suite != "all" or not is_any_there:
        report.raise_if_any()
    return cases


def families(name: str, patients: int) -> Iterator[str]:
    """The lines of the table that a case of a set counts in, the narrowest first."""
    if name == "mankowska":
        yield f"mankowska {patients}"
    elif name == "kummer":
        yield f"kummer {patients}"
        yield "kummer, all"
        if patients >= LARGE:
            yield f"kummer, {LARGE} and more"
    elif name == "italian":
        yield "italian, all"
        if patients >= LARGE:
            yield f"italian, {LARGE} and more"
    else:
        yield name
