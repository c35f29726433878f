"""The exact engine finds what trying everything finds."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status
from tests.allocation.brute_force import Truth
from tests.allocation.markets import random_market

EXACT = Limits(gap=0.0)


@pytest.mark.parametrize("seed", range(80))
def test_ranked_is_the_best_there_is(seed: int) -> None:
    instance = random_market(seed, packages=5 + seed % 3, providers=4, tightness=(0.6, 1.0, 1.6)[seed % 3])
    truth = Truth(instance)
    result = allocate(instance, policy="ranked", limits=EXACT)
    assert truth.value(result.solution)[:3] == truth.best((0, 1, 2))
    assert result.status is Status.OPTIMAL
    assert result.gap == 0.0


@pytest.mark.parametrize("seed", range(80))
def test_cost_is_the_least_there_is(seed: int) -> None:
    instance = random_market(seed, packages=5 + seed % 3, providers=4, tightness=(0.6, 1.0, 1.6)[seed % 3])
    truth = Truth(instance)
    result = allocate(instance, policy="cost", limits=EXACT)
    assert (result.solution.weekly_cost,) == truth.best((3,)) == (result.objective,)
    assert result.bound == result.objective


@pytest.mark.parametrize("seed", range(80))
def test_scored_has_the_most_points_there_are(seed: int) -> None:
    instance = random_market(seed, packages=5 + seed % 3, providers=4, tightness=(0.6, 1.0, 1.6)[seed % 3])
    instance = _with_scores(instance, seed)
    truth = Truth(instance)
    result = allocate(instance, policy="scored", limits=EXACT)
    assert (truth.value(result.solution)[4],) == truth.best((4,)) == (result.objective,)
    assert result.bound == result.objective


def _with_scores(instance: Instance, seed: int) -> Instance:
    """Scores at odds with the ranks, and one provider nobody evaluated."""
    chance = random.Random(seed)
    lists = tuple(
        replace(
            each,
            entries=tuple(
                replace(entry, total=None if entry.rank == 2 else round(chance.uniform(0, 100), 1))
                for entry in each.entries
            ),
        )
        for each in instance.ranked_lists
    )
    return replace(instance, ranked_lists=lists)


@pytest.mark.parametrize("seed", range(40))
def test_no_policy_leaves_more_unplaced_than_must_be(seed: int) -> None:
    instance = random_market(seed + 500, packages=6, providers=4, tightness=1.3)
    truth = Truth(instance)
    least = truth.best((0, 1))
    assert truth.value(allocate(instance, policy="coherent").solution)[:2] == least
    assert truth.value(allocate(instance, policy="cascade").solution)[:2] >= least


@pytest.mark.parametrize("seed", range(25))
def test_one_more_provider_never_costs_more(seed: int) -> None:
    more = random_market(seed, packages=8, providers=5)
    last = more.providers[-1].id
    fewer = _without(more, last)
    cost = [allocate(each, policy="cost", limits=EXACT).solution.weekly_cost for each in (fewer, more)]
    assert cost[1] <= cost[0]


def _without(instance, provider):  # type: ignore[no-untyped-def]
    return replace(
        instance,
        providers=tuple(each for each in instance.providers if each.id != provider),
        admissions=tuple(each for each in instance.admissions if each.provider != provider),
        capacities=tuple(each for each in instance.capacities if each.provider != provider),
        ranked_lists=tuple(
            replace(each, entries=tuple(entry for entry in each.entries if entry.provider != provider))
            for each in instance.ranked_lists
        ),
        packages=tuple(
            replace(
                each,
                chosen_provider=None if each.chosen_provider == provider else each.chosen_provider,
                current_provider=None if each.current_provider == provider else each.current_provider,
                excluded_providers=each.excluded_providers - {provider},
            )
            for each in instance.packages
        ),
    )
