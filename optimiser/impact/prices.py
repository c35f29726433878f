"""What an hour costs in every lot and locality, and what follows for the next competition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from optimiser.impact.groups import Grouping, group_of, names_of
from optimiser.impact.measures import Measures, measure_by
from optimiser.impact.price import Price, Range, RateBelow, price_of, range_of, rates_below
from optimiser.model.identifiers import LotCode
from optimiser.model.instance import Instance
from optimiser.model.rounds import RoundPlan
from optimiser.model.tariff import Tariff

APART = " / "
"""Between a lot and its locality, in the name of a group of visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices by lot and by each lot's localities.

    Attributes
    ----------
    by_lot
        By code; lots without care have none.
    by_locality
        By lot and locality.
    ranges
        Of lots with enough visits.
    below
        Rates in force under their lot's floor.
    names
        Of lots and localities, by code.
    """

    by_lot: Mapping[str, Price]
    by_locality: Mapping[tuple[str, str], Price]
    ranges: Mapping[str, Range]
    below: tuple[RateBelow, ...]
    names: Mapping[str, str]


def prices_of(instance: Instance, plans: Iterable[RoundPlan], tariff: Tariff) -> Prices:
    """Prices from rounds."""
    lot_of, locality_of = group_of(instance, Grouping.LOT), group_of(instance, Grouping.LOCALITY)
    parts = measure_by(tuple(plans), lambda visit: lot_of(visit) + APART + locality_of(visit), tariff=tariff)
    lots = measure_by(tuple(plans), lot_of, tariff=tariff)
    return prices_from(instance, lots, parts, tariff)


def prices_from(
    instance: Instance, lots: Mapping[str, Measures], parts: Mapping[str, Measures], tariff: Tariff
) -> Prices:
    """Prices from measures by lot, and by lot and locality (:data:`APART` between them)."""
    by_lot = _priced(lots, tariff)
    by_locality = {}
    for name, price in _priced(parts, tariff).items():
        lot, _, locality = name.partition(APART)
        by_locality[lot, locality] = price
    ranges = {
        lot: range_of(price, (each for (of, _), each in by_locality.items() if of == lot))
        for lot, price in by_lot.items()
        if not price.is_thin
    }
    return Prices(
        by_lot=by_lot,
        by_locality=by_locality,
        ranges=ranges,
        below=rates_below(instance, {LotCode(lot): each.floor for lot, each in ranges.items()}),
        names={**names_of(instance, Grouping.LOCALITY), **names_of(instance, Grouping.LOT)},
    )


def _priced(groups: Mapping[str, Measures], tariff: Tariff) -> dict[str, Price]:
    found = {name: price_of(each, tariff) for name, each in groups.items()}
    return {name: price for name, price in found.items() if price is not None}
