from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.boundaries import cache_folder, district_outlines, sector_outlines
from geodata.postcodes import PostcodeDirectory, registry_directory

MALDON, COLCHESTER = "E07000074", "E07000071"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAREROUNDS_CACHE", str(tmp_path))
    return tmp_path


def overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(one.intersection(other).area / one.union(other).area)


def test_outlines_are_whole_and_in_order(essex_side: PostcodeDirectory) -> None:
    outlines = district_outlines(essex_side, [MALDON, COLCHESTER, "E99999999"])
    assert list(outlines.columns) == ["district", "geometry"]
    assert list(outlines["district"]) == [COLCHESTER, MALDON]
    assert outlines.crs.to_epsg() == 27700
    assert outlines.geometry.is_valid.all()
    assert set(outlines.geometry.geom_type) == {"MultiPolygon"}


def test_neighbours_share_a_border_and_no_ground(essex_side: PostcodeDirectory) -> None:
    one, other = district_outlines(essex_side, [COLCHESTER, MALDON]).geometry
    assert one.intersection(other).area < 1
    assert shapely.length(shapely.shared_paths(one.boundary, other.boundary)) > 1_000


def test_nearly_every_postcode_lies_in_its_own_district(essex_side: PostcodeDirectory) -> None:
    outline = district_outlines(essex_side, [MALDON], simplify_metres=0).geometry.iloc[0]
    own = essex_side.in_district(MALDON)
    assert shapely.contains_xy(outline, own["easting"], own["northing"]).mean() > 0.99


def test_the_border_lies_halfway(village: PostcodeDirectory) -> None:
    one, other = district_outlines(village, village.districts, simplify_metres=0).geometry
    assert one.bounds[2] == pytest.approx(501_000)
    assert other.bounds[0] == pytest.approx(501_000)


def test_a_smoother_outline_has_fewer_corners(essex_side: PostcodeDirectory) -> None:
    corners = [
        len(shapely.get_coordinates(district_outlines(essex_side, [MALDON], simplify_metres=metres).geometry))
        for metres in (0, 100, 400)
    ]
    assert corners == sorted(corners, reverse=True)
    assert corners[1] < 400


def test_the_second_time_comes_from_the_cache(essex_side: PostcodeDirectory, own_cache: Path) -> None:
    assert cache_folder() == own_cache
    first = district_outlines(essex_side, [MALDON])
    (kept,) = own_cache.iterdir()
    written = kept.stat().st_mtime_ns
    second = district_outlines(essex_side, [MALDON])
    assert kept.stat().st_mtime_ns == written
    assert list(own_cache.iterdir()) == [kept]
    assert second.geometry.iloc[0].equals_exact(first.geometry.iloc[0], 0)
    assert list(second.columns) == list(first.columns)
    assert second.crs == first.crs


@pytest.mark.parametrize(
    "rubbish", [b"", b"no json", b"[1]", b'{"features": [{}]}', b'{"features": []}', bytes(range(128, 256))]
)
def test_a_damaged_cache_file_is_drawn_anew(
    village: PostcodeDirectory, own_cache: Path, rubbish: bytes
) -> None:
    first = district_outlines(village, village.districts)
    (kept,) = own_cache.iterdir()
    kept.write_bytes(rubbish)
    again = district_outlines(village, village.districts)
    assert again.geometry.geom_equals(first.geometry).all()
    assert kept.stat().st_size > 500


def test_a_cache_that_cannot_be_written_costs_no_answer(
    village: PostcodeDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    monkeypatch.setenv("CAREROUNDS_CACHE", str(blocked / "cache"))
    assert len(district_outlines(village, village.districts)) == 2


def test_no_districts_no_outlines(village: PostcodeDirectory) -> None:
    assert district_outlines(village, []).empty
    assert district_outlines(village.only([]), ["E00000001"]).empty


def test_a_hamlet_of_one_postcode_has_an_outline(village: PostcodeDirectory) -> None:
    lone = PostcodeDirectory(village.table.head(1), "", "")
    assert district_outlines(lone, lone.districts).geometry.iloc[0].area > 10_000


def test_a_negative_smoothing_is_refused(village: PostcodeDirectory) -> None:
    with pytest.raises(ValueError, match="simplify"):
        district_outlines(village, village.districts, simplify_metres=-1)


def test_maldon_is_drawn_in_less_than_three_seconds(essex_side: PostcodeDirectory) -> None:
    start = time.process_time()
    district_outlines(essex_side, [MALDON], use_cache=False)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("letters", "district", "share"),
    [
        ("CS", MALDON, 0.82),
        ("CIS", COLCHESTER, 0.90),
        ("L", "E06000016", 0.91),
        ("NIPC", "E07000143", 0.94),
        ("NIPC", "E07000146", 0.90),
        ("NIPC", "E07000148", 0.84),
    ],
)
def test_outlines_overlap_the_official_ones_as_much_as_they_say(
    shared_data: Path, letters: str, district: str, share: float
) -> None:
    official = gpd.read_file(shared_data / "geo" / "boundaries" / "lad24.geojson").to_crs(27700)
    truth = official.set_index("ltla24_code").geometry[district]
    drawn = district_outlines(registry_directory(letters), [district]).geometry.iloc[0]
    assert overlap(drawn, truth) == pytest.approx(share, abs=0.012)


def test_sectors_are_drawn_as_districts_are(essex_side: PostcodeDirectory) -> None:
    outlines = sector_outlines(essex_side, ["CM9 5", "CM9 6", "ZZ9 9"])
    assert list(outlines.columns) == ["sector", "geometry"]
    assert list(outlines["sector"]) == ["CM9 5", "CM9 6"]
    one, other = outlines.geometry
    assert one.intersection(other).area < 1
    inside = essex_side.table[essex_side.table["sector"] == "CM9 5"]
    points = shapely.points(inside["easting"], inside["northing"])
    assert shapely.intersects(shapely.buffer(one, 100), points).mean() > 0.75
    assert sector_outlines(essex_side, []).empty
