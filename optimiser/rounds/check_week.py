"""Is a week's plan what was asked? Each day by :func:`check_day`, and what lies between the days.

Shares no code with any solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import ceil

from geodata.travel import TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import DAY, Weekday, clock
from optimiser.model.identifiers import CarerId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import Round, WeekPlan
from optimiser.rounds.check import Breach, check_day
from optimiser.rounds.rules import RoundRules


def check_week(
    instance: Instance,
    allocation: Allocation,
    week: WeekPlan,
    *,
    travel: TravelModel,
    rules: RoundRules,
) -> tuple[Breach, ...]:
    """Every breach in a week's plan; empty when the plan is sound.

    The week repeats, so that Sunday's night lies before Monday.
    """
    breaches = [
        breach
        for day in week.days
        for breach in check_day(instance, allocation, day, travel=travel, rules=rules)
    ]
    whose = {(each.provider, each.carer) for each in week.rounds}
    for provider, carer in sorted(whose):
        days = {
            day.day: [each for each in day.rounds if (each.provider, each.carer) == (provider, carer)]
            for day in week.days
        }
        breaches.extend(_check_nights(provider, carer, days, rules))
        breaches.extend(_check_hours(instance, provider, carer, days, rules))
    return tuple(breaches)


def _check_nights(
    provider: ProviderId, carer: CarerId, days: Mapping[Weekday, list[Round]], rules: RoundRules
) -> Iterator[Breach]:
    """Eleven hours from being home one day to setting out the next."""
    order = list(Weekday)
    for today, tomorrow in zip(order, [*order[1:], order[0]], strict=True):
        for before, after in product(days.get(today, []), days.get(tomorrow, [])):
            if not before.stops or not after.stops:
                continue
            ends = before.stops[-1].end + before.home_seconds
            begins = after.stops[0].start - after.stops[0].travel_seconds
            if begins + DAY - ends < rules.rest_between:
                yield Breach(
                    rule="rest between days",
                    provider=provider,
                    message=f"{carer} ends {today.value} at {clock(ends)}, begins at {clock(begins)}",
                )


def _check_hours(
    instance: Instance,
    provider: ProviderId,
    carer: CarerId,
    days: Mapping[Weekday, list[Round]],
    rules: RoundRules,
) -> Iterator[Breach]:
    """No more work in the week than the carer's hours: time with people, on the way, and at the door."""
    most = next(
        (one.max_week for one in instance.carers if one.id == carer and one.provider == provider), None
    )
    if most is None:
        return
    worked = 0
    for each in (each for rounds in days.values() for each in rounds):
        worked += each.contact_seconds + each.travel_seconds
        worked += rules.handover * sum(stop.travel_seconds > 0 for stop in each.stops)
    if worked > most:
        yield Breach(
            rule="weekly hours",
            provider=provider,
            message=f"{carer} works {ceil(worked / 60)} minutes of {most // 60}",
        )
