from __future__ import annotations

import pickle
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.area_kinds import AreaKinds, area_kinds
from geodata.place import Place
from geodata.postcodes import registry_directory
from geodata.travel import StraightLine, TravelMode, TravelModel
from geodata.travel.straight_line import road_metres

RURAL = StraightLine(AreaKinds(urban_cells=frozenset()))
# One urban square of 100 km, the rest rural.
MIXED = StraightLine(AreaKinds(urban_cells=frozenset({(5, 2)}), cell_metres=100_000))
MODES = list(TravelMode)

places = st.builds(
    Place,
    st.integers(min_value=490_000, max_value=610_000),
    st.integers(min_value=200_000, max_value=260_000),
)


def one(model: TravelModel, a: Place, b: Place, mode: TravelMode) -> tuple[int, int]:
    matrix = model.matrix([a, b], mode)
    return int(matrix.seconds[0, 1]), int(matrix.metres[0, 1])


@given(st.lists(places, min_size=0, max_size=8), st.sampled_from(MODES))
def test_travel_is_the_same_both_ways_and_nothing_only_between_equal_places(
    them: list[Place], mode: TravelMode
) -> None:
    matrix = MIXED.matrix(them, mode)
    assert (matrix.seconds == matrix.seconds.T).all()
    assert (matrix.metres == matrix.metres.T).all()
    assert matrix.reachable.all()
    for i, a in enumerate(them):
        for j, b in enumerate(them):
            assert (matrix.seconds[i, j] == 0) == (a == b)
            assert (matrix.metres[i, j] == 0) == (a == b)


@given(st.integers(0, 40_000), st.integers(0, 40_000), st.sampled_from(MODES))
def test_farther_is_never_nearer(one_way: int, other: int, mode: TravelMode) -> None:
    start = Place(500_000, 200_000)
    short, long = sorted((one_way, other))
    near = one(RURAL, start, Place(500_000 + short, 200_000), mode)
    far = one(RURAL, start, Place(500_000 + long, 200_000), mode)
    assert near[0] <= far[0]
    assert near[1] <= far[1]


@given(st.lists(places, max_size=6), st.sampled_from(MODES), st.randoms(use_true_random=False))
def test_the_order_of_places_changes_nothing_else(
    them: list[Place], mode: TravelMode, random: object
) -> None:
    order = np.random.default_rng(len(them)).permutation(len(them))
    straight = MIXED.matrix(them, mode)
    shuffled = MIXED.matrix([them[i] for i in order], mode)
    assert (shuffled.seconds == straight.seconds[np.ix_(order, order)]).all()


@pytest.mark.parametrize(
    ("model", "a", "b", "minutes"),
    [
        (RURAL, Place(500_000, 300_000), Place(510_000, 300_000), 0.8 + 14),
        (MIXED, Place(500_000, 210_000), Place(510_000, 210_000), 1.0 + 20),
        (MIXED, Place(499_000, 210_000), Place(509_000, 210_000), 0.9 + 17),
    ],
)
def test_a_leg_by_car_takes_what_the_formula_says(
    model: StraightLine, a: Place, b: Place, minutes: float
) -> None:
    assert one(model, a, b, TravelMode.CAR)[0] == round(60 * minutes)


def test_doubling_the_way_doubles_all_but_the_fixed_part() -> None:
    start = Place(500_000, 200_000)
    single, _ = one(RURAL, start, Place(506_000, 200_000), TravelMode.CAR)
    double, _ = one(RURAL, start, Place(512_000, 200_000), TravelMode.CAR)
    assert double - 48 == 2 * (single - 48)


@given(st.floats(1, 100_000), st.floats(1, 100_000))
def test_roads_lengthen_without_a_jump(a: float, b: float) -> None:
    short, long = sorted((a, b))
    roads = road_metres(np.array([short, long]))
    assert roads[0] <= roads[1]
    assert roads[1] - roads[0] <= 1.7 * (long - short) + 1e-6
    assert 1.3 * long - 1e-6 <= roads[1] <= 1.7 * long + 1e-6


def test_circuity_is_what_was_measured_at_both_ends() -> None:
    assert road_metres(np.array([500.0, 1000.0, 5000.0, 20_000.0])) == pytest.approx(
        [850, 1700, 6500, 26_000]
    )


def test_on_foot_is_slower_than_by_cycle_and_by_cycle_than_by_car() -> None:
    a, b = Place(500_000, 200_000), Place(503_000, 200_000)
    car, cycle, foot = (
        one(RURAL, a, b, mode)[0] for mode in (TravelMode.CAR, TravelMode.CYCLE, TravelMode.FOOT)
    )
    assert car < cycle < foot
    assert one(RURAL, a, Place(500_400, 200_000), TravelMode.FOOT)[0] == round(30 + 680 * 3.6 / 4.8)


def test_it_says_that_it_is_an_estimate() -> None:
    assert RURAL.is_estimate
    matrix = RURAL.matrix([Place(0, 0)], TravelMode.CAR)
    assert matrix.is_estimate
    assert matrix.source == RURAL.name
    assert "real roads" in RURAL.note


def test_it_is_a_value_that_crosses_processes() -> None:
    assert pickle.loads(pickle.dumps(MIXED)) == MIXED
    assert hash(StraightLine(AreaKinds(urban_cells=frozenset()))) == hash(RURAL)


def test_two_thousand_places_take_less_than_a_second() -> None:
    rng = np.random.default_rng(1)
    many = [Place(int(x), int(y)) for x, y in rng.integers(200_000, 260_000, (2_000, 2))]
    start = time.process_time()
    RURAL.matrix(many, TravelMode.CAR)
    assert time.process_time() - start < 1


def test_it_errs_on_rutland_by_as_much_as_it_says(shared_data: Path) -> None:
    reference = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    them = [Place(int(x), int(y)) for x, y in zip(reference["east"], reference["north"], strict=True)]
    xy = np.array([(place.easting, place.northing) for place in them], dtype=float)
    straight = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / 1000
    true_seconds, true_metres = reference["seconds"], reference["metres"]

    def error(estimate: np.ndarray, truth: np.ndarray, low: float, high: float) -> float:
        band = (straight >= low) & (straight < high) & np.isfinite(true_seconds)
        return float(np.abs(estimate - truth)[band].sum() / truth[band].sum())

    all_rural = RURAL.matrix(them, TravelMode.CAR)
    assert error(all_rural.seconds, true_seconds, 0.05, 15) == pytest.approx(0.168, abs=0.005)
    told = StraightLine(area_kinds(registry_directory("CDLNP"))).matrix(them, TravelMode.CAR)
    for low, high, time_error, metres_error in (
        (0.2, 1, 0.26, 0.24),
        (1, 2, 0.21, 0.18),
        (2, 5, 0.26, 0.16),
        (5, 10, 0.24, 0.14),
        (10, 15, 0.18, 0.13),
        (0.2, 15, 0.21, 0.14),
    ):
        assert error(told.seconds, true_seconds, low, high) == pytest.approx(time_error, abs=0.01)
        assert error(told.metres, true_metres, low, high) == pytest.approx(metres_error, abs=0.01)
