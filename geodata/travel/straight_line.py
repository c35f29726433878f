"""Travel without road data: straight lines, and what is known of how roads differ from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.travel.drive_times import BANDS, DriveCurve, DriveTimes, straight_metres, urban_ends
from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode

# Roads are longer than straight lines: 1.7 times up to 1 km, falling evenly to 1.3 times from 5 km on.
# Medians at 0.2-1, 1-2, 2-5, 5-10 km: Rutland 1.66, 1.49, 1.34, 1.32; Newport 1.87, 1.58, 1.40, 1.36.
_CIRCUITY_NEAR, _CIRCUITY_FAR = 1.7, 1.3
_CIRCUITY_FALL = (_CIRCUITY_NEAR - _CIRCUITY_FAR) / 4000.0  # for each metre past the first kilometre

# Assumptions: seconds to set out and arrive, and km/h along the road. 4.8 km/h (3 mph) is a usual
# walking speed, 14 km/h an unhurried cyclist's. Paths that only walkers can take are not known.
_ON_FOOT = (30.0, 4.8)
_BY_CYCLE = (60.0, 14.0)


def _line(fixed: float, per_km: float, *error: float) -> DriveCurve:
    """A curve that does not bend."""
    return DriveCurve(fixed=fixed, per_km=(per_km,) * len(BANDS), error=error)


KNOWN = DriveTimes(
    rural=_line(48.0, 84.0, 0.58, 0.82, 0.60, 0.35, 0.20, 0.12),
    mixed=_line(54.0, 102.0, 0.42, 0.26, 0.22, 0.24, 0.21, 0.31),
    urban=_line(60.0, 120.0, 0.35, 0.21, 0.14, 0.35, 0.52, 0.50),
    source="lines of Rutland and Newport",
)
"""Two straight lines and their mean.

``1.0 + 2.0 d`` minutes over ``d`` straight-line kilometres where both ends are urban, ``0.8 + 1.4 d`` where
both are rural. Fitted to a routing engine's free-flow times (OSRM car profile) between live postcodes of
Newport, taken as all urban, and of Rutland, taken as all rural; on those same data they err by 16-18 % of the
total time. The errors here are on Rutland with town told from country (``urban`` from 5 to 10 km has no pair
there and stands as the worst of its band; farther it is Oakham and the edge of Stamford, two towns with
country between, which a line through a city's streets gets twice too long).
"""

FITTED = DriveTimes(
    rural=DriveCurve(
        fixed=32.9,
        per_km=(146.1, 121.1, 95.5, 79.4, 68.3, 71.9),
        error=(0.58, 0.50, 0.38, 0.27, 0.20, 0.12),
    ),
    mixed=DriveCurve(
        fixed=48.3,
        per_km=(125.0, 99.8, 86.0, 66.7, 64.8, 68.5),
        error=(0.46, 0.23, 0.22, 0.19, 0.15, 0.14),
    ),
    urban=DriveCurve(
        fixed=45.8,
        per_km=(144.3, 102.9, 119.8, 122.2, 119.0, 120.2),
        error=(0.35, 0.22, 0.14, 0.27, 0.52, 0.50),
    ),
    source="fitted to OSRM on Rutland",
)
""":data:`KNOWN` bent by area kind and distance band to Rutland's roads, towns told from country.

:func:`geodata.travel.fit.fit_straight_line` on the 700 × 700 matrix of OSRM 26.10 (car profile,
OpenStreetMap of 27 February 2018, © OpenStreetMap contributors, ODbL 1.0). Rutland has one town, so ``urban``
keeps Newport's line past 5 km and most of it before. The errors are on areas left out of the fit. There the
absolute errors add up to this share of the total time, all kinds together:

===========  ======================  =======================
straight km  :data:`KNOWN`           :data:`FITTED`
===========  ======================  =======================
under 1      27 %, 5 % too short     27 %, 2 % too long
1-2          21 %, 10 % too short    19 %, 3 % too short
2-5          26 %, 15 % too short    23 %, no bias
5-10         24 %, 7 % too long      18 %, 2 % too long
10-15        18 %, 6 % too long      14 %, 1 % too short
over 15      18 %, 12 % too long     10 %, 3 % too long
all to 15    21 %, 4 % too long      17 %, no bias
===========  ======================  =======================

How it does on the roads of another county is not known.
"""


@dataclass(frozen=True, slots=True)
class StraightLine:
    """Travel estimated from straight lines alone.

    By car a leg takes what :attr:`times` says of its straight-line length and of how many of its ends are
    urban. Roads are taken to be 1.7 times as long as the line up to 1 km, falling to 1.3 times from 5 km on.

    Short legs are known much less well than long ones. On Rutland, with towns told from country by
    :func:`geodata.area_kinds.area_kinds`, the absolute errors of :data:`KNOWN` add up to this share of the
    total time, and those of the metres to this share of all metres:

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

    A council with a road network or a routing server fits the times to its own roads
    (:func:`geodata.travel.fit.fit_straight_line`), or takes :data:`FITTED`.

    Nothing here knows traffic, parking, one-way streets, estuaries or closures: every output must say that
    its figures are estimates and print :attr:`note`. The estimate grows with distance, is the same both
    ways and never zero between different places; it is not promised to be shorter directly than by way of a
    third place.

    Attributes
    ----------
    kinds
        Which places are urban.
    times
        How long a drive takes over a straight line, and how well that is known.
    """

    kinds: AreaKinds
    times: DriveTimes = KNOWN

    @property
    def name(self) -> str:
        """Name for provenance, with the times used where they are not :data:`KNOWN`."""
        return "straight-line estimate" + ("" if self.times == KNOWN else f", {self.times.source}")

    @property
    def is_estimate(self) -> bool:
        """Always: there is no road data in it."""
        return True

    @property
    def note(self) -> str:
        """Sentence that every report shows beside the figures."""
        return "Estimated from straight lines; real roads, estuaries and closures are not known to it."

    @property
    def error(self) -> Mapping[str, tuple[float, ...]]:
        """Relative standard error of a drive: ``rural``, ``mixed`` or ``urban``, then by band of distance.

        Bands begin at the kilometres of :data:`~geodata.travel.drive_times.BANDS`.
        """
        return {kind: getattr(self.times, kind).error for kind in ("rural", "mixed", "urban")}

    def relative_error(self, places: Sequence[Place]) -> NDArray[np.float64]:
        """Relative standard error of each drive, ``float64[n, n]``; zero between equal places.

        Errors of legs in one area go together: a total is known no better than its legs.
        """
        straight = straight_metres(places)
        error = self.times.relative_error(straight, urban_ends(self.kinds, places))
        return np.where(straight > 0, error, 0.0)

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        """Travel between every two of ``places``; whole seconds and metres, zero between equal places."""
        straight = straight_metres(places)
        metres = road_metres(straight)
        if mode is TravelMode.CAR:
            seconds = self.times.seconds(straight, urban_ends(self.kinds, places))
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
