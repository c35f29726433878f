"""Cells that hold amounts: counts, minutes, pounds; each with the range in which anyone can mean it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from instances.cells import CellError
from optimiser.model.calendar import HOUR, MINUTE

NEGATIVE = "a figure below zero is refused: delete the minus sign, or correct the figure"


def decimal_of(text: str) -> Decimal | None:
    """Number in plain notation, thousands set off by commas or not; ``None`` where it is none."""
    bare = text.strip()
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,20})?", bare):
        return None
    try:
        return Decimal(bare.replace(",", ""))
    except InvalidOperation:  # pragma: no cover - the pattern lets nothing else through
        return None


def check_range(
    text: str, value: Decimal, low: float | None, high: float | None, unit: str, why: str
) -> None:
    """Refuse a number outside its sensible range; limits as the file states them."""
    said = f" {unit}" if unit else ""
    if low is not None and value < Decimal(str(low)):
        cure = NEGATIVE if value < 0 <= low else why or f"give at least {low:g}{said}"
        raise CellError("E215", f"{text.strip()}{said} is less than {low:g}", cure)
    if high is not None and value > Decimal(str(high)):
        raise CellError(
            "E215", f"{text.strip()}{said} is more than {high:g}", why or f"give at most {high:g}{said}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number in its sensible range; ``why`` is the cure for one outside it."""

    low: int | None = None
    high: int | None = None
    unit: str = ""
    why: str = ""

    def parse(self, text: str) -> int:
        """Number."""
        number = decimal_of(text)
        if number is None or number != number.to_integral_value():
            raise CellError("E214", f"{text!r} is not a whole number", "write digits only, as 12")
        check_range(text, number, self.low, self.high, self.unit, self.why)
        return int(number)

    def write(self, value: int) -> str:
        """Digits."""
        return str(value)

    def describe(self) -> str:
        """In words."""
        return "whole number" + describe_range(self.low, self.high, self.unit)

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "integer", **limits_of(self.low, self.high)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, whole or not, without unit."""

    def parse(self, text: str) -> float:
        """Number; never infinite."""
        try:
            number = float(text.strip())
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or "_" in text:
            raise CellError("E214", f"{text!r} is not a number", "write digits and a decimal point, as 62.5")
        return number

    def write(self, value: float) -> str:
        """Shortest text that reads back as the same number."""
        return repr(float(value))

    def describe(self) -> str:
        """In words."""
        return "number"

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """A duration: minutes in the file, whole seconds inside; two decimals name any second."""

    low: int | None = 0
    high: int | None = None
    why: str = ""

    def parse(self, text: str) -> int:
        """Seconds, to the nearest."""
        number = decimal_of(text)
        if number is None:
            raise CellError(
                "E214", f"{text!r} is not a number of minutes", "write minutes as digits: 30, not 0:30 or 30m"
            )
        check_range(text, number, self.low, self.high, "minutes", self.why)
        return int((number * MINUTE).to_integral_value(ROUND_HALF_UP))

    def write(self, value: int) -> str:
        """Minutes, with two decimals only where seconds are left over."""
        return str(value // MINUTE) if value % MINUTE == 0 else f"{Decimal(value) / MINUTE:.2f}"

    def describe(self) -> str:
        """In words."""
        return "minutes" + describe_range(self.low, self.high, "")

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "number", **limits_of(self.low, self.high)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours of care: hours in the file, whole seconds inside."""

    low: float | None = 0
    high: float | None = None

    def parse(self, text: str) -> int:
        """Seconds, to the nearest."""
        number = decimal_of(text)
        if number is None:
            raise CellError("E214", f"{text!r} is not a number of hours", "write hours as digits: 92.5")
        check_range(text, number, self.low, self.high, "hours", "")
        return int((number * HOUR).to_integral_value(ROUND_HALF_UP))

    def write(self, value: int) -> str:
        """Hours, with as many decimals as name the second."""
        return f"{(Decimal(value) / HOUR).quantize(Decimal('0.0001')).normalize():f}"

    def describe(self) -> str:
        """In words."""
        return "hours" + describe_range(self.low, self.high, "")

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "number", **limits_of(self.low, self.high)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Pounds in the file, whole pence inside; limits in pounds."""

    low: float = 0
    high: float = 1_000_000
    why: str = ""

    def parse(self, text: str) -> int:
        """Pence."""
        bare = text.strip()
        number = decimal_of(bare[0] + bare[2:] if bare[:2] in ("-£", "+£") else bare.removeprefix("£"))
        if number is None:
            raise CellError(
                "E219", f"{text!r} is not an amount in pounds", "write pounds and pence, as 21.50"
            )
        pence = number * 100
        nearest = pence.to_integral_value()
        # A spreadsheet may have made 21.499999999999996 of 21.50; a tenth of a penny is another matter.
        if abs(pence - nearest) > Decimal("0.000001"):
            raise CellError("E219", f"{text!r} has parts of a penny", f"round it: {nearest / 100:.2f}")
        check_range(text, number, self.low, self.high, "pounds", self.why)
        return int(nearest)

    def write(self, value: int) -> str:
        """Pounds with two decimals."""
        return f"{Decimal(value) / 100:.2f}"

    def describe(self) -> str:
        """In words."""
        return "pounds" + describe_range(self.low, self.high, "")

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "number", **limits_of(self.low, self.high)}


def describe_range(low: float | None, high: float | None, unit: str) -> str:
    """``, 15 to 720 minutes``; nothing where there is no limit."""
    said = f" {unit}" if unit else ""
    if low is None and high is None:
        return ""
    if high is None:
        return f", at least {low:g}{said}"
    return f", at most {high:,g}{said}" if low is None else f", {low:g} to {high:,.15g}{said}"


def limits_of(low: float | None, high: float | None) -> dict[str, Any]:
    """Constraints of a Table Schema field."""
    limits = {name: value for name, value in (("minimum", low), ("maximum", high)) if value is not None}
    return {"constraints": limits} if limits else {}
