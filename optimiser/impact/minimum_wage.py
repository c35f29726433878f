"""The minimum-wage check (rule W10): what each carer is paid, against all the time that is work.

Working time is contact, travel between visits, handover and paid waiting. Rests, gaps of an hour or more
(rule W9) and the ways from and to the carer's own door are no working time here. What a mile costs a carer
beyond what is paid for it comes off the pay. The law looks at a pay reference period, a month at most; days
that were built stand for it, and nothing is known of training, meetings or uniforms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import ceil

from optimiser.impact.measures import METRES_PER_MILE
from optimiser.impact.spent import Spent, spent_on
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import CarerId, ProviderId
from optimiser.model.rounds import RoundPlan
from optimiser.model.tariff import Tariff


class PaidTime(Enum):
    """What a provider pays an hour's rate for."""

    ALL = "all working time"
    CONTACT_AND_TRAVEL = "contact and travel"
    CONTACT = "contact only"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerPay:
    """One carer over the days that were built.

    Attributes
    ----------
    working, paid
        Seconds.
    unpaid_miles
        Pence that miles cost and nobody pays.
    rate
        Pence an hour of working time that are left, rounded down.
    needed
        Least pay, in pence for an hour of paid time, that would reach the minimum wage.
    is_below
        Whether what is left is less than the minimum wage: a red flag.
    """

    provider: ProviderId
    carer: CarerId
    working: int
    paid: int
    unpaid_miles: int
    rate: int
    needed: int
    is_below: bool


def minimum_wage_check(
    plans: Iterable[RoundPlan], tariff: Tariff, *, paid_time: PaidTime = PaidTime.ALL
) -> tuple[CarerPay, ...]:
    """Every carer of the plans who works at all, those below the minimum first, the worst of them first."""
    calls: dict[tuple[ProviderId, CarerId], list[Spent]] = {}
    for call in spent_on(plans, tariff):
        calls.setdefault((call.provider, call.carer), []).append(call)
    found = [_pay(provider, carer, those, tariff, paid_time) for (provider, carer), those in calls.items()]
    return tuple(sorted(found, key=lambda each: (not each.is_below, each.rate, each.provider, each.carer)))


def _pay(
    provider: ProviderId, carer: CarerId, calls: list[Spent], tariff: Tariff, paid_time: PaidTime
) -> CarerPay:
    contact = sum(call.contact for call in calls)
    travel = sum(call.travel - call.commute for call in calls)
    working = contact + travel + sum(call.handover + call.waiting for call in calls)
    paid = {
        PaidTime.ALL: working, PaidTime.CONTACT_AND_TRAVEL: contact + travel, PaidTime.CONTACT: contact,
    }[paid_time]  # fmt: skip
    short = sum((call.metres - call.commute_metres) * tariff.a_mile_unpaid(call.mode) for call in calls)
    unpaid_miles = ceil(short / METRES_PER_MILE)
    left = paid * tariff.wage - unpaid_miles * HOUR
    return CarerPay(
        provider=provider,
        carer=carer,
        working=working,
        paid=paid,
        unpaid_miles=unpaid_miles,
        rate=left // working,
        needed=-(-(tariff.minimum_wage * working + unpaid_miles * HOUR) // paid),
        is_below=left < tariff.minimum_wage * working,
    )
