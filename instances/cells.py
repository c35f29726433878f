"""One cell of a table: from its text to a value, and back; what cannot be read says why and what to do.

A *kind* is what a column holds. ``parse`` takes the text of a cell that is not empty and gives the value in
the engine's own unit, or raises :class:`CellError`; ``write`` is its inverse. ``describe`` and ``field`` say
the same to a reader of the documentation and to a reader of a Table Schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Protocol

from geodata.postcode_text import normalise
from optimiser.model.calendar import HOUR, MINUTE, Weekday
from optimiser.model.instance import suggest


class CellError(Exception):
    """A cell cannot be read."""

    def __init__(self, code: str, message: str, cure: str) -> None:
        super().__init__(code, message, cure)
        self.code = code
        self.message = message
        self.cure = cure


class Kind(Protocol):
    """What a column holds."""

    def parse(self, text: str) -> Any:
        """Value of a cell that is not empty; raises :class:`CellError`."""
        ...

    def write(self, value: Any) -> str:
        """Text of a value; ``parse`` gives the value back."""
        ...

    def describe(self) -> str:
        """In words, for the documentation."""
        ...

    def field(self) -> dict[str, Any]:
        """Type, format and constraints of a Table Schema field."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text, kept exactly as it stands: a space at its end is part of it."""

    def parse(self, text: str) -> str:
        """Text without control characters other than tabs and line breaks, and no formula.

        What begins as a spreadsheet's formula would be one in every table that is written from it.
        """
        odd = next((each for each in text if each in _CONTROL), None)
        if odd is not None:
            raise CellError(
                "E209",
                f"{text!r} holds a character that cannot be seen ({odd!r})",
                "delete the cell and type it again",
            )
        if _FORMULA.match(text):
            raise CellError(
                "E209", f"{text!r} begins as a spreadsheet's formula does", "put a letter or a figure first"
            )
        return text

    def write(self, value: str) -> str:
        """The text itself."""
        return value

    def describe(self) -> str:
        """In words."""
        return "text"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string"}


_FORMULA = re.compile(r"\s*(=|[+\-@]\S*[(|!])")
_CONTROL = frozenset(chr(i) for i in (*range(32), *range(127, 160))) - {"\n", "\t"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text of a fixed form.

    Attributes
    ----------
    regex
        That the text must match whole, without spaces around it.
    like
        What it is, with an example: ``"a district code such as E07000074"``.
    """

    regex: str
    like: str
    code: str = "E220"

    def parse(self, text: str) -> str:
        """Text without spaces around it."""
        if not re.fullmatch(self.regex, text.strip()):
            raise CellError(self.code, f"{text!r} is not {self.like}", f"give {self.like}")
        return text.strip()

    def write(self, value: str) -> str:
        """The text itself."""
        return value

    def describe(self) -> str:
        """In words."""
        return self.like

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string", "constraints": {"pattern": self.regex}}


DISTRICT = Pattern(r"[ENSW][0-9]{8}", "a district's GSS code such as E07000074")
SECTOR = Pattern(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9]", "a postcode sector such as CM9 5")
CQC_LOCATION = Pattern(
    r"1-[0-9]{8,11}|[A-Z0-9]{5}",
    "a CQC location number such as 1-123456789 (or five letters and digits)",
    "E225",
)


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode, however spaced and capitalised; kept with one space."""

    def parse(self, text: str) -> str:
        """Canonical postcode."""
        found = normalise(text)
        if found is None:
            raise CellError("E221", f"{text!r} is not a postcode", "give a full postcode such as CM9 5AA")
        return found

    def write(self, value: str) -> str:
        """The postcode itself."""
        return value

    def describe(self) -> str:
        """In words."""
        return "postcode such as CM9 5AA"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        pattern = r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}"
        return {"type": "string", "constraints": {"pattern": pattern}}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A set of things with ``;`` between them; spaces around each count for nothing.

    Attributes
    ----------
    item
        Kind of each.
    empty
        Word for the empty set, where an empty cell means something else.
    """

    item: Kind
    empty: str = ""

    def parse(self, text: str) -> frozenset[Any]:
        """Set of the items' values."""
        if self.empty and text.strip().casefold() == self.empty:
            return frozenset()
        return frozenset(self.item.parse(each.strip()) for each in text.split(";") if each.strip())

    def write(self, value: frozenset[Any]) -> str:
        """Items in order of their text."""
        return ";".join(sorted(self.item.write(each) for each in value)) or self.empty

    def describe(self) -> str:
        """In words."""
        none = f", or `{self.empty}`" if self.empty else ""
        return f"list with `;` between, each {self.item.describe()}{none}"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class InOrder:
    """Things in an order, with ``;`` between them; none stands twice."""

    item: Kind

    def parse(self, text: str) -> tuple[Any, ...]:
        """Values of the items, in their order."""
        found = tuple(self.item.parse(each.strip()) for each in text.split(";") if each.strip())
        if len(set(found)) < len(found):
            raise CellError("E216", f"{text!r} names something twice", "name each once, first to last")
        return found

    def write(self, value: tuple[Any, ...]) -> str:
        """Items in their order."""
        return ";".join(self.item.write(each) for each in value)

    def describe(self) -> str:
        """In words."""
        return f"first to last, with `;` between, each {self.item.describe()}"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One word of an enumeration, however capitalised."""

    words: type[Enum]

    def parse(self, text: str) -> Enum:
        """Member of the enumeration."""
        known = {str(each.value).casefold(): each for each in self.words}
        asked = text.strip().casefold()
        found = known.get(asked) or known.get(re.sub(r"[\s-]+", "_", asked))
        if found is None:
            cure = suggest(text.strip(), (str(each.value) for each in self.words))
            if cure.startswith("known"):
                cure = "give one of " + ", ".join(str(each.value) for each in self.words)
            raise CellError("E216", f"{text!r} is not one of the words this column knows", cure)
        return found

    def write(self, value: Enum) -> str:
        """Its word."""
        return str(value.value)

    def describe(self) -> str:
        """In words."""
        return "one of " + ", ".join(f"`{each.value}`" for each in self.words)

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string", "constraints": {"enum": [each.value for each in self.words]}}


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no; y, n, true, false, 1 and 0 are understood."""

    words: ClassVar[Mapping[str, bool]] = {
        "yes": True, "y": True, "true": True, "1": True,
        "no": False, "n": False, "false": False, "0": False,
    }  # fmt: skip

    def parse(self, text: str) -> bool:
        """Truth."""
        found = self.words.get(text.strip().casefold())
        if found is None:
            raise CellError("E217", f"{text!r} is neither yes nor no", "write yes or no")
        return found

    def write(self, value: bool) -> str:
        """``yes`` or ``no``."""
        return "yes" if value else "no"

    def describe(self) -> str:
        """In words."""
        return "`yes` or `no`"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}


