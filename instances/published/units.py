"""Numbers kept exactly: the decimals a file needs, whole numbers at that scale, coarser readings of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction

from instances.published.day import (
    Carer,
    Format,
    LunchRule,
    Patient,
    PublishedDay,
    RequiredService,
    Synchronization,
    Window,
)

LARGEST = 10**9
"""Times and distances above this are taken for a fault."""
MOST_DECIMALS = 18


def fault_in(number: int | Decimal) -> str | None:
    """What keeps a number from being a time or a distance; ``None`` where nothing does."""
    if isinstance(number, Decimal) and not number.is_finite():
        return "not a finite number"
    if number < 0:
        return "below zero"
    if number > LARGEST:
        return f"above {LARGEST:,}"
    if decimals(number) > MOST_DECIMALS:
        return f"more than {MOST_DECIMALS} decimals"
    return None


def parse(text: str) -> tuple[int | Decimal, str | None]:
    """The number a word stands for, and what is wrong with it, if anything is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return 0, "no number"
    return number, fault_in(number)


def decimals(number: int | Decimal) -> int:
    """Decimals a finite number needs: 0 for ``12`` and ``12.0``, 3 for ``0.125``."""
    if isinstance(number, int) or number == number.to_integral_value():
        return 0
    exponent = number.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def scale_of(numbers: Iterable[int | Decimal]) -> int:
    """The least power of ten at which all the numbers are whole."""
    return int(10 ** max(map(decimals, numbers), default=0))


def whole(number: int | Decimal, scale: int) -> int:
    """A number at a scale at which it is whole.

    Raises
    ------
    ValueError
        Where it is not.
    """
    exact = Fraction(number) * scale
    if exact.denominator != 1:
        raise ValueError(f"{number} is not whole at scale {scale}")
    return exact.numerator


def whole_rows(rows: Sequence[Sequence[int | Decimal]], scale: int) -> tuple[tuple[int, ...], ...]:
    """A travel matrix at a scale; each different number is turned once."""
    known = {number: whole(number, scale) for number in set().union(*rows)}
    return tuple(tuple([known[number] for number in row]) for row in rows)


def in_file_units(day: PublishedDay, number: int | Fraction) -> Fraction:
    """A time or distance of the day in the file's own unit."""
    return Fraction(number) / day.scale


def as_reckoned(day: PublishedDay) -> PublishedDay:
    """The day as its best-known costs were reckoned by those who published them.

    Ceschia et al. rounded Mankowska's matrices to three decimals, ties down, and cut the decimals off the
    Italian windows, which are whole minutes but for the noise of floating point (``459.99999999999994``
    became 459). The other sets were taken as they are. An answer is to be judged by the day as the file
    states it; this one serves to compare with published solutions to the last digit.
    """
    if day.format is Format.MANKOWSKA and day.scale > 1000:
        return coarser(day, 1000, rounding=ROUND_HALF_DOWN)
    if day.format is Format.ITALIAN and day.scale > 1:
        return coarser(day, 1, rounding=ROUND_FLOOR)
    return day


def without_noise(day: PublishedDay, places: int = 9) -> PublishedDay:
    """The day without the noise of floating point: rounded to ``places`` decimals, and the scale cut.

    The Italian windows are then whole minutes, at scale 1; the other days come back as they were.
    """
    least = 10**places
    if day.scale <= least:
        return day
    rounded = coarser(day, least, rounding=ROUND_HALF_EVEN)
    while rounded.scale > 1 and all(number % 10 == 0 for number in _numbers(rounded)):
        rounded = _each(rounded, rounded.scale // 10, lambda number: number // 10)
    return rounded


def coarser(day: PublishedDay, scale: int, *, rounding: str = ROUND_HALF_EVEN) -> PublishedDay:
    """The day at a coarser scale.

    Parameters
    ----------
    scale
        A divisor of the day's own.
    rounding
        One of the decimal module's, such as ``decimal.ROUND_FLOOR``.

    Raises
    ------
    ValueError
        Where the scale does not divide the day's.
    """
    step, rest = divmod(day.scale, scale)
    if rest:
        raise ValueError(f"{scale} does not divide the scale of {day.name}, {day.scale}")
    known: dict[int, int] = {}

    def turn(number: int) -> int:
        if number not in known:
            known[number] = int((Decimal(number) / step).to_integral_value(rounding=rounding))
        return known[number]

    return _each(day, scale, turn)


def _each(day: PublishedDay, scale: int, turn: Callable[[int], int]) -> PublishedDay:
    """The day with every time and distance turned."""

    def service(each: RequiredService) -> RequiredService:
        by_carer = each.by_carer and tuple(turn(duration) for duration in each.by_carer)
        return replace(each, duration=turn(each.duration), by_carer=by_carer)

    def link(each: Synchronization | None) -> Synchronization | None:
        if each is None or each.minimum is None or each.maximum is None:
            return each
        return replace(each, minimum=turn(each.minimum), maximum=turn(each.maximum))

    def window(each: Window) -> Window:
        return replace(each, start=turn(each.start), end=turn(each.end))

    def patient(each: Patient) -> Patient:
        return replace(
            each,
            windows=tuple(map(window, each.windows)),
            services=tuple(map(service, each.services)),
            synchronization=link(each.synchronization),
        )

    def carer(each: Carer) -> Carer:
        shift = each.shift and replace(each.shift, start=turn(each.shift.start), end=turn(each.shift.end))
        return replace(each, shift=shift)

    def lunch(rule: LunchRule | None) -> LunchRule | None:
        if rule is None:
            return None
        return LunchRule(start=turn(rule.start), end=turn(rule.end), minimum=turn(rule.minimum))

    return replace(
        day,
        scale=scale,
        patients=tuple(map(patient, day.patients)),
        carers=tuple(map(carer, day.carers)),
        travel=tuple(tuple([turn(time) for time in row]) for row in day.travel),
        opens=turn(day.opens),
        lunch=lunch(day.lunch),
    )


def _numbers(day: PublishedDay) -> set[int]:
    """Every different time and distance of the day."""
    found: set[int] = set()

    def keep(number: int) -> int:
        found.add(number)
        return number

    _each(day, day.scale, keep)
    return found
