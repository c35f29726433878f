"""The table of tariffs: what an hour and a mile cost, from which day, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instances.amounts import Money, Whole, check_range, decimal_of, describe_range, limits_of
from instances.cells import CellError, Kind, OneOf, Text
from instances.columns import Column, Table
from instances.dates import Day
from optimiser.model.tariff import Basis, DatedFigure, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Hundredths:
    """A number of two decimals in the file, whole hundredths inside."""

    high: float

    def parse(self, text: str) -> int:
        """Hundredths."""
        number = decimal_of(text)
        if number is None or (number * 100) != (number * 100).to_integral_value():
            raise CellError("E214", f"{text!r} is no number of at most two decimals", "write it as 12.07")
        check_range(text, number, 0, self.high, "", "")
        return int(number * 100)

    def write(self, value: int) -> str:
        """With two decimals only where they say something."""
        return f"{value / 100:.2f}".rstrip("0").rstrip(".")

    def describe(self) -> str:
        """In words."""
        return "number" + describe_range(0, self.high, "")

    def field(self) -> dict[str, Any]:
        """Table Schema."""
        return {"type": "number", **limits_of(0, self.high)}


_AN_HOUR, _A_MILE, _OF_PAY = "£ an hour", "pence a mile", "% of pay"
UNITS: Mapping[Figure, tuple[str, Kind]] = {
    Figure.MINIMUM_WAGE: (_AN_HOUR, Money(low=1, high=100)),
    Figure.PAY: (_AN_HOUR, Money(low=1, high=100)),
    Figure.MILEAGE_PAID: (_A_MILE, Whole(low=0, high=200)),
    Figure.MILEAGE_COST: (_A_MILE, Whole(low=0, high=200)),
    Figure.CYCLE_MILEAGE: (_A_MILE, Whole(low=0, high=200)),
    Figure.HOLIDAY: (_OF_PAY, Hundredths(high=100)),
    Figure.SICKNESS_AND_TRAINING: (_OF_PAY, Hundredths(high=100)),
    Figure.NATIONAL_INSURANCE: (_OF_PAY, Hundredths(high=100)),
    Figure.PENSION: (_OF_PAY, Hundredths(high=100)),
    Figure.OVERHEAD: ("£ a contact hour", Money(low=0, high=100)),
    Figure.CAR_CARBON: ("g CO2e a km", Whole(low=0, high=1000)),
}
"""Unit of each figure, and what its amount may be."""

TARIFFS = Table(
    name="tariffs",
    says="What an hour, a mile or a kilometre costs from a day on, until the next line of the same figure.",
    key=("figure", "effective_from"),
    columns=(
        Column(name="figure", kind=OneOf(Figure), says="What it is."),
        Column(name="effective_from", kind=Day(), says="First day it holds."),
        Column(name="amount", kind=Text(), says="How much, in the figure's unit."),
        Column(
            name="unit", kind=Text(), default=None, optional=True,
            says="The figure's unit, to be sure that both mean the same.",
        ),
        Column(name="basis", kind=OneOf(Basis), says="Published, or an assumption."),
        Column(name="source", kind=Text(), says="Where it is published, or what is assumed."),
    ),
)  # fmt: skip


def tariff_line(line: DatedFigure) -> str:
    """``minimum wage £12.71 an hour from 1 April 2026 (published: …)``."""
    unit, kind = UNITS[line.figure]
    amount = (
        f"£{kind.write(line.amount)}{unit[1:]}" if unit[0] == "£" else f"{kind.write(line.amount)} {unit}"
    )
    day = f"{line.effective_from.day} {line.effective_from:%B %Y}"
    figure = line.figure.value.replace("_", " ")
    return f"{figure} {amount} from {day} ({line.basis.value}: {line.source})"
