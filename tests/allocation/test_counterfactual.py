"""Counterfactuals are solved: equal to brute force on the changed market, and the cheap ones agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.counterfactual import (
    Baseline,
    Fix,
    ImpossibleChangeError,
    Move,
    Raise,
    Remove,
    baseline,
    counterfactual,
)
from optimiser.allocation.explain import seats_of
from optimiser.allocation.policy import Objective, policy_called
from optimiser.allocation.problem import build_problem
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from tests.allocation.brute_force import Truth
from tests.allocation.markets import admission, market, package, provider, random_market, ranked, weekly

A, B = ProviderId("A"), ProviderId("B")
STREET = market(
    [package("P1"), package("P2")],
    [provider("A"), provider("B")],
    [admission("A", rate=2400), admission("B", rate=2500)],
    [weekly("A", 3.5), weekly("B", 10)],
    [ranked("A", "B")],
)


def based(instance: Instance, policy: str = "ranked") -> Baseline:
    problem = build_problem(instance)
    placed = allocate(instance, policy=policy, limits=Limits(gap=0.0)).solution
    seats = seats_of(problem, dict(placed.provider_of))
    return baseline(instance, problem, seats, policy=policy_called(policy), limits=Limits(gap=0.0))


def test_a_package_fixed_to_the_next_best_says_what_it_costs_and_who_moves() -> None:
    base = based(STREET)
    first = next(n.package for n, seat in zip(base.problem.needs, base.seats, strict=True) if seat == 0)
    other = PackageId("P2" if first == "P1" else "P1")
    found = counterfactual(base, Fix(package=first, provider=B))
    assert found.moves == tuple(
        sorted(
            [Move(package=first, before=A, after=B), Move(package=other, before=B, after=A)],
            key=lambda each: each.package,
        )
    )
    assert found.difference(Objective.COST) == 0
    assert found.is_proven
    assert found.between(Objective.ORDERED_COST) == (0, 0)
    assert found.between(Objective.COST) is None, "ranked proves ordered cost, not cost"
    assert str(found).endswith("2 packages would stand elsewhere")


def test_an_hour_more_where_it_is_short_moves_one_up() -> None:
    found = counterfactual(based(STREET), Raise(provider=A, seconds=round(3.5 * HOUR)))
    assert [each.after for each in found.moves] == [A]
    assert found.difference(Objective.COST) == -350
    assert str(found).startswith("3 h 30 more in the week at A: ")


def test_a_provider_less_leaves_the_others_what_there_is() -> None:
    found = counterfactual(based(STREET), Remove(provider=B))
    assert found.difference(Objective.UNPLACED) == 3.5 * HOUR
    assert [(each.before, each.after) for each in found.moves] == [(B, None)]


def test_more_capacity_lets_in_what_was_too_large_alone() -> None:
    instance = market([package("P1")], [provider("A")], [admission("A")], [weekly("A", 2)])
    found = counterfactual(based(instance), Raise(provider=A, seconds=round(1.5 * HOUR)))
    assert [each.after for each in found.moves] == [A]


def test_no_change_moves_nobody() -> None:
    base = based(random_market(4, packages=12, providers=4, tightness=1.3))
    placed = next(n for n, seat in enumerate(base.seats) if seat is not None)
    need, seat = base.problem.needs[placed], base.seats[placed]
    assert seat is not None
    found = counterfactual(base, Fix(package=need.package, provider=need.candidates[seat].provider))
    assert found.moves == ()
    assert all(not found.difference(each) for each in Objective)


@pytest.mark.parametrize(
    "change",
    [
        Fix(package=PackageId("P9"), provider=A),
        Fix(package=PackageId("P1"), provider=ProviderId("Z")),
        Remove(provider=ProviderId("Z")),
        Raise(provider=ProviderId("Z"), seconds=HOUR),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(change: Fix | Raise | Remove) -> None:
    with pytest.raises(ImpossibleChangeError, match=r"P9|Z"):
        counterfactual(based(STREET), change)


def test_one_at_a_time_is_asked_again_one_at_a_time() -> None:
    base = based(STREET, "cascade")
    assert counterfactual(base, Fix(package=PackageId("P1"), provider=B)).stages == ()


@pytest.mark.parametrize("seed", range(12))
def test_a_change_comes_to_what_trying_everything_comes_to(seed: int) -> None:
    instance = random_market(seed, packages=5, providers=3, tightness=1.3)
    base = based(instance)
    order = (Objective.UNPLACED, Objective.CHOICE, Objective.ORDERED_COST)
    for need in base.problem.needs:
        for who in (*(each.provider for each in need.candidates), None):
            found = counterfactual(base, Fix(package=need.package, provider=who))
            truth = Truth(instance)
            only = {who: truth.options[need.package][who]}
            truth.options[need.package] = only
            assert tuple(found.after[each] for each in order) == truth.best((0, 1, 2))
    for name in {each.provider for need in base.problem.needs for each in need.candidates}:
        found = counterfactual(base, Remove(provider=name))
        truth = Truth(instance)
        for options in truth.options.values():
            options.pop(name, None)
        unplaced = truth.best((0,))[0]
        assert found.after[Objective.UNPLACED] == unplaced


def test_the_order_of_rows_changes_no_counterfactual() -> None:
    instance = random_market(6, packages=10, providers=4, tightness=1.4)
    turned = replace(instance, packages=instance.packages[::-1], capacities=instance.capacities[::-1])
    change = Remove(provider=build_problem(instance).needs[0].candidates[0].provider)
    one, other = counterfactual(based(instance), change), counterfactual(based(turned), change)
    assert (one.after, one.moves) == (other.after, other.moves)
