"""The exact engine finds what trying everything finds."""

from __future__ import annotations

import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat
from multiprocessing import get_context

import pytest

from optimiser.allocation import policy as policies
from optimiser.allocation.allocate import allocate
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import build_problem
from optimiser.allocation.stages import Engine, InTurn
from optimiser.allocation.with_cp_sat import WithCpSat
from optimiser.allocation.with_highs import WithHighs
from optimiser.model.allocation import Rule
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Guarantee, RuleKind
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status
from tests.allocation.brute_force import CHOICE, COST, ORDERED, POINTS, UNPLACED, Truth
from tests.allocation.markets import random_market, with_every_rule

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


# Every rule at once

THOROUGH = "CAREROUNDS_THOROUGH" in os.environ
"""500 markets instead of 40, and 200 held against CP-SAT instead of 12: minutes."""


@pytest.mark.parametrize("seed", range(500 if THOROUGH else 40))
def test_with_every_rule_on_each_policy_is_what_trying_everything_finds(seed: int) -> None:
    instance = _with_scores(with_every_rule(seed, packages=4 + seed % 3, providers=3 + seed % 2), seed)
    truth = Truth(instance)
    found = {
        policy: allocate(instance, policy=policy, limits=EXACT)
        for policy in ("cascade", "ranked", "coherent", "cost", "scored")
    }
    value = {policy: truth.value(result.solution) for policy, result in found.items()}
    ranked = truth.best((UNPLACED, CHOICE, ORDERED))
    assert dict(found["cascade"].solution.provider_of) == truth.one_by_one()
    assert value["ranked"][:3] == ranked
    assert value["coherent"][:2] == ranked[:2]
    assert value["coherent"][ORDERED] <= 1.005 * ranked[ORDERED]
    assert (value["cost"][COST],) == truth.best((COST,))
    assert (value["scored"][POINTS],) == truth.best((POINTS,))
    assert all(found[policy].gap == 0.0 for policy in ("ranked", "cost", "scored"))


CONFLICTS = Limits(gap=0.0, iterations=5_000)
"""What CP-SAT may spend on one objective: some take it hours that take HiGHS a second."""


def test_two_exact_engines_agree() -> None:
    seeds = range(200 if THOROUGH else 12)
    ours = [_proven(seed, WithHighs(), EXACT) for seed in seeds]
    # OR-Tools and highspy each bring a HiGHS: the other engine has a process to itself.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        other = list(pool.map(_proven, seeds, repeat(WithCpSat(apart=False)), repeat(CONFLICTS)))
    both = 0
    for one, two in zip(ours, other, strict=True):
        for policy, stages in one.items():
            for (value, bound), (other_value, other_bound) in zip(stages, two[policy], strict=True):
                assert value == bound
                assert other_bound <= value <= other_value
                if other_bound < other_value:
                    break  # what comes after keeps another value
                both += 1
    assert both > 0.9 * sum(len(stages) for one in ours for stages in one.values())


def _proven(seed: int, engine: Engine, limits: Limits) -> dict[str, list[tuple[int, int]]]:
    """Value and bound of every stage of every policy that proves, on a market of medium size."""
    if seed % 2:
        instance = with_every_rule(seed, packages=30, providers=8, couples=4)
    else:
        instance = random_market(seed, packages=40, providers=9, tightness=(0.8, 1.1, 1.5)[seed % 3])
    if seed % 5 == 0:
        instance = _promised(instance)
    problem, found = build_problem(_with_scores(instance, seed)), {}
    for policy in (policies.RANKED, policies.COST, policies.SCORED):
        solver = InTurn(engine=engine, objectives=policy.proven)
        _, stages = solver.prove(problem, limits=limits, seed=seed)
        found[policy.name] = [(stage.value, stage.bound) for stage in stages]
    return found


def _promised(instance: Instance) -> Instance:
    """Hours guaranteed to the last provider, their cost weighed."""
    terms = Guarantee(
        provider=instance.providers[-1].id,
        locality=instance.localities[0].id,
        weekly_care=30 * HOUR,
        shortfall_rate=1500,
    )
    rules = {**instance.framework.rules, Rule.GUARANTEE: RuleKind.SOFT}
    return replace(instance, framework=replace(instance.framework, guarantees=(terms,), rules=rules))


def test_a_second_engine_can_be_asked_from_a_process_that_has_the_first() -> None:
    problem = build_problem(random_market(3, packages=12, providers=4, tightness=1.2))
    _, ours = InTurn(engine=WithHighs(), objectives=(Objective.COST,)).prove(problem, limits=EXACT, seed=1)
    result = InTurn(engine=WithCpSat(), objectives=(Objective.COST,)).solve(problem, limits=EXACT, seed=1)
    assert result.objective == result.bound == ours[0].value
    assert result.provenance.solver == "cp-sat"


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
