"""The travel model over roads: against another engine, and what it promises."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.place import Place
from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.report import InputError, Report
from geodata.travel import RoadGraph, RoadNetwork, TravelMode, read_network, write_network
from geodata.travel.osm import read_osm
from geodata.travel.places_file import check_near_roads, read_places
from geodata.travel.road_cache import cached_hierarchy
from geodata.travel.roads import roads_of
from geodata.travel.speeds import limit_kmh, peak_factor


@pytest.fixture(scope="module")
def rutland(shared_data: Path) -> RoadNetwork:
    return read_osm(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf")


def test_times_are_those_of_an_independent_engine(shared_data: Path, rutland: RoadNetwork) -> None:
    held = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    places = [Place(int(east), int(north)) for east, north in zip(held["east"], held["north"], strict=True)]
    found = RoadGraph(network=rutland).matrix(places, TravelMode.CAR)
    apart = ~np.eye(len(places), dtype=np.bool_) & (held["seconds"] > 0)
    ours, theirs = found.seconds[apart].astype(float), held["seconds"][apart].astype(float)
    assert found.reachable.all()
    assert abs(np.median(ours / theirs) - 1) < 0.02, "without any fitted factor"
    assert np.abs(ours - theirs).sum() / theirs.sum() < 0.02
    assert np.corrcoef(ours, theirs)[0, 1] > 0.998
    far = held["metres"] > 100
    assert abs(np.median(found.metres[far] / held["metres"][far]) - 1) < 0.02


def test_the_model_is_a_value(rutland: RoadNetwork) -> None:
    places = [
        Place(486_200, 308_800),
        Place(490_800, 303_000),
        Place(486_200, 308_800),
        Place(497_000, 306_500),
    ]
    model = RoadGraph(network=rutland)
    found = model.matrix(places, TravelMode.CAR)
    again = pickle.loads(pickle.dumps(model)).matrix(places[::-1], TravelMode.CAR)
    assert np.array_equal(found.seconds, again.seconds[::-1, ::-1])
    assert found.seconds[0, 2] == 0
    assert found.seconds[0, 1] > 0
    assert rutland.content in model.name
    assert not model.is_estimate
    assert len(model.matrix([], TravelMode.FOOT)) == 0


def test_walking_takes_longer_than_cycling_and_that_than_driving(rutland: RoadNetwork) -> None:
    places = [Place(486_200, 308_800), Place(490_800, 303_000)]
    model = RoadGraph(network=rutland)
    on_foot, by_cycle, by_car = (
        model.matrix(places, mode).seconds[0, 1]
        for mode in (TravelMode.FOOT, TravelMode.CYCLE, TravelMode.CAR)
    )
    assert on_foot > 2 * by_cycle > 2 * by_car


def test_a_busy_hour_takes_longer_and_a_limit_leaves_out(rutland: RoadNetwork) -> None:
    places = [Place(486_200, 308_800), Place(490_800, 303_000)]
    free, busy, night = (
        RoadGraph(network=rutland, hour=hour).matrix(places, TravelMode.CAR).seconds[0, 1]
        for hour in (None, 8, 3)
    )
    assert night == free < busy < 1.3 * free
    limited = RoadGraph(network=rutland, limit_seconds=60).matrix(places, TravelMode.CAR)
    assert limited.reachable.tolist() == [[True, False], [False, True]]


def test_a_place_in_the_sea_is_cut_off(rutland: RoadNetwork) -> None:
    found = RoadGraph(network=rutland).matrix(
        [Place(486_200, 308_800), Place(650_000, 300_000)], TravelMode.CAR
    )
    assert found.reachable.tolist() == [[True, False], [False, True]]


def test_a_network_is_read_as_it_was_written(tmp_path: Path, rutland: RoadNetwork) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    write_network(first, rutland)
    again = read_network(first)
    write_network(second, again)
    assert again.content == rutland.content
    assert (again.names, again.dropped, again.attribution) == (
        rutland.names,
        rutland.dropped,
        rutland.attribution,
    )
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def codes(path: Path) -> set[str]:
    with pytest.raises(InputError) as caught:
        read_network(path)
    return {finding.code for finding in caught.value.findings}


@given(st.binary(max_size=100), st.floats(0, 0.999))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_network_file_is_refused(
    tmp_path: Path, rutland: RoadNetwork, noise: bytes, where: float
) -> None:
    whole = tmp_path / "whole.npz"
    if not whole.exists():
        write_network(whole, rutland)
    data = bytearray(whole.read_bytes())
    at = int(where * len(data))
    path = tmp_path / "damaged.npz"
    path.write_bytes(bytes(data[:at]) + noise)
    assert codes(path) == {"E407"}
    assert codes(tmp_path / "none.npz") == {"E400"}


def test_single_roads_can_be_explored(rutland: RoadNetwork) -> None:
    graph = rutland.to_networkx(TravelMode.CAR)
    assert any(told["name"] == "High Street" for _, _, told in graph.edges(data=True))


def test_a_hierarchy_is_kept_and_a_damaged_one_worked_out_again(
    tmp_path: Path, rutland: RoadNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geodata.travel.road_cache._LEAST_NODES", 1)
    graph = roads_of(rutland, TravelMode.FOOT, use_cache=False).graph
    calls = []

    def work_out(asked: object) -> object:
        from geodata.travel.many_to_many import hierarchy_of

        calls.append(asked)
        return hierarchy_of(graph)

    first = cached_hierarchy(graph, tmp_path, work_out)  # type: ignore[arg-type]
    second = cached_hierarchy(graph, tmp_path, work_out)  # type: ignore[arg-type]
    assert len(calls) == 1
    assert np.array_equal(first.out, second.out)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:1000])
    third = cached_hierarchy(graph, tmp_path, work_out)  # type: ignore[arg-type]
    assert len(calls) == 2
    assert np.array_equal(first.out, third.out)


def test_limits_and_peaks() -> None:
    assert limit_kmh("20 mph") == pytest.approx(32.18)
    assert limit_kmh("GB:motorway") == pytest.approx(112.63)
    assert limit_kmh("none") is limit_kmh("") is limit_kmh(None) is limit_kmh("0") is None
    assert peak_factor(8, urban=True) > peak_factor(8, urban=False) > peak_factor(3, urban=True) == 1.0
    with pytest.raises(ValueError, match="no hour"):
        peak_factor(24, urban=True)


def letters(asked: object) -> PostcodeDirectory:
    return registry_directory(["L", "P"])


def test_places_are_postcodes_or_grid_references(tmp_path: Path, rutland: RoadNetwork) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        "place,postcode,easting,northing\nhome,le156aa,,\n,LE15 6AH,,\nsea,,650000,300000\n", encoding="utf-8"
    )
    report = Report()
    found = read_places(path, letters, report)
    assert not report.findings
    assert found.names == ("home", "LE15 6AH", "sea")
    roads = roads_of(rutland, TravelMode.CAR)
    check_near_roads(found, roads.snap(found.places), report)
    assert [(finding.code, finding.row) for finding in report.errors] == [("E413", 4)]


def test_faults_of_places_are_findings(tmp_path: Path) -> None:
    def codes_of(text: str | bytes) -> list[str]:
        path = tmp_path / "places.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        report = Report()
        read_places(path, letters, report)
        return sorted(finding.code for finding in report.errors)

    assert codes_of("postcode\nLE15 6AA\nZZ99 9ZZ\nLE15 6AA\n") == ["E411", "E414"]
    assert codes_of("easting,northing\n486200,308800\nwest,1\n9e999,1\n-5,3\n") == ["E412"] * 3
    assert codes_of("where\nthere\n") == ["E410"]
    assert codes_of(b"\xff\xfe\x00") == ["E410"]
    assert codes_of("") == ["E410"]
    assert codes_of("postcode\n") == ["E414"]
    report = Report()
    read_places(tmp_path / "none.csv", letters, report)
    assert [finding.code for finding in report.errors] == ["E410"]
