"""Urgent care before care that can wait, and as little change as may be, shared out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.check import check
from optimiser.allocation.policy import Objective, Policy, policies_of
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.stages import InTurn
from optimiser.allocation.with_cp_sat import WithCpSat
from optimiser.allocation.with_highs import WithHighs
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Aim, PolicyStep
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import SourceRoute
from optimiser.solving.limits import Limits
from tests.allocation.brute_force import Truth
from tests.allocation.markets import (
    AS_OF,
    admission,
    market,
    package,
    provider,
    random_market,
    ranked,
    visit,
    weekly,
    with_every_rule,
)

EXACT = Limits(gap=0.0)
NEW = (Objective.UNPLACED, Objective.URGENCY, Objective.SPREAD, Objective.CHANGE, Objective.COST)
BY_CHANGE = Policy(name="by change", proven=NEW, is_rank_faithful=False)


def half_held(seed: int) -> Instance:
    """A random market in which half the people have a provider today, and some a day care must begin on."""
    chance = random.Random(seed)
    instance = (with_every_rule if seed % 3 == 0 else random_market)(seed, packages=5 + seed % 2, providers=3)
    names = [each.id for each in instance.providers]
    return replace(
        instance,
        packages=tuple(
            replace(
                each,
                current_provider=chance.choice(names) if chance.random() < 0.6 else None,
                needed_by=AS_OF + timedelta(days=chance.randint(-5, 20)) if chance.random() < 0.5 else None,
            )
            for each in instance.packages
        ),
    )


def told(instance: Instance, held: Mapping[str, ProviderId | None], truth: Truth) -> tuple[int, int, int]:
    """Urgency, spread and change of an allocation, counted from the packages alone."""
    urgent, moved = 0, 0
    had: dict[ProviderId, int] = {}
    has: dict[ProviderId, int] = {}
    for name, home in truth.homes.items():
        who, care = held[name], sum(each.weekly_care for each in home)
        due = [each.needed_by or each.requested_on + timedelta(days=14) for each in home]
        if who is None:
            urgent += care * max(0, max((AS_OF + timedelta(days=14) - day).days for day in due))
        else:
            has[who] = has.get(who, 0) + care
        for each in home:
            if each.current_provider and each.route is not SourceRoute.HANDBACK:
                had[each.current_provider] = had.get(each.current_provider, 0) + each.weekly_care
                moved += each.weekly_care if each.current_provider != who else 0
    lost = [max(0, before - before * 10 // 100 - has.get(who, 0)) for who, before in had.items()]
    return urgent, sum(lost), moved


@pytest.mark.parametrize("seed", range(30))
def test_urgency_and_change_are_the_least_there_are(seed: int) -> None:
    instance = half_held(seed)
    truth, answer = Truth(instance), allocate(instance, policy=BY_CHANGE, limits=EXACT)
    mine = {name: answer.solution.provider_of.get(home[0].id) for name, home in truth.homes.items()}

    def worth(held: Mapping[str, ProviderId | None]) -> tuple[int, ...]:
        unplaced, *_, cost, _ = (
            sum(column)
            for column in zip(*(truth.options[name][held[name]] for name in truth.options), strict=True)
        )
        return unplaced, *told(instance, held, truth), cost

    assert worth(mine) == min(worth(held) for held in truth.everything())
    assert answer.gap == 0.0
    assert not check(instance, answer.solution, rank_faithful=False)


def test_two_engines_agree_on_what_change_there_must_be() -> None:
    for seed in range(3):
        problem: Problem = build_problem(half_held(seed))
        _, ours = InTurn(engine=WithHighs(), objectives=NEW).prove(problem, limits=EXACT, seed=1)
        _, other = InTurn(engine=WithCpSat(), objectives=NEW).prove(problem, limits=EXACT, seed=1)
        assert [each.value for each in ours] == [each.value for each in other]
        assert [each.bound for each in ours] == [each.value for each in ours]


def one_place(*packages: object) -> Instance:
    """One provider with room for one package of seven half hours."""
    return market(
        packages,  # type: ignore[arg-type]
        [provider("A")],
        [admission("A")],
        [weekly("A", 3.5)],
        [ranked("A")],
    )


def test_of_two_alike_the_one_due_sooner_is_placed() -> None:
    instance = one_place(
        package("P1", requested_on=AS_OF - timedelta(days=9)),
        package("P2", needed_by=AS_OF + timedelta(days=1)),
    )
    own = [PolicyStep(policy="urgent", objective=each) for each in (Aim.UNPLACED, Aim.URGENCY, Aim.POSITION)]
    instance = replace(instance, framework=replace(instance.framework, policies=tuple(own)))
    result = allocate(instance, policy="urgent", limits=EXACT)
    assert dict(result.solution.provider_of) == {"P2": "A"}
    assert "urgency 32 hours × days a week" in result.message  # 3.5 hours, due in five days: nine sooner
    assert allocate(instance, policy="ranked", limits=EXACT).solution.provider_of.keys() == {"P1"}


def test_change_is_shared_out_where_one_provider_would_lose_its_work() -> None:
    # B is cheapest for all and has room for two of the four; A and C have two each today.
    instance = market(
        [package(f"P{n}", (visit(1, 8),), current_provider=ProviderId("AACC"[n])) for n in range(4)],
        [provider(name) for name in "ABC"],
        [admission("A", rate=2400), admission("B", rate=2000), admission("C", rate=2410)],
        [weekly("A", 14), weekly("B", 7), weekly("C", 14)],
        [ranked("B", "A", "C")],
    )
    by_cost = allocate(instance, policy="cost", limits=EXACT).solution.provider_of
    assert sorted(by_cost.values()) == ["A", "A", "B", "B"]  # C loses all it had
    shared = Policy(
        name="shared", proven=(Objective.SPREAD, Objective.CHANGE, Objective.COST), is_rank_faithful=False
    )
    held = allocate(instance, policy=shared, limits=EXACT).solution.provider_of
    assert list(held.values()) == ["A", "A", "C", "C"]
    problem = build_problem(instance)
    seats = tuple(
        next(n for n, each in enumerate(need.candidates) if each.provider == by_cost[need.package])
        for need in problem.needs
    )
    assert Objective.CHANGE.total(problem, seats) == 3.5 * HOUR * 2
    assert Objective.SPREAD.total(problem, seats) == 0.9 * 7 * HOUR


def test_what_moving_up_may_raise_comes_after_the_order_or_is_not_faithful_to_it() -> None:
    def faithful(*aims: Aim) -> bool:
        own = tuple(PolicyStep(policy="own", objective=each) for each in aims)
        (policy,) = policies_of(replace(one_place().framework, policies=own))
        return policy.is_rank_faithful

    assert faithful(Aim.UNPLACED, Aim.URGENCY, Aim.POSITION, Aim.CHANGE)
    assert not faithful(Aim.UNPLACED, Aim.CHANGE, Aim.POSITION)
    assert not faithful(Aim.SPREAD, Aim.ORDERED_COST)
    assert not faithful(Aim.POSITION, Aim.COST)
