"""OpenStreetMap extracts: what becomes a road, for whom, which way and how fast."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.place import from_degrees
from geodata.report import InputError
from geodata.travel import RoadGraph, RoadNetwork, TravelMode
from geodata.travel.osm import read_osm
from geodata.travel.osm_tags import closes_to_cars, node_delay, read_way
from geodata.travel.road_class import LinkFlag
from tests.geodata.travel.osm_text import ORIGIN, STEP, write_osm

ROAD = {"highway": "residential"}
SQUARE = {1: (0, 0), 2: (4, 0), 3: (4, 4), 4: (0, 4)}


def at(east: float, north: float) -> object:
    return from_degrees(ORIGIN[0] + east * STEP, ORIGIN[1] + north * STEP)


def minutes(
    network: RoadNetwork, begin: tuple[float, float], end: tuple[float, float], mode: TravelMode
) -> float:
    found = RoadGraph(network=network).matrix([at(*begin), at(*end)], mode)  # type: ignore[list-item]
    return float(found.seconds[0, 1]) / 60 if found.reachable[0, 1] else float("inf")


def codes(path: Path) -> set[str]:
    with pytest.raises(InputError) as caught:
        read_osm(path)
    return {finding.code for finding in caught.value.findings}


def test_ways_are_cut_at_junctions_and_keep_their_shape(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 3)}
    ways = {7: ((1, 2, 3), {**ROAD, "name": "Long Row"}), 8: ((2, 4), {**ROAD, "ref": "B1"})}
    network = read_osm(write_osm(tmp_path / "a.osm", nodes, ways))
    assert len(network) == 3
    assert sorted(network.link_way.tolist()) == [7, 7, 8]
    assert {network.names[k] for k in network.link_name.tolist()} == {"Long Row", "B1"}
    assert len(network.shape_of(0)) == 2
    assert "OpenStreetMap contributors" in network.attribution


def test_a_one_way_street_is_driven_one_way_and_walked_both(tmp_path: Path) -> None:
    ways = {1: ((1, 2, 3, 4, 1), ROAD), 2: ((1, 3), {**ROAD, "oneway": "yes"})}
    network = read_osm(write_osm(tmp_path / "a.osm", SQUARE, ways))
    there, back = (minutes(network, *pair, TravelMode.CAR) for pair in (((1, 1), (3, 3)), ((3, 3), (1, 1))))
    assert there < back
    on_foot = [minutes(network, *pair, TravelMode.FOOT) for pair in (((1, 1), (3, 3)), ((3, 3), (1, 1)))]
    assert on_foot[0] == on_foot[1]


def test_a_roundabout_is_gone_round_one_way(tmp_path: Path) -> None:
    ways = {1: ((1, 2, 3, 4, 1), {**ROAD, "junction": "roundabout"})}
    network = read_osm(write_osm(tmp_path / "a.osm", SQUARE, ways))
    assert network.has(LinkFlag.ROUNDABOUT).all()
    assert minutes(network, (1, 0), (3, 0), TravelMode.CAR) < minutes(network, (3, 0), (1, 0), TravelMode.CAR)


def test_a_bollard_stops_cars_and_nobody_else(tmp_path: Path) -> None:
    ways = {1: ((1, 2, 3, 4, 1), ROAD)}
    free = read_osm(write_osm(tmp_path / "a.osm", SQUARE, ways))
    shut = read_osm(write_osm(tmp_path / "b.osm", SQUARE, ways, node_tags={2: {"barrier": "bollard"}}))
    trip = ((3, 0), (4, 1))
    assert minutes(shut, *trip, TravelMode.CAR) > 2 * minutes(free, *trip, TravelMode.CAR)
    assert minutes(shut, *trip, TravelMode.CYCLE) == minutes(free, *trip, TravelMode.CYCLE)


def test_a_private_road_leads_to_what_stands_on_it_and_not_through(tmp_path: Path) -> None:
    nodes = {**SQUARE, 5: (2, 0), 6: (2, 4), 7: (2, 2)}
    ways = {1: ((1, 5, 2, 3, 6, 4, 1), ROAD), 2: ((5, 7, 6), {**ROAD, "access": "destination"})}
    network = read_osm(write_osm(tmp_path / "a.osm", nodes, ways))
    open_road = {**ways, 2: ((5, 7, 6), ROAD)}
    freely = read_osm(write_osm(tmp_path / "b.osm", nodes, open_road))
    through, onto = ((2.3, 0), (2.3, 4)), ((2.3, 0), (2, 2))
    assert minutes(network, *through, TravelMode.CAR) > minutes(freely, *through, TravelMode.CAR)
    assert minutes(network, *onto, TravelMode.CAR) == minutes(freely, *onto, TravelMode.CAR)


def test_a_forbidden_turn_is_not_made(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (2, 0), 3: (4, 0), 4: (2, 2), 5: (4, 2)}
    ways = {1: ((1, 2), ROAD), 2: ((2, 3), ROAD), 3: ((2, 4), ROAD), 4: ((3, 5, 4), ROAD)}
    rule = (
        {"type": "restriction", "restriction": "no_left_turn"},
        [("way", 1, "from"), ("node", 2, "via"), ("way", 3, "to")],
    )
    only = (
        {"type": "restriction", "restriction": "only_straight_on"},
        [("way", 1, "from"), ("node", 2, "via"), ("way", 2, "to")],
    )
    trip = ((1, 0), (2, 1))
    free = minutes(read_osm(write_osm(tmp_path / "a.osm", nodes, ways)), *trip, TravelMode.CAR)
    for name, each in (("b.osm", rule), ("c.osm", only)):
        network = read_osm(write_osm(tmp_path / name, nodes, ways, relations=[each]))
        assert len(network.banned_turns) == 1
        assert free < minutes(network, *trip, TravelMode.CAR) < float("inf")
        assert minutes(network, *trip, TravelMode.FOOT) < float("inf")


def test_what_nobody_reaches_is_no_road_of_a_place(tmp_path: Path) -> None:
    nodes = {**SQUARE, 8: (2, 2), 9: (2.5, 2)}
    ways = {1: ((1, 2, 3, 4, 1), ROAD), 2: ((8, 9), ROAD)}
    network = read_osm(write_osm(tmp_path / "a.osm", nodes, ways))
    assert minutes(network, (2, 2), (4, 2), TravelMode.CAR) < float("inf")


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "residential"}, 25.0),
        ({"highway": "trunk"}, 85.0),
        ({"highway": "residential", "maxspeed": "30 mph"}, 0.8 * 30 * 1.609),
        ({"highway": "tertiary", "maxspeed": "50"}, 40.0),
        ({"highway": "secondary", "maxspeed:type": "GB:nsl_single"}, 0.8 * 60 * 1.609),
        ({"highway": "tertiary", "surface": "cobblestone"}, 30.0),
        ({"highway": "track", "motor_vehicle": "yes"}, 10.0),
        ({"highway": "unclassified", "maxspeed": "walk"}, 25.0),
    ],
)
def test_speeds_are_those_of_the_profile(tags: dict[str, str], kmh: float) -> None:
    read = read_way(tags)
    assert read is not None
    assert read.car.forward == pytest.approx(kmh)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "track"},
        {"highway": "residential", "access": "no"},
        {"highway": "residential", "motor_vehicle": "no"},
        {"highway": "residential", "oneway": "reversible"},
        {"highway": "steps", "access": "yes"},
    ],
)
def test_cars_keep_off(tags: dict[str, str]) -> None:
    read = read_way(tags)
    assert read is None or (read.car.forward, read.car.backward) == (None, None)


def test_directions_follow_the_tags() -> None:
    def car(**tags: str) -> tuple[bool, bool]:
        read = read_way(
            {"highway": "primary", **{key.replace("_", ":"): value for key, value in tags.items()}}
        )
        assert read is not None
        return read.car.forward is not None, read.car.backward is not None

    assert car(oneway="-1") == (False, True)
    assert car(oneway="yes") == (True, False)
    assert car(junction="roundabout") == (True, False)
    assert car(junction="roundabout", oneway="no") == (True, True)
    contraflow = read_way({"highway": "primary", "oneway": "yes", "oneway:bicycle": "no"})
    assert contraflow is not None
    assert contraflow.cycle.backward is not None


def test_nodes_hold_cars_up_or_stop_them() -> None:
    assert node_delay({"highway": "traffic_signals"}) == 2.0
    assert node_delay({"barrier": "gate"}) == 60.0
    assert node_delay({"barrier": "gate", "motor_vehicle": "yes"}) == 0.0
    assert closes_to_cars({"barrier": "bollard"})
    assert closes_to_cars({"access": "no"})
    assert not closes_to_cars({"barrier": "bollard", "bollard": "rising"})
    assert not closes_to_cars({"barrier": "cattle_grid"})
    assert not closes_to_cars({"access": "private"})


def test_a_file_that_is_not_there_or_no_extract_is_said_to_be(tmp_path: Path) -> None:
    assert codes(tmp_path / "none.osm.pbf") == {"E400"}
    (tmp_path / "broken.osm.pbf").write_bytes(b"no protocol buffer at all")
    assert codes(tmp_path / "broken.osm.pbf") == {"E401"}
    assert codes(write_osm(tmp_path / "empty.osm", {1: (0, 0)}, {})) == {"E402"}


def test_a_map_of_somewhere_else_is_refused(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "road.osm", {1: (0, 0), 2: (0, 100)}, {1: ([1, 2], {"highway": "tertiary"})})
    assert len(read_osm(path)) == 1
    there = re.sub(r'lon="[^"]*"', 'lon="100.5"', path.read_text(encoding="utf-8"))
    path.write_text(there, encoding="utf-8")
    assert codes(path) == {"E408"}


def test_a_truncated_extract_is_refused(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf").read_bytes()
    for share in (0.1, 0.6, 0.97):
        path = tmp_path / f"{share}.osm.pbf"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert codes(path) == {"E401"}


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_a_network_or_findings(tmp_path: Path, noise: bytes) -> None:
    for suffix in (".osm.pbf", ".osm"):
        path = tmp_path / f"noise{suffix}"
        path.write_bytes(noise)
        with suppress(InputError):
            assert isinstance(read_osm(path), RoadNetwork)


def test_the_network_knows_towns_from_country(shared_data: Path) -> None:
    network = read_osm(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf")
    middle = network.node_xy[network.link_tail]
    oakham = np.hypot(middle[:, 0] - 486_100, middle[:, 1] - 308_800) < 600
    urban = network.has(LinkFlag.URBAN)
    assert urban[oakham].mean() > 0.9
    assert 0.1 < urban.mean() < 0.6
