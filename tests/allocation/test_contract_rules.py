"""Rules that speak of many packages at once: kept by every policy, and a planted breach of each is found."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.check import check
from optimiser.allocation.explain import exclusions_of, explain, flags_of, seats_of
from optimiser.allocation.problem import build_problem
from optimiser.model.allocation import Allocation, Placement, Rule, Unplaced
from optimiser.model.contract import RULE_KINDS, Area, Cap, RuleKind
from optimiser.model.identifiers import LocalityId, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.market import Locality
from optimiser.model.need import ServiceKind
from optimiser.model.price import last_resort_cost, weekly_cost
from optimiser.model.supply import Provider, Rating
from optimiser.solving.limits import Limits
from tests.allocation import test_rules
from tests.allocation.markets import (
    DISTRICT,
    FRAMEWORK,
    LOT,
    admission,
    market,
    package,
    provider,
    ranked,
    weekly,
    with_every_rule,
)

ALL = ("cascade", "ranked", "coherent", "cost")
DENGIE = Locality(id=LocalityId("DENGIE"), name="Dengie", district=DISTRICT, sectors=frozenset({"CM9 5"}))
A, B = ProviderId("A"), ProviderId("B")


def small(*, first: Provider | None = None, couple: bool = False, **terms: object) -> Instance:
    """Four packages of 3.5 h a week; A is asked first, B is dearer; both have room for all."""
    homes = ["H1", "H1", None, None] if couple else [None] * 4
    return market(
        [package(f"P{n}", household=home) for n, home in enumerate(homes, 1)],
        [first or provider("A"), provider("B")],
        [admission("A", rate=2400), admission("B", rate=2500, tier="T2")],
        [weekly("A", 100), weekly("B", 100)],
        [ranked("A", "B")],
        localities=(DENGIE,),
        framework=replace(FRAMEWORK, **terms),
    )


def as_placed(instance: Instance, *who: str | None) -> Allocation:
    """An allocation on record as the contract has it: one provider for each package in turn."""
    held = {each.provider: each for each in instance.admissions if each.lot == LOT}
    placements, unplaced = [], []
    for each, name in zip(instance.packages, who, strict=True):
        if name is None:
            cost = last_resort_cost(each, instance.framework)
            unplaced.append(Unplaced(package=each.id, reason="", weekly_cost=cost))
            continue
        terms = held[ProviderId(name)]
        placements.append(
            Placement(
                package=each.id,
                provider=terms.provider,
                lot=LOT,
                tier=terms.tier,
                position=1 + list("AB").index(name),
                weekly_cost=weekly_cost(each, terms),
            )
        )
    return Allocation(policy="ranked", placements=tuple(placements), unplaced=tuple(unplaced))


def broken(instance: Instance, *who: str | None) -> set[object]:
    return {each.rule for each in check(instance, as_placed(instance, *who), rank_faithful=False)}


HARD = {Rule.LEAST_PROVIDERS: RuleKind.HARD}
CASES = {
    "new starts": (small(new_starts_a_week=3), Rule.NEW_STARTS, "AAAA", {"A": 3, "B": 1}),
    "a provider's own new starts": (
        small(first=provider("A", new_starts_a_week=1), new_starts_a_week=9),
        Rule.NEW_STARTS,
        "AABB",
        {"A": 1, "B": 3},
    ),
    "cap of a lot": (small(caps=(Cap(stop_at=70),)), Rule.CAP, "AAAB", {"A": 2, "B": 2}),
    "cap of a locality": (
        small(caps=(Cap(of=Area.LOCALITY, stop_at=50),)),
        Rule.CAP,
        "BBBA",
        {"A": 2, "B": 2},
    ),
    "cap of a tier's providers": (
        small(caps=(Cap(tier=TierCode("T1"), stop_at=25),)),
        Rule.CAP,
        "AABB",
        {"A": 1, "B": 3},
    ),
    "share of a tier": (
        small(tiers=(replace(FRAMEWORK.tiers[0], most_share=70), *FRAMEWORK.tiers[1:])),
        Rule.SHARE,
        "AAAB",
        {"A": 2, "B": 2},
    ),
    "two providers in a locality": (
        small(least_providers=2, rules=HARD),
        Rule.LEAST_PROVIDERS,
        "AAAA",
        {"A": 3, "B": 1},
    ),
}


@pytest.mark.parametrize("policy", ALL)
@pytest.mark.parametrize("name", CASES)
def test_each_rule_is_kept_by_every_policy(name: str, policy: str) -> None:
    instance, _, _, due = CASES[name]
    answer = allocate(instance, policy=policy).solution
    held = list(answer.provider_of.values())
    assert {who: held.count(ProviderId(who)) for who in "AB"} == due


@pytest.mark.parametrize("name", CASES)
def test_a_breach_of_each_rule_is_found(name: str) -> None:
    instance, rule, planted, _ = CASES[name]
    assert broken(instance, *planted) == {rule}
    off = replace(instance, framework=replace(instance.framework, rules={rule: RuleKind.OFF}))
    assert broken(off, *planted) == set()


def test_what_is_full_is_told_in_its_own_unit() -> None:
    instance = CASES["new starts"][0]
    problem = build_problem(instance)
    seats = seats_of(problem, dict(allocate(instance, policy="cascade").solution.provider_of))
    told = explain(instance, problem, seats, PackageId("P4")).asked[0].outcome
    assert told == "full: 1 package of its new starts this week wanted, none free"


def test_a_share_never_keeps_out_the_only_package() -> None:
    alone = small(caps=(Cap(stop_at=10),))
    alone = replace(alone, packages=alone.packages[:1])
    assert allocate(alone, policy="ranked").solution.provider_of == {PackageId("P1"): A}


def test_work_a_provider_has_already_is_no_new_start() -> None:
    instance = small(new_starts_a_week=0)
    kept = replace(instance.packages[0], current_provider=A)
    instance = replace(instance, packages=(kept, *instance.packages[1:]))
    assert allocate(instance, policy="cascade").solution.provider_of == {PackageId("P1"): A}


# Households


@pytest.mark.parametrize("policy", ALL)
def test_a_household_goes_to_one_provider(policy: str) -> None:
    instance = replace(small(couple=True), capacities=(weekly("A", 5), weekly("B", 100)))
    answer = allocate(instance, policy=policy).solution.provider_of
    assert answer[PackageId("P1")] == answer[PackageId("P2")] == B
    assert sorted(answer.values()) == [A, B, B, B]


def test_a_household_that_is_parted_is_found() -> None:
    assert broken(small(couple=True), *"ABBB") == {Rule.HOUSEHOLD}
    assert broken(small(couple=True), "A", None, "B", "B") == {Rule.HOUSEHOLD}
    assert broken(small(couple=True), *"AABB") == set()
    assert broken(small(couple=True, rules={Rule.HOUSEHOLD: RuleKind.OFF}), *"ABBB") == set()


@pytest.mark.parametrize("policy", ALL)
def test_a_household_nobody_can_have_whole_goes_apart(policy: str) -> None:
    instance = replace(small(couple=True), capacities=(weekly("A", 5), weekly("B", 5)))
    answer = allocate(instance, policy=policy).solution
    assert len(answer.placements) == 2


@pytest.mark.parametrize("policy", ["cascade", "ranked", "coherent"])
def test_a_choice_is_the_persons_and_parts_a_household_that_cannot_follow_it(policy: str) -> None:
    instance = small(couple=True)
    one, two, *rest = instance.packages
    follows = replace(instance, packages=(one, replace(two, chosen_provider=B), *rest))
    answer = allocate(follows, policy=policy).solution.provider_of
    assert (answer[PackageId("P1")], answer[PackageId("P2")]) == (B, B)
    against = replace(one, chosen_provider=A), replace(two, chosen_provider=B)
    parts = replace(instance, packages=(*against, *rest))
    answer = allocate(parts, policy=policy).solution.provider_of
    assert (answer[PackageId("P1")], answer[PackageId("P2")]) == (A, B)


# Switches


def test_a_rule_that_is_off_is_not_asked_and_one_that_reports_is_told() -> None:
    unrated = provider("A", cqc_safe=Rating.REQUIRES_IMPROVEMENT)
    name = PackageId("P1")
    hard, told, off = (
        small(first=unrated, rules={Rule.CQC: kind})
        for kind in (RuleKind.HARD, RuleKind.REPORT, RuleKind.OFF)
    )
    assert [each.rule for each in exclusions_of(hard, name)] == [Rule.CQC]
    assert exclusions_of(told, name) == exclusions_of(off, name) == ()
    assert [each.rule for each in flags_of(told, name)] == [Rule.CQC]
    assert flags_of(off, name) == ()
    assert broken(hard, *"AAAA") == {Rule.CQC}
    assert broken(told, *"AAAA") == broken(off, *"AAAA") == set()


def test_a_price_below_the_floor_is_referred_not_excluded() -> None:
    low = small(floors={ServiceKind.PERSONAL_CARE: 2450})
    assert exclusions_of(low, PackageId("P1")) == ()
    said = "referred: £24.00 an hour is below the sustainable £24.50"
    assert [each.reason for each in flags_of(low, PackageId("P1"))] == [said]
    strict = small(floors={ServiceKind.PERSONAL_CARE: 2450}, rules={Rule.FLOOR: RuleKind.HARD})
    assert broken(strict, *"AAAA") == {Rule.FLOOR}
    assert set(allocate(strict, policy="ranked").solution.provider_of.values()) == {B}


def test_capacity_that_only_reports_fills_nobody() -> None:
    instance = small(rules={Rule.CAPACITY: RuleKind.REPORT})
    instance = replace(instance, capacities=(weekly("A", 1), weekly("B", 1)))
    assert len(allocate(instance, policy="ranked").solution.placements) == 4
    assert {each.rule for each in flags_of(instance, PackageId("P1"))} == {Rule.CAPACITY}


def test_the_contract_goes_into_the_result_by_version_and_hash() -> None:
    first, same, other = (
        allocate(small(**terms)).provenance  # type: ignore[arg-type]
        for terms in ({}, {"rules": {Rule.CQC: RuleKind.HARD}}, {"new_starts_a_week": 9})
    )
    assert first.rules_version == "1"
    assert first.rules_hash == same.rules_hash != other.rules_hash


# Against trying everything


@pytest.mark.parametrize("seed", range(40))
def test_with_every_rule_on_the_cheapest_is_what_trying_everything_finds(seed: int) -> None:
    instance = with_every_rule(seed)
    problem = build_problem(instance)
    held = {
        (part.package, candidate.provider): part
        for need in problem.needs
        for candidate in need.candidates
        for part in candidate.parts
    }
    best = None
    names = [each.id for each in instance.packages]
    may = [[None, *sorted({who for package, who in held if package == name})] for name in names]
    for chosen in product(*may):
        placements, unplaced = [], []
        for each, who in zip(instance.packages, chosen, strict=True):
            if who is None:
                cost = last_resort_cost(each, instance.framework)
                unplaced.append(Unplaced(package=each.id, reason="", weekly_cost=cost))
            else:
                part = held[each.id, who]
                placements.append(
                    Placement(
                        package=each.id,
                        provider=who,
                        lot=each.lot,
                        tier=part.tier,
                        position=part.position,
                        weekly_cost=part.weekly_cost,
                    )
                )
        tried = Allocation(policy="cost", placements=tuple(placements), unplaced=tuple(unplaced))
        if (best is None or tried.weekly_cost < best) and not check(instance, tried, rank_faithful=False):
            best = tried.weekly_cost
    assert allocate(instance, policy="cost", limits=Limits(gap=0.0)).solution.weekly_cost == best


@pytest.mark.parametrize("policy", ALL)
@pytest.mark.parametrize("seed", range(25))
def test_with_every_rule_on_every_policy_passes_the_checker(policy: str, seed: int) -> None:
    instance = with_every_rule(seed, packages=14, providers=6, couples=4)
    answer = allocate(instance, policy=policy, seed=seed).solution
    assert len(answer.placements) + len(answer.unplaced) == 14


def test_every_rule_that_can_bind_has_its_breach_planted() -> None:
    elsewhere = {Rule.HOUSEHOLD, Rule.FLOOR, Rule.CHOICE, Rule.CAPACITY}  # in tests of their own
    planted = {rule for _, rule, _ in test_rules.CASES.values()} | {rule for _, rule, *_ in CASES.values()}
    can_bind = {rule for rule, kinds in RULE_KINDS.items() if RuleKind.HARD in kinds}
    assert can_bind - planted <= elsewhere
