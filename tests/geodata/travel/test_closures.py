"""Closures: what they close, and that working out only what changes gives what working out all would."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.place import Place
from geodata.report import Report
from geodata.travel import RoadGraph, RoadNetwork, TravelMode
from geodata.travel.closures import Closure, closed_to, content_of, links_of
from geodata.travel.closures_file import read_closures
from geodata.travel.links import Ways, Words, network_of
from geodata.travel.osm import read_osm
from geodata.travel.recompute import covered, reworked
from geodata.travel.road_class import LinkFlag, RoadClass
from geodata.travel.roads import lengths_between, roads_of

HIGH_STREET = {338458352, 3062065, 39438868}
"""Ways of Oakham's High Street in the extract."""


@pytest.fixture(scope="module")
def rutland(shared_data: Path) -> RoadNetwork:
    return read_osm(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf")


@pytest.fixture(scope="module")
def postcodes(shared_data: Path) -> list[Place]:
    held = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    return [Place(int(east), int(north)) for east, north in zip(held["east"], held["north"], strict=True)]


@st.composite
def towns(draw: st.DrawFn) -> RoadNetwork:
    """Small towns: streets between a few corners, one-ways, private roads, bollards, forbidden turns."""
    corners = draw(st.integers(3, 12))
    corner = st.integers(0, corners - 1)
    pairs = draw(st.lists(st.tuples(corner, corner), min_size=3, max_size=26))
    ways = [(a, b) for a, b in pairs if a != b]
    if not ways:
        ways = [(0, 1)]
    count = len(ways)
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    kmh = rng.choice([20.0, 30.0, 50.0, 90.0], size=(3, 2, count))
    kmh[:, 1, rng.random(count) < 0.25] = np.nan
    flags = np.where(rng.random(count) < 0.15, int(LinkFlag.RESTRICTED), 0)
    xy = rng.integers(480_000, 481_500, size=(corners, 2)) + np.array([0, -172_000])
    return network_of(
        Ways(
            start=2 * np.arange(count + 1), points=np.array(ways).reshape(-1), xy=xy.astype(np.float64),
            kind=np.full(count, RoadClass.RESIDENTIAL, dtype=np.uint8), flags=flags.astype(np.uint8),
            name=np.zeros(count, dtype=np.int32), way=np.arange(count), kmh=kmh,
            delay=np.where(rng.random(corners) < 0.2, 2000, 0).astype(np.int32),
            closed=rng.random(corners) < 0.08,
        ),
        Words(names=("",), source="a made-up town", attribution=""),
    )  # fmt: skip


@given(towns(), st.integers(0, 2**20), st.sampled_from(list(TravelMode)), st.sampled_from([None, 60, 300]))
@settings(deadline=None, max_examples=150)
def test_what_a_closure_changes_is_what_working_all_out_would_change(
    network: RoadNetwork, seed: int, mode: TravelMode, limit: int | None
) -> None:
    rng = np.random.default_rng(seed)
    middles = network.node_xy[rng.integers(0, len(network.node_xy), 12)] + rng.integers(-60, 60, (12, 2))
    places = [Place(int(east), int(north)) for east, north in middles.tolist()]
    closed = rng.random((2, len(network))) < 0.2
    before = roads_of(network, mode, use_cache=False)
    snapped = before.snap(places)
    lengths = lengths_between(before, snapped, limit_seconds=limit)
    after = reworked(before, snapped, lengths, closed, limit)
    whole = roads_of(network, mode, closed=closed, use_cache=False)
    again = whole.snap(places)
    expected = lengths_between(whole, again, limit_seconds=limit)
    assert after.snapped.link.tolist() == again.link.tolist()
    for name in ("seconds", "metres", "reachable"):
        assert np.array_equal(getattr(after.lengths, name), getattr(expected, name)), name


def test_closing_oakhams_high_street_strands_nobody(rutland: RoadNetwork, postcodes: list[Place]) -> None:
    for mode in (TravelMode.CAR, TravelMode.FOOT):
        closure = Closure(name="works", ways=frozenset(HIGH_STREET), open_to=frozenset())
        closed = closed_to(rutland, [closure], mode)
        before = roads_of(rutland, mode)
        snapped = before.snap(postcodes)
        lengths = lengths_between(before, snapped)
        after = reworked(before, snapped, lengths, closed)
        whole = roads_of(rutland, mode, closed=closed)
        expected = lengths_between(whole, whole.snap(postcodes))
        assert np.array_equal(after.lengths.seconds, expected.seconds)
        assert np.array_equal(after.lengths.metres, expected.metres)
        assert after.lengths.reachable.all()
        assert 0.05 < (after.lengths.seconds != lengths.seconds).mean() < 0.5
        assert after.swept < 2 * len(postcodes) * 0.4
        assert not closed[:, after.snapped.link].any()


def test_nothing_closed_changes_nothing(rutland: RoadNetwork, postcodes: list[Place]) -> None:
    roads = roads_of(rutland, TravelMode.CYCLE)
    snapped = roads.snap(postcodes[:50])
    lengths = lengths_between(roads, snapped)
    after = reworked(roads, snapped, lengths, np.zeros((2, len(rutland)), dtype=np.bool_))
    assert after.swept == 0
    assert np.array_equal(after.lengths.seconds, lengths.seconds)


def test_rows_and_columns_hold_every_marked_pair() -> None:
    hit = np.zeros((6, 6), dtype=np.bool_)
    hit[2, :] = hit[:, 4] = True
    rows, columns = covered(hit)
    assert (rows.tolist(), columns.tolist()) == ([2], [4])
    assert all(len(each) == 0 for each in covered(np.zeros((3, 3), dtype=np.bool_)))


def test_a_model_with_closures_goes_round_and_says_so(rutland: RoadNetwork, postcodes: list[Place]) -> None:
    closure = Closure(name="works", ways=frozenset(HIGH_STREET), first=date(2026, 12, 1), hours=(420, 1140))
    open_, shut = RoadGraph(network=rutland), RoadGraph(network=rutland, closures=(closure,), hour=None)
    before, after = (each.matrix(postcodes[:120], TravelMode.CAR) for each in (open_, shut))
    assert (after.seconds >= before.seconds - 120).all()
    assert (after.seconds > before.seconds).any()
    assert open_.name != shut.name
    assert np.array_equal(
        RoadGraph(network=rutland, closures=(closure,), day=date(2026, 11, 1))
        .matrix(postcodes[:120], TravelMode.CAR)
        .seconds,
        before.seconds,
    )
    walked = (each.matrix(postcodes[:20], TravelMode.FOOT).seconds for each in (open_, shut))
    assert np.array_equal(*walked)


def test_a_line_closes_the_road_it_lies_along_and_no_side_road(rutland: RoadNetwork) -> None:
    street = np.flatnonzero(np.isin(rutland.link_way, list(HIGH_STREET)))
    lines = [shapely.linestrings(rutland.shape_of(int(link))) for link in street]
    closed = np.flatnonzero(links_of(rutland, Closure(name="works", shape=shapely.union_all(lines))))
    assert set(street.tolist()) <= set(closed.tolist())
    length = rutland.link_decimetres
    assert length[closed].sum() < 2 * length[street].sum()


def test_closures_hold_on_their_days_and_hours() -> None:
    closure = Closure(
        name="w", ways=frozenset({1}), first=date(2026, 3, 1), last=date(2026, 3, 9), hours=(1320, 360)
    )
    assert closure.in_force(None, None)
    assert closure.in_force(date(2026, 3, 9), 23)
    assert closure.in_force(date(2026, 3, 1), 5)
    assert not closure.in_force(date(2026, 3, 1), 6)
    assert not closure.in_force(date(2026, 3, 10), None)
    assert not closure.in_force(date(2026, 2, 28), None)
    with pytest.raises(ValueError, match="ends before"):
        Closure(name="w", first=date(2026, 3, 2), last=date(2026, 3, 1))


def test_the_hash_of_closures_forgets_their_order_and_names() -> None:
    one, other = Closure(name="a", ways=frozenset({1})), Closure(name="b", ways=frozenset({2}))
    renamed = Closure(name="c", ways=frozenset({1}))
    assert content_of([one, other]) == content_of([other, renamed]) != content_of([one])


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def line(*points: tuple[float, float], kind: str = "LineString") -> dict[str, Any]:
    return {"type": kind, "coordinates": [list(point) for point in points]}


ALONG = line((-0.7330, 52.6705), (-0.7270, 52.6702))
BOX = {
    "type": "Polygon",
    "coordinates": [[[-0.74, 52.66], [-0.72, 52.66], [-0.72, 52.68], [-0.74, 52.68], [-0.74, 52.66]]],
}
BOW = {
    "type": "Polygon",
    "coordinates": [[[-0.74, 52.66], [-0.72, 52.68], [-0.72, 52.66], [-0.74, 52.68], [-0.74, 52.66]]],
}


def read(tmp_path: Path, network: RoadNetwork, *features: Any) -> tuple[tuple[Closure, ...], Report]:
    path = tmp_path / "closures.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    report = Report()
    return read_closures(path, network, report), report


def test_closures_are_read_with_days_hours_and_modes(tmp_path: Path, rutland: RoadNetwork) -> None:
    whole = {
        "name": "A",
        "from": "2026-03-01",
        "to": "2026-03-09",
        "hours": "07:00-19:30",
        "open_to": "cycle;foot",
    }
    found, report = read(
        tmp_path, rutland, feature(ALONG, **whole), feature(BOX), feature(None, ways=[3062065])
    )
    assert not report.findings
    assert (found[0].first, found[0].last, found[0].hours) == (
        date(2026, 3, 1),
        date(2026, 3, 9),
        (420, 1170),
    )
    assert found[0].open_to == {TravelMode.CYCLE, TravelMode.FOOT}
    assert found[1].open_to == {TravelMode.FOOT}
    assert all(links_of(rutland, each).any() for each in found)
    assert links_of(rutland, found[1]).sum() > 100


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (feature(BOW), "E422"),
        (feature(line((1.0, 51.0), (1.1, 51.0))), "E423"),
        (feature(line((486_000, 308_000), (486_100, 308_000))), "E421"),
        (feature({"type": "Point", "coordinates": [-0.73, 52.67]}), "E421"),
        (feature({"type": "LineString", "coordinates": [[-0.73]]}), "E421"),
        (feature({"type": "Polygon", "coordinates": "round"}), "E421"),
        (feature({"type": "LineString", "coordinates": [[-0.73, 52.67], [float("nan"), 52.67]]}), "E421"),
        (feature(line((-0.73, 52.67), (-0.73, 52.67))), "E421"),
        (feature(None), "E421"),
        (feature(ALONG, **{"from": "soon"}), "E425"),
        (feature(ALONG, **{"from": "2026-03-09", "to": "2026-03-01"}), "E425"),
        (feature(ALONG, hours="all day"), "E425"),
        (feature(ALONG, hours="07:00-07:00"), "E425"),
        (feature(ALONG, open_to="tram"), "E425"),
        (feature(None, ways=["A606"]), "E425"),
        (feature(None, ways=[1]), "E425"),
        (feature(ALONG, open_to=[5]), "E425"),
        ("no feature", "E421"),
    ],
)
def test_faults_of_closures_are_findings(tmp_path: Path, rutland: RoadNetwork, wrong: Any, code: str) -> None:
    _, report = read(tmp_path, rutland, feature(ALONG, name="fine"), wrong)
    assert code in {finding.code for finding in report.errors}
    assert {finding.row for finding in report.errors} == {2}


def test_every_closure_without_a_place_is_told(tmp_path: Path, rutland: RoadNetwork) -> None:
    _, report = read(tmp_path, rutland, feature(ALONG, hours="25:00-26:00"), feature(None), feature(None))
    assert [(each.code, each.row) for each in report.errors] == [("E425", 1), ("E421", 2), ("E421", 3)]


def test_a_closure_that_closes_nothing_is_a_warning(tmp_path: Path, rutland: RoadNetwork) -> None:
    _, report = read(tmp_path, rutland, feature(line((-0.66, 52.645), (-0.66, 52.6451)), name="in the lake"))
    assert [finding.code for finding in report.warnings] == ["E424"]
    assert not report.errors


@pytest.mark.parametrize("text", ["", "[]", "{", '{"features": []}', '{"features": 3}', "null", "[" * 5000])
def test_what_is_no_geojson_is_said_to_be(tmp_path: Path, rutland: RoadNetwork, text: str) -> None:
    path = tmp_path / "closures.geojson"
    path.write_text(text, encoding="utf-8")
    report = Report()
    assert read_closures(path, rutland, report) == ()
    assert read_closures(tmp_path / "none.geojson", rutland, report) == ()
    assert {finding.code for finding in report.errors} == {"E420"}
