"""What an answer must do when the question changes in a way whose effect is known."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import LotCode, ProviderId
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from tests.allocation.brute_force import Truth
from tests.allocation.markets import admission, provider, random_market, ranked, weekly, with_every_rule

EXACT = Limits(gap=0.0)
POLICIES = ("cascade", "ranked", "coherent", "cost", "scored")
PROVING = ("ranked", "cost", "scored")


def a_market(seed: int) -> Instance:
    if seed % 2:
        return with_every_rule(seed, packages=9, providers=5, couples=2)
    return random_market(seed, packages=12, providers=5, tightness=(0.8, 1.2, 1.6)[seed % 3])


def who_has_what(answer: Allocation) -> dict[str, str | None]:
    held: dict[str, str | None] = {each.package: None for each in answer.unplaced}
    return held | dict(answer.provider_of)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(12))
def test_shuffled_rows_change_nothing(seed: int, policy: str) -> None:
    instance = a_market(seed)
    chance = random.Random(seed)
    tables = {
        field.name: tuple(chance.sample(value, len(value)))
        for field in fields(instance)
        if isinstance(value := getattr(instance, field.name), tuple)
    }
    assert len(tables) >= 6
    lists = tuple(
        replace(each, entries=tuple(chance.sample(each.entries, len(each.entries))))
        for each in tables["ranked_lists"]
    )
    shuffled = replace(instance, **{**tables, "ranked_lists": lists})
    answers = [allocate(each, policy=policy, seed=3) for each in (instance, shuffled)]
    assert who_has_what(answers[1].solution) == who_has_what(answers[0].solution)
    assert answers[1].objective == answers[0].objective
    assert answers[1].bound == answers[0].bound


@pytest.mark.parametrize("policy", PROVING)
@pytest.mark.parametrize("seed", range(12))
def test_other_names_for_providers_change_no_figure(seed: int, policy: str) -> None:
    instance = a_market(seed)
    names = sorted(each.id for each in instance.providers)
    new = dict(
        zip(
            names,
            (ProviderId(f"Z{n}") for n in random.Random(seed).sample(range(99), len(names))),
            strict=True,
        )
    )
    renamed = replace(
        instance,
        providers=tuple(replace(each, id=new[each.id]) for each in instance.providers),
        admissions=tuple(replace(each, provider=new[each.provider]) for each in instance.admissions),
        capacities=tuple(replace(each, provider=new[each.provider]) for each in instance.capacities),
        ranked_lists=tuple(
            replace(
                each, entries=tuple(replace(entry, provider=new[entry.provider]) for entry in each.entries)
            )
            for each in instance.ranked_lists
        ),
        packages=tuple(
            replace(
                each,
                chosen_provider=each.chosen_provider and new[each.chosen_provider],
                current_provider=each.current_provider and new[each.current_provider],
                excluded_providers=frozenset(new[who] for who in each.excluded_providers),
            )
            for each in instance.packages
        ),
    )
    before, after = (allocate(each, policy=policy, limits=EXACT) for each in (instance, renamed))
    assert (after.objective, after.bound) == (before.objective, before.bound)
    values = [Truth(each).value(result.solution) for each, result in ((instance, before), (renamed, after))]
    proven = {"ranked": (0, 1, 2), "cost": (3,), "scored": (4,)}[policy]
    assert [values[0][n] for n in proven] == [values[1][n] for n in proven]


@pytest.mark.parametrize("seed", range(12))
def test_twice_the_prices_cost_twice_as_much(seed: int) -> None:
    instance = a_market(seed)
    terms = instance.framework
    dear = replace(
        instance,
        admissions=tuple(
            replace(each, rate=2 * each.rate, supplement=2 * each.supplement) for each in instance.admissions
        ),
        framework=replace(
            terms,
            ceilings={key: 2 * value for key, value in terms.ceilings.items()},
            floors={key: 2 * value for key, value in terms.floors.items()},
            last_resort_rates={key: 2 * value for key, value in terms.last_resort_rates.items()},
        ),
    )
    for policy in ("cascade", "scored"):
        before, after = (allocate(each, policy=policy, seed=1).solution for each in (instance, dear))
        assert who_has_what(after) == who_has_what(before)
    before, after = (allocate(each, policy="cost", limits=EXACT).solution for each in (instance, dear))
    # A week's cost is rounded to the penny once for each package.
    assert abs(after.weekly_cost - 2 * before.weekly_cost) <= len(instance.packages)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(12))
def test_a_provider_who_can_take_nothing_changes_nothing(seed: int, policy: str) -> None:
    instance = a_market(seed)
    useless = ProviderId("USELESS")
    more = replace(
        instance,
        providers=(*instance.providers, provider(useless), provider("FULL")),
        admissions=(
            *instance.admissions,
            admission(useless, lot=LotCode("OTHER"), rate=1000),
            admission("FULL", tier="SPOT", rate=1000),
        ),
        capacities=(*instance.capacities, weekly(useless, 1000), weekly("FULL", 0)),
        ranked_lists=tuple(
            ranked(*(entry.provider for entry in each.entries), useless) for each in instance.ranked_lists
        ),
    )
    answers = [allocate(each, policy=policy, seed=3) for each in (instance, more)]
    assert who_has_what(answers[1].solution) == who_has_what(answers[0].solution)
    assert answers[1].objective == answers[0].objective


@pytest.mark.parametrize("seed", range(12))
def test_more_room_is_never_worse(seed: int) -> None:
    instance = a_market(seed)
    roomy = replace(
        instance, capacities=tuple(replace(each, spare=2 * each.spare) for each in instance.capacities)
    )
    for policy, number in (("ranked", 0), ("cost", 3)):
        before, after = (
            Truth(each).value(allocate(each, policy=policy, limits=EXACT).solution)[number]
            for each in (instance, roomy)
        )
        assert after <= before
