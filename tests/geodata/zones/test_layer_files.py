"""Maps of zones, sound and spoilt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.report import Report
from geodata.zones.layer import Detail, ZoneKind, ZoneLayer
from geodata.zones.layer_files import Asked, read_layer

WEST = shapely.box(500_000, 200_000, 501_000, 201_000)
EAST = shapely.box(501_000, 200_000, 502_000, 201_000)
BOW_TIE = shapely.Polygon([(500_000, 200_000), (501_000, 201_000), (501_000, 200_000), (500_000, 201_000)])


def frame(*shapes: Any, codes: list[Any] | None = None, **columns: list[Any]) -> gpd.GeoDataFrame:
    data = {"ward22_code": codes or [f"E0500000{i}" for i in range(1, len(shapes) + 1)], **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs=27700)


def read(path: Path, asked: Asked | None = None) -> tuple[ZoneLayer | None, Report]:
    report = Report()
    return read_layer(path, report, asked or Asked()), report


def saved(folder: Path, table: gpd.GeoDataFrame, name: str = "zones.gpkg", **how: Any) -> Path:
    path = folder / name
    table.to_file(path, **how)
    return path


def refused(path: Path, asked: Asked | None = None) -> list[str]:
    layer, report = read(path, asked)
    assert layer is None
    assert all(each.cure for each in report.errors)
    return [each.code for each in report.errors]


@pytest.mark.parametrize("name", ["zones.gpkg", "zones.shp", "zones.geojson"])
@pytest.mark.parametrize("crs", [27700, 4326, 3857])
def test_the_same_zones_come_out_of_every_format_in_any_coordinates(
    tmp_path: Path, name: str, crs: int
) -> None:
    column = {"WD22CD": ["E05000002", "E05000001"], "WD22NM": ["East", "West"]}
    table = gpd.GeoDataFrame(column, geometry=[EAST, WEST], crs=27700).to_crs(crs)
    layer, report = read(saved(tmp_path, table, name))
    assert layer is not None, report.findings
    assert (layer.codes, layer.names) == (("E05000001", "E05000002"), ("West", "East"))
    assert (layer.kind, layer.vintage) == (ZoneKind.WARD, 2022)
    assert shapely.hausdorff_distance(layer.shapes[0], WEST) < 0.1


def test_geojson_that_says_nothing_is_in_degrees(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST).to_crs(4326), "zones.geojson")
    content = json.loads(path.read_text())
    content.pop("crs", None)
    path.write_text(json.dumps(content))
    layer, _ = read(path)
    assert layer is not None
    assert shapely.hausdorff_distance(layer.shapes[0], WEST) < 2


def test_metres_in_geojson_that_says_nothing_are_told_and_can_be_said(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST), "zones.geojson")
    content = json.loads(path.read_text())
    content.pop("crs", None)
    path.write_text(json.dumps(content))
    assert refused(path) == ["E455"]
    assert refused(path, Asked(crs="EPSG:nonsense")) == ["E455"]
    layer, _ = read(path, Asked(crs="EPSG:27700"))
    assert layer is not None
    assert layer.shapes[0].equals(WEST)


def test_a_shapefile_without_prj_is_refused_until_its_coordinates_are_said(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST).rename(columns={"ward22_code": "WD22CD"}), "zones.shp")
    path.with_suffix(".prj").unlink()
    assert refused(path) == ["E454"]
    assert read(path, Asked(crs="EPSG:27700"))[0] is not None


def test_what_is_no_map_is_a_finding(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.gpkg") == ["E450"]
    for name, content in (
        ("text.txt", b"hello"), ("cut.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("cut.gpkg", b"SQLite format 3\0" + bytes(40)), ("none.gpkg", b""), ("table.csv", b"a,b\n1,2\n"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name) == ["E451"], name


def test_an_empty_layer_and_an_empty_geopackage_are_findings(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, frame(WEST).iloc[:0])) == ["E453"]
    empty = tmp_path / "empty.geojson"
    empty.write_text('{"type": "FeatureCollection", "features": []}')
    assert refused(empty) == ["E453"]


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST), layer="lots")
    saved(tmp_path, frame(EAST), layer="wards")
    assert refused(path) == ["E452"]
    assert refused(path, Asked(layer="wardz")) == ["E452"]
    layer, _ = read(path, Asked(layer="wards"))
    assert layer is not None
    assert layer.shapes[0].equals(EAST)


def test_what_is_no_area_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST, shapely.Point(500_500, 200_500), None), "zones.geojson")
    _, report = read(path)
    assert [each.code for each in report.errors] == ["E456", "E456"]
    assert "polygon 2 (E05000002) is no area, but a point" in report.errors[0].message
    assert "polygon 3 (E05000003) is no area, but nothing" in report.errors[1].message


def test_a_polygon_that_crosses_itself_is_refused_with_the_place(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(BOW_TIE, EAST))
    _, report = read(path)
    (finding,) = report.errors
    assert finding.code == "E457"
    assert "polygon 1 (E05000001)" in finding.message
    assert "500500, 200500" in finding.message


def test_a_crossed_polygon_is_repaired_only_where_that_is_asked(tmp_path: Path) -> None:
    layer, report = read(saved(tmp_path, frame(BOW_TIE, EAST)), Asked(repair=True))
    assert layer is not None
    assert shapely.is_valid(layer.shapes).all()
    assert [each.code for each in report.warnings] == ["E457"]
    assert layer.shapes[0].area == pytest.approx(500_000)


def test_the_column_of_codes_must_be_told(tmp_path: Path) -> None:
    bare = frame(WEST, EAST).rename(columns={"ward22_code": "number"})
    assert refused(saved(tmp_path, bare, "a.gpkg")) == ["E458"]
    assert read(tmp_path / "a.gpkg", Asked(code="number"))[0] is not None
    assert refused(tmp_path / "a.gpkg", Asked(code="numbr")) == ["E458"]
    two = frame(WEST, EAST, pcn_code=["U1", "U2"])
    assert refused(saved(tmp_path, two, "b.gpkg")) == ["E458"]
    layer, _ = read(tmp_path / "b.gpkg", Asked(kind=ZoneKind.PCN))
    assert layer is not None
    assert layer.codes == ("U1", "U2")


def test_of_two_columns_the_one_that_says_each_code_once_is_taken(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST, EAST, ltla22_code=["E07000074", "E07000074"]))
    layer, _ = read(path)
    assert layer is not None
    assert layer.kind is ZoneKind.WARD


def test_codes_that_are_empty_or_stand_twice_are_named(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, frame(WEST, EAST, codes=["A", "A"]))) == ["E459"]
    assert refused(saved(tmp_path, frame(WEST, EAST, codes=["A", None]), "b.gpkg")) == ["E459"]


def test_whole_numbers_with_a_point_are_the_codes_without(tmp_path: Path) -> None:
    layer, _ = read(saved(tmp_path, frame(WEST, EAST, codes=[1.0, 2.0])))
    assert layer is not None
    assert layer.codes == ("1", "2")


def test_what_the_map_library_guesses_is_not_shouted(tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    path.write_text("a;b,c\n1;2,3\n", encoding="utf-8")  # read as a table, with a warning of its own
    assert refused(path)


def test_codes_that_are_lists_are_taken_as_they_are_written(tmp_path: Path) -> None:
    path = saved(tmp_path, frame(WEST, EAST), "zones.geojson")
    path.write_text(path.read_text(encoding="utf-8").replace('"E05000001"', '["A", "B"]'), encoding="utf-8")
    assert read(path)[1].errors or read(path)[0] is not None


def test_zones_outside_great_britain_are_named(tmp_path: Path) -> None:
    far = shapely.box(2_000_000, 200_000, 2_001_000, 201_000)
    assert refused(saved(tmp_path, frame(WEST, far))) == ["E460"]
    swapped = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(51.7, 0.6, 51.8, 0.7)], crs=4326)
    assert refused(saved(tmp_path, swapped, "b.geojson")) == ["E460"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    far = shapely.box(2_000_000, 200_000, 2_001_000, 201_000)
    found = refused(saved(tmp_path, frame(BOW_TIE, far, EAST, codes=["A", "B", "A"])))
    assert sorted(found) == ["E457", "E459", "E460"]


def test_many_faults_of_one_kind_are_counted_not_listed(tmp_path: Path) -> None:
    assert len(refused(saved(tmp_path, frame(*[BOW_TIE] * 50, codes=[f"Z{i}" for i in range(50)])))) == 21


def test_the_order_of_features_means_nothing(tmp_path: Path) -> None:
    one, _ = read(saved(tmp_path, frame(WEST, EAST), "a.gpkg"))
    other, _ = read(saved(tmp_path, frame(WEST, EAST).iloc[::-1], "b.gpkg"))
    assert one is not None
    assert other is not None
    assert one.codes == other.codes
    assert all(a.equals(b) for a, b in zip(one.shapes, other.shapes, strict=True))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), ending=st.sampled_from(["geojson", "gpkg", "shp", "csv", "kml"]))
def test_any_bytes_are_a_layer_or_a_finding(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"any.{ending}"
    path.write_bytes(content)
    layer, report = read(path)
    assert (layer is None) == bool(report.errors)


def test_coarseness_follows_how_much_was_smoothed_away() -> None:
    angles = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    rng = np.random.default_rng(1)
    radius = 5_000 + np.cumsum(rng.normal(0, 15, 2000))
    xy = np.column_stack([500_000 + radius * np.cos(angles), 300_000 + radius * np.sin(angles)])
    coast = shapely.Polygon(xy)
    measured = []
    for metres in (0, 20, 200):
        shape = np.array([coast.simplify(metres)], dtype=object)
        layer = ZoneLayer(kind=ZoneKind.OTHER, codes=("A",), names=(None,), shapes=shape)
        measured.append(layer.coarseness)
    assert measured[0] < 20 <= measured[1] < 100 < measured[2]
    said = ZoneLayer(
        kind=ZoneKind.OTHER, codes=("A",), names=(None,), shapes=shape, said_detail=Detail.FULL
    )  # fmt: skip
    assert said.detail is Detail.FULL
    assert layer.detail is Detail.SIMPLIFIED
