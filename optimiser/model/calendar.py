"""Days of the week, bands of the day, clock times as seconds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR


class Weekday(Enum):
    """A day of the week, in the order of a ``MTWTFSS`` mask."""

    __hash__ = object.__hash__  # members are single; an enumeration's own hash is twenty times as slow

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
        return DayType.WEEKEND if self in WEEKEND else DayType.WEEKDAY


class DayType(Enum):
    """Capacity differs between these, not between Monday and Tuesday."""

    __hash__ = object.__hash__

    WEEKDAY = "weekday"
    WEEKEND = "weekend"


class Band(Enum):
    """Part of the day in which capacity is counted (DOMAIN E5)."""

    __hash__ = object.__hash__

    MORNING = "morning"
    LUNCH = "lunch"
    TEA = "tea"
    BED = "bed"
    NIGHT = "night"
    """Waking and sleeping nights."""
    LIVE_IN = "live_in"
    """Live-in and 24-hour care."""


WEEKEND = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})

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


@cache
def seconds_by_band(start: int, duration: int) -> Mapping[Band, int]:
    """How much of ``duration`` from ``start`` (seconds past midnight) falls in each band of the day."""
    ends = [begin for begin, _ in BAND_STARTS[1:]] + [2 * DAY]
    shared = {
        band: min(start + duration, end) - max(start, begin)
        for (begin, band), end in zip(BAND_STARTS, ends, strict=True)
    }
    return MappingProxyType({band: seconds for band, seconds in shared.items() if seconds > 0})


def clock(seconds: int) -> str:
    """``07:05`` for 25,500; past midnight ``26:00`` counts on."""
    minutes = seconds // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
