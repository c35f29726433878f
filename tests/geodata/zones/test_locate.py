"""In which zone a place lies."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.report import Report
from geodata.zones.layer import Detail, ZoneKind, ZoneLayer
from geodata.zones.locate import fitness, locate, metres_to_border, report_fitness, report_located

BASE = np.array([500_000.0, 200_000.0])


def layer(**shapes: shapely.Geometry) -> ZoneLayer:
    codes = tuple(sorted(shapes))
    return ZoneLayer(
        kind=ZoneKind.WARD,
        codes=codes,
        names=(None,) * len(codes),
        shapes=np.array([shapes[each] for each in codes], dtype=object),
        said_detail=Detail.FULL,
    )


def square(x: float, y: float, side: float = 1000) -> shapely.Polygon:
    return shapely.box(BASE[0] + x, BASE[1] + y, BASE[0] + x + side, BASE[1] + y + side)


TWO = layer(A=square(0, 0), B=square(1000, 0))


def at(*places: tuple[float, float]) -> np.ndarray:
    return BASE + np.array(places, dtype=np.float64)


def test_inside_outside_and_on_the_border() -> None:
    found = locate(TWO, at((500, 500), (1500, 500), (1000, 500), (5000, 0)))
    assert found.zone.tolist() == [0, 1, 0, -1]
    assert found.on_border.tolist() == [False, False, True, False]
    assert found.nowhere.tolist() == [False, False, False, True]
    assert not found.overlapping.any()


def test_where_zones_overlap_the_first_code_is_taken_and_told() -> None:
    both = layer(B=square(0, 0), A=square(500, 0))
    found = locate(both, at((700, 500), (500, 500)))
    assert found.zone.tolist() == [0, 0]
    assert found.overlapping.tolist() == [True, False]
    assert found.on_border.tolist() == [False, True]


def test_an_island_in_a_zone_is_in_no_zone_when_it_is_a_hole() -> None:
    ring = layer(A=shapely.Polygon(square(0, 0).exterior, [square(400, 400, 200).exterior]))
    assert locate(ring, at((500, 500), (100, 100))).zone.tolist() == [-1, 0]


def test_places_in_no_zone_or_in_several_are_never_dropped_in_silence() -> None:
    report = Report()
    report_located(locate(TWO, at((5000, 0), (1000, 500), (1, 1))), "map.gpkg", report)
    assert [each.code for each in report.warnings] == ["E462", "E463"]
    assert "1 of 3" in report.warnings[0].message


def test_no_place_and_no_trouble() -> None:
    assert len(locate(TWO, np.empty((0, 2))).zone) == 0
    assert fitness(TWO, np.empty((0, 2))).will_do


def test_the_distance_to_a_border_is_that_to_the_nearest_edge() -> None:
    assert metres_to_border(TWO, at((500, 500), (1010, 300), (2500, 500))) == pytest.approx([500, 10, 500])


def test_a_coarse_layer_is_told_with_the_share_of_places_it_may_misplace() -> None:
    rough = ZoneLayer(kind=TWO.kind, codes=TWO.codes, names=TWO.names, shapes=TWO.shapes.copy())
    assert rough.detail is Detail.SIMPLIFIED
    found = fitness(rough, at((500, 500), (1010, 300)))
    assert found.reach == round(rough.coarseness / 3)
    assert found.near == 0.5
    assert not found.will_do
    report = Report()
    report_fitness(found, "map.gpkg", report)
    assert [each.code for each in report.warnings] == ["E461"]
    assert "50.0 %" in report.warnings[0].message


def test_a_layer_that_is_drawn_in_full_is_not_warned_of() -> None:
    report = Report()
    report_fitness(fitness(TWO, at((400, 400))), "map.gpkg", report)
    assert not report.findings


@settings(max_examples=30, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(-200, 2200), st.integers(-200, 1200)), min_size=1, max_size=30),
    seed=st.integers(0, 99),
)
def test_the_order_of_places_means_nothing(places: list[tuple[int, int]], seed: int) -> None:
    xy = at(*places)
    order = np.random.default_rng(seed).permutation(len(xy))
    one, other = locate(TWO, xy), locate(TWO, xy[order])
    assert (one.zone[order] == other.zone).all()
    assert (one.on_border[order] == other.on_border).all()
    for (x, y), zone in zip(places, one.zone, strict=True):
        there = 0 <= y <= 1000 and 0 <= x <= 2000
        assert zone == (-1 if not there else 0 if x <= 1000 else 1)
