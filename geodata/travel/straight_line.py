"""Travel without road data (being written)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.area_kinds import AreaKinds
from geodata.place import AreaKind, Place
from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode


@dataclass(frozen=True, slots=True, kw_only=True)
class StraightLine:
    """Placeholder, replaced by the geodata work."""

    kinds: AreaKinds

    @property
    def name(self) -> str:
        return "straight-line estimate"

    @property
    def is_estimate(self) -> bool:
        return True

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        xy = np.array([(p.easting, p.northing) for p in places], dtype=float).reshape(-1, 2)
        d = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
        urban = np.array([self.kinds.of(p) is AreaKind.URBAN for p in places])
        u = (urban[:, None].astype(float) + urban[None]) / 2
        s = np.where(d > 0, u * (60 + 0.12 * d) + (1 - u) * (48 + 0.084 * d), 0)
        return TravelMatrix(
            seconds=s.round().astype(np.int32), metres=(1.35 * d).round().astype(np.int32),
            reachable=np.ones(d.shape, bool), source=self.name, is_estimate=True,
        )
