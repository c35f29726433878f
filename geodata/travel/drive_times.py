"""How long a drive takes over a straight-line distance: three curves, and how far each may be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geodata.area_kinds import AreaKinds
from geodata.place import AreaKind, Place

BANDS = (0.0, 1.0, 2.0, 5.0, 10.0, 15.0)
"""Where each band of straight-line kilometres begins; the last has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveCurve:
    """Time to drive over a straight-line distance: continuous, and the longer the farther.

    Attributes
    ----------
    fixed
        Seconds to set out and arrive.
    per_km
        Seconds for each straight-line kilometre, in each of :data:`BANDS`. None negative.
    error
        Relative standard error in each band: the root of the mean square of true time over estimate, less
        one; bias is in it. Errors of legs in one area go together and do not cancel.

    Raises
    ------
    ValueError
        Where a part is negative or a band has none.
    """

    fixed: float
    per_km: tuple[float, ...]
    error: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.per_km) != len(BANDS) or len(self.error) != len(BANDS):
            raise ValueError(f"a curve has {len(BANDS)} bands")
        if min(self.fixed, *self.per_km, *self.error) < 0:
            raise ValueError("no part of a curve is negative")

    def seconds(self, straight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Seconds for metres in a straight line."""
        km = straight / 1000
        time = self.fixed + self.per_km[0] * km
        for begin, (before, after) in zip(BANDS[1:], pairwise(self.per_km), strict=True):
            if after != before:
                time = time + (after - before) * np.maximum(km - begin, 0)
        return np.asarray(time)

    def relative_error(self, straight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Relative standard error for metres in a straight line."""
        return np.asarray(self.error)[band_of(straight)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveTimes:
    """A curve for each kind of leg.

    Attributes
    ----------
    rural, mixed, urban
        For legs with no urban end, one and two.
    source
        What they were fitted to, in words fit for a report.
    """

    rural: DriveCurve
    mixed: DriveCurve
    urban: DriveCurve
    source: str

    @property
    def by_urban_ends(self) -> tuple[DriveCurve, DriveCurve, DriveCurve]:
        """The curves, in order of how many ends are urban."""
        return (self.rural, self.mixed, self.urban)

    def seconds(self, straight: NDArray[np.float64], ends: NDArray[np.int8]) -> NDArray[np.float64]:
        """Seconds for metres in a straight line and the number of urban ends, of one shape."""
        curves = [curve.seconds(straight) for curve in self.by_urban_ends]
        return np.asarray(np.choose(ends, curves))

    def relative_error(self, straight: NDArray[np.float64], ends: NDArray[np.int8]) -> NDArray[np.float64]:
        """Relative standard error of :meth:`seconds`."""
        curves = [curve.relative_error(straight) for curve in self.by_urban_ends]
        return np.asarray(np.choose(ends, curves))


def band_of(straight: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which of :data:`BANDS` metres in a straight line lie in."""
    return np.searchsorted(BANDS, straight / 1000, side="right") - 1


def urban_ends(kinds: AreaKinds, places: Sequence[Place]) -> NDArray[np.int8]:
    """``int8[n, n]``: 0, 1 or 2 urban ends of each leg."""
    urban = np.array([kinds.of(place) is AreaKind.URBAN for place in places], dtype=np.int8)
    return np.asarray(urban[:, None] + urban[None, :])


def straight_metres(places: Sequence[Place]) -> NDArray[np.float64]:
    """``float64[n, n]`` metres in a straight line."""
    xy = np.array([(place.easting, place.northing) for place in places], dtype=float).reshape(-1, 2)
    east = xy[:, 0, None] - xy[None, :, 0]
    north = xy[:, 1, None] - xy[None, :, 1]
    return np.asarray(np.sqrt(east * east + north * north))
