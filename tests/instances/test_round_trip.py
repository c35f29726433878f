"""What is written reads back the same, in any order of rows; and all of it is written, or nothing."""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.travel import TravelMode
from instances import new_files
from instances.read import read_instance, read_with_report
from instances.write import write_instance
from optimiser.model.calendar import Weekday
from optimiser.model.instance import Instance
from optimiser.model.supply import Carer, Shift
from optimiser.solving.provenance import canonical_hash
from tests.instances.editing import rows_of, save
from tests.instances.small_market import small_market
from tests.instances.strategies import instances

PROPERTY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.mark.parametrize("name", ["market", "market.xlsx"])
def test_the_small_market_reads_back_the_same_without_a_word(name: str, tmp_path: Path) -> None:
    write_instance(small_market(), tmp_path / name)
    again, report = read_with_report(tmp_path / name)
    assert report.findings == []
    assert again == small_market()


@PROPERTY
@given(instances())
def test_what_is_written_reads_back_the_same(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_instance(instance, Path(place) / "market")
        again = read_instance(Path(place) / "market", postcodes=registry_directory(["C"]))
    assert again == instance
    assert canonical_hash(again) == canonical_hash(instance)


@settings(PROPERTY, max_examples=10)
@given(instances())
def test_a_workbook_reads_back_the_same(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_instance(instance, Path(place) / "market.xlsx")
        again = read_instance(Path(place) / "market.xlsx", postcodes=registry_directory(["C"]))
    assert again == instance


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_means_nothing(seed: int, folder: Path, postcodes: PostcodeDirectory) -> None:
    generator = random.Random(seed)
    for path in sorted(folder.glob("*.csv")):
        headings, *rows = rows_of(path)
        generator.shuffle(rows)
        save(path, [headings, *rows])
    again = read_instance(folder, postcodes=postcodes)
    assert again == small_market()
    assert canonical_hash(again) == canonical_hash(small_market())


def test_the_order_of_shifts_means_nothing() -> None:
    shifts = tuple(Shift(days=frozenset({day}), start=3600, end=7200) for day in Weekday)
    known = {"id": "K", "provider": "A", "mode": TravelMode.CAR}
    assert Carer(shifts=shifts, **known) == Carer(shifts=shifts[::-1], **known)  # type: ignore[arg-type]


def test_urban_squares_are_found_where_they_are_not_listed(
    folder: Path, postcodes: PostcodeDirectory
) -> None:
    (folder / "urban_cells.csv").unlink()
    found = read_instance(folder)
    assert 0 < len(found.area_kinds.urban_cells) < 2000
    assert replace(found, area_kinds=small_market().area_kinds) == small_market()


def test_postcodes_give_places_where_coordinates_are_left_out(
    folder: Path, postcodes: PostcodeDirectory
) -> None:
    for file, columns in (
        ("packages.csv", ("easting", "northing", "sector")),
        ("providers.csv", ("branch_easting", "branch_northing")),
    ):
        headings, *rows = rows_of(folder / file)
        kept = [i for i, name in enumerate(headings) if name not in columns]
        save(folder / file, [[row[i] for i in kept] for row in (headings, *rows)])
    headings, *rows = rows_of(folder / "providers.csv")
    for row, postcode in zip(rows, ["cm95ag", "", "CM9 5AA"], strict=True):
        row[headings.index("branch_postcode")] = postcode
    save(folder / "providers.csv", [headings, *rows])
    found = read_instance(folder, postcodes=postcodes)
    homes = [postcodes.find(package.postcode) for package in found.packages]
    assert [package.place for package in found.packages] == [home.place for home in homes if home]
    first, second, third = (provider.branch for provider in found.providers)
    assert first == small_market().providers[0].branch
    assert second is None
    assert third == small_market().packages[0].place


def test_a_carer_may_start_from_the_middle_of_a_sector(folder: Path, postcodes: PostcodeDirectory) -> None:
    headings, first, *rest = rows_of(folder / "carers.csv")
    for column, value in (("base_sector", "CM9 5"), ("base_easting", ""), ("base_northing", "")):
        first[headings.index(column)] = value
    save(folder / "carers.csv", [headings, first, *rest])
    found = read_instance(folder, postcodes=postcodes)
    assert found.carers[0].depot == postcodes.sector_places()["CM9 5"]


def test_nothing_is_overwritten_unasked(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="overwritten"):
        write_instance(small_market(), folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="is a file"):
        write_instance(small_market(), tmp_path / "file")
    write_instance(small_market(), tmp_path / "book.xlsx")
    with pytest.raises(FileExistsError, match="overwritten"):
        write_instance(small_market(), tmp_path / "book.xlsx")
    write_instance(small_market(), tmp_path / "book.xlsx", overwrite=True)
    (tmp_path / "empty").mkdir()
    write_instance(small_market(), tmp_path / "empty")


def test_overwriting_leaves_no_table_of_the_old_instance_and_all_other_files(
    folder: Path, postcodes: PostcodeDirectory
) -> None:
    (folder / "notes.txt").write_text("mine")
    without_carers = replace(small_market(), carers=())
    write_instance(without_carers, folder, overwrite=True)
    assert (folder / "notes.txt").read_text() == "mine"
    assert not (folder / "carers.csv").exists()
    assert read_instance(folder, postcodes=postcodes) == without_carers
    assert [path.name for path in folder.parent.iterdir()] == ["market"], "nothing is left beside it"


def test_a_write_that_fails_leaves_what_was_there(
    folder: Path, postcodes: PostcodeDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(self: Path, data: bytes) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(new_files.Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        write_instance(replace(small_market(), county="Kent"), folder, overwrite=True)
    with pytest.raises(OSError, match="no space"):
        write_instance(small_market(), folder.parent / "book.xlsx")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["market"]


def test_what_the_tables_cannot_hold_is_refused_by_name(tmp_path: Path) -> None:
    odd = small_market()
    language = replace(odd.packages[0], language=" ", skills=frozenset({"a;b"}))
    odd = replace(
        odd, packages=(language, *odd.packages[1:]), ranked_lists=(replace(odd.ranked_lists[0], entries=()),)
    )
    with pytest.raises(ValueError, match=r"packages P001 \[language\].*packages P001 \[skills\]") as caught:
        write_instance(odd, tmp_path / "odd")
    assert "ranked list 2026-01 of MAL-PC has no lines" in str(caught.value)
    assert not (tmp_path / "odd").exists()


@pytest.mark.parametrize("text", ["x" * 40_000, "a￾b"])
def test_what_a_workbook_cannot_hold_is_refused(text: str, tmp_path: Path) -> None:
    market = small_market()
    long = replace(market, packages=(replace(market.packages[0], client=text), *market.packages[1:]))
    with pytest.raises(ValueError, match="workbook"):
        write_instance(long, tmp_path / "long.xlsx")
    write_instance(long, tmp_path / "long")


def test_the_folder_describes_itself(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {
        path.name for path in folder.glob("*.csv")
    }
    for resource in package["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == rows_of(folder / resource["path"])[0]
    assert package["licenses"][0]["name"] == "OGL-UK-3.0"
    assert "Office for National Statistics" in package["sources"][0]["title"]
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    assert "Synthetic" in readme
    assert "- Spare capacity: 8 % of hours (assumption; a round figure)" in readme
