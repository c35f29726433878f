"""What an hour and a mile cost: dated figures, and those in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from geodata.travel import TravelMode
from optimiser.model.calendar import HOUR, MINUTE


class Figure(Enum):
    """A dated figure, by its name in a table of tariffs."""

    MINIMUM_WAGE = "minimum_wage"
    PAY = "pay"
    MILEAGE_PAID = "mileage_paid"
    MILEAGE_COST = "mileage_cost"
    CYCLE_MILEAGE = "cycle_mileage"
    HOLIDAY = "holiday"
    SICKNESS_AND_TRAINING = "sickness_and_training"
    NATIONAL_INSURANCE = "national_insurance"
    PENSION = "pension"
    OVERHEAD = "overhead"
    CAR_CARBON = "car_carbon"


class Basis(Enum):
    """What a figure rests on."""

    PUBLISHED = "published"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFigure:
    """One line of a table of tariffs.

    Attributes
    ----------
    effective_from
        First day; it holds until the next line of the same figure.
    amount
        In the unit of :class:`Tariff`'s field of that name.
    source
        Where it is published, or what is assumed.
    """

    figure: Figure
    effective_from: date
    amount: int
    basis: Basis
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What care costs a provider on one day. The defaults are the house's table on 6 April 2026.

    Attributes
    ----------
    wage
        Pence an hour that carers are paid.
    minimum_wage
        Pence an hour that they must be paid at least.
    mileage, mileage_cost
        Pence a mile by car: what carers are paid, and what it costs them (for which HMRC's approved rate
        stands).
    cycle_mileage
        Pence a mile by cycle that carers are paid. Walkers are paid their time.
    holiday, sickness_and_training, national_insurance, pension
        On top of pay, in hundredths of a per cent of it.
    overhead
        Pence for each hour of contact: office, insurance, registration, a small surplus.
    car_carbon
        Grams of CO2 equivalent for each kilometre by car; cycling and walking are taken to have none.
    unpaid_gap
        A gap of this many seconds or more is off duty; a shorter one is paid waiting (rule W9).
    handover
        Paid seconds between two homes for parking, the door and the notes (rule W6); not waiting.
    """

    wage: int = 1271
    minimum_wage: int = 1271
    mileage: int = 55
    mileage_cost: int = 55
    cycle_mileage: int = 20
    holiday: int = 1207
    sickness_and_training: int = 400
    national_insurance: int = 1000
    pension: int = 300
    overhead: int = 943
    car_carbon: int = 167
    unpaid_gap: int = HOUR
    handover: int = 3 * MINUTE

    def a_mile(self, mode: TravelMode) -> int:
        """Pence that a carer is paid for a mile."""
        return {
            TravelMode.CAR: self.mileage, TravelMode.CYCLE: self.cycle_mileage, TravelMode.FOOT: 0,
        }[mode]  # fmt: skip

    def a_mile_unpaid(self, mode: TravelMode) -> int:
        """Pence that a mile costs a carer beyond what is paid for it; nothing but by car."""
        return max(0, self.mileage_cost - self.mileage) if mode is TravelMode.CAR else 0

    def a_kilometre_emits(self, mode: TravelMode) -> int:
        """Grams of CO2 equivalent."""
        return self.car_carbon if mode is TravelMode.CAR else 0

    @property
    def on_costs(self) -> int:
        """All that comes on top of pay, in hundredths of a per cent of it."""
        return self.holiday + self.sickness_and_training + self.national_insurance + self.pension


class NoFigureError(ValueError):
    """A table says nothing of some figures on a day; ``figures`` are those."""

    def __init__(self, day: date, figures: tuple[Figure, ...]) -> None:
        super().__init__(day, figures)  # what __init__ was given, so that it crosses processes whole
        self.day = day
        self.figures = figures

    def __str__(self) -> str:
        return f"no {', '.join(each.value for each in self.figures)} is in force on {self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariffs:
    """A table of tariffs: figures in order of name and day."""

    lines: tuple[DatedFigure, ...]

    def __post_init__(self) -> None:
        lines = sorted(self.lines, key=lambda each: (each.figure.value, each.effective_from))
        object.__setattr__(self, "lines", tuple(lines))
        if len({(each.figure, each.effective_from) for each in lines}) != len(lines):
            raise ValueError("a figure has two amounts from one day")

    def over(self, own: Tariffs) -> Tariffs:
        """The lines of another table, and of this one those of every figure that the other does not name."""
        named = {each.figure for each in own.lines}
        return Tariffs(lines=(*own.lines, *(each for each in self.lines if each.figure not in named)))

    def in_force(self, day: date) -> tuple[DatedFigure, ...]:
        """The line of each figure that holds on a day, in the order of :class:`Figure`.

        Raises
        ------
        NoFigureError
            Where a figure has none.
        """
        held = {each.figure: each for each in self.lines if each.effective_from <= day}
        missing = tuple(each for each in Figure if each not in held)
        if missing:
            raise NoFigureError(day, missing)
        return tuple(held[each] for each in Figure)

    def on(self, day: date) -> Tariff:
        """Tariff of a day; :class:`NoFigureError` where a figure has no line then."""
        return Tariff(
            **{_FIELD.get(each.figure, each.figure.value): each.amount for each in self.in_force(day)}
        )


_FIELD = {Figure.PAY: "wage", Figure.MILEAGE_PAID: "mileage"}
