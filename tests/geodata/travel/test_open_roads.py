"""OS Open Roads: a tiny GeoPackage of the real layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geodata.place import Place
from geodata.report import InputError
from geodata.travel import RoadGraph, TravelMode
from geodata.travel.open_roads import read_open_roads
from geodata.travel.road_class import RoadClass

E, N = 486_000, 308_000
LINES = [
    [(0, 0), (500, 0)], [(500, 0), (1000, 0)], [(500, 0), (500, 400)], [(500, 400), (1000, 0)],
    [(0, 100), (0, 0), (0, -50)],
]  # fmt: skip
FUNCTIONS = ["A Road", "A Road", "Local Road", "Restricted Local Access Road", "Minor Road"]


def table(**changed: Any) -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(E + x, N + y, 7.0) for x, y in line]) for line in LINES]
    columns = {
        "road_function": FUNCTIONS,
        "form_of_way": ["Single Carriageway"] * 5,
        "road_classification_number": ["A606", "A606", None, None, None],
        "name_1": ["Stamford Road", None, "Mill Lane", "", None],
        **changed,
    }
    return gpd.GeoDataFrame(
        {key: value for key, value in columns.items() if value is not None}, geometry=lines, crs="EPSG:27700"
    )


def written(path: Path, frame: gpd.GeoDataFrame, layer: str = "road_link") -> Path:
    frame.to_file(path, layer=layer, driver="GPKG")
    return path


def codes(path: Path) -> set[str]:
    with pytest.raises(InputError) as caught:
        read_open_roads(path)
    return {finding.code for finding in caught.value.findings}


def test_links_become_roads_with_names_and_classes(tmp_path: Path) -> None:
    network = read_open_roads(written(tmp_path / "roads.gpkg", table()))
    assert len(network) == 5
    named = {network.names[k] for k in network.link_name.tolist()}
    assert named == {"Stamford Road", "A606", "Mill Lane", ""}
    assert set(network.link_class.tolist()) == {
        RoadClass.PRIMARY, RoadClass.UNCLASSIFIED, RoadClass.SERVICE, RoadClass.TERTIARY,
    }  # fmt: skip
    assert "Crown copyright" in network.attribution
    matrix = RoadGraph(network=network).matrix([Place(E + 100, N), Place(E + 900, N)], TravelMode.CAR)
    assert matrix.metres[0, 1] == 800
    assert 30 < matrix.seconds[0, 1] < 60


def test_degrees_are_turned_into_metres(tmp_path: Path) -> None:
    network = read_open_roads(written(tmp_path / "roads.gpkg", table().to_crs("EPSG:4326")))
    assert network.node_xy[:, 0].min() == pytest.approx(E, abs=1)


def test_the_layer_of_older_editions_is_found(tmp_path: Path) -> None:
    assert len(read_open_roads(written(tmp_path / "roads.gpkg", table(), "RoadLink"))) == 5


def test_faults_of_geopackages_are_findings(tmp_path: Path) -> None:
    assert codes(tmp_path / "none.gpkg") == {"E400"}
    (tmp_path / "noise.gpkg").write_bytes(b"SQLite format 3\0 and then nothing")
    assert codes(tmp_path / "noise.gpkg") == {"E401"}
    assert codes(written(tmp_path / "a.gpkg", table(), "rivers")) == {"E403"}
    assert codes(written(tmp_path / "b.gpkg", table(form_of_way=None))) == {"E404"}
    assert codes(written(tmp_path / "d.gpkg", table().iloc[:0])) == {"E406"}


@pytest.mark.filterwarnings("ignore:.*crs.*")
def test_coordinates_of_no_known_system_are_refused(tmp_path: Path) -> None:
    frame = table().set_crs(None, allow_override=True)
    assert codes(written(tmp_path / "c.gpkg", frame)) == {"E405"}


def test_lines_saved_as_several_are_the_same_roads(tmp_path: Path) -> None:
    frame = table()
    several = frame.set_geometry([shapely.MultiLineString([line]) for line in frame.geometry], crs=frame.crs)
    one = read_open_roads(written(tmp_path / "one.gpkg", frame))
    other = read_open_roads(written(tmp_path / "several.gpkg", several))
    assert one.content == other.content


def test_a_layer_without_a_line_or_of_somewhere_else_is_refused(tmp_path: Path) -> None:
    nothing = table().set_geometry([None] * 5, crs="EPSG:27700")
    assert codes(written(tmp_path / "nothing.gpkg", nothing)) == {"E406"}
    degrees = table().to_crs(4326).set_crs(27700, allow_override=True)
    assert codes(written(tmp_path / "degrees.gpkg", degrees)) == {"E408"}
