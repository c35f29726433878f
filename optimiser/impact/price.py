"""The sustainable price: what an hour of care costs a provider to give, from the rounds themselves.

An hour with somebody takes the pay of that hour, of the travel that leads to it, of handover and waiting, the
miles, what comes on top of pay, and a share of the office. All but travel is much the same everywhere: what
tells one area's price from another's is the road.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from optimiser.impact.measures import Measures
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import ServiceKind
from optimiser.model.supply import RateUnit
from optimiser.model.tariff import Tariff

ENOUGH_CONTACT = 5 * HOUR
"""An area with less contact than this in the days built has too few visits to price (an assumption)."""

HEADROOM = 10
"""Per cent that the ceiling of a lot lies above its dearest priced area (an assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Pence for an hour of one carer's contact, by what it goes on; the parts add up.

    Attributes
    ----------
    waiting
        Handover and paid waiting.
    contact_seconds
        That it was measured on.
    """

    contact: int
    travel: int
    waiting: int
    mileage: int
    on_costs: int
    overhead: int
    contact_seconds: int

    @property
    def total(self) -> int:
        """Pence for an hour."""
        return self.contact + self.travel + self.waiting + self.mileage + self.on_costs + self.overhead

    @property
    def is_thin(self) -> bool:
        """Whether it rests on too few visits to be used."""
        return self.contact_seconds < ENOUGH_CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Between which prices the bids of a lot's next competition may be expected. Pence an hour.

    Attributes
    ----------
    floor
        The lot's own sustainable price: below it, bidders should be asked how.
    ceiling
        The dearest of the lot's localities that can be priced, and some headroom.
    """

    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBelow:
    """A provider's rate that lies below what its lot's rounds cost. Pence an hour, supplement included."""

    provider: ProviderId
    lot: LotCode
    service: ServiceKind
    rate: int
    floor: int


def price_of(measures: Measures, tariff: Tariff) -> Price | None:
    """Sustainable price of what was measured; ``None`` where no care was given."""
    contact = measures.contact_seconds
    if not contact:
        return None

    def an_hour(seconds: int) -> float:
        return tariff.wage * seconds / contact

    waiting = measures.handover_seconds + measures.waiting_seconds
    paid = an_hour(contact) + an_hour(measures.travel_seconds) + an_hour(waiting)
    return Price(
        contact=tariff.wage,
        travel=round(an_hour(measures.travel_seconds)),
        waiting=round(an_hour(waiting)),
        mileage=round(measures.mileage_cost * HOUR / contact),
        on_costs=round(paid * tariff.on_costs / 10_000),
        overhead=tariff.overhead,
        contact_seconds=contact,
    )


def range_of(lot: Price, localities: Iterable[Price]) -> Range:
    """Floor and ceiling of a lot, from its own price and those of its parts."""
    dearest = max([lot.total, *(each.total for each in localities if not each.is_thin)])
    return Range(floor=lot.total, ceiling=-(-dearest * (100 + HEADROOM) // 100))


def rates_below(instance: Instance, floors: Mapping[LotCode, int]) -> tuple[RateBelow, ...]:
    """Rates in force, of care by day, below the floors of their lots; the farthest below first."""
    found = [
        RateBelow(
            provider=each.provider,
            lot=each.lot,
            service=each.service,
            rate=each.rate + each.supplement,
            floor=floors[each.lot],
        )
        for each in instance.admissions
        if each.holds_on(instance.as_of)
        and each.rate_unit is RateUnit.HOUR
        and each.service.enters_day_rounds
        and each.rate + each.supplement < floors.get(each.lot, 0)
    ]
    return tuple(
        sorted(found, key=lambda each: (each.rate - each.floor, each.lot, each.provider, each.service.value))
    )
