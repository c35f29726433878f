"""The sustainable price: parts that add up, and what follows for bids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.impact.measures import Measures
from optimiser.impact.price import ENOUGH_CONTACT, Price, price_of, range_of, rates_below
from optimiser.model.identifiers import LotCode
from optimiser.model.tariff import Tariff
from tests.instances.small_market import small_market

DAY = Measures(
    visits=20, unserved=0, late_visits=0, rounds=2, travel_seconds=7200, contact_seconds=36_000,
    handover_seconds=1800, waiting_seconds=1800, metres=100_000, paid_seconds=46_800, mileage_cost=3417,
    cost=0, grams=0,
)  # fmt: skip
TARIFF = Tariff(wage=1200, holiday=1000, sickness_and_training=500, national_insurance=800, pension=200)


def price(total: int, contact: int = 10 * ENOUGH_CONTACT) -> Price:
    return Price(
        contact=total, travel=0, waiting=0, mileage=0, on_costs=0, overhead=0, contact_seconds=contact
    )


def test_the_parts_add_up_to_what_the_day_costs() -> None:
    found = price_of(DAY, TARIFF)
    assert found is not None
    assert (found.contact, found.travel, found.waiting, found.mileage) == (1200, 240, 120, 342)
    assert found.on_costs == 390  # a quarter of 1,560
    assert found.total == 1200 + 240 + 120 + 342 + 390 + TARIFF.overhead


def test_longer_roads_cost_more_and_nothing_else_changes() -> None:
    before, after = price_of(DAY, TARIFF), price_of(replace(DAY, travel_seconds=14_400), TARIFF)
    assert before is not None
    assert after is not None
    assert after.travel == 2 * before.travel
    assert (after.contact, after.waiting, after.mileage) == (before.contact, before.waiting, before.mileage)


def test_without_care_there_is_no_price() -> None:
    assert price_of(replace(DAY, contact_seconds=0), TARIFF) is None


def test_the_ceiling_is_the_dearest_part_that_can_be_priced_and_headroom() -> None:
    found = range_of(price(2500), [price(2400), price(2800), price(9900, contact=ENOUGH_CONTACT - 1)])
    assert (found.floor, found.ceiling) == (2500, 3080)


@pytest.mark.parametrize(("floor", "below"), [(0, False), (10_000, True)])
def test_rates_below_the_floor_are_told(floor: int, below: bool) -> None:
    found = rates_below(small_market(), {LotCode("MAL-PC"): floor})
    assert bool(found) is below
    assert all(each.rate < each.floor for each in found)
    assert list(found) == sorted(found, key=lambda each: each.rate)
