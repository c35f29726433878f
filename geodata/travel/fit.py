"""Straight-line drive times fitted to a matrix of real roads, with the error they make elsewhere on it.

The times of one kind of leg (no urban end, one, two) are a continuous, never falling curve of the
straight-line distance ``d``: with knots ``k_b`` where the bands begin,

    f(d) = c + Σ_b s_b · |[k_b, k_{b+1}] ∩ [0, d]|,   c ≥ 0, s_b ≥ 0,

fitted by non-negative least squares (Lawson & Hanson 1974) of residuals over the band's mean time. Every band
has the same weight, however many pairs are in it: most pairs are far apart, most legs of a round are not.

Pairs are not evidence of their own, for they share their ends: two hundred homes in one town and one in the
next make two hundred pairs and one journey. What a band is worth is therefore counted in ends, as Kish (1965)
counts unequal weights, ``(Σ g)² / Σ g²`` over the numbers of pairs ``g`` that each place is in; the curve
known before is worth :data:`TRUST` ends in each band, and stands alone where the pairs are worth fewer
than ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.travel.drive_times import BANDS, DriveCurve, DriveTimes, band_of, straight_metres, urban_ends
from geodata.travel.matrix import TravelMatrix
from geodata.travel.straight_line import KNOWN

TRUST = 30.0
"""Ends that the curve known before is worth in each band."""

AREAS = 8
"""Parts of the map left out by turns; a power of two."""

# Nearer pairs share a postcode's street: rounding and the side of the road are most of their time.
_NEAREST = 50.0
# Legs worth fewer ends say nothing of a curve, and fewer legs nothing of an error.
_ENDS, _LEGS = 10.0, 30
_GRID = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Legs:
    """Pairs of places with a way through, flat, and the places at their ends."""

    seconds: NDArray[np.float64]
    straight: NDArray[np.float64]
    ends: NDArray[np.int8]
    origin: NDArray[np.intp]
    destination: NDArray[np.intp]

    def only(self, keep: NDArray[np.bool_]) -> _Legs:
        return _Legs(
            seconds=self.seconds[keep],
            straight=self.straight[keep],
            ends=self.ends[keep],
            origin=self.origin[keep],
            destination=self.destination[keep],
        )

    def worth(self) -> float:
        """Ends these pairs are worth, by Kish's count; nothing where there are none."""
        pairs = np.bincount(np.concatenate([self.origin, self.destination])).astype(float)
        return float(pairs.sum() ** 2 / (pairs**2).sum()) if pairs.size else 0.0


def fit_straight_line(
    places: Sequence[Place],
    matrix: TravelMatrix,
    kinds: AreaKinds,
    *,
    before: DriveTimes = KNOWN,
    areas: int = AREAS,
) -> DriveTimes:
    """Curves fitted to a matrix by car, each with its error on areas that it was not fitted to.

    For the error the map is cut in ``areas`` parts of equal numbers of places. Each is left out in turn: the
    curves are fitted to the pairs with neither end in it and measured on all others. Where a band of a kind
    has too few pairs to measure, it gets the worst error of that band.

    Parameters
    ----------
    places, matrix
        Any order; the matrix of a road graph or a routing server between these places.
    kinds
        Which places are urban; the same that :class:`~geodata.travel.StraightLine` will be given.
    before
        What is known without this matrix.

    Raises
    ------
    ValueError
        Where matrix and places differ in number, or the matrix is itself an estimate.
    """
    if len(places) != len(matrix):
        raise ValueError(f"{len(places)} places and a matrix of {len(matrix)}")
    if matrix.is_estimate:
        raise ValueError("an estimate is no evidence: fit to a matrix of real roads")
    legs = _legs(places, matrix, kinds)
    times = _fitted(legs, before, f"fitted to {matrix.source}")
    part = _parts(places, areas)
    told, true = [], []
    for each in range(areas):
        out = (part[legs.origin] == each) | (part[legs.destination] == each)
        if out.any() and not out.all():
            left_out = legs.only(out)
            told.append(_fitted(legs.only(~out), before, "").seconds(left_out.straight, left_out.ends))
            true.append(left_out)
    return _with_errors(times, told, true)


def measured(
    times: DriveTimes, places: Sequence[Place], matrix: TravelMatrix, kinds: AreaKinds
) -> DriveTimes:
    """The same curves with their errors on a matrix that they were not fitted to."""
    legs = _legs(places, matrix, kinds)
    return _with_errors(times, [times.seconds(legs.straight, legs.ends)], [legs])


def _legs(places: Sequence[Place], matrix: TravelMatrix, kinds: AreaKinds) -> _Legs:
    straight = straight_metres(places)
    origin, destination = np.nonzero(matrix.reachable & (straight >= _NEAREST) & (matrix.seconds > 0))
    return _Legs(
        seconds=matrix.seconds[origin, destination].astype(float),
        straight=straight[origin, destination],
        ends=urban_ends(kinds, places)[origin, destination],
        origin=origin,
        destination=destination,
    )


