"""A week of visits: calls, long sessions, nights and live-in care."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from instances.counties.chance import Rng, flags, spread
from instances.counties.strata import Pattern, Stratum
from optimiser.model.calendar import DAY, HOUR, MINUTE, Band, Weekday
from optimiser.model.need import Visit, Window

EVERY_DAY = frozenset(Weekday)
WEEKDAYS = frozenset(day for day in Weekday if day not in (Weekday.SATURDAY, Weekday.SUNDAY))
WEEKEND = EVERY_DAY - WEEKDAYS
THREE_DAYS = frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY})
FOUR_DAYS = frozenset({Weekday.MONDAY, Weekday.TUESDAY, Weekday.THURSDAY, Weekday.SATURDAY})

QUARTER = 15 * MINUTE
CALL_LENGTHS = (15 * MINUTE, 30 * MINUTE, 45 * MINUTE, 60 * MINUTE)
LONGEST_VISIT = 12 * HOUR
LONGEST_DAY = 14 * HOUR
"""Of one person's sessions; more in a week means two carers."""

_M, _L, _T, _B = Band.MORNING, Band.LUNCH, Band.TEA, Band.BED
# Which calls people have who have one, two, three or four a day: with the numbers that have each, this gives
# about 40/22/20/18 % of visits in morning, lunch, tea and bed (assumption; nothing published was found).
CALLS_OF_A_DAY: tuple[tuple[tuple[tuple[Band, ...], float], ...], ...] = (
    (((_M,), 0.88), ((_L,), 0.04), ((_T,), 0.03), ((_B,), 0.05)),
    (((_M, _L), 0.34), ((_M, _T), 0.34), ((_M, _B), 0.32)),
    (((_M, _L, _T), 0.44), ((_M, _L, _B), 0.33), ((_M, _T, _B), 0.23)),
    (((_M, _L, _T, _B), 1.0),),
)
OTHERS_OF_ONE = (0.34, 0.26, 0.40)
"""Of people whose one call is not in the morning: lunch, tea, bed."""
BASE_CALLS = (0.24, 0.24, 0.24, 0.28)
# Every day, weekdays only, three days: two shares, for up to two calls a day and for more.
DAYS = (EVERY_DAY, WEEKDAYS, THREE_DAYS)
DAY_SHARES = ((0.87, 0.08, 0.05), (0.97, 0.03, 0.0))
ONE_CARER_SUFFICES = {_L: 0.35, _T: 0.15}
"""Share of a double-handed package's calls in a band that need one carer all the same."""
TIME_CRITICAL = 0.15
MEDICATION = 0.10
"""Share of packages whose calls must lie four hours apart."""
UNAGREED_SHORT = 0.003
"""Share of packages with a call under 30 minutes that nobody agreed to: no provider may take them (rule "
"E9)."""

NIGHT_PATTERNS = (
    (EVERY_DAY, 0.60),
    (WEEKDAYS, 0.15),
    (FOUR_DAYS, 0.15),
    (WEEKEND, 0.10),
)
NIGHTS_A_WEEK = sum(len(days) * share for days, share in NIGHT_PATTERNS)


def weeks_of(stratum: Stratum, n: int, rng: Rng) -> list[tuple[Visit, ...]]:
    """Weeks of visits for ``n`` people of a stratum; on average, its weekly hours."""
    if stratum.pattern is Pattern.NIGHTS:
        return [
            _night(stratum, rng, int(kind)) for kind in spread(rng, n, [share for _, share in NIGHT_PATTERNS])
        ]
    if stratum.pattern is Pattern.LIVE_IN:
        window = Window(9 * HOUR, 11 * HOUR)
        each = Visit(number=1, days=EVERY_DAY, window=window, ideal=10 * HOUR, service_duration=DAY)
        return [(each,)] * n
    if stratum.pattern is Pattern.SESSIONS:
        return _sessions(stratum, n, rng)
    return _calls(stratum, n, rng)


def _night(stratum: Stratum, rng: Rng, kind: int) -> tuple[Visit, ...]:
    ideal = int(rng.integers(86, 91)) * QUARTER  # 21:30 to 22:30
    window = Window(ideal - 30 * MINUTE, ideal + 30 * MINUTE)
    length = stratum.night_hours * HOUR
    return (
        Visit(number=1, days=NIGHT_PATTERNS[kind][0], window=window, ideal=ideal, service_duration=length),
    )


# --- calls -----------------------------------------------------------------------------------------------


