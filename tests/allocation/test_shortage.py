"""Certificates of shortage: what they say, that they are proofs, and that nothing else is called one."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.audit import prove
from optimiser.allocation.capacity import RowKind
from optimiser.allocation.check import Market
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.shortage import Cause, Certificate, find_shortages, why_left
from optimiser.allocation.shortage_check import check_certificates
from optimiser.model.calendar import HOUR, Band, DayType
from optimiser.model.contract import Cap
from optimiser.model.identifiers import PackageId, TierCode
from optimiser.model.instance import Instance
from tests.allocation.markets import (
    LOT,
    admission,
    market,
    package,
    provider,
    random_market,
    visit,
    weekly,
)

BREAKFAST = {"band": Band.MORNING, "day_type": DayType.WEEKDAY}
WEEKEND = {"band": Band.MORNING, "day_type": DayType.WEEKEND}


def shortages(instance: Instance) -> tuple[Certificate, ...]:
    return find_shortages(instance, build_problem(instance))


def breakfasts(*spare: float, packages: int = 3, **changes: object) -> Instance:
    """Packages of half an hour at breakfast each day; providers with so many hours on weekdays."""
    names = [f"PR{number}" for number in range(1, len(spare) + 1)]
    capacities = [weekly(name, hours, **BREAKFAST) for name, hours in zip(names, spare, strict=True)]
    capacities += [weekly(name, 20, **WEEKEND) for name in names]
    return market(
        [package(f"P{number}", **changes) for number in range(1, packages + 1)],
        [provider(name) for name in names],
        [admission(name) for name in names],
        capacities,
    )


def test_a_shortage_names_packages_providers_what_is_wanted_and_what_there_is() -> None:
    (found,) = shortages(breakfasts(2.5, 2.75))
    assert found.packages == ("P1", "P2", "P3")
    assert found.providers == ("PR1", "PR2")
    assert found.parts == ((Band.MORNING, DayType.WEEKDAY),)
    assert (found.wanted, found.capacity, found.shortfall) == (7.5 * HOUR, 5.25 * HOUR, 2.25 * HOUR)
    assert str(found) == (
        "3 packages in lot MALDON want 7 h 30 a week at breakfast on weekdays; "
        "the 2 providers who may serve them have 5 h 15 between them: at least 2 h 15 short"
    )


def nobody(problem: Problem) -> tuple[None, ...]:
    """Seats of an answer that places nothing."""
    return (None,) * len(problem.needs)


def test_a_cap_that_is_full_is_not_called_want_of_hours() -> None:
    instance = breakfasts(9, 0)
    instance = replace(instance, framework=replace(instance.framework, caps=(Cap(stop_at=40),)))
    proof = prove(instance, allocate(instance, policy="ranked"))
    assert [each.cause for each in proof.left] == [Cause.CONTRACT, Cause.CONTRACT]
    assert proof.certificates == ()


def test_what_fits_is_no_shortage() -> None:
    assert shortages(breakfasts(5, 2.5)) == ()


def test_hours_enough_that_whole_packages_do_not_fill_are_a_packing_not_a_shortage() -> None:
    instance = breakfasts(3.75, 3.75)
    problem = build_problem(instance)
    left = [each.package for each in allocate(instance, policy="ranked").solution.unplaced]
    assert len(left) == 1
    assert shortages(instance) == ()
    assert (
        why_left(instance, problem, left, (), seats=nobody(problem), is_proven=True)[0].cause is Cause.PACKING
    )
    assert (
        why_left(instance, problem, left, (), seats=nobody(problem), is_proven=False)[0].cause
        is Cause.UNPROVEN
    )


def test_what_nobody_may_have_is_not_called_a_shortage() -> None:
    instance = breakfasts(9, 9, skills=frozenset({"peg"}))
    problem = build_problem(instance)
    assert shortages(instance) == ()
    left = [PackageId(f"P{number}") for number in (1, 2, 3)]
    assert {
        each.cause for each in why_left(instance, problem, left, (), seats=nobody(problem), is_proven=True)
    } == {Cause.NOBODY}


def test_a_package_larger_than_anybody_has_is_told_from_one_nobody_may_have() -> None:
    instance = breakfasts(2, 2, packages=1)
    problem = build_problem(instance)
    (left,) = why_left(instance, problem, [PackageId("P1")], (), seats=nobody(problem), is_proven=True)
    assert left.cause is Cause.TOO_LARGE


def test_two_lots_short_apart_have_a_certificate_each_and_one_gate_joins_them() -> None:
    first = breakfasts(2.5, packages=2)
    apart = market(
        [*first.packages, package("P8", language="pl"), package("P9", language="pl")],
        [*first.providers, provider("PL", languages=frozenset({"pl"}))],
        [*first.admissions, admission("PL")],
        [*first.capacities, weekly("PL", 4, **BREAKFAST), weekly("PL", 9, **WEEKEND)],
    )
    apart = replace(
        apart,
        packages=tuple(
            each if each.language else replace(each, skills=frozenset({"peg"})) for each in apart.packages
        ),
        providers=tuple(
            each if each.id == "PL" else replace(each, skills=frozenset({"peg"})) for each in apart.providers
        ),
    )
    found = shortages(apart)
    assert [each.shortfall for each in found] == [2.5 * HOUR, HOUR]
    assert [each.packages for each in found] == [("P1", "P2"), ("P8", "P9")]


def test_hours_a_week_bind_where_the_bands_do_not() -> None:
    instance = market(
        [package(f"P{number}", (visit(1, 8), visit(2, 13))) for number in (1, 2)],
        [provider("A")],
        [admission("A")],
        [weekly("A", 10)],
    )
    (found,) = shortages(instance)
    assert found.shortfall == 4 * HOUR
    assert len(found.parts) == 4


def test_pairs_can_be_short_where_hours_are_not() -> None:
    two = (visit(1, 8, carers=2, minutes=60),)
    instance = market(
        [package(f"P{number}", two) for number in range(1, 7)],
        [provider("A")],
        [admission("A")],
        [weekly("A", 90, double_up_pairs=1, **BREAKFAST), weekly("A", 90, double_up_pairs=9, **WEEKEND)],
    )
    (found,) = shortages(instance)
    assert found.kind is RowKind.PAIRS
    assert found.shortfall == (6 * 5 - 4.5 * 5) * HOUR
    assert "with two carers" in str(found)


def test_the_framework_alone_is_short_where_spot_fills_the_gap() -> None:
    instance = breakfasts(2.5, 9)
    spot = replace(
        instance,
        admissions=tuple(
            replace(each, tier=TierCode("SPOT")) if each.provider == "PR2" else each
            for each in instance.admissions
        ),
    )
    problem, framework = build_problem(spot), [TierCode("T1"), TierCode("T2")]
    assert find_shortages(spot, problem) == ()
    (found,) = find_shortages(spot, problem, tiers=framework)
    assert found.providers == ("PR1",)
    assert check_certificates(Market(spot), [found], tiers=framework) == ()
    assert check_certificates(Market(spot), [found])


@pytest.mark.parametrize("seed", range(40))
def test_every_certificate_is_a_proof_by_a_second_flow_and_bounds_what_the_engine_proves(seed: int) -> None:
    instance = random_market(seed, packages=25, providers=6, tightness=1.4)
    problem, found = build_problem(instance), shortages(instance)
    assert check_certificates(Market(instance), found) == ()
    proven = allocate(instance, policy="ranked").solution
    left = {each.package for each in proven.unplaced}
    for certificate in found:
        assert left & set(certificate.packages), "a shortage leaves at least one of its packages over"
    care = [each for each in found if each.kind is RowKind.CARE]
    unplaced = sum(need.weight for need in problem.needs if need.package in left)
    assert sum(each.shortfall for each in care) <= unplaced
    assert Objective.UNPLACED.floor(problem) <= unplaced


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_no_certificate(seed: int) -> None:
    instance = random_market(seed, packages=25, providers=6, tightness=1.6)
    rng, shuffled = random.Random(seed), {}
    for name in ("packages", "providers", "admissions", "capacities"):
        shuffled[name] = tuple(rng.sample(getattr(instance, name), len(getattr(instance, name))))
    assert shortages(replace(instance, **shuffled)) == shortages(instance)


def test_a_forged_certificate_is_found() -> None:
    instance = breakfasts(2.5, 2.75)
    (true,) = shortages(instance)
    more = replace(true.wishes[0], seconds=true.wishes[0].seconds + 900)
    forged = {
        "wants": replace(true, wishes=(more, *true.wishes[1:])),
        "may serve": replace(true, providers=true.providers[:1]),
        "can be served": replace(true, had=true.had[:1]),
        "twice": replace(true, wishes=(*true.wishes, true.wishes[0])),
        "no shortfall": replace(true, wishes=true.wishes[:1]),
    }
    for word, each in forged.items():
        assert any(word in fault for fault in check_certificates(Market(instance), [each])), word


def test_lots_and_districts_are_told() -> None:
    (found,) = shortages(breakfasts(2.5, 2.75))
    assert found.lots == (LOT,)
    assert found.districts == ("E07000074",)
