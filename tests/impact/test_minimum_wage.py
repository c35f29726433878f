"""Pay against all working time: who would fall below the minimum, and what would mend it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.travel import TravelMode
from optimiser.impact.minimum_wage import PaidTime, minimum_wage_check
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.rounds import Round, RoundPlan, Stop
from optimiser.model.tariff import Tariff


def plan(travel: int, *, metres: int = 0, home: int = 0) -> RoundPlan:
    """An hour of contact in two visits, ``travel`` seconds apart, no waiting and no handover."""
    stops = (
        Stop(visit=VisitId("a/1"), start=0, end=1800, travel_seconds=home, metres=home * 10),
        Stop(
            visit=VisitId("b/1"), start=1800 + travel, end=3600 + travel, travel_seconds=travel, metres=metres
        ),
    )
    built = Round(
        carer=CarerId("one"), provider=ProviderId("P"), mode=TravelMode.CAR, shift_start=0, shift_end=40_000,
        stops=stops, home_seconds=home, home_metres=home * 10,
    )  # fmt: skip
    return RoundPlan(provider=ProviderId("P"), day=Weekday.MONDAY, rounds=(built,))


TARIFF = Tariff(wage=1300, minimum_wage=1271)


def test_pay_for_contact_alone_is_spread_over_the_travel_too() -> None:
    (pay,) = minimum_wage_check([plan(600)], TARIFF, paid_time=PaidTime.CONTACT)
    assert (pay.working, pay.paid) == (4200, 3600)
    assert pay.rate == 1300 * 3600 // 4200
    assert pay.is_below
    assert pay.needed == -(-1271 * 4200 // 3600)
    assert not minimum_wage_check([plan(600)], TARIFF)[0].is_below


def test_the_pay_that_is_said_to_be_needed_is_enough_and_a_penny_less_is_not() -> None:
    stingy, far = replace(TARIFF, mileage=30), [plan(600, metres=9000)]
    (pay,) = minimum_wage_check(far, stingy, paid_time=PaidTime.CONTACT)
    for wage, below in ((pay.needed, False), (pay.needed - 1, True)):
        again = minimum_wage_check(far, replace(stingy, wage=wage), paid_time=PaidTime.CONTACT)
        assert again[0].is_below is below


def test_miles_that_nobody_pays_come_off() -> None:
    unpaid = replace(TARIFF, mileage=25, mileage_cost=55)
    (pay,) = minimum_wage_check([plan(600, metres=8047)], unpaid)
    assert pay.unpaid_miles == 151  # five miles at 30p, rounded up
    assert pay.is_below


def test_exactly_the_minimum_for_all_time_and_miles_is_no_flag() -> None:
    fair = Tariff(wage=1271, minimum_wage=1271)
    assert not minimum_wage_check([plan(777, metres=8047)], fair)[0].is_below


def test_the_way_from_and_to_the_own_door_is_no_working_time() -> None:
    assert minimum_wage_check([plan(600, home=900)], TARIFF)[0].working == 4200


@pytest.mark.parametrize("paid_time", PaidTime)
def test_the_days_of_one_carer_are_taken_together(paid_time: PaidTime) -> None:
    (pay,) = minimum_wage_check([plan(600), plan(0)], TARIFF, paid_time=paid_time)
    assert pay.working == 4200 + 3600
