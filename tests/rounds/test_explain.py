"""Every visit left out has a reason that is true, every wish a price, every quarter-hour its carers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from instances import essex
from optimiser.model.calendar import HOUR, Weekday
from optimiser.model.identifiers import CarerId
from optimiser.model.instance import Instance
from optimiser.model.need import Gender, Window
from optimiser.model.rounds import RoundPlan
from optimiser.model.supply import Carer, Shift
from optimiser.rounds.build_rounds import build_rounds
from optimiser.rounds.explain import QUARTER, busiest_quarters, explain_unserved, price_wishes
from optimiser.rounds.explain_day import explain_day
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from tests.rounds.one_provider import one_provider


def _built(market: Instance) -> RoundPlan:
    return build_rounds(
        market,
        one_provider(market),
        day="tuesday",
        limits=Limits(iterations=200),
        executor=SerialExecutor(),
    ).solution.plans[0]


@pytest.fixture(scope="module")
def market() -> Instance:
    return essex(district="Maldon", packages=40, seed=3)


def _with_carers(market: Instance, count: int, start: int, end: int, gender: Gender) -> Instance:
    shift = Shift(days=frozenset(Weekday), start=start, end=end)
    provider = one_provider(market).placements[0].provider
    carers = tuple(
        Carer(id=CarerId(f"C{k}"), provider=provider, shifts=(shift,), gender=gender) for k in range(count)
    )
    return replace(market, carers=carers)


def _of_one_visit(market: Instance, **asked: object) -> Instance:
    """Everybody with one visit at eight, the first with something asked for."""
    packages = []
    for package in market.packages:
        if not package.service.enters_day_rounds:
            continue
        visit = replace(
            package.visits[0],
            number=1,
            days=frozenset({Weekday.TUESDAY}),
            window=Window(8 * HOUR, 8 * HOUR + 1800),
            ideal=8 * HOUR,
            service_duration=1800,
            carers_needed=1,
            min_gap_before=0,
        )
        packages.append(
            replace(package, visits=(visit,), gender_of_carer=None, language=None, skills=frozenset())
        )
    first = packages[0]
    carers_needed = asked.pop("carers_needed", 1)
    visit = replace(first.visits[0], carers_needed=carers_needed)
    packages[0] = replace(first, visits=(visit,), **asked)  # type: ignore[arg-type]
    return replace(market, packages=tuple(packages))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"gender_of_carer": Gender.MALE}, "no carer is male"),
        ({"skills": frozenset({"catheter"})}, "no carer has the skills catheter"),
    ],
)
def test_nobody_may_make_it(market: Instance, asked: dict[str, object], said: str) -> None:
    market = _with_carers(_of_one_visit(market, **asked), 20, 7 * HOUR, 15 * HOUR, Gender.FEMALE)
    reasons = {
        each.visit: each.reason for each in explain_unserved(market, one_provider(market), _built(market))
    }
    assert reasons[market.packages[0].visit_id(market.packages[0].visits[0])] == said


def test_nobody_works_then(market: Instance) -> None:
    market = _with_carers(_of_one_visit(market), 3, 12 * HOUR, 15 * HOUR, Gender.FEMALE)
    told = explain_unserved(market, one_provider(market), _built(market))
    assert len(told) == len(market.packages)
    assert {each.reason for each in told} == {"no carer who may make it works between 08:00 and 09:00"}


def test_another_carer_would_be_needed(market: Instance) -> None:
    market = _with_carers(_of_one_visit(market), 3, 7 * HOUR, 15 * HOUR, Gender.FEMALE)
    told = explain_unserved(market, one_provider(market), _built(market))
    assert told
    for each in told:
        assert each.reason.startswith("would need another carer at 08:00: the nearest, C")
        assert each.nearest is not None
        assert each.nearest.short_by is not None
        assert each.nearest.short_by > 0


def test_a_day_of_too_few_carers_is_explained_whole(market: Instance) -> None:
    """People have several visits, some of them left out: the others need not leave time for those."""
    market = _with_carers(market, 9, 7 * HOUR, 15 * HOUR, Gender.FEMALE)
    plan = _built(market)
    (told,) = explain_day(market, one_provider(market), [plan])
    assert {each.visit for each in told.unserved} == set(plan.unserved)
    assert told.wishes is None
    assert told.busiest == busiest_quarters(plan.rounds)


def test_a_visit_that_nobody_lists_is_explained_too(market: Instance) -> None:
    built = _built(market)
    stops = built.rounds[0].stops
    lost = stops[-1].visit
    shorter = [
        replace(each, stops=tuple(stop for stop in each.stops if stop.visit != lost)) for each in built.rounds
    ]
    plan = replace(built, rounds=tuple(each for each in shorter if each.stops))
    assert lost not in plan.unserved
    said = explain_unserved(market, one_provider(market), plan)
    assert [each.visit for each in said] == [*built.unserved, lost]


def test_only_one_of_two_carers(market: Instance) -> None:
    market = _with_carers(_of_one_visit(market, carers_needed=2), 1, 7 * HOUR, 15 * HOUR, Gender.FEMALE)
    told = {
        each.visit: each.reason for each in explain_unserved(market, one_provider(market), _built(market))
    }
    assert told[market.packages[0].visit_id(market.packages[0].visits[0])].startswith("only 1 of 2 carers")


def test_a_wish_has_a_price(market: Instance) -> None:
    plan = _built(market)
    wishers = [each for each in market.packages if each.gender_of_carer is not None]
    asked = [each.id for each in wishers[:2]]
    priced = price_wishes(
        market, one_provider(market), plan, packages=asked, limits=Limits(iterations=50), seed=1
    )
    assert {each.package for each in priced} <= set(asked)
    again = price_wishes(
        market, one_provider(market), plan, packages=asked, limits=Limits(iterations=50), seed=1
    )
    assert priced == again


def test_busiest_quarters_by_hand(market: Instance) -> None:
    plan = _built(market)
    quarters = busiest_quarters(plan.rounds)
    assert all(each.needed <= each.on_duty for each in quarters)
    assert [each.needed for each in quarters] == sorted((each.needed for each in quarters), reverse=True)
    for each in quarters:
        sampled = max(
            sum(
                stop.start - stop.travel_seconds <= at < stop.end for one in plan.rounds for stop in one.stops
            )
            for at in range(each.start, each.start + QUARTER, 60)
        )
        assert sampled <= each.needed
    assert busiest_quarters([]) == ()
    assert len(busiest_quarters(plan.rounds, most=3)) == 3