@dataclass(frozen=True, slots=True)
class DayMask:
    """Days of the week as a mask of seven characters: ``MTWTF--``."""

    def parse(self, text: str) -> frozenset[Weekday]:
        """Days; at least one."""
        mask = text.strip().upper().replace(".", "-").replace("_", "-").replace("–", "-")
        cure = "write seven characters, Monday first, a hyphen for a day without: MTWTF-- or -----SS"
        if len(mask) in (14, 28):
            cure = "patterns of two or four weeks are not read: give the visits of an ordinary week"
        if len(mask) != 7 or any(
            found not in (letter, "-") for found, letter in zip(mask, "MTWTFSS", strict=True)
        ):
            raise CellError("E218", f"{text!r} is not a mask of days", cure)
        days = frozenset(day for day, found in zip(Weekday, mask, strict=True) if found != "-")
        if not days:
            raise CellError("E218", f"{text!r} names no day", cure)
        return days

    def write(self, value: frozenset[Weekday]) -> str:
        """Mask."""
        return "".join(
            letter if day in value else "-" for day, letter in zip(Weekday, "MTWTFSS", strict=True)
        )

    def describe(self) -> str:
        """In words."""
        return "mask of days such as `MTWTF--`"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "string", "constraints": {"pattern": "[M-][T-][W-][T-][F-][S-][S-]"}}


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time in seconds past midnight, where the hours count on: ``26:00`` is two in the morning."""

    latest: int = 48 * HOUR

    def parse(self, text: str) -> int:
        """Seconds past midnight of ``7:30``, ``07:30:00``, ``07.30``, ``7.30 pm``."""
        pattern = r"([0-9]{1,2})[:.]([0-5][0-9])(?::([0-5][0-9]))?\s*([ap]m)?"
        found = re.fullmatch(pattern, text.strip().casefold())
        cure = "write hours and minutes on the 24-hour clock, as 07:30"
        # 0.25 is what a spreadsheet makes of six o'clock: it must not be read as a quarter past midnight.
        if found is None or re.fullmatch(r"0\.[0-9]+", text.strip()):
            raise CellError("E213", f"{text!r} is not a clock time", cure)
        hours, half = int(found[1]), found[4]
        if half is not None:
            if not 1 <= hours <= 12:
                raise CellError("E213", f"{text!r} is not a clock time", cure)
            hours = hours % 12 + (12 if half == "pm" else 0)
        seconds = hours * HOUR + int(found[2]) * MINUTE + int(found[3] or 0)
        if seconds > self.latest:
            raise CellError("E213", f"{text!r} lies past {self.latest // HOUR}:00", cure)
        return seconds

    def write(self, value: int) -> str:
        """``07:30``, with seconds only where there are any."""
        return clock_text(value, always_seconds=False)

    def describe(self) -> str:
        """In words."""
        return "clock time `HH:MM`"

    def field(self) -> dict[str, Any]:
        """Table Schema: not its ``time``, which ends at midnight."""
        return {"type": "string", "constraints": {"pattern": "[0-4][0-9]:[0-5][0-9](:[0-5][0-9])?"}}


def clock_text(seconds: int, *, always_seconds: bool) -> str:
    """``07:30`` or ``07:30:00`` of seconds past midnight."""
    text = f"{seconds // HOUR:02d}:{seconds // MINUTE % 60:02d}"
    return f"{text}:{seconds % MINUTE:02d}" if always_seconds or seconds % MINUTE else text


@dataclass(frozen=True, slots=True)
class ClockSeconds(Clock):
    """A clock time written to the second, as results are."""

    def write(self, value: int) -> str:
        """``07:30:00``."""
        return clock_text(value, always_seconds=True)

    def describe(self) -> str:
        """In words."""
        return "clock time `HH:MM:SS`"
