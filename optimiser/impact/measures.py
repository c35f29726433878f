"""What is measured on built days: minutes, miles, rounds, paid time, money, carbon."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimiser.impact.spent import Spent, spent_on
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.identifiers import VisitId
from optimiser.model.rounds import RoundPlan
from optimiser.model.tariff import Tariff

METRES_PER_MILE = 1609.344


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Rounds in figures: of a day, of several, or of the part of them that some people's visits make up.

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
    mileage_cost
        Pence for miles.
    cost
        Pence for paid time and miles.
    grams
        Of CO2 equivalent.
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
    mileage_cost: int
    cost: int
    grams: int

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


def measure(plans: Sequence[RoundPlan], *, late_visits: int = 0, tariff: Tariff | None = None) -> Measures:
    """Add up the figures of plans."""
    tariff = tariff or Tariff()
    return _added(
        list(spent_on(plans, tariff)),
        tariff,
        rounds=sum(len(plan.rounds) for plan in plans),
        unserved=sum(len(plan.unserved) for plan in plans),
        late=late_visits,
    )


def measure_by(
    plans: Sequence[RoundPlan],
    group_of: Callable[[VisitId], str],
    *,
    late: Iterable[VisitId] = (),
    tariff: Tariff | None = None,
) -> Mapping[str, Measures]:
    """The same by group of visits, in order of group.

    Seconds, metres, visits and grams of the groups add up to those of the whole, and money to a penny a
    group. A round counts in every group that it visits.

    Parameters
    ----------
    late
        Visits that begin late, one for each time.
    """
    tariff = tariff or Tariff()
    calls: dict[str, list[Spent]] = {}
    rounds: dict[str, int] = {}
    for plan in plans:
        for each in plan.rounds:
            for group in {group_of(stop.visit) for stop in each.stops}:
                rounds[group] = rounds.get(group, 0) + 1
    for call in spent_on(plans, tariff):
        calls.setdefault(group_of(call.visit), []).append(call)
    unserved = _counted(group_of, (visit for plan in plans for visit in plan.unserved))
    later = _counted(group_of, late)
    return {
        group: _added(
            calls.get(group, []),
            tariff,
            rounds=rounds.get(group, 0),
            unserved=unserved.get(group, 0),
            late=later.get(group, 0),
        )
        for group in sorted({*calls, *unserved, *later})
    }


def _counted(group_of: Callable[[VisitId], str], visits: Iterable[VisitId]) -> dict[str, int]:
    found: dict[str, int] = {}
    for visit in visits:
        group = group_of(visit)
        found[group] = found.get(group, 0) + 1
    return found


def _added(calls: Collection[Spent], tariff: Tariff, *, rounds: int, unserved: int, late: int) -> Measures:
    paid = sum(call.paid for call in calls)
    miles = sum(call.metres * tariff.a_mile(call.mode) for call in calls) / METRES_PER_MILE
    return Measures(
        visits=len(calls),
        unserved=unserved,
        late_visits=late,
        rounds=rounds,
        travel_seconds=sum(call.travel for call in calls),
        contact_seconds=sum(call.contact for call in calls),
        handover_seconds=sum(call.handover for call in calls),
        waiting_seconds=sum(call.waiting for call in calls),
        metres=sum(call.metres for call in calls),
        paid_seconds=paid,
        mileage_cost=round(miles),
        cost=round(paid * tariff.wage / HOUR + miles),
        grams=round(sum(call.metres * tariff.a_kilometre_emits(call.mode) for call in calls) / 1000),
    )
