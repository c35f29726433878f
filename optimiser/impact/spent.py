"""What each call at a home takes: a round's time and miles shared out among its stops, none twice.

Travel is put down to the visit it leads to, and so are the handover and the paid waiting before it; the leg
home is put down to the last visit. It is a convention: without a visit a round would be shorter by the two
legs that meet at it less the one that takes their place. It adds up, which that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geodata.travel import TravelMode
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.rounds import Round, RoundPlan
from optimiser.model.tariff import Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One carer's call at one home, with the way to it. Seconds and metres.

    Attributes
    ----------
    travel, metres
        Of the leg that leads to it; of the leg home too, for the last call of a round.
    commute
        Of the travel, the part from and to the depot.
    waiting
        Paid waiting before it.
    off_duty
        Unpaid gap before it, which is no working time either (rule W9).
    """

    visit: VisitId
    provider: ProviderId
    carer: CarerId
    mode: TravelMode
    contact: int
    travel: int
    metres: int
    handover: int
    waiting: int
    off_duty: int
    commute: int
    commute_metres: int

    @property
    def paid(self) -> int:
        """Contact, travel, handover and paid waiting (rule W8)."""
        return self.contact + self.travel + self.handover + self.waiting


def spent_on(plans: Iterable[RoundPlan], tariff: Tariff) -> Iterator[Spent]:
    """Every call of the plans, in their order."""
    for plan in plans:
        for each in plan.rounds:
            yield from _calls(each, tariff)


def _calls(each: Round, tariff: Tariff) -> Iterator[Spent]:
    for i, stop in enumerate(each.stops):
        handover, waiting, off_duty = _before(each, i, tariff)
        first, last = i == 0, i == len(each.stops) - 1
        home, home_metres = (each.home_seconds, each.home_metres) if last else (0, 0)
        yield Spent(
            visit=stop.visit,
            provider=each.provider,
            carer=each.carer,
            mode=each.mode,
            contact=stop.end - stop.start,
            travel=stop.travel_seconds + home,
            metres=stop.metres + home_metres,
            handover=handover,
            waiting=waiting,
            off_duty=off_duty,
            commute=(stop.travel_seconds if first else 0) + home,
            commute_metres=(stop.metres if first else 0) + home_metres,
        )


def _before(each: Round, i: int, tariff: Tariff) -> tuple[int, int, int]:
    """Handover, paid waiting and time off duty between a stop and the one before it, in seconds."""
    if i == 0:
        return 0, 0, 0
    before, after = each.stops[i - 1], each.stops[i]
    rested = sum(rest.end - rest.start for rest in each.rests if before.end <= rest.start < after.start)
    gap = after.start - before.end - after.travel_seconds - rested
    handover = min(max(gap, 0), tariff.handover) if after.travel_seconds else 0
    if gap <= handover:
        return handover, 0, 0
    waited = gap - handover
    return (handover, waited, 0) if gap < tariff.unpaid_gap else (handover, 0, waited)


def between_visits(each: Round, tariff: Tariff) -> tuple[int, int]:
    """Handover and paid waiting on one round, in seconds: time that is neither travel, rest nor off duty."""
    calls = list(_calls(each, tariff))
    return sum(call.handover for call in calls), sum(call.waiting for call in calls)
