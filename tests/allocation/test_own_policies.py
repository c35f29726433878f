"""Guaranteed hours weigh where they are soft; a contract's own policies hold their order and tolerances."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.guarantees import shortfall
from optimiser.allocation.policy import Objective, policies_of, policy_called
from optimiser.allocation.problem import build_problem
from optimiser.model.allocation import Allocation, Rule
from optimiser.model.contract import Aim, Guarantee, PolicyStep, RuleKind
from optimiser.model.identifiers import LocalityId, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.market import ContradictionError
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status
from tests.allocation.markets import FRAMEWORK, random_market
from tests.allocation.test_contract_rules import as_placed, small

EXACT = Limits(gap=0.0)
SOFT = {Rule.GUARANTEE: RuleKind.SOFT}


def promised(rate: int, hours: int = 10) -> Guarantee:
    return Guarantee(
        provider=ProviderId("B"),
        locality=LocalityId("DENGIE"),
        weekly_care=hours * 3600,
        shortfall_rate=rate,
    )


def paid(instance: Instance, answer: Allocation) -> int:
    """Pence a week with what is paid for hours nobody uses."""
    short = sum(shortfall(instance, each, answer)[1] for each in instance.framework.guarantees)
    return answer.weekly_cost + short


@pytest.mark.parametrize(("rate", "with_b"), [(50, 0), (150, 2), (2000, 3)])
def test_hours_are_used_as_far_as_their_shortfall_costs_more_than_they_do(rate: int, with_b: int) -> None:
    # B costs £1 an hour more than A: 7 of 10 hours use two packages, the third uses 3 of its 3.5.
    instance = small(guarantees=(promised(rate, 10 if rate > 150 else 7),), rules=SOFT)
    result = allocate(instance, policy="cost", limits=EXACT)
    assert list(result.solution.provider_of.values()).count(ProviderId("B")) == with_b
    assert result.objective == result.bound == paid(instance, result.solution)
    told = replace(instance, framework=replace(instance.framework, rules={}))
    assert set(allocate(told, policy="cost", limits=EXACT).solution.provider_of.values()) == {"A"}


@pytest.mark.parametrize("policy", ["cascade", "ranked", "coherent"])
def test_a_guarantee_is_no_reason_to_pass_over_a_better_rank(policy: str) -> None:
    instance = small(guarantees=(promised(2000),), rules=SOFT)
    assert set(allocate(instance, policy=policy).solution.provider_of.values()) == {"A"}


@pytest.mark.parametrize("first", range(4))
def test_with_guarantees_the_cheapest_is_what_trying_everything_finds(first: int) -> None:
    rates = (40, 137, 333, 1999)
    instance = small(couple=first % 2 == 1, guarantees=(promised(rates[first], 5 + 3 * first),), rules=SOFT)
    everything = (as_placed(instance, *who) for who in product("AB", repeat=4))
    couples = [
        each
        for each in everything
        if first % 2 == 0 or each.provider_of[PackageId("P1")] == each.provider_of[PackageId("P2")]
    ]
    result = allocate(instance, policy="cost", limits=EXACT)
    assert result.objective == min(paid(instance, each) for each in couples)


def steps(name: str, *aims: tuple[Aim, int]) -> tuple[PolicyStep, ...]:
    return tuple(PolicyStep(policy=name, objective=aim, tolerance=spare) for aim, spare in aims)


def with_policies(instance: Instance, *own: PolicyStep) -> Instance:
    return replace(instance, framework=replace(instance.framework, policies=own))


@pytest.mark.parametrize("seed", range(15))
def test_a_tolerance_is_kept_and_spent_on_what_follows(seed: int) -> None:
    instance = random_market(seed, packages=10, providers=4, tightness=1.2)
    problem = build_problem(instance)
    values = {}
    for spare in (0, 100):
        own = steps("own", (Aim.UNPLACED, 0), (Aim.COST, spare), (Aim.POSITION, 0))
        result = allocate(with_policies(instance, *own), policy="own", limits=EXACT)
        held = result.solution.provider_of
        seats = tuple(
            next((n for n, c in enumerate(need.candidates) if c.provider == held.get(need.package)), None)
            for need in problem.needs
        )
        values[spare] = [
            each.total(problem, seats) for each in (Objective.UNPLACED, Objective.COST, Objective.POSITION)
        ]
        assert result.status is Status.OPTIMAL
        assert "ordered" not in result.message.split(";")[0]
    assert values[100][0] == values[0][0]
    assert values[100][1] <= values[0][1] * 1.1
    assert values[100][2] <= values[0][2]


def test_a_contracts_own_policy_stands_beside_those_of_the_house() -> None:
    own = steps("near", (Aim.UNPLACED, 0), (Aim.CHOICE, 0), (Aim.ORDERED_COST, 5), (Aim.COMPACTNESS, 0))
    instance = with_policies(small(), *own, *steps("cheap", (Aim.COST, 0)))
    near, cheap = policies_of(instance.framework)
    coherent = policy_called("coherent")
    assert (near.proven, near.spent_on_compactness) == (coherent.proven, coherent.spent_on_compactness)
    assert (near.is_rank_faithful, cheap.is_rank_faithful) == (True, False)
    answers = [allocate(instance, policy=each, seed=3).solution.provider_of for each in ("near", "coherent")]
    assert answers[0] == answers[1]
    with pytest.raises(ValueError, match="there are cascade, ranked, coherent, cost, scored, near, cheap"):
        allocate(instance, policy="far")


@pytest.mark.parametrize(
    ("aims", "says"),
    [
        ([Aim.COMPACTNESS, Aim.COST], "compactness"),
        ([Aim.UNPLACED, Aim.COMPACTNESS], "follows ordered cost"),
        ([Aim.UNPLACED, Aim.UNPLACED], "twice"),
        ([Aim.ORDERED_COST, Aim.COMPACTNESS, Aim.UNPLACED], "comes last"),
    ],
)
def test_objectives_out_of_order_are_refused(aims: list[Aim], says: str) -> None:
    with pytest.raises(ContradictionError, match=says):
        replace(FRAMEWORK, policies=steps("own", *((aim, 0) for aim in aims)))
