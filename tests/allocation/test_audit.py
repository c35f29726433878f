"""An audit pack holds, says nothing of a person, and gives away whoever tampers with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from optimiser.allocation import audit
from optimiser.allocation.allocate import allocate
from optimiser.allocation.verify import verify
from optimiser.model.allocation import Rule
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Guarantee, RuleKind
from optimiser.model.identifiers import LocalityId, PackageId
from optimiser.model.instance import Instance
from optimiser.model.market import Locality
from optimiser.solving.sealing import MANIFEST, sha256
from tests.allocation.markets import random_market, with_every_rule

WHEN = "2026-09-14T17:00:00+01:00"


def packed(instance: Instance, policy: str = "ranked") -> dict[str, bytes]:
    result = allocate(instance, policy=policy)
    return dict(audit.audit_pack(instance, result, audit.prove(instance, result), decided_at=WHEN))


@pytest.fixture(scope="module")
def market() -> Instance:
    return random_market(11, packages=30, providers=7, tightness=1.5)


@pytest.fixture(scope="module")
def pack(market: Instance) -> dict[str, bytes]:
    return packed(market)


def codes(files: dict[str, bytes], **against: Any) -> set[str]:
    return {each.code for each in verify(files, **against).findings}


def resealed(files: dict[str, bytes], name: str, change: Callable[[Any], None]) -> dict[str, bytes]:
    """The pack with one file changed and its manifest made to agree."""
    if name == audit.DECISIONS:
        rows = [json.loads(line) for line in files[name].splitlines()]
        change(rows)
        data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    else:
        content = json.loads(files[name])
        change(content)
        data = json.dumps(content).encode()
    manifest = json.loads(files[MANIFEST])
    manifest["files"][name] = sha256(data)
    return {**files, name: data, MANIFEST: json.dumps(manifest).encode()}


@pytest.mark.parametrize("policy", ["cascade", "ranked", "coherent", "cost", "scored"])
@pytest.mark.parametrize("seed", range(4))
def test_every_answer_of_ours_holds(seed: int, policy: str) -> None:
    instance = random_market(seed, packages=20, providers=5, tightness=1.4)
    assert [str(each) for each in verify(packed(instance, policy), against=instance).findings] == []


@pytest.mark.parametrize("policy", ["cascade", "ranked", "coherent", "cost", "scored"])
@pytest.mark.parametrize("seed", range(6))
def test_every_answer_holds_under_a_contract_that_asks_for_everything(seed: int, policy: str) -> None:
    instance = with_every_rule(seed, packages=16, providers=5, couples=4)
    files = packed(instance, policy)
    assert [str(each) for each in verify(files, against=instance).findings] == []
    rows = [json.loads(line) for line in files[audit.DECISIONS].splitlines()]
    assert [row["package"] for row in rows] == sorted(each.id for each in instance.packages)
    total = sum(row["chosen"]["weekly_cost_pence"] for row in rows)
    assert total == allocate(instance, policy=policy).solution.weekly_cost


def test_a_household_is_decided_together_and_each_of_it_costs_its_own() -> None:
    found = []
    for seed in range(12):
        rows = [
            json.loads(line)
            for line in packed(with_every_rule(seed, packages=16, providers=5, couples=4))[
                audit.DECISIONS
            ].splitlines()
        ]
        by_name = {row["package"]: row for row in rows}
        for row in rows:
            home = [by_name[each] for each in row["household"]]
            assert len({each["chosen"]["provider"] for each in home}) <= 1
            assert len({each["margin_pence"] for each in home}) <= 1
            found += [row] if home else []
    assert found


def test_unused_hours_that_are_paid_for_belong_to_the_weekly_cost() -> None:
    place = LocalityId("HERE")
    instance = random_market(3, packages=12, providers=4)
    sectors = frozenset(each.sector for each in instance.packages)
    instance = replace(
        instance,
        localities=(
            *instance.localities,
            Locality(id=place, name="Here", district=instance.packages[0].district, sectors=sectors),
        ),
        framework=replace(
            instance.framework,
            guarantees=(
                Guarantee(
                    provider=instance.providers[0].id,
                    locality=place,
                    weekly_care=1000 * HOUR,
                    shortfall_rate=700,
                ),
            ),
            rules={Rule.GUARANTEE: RuleKind.SOFT},
        ),
    )
    files = packed(instance)
    assert [str(each) for each in verify(files, against=instance).findings] == []
    run = json.loads(files[audit.RUN])
    assert run["totals"]["weekly cost"] > allocate(instance, policy="ranked").solution.weekly_cost


def test_the_same_answer_is_the_same_pack_whatever_the_order_of_rows(
    market: Instance, pack: dict[str, bytes]
) -> None:
    turned = packed(replace(market, packages=market.packages[::-1], capacities=market.capacities[::-1]))
    assert {name: data for name, data in turned.items() if name not in (audit.RUN, MANIFEST)} == {
        name: data for name, data in pack.items() if name not in (audit.RUN, MANIFEST)
    }


@pytest.mark.parametrize(("policy", "proves"), [("ranked", True), ("coherent", True), ("cost", False)])
def test_only_what_an_engine_has_proven_is_called_a_packing(
    market: Instance, policy: str, proves: bool
) -> None:
    assert audit.leaves_least(allocate(market, policy=policy)) == proves
    assert not audit.leaves_least(allocate(market, policy="cascade"))


def test_no_person_is_in_it(market: Instance) -> None:
    known = replace(
        market,
        packages=tuple(
            replace(each, client=f"Ada {each.id}", postcode="CM9 5ZZ") for each in market.packages
        ),
    )
    for name, data in packed(known).items():
        assert b"Ada" not in data, name
        assert b"5ZZ" not in data, name
        for package in market.packages:
            assert str(package.place.easting).encode() not in data, name


def test_a_pack_answers_what_an_auditor_asks(pack: dict[str, bytes]) -> None:
    run = json.loads(pack[audit.RUN])
    assert run["provenance"]["seed"] == 0
    assert run["overrides"] == []
    assert run["framework"]["version"] == "1"
    assert run["ranked_lists"][0]["version"] == "2026-09"
    assert len(run["rules"]["hash"]) == 64
    row = json.loads(pack[audit.DECISIONS].splitlines()[0])
    assert {"eligible", "excluded", "chosen", "runner_up", "margin_pence", "sector"} <= set(row)


def _else(rows: list[Any]) -> Any:
    return next(row for row in rows if row["outcome"] == "placed" and len(row["eligible"]) > 1)


def _another_has_it(rows: list[Any]) -> None:
    row = _else(rows)
    row["chosen"] = next(each for each in row["eligible"] if each["provider"] != row["chosen"]["provider"])
    row["chosen"].pop("short", None)


def _one_less_eligible(rows: list[Any]) -> None:
    row = _else(rows)
    row["eligible"] = [each for each in row["eligible"] if each["provider"] == row["chosen"]["provider"]]


def _a_false_reason(rows: list[Any]) -> None:
    row = next(row for row in rows if row["excluded"])
    row["excluded"][0]["rule"] = "E8 relationship ended"


def _a_dearer_runner_up(rows: list[Any]) -> None:
    rows[0]["margin_pence"] += 1


def _a_better_total(run: Any) -> None:
    run["totals"]["weekly cost"] -= 1


def _more_room(instance: Any) -> None:
    instance["capacities"][0]["spare"] += 3600


def _a_wider_shortage(certificates: Any) -> None:
    certificates["all"][0]["wishes"][0]["seconds"] += 900


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (audit.DECISIONS, _another_has_it, "E304"),
        (audit.DECISIONS, _one_less_eligible, "E305"),
        (audit.DECISIONS, _a_false_reason, "E305"),
        (audit.DECISIONS, _a_dearer_runner_up, "E306"),
        (audit.RUN, _a_better_total, "E306"),
        (audit.INSTANCE, _more_room, "E303"),
        (audit.SHORTAGES, _a_wider_shortage, "E307"),
        (audit.RUN, lambda run: run["framework"].update(hash="0"), "E303"),
        (audit.RUN, lambda run: run["rules"].update(hash="0"), "E308"),
        (audit.RUN, lambda run: run.pop("totals"), "E301"),
        (audit.DECISIONS, lambda rows: rows[0].pop("eligible"), "E301"),
        (audit.DECISIONS, lambda rows: rows.pop(), "E304"),
        (audit.RUN, lambda run: run["outside_lot"].update(MALDON=["PR01"]), "E305"),
    ],
)
def test_what_was_changed_is_found(
    pack: dict[str, bytes], name: str, change: Callable[[Any], None], code: str
) -> None:
    assert code in codes(resealed(pack, name, change))


def test_a_changed_or_missing_file_is_found_by_its_hash(pack: dict[str, bytes]) -> None:
    assert codes({**pack, audit.RUN: pack[audit.RUN] + b" "}) == {"E302"}
    assert codes({name: data for name, data in pack.items() if name != audit.RUN}) == {"E301"}
    assert codes({}) == {"E301"}
    assert codes({MANIFEST: b"[]"}) == {"E301"}


def test_a_pack_of_another_instance_is_told(market: Instance, pack: dict[str, bytes]) -> None:
    other = replace(
        market,
        packages=tuple(replace(each, id=PackageId(f"{each.id}x")) for each in market.packages),
    )
    assert codes(pack, against=market) == set()
    assert codes(pack, against=other) == {"E303"}
