"""What every policy promises, on hundreds of random markets."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from geodata.travel import StraightLine
from instances import essex
from optimiser.allocation.allocate import allocate
from optimiser.allocation.cascade import cascade
from optimiser.allocation.check import check
from optimiser.allocation.explain import capacity_left, explain, seats_of
from optimiser.allocation.kernels import cost_of_spread
from optimiser.allocation.policy import DUTY_FIRST, Objective, Policy
from optimiser.allocation.problem import build_problem
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.room import is_rank_faithful, promoted
from optimiser.allocation.tables import Tables
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress
from optimiser.solving.provenance import canonical
from optimiser.solving.result import Result, Status, StoppedBy
from tests.allocation.markets import admission, district, market, package, provider, random_market, weekly

ALL = ("cascade", "ranked", "coherent", "cost", "scored")


@pytest.mark.parametrize("policy", ["cascade", "ranked", "coherent"])
@pytest.mark.parametrize("block", range(10))
def test_nobody_is_passed_over(policy: str, block: int) -> None:
    for seed in range(10 * block, 10 * block + 10):
        instance = random_market(
            seed, packages=12, providers=5, tightness=random.Random(seed).uniform(0.5, 2)
        )
        answer = allocate(instance, policy=policy, seed=seed).solution
        assert check(instance, answer) == ()
        problem = build_problem(instance)
        assert is_rank_faithful(problem, seats_of(problem, dict(answer.provider_of)))


@pytest.mark.parametrize("seed", range(60))
def test_any_seats_can_be_promoted_to_rank_faithful_ones(seed: int) -> None:
    problem = build_problem(random_market(seed, packages=15, providers=6))
    nobody = (None,) * len(problem.needs)
    better = promoted(problem, nobody)
    assert is_rank_faithful(problem, better)
    assert is_rank_faithful(problem, cascade(problem))
    assert promoted(problem, better) == better
    least, most = (Objective.ORDERED_COST.total(problem, each) for each in (better, nobody))
    assert least <= most


@pytest.mark.parametrize("policy", ALL)
def test_the_order_of_rows_means_nothing(policy: str) -> None:
    instance = random_market(3, packages=14, providers=6)
    rng = random.Random(1)
    tables = ("packages", "providers", "admissions", "ranked_lists", "capacities", "lots", "localities")
    shuffled = replace(
        instance,
        **{name: tuple(rng.sample(getattr(instance, name), len(getattr(instance, name)))) for name in tables},
    )
    first, second = (allocate(each, policy=policy, seed=5) for each in (instance, shuffled))
    assert _answer(first) == _answer(second)


@pytest.mark.parametrize("policy", ALL)
def test_the_same_seed_gives_the_same_answer(policy: str) -> None:
    instance = random_market(4, packages=14, providers=6)
    assert _answer(allocate(instance, policy=policy, seed=5)) == _answer(
        allocate(instance, policy=policy, seed=5)
    )


@pytest.mark.parametrize("policy", ALL)
def test_new_names_change_nothing(policy: str) -> None:
    instance = random_market(6, packages=12, providers=5)
    first = allocate(instance, policy=policy, seed=2)
    second = allocate(_renamed(instance), policy=policy, seed=2)
    assert {"N" + p: "N" + q for p, q in first.solution.provider_of.items()} == second.solution.provider_of
    assert first.objective == second.objective


@pytest.mark.parametrize("policy", ALL)
def test_without_a_provider_all_fall_to_last_resort(policy: str) -> None:
    instance = market([package("P1"), package("P2")], [], [], [])
    result = allocate(instance, policy=policy)
    assert [each.package for each in result.solution.unplaced] == ["P1", "P2"]
    assert "none of 0 providers serves this lot" in result.solution.unplaced[0].reason
    assert result.solution.weekly_cost == 2 * 12600


@pytest.mark.parametrize("policy", ALL)
def test_an_empty_night_is_an_answer(policy: str) -> None:
    result = allocate(market([], [provider("A")], [admission("A")], [weekly("A", 5)]), policy=policy)
    assert result.solution.placements == result.solution.unplaced == ()


def test_a_policy_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ValueError, match="no policy called 'cheap'; there are cascade, ranked, coherent, cost, scored"
    ):
        allocate(random_market(1), policy="cheap")


def test_a_policy_of_your_own_is_proven_in_its_order() -> None:
    own = Policy(name="own", proven=(*DUTY_FIRST, Objective.TIER, Objective.POSITION, Objective.COST))
    instance = random_market(11, packages=8, providers=5)
    result = allocate(instance, policy=own, limits=Limits(gap=0.0))
    assert result.status is Status.OPTIMAL
    assert result.solution.policy == "own"


def test_time_that_stops_a_proof_is_told() -> None:
    instance = district(7, packages=60, providers=8, tightness=1.2)
    result = allocate(instance, policy="ranked", limits=Limits(seconds=0.0, gap=0.0))
    assert result.stopped_by is StoppedBy.TIME
    assert result.status is Status.FEASIBLE
    assert result.gap is not None
    assert result.gap > 0


def test_a_result_says_where_it_came_from() -> None:
    instance = random_market(2)
    heard: list[Progress] = []
    result = allocate(instance, policy="coherent", seed=9, progress=heard.append)
    told = result.provenance
    assert (told.seed, told.solver, told.start) == (9, "highs + annealing", "cascade")
    assert told.settings["policy"]["name"] == "coherent"
    assert "travel" in told.settings
    assert len(told.input_hash) == 64
    assert sum(result.components.values()) == result.objective
    assert canonical(told)
    assert heard


def test_coherent_draws_people_together_and_costs_no_more_than_today() -> None:
    instance = essex(district="Maldon", packages=150, seed=7)
    problem, tables = build_problem(instance), Tables.of(build_problem(instance))
    near = Proximity.of(instance, problem, StraightLine(kinds=instance.area_kinds))
    spread, cost = {}, {}
    for policy in ("cascade", "ranked", "coherent"):
        answer = allocate(instance, policy=policy, limits=Limits(gap=1e-3), seed=1).solution
        chosen = tables.chosen(seats_of(problem, dict(answer.provider_of)))
        spread[policy] = cost_of_spread(chosen, tables.provider, near.calls, 5)
        cost[policy] = answer.weekly_cost
    assert spread["coherent"] < 0.8 * min(spread["cascade"], spread["ranked"])
    assert cost["coherent"] <= max(cost["cascade"], cost["ranked"])


def test_a_policy_that_proves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to prove"):
        Policy(name="idle")
    with pytest.raises(ValueError, match="rank-faithfully"):
        Policy(name="loose", proven=DUTY_FIRST, spent_on_compactness=0.1, is_rank_faithful=False)


def test_a_district_is_proven_to_the_gap_asked() -> None:
    result = allocate(
        district(7, packages=120, providers=9, tightness=0.6), policy="ranked", limits=Limits(gap=1e-3)
    )
    assert result.status is Status.OPTIMAL
    assert result.gap is not None
    assert result.gap <= 1e-3


def test_each_package_can_be_explained() -> None:
    instance = random_market(21, packages=12, providers=5, tightness=1.5)
    problem = build_problem(instance)
    seats = cascade(problem)
    for need, seat in zip(problem.needs, seats, strict=True):
        told = explain(instance, problem, seats, need.package)
        assert len(told.asked) == len(need.candidates)
        assert [each.outcome == "has it" for each in told.asked].count(True) == (seat is not None)
        assert all(each.outcome.startswith("full: ") for each in told.asked[: seat or len(told.asked)])
        assert {each.provider for each in told.excluded}.isdisjoint(each.provider for each in told.asked)
    assert all(0 <= left.free <= left.row.limit for left in capacity_left(problem, seats))


def _answer(result: Result) -> object:  # type: ignore[type-arg]
    return (result.solution, result.objective, result.bound, result.components, result.provenance.input_hash)


def _renamed(instance: Instance) -> Instance:
    def name(provider: ProviderId | None) -> ProviderId | None:
        return None if provider is None else ProviderId("N" + provider)

    return replace(
        instance,
        providers=tuple(replace(each, id=name(each.id)) for each in instance.providers),
        admissions=tuple(replace(each, provider=name(each.provider)) for each in instance.admissions),
        capacities=tuple(replace(each, provider=name(each.provider)) for each in instance.capacities),
        ranked_lists=tuple(
            replace(
                each, entries=tuple(replace(entry, provider=name(entry.provider)) for entry in each.entries)
            )
            for each in instance.ranked_lists
        ),
        packages=tuple(
            replace(
                each,
                id=PackageId("N" + each.id),
                chosen_provider=name(each.chosen_provider),
                current_provider=name(each.current_provider),
                excluded_providers=frozenset(ProviderId("N" + old) for old in each.excluded_providers),
            )
            for each in instance.packages
        ),
    )
