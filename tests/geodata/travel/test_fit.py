from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geodata.area_kinds import AreaKinds, area_kinds
from geodata.place import Place
from geodata.postcodes import registry_directory
from geodata.travel import StraightLine, TravelMatrix, TravelMode
from geodata.travel.drive_times import BANDS, DriveCurve, DriveTimes, band_of
from geodata.travel.fit import fit_straight_line, measured
from geodata.travel.straight_line import FITTED, KNOWN

NO_TOWN = AreaKinds(urban_cells=frozenset())
# The western half of the made-up country is one town.
TOWN = AreaKinds(urban_cells=frozenset({(5, 3)}), cell_metres=100_000)
BENT = DriveCurve(fixed=40.0, per_km=(150.0, 120.0, 90.0, 80.0, 70.0, 60.0), error=(0.0,) * 6)
curves = st.builds(
    DriveCurve,
    fixed=st.floats(0, 200),
    per_km=st.tuples(*[st.floats(0, 300)] * 6),
    error=st.just((0.1,) * 6),
)


def country(n: int = 150, side: int = 24_000, west: int = 588_000) -> list[Place]:
    rng = np.random.default_rng(3)
    return [Place(west + int(x), 300_000 + int(y)) for x, y in rng.integers(0, side, (n, 2))]


def roads(places: list[Place], times: DriveTimes, kinds: AreaKinds, noise: float = 0.0) -> TravelMatrix:
    """A matrix of real roads whose times are known: the model's own, with noise."""
    told = StraightLine(kinds, times).matrix(places, TravelMode.CAR)
    shaken = np.random.default_rng(5).lognormal(-(noise**2) / 2, noise, told.seconds.shape)
    seconds = np.rint(told.seconds * shaken).astype(np.int32)
    return TravelMatrix(
        seconds=seconds, metres=told.metres, reachable=told.reachable, source="a test", is_estimate=False
    )


def of(curve: DriveCurve) -> DriveTimes:
    return DriveTimes(rural=curve, mixed=curve, urban=curve, source="a test")


@given(curves, st.lists(st.floats(0, 40_000), min_size=2, max_size=20))
def test_a_curve_never_falls_and_never_jumps(curve: DriveCurve, metres: list[float]) -> None:
    along = np.sort(np.array(metres))
    time = curve.seconds(along)
    assert (np.diff(time) >= -1e-6).all()
    assert (np.diff(time) <= 0.3 * np.diff(along) + 1e-6).all()


def test_a_straight_curve_is_a_line_to_the_last_digit() -> None:
    along = np.random.default_rng(1).uniform(0, 40_000, 1000)
    assert (KNOWN.rural.seconds(along) == 48.0 + 84.0 * (along / 1000)).all()


def test_a_curve_without_a_part_for_each_band_or_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="6 bands"):
        DriveCurve(fixed=1.0, per_km=(1.0,), error=(0.1,) * 6)
    with pytest.raises(ValueError, match="negative"):
        replace(BENT, fixed=-1.0)


def test_bands_begin_where_they_say() -> None:
    assert band_of(np.array([0.0, 999.0, 1000.0, 4999.0, 15_000.0, 90_000.0])).tolist() == [0, 0, 1, 2, 5, 5]


def test_the_fit_finds_the_curve_that_made_the_roads() -> None:
    places = country(400)
    fitted = fit_straight_line(places, roads(places, of(BENT), NO_TOWN, noise=0.2), NO_TOWN)
    along = np.array([500.0, 1500.0, 3000.0, 7000.0, 12_000.0, 20_000.0])
    assert fitted.rural.seconds(along) == pytest.approx(BENT.seconds(along), rel=0.06)
    assert fitted.rural.error == pytest.approx((0.2,) * 6, abs=0.05)
    assert fitted.source == "fitted to a test"


def test_it_lies_between_what_was_known_and_what_is_seen() -> None:
    """Two hundred places are worth more than the curve known before, and do not silence it."""
    places = country(200)
    seen = of(replace(KNOWN.rural, fixed=96.0, per_km=(168.0,) * 6))  # twice as slow
    fitted = fit_straight_line(places, roads(places, seen, NO_TOWN), NO_TOWN)
    ratio = fitted.rural.seconds(np.array([7000.0])) / KNOWN.rural.seconds(np.array([7000.0]))
    assert 1.5 < ratio[0] < 2


def test_where_there_is_no_town_what_was_known_of_towns_stands() -> None:
    places = country(200)
    fitted = fit_straight_line(places, roads(places, of(BENT), NO_TOWN), NO_TOWN)
    along = np.array([500.0, 3000.0, 12_000.0])
    assert fitted.urban.seconds(along) == pytest.approx(KNOWN.urban.seconds(along), rel=0.01)
    assert fitted.urban.error == fitted.rural.error  # nothing else is measured


def test_one_far_home_is_no_evidence_however_many_pairs_it_makes() -> None:
    homes = [Place(595_000 + 20 * i, 300_000 + 7 * i) for i in range(120)]
    far = Place(585_000, 300_000)
    fitted = fit_straight_line([*homes, far], roads([*homes, far], of(BENT), NO_TOWN), NO_TOWN)
    known = KNOWN.rural.per_km
    assert fitted.rural.per_km[4:] == pytest.approx(known[4:], rel=0.05)


