"""Real boundaries and 141,335 real postcodes: what each layer can be trusted to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.report import Report
from geodata.zones.agreement import Agreement, Cause, agreement
from geodata.zones.code_files import district_codes, read_code_history
from geodata.zones.codes import Change, Standing
from geodata.zones.layer import Detail, ZoneLayer
from geodata.zones.layer_files import read_layer
from geodata.zones.stated import read_stated


def held(folder: Path, layer_name: str, column: str) -> tuple[ZoneLayer, Agreement]:
    report = Report()
    layer = read_layer(folder / "geo" / "boundaries" / layer_name, report)
    stated = read_stated(folder / "geo" / "postcodes.csv.gz", column, "in_cpo_2014", report)
    assert layer is not None, report.findings
    assert stated is not None, report.findings
    return layer, agreement(layer, stated, district_codes())


@pytest.fixture(scope="module")
def districts(shared_data: Path) -> tuple[ZoneLayer, Agreement]:
    return held(shared_data, "lad24.geojson", "laua")


def test_every_postcode_is_in_its_district_or_listed(districts: tuple[ZoneLayer, Agreement]) -> None:
    _, found = districts
    assert (found.total.postcodes, found.total.compared) == (141_335, 141_335)
    assert found.total.agreeing + len(found.disagreements) == 141_335
    assert (found.total.agreeing, found.total.causes) == (
        139_908, {Cause.OUTSIDE: 656, Cause.NEAR_BORDER: 771},
    )  # fmt: skip
    assert max(each.metres or 0 for each in found.disagreements) <= 450


def test_live_postcodes_are_told_apart(districts: tuple[ZoneLayer, Agreement]) -> None:
    _, found = districts
    assert found.live is not None
    assert found.not_live is not None
    assert (found.live.postcodes, found.not_live.postcodes) == (95_078, 46_257)
    assert sum(each.live is True for each in found.disagreements) == 1_076


def test_simplified_districts_are_not_fit_to_geocode(districts: tuple[ZoneLayer, Agreement]) -> None:
    layer, found = districts
    assert layer.detail is Detail.SIMPLIFIED
    assert not found.fitness.will_do


def test_simplified_lsoas_agree_for_ninety_one_per_cent_and_say_so(shared_data: Path) -> None:
    layer, found = held(shared_data, "lsoa21_simplified.geojson", "lsoa21")
    assert found.live is not None
    assert found.live.share == pytest.approx(0.9077, abs=0.0001)
    assert layer.detail is Detail.SIMPLIFIED
    assert found.fitness.likely_wrong == pytest.approx(0.10, abs=0.01)


def test_generalised_wards_agree_with_the_wards_of_the_ordnance_survey(shared_data: Path) -> None:
    layer, found = held(shared_data, "wards13_generalised.geojson", "ward14")
    assert found.total.compared == 94_993
    assert found.total.share == pytest.approx(0.9917, abs=0.0001)
    assert layer.detail is Detail.GENERALISED
    assert found.fitness.will_do


def test_generalised_lsoas_are_fit_to_geocode(shared_data: Path) -> None:
    # The file's lsoa11 was made from this layer: agreement shows that the work is the same, no more.
    layer, found = held(shared_data, "lsoa11_generalised.geojson", "lsoa11")
    assert found.total.share == pytest.approx(0.9996, abs=0.0001)
    assert layer.detail is Detail.GENERALISED
    assert found.fitness.will_do


def test_lsoas_of_2011_become_those_of_2021(shared_data: Path) -> None:
    report = Report()
    history = read_code_history(shared_data / "geo" / "lsoa11_to_lsoa21.csv", report)
    assert history is not None, report.findings
    olds = [each for each in history.versions if each.valid_from is None]
    changes = [history.forward(each.code).change for each in olds]
    assert {each: changes.count(each) for each in set(changes)} == {
        Change.UNCHANGED: 2155, Change.SPLIT: 63, Change.MERGED: 8,
    }  # fmt: skip
    assert sum(len(history.forward(each.code).codes) for each in olds) == 2155 + 138 + 8


def test_no_district_of_the_shared_file_is_retired(shared_data: Path) -> None:
    from datetime import date

    report = Report()
    stated = read_stated(shared_data / "geo" / "postcodes.csv.gz", "laua", None, report)
    assert stated is not None
    standing = {district_codes().standing(each, date(2026, 10, 5)) for each in set(stated.codes)}
    assert standing == {Standing.IN_FORCE}
