"""Strata of need: how many people of each kind a county has, where they live, how much care they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from instances.counties.chance import apportion
from instances.counties.districts import District
from optimiser.model.need import ClientGroup, ServiceKind, SourceRoute


class Pattern(Enum):
    """How a week of care is laid out."""

    CALLS = "calls"
    """One to four calls a day in the bands of the day."""
    SESSIONS = "sessions"
    """A few long visits a day: support more than tasks."""
    NIGHTS = "nights"
    LIVE_IN = "live_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """People of one kind in one county.

    Attributes
    ----------
    name
        Names its stream of chance: changing it changes who is drawn.
    people
        In the whole county.
    weekly_hours
        A week for each person, on average, in hours of care for each carer. ``None`` for nights and live-in
        care, where the pattern says it.
    groups
        Shares of client groups.
    older
        Share of its people who are placed as older people are (by residents aged 75 and over, the rest by
        residents of 18 to 64).
    lengths
        Shares of calls of 15, 30, 45 and 60 minutes.
    double_handed
        Share of double-handed packages among those with one, two, three and four calls a day. For other
        patterns the first figure is the share among all.
    night_hours
        Length of a night.
    routes
        Shares of routes; ``None`` for the county's usual ones.
    short_term_days
        Least and most days of a short-term package; ``None`` for long-term care.
    same_day
        Whether it is asked for on the very day it must begin.
    """

    name: str
    service: ServiceKind
    pattern: Pattern
    people: int
    groups: Mapping[ClientGroup, float]
    older: float
    weekly_hours: float | None = None
    lengths: tuple[float, float, float, float] = (1.6, 72.0, 18.0, 8.4)
    double_handed: tuple[float, ...] = (0.05, 0.12, 0.22, 0.42)
    night_hours: int = 0
    routes: Mapping[SourceRoute, float] | None = None
    short_term_days: tuple[int, int] | None = None
    same_day: bool = False

    def __post_init__(self) -> None:
        if self.pattern in (Pattern.CALLS, Pattern.SESSIONS) and self.weekly_hours is None:
            raise ValueError(f"stratum {self.name!r} must say how many hours a week its people have")


def residents(stratum: Stratum, district: District, county: Sequence[District]) -> float:
    """Share of a stratum's people who live in a district, from 0 to 1 over the county."""
    older = district.aged_75 / sum(each.aged_75 for each in county)
    younger = (district.adults - district.aged_65) / sum(each.adults - each.aged_65 for each in county)
    return stratum.older * older + (1 - stratum.older) * younger


def people_by_stratum(
    strata: Sequence[Stratum], county: Sequence[District], *, within: Sequence[District], packages: int | None
) -> dict[tuple[str, str], int]:
    """People of each stratum in each district of ``within``, by name of stratum and code of district.

    The county's people are shared out over its districts; ``packages`` then keeps the mix of ``within`` and
    changes only the number.

    Raises
    ------
    ValueError
        Where fewer than one package is asked for.
    """
    if packages is not None and packages < 1:
        raise ValueError(f"at least one package must be asked for, not {packages}")
    published = {
        (stratum.name, district.code): count
        for stratum in strata
        for district, count in zip(
            county,
            apportion(stratum.people, [residents(stratum, each, county) for each in county]),
            strict=True,
        )
    }
    codes = [each.code for each in within]
    if packages is None:
        return {(s.name, code): published[s.name, code] for s in strata for code in codes}
    totals = apportion(packages, [sum(published[s.name, code] for code in codes) for s in strata])
    return {
        (stratum.name, code): count
        for stratum, total in zip(strata, totals, strict=True)
        for code, count in zip(
            codes, apportion(total, [published[stratum.name, c] + 1e-9 for c in codes]), strict=True
        )
    }
