"""Days of the week, bands of the day, clock times as seconds."""

from __future__ import annotations

from enum import Enum

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR


class Weekday(Enum):
    """A day of the week, in the order of a ``MTWTFSS`` mask."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def day_type(self) -> DayType:
        """Weekday or weekend."""
        return DayType.WEEKEND if self in (Weekday.SATURDAY, Weekday.SUNDAY) else DayType.WEEKDAY


class DayType(Enum):
    """Capacity differs between these, not between Monday and Tuesday."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"


class Band(Enum):
    """Part of the day in which capacity is counted (DOMAIN E5)."""

    MORNING = "morning"
    LUNCH = "lunch"
    TEA = "tea"
    BED = "bed"
    NIGHT = "night"
    """Waking and sleeping nights."""
    LIVE_IN = "live_in"
    """Live-in and 24-hour care."""


DAY_BANDS = (Band.MORNING, Band.LUNCH, Band.TEA, Band.BED)

# A day visit belongs to the band in which its ideal start falls (Southwark's published slots, DOMAIN W2).
BAND_STARTS = (
    (0, Band.MORNING),
    (11 * HOUR + 1800, Band.LUNCH),
    (15 * HOUR, Band.TEA),
    (18 * HOUR, Band.BED),
)


def band_at(seconds: int) -> Band:
    """Band of a day visit that starts at ``seconds`` past midnight."""
    return next(band for start, band in reversed(BAND_STARTS) if seconds >= start)


def seconds_by_band(start: int, duration: int) -> dict[Band, int]:
    """How much of ``duration`` from ``start`` (seconds past midnight) falls in each band of the day."""
    ends = [begin for begin, _ in BAND_STARTS[1:]] + [2 * DAY]
    shared = {
        band: min(start + duration, end) - max(start, begin)
        for (begin, band), end in zip(BAND_STARTS, ends, strict=True)
    }
    return {band: seconds for band, seconds in shared.items() if seconds > 0}


def clock(seconds: int) -> str:
    """``07:05`` for 25,500; past midnight ``26:00`` counts on."""
    minutes = seconds // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
