"""Travel without road data: straight lines, and what is known of how roads differ from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.area_kinds import AreaKinds
from geodata.place import AreaKind, Place
from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode

# Roads are longer than straight lines: 1.7 times up to 1 km, falling evenly to 1.3 times from 5 km on.
# Medians at 0.2-1, 1-2, 2-5, 5-10 km: Rutland 1.66, 1.49, 1.34, 1.32; Newport 1.87, 1.58, 1.40, 1.36.
_CIRCUITY_NEAR, _CIRCUITY_FAR = 1.7, 1.3
_CIRCUITY_FALL = (_CIRCUITY_NEAR - _CIRCUITY_FAR) / 4000.0  # for each metre past the first kilometre

# Driving: a fixed part and a part for each straight-line kilometre, in seconds.
_CAR_URBAN = (60.0, 120.0)
_CAR_RURAL = (48.0, 84.0)

# Assumptions: seconds to set out and arrive, and km/h along the road. 4.8 km/h (3 mph) is a usual
# walking speed, 14 km/h an unhurried cyclist's. Paths that only walkers can take are not known.
_ON_FOOT = (30.0, 4.8)
_BY_CYCLE = (60.0, 14.0)


@dataclass(frozen=True, slots=True)
class StraightLine:
    """Travel estimated from straight lines alone.

    By car a leg takes, over ``d`` straight-line kilometres, ``1.0 + 2.0 d`` minutes where both ends are
    urban, ``0.8 + 1.4 d`` where both are rural, and the mean of the two where they differ. The parts were
    fitted to a routing engine's free-flow times (OSRM car profile) between live postcodes of Rutland, taken
    as all rural, and of Newport, taken as all urban; on those same data the estimate errs by 16-18 % of the
    total time.

    Short legs are known much less well than that. On Rutland, with towns told from country by
    :func:`geodata.area_kinds.area_kinds`, the absolute errors add up to this share of the total time:

    ===========  =========  ==============  =====================
    straight km  car, time  bias            metres along the road
    ===========  =========  ==============  =====================
    0.2-1        26 %       6 % too short   24 %
    1-2          21 %       10 % too short  18 %
    2-5          26 %       15 % too short  16 %
    5-10         24 %       7 % too long    14 %
    10-15        18 %       6 % too long    13 %
    all to 15    21 %       4 % too long    14 %
    ===========  =========  ==============  =====================

    Nothing here knows traffic, parking, one-way streets, estuaries or closures: every output must say that
    its figures are estimates and print :attr:`note`. The estimate grows with distance, is the same both
    ways and never zero between different places; it is not promised to be shorter directly than by way of a
    third place.

    Attributes
    ----------
    kinds
        Which places are urban.
    """

    kinds: AreaKinds

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "straight-line estimate"

    @property
    def is_estimate(self) -> bool:
        """Always: there is no road data in it."""
        return True

    @property
    def note(self) -> str:
        """Sentence that every report shows beside the figures."""
        return "Estimated from straight lines; real roads, estuaries and closures are not known to it."

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        """Travel between every two of ``places``; whole seconds and metres, zero between equal places."""
        straight = _straight_metres(places)
        metres = road_metres(straight)
        if mode is TravelMode.CAR:
            urban = np.array([self.kinds.of(place) is AreaKind.URBAN for place in places], dtype=float)
            share = (urban[:, None] + urban[None, :]) / 2
            fixed = _CAR_RURAL[0] + (_CAR_URBAN[0] - _CAR_RURAL[0]) * share
            seconds = fixed + (_CAR_RURAL[1] + (_CAR_URBAN[1] - _CAR_RURAL[1]) * share) * (straight / 1000)
        else:
            set_out, speed = _ON_FOOT if mode is TravelMode.FOOT else _BY_CYCLE
            seconds = set_out + metres * (3.6 / speed)
        apart = straight > 0
        return TravelMatrix(
            seconds=np.where(apart, np.rint(seconds), 0).astype(np.int32),
            metres=np.rint(metres).astype(np.int32),
            reachable=np.ones(straight.shape, dtype=np.bool_),
            source=self.name,
            is_estimate=True,
        )


def road_metres(straight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres along the road for metres in a straight line; continuous, and the longer the longer the line."""
    ratio = np.clip(_CIRCUITY_NEAR - (straight - 1000.0) * _CIRCUITY_FALL, _CIRCUITY_FAR, _CIRCUITY_NEAR)
    return np.asarray(straight * ratio)


def _straight_metres(places: Sequence[Place]) -> NDArray[np.float64]:
    """``float64[n, n]`` metres in a straight line."""
    xy = np.array([(place.easting, place.northing) for place in places], dtype=float).reshape(-1, 2)
    east = xy[:, 0, None] - xy[None, :, 0]
    north = xy[:, 1, None] - xy[None, :, 1]
    return np.asarray(np.sqrt(east * east + north * north))
