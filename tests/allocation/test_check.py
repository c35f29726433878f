"""The checker finds a planted breach of every rule, and none in what is sound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.allocation.allocate import UnsoundAllocationError, allocate
from optimiser.allocation.check import Duty, check
from optimiser.model.allocation import Allocation, Placement, Rule, Unplaced
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import SourceRoute
from tests.allocation.markets import LOT, admission, market, package, provider, ranked, weekly
from tests.allocation.test_rules import CASES

SOUND = market(
    [package("P1"), package("P2")],
    [provider("A"), provider("B")],
    [admission("A", rate=2400), admission("B", rate=2500)],
    [weekly("A", 3.5), weekly("B", 10)],
    [ranked("A", "B")],
)


def placed(name: str, who: str, position: int = 1, cost: int = 8400, **changes: object) -> Placement:
    plain = Placement(
        package=PackageId(name),
        provider=ProviderId(who),
        lot=LOT,
        tier=TierCode("T1"),
        position=position,
        weekly_cost=cost,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def left(name: str, cost: int = 12600) -> Unplaced:
    return Unplaced(package=PackageId(name), reason="", weekly_cost=cost)


def book(*placements: Placement, unplaced: tuple[Unplaced, ...] = ()) -> Allocation:
    return Allocation(policy="ranked", placements=placements, unplaced=unplaced)


def rules(instance: Instance, allocation: Allocation) -> set[object]:
    return {each.rule for each in check(instance, allocation)}


def test_a_sound_allocation_has_no_breach() -> None:
    assert check(SOUND, book(placed("P1", "A"), placed("P2", "B", 2, 8750))) == ()


@pytest.mark.parametrize("name", CASES)
def test_a_breach_of_each_rule_of_eligibility_is_found(name: str) -> None:
    instance, rule, _ = CASES[name]
    assert rule in rules(instance, book(placed("P1", "A")))


def test_an_overfull_row_is_found() -> None:
    assert rules(SOUND, book(placed("P1", "A"), placed("P2", "A"))) == {Rule.CAPACITY}


def test_a_package_passed_over_is_found() -> None:
    passed = book(placed("P1", "B", 2, 8750), placed("P2", "B", 2, 8750))
    assert rules(SOUND, passed) == {Duty.RANK_FAITHFUL}
    assert check(SOUND, passed, rank_faithful=False) == ()


def test_a_package_left_to_nobody_while_there_is_room_is_found() -> None:
    assert rules(SOUND, book(placed("P1", "A"), unplaced=(left("P2"),))) == {Duty.RANK_FAITHFUL}


def test_a_choice_passed_over_is_found() -> None:
    chose = replace(SOUND, packages=(package("P1", chosen_provider=ProviderId("B")), package("P2")))
    assert rules(chose, book(placed("P1", "A"), placed("P2", "B", 2, 8750))) == {Rule.CHOICE}


@pytest.mark.parametrize(
    "change",
    [{"position": 2}, {"weekly_cost": 8401}, {"tier": TierCode("T2")}, {"lot": "OTHER"}],
)
def test_a_false_record_is_found(change: dict[str, object]) -> None:
    assert rules(SOUND, book(placed("P1", "A", **change), placed("P2", "B", 2, 8750))) == {Duty.RECORD}


def test_a_false_price_of_last_resort_is_found() -> None:
    full = replace(SOUND, capacities=(weekly("A", 3.5),))
    assert rules(full, book(placed("P1", "A"), unplaced=(left("P2", 1),))) == {Duty.RECORD}


@pytest.mark.parametrize(
    "allocation",
    [
        book(placed("P1", "A")),
        book(placed("P1", "A"), placed("P2", "B", 2, 8750), placed("P3", "B", 2, 8750)),
        book(placed("P1", "A"), placed("P2", "Z", 2, 8750)),
    ],
    ids=["missing", "unknown package", "unknown provider"],
)
def test_an_incomplete_book_is_found(allocation: Allocation) -> None:
    assert rules(SOUND, allocation) == {Duty.COMPLETE}


def test_the_front_door_lets_no_breach_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimiser.allocation.allocate.promoted", lambda problem, seats: (None,) * len(seats))
    with pytest.raises(UnsoundAllocationError, match="rank-faithful: P1"):
        allocate(SOUND, policy="ranked")


def test_a_relationship_that_goes_on_is_not_a_breach() -> None:
    stays = package("P1", route=SourceRoute.REVIEW, current_provider=ProviderId("A"))
    assert check(replace(SOUND, packages=(stays,)), book(placed("P1", "A"))) == ()
