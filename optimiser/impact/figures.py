"""Everything that is measured of one run of a world: plain values, to be kept and taken up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata.travel import TravelModel
from optimiser.impact.as_driven import AsDriven
from optimiser.impact.continuity import Continuity, continuity_of_fortnight
from optimiser.impact.groups import Grouping, group_of
from optimiser.impact.measures import Measures, measure, measure_by
from optimiser.impact.minimum_wage import PaidTime, minimum_wage_check
from optimiser.impact.prices import APART
from optimiser.impact.travel_error import travel_by_error
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import VisitId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.model.tariff import Tariff
from optimiser.rounds.check import visits_late


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One run.

    Attributes
    ----------
    whole
        All rounds of the days built.
    by_area, by_hands, by_lot, by_locality
        The same by group of visits; localities as ``LOT / LOCALITY``.
    continuity
        Over fourteen days; ``None`` where less than a week was built.
    carers
        Who work at all.
    below_minimum, below_if_contact_paid
        Of them, under the minimum wage where all working time is paid, and where contact alone is.
    travel_by_error
        Seconds driven by the relative error they are known to; ``None`` where that is not known.
    as_driven
        The base's rounds on this world's roads; ``None`` where the roads are the base's.
    """

    whole: Measures
    by_area: Mapping[str, Measures]
    by_hands: Mapping[str, Measures]
    by_lot: Mapping[str, Measures]
    by_locality: Mapping[str, Measures]
    continuity: Continuity | None
    carers: int
    below_minimum: int
    below_if_contact_paid: int
    travel_by_error: Mapping[str, int] | None
    as_driven: AsDriven | None = None


def figures_of(
    instance: Instance, days: Sequence[DayPlan], *, travel: TravelModel, tariff: Tariff
) -> Figures:
    """Everything measured of built days of one world."""
    plans = tuple(plan for day in days for plan in day.plans)
    late = [visit for day in days for visit in sorted(visits_late(instance, day))]
    named = {each: group_of(instance, each) for each in Grouping}

    def in_lot(visit: VisitId) -> str:
        return named[Grouping.LOT](visit) + APART + named[Grouping.LOCALITY](visit)

    pay = {
        each: minimum_wage_check(plans, tariff, paid_time=each) for each in (PaidTime.ALL, PaidTime.CONTACT)
    }
    week = {day.day for day in days} == set(Weekday)
    return Figures(
        whole=measure(plans, late_visits=len(late), tariff=tariff),
        by_area=measure_by(plans, named[Grouping.AREA], late=late, tariff=tariff),
        by_hands=measure_by(plans, named[Grouping.HANDS], late=late, tariff=tariff),
        by_lot=measure_by(plans, named[Grouping.LOT], late=late, tariff=tariff),
        by_locality=measure_by(plans, in_lot, late=late, tariff=tariff),
        continuity=continuity_of_fortnight(plans) if week else None,
        carers=len(pay[PaidTime.ALL]),
        below_minimum=sum(each.is_below for each in pay[PaidTime.ALL]),
        below_if_contact_paid=sum(each.is_below for each in pay[PaidTime.CONTACT]),
        travel_by_error=travel_by_error(instance, plans, travel),
    )