def test_kinds_are_fitted_apart() -> None:
    places = country(300)
    slow = replace(BENT, per_km=(200.0,) * 6)
    made = DriveTimes(rural=BENT, mixed=BENT, urban=slow, source="a test")
    fitted = fit_straight_line(places, roads(places, made, TOWN), TOWN)
    near = np.array([3000.0])
    assert fitted.urban.seconds(near)[0] > 1.2 * fitted.rural.seconds(near)[0]


def test_the_order_of_places_changes_nothing() -> None:
    places = [*country(150), *country(10)]  # some twice
    matrix = roads(places, of(BENT), TOWN, noise=0.3)
    order = np.random.default_rng(2).permutation(len(places))
    at = np.ix_(order, order)
    shuffled = TravelMatrix(
        seconds=matrix.seconds[at],
        metres=matrix.metres[at],
        reachable=matrix.reachable[at],
        source=matrix.source,
        is_estimate=False,
    )
    assert fit_straight_line([places[i] for i in order], shuffled, TOWN) == fit_straight_line(
        places, matrix, TOWN
    )


def test_pairs_without_a_way_through_are_left_out() -> None:
    places = country(100)
    matrix = roads(places, of(BENT), NO_TOWN)
    wrong = matrix.seconds.copy()
    wrong[0, 1:] = 1_000_000
    cut = np.ones_like(matrix.reachable)
    cut[0, 1:] = False
    broken = TravelMatrix(
        seconds=wrong, metres=matrix.metres, reachable=cut, source="a test", is_estimate=False
    )
    along = np.array([3000.0])
    said = fit_straight_line(places, broken, NO_TOWN).rural.seconds(along)
    assert said == pytest.approx(fit_straight_line(places, matrix, NO_TOWN).rural.seconds(along), rel=0.02)


def test_what_is_no_evidence_is_refused() -> None:
    places = country(20)
    estimate = StraightLine(NO_TOWN).matrix(places, TravelMode.CAR)
    with pytest.raises(ValueError, match="no evidence"):
        fit_straight_line(places, estimate, NO_TOWN)
    with pytest.raises(ValueError, match="19 places and a matrix of 20"):
        fit_straight_line(places[1:], estimate, NO_TOWN)
    with pytest.raises(ValueError, match="power of two"):
        fit_straight_line(places, roads(places, KNOWN, NO_TOWN), NO_TOWN, areas=6)


@pytest.mark.parametrize("places", [[], [Place(1, 1)], [Place(1, 1)] * 3])
def test_without_a_pair_what_was_known_stands(places: list[Place]) -> None:
    fitted = fit_straight_line(places, roads(places, KNOWN, NO_TOWN), NO_TOWN)
    assert fitted.rural.per_km == pytest.approx(KNOWN.rural.per_km, abs=0.1)
    assert fitted.rural.error == KNOWN.rural.error


def test_the_model_tells_the_error_of_each_leg() -> None:
    model = StraightLine(TOWN, KNOWN)
    town, country_side = Place(599_000, 300_000), Place(600_500, 300_000)
    error = model.relative_error([town, country_side, Place(630_000, 300_000)])
    assert error.tolist() == [[0, 0.26, 0.31], [0.26, 0, 0.12], [0.31, 0.12, 0]]
    assert model.error["mixed"] == KNOWN.mixed.error
    assert len(model.error["urban"]) == len(BANDS)


def test_fitted_times_are_named_in_provenance() -> None:
    assert StraightLine(TOWN).name == "straight-line estimate"
    assert StraightLine(TOWN, FITTED).name == "straight-line estimate, fitted to OSRM on Rutland"


Reference = tuple[list[Place], TravelMatrix, AreaKinds]


@pytest.fixture(scope="module")
def rutland(shared_data: Path) -> Reference:
    reference = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    places = [Place(int(x), int(y)) for x, y in zip(reference["east"], reference["north"], strict=True)]
    matrix = TravelMatrix(
        seconds=whole(reference["seconds"]),
        metres=whole(reference["metres"]),
        reachable=np.isfinite(reference["seconds"]),
        source="OSRM on Rutland",
        is_estimate=False,
    )
    return places, matrix, area_kinds(registry_directory("CDLNP"))


def test_the_constants_of_rutland_are_what_the_fit_gives(rutland: Reference) -> None:
    fitted = fit_straight_line(*rutland)
    for told, kept in zip(fitted.by_urban_ends, FITTED.by_urban_ends, strict=True):
        assert (told.fixed, *told.per_km) == pytest.approx((kept.fixed, *kept.per_km), abs=0.5)
        assert told.error == pytest.approx(kept.error, abs=0.02)
    assert fitted.source == FITTED.source


def test_the_errors_that_the_lines_state_are_those_they_make_on_rutland(rutland: Reference) -> None:
    for told, kept in zip(measured(KNOWN, *rutland).by_urban_ends, KNOWN.by_urban_ends, strict=True):
        assert told.error == pytest.approx(kept.error, abs=0.02)


def whole(figures: NDArray[np.float32]) -> NDArray[np.int32]:
    return np.rint(figures).astype(np.int32)
