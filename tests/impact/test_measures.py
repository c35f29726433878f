"""What a day's figures are made of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.travel import TravelMode
from optimiser.impact.measures import measure, measure_by
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.rounds import Rest, Round, RoundPlan, Stop
from optimiser.model.tariff import Tariff


def _stop(name: str, start: int, minutes: int, travel: int) -> Stop:
    return Stop(
        visit=VisitId(name),
        start=start,
        end=start + minutes * 60,
        travel_seconds=travel,
        metres=travel * 10,
    )


ROUND = Round(
    carer=CarerId("one"),
    provider=ProviderId("P"),
    mode=TravelMode.CAR,
    shift_start=0,
    shift_end=40_000,
    stops=(
        _stop("a/1", 0, 30, 0),
        _stop("b/1", 2400, 30, 300),  # 600 s between, 300 s driving: 300 s waiting
        _stop("c/1", 10_000, 30, 600),  # more than an hour: off duty
        _stop("d/1", 13_600, 30, 300),  # 1800 s between, 300 driving, 1200 rest: 300 s waiting
    ),
    rests=(Rest(start=11_800, end=13_000),),
)
PLAN = RoundPlan(provider=ProviderId("P"), day=Weekday.MONDAY, rounds=(ROUND,), unserved=(VisitId("e/1"),))


def test_paid_time_is_contact_travel_and_short_waits() -> None:
    measures = measure([PLAN])
    assert measures.contact_seconds == 4 * 1800
    assert measures.travel_seconds == 1200
    assert measures.handover_seconds == 3 * 180
    assert measures.waiting_seconds == 120 + 120
    assert measures.paid_seconds == 7200 + 1200 + 540 + 240
    assert measures.unserved == 1
    assert measures.travel_minutes_per_contact_hour == pytest.approx(20 / 2)


def test_cost_is_wages_and_miles() -> None:
    tariff = Tariff(wage=1200, mileage=50)
    assert measure([PLAN], tariff=tariff).cost == round(9180 / 3600 * 1200 + 12_000 / 1609.344 * 50)


def test_doubling_travel_doubles_its_measure_and_no_other() -> None:
    def longer(stop: Stop) -> Stop:
        return replace(stop, travel_seconds=2 * stop.travel_seconds, metres=2 * stop.metres)

    twice = replace(PLAN, rounds=(replace(ROUND, stops=tuple(map(longer, ROUND.stops))),))
    before, after = measure([PLAN]), measure([twice])
    assert after.travel_seconds == 2 * before.travel_seconds
    assert after.metres == 2 * before.metres
    assert (after.contact_seconds, after.rounds, after.visits) == (
        before.contact_seconds,
        before.rounds,
        before.visits,
    )


def test_a_day_without_care_has_no_minutes_per_hour() -> None:
    nobody = RoundPlan(provider=ProviderId("P"), day=Weekday.MONDAY, rounds=())
    assert measure([nobody]).travel_minutes_per_contact_hour is None


def test_groups_add_up_to_the_whole_and_a_leg_belongs_to_the_visit_it_leads_to() -> None:
    whole = measure([PLAN])
    parts = measure_by([PLAN], lambda visit: "first" if visit in ("a/1", "b/1") else "others")
    assert (parts["first"].travel_seconds, parts["others"].travel_seconds) == (300, 900)
    for figure in ("visits", "travel_seconds", "contact_seconds", "waiting_seconds", "metres", "unserved"):
        assert sum(getattr(each, figure) for each in parts.values()) == getattr(whole, figure), figure
    assert sum(each.cost for each in parts.values()) == pytest.approx(whole.cost, abs=2)
    assert parts["first"].rounds == parts["others"].rounds == 1


def test_the_leg_home_belongs_to_the_last_visit() -> None:
    home = replace(PLAN, rounds=(replace(ROUND, home_seconds=500, home_metres=4000),))
    assert measure_by([home], lambda visit: visit)["d/1"].travel_seconds == 300 + 500


def test_cyclists_and_walkers_have_their_own_miles_and_no_carbon() -> None:
    tariff = Tariff(mileage=50, cycle_mileage=20, car_carbon=200)
    plans = {mode: replace(PLAN, rounds=(replace(ROUND, mode=mode),)) for mode in TravelMode}
    found = {mode: measure([plan], tariff=tariff) for mode, plan in plans.items()}
    assert [found[mode].grams for mode in TravelMode] == [12 * 200, 0, 0]
    assert [found[mode].mileage_cost for mode in TravelMode] == [373, 149, 0]
