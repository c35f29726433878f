"""Results read back the same, and bad ones are told row by row."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.report import InputError
from geodata.travel import TravelMode
from instances.results import read_allocation, read_rounds, write_allocation, write_rounds
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, LocalityId, PackageId, ProviderId, TierCode, VisitId
from optimiser.model.rounds import Rest, Round, RoundPlan, Stop
from tests.instances.editing import Spoilt, appended, cell, content, repeat, rows_of, save, where
from tests.instances.small_market import LOT, small_market
from tests.instances.strategies import allocations, instances, round_plans

PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

ALLOCATION = Allocation(
    policy="ranked",
    placements=(
        Placement(
            package=PackageId("P001"),
            provider=ProviderId("BRIGHTWAY"),
            lot=LOT,
            tier=TierCode("T1"),
            position=1,
            weekly_cost=12_345,
        ),
        Placement(
            package=PackageId("P002"),
            provider=ProviderId("ÉTOILE"),
            lot=LOT,
            tier=TierCode("T2"),
            position=3,
            weekly_cost=100,
        ),
    ),
    unplaced=(
        Unplaced(
            package=PackageId("P003"), reason="2 of 9 providers serve this lot; both full", weekly_cost=999
        ),
    ),
)
PLANS = (
    RoundPlan(
        provider=ProviderId("BRIGHTWAY"),
        day=Weekday.MONDAY,
        locality=LocalityId("LOC1"),
        rounds=(
            Round(
                carer=CarerId("K1"),
                provider=ProviderId("BRIGHTWAY"),
                mode=TravelMode.CYCLE,
                shift_start=25_200,
                shift_end=50_400,
                stops=(
                    Stop(visit=VisitId("P001/1"), start=27_001, end=29_701, travel_seconds=61, metres=400),
                    Stop(visit=VisitId("P001/2"), start=43_200, end=45_000, travel_seconds=0, metres=0),
                ),
                rests=(Rest(start=30_000, end=31_800),),
                home_seconds=300,
                home_metres=2100,
            ),
        ),
        unserved=(VisitId("P002/1"),),
    ),
    RoundPlan(provider=ProviderId("CAREPLUS"), day=Weekday.SUNDAY, rounds=()),
)


def test_an_allocation_reads_back_the_same(tmp_path: Path) -> None:
    path = write_allocation(tmp_path / "new", ALLOCATION, small_market())
    assert (
        read_allocation(path, small_market())
        == read_allocation(tmp_path / "new", small_market())
        == ALLOCATION
    )
    assert rows_of(path)[1] == [
        "P001",
        "BRIGHTWAY",
        "Brightway Care Ltd",
        LOT,
        "T1",
        "1",
        "123.45",
        "placed",
        "",
        "ranked",
        "no",
    ]


def test_rounds_read_back_the_same(tmp_path: Path) -> None:
    path = write_rounds(tmp_path / "rounds.csv", PLANS)
    assert read_rounds(path) == read_rounds(tmp_path, small_market()) == PLANS
    lines = [(row[3], row[10]) for row in rows_of(path)[1:]]
    assert lines == [
        ("shift", "07:00:00"),
        ("visit", "07:30:01"),
        ("rest", "08:20:00"),
        ("visit", "12:00:00"),
        ("home", ""),
        ("unserved", ""),
        ("no_rounds", ""),
    ]


@PROPERTY
@given(st.data())
def test_any_allocation_reads_back_the_same(data: st.DataObject) -> None:
    instance = data.draw(instances())
    allocation = data.draw(allocations(instance))
    with tempfile.TemporaryDirectory() as place:
        assert read_allocation(write_allocation(place, allocation, instance), instance) == allocation


@PROPERTY
@given(round_plans())
def test_any_rounds_read_back_the_same(plans: list[RoundPlan]) -> None:
    with tempfile.TemporaryDirectory() as place:
        assert read_rounds(write_rounds(place, plans)) == tuple(plans)


def test_results_are_not_overwritten_unasked(tmp_path: Path) -> None:
    write_allocation(tmp_path, ALLOCATION, small_market())
    write_rounds(tmp_path, PLANS)
    with pytest.raises(FileExistsError):
        write_allocation(tmp_path, ALLOCATION, small_market())
    with pytest.raises(FileExistsError):
        write_rounds(tmp_path, PLANS)
    write_allocation(tmp_path, ALLOCATION, small_market(), overwrite=True)
    write_rounds(tmp_path, PLANS, overwrite=True)


def test_two_plans_for_one_day_and_provider_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two plans"):
        write_rounds(tmp_path, [PLANS[0], PLANS[0]])


BAD_ALLOCATIONS = (
    Spoilt(
        name="unknown package",
        edit=cell("allocation.csv", 2, "package_id", "P01"),
        errors=(("E260", "allocation.csv", 2, "package_id"),),
        cure="did you mean",
    ),
    Spoilt(
        name="unknown provider",
        edit=cell("allocation.csv", 3, "provider_id", "ETOILE"),
        errors=(("E261", "allocation.csv", 3, "provider_id"),),
        cure="did you mean 'ÉTOILE'?",
    ),
    Spoilt(
        name="unknown lot and tier",
        edit=lambda folder: [
            cell("allocation.csv", 2, "lot_code", "X")(folder),
            cell("allocation.csv", 2, "tier", "X")(folder),
        ],
        errors=(("E232", "allocation.csv", 2, "lot_code"), ("E233", "allocation.csv", 2, "tier")),
    ),
    Spoilt(
        name="package twice",
        edit=repeat("allocation.csv", 3),
        errors=(("E262", "allocation.csv", 5, "package_id"),),
    ),
    Spoilt(
        name="placed nowhere",
        edit=cell("allocation.csv", 2, "provider_id", ""),
        errors=(("E264", "allocation.csv", 2, "provider_id"),),
    ),
    Spoilt(
        name="last resort with a provider",
        edit=cell("allocation.csv", 4, "provider_id", "BRIGHTWAY"),
        errors=(("E264", "allocation.csv", 4, "provider_id"),),
    ),
    Spoilt(
        name="two policies",
        edit=cell("allocation.csv", 4, "policy", "optimal"),
        errors=(("E264", "allocation.csv", 4, "policy"),),
    ),
    Spoilt(
        name="empty", edit=content("allocation.csv", b""), errors=(("E205", "allocation.csv", None, None),)
    ),
    Spoilt(
        name="gone",
        edit=lambda folder: (folder / "allocation.csv").unlink(),
        errors=(("E200", "allocation.csv", None, None),),
    ),
)

BAD_ROUNDS = (
    Spoilt(
        name="unknown provider",
        edit=cell("rounds.csv", 8, "provider_id", "CARE"),
        errors=(("E261", "rounds.csv", 8, "provider_id"),),
    ),
    Spoilt(
        name="unknown package",
        edit=cell("rounds.csv", 3, "visit_id", "P999/1"),
        errors=(("E260", "rounds.csv", 3, "visit_id"),),
    ),
    Spoilt(
        name="unknown visit",
        edit=cell("rounds.csv", 3, "visit_id", "P001/7"),
        errors=(("E260", "rounds.csv", 3, "visit_id"),),
        cure="it has visits 1, 2",
    ),
    Spoilt(
        name="visit twice",
        edit=cell("rounds.csv", 5, "visit_id", "P001/1"),
        errors=(("E262", "rounds.csv", 5, "visit_id"),),
    ),
    Spoilt(
        name="stop out of order",
        edit=cell("rounds.csv", 5, "stop", "7"),
        errors=(("E263", "rounds.csv", 5, "stop"),),
        cure="2 comes here",
    ),
    Spoilt(
        name="no time",
        edit=cell("rounds.csv", 3, "start", ""),
        errors=(("E263", "rounds.csv", 3, "start"),),
    ),
    Spoilt(
        name="two shifts",
        edit=repeat("rounds.csv", 2),
        errors=(("E263", "rounds.csv", 9, "round_no"),),
    ),
    Spoilt(
        name="home twice",
        edit=repeat("rounds.csv", 6),
        errors=(("E263", "rounds.csv", 9, "line"),),
    ),
    Spoilt(
        name="no shift",
        edit=lambda folder: save(
            folder / "rounds.csv",
            [row for row in rows_of(folder / "rounds.csv") if row[3] not in ("shift", "visit", "rest")],
        ),
        errors=(("E263", "rounds.csv", 2, "round_no"),),
    ),
    Spoilt(
        name="ragged",
        edit=lambda folder: (folder / "rounds.csv").write_text(
            (folder / "rounds.csv").read_text() + "monday,BRIGHTWAY\n"
        ),
        errors=(("E208", "rounds.csv", 9, None),),
    ),
)


@pytest.mark.parametrize("spoilt", BAD_ALLOCATIONS, ids=str)
def test_a_bad_allocation_is_told(spoilt: Spoilt, tmp_path: Path) -> None:
    write_allocation(tmp_path, ALLOCATION, small_market())
    spoilt.edit(tmp_path)
    with pytest.raises(InputError) as caught:
        read_allocation(tmp_path, small_market())
    assert {where(each) for each in caught.value.findings} == set(spoilt.errors)
    assert any(spoilt.cure in (each.cure or "") for each in caught.value.findings)


@pytest.mark.parametrize("spoilt", BAD_ROUNDS, ids=str)
def test_bad_rounds_are_told(spoilt: Spoilt, tmp_path: Path) -> None:
    write_rounds(tmp_path, PLANS)
    spoilt.edit(tmp_path)
    with pytest.raises(InputError) as caught:
        read_rounds(tmp_path, small_market())
    assert {where(each) for each in caught.value.findings} == set(spoilt.errors)
    assert any(spoilt.cure in (each.cure or "") for each in caught.value.findings)


def test_own_columns_in_results_do_no_harm(tmp_path: Path) -> None:
    write_allocation(tmp_path, ALLOCATION, small_market())
    appended("allocation.csv", "notes", "mine")(tmp_path)
    assert read_allocation(tmp_path, small_market()) == ALLOCATION
