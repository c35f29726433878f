"""What is measured on a built day: minutes, miles, rounds, paid time, money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.rounds import Round, RoundPlan

METRES_PER_MILE = 1609.344


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a provider pays for a carer's time and miles; dated figures the user can change.

    Attributes
    ----------
    wage
        Pence an hour. Default: National Living Wage from April 2026.
    mileage
        Pence a mile. Default: HMRC approved mileage from 6 April 2026.
    unpaid_gap
        A gap of this many seconds or more is off duty; a shorter one is paid waiting (rule W9).
    handover
        Paid seconds between two homes for parking, the door and the notes (rule W6); not waiting.
    """

    wage: int = 1271
    mileage: int = 55
    unpaid_gap: int = HOUR
    handover: int = 3 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """One day's rounds in figures.

    Attributes
    ----------
    visits, unserved, late_visits, rounds
        Counts. A double-handed visit counts once for each carer who makes it.
    travel_seconds, metres
        Between visits and from and to depots.
    handover_seconds
        Parking, the door and the notes, wherever a carer goes from one home to another.
    waiting_seconds
        Paid waiting: what is left of gaps shorter than the tariff's unpaid gap, rests taken off.
    paid_seconds
        Contact, travel, handover and paid waiting (rule W8).
    cost
        Pence for the day: paid time and miles.
    """

    visits: int
    unserved: int
    late_visits: int
    rounds: int
    travel_seconds: int
    contact_seconds: int
    handover_seconds: int
    waiting_seconds: int
    metres: int
    paid_seconds: int
    cost: int

    @property
    def travel_minutes_per_contact_hour(self) -> float | None:
        """Minutes on the road for each hour of care; ``None`` where no care was given."""
        if not self.contact_seconds:
            return None
        return (self.travel_seconds / MINUTE) / (self.contact_seconds / HOUR)

    @property
    def miles(self) -> float:
        """Statute miles driven, cycled and walked."""
        return self.metres / METRES_PER_MILE

    @property
    def contact_ratio(self) -> float | None:
        """Contact over paid time; ``None`` where nothing is paid."""
        return self.contact_seconds / self.paid_seconds if self.paid_seconds else None


def between_visits(each: Round, tariff: Tariff) -> tuple[int, int]:
    """Handover and paid waiting on one round, in seconds: time that is neither travel, rest nor off duty."""
    handed = waited = 0
    for before, after in zip(each.stops, each.stops[1:], strict=False):
        rested = sum(rest.end - rest.start for rest in each.rests if before.end <= rest.start < after.start)
        gap = after.start - before.end - after.travel_seconds - rested
        handover = min(max(gap, 0), tariff.handover) if after.travel_seconds else 0
        handed += handover
        if handover < gap < tariff.unpaid_gap:
            waited += gap - handover
    return handed, waited


def measure(plans: Sequence[RoundPlan], *, late_visits: int = 0, tariff: Tariff | None = None) -> Measures:
    """Add up the figures of a day's plans."""
    tariff = tariff or Tariff()
    rounds = [each for plan in plans for each in plan.rounds]
    travel = sum(each.travel_seconds for each in rounds)
    contact = sum(each.contact_seconds for each in rounds)
    spent = [between_visits(each, tariff) for each in rounds]
    handover, waiting = sum(each[0] for each in spent), sum(each[1] for each in spent)
    metres = sum(each.metres for each in rounds)
    paid = travel + contact + handover + waiting
    return Measures(
        visits=sum(len(each.stops) for each in rounds),
        unserved=sum(len(plan.unserved) for plan in plans),
        late_visits=late_visits,
        rounds=len(rounds),
        travel_seconds=travel,
        contact_seconds=contact,
        handover_seconds=handover,
        waiting_seconds=waiting,
        metres=metres,
        paid_seconds=paid,
        cost=round(paid * tariff.wage / HOUR + metres / METRES_PER_MILE * tariff.mileage),
    )
