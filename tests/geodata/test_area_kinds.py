from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from geodata.area_kinds import area_kinds
from geodata.place import AreaKind, Place
from geodata.postcodes import PostcodeDirectory, registry_directory


def test_a_town_is_urban_and_a_marsh_rural(essex_side: PostcodeDirectory) -> None:
    kinds = area_kinds(essex_side)
    assert kinds.of(Place(599_700, 225_200)) is AreaKind.URBAN  # Colchester
    assert kinds.of(Place(602_500, 205_000)) is AreaKind.RURAL  # Dengie
    assert kinds.of(Place(0, 0)) is AreaKind.RURAL


def test_more_postcodes_never_make_a_place_rural(essex_side: PostcodeDirectory) -> None:
    some = essex_side.only(["E07000071", "E07000074"])
    assert area_kinds(some).urban_cells <= area_kinds(essex_side).urban_cells


def test_a_higher_threshold_leaves_less_urban(essex_side: PostcodeDirectory) -> None:
    assert area_kinds(essex_side, urban_density=40).urban_cells < area_kinds(essex_side).urban_cells


def test_no_postcodes_no_town(village: PostcodeDirectory) -> None:
    assert not area_kinds(village.only([])).urban_cells


@pytest.mark.parametrize("wrong", [{"cell_metres": 0}, {"urban_density": 0.0}])
def test_senseless_settings_are_refused(village: PostcodeDirectory, wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        area_kinds(village, **wrong)  # type: ignore[arg-type]  # one of the two, as the test names it


def test_a_county_takes_a_moment(essex_side: PostcodeDirectory) -> None:
    essex_side.xy  # noqa: B018  # built once, for everything
    start = time.process_time()
    area_kinds(essex_side)
    assert time.process_time() - start < 0.3


def test_kinds_agree_with_the_official_classification(shared_data: Path) -> None:
    geo = shared_data / "geo"
    postcodes = pd.read_csv(geo / "postcodes.csv.gz", usecols=["east", "north", "lsoa21", "council_area"])
    lookup = pd.read_csv(geo / "lsoa21_lookup_population.csv", usecols=["lsoa21_code", "ruc21_group"])
    joined = postcodes.merge(lookup, left_on="lsoa21", right_on="lsoa21_code")
    joined = joined[joined["council_area"].isin(["Essex", "Norfolk", "Leicestershire"])]
    kinds = area_kinds(registry_directory("CDEILNPRS"))
    cells = zip(joined["east"] // kinds.cell_metres, joined["north"] // kinds.cell_metres, strict=True)
    told_urban = pd.Series([cell in kinds.urban_cells for cell in cells], index=joined.index)
    agrees = told_urban == (joined["ruc21_group"] == "Urban")
    assert agrees.mean() == pytest.approx(0.932, abs=0.003)
    assert agrees.groupby(joined["council_area"]).mean().min() > 0.92
