"""What is asked of a round: the figures, each with its default and its source. No code that decides."""

from __future__ import annotations

from dataclasses import dataclass

from optimiser.model.calendar import HOUR, MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPattern:
    """A shift that a nameless carer may work, in seconds past midnight.

    A commissioner knows no carer, only when carers work; rounds on a pattern start and end at the first
    and last visit.
    """

    name: str
    start: int
    end: int


# Thirteen hours at most, which leaves the eleven that must lie between two days (rule W7). The last visit may
# start at 22:00 and take an hour.
EARLY = ShiftPattern(name="early", start=6 * HOUR + 45 * MINUTE, end=14 * HOUR + 45 * MINUTE)
LATE = ShiftPattern(name="late", start=14 * HOUR + 30 * MINUTE, end=23 * HOUR + 15 * MINUTE)
LONG = ShiftPattern(name="long", start=7 * HOUR, end=20 * HOUR)
LONG_LATE = ShiftPattern(name="long-late", start=10 * HOUR + 15 * MINUTE, end=23 * HOUR + 15 * MINUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRules:
    """What is asked of every round (DOMAIN 4.6).

    Attributes
    ----------
    handover
        Parking, the door, the notes: seconds between two different homes on top of travel (rule W6).
    travel_margin
        Share added to travel when visits are timed, since 14–22 % of rounds run long (rule W6).
    rest, rest_after
        Length of the break in seconds, and the working day in seconds past which it is due (rule W7,
        Working Time Regulations 1998).
    rest_between
        Seconds between a carer's last work of one day and the first of the next (rule W7, Working Time
        Regulations 1998, regulation 10).
    sync_tolerance
        By how many seconds carers of one double-handed visit may start apart. 0: together.
        Rule W5 would allow 300.
    lateness_allowed
        Seconds past the window within which a visit may still start, at a price. 0: windows are hard.
    patterns
        Shifts of nameless carers, where an instance names none.
    """

    handover: int = 3 * MINUTE
    travel_margin: float = 0.10
    rest: int = 20 * MINUTE
    rest_after: int = 6 * HOUR
    rest_between: int = 11 * HOUR
    sync_tolerance: int = 0
    lateness_allowed: int = 0
    patterns: tuple[ShiftPattern, ...] = (EARLY, LATE, LONG, LONG_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Price of each component of the objective, in points. One second of travel is ten points.

    Attributes
    ----------
    unserved
        Per visit and carer that is not made: above anything else a round can cost.
    lateness, most_lateness
        Per second, of every service and of the latest one.
    travel, waiting, most_waiting
        Per second; ``most_waiting`` of the longest single wait. Waiting is paid like travel but burns no
        fuel and may be used.
    paid
        Per second from the beginning of a round to its end.
    round
        Per round that is used: half an hour of travel, for the carer's own way to the first visit and home.
    extra
        Per second of work after the shift is due to end.
    idle
        Per second of the idlest shift, used or not: its length less travel, service and rest. Who is not used
        still has a rest that has hours of its own.
    preference
        Per point in the problem's table of preferences.
    carer_change
        Per visit and carer, where a week is built or a plan repaired: points in the table of preferences for
        a carer the person never sees otherwise. Twenty-two minutes of travel: what it takes for people to see
        their usual carer twice as often as on days built alone.
    balance
        Per second that a shift's travel and service are away from the mean of all shifts.
    missed_rest
        Factor on the prices of missed rests.
    """

    unserved: int = 2_000_000
    lateness: int = 40
    travel: int = 10
    waiting: int = 5
    round: int = 18_000
    preference: int = 1
    carer_change: int = 13_200
    most_lateness: int = 0
    most_waiting: int = 0
    paid: int = 0
    extra: int = 40
    idle: int = 0
    balance: int = 0
    missed_rest: int = 1
