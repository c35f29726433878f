"""Dates: ISO always; the British ways of writing them where a whole column keeps to one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from instances.cells import CellError

FIRST_YEAR, LAST_YEAR = 1990, 2100
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
CURE = "write year, month and day, as 2026-03-01"


class DateFormat(Enum):
    """A way of writing a date, with an example of it."""

    ISO = "2026-03-01"
    SLASHED = "01/03/2026"
    NAMED = "1 March 2026"


_PATTERNS = {
    DateFormat.ISO: r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?:[t ]00:00(?::00)?)?",
    DateFormat.SLASHED: r"(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})[/.](?P<year>[0-9]{4}|[0-9]{2})",
    DateFormat.NAMED: (
        r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ -](?P<month>[a-z]{3,9})\.?,?[ -](?P<year>[0-9]{4}|[0-9]{2})"
    ),
}


def read_date(text: str) -> tuple[date, DateFormat]:
    """Date and the way it is written; day first where it has slashes. Raises :class:`CellError`."""
    bare = " ".join(text.split()).casefold()
    for way, pattern in _PATTERNS.items():
        found = re.fullmatch(pattern, bare)
        if found is None:
            continue
        month = found["month"]
        number = int(month) if month.isdigit() else _month(month)
        year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        try:
            day = date(year, number, int(found["day"]))
        except ValueError:
            break
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CellError("E215", f"{text!r} lies outside {FIRST_YEAR}–{LAST_YEAR}", "correct the year")
        return day, way
    raise CellError("E211", f"{text!r} is not a date", CURE)


def _month(name: str) -> int:
    """Number of a month's name or its first letters; 0 for none."""
    return next(
        (i for i, full in enumerate(MONTHS, start=1) if full.startswith(name) or (name == "sept" and i == 9)),
        0,
    )


def strangers(
    dates: Iterable[tuple[int, str]],
) -> tuple[DateFormat | None, dict[int, tuple[date, DateFormat]]]:
    """The way a column writes its dates, and the cells that keep to another.

    Where any cell is in ISO form, all must be; otherwise the commonest way is the column's.

    Parameters
    ----------
    dates
        Key and text of each cell; those that are no dates are passed over.

    Returns
    -------
    way
        ``None`` for a column without dates.
    others
        By key: the date that would be read, and the way it is written.
    """
    read: dict[int, tuple[date, DateFormat]] = {}
    for key, text in dates:
        try:
            read[key] = read_date(text)
        except CellError:
            continue
    if not read:
        return None, {}
    ways = [way for _, way in read.values()]
    chosen = DateFormat.ISO if DateFormat.ISO in ways else max(DateFormat, key=ways.count)
    return chosen, {key: found for key, found in read.items() if found[1] is not chosen}


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    def parse(self, text: str) -> date:
        """Date."""
        return read_date(text)[0]

    def write(self, value: date) -> str:
        """ISO form."""
        return value.isoformat()

    def describe(self) -> str:
        """In words."""
        return "date `YYYY-MM-DD`"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "date"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date and a time of day, as the council's clocks show it."""

    def parse(self, text: str) -> datetime:
        """Date and time."""
        bare = text.strip().replace("T", " ")
        found = re.fullmatch(r"(\S.*?)(?: ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?", bare)
        day, way = read_date(found[1]) if found else read_date(bare)
        if way is not DateFormat.ISO:
            raise CellError("E211", f"{text!r} is not written as {day.isoformat()} 12:00 is", CURE)
        if found is None or found[2] is None:
            raise CellError("E211", f"{text!r} has no time of day", f"write {day.isoformat()} 12:00")
        hour, minute, second = (int(each or 0) for each in found.groups()[1:])
        try:
            return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - wall clock
        except ValueError:
            cure = "hours run from 00 to 23, minutes from 00 to 59"
            raise CellError("E213", f"{text!r} has no such time of day", cure) from None

    def write(self, value: datetime) -> str:
        """ISO form with a space."""
        return value.isoformat(sep=" ", timespec="minutes" if value.second == 0 else "seconds")

    def describe(self) -> str:
        """In words."""
        return "date and time `YYYY-MM-DD hh:mm`"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string"}
