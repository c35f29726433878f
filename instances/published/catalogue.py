"""Published days by the name of their format, and the best that is known of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from geodata.report import Report
from instances.published.day import Format, PublishedDay
from instances.published.hhcrsp_json import read_italian, read_kummer
from instances.published.mankowska import read_mankowska
from instances.published.parts import name_of
from instances.published.solomon import read_solomon
from instances.published.source import read_text
from instances.published.uhhc import read_uhhc
from instances.published.units import parse

READERS: Mapping[Format, Callable[[Path | str], PublishedDay]] = MappingProxyType(
    {
        Format.MANKOWSKA: read_mankowska,
        Format.KUMMER: read_kummer,
        Format.ITALIAN: read_italian,
        Format.UHHC: read_uhhc,
        Format.SOLOMON: read_solomon,
    }
)
BEST_KNOWN = "best_known.csv"
_SETS = {"solomon": "vrptw-solomon"}
"""Sets whose folder has another name than their lines in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BestKnown:
    """The best that is known of an instance.

    Attributes
    ----------
    value
        Objective, rounded to four decimals; as reckoned by those who published it
        (:func:`instances.published.units.as_reckoned`).
    bound
        What no solution can beat; ``None`` where none is known. Mankowska's and Kummer's are weak from 25
        patients upward: a gap to them says nothing of quality.
    carers
        In Solomon's set the vehicles that the best-known solution uses; elsewhere the carers there are.
    """

    value: Fraction
    bound: Fraction | None
    source: str
    carers: int | None = None

    def gap(self, objective: Fraction) -> Fraction | None:
        """How far above the best known an objective lies, as a share of it; below zero where it is better.

        ``None`` where the best known is 0 and the objective is not.
        """
        if objective == self.value:
            return Fraction(0)
        return (objective - self.value) / self.value if self.value else None


def read_day(path: Path | str, format: Format | str) -> PublishedDay:  # noqa: A002
    """Read a published day.

    Parameters
    ----------
    format
        ``mankowska``, ``kummer``, ``italian``, ``uhhc`` or ``solomon``.

    Raises
    ------
    ValueError
        Where there is no such format.
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    if format not in set(Format):
        raise ValueError(f"no format {str(format)!r}; one of {', '.join(Format)}")
    return READERS[Format(format)](path)


def best_known(path: Path | str) -> BestKnown | None:
    """The best that is known of an instance, from ``best_known.csv`` one folder above its own.

    Returns
    -------
    BestKnown or None
        ``None`` where the list is not there or does not name the instance.

    Raises
    ------
    geodata.report.InputError
        Where the list is there and damaged (E281, E283, E285).
    """
    path = Path(path).resolve()
    lines = path.parent.parent / BEST_KNOWN
    if not lines.is_file():
        return None
    report = Report()
    rows = csv.DictReader(read_text(lines, report).splitlines())
    key = (_SETS.get(path.parent.name, path.parent.name), name_of(path))
    found = None
    for row in rows:
        if (row.get("set"), row.get("instance")) == key:
            found = _line(row, rows.line_num, str(lines), report)
    report.raise_if_any()
    return found


def _line(row: Mapping[str, str | None], number: int, file: str, report: Report) -> BestKnown | None:
    def read(column: str) -> Fraction | None:
        text = row.get(column)
        if not text:
            return None
        amount, fault = parse(text)
        if fault:
            report.add(
                "E285",
                file,
                f"{text[:20]!r} is {fault}",
                row=number,
                column=column,
                cure="correct the figure",
            )
            return None
        return Fraction(amount)

    value, bound, carers = read("objective_best_known"), read("lower_bound"), read("carers")
    if not row.get("objective_best_known"):
        report.add(
            "E283", file, "the best-known objective is missing", row=number, column="objective_best_known"
        )
    if value is None:
        return None
    return BestKnown(
        value=value,
        bound=bound,
        source=row.get("source") or "",
        carers=int(carers) if carers is not None else None,
    )
