"""The order of call-off, and the practice of today, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from optimiser.allocation.allocate import allocate
from optimiser.allocation.call_off import call_off
from optimiser.allocation.problem import ordered_costs
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.need import ClientGroup, ServiceKind
from optimiser.solving.result import Status
from tests.allocation.markets import AS_OF, LOT, admission, market, package, provider, ranked, visit, weekly

NAMES = ("A", "B", "C", "D", "E")


def test_tier_then_rank_then_price_then_identifier() -> None:
    held = [
        admission("A", tier="SPOT", rate=2000),
        admission("B", tier="T2", rate=2500),
        admission("C", tier="T2", rate=2400),
        admission("D", tier="T1", rate=2600),
        admission("E", tier="T1", rate=2300),
    ]
    lists = [ranked("D", "E"), replace(ranked("E", "D", version="2026-03"), effective_from=date(2026, 3, 1))]
    instance = market([], [provider(name) for name in NAMES], held, [], lists)
    order = call_off(instance, LOT, ServiceKind.PERSONAL_CARE)
    assert [line.admission.provider for line in order.lines] == ["D", "E", "C", "B", "A"]
    assert [line.position for line in order.lines] == [1, 2, 3, 4, 5]
    assert [line.rank for line in order.lines] == [1, 2, None, None, None]


def test_the_latest_terms_for_a_client_group_govern() -> None:
    old = admission("A", rate=2300, effective_from=date(2025, 1, 1))
    new = admission(
        "A", rate=2500, effective_from=date(2026, 1, 1), client_groups=frozenset({ClientGroup.OLDER_PEOPLE})
    )
    order = call_off(market([], [provider("A")], [old, new], []), LOT, ServiceKind.PERSONAL_CARE)
    found = [
        order.line(ProviderId("A"), group) for group in (ClientGroup.OLDER_PEOPLE, ClientGroup.MENTAL_HEALTH)
    ]
    assert [line.admission.rate for line in found if line] == [2500, 2300]


def test_cascade_places_one_at_a_time_in_order_of_request() -> None:
    # Each package wants 3 h 30 a week; A has room for one, B for one, C for a small one only.
    packages = [
        package("P1", requested_on=AS_OF),
        package("P2", requested_on=date(2026, 9, 1)),
        package("P3", requested_on=date(2026, 9, 2), chosen_provider=ProviderId("A")),
        package("P4", (visit(1, 8, days=frozenset({Weekday.MONDAY})),)),
    ]
    instance = market(
        packages,
        [provider(name) for name in "ABC"],
        [admission(name) for name in "ABC"],
        [weekly("A", 3.5), weekly("B", 3.5), weekly("C", 1)],
        [ranked("A", "B", "C")],
    )
    result = allocate(instance, policy="cascade")
    assert result.solution.provider_of == {"P2": "A", "P3": "B", "P4": "C"}
    assert [each.package for each in result.solution.unplaced] == ["P1"]
    assert result.solution.unplaced[0].reason == (
        "3 of 3 providers serve this lot for personal care; 2 may have it, both full in the week "
        "(3 h 30 wanted, none free)"
    )
    assert result.status is Status.FEASIBLE
    assert result.bound is None
    assert result.gap is None


def test_ranked_honours_the_choice_that_cascade_missed() -> None:
    packages = [
        package("P2", requested_on=date(2026, 9, 1)),
        package("P3", requested_on=date(2026, 9, 2), chosen_provider=ProviderId("A")),
    ]
    instance = market(
        packages,
        [provider(name) for name in "AB"],
        [admission(name) for name in "AB"],
        [weekly("A", 3.5), weekly("B", 3.5)],
    )
    assert allocate(instance, policy="cascade").solution.provider_of[PackageId("P3")] == "B"
    assert allocate(instance, policy="ranked").solution.provider_of == {"P2": "B", "P3": "A"}


def test_ordered_costs_rise_at_every_step() -> None:
    hour = 3600
    assert ordered_costs(hour, [2500, 2400, 2600, 3000], [0, 0, 1, 3]) == [2500, 2505, 2610, 3000]