def call_shares(stratum: Stratum) -> tuple[float, ...]:
    """Shares of people with one, two, three and four calls a day that give the stratum's weekly hours.

    The base shares tilted, ``p_k ∝ base_k·exp(θk)``, with θ by bisection.
    """
    target = stratum.weekly_hours or 0.0
    hours = np.array([_expected_hours(stratum, k) for k in range(1, 5)])
    k = np.arange(1, 5)

    def tilted(theta: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        p = np.array(BASE_CALLS) * np.exp(theta * (k - 2.5))
        return np.asarray(p / p.sum())

    low, high = -12.0, 12.0
    for _ in range(60):
        theta = (low + high) / 2
        low, high = (theta, high) if float(tilted(theta) @ hours) < target else (low, theta)
    return tuple(float(each) for each in tilted((low + high) / 2))


def _morning_of_one(shares: tuple[float, ...]) -> float:
    """Share of people with one call a day who have it in the morning: mornings are two visits in five.

    Everybody with more calls has one in the morning; with one call, the rest of the mornings are theirs.
    """
    calls = sum(k * share for k, share in enumerate(shares, start=1))
    return min(0.98, max(0.35, (0.40 * calls - (1 - shares[0])) / shares[0]))


def _expected_hours(stratum: Stratum, k: int) -> float:
    shares = np.array(stratum.lengths) / sum(stratum.lengths)
    mean = float(shares @ np.array(CALL_LENGTHS)) / HOUR
    days = sum(len(d) * share for d, share in zip(DAYS, DAY_SHARES[k > 2], strict=True))
    second = sum(
        share * sum(1 - ONE_CARER_SUFFICES.get(band, 0.0) for band in bands)
        for bands, share in CALLS_OF_A_DAY[k - 1]
    )
    return mean * days * (k + stratum.double_handed[k - 1] * second)


def _calls(stratum: Stratum, n: int, rng: Rng) -> list[tuple[Visit, ...]]:
    shares = call_shares(stratum)
    many = spread(rng, n, shares)
    first = _morning_of_one(shares)
    of_one = (first, *((1 - first) * share for share in OTHERS_OF_ONE))
    weeks: list[tuple[Visit, ...]] = [()] * n
    for k in range(1, 5):
        people = np.flatnonzero(many == k - 1)
        bands = spread(rng, len(people), of_one if k == 1 else [share for _, share in CALLS_OF_A_DAY[k - 1]])
        double = flags(rng, len(people), stratum.double_handed[k - 1])
        days = spread(rng, len(people), DAY_SHARES[k > 2])
        lengths = spread(rng, len(people) * k, stratum.lengths).reshape(-1, k)
        critical = flags(rng, len(people) * k, TIME_CRITICAL).reshape(-1, k)
        gaps = flags(rng, len(people), MEDICATION)
        for i, person in enumerate(people):
            weeks[person] = _week_of_calls(
                CALLS_OF_A_DAY[k - 1][bands[i]][0],
                DAYS[days[i]],
                [
                    CALL_LENGTHS[each] for each in sorted(lengths[i], reverse=True)
                ],  # the longest in the morning
                [bool(each) for each in critical[i]],
                2 if double[i] else 1,
                4 * HOUR if gaps[i] else 2 * HOUR,
                rng,
            )
    _meet_hours(weeks, stratum, rng)
    return _leave_unagreed(weeks, rng)


def _week_of_calls(
    bands: tuple[Band, ...],
    days: frozenset[Weekday],
    lengths: list[int],
    critical: list[bool],
    carers: int,
    gap: int,
    rng: Rng,
) -> tuple[Visit, ...]:
    visits: list[Visit] = []
    for number, (band, length, is_critical) in enumerate(zip(bands, lengths, critical, strict=True), start=1):
        window, ideal = _when(band, rng)
        if is_critical:
            window = Window(ideal - 30 * MINUTE, ideal + 30 * MINUTE)
        alone = len(bands) == 1
        visits.append(
            Visit(
                number=number,
                days=days,
                window=window,
                ideal=ideal,
                # A quarter of an hour is only ever part of a wider package (NICE NG21 1.4.2).
                service_duration=max(length, 2 * QUARTER) if alone else length,
                carers_needed=1 if rng.random() < ONE_CARER_SUFFICES.get(band, 0.0) else carers,
                time_critical=is_critical,
                short_visit_agreed=length < 2 * QUARTER and not alone,
            )
        )
    return _with_gaps(visits, gap)


def _when(band: Band, rng: Rng) -> tuple[Window, int]:
    """A band's window of starts (Southwark's slots, DOMAIN W2) and a wished start well inside it."""
    if band is Band.MORNING and rng.random() < 0.75:
        return Window(7 * HOUR, 10 * HOUR), int(rng.integers(30, 39)) * QUARTER
    window, low, high = {
        Band.MORNING: (Window(9 * HOUR, 11 * HOUR + 30 * MINUTE), 38, 44),
        Band.LUNCH: (Window(11 * HOUR + 30 * MINUTE, 14 * HOUR + 30 * MINUTE), 48, 55),
        Band.TEA: (Window(16 * HOUR, 18 * HOUR), 66, 70),
        Band.BED: (Window(18 * HOUR, 22 * HOUR), 79, 87),
    }[band]
    return window, int(rng.integers(low, high)) * QUARTER


def _with_gaps(visits: list[Visit], gap: int) -> tuple[Visit, ...]:
    """Ask for the gap before every visit but the first, or for as much of it as its windows leave."""
    kept = [visits[0]]
    free = visits[0].window.earliest + visits[0].service_duration
    for visit in visits[1:]:
        possible = (visit.window.latest - free) // QUARTER * QUARTER
        least = max(0, min(gap, possible))
        free = max(visit.window.earliest, free + least) + visit.service_duration
        kept.append(replace(visit, min_gap_before=least))
    return tuple(kept)


def _meet_hours(weeks: list[tuple[Visit, ...]], stratum: Stratum, rng: Rng) -> None:
    """Lengthen half-hour calls, or shorten longer ones, by a quarter of an hour until the total is met.

    At most one call in ten is touched, so that a handful of people stay as they were drawn.
    """
    target = (stratum.weekly_hours or 0.0) * HOUR * len(weeks)
    short = target - sum(visit.weekly_care for week in weeks for visit in week)
    step = QUARTER if short > 0 else -QUARTER
    left = sum(len(week) for week in weeks) // 10
    for person in rng.permutation(len(weeks)):
        number = int(rng.integers(len(weeks[person])))
        visit = weeks[person][number]
        change = step * visit.carers_needed * len(visit.days)
        if not left or abs(change) > 2 * abs(short):
            continue
        if not 2 * QUARTER <= visit.service_duration + step <= 4 * QUARTER or visit.short_visit_agreed:
            continue
        longer = list(weeks[person])
        longer[number] = replace(visit, service_duration=visit.service_duration + step)
        gap = max((each.min_gap_before for each in longer), default=0)
        weeks[person] = _with_gaps(longer, gap)
        short -= change
        left -= 1
        if (short > 0) != (step > 0):
            return


def _leave_unagreed(weeks: list[tuple[Visit, ...]], rng: Rng) -> list[tuple[Visit, ...]]:
    many = int(UNAGREED_SHORT * len(weeks) + rng.random())
    short = [i for i, week in enumerate(weeks) if any(visit.short_visit_agreed for visit in week)]
    chosen = {int(short[i]) for i in rng.permutation(len(short))[:many]}
    return [
        tuple(replace(visit, short_visit_agreed=False) for visit in week) if i in chosen else week
        for i, week in enumerate(weeks)
    ]


# --- sessions --------------------------------------------------------------------------------------------


def _sessions(stratum: Stratum, n: int, rng: Rng) -> list[tuple[Visit, ...]]:
    mean = (stratum.weekly_hours or 0.0) * HOUR
    days = [(EVERY_DAY, WEEKDAYS, FOUR_DAYS)[kind] for kind in spread(rng, n, (0.74, 0.18, 0.08))]
    double = flags(rng, n, stratum.double_handed[0])
    # Hours at the middles of n equal slices of a gamma distribution of shape 4: a long right tail, no luck.
    wished = np.sort(rng.gamma(4.0, 1.0, size=(max(n, 1), 33)), axis=0).mean(axis=1)[:n]
    wished = rng.permutation(wished * mean * n / max(float(wished.sum()), 1e-9))
    weeks: list[tuple[Visit, ...]] = []
    owed = 0.0
    for i in range(n):
        week = float(wished[i]) + owed
        carers = 2 if double[i] or week > len(days[i]) * LONGEST_DAY else 1
        on = EVERY_DAY if week > len(days[i]) * carers * LONGEST_DAY else days[i]
        a_day = round(week / (len(on) * carers * QUARTER)) * QUARTER
        visits = _day_of_sessions(min(max(a_day, HOUR), LONGEST_DAY), on, carers, rng)
        owed = week - sum(visit.weekly_care for visit in visits)
        weeks.append(visits)
    return weeks


def _day_of_sessions(a_day: int, days: frozenset[Weekday], carers: int, rng: Rng) -> tuple[Visit, ...]:
    """Lay one to three sessions between 07:00 and 22:30, one after the other, with room to move."""
    lengths = _split(a_day, rng)
    slack = (15 * HOUR + 30 * MINUTE - a_day) // QUARTER
    latest_first = 9 if len(lengths) > 1 else 20
    first = int(rng.integers(0, max(1, min(slack // 2, latest_first)))) + min(2, slack // 8)
    left = slack - first
    room = min(4, left // (2 * len(lengths)))  # quarters by which a start may move, either way
    start = 7 * HOUR + first * QUARTER
    visits = []
    for number, length in enumerate(lengths, start=1):
        either_way = min(room, (start - 7 * HOUR) // QUARTER) * QUARTER
        visits.append(
            Visit(
                number=number,
                days=days,
                window=Window(start - either_way, start + room * QUARTER),
                ideal=start,
                service_duration=length,
                carers_needed=carers,
            )
        )
        rest = left // max(1, len(lengths) - 1) if len(lengths) > 1 else 0
        start += length + int(rest * (0.4 + 0.3 * rng.random())) * QUARTER
    return tuple(visits)


def _split(a_day: int, rng: Rng) -> list[int]:
    hours = a_day / HOUR
    many = 1 if hours <= 2.5 else 2 if hours <= 5 else 3
    shares = {1: (1.0,), 2: (0.4, 0.6), 3: (0.34, 0.28, 0.38)}[many]
    if many == 2 and hours <= 5 and rng.random() < 0.5:
        shares = (0.6, 0.4)
    quarters = a_day // QUARTER
    cut = [max(1, int(quarters * share)) for share in shares]
    cut[-1] += quarters - sum(cut)
    return [each * QUARTER for each in cut]
