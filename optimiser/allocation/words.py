"""Figures and parts of the day in plain English, for reasons that go into letters."""

from __future__ import annotations

from optimiser.model.calendar import HOUR, MINUTE, Band, DayType

BAND_WORDS = {
    Band.MORNING: "at breakfast",
    Band.LUNCH: "at lunch",
    Band.TEA: "at tea",
    Band.BED: "at bedtime",
    Band.NIGHT: "at night",
    Band.LIVE_IN: "for live-in care",
}


def hours(seconds: int) -> str:
    """``6 h 30`` for 23,400 seconds, ``7 h`` for a whole number of hours, ``45 min`` below one."""
    whole, rest = divmod(seconds, HOUR)
    minutes = rest // MINUTE
    if not whole:
        return f"{minutes} min"
    return f"{whole} h {minutes:02d}" if minutes else f"{whole} h"


def pounds(pence: int) -> str:
    """``£1,234.50`` for 123,450 pence."""
    return f"£{pence / 100:,.2f}"


def part_of_week(band: Band | None, day_type: DayType | None) -> str:
    """``at breakfast on weekdays``; ``in the week`` for the whole week of day care."""
    if band is None:
        return "in the week"
    days = {None: "", DayType.WEEKDAY: " on weekdays", DayType.WEEKEND: " at weekends"}[day_type]
    return BAND_WORDS[band] + days