def _fitted(legs: _Legs, before: DriveTimes, source: str) -> DriveTimes:
    rural, mixed, urban = (
        _curve(legs.only(legs.ends == ends), known) for ends, known in enumerate(before.by_urban_ends)
    )
    return DriveTimes(rural=rural, mixed=mixed, urban=urban, source=source)


def _curve(legs: _Legs, known: DriveCurve) -> DriveCurve:
    """One kind's curve; in each band the pairs and the known curve share a weight of one."""
    band = band_of(legs.straight)
    distances, times, weights = [], [], []
    for at in range(len(BANDS)):
        here = legs.only(band == at)
        worth = here.worth()
        share = worth / (worth + TRUST) if worth >= _ENDS else 0.0
        if share:
            distances.append(here.straight)
            times.append(here.seconds)
            weights.append(np.full(here.seconds.size, share / here.seconds.size) / here.seconds.mean() ** 2)
        grid = _within(at)
        told = known.seconds(grid)
        distances.append(grid)
        times.append(told)
        weights.append((1 - share) / grid.size / told**2)
    root = np.sqrt(np.concatenate(weights))
    rows = _rows(np.concatenate(distances)) * root[:, None]
    # The triangle of QR has the same least squares in seven rows as the pairs in a million.
    q, triangle = np.linalg.qr(rows)
    parts, _ = nnls(triangle, q.T @ (np.concatenate(times) * root))
    fixed, *per_km = (round(float(part), 1) for part in parts)
    return replace(known, fixed=fixed, per_km=tuple(per_km))


def _within(band: int) -> NDArray[np.float64]:
    """Distances spread over a band, in metres; over the last as far as it has come."""
    begin = max(1000 * BANDS[band], 4 * _NEAREST)
    end = 1000 * (BANDS[band + 1] if band + 1 < len(BANDS) else 2 * BANDS[band])
    return np.linspace(begin, end, _GRID, endpoint=False)


def _rows(straight: NDArray[np.float64]) -> NDArray[np.float64]:
    """``float64[m, 1 + bands]``: one for the fixed part, then the kilometres in each band."""
    edges = np.array([*BANDS, np.inf])
    km = np.clip(straight[:, None] / 1000 - edges[:-1], 0, np.diff(edges))
    return np.column_stack([np.ones(straight.size), km])


def _parts(places: Sequence[Place], areas: int) -> NDArray[np.intp]:
    """Area of each place: the map halved and halved again across its longer side, for any order of places."""
    if areas < 2 or areas & (areas - 1):
        raise ValueError(f"{areas} areas: a power of two is needed")
    xy = np.array([(place.easting, place.northing) for place in places]).reshape(-1, 2)
    part = np.zeros(len(places), dtype=np.intp)
    groups = [np.arange(len(places))]
    while len(groups) < areas:
        groups = [half for group in groups for half in _halves(group, xy)]
    for at, group in enumerate(groups):
        part[group] = at
    return part


def _halves(group: NDArray[np.intp], xy: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Equal places are never parted."""
    if not group.size:
        return group, group
    side = int(np.argmax(np.ptp(xy[group], axis=0)))
    along, across = xy[group, side], xy[group, 1 - side]
    order = np.lexsort((across, along))
    middle = order[group.size // 2]
    first = (along < along[middle]) | ((along == along[middle]) & (across < across[middle]))
    return group[first], group[~first]


def _with_errors(times: DriveTimes, told: Sequence[NDArray[np.float64]], true: Sequence[_Legs]) -> DriveTimes:
    """Relative standard errors by kind and band; the worst of the band where a kind cannot be measured."""
    found = np.full((3, len(BANDS)), np.nan)
    for ends in range(3):
        for band in range(len(BANDS)):
            squares = [np.array([])]
            for estimate, legs in zip(told, true, strict=True):
                here = (legs.ends == ends) & (band_of(legs.straight) == band)
                squares.append((legs.seconds[here] / estimate[here] - 1) ** 2)
            errors = np.concatenate(squares)
            if errors.size >= _LEGS:
                found[ends, band] = np.sqrt(errors.mean())
    if np.isnan(found).all():
        return times
    worst = np.where(np.isnan(found), -1.0, found).max(axis=0)
    worst = np.where(worst < 0, np.nanmax(found), worst)
    errors = np.round(np.where(np.isnan(found), worst, found), 2)
    rural, mixed, urban = (
        replace(curve, error=tuple(map(float, row)))
        for curve, row in zip(times.by_urban_ends, errors, strict=True)
    )
    return replace(times, rural=rural, mixed=mixed, urban=urban)
