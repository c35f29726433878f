"""Going on from an earlier allocation: what stands is not opened again, and as few people move as must."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from instances.allocation_file import read_allocation, read_providers, write_allocation
from optimiser.allocation.allocate import allocate
from optimiser.allocation.audit import audit_pack, prove
from optimiser.allocation.check import Market, check
from optimiser.allocation.decisions import in_words
from optimiser.allocation.shortage import Cause
from optimiser.allocation.standing import going_on
from optimiser.allocation.verify import verify
from optimiser.cli.main import Exit, run
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import SourceRoute
from optimiser.model.supply import ProviderStatus
from tests.allocation.markets import (
    admission,
    market,
    package,
    provider,
    random_market,
    ranked,
    weekly,
    with_every_rule,
)

A, B, C = ProviderId("A"), ProviderId("B"), ProviderId("C")


def street(*hours: float, **changes: object) -> Instance:
    """Packages of 3.5 hours a week, asked of A, B and C in turn, who have so many hours."""
    return market(
        [package(f"P{n}", **changes) for n in range(1, 4)],
        [provider(each) for each in "ABC"],
        [admission(each, rate=2400 + 50 * n) for n, each in enumerate("ABC")],
        [weekly(each, spare) for each, spare in zip("ABC", hours, strict=True)],
        [ranked(*"ABC")],
    )


def had(*who: str) -> dict[PackageId, ProviderId]:
    return {PackageId(f"P{n}"): ProviderId(each) for n, each in enumerate(who, 1)}


def placed_after(
    instance: Instance, before: Mapping[PackageId, ProviderId], policy: str = "ranked", seed: int = 0
) -> tuple[Instance, Allocation]:
    running = going_on(instance, before)
    answer = allocate(running, policy=policy, keep=True, seed=seed).solution
    assert check(running, answer, rank_faithful=policy not in ("cost", "scored")) == ()
    return running, answer


def after(instance: Instance, before: Mapping[PackageId, ProviderId], policy: str = "ranked") -> list[str]:
    _, answer = placed_after(instance, before, policy)
    return [str(answer.provider_of.get(each.id, "-")) for each in instance.packages]


@pytest.mark.parametrize("policy", ["cascade", "ranked", "coherent", "cost", "scored"])
def test_who_has_a_package_keeps_it_though_a_better_place_has_room(policy: str) -> None:
    assert after(street(100, 100, 100), had(*"CBC"), policy) == ["C", "B", "C"]


def test_the_new_package_goes_by_the_policy_into_what_is_left() -> None:
    assert after(street(3.5, 7, 100), had("B", "C")) == ["B", "C", "A"]
    assert after(street(3.5, 3.5, 100), had("A", "B")) == ["A", "B", "C"]
    # Nobody is moved to make room for it.
    only_a = package("P2", excluded_providers=frozenset({B, C}))
    full = replace(street(3.5, 3.5, 3.5), packages=(package("P1"), only_a))
    assert after(full, had("A")) == ["A", "-"]


def test_a_hand_back_or_an_exit_opens_what_it_concerns_and_nothing_else() -> None:
    instance = street(100, 100, 100)
    for route in (SourceRoute.HANDBACK, SourceRoute.PROVIDER_EXIT):
        back = replace(instance.packages[0], current_provider=B, route=route)
        opened = replace(instance, packages=(back, *instance.packages[1:]))
        assert after(opened, had(*"BCB")) == ["A", "C", "B"]
        assert after(opened, had(*"CCB")) == ["C", "C", "B"], "it has been placed anew since"
    gone = replace(instance, admissions=tuple(each for each in instance.admissions if each.provider != B))
    assert after(gone, had(*"BCB")) == ["A", "C", "A"]
    assert after(instance, had("Z", "C")) == ["A", "C", "A"]


def test_who_takes_nothing_new_keeps_what_it_has() -> None:
    instance = street(100, 100, 100)
    providers = tuple(
        replace(each, status=ProviderStatus.EMBARGOED if each.id == A else each.status)
        for each in instance.providers
    )
    assert after(replace(instance, providers=providers), had("A")) == ["A", "B", "B"]


def test_work_that_goes_on_is_no_new_start() -> None:
    instance = street(100, 100, 100)
    instance = replace(instance, framework=replace(instance.framework, new_starts_a_week=1))
    assert after(instance, had("A", "A")) == ["A", "A", "A"]
    assert after(instance, {}) == ["A", "B", "C"]


def test_a_household_stays_together_with_whom_it_has() -> None:
    couple = street(100, 100, 100, household="H1")
    assert after(couple, had("C")) == ["C", "C", "C"]
    assert after(couple, had("C", "B")) == ["A", "A", "A"]
    tight = replace(couple, capacities=(weekly("A", 100), weekly("B", 3.5)))
    assert after(tight, had("B")) == ["A", "A", "A"]


@pytest.mark.parametrize("seed", range(12))
def test_where_room_has_shrunk_the_fewest_move(seed: int) -> None:
    first = random_market(seed, packages=7, providers=3, tightness=0.7)
    held = dict(allocate(first, policy="ranked").solution.provider_of)
    chance = random.Random(seed)
    rows = [replace(each, spare=each.spare // chance.choice((1, 2))) for each in first.capacities]
    tight, answer = placed_after(replace(first, capacities=tuple(rows)), held)
    reading, packages, most = Market(tight), tight.package_by_id, 0
    able = [name for name, who in held.items() if reading.may_have([packages[name]], who)]
    for stay in product((False, True), repeat=len(able)):
        who = [name for name, stays in zip(able, stay, strict=True) if stays]
        loads: dict[object, int] = {}
        limits: dict[object, int] = {}
        for name in who:
            for row, wanted, limit in reading.capacity.uses(packages[name], held[name]):
                loads[held[name], row] = loads.get((held[name], row), 0) + wanted
                limits[held[name], row] = limit
        if all(load <= limits[key] for key, load in loads.items()):
            most = max(most, len(who))
    assert sum(each.kept for each in answer.placements) == most


@pytest.mark.parametrize("seed", range(20))
def test_a_day_later_only_what_is_open_is_decided(seed: int) -> None:
    whole = (
        with_every_rule(seed, packages=14, providers=6, couples=3)
        if seed % 2
        else random_market(seed, packages=14, providers=5, tightness=1.2)
    )
    policy = ("ranked", "coherent", "cost", "cascade", "scored")[seed % 5]
    yesterday = replace(whole, packages=whole.packages[:10])
    held = dict(allocate(yesterday, policy=policy, seed=seed).solution.provider_of)
    today, answer = placed_after(replace(whole, packages=whole.packages[2:]), held, policy, seed)
    kept = {each.package: each.provider for each in answer.placements if each.kept}
    assert {name: held[name] for name in kept if name in held} == {
        name: who for name, who in kept.items() if name in held
    }
    _, again = placed_after(today, answer.provider_of, policy, seed)
    assert {name: again.provider_of.get(name) for name in answer.provider_of} == dict(answer.provider_of)


def test_what_stands_is_on_record_and_can_be_verified(tmp_path: Path) -> None:
    instance = going_on(street(100, 100, 100), had("C", "B"))
    result = allocate(instance, policy="ranked", keep=True)
    write_allocation(tmp_path, result.solution, instance)
    assert read_allocation(tmp_path, instance) == result.solution
    assert [each.kept for each in result.solution.placements] == [True, True, False]
    assert read_providers(tmp_path) == {**had("C", "B"), PackageId("P3"): A}
    proof = prove(instance, result)
    said = [in_words(proof.problem, each) for each in proof.decisions]
    assert said[0] == "C has it, number 3 in the order of call-off, from before: it was not opened again"
    assert "from before" not in said[2]
    assert result.provenance.start == "2 packages stand from before, cascade"
    files = dict(audit_pack(instance, result, proof, decided_at="2026-11-22T12:00:00+00:00"))
    assert not verify(files).findings
    # Without the word for it, the same placements would have passed somebody over.
    bare = tuple(replace(each, kept=False) for each in result.solution.placements)
    passed_over = check(instance, replace(result.solution, placements=bare))
    assert {each.package for each in passed_over} == {"P1", "P2"}


def test_what_is_left_beside_what_stands_is_not_called_proven_to_be_so() -> None:
    # P2 may go to A alone, and A has room for one: placed together, P1 would make way.
    only_a = package("P2", excluded_providers=frozenset({B, C}))
    instance = replace(street(3.5, 3.5, 3.5), packages=(package("P1"), only_a))
    running = going_on(instance, had("A"))
    for market_, keep, due in ((instance, False, []), (running, True, [Cause.UNPROVEN])):
        result = allocate(market_, policy="ranked", keep=keep)
        assert [each.cause for each in prove(market_, result).left] == due


def test_models_of_a_run_that_goes_on_hold_what_is_open_alone(tmp_path: Path) -> None:
    folder = str(tmp_path / "maldon")
    run(["init", "essex", folder, "--district", "Maldon", "--packages", "30"])
    first, second, pack = (str(tmp_path / name) for name in ("one", "two", "pack.zip"))
    assert run(["allocate", folder, "--policy", "ranked", "--out", first, "--no-explain"]) == Exit.DONE
    asked = ["allocate", folder, "--policy", "ranked", "--from", first]
    assert run([*asked, "--out", second, "--models", "lp", "--audit", pack]) == Exit.DONE
    left = sum("last_resort" in line for line in (tmp_path / "one/allocation.csv").read_text().splitlines())
    model = next((tmp_path / "two").glob("model-1-*.lp")).read_text()
    assert model.count("whole_") == left
    assert run(["allocate", folder, "--verify", pack, "--from", first]) == Exit.DONE
