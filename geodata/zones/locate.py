"""In which zone places lie, and whether the layer is drawn finely enough to say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.report import Report, Severity
from geodata.tessellation import Points
from geodata.zones.layer import Detail, Shapes, ZoneLayer

DISPLACED = 3
"""A border lies about a third of the layer's coarseness off its true course.

With a quarter of the places in that reach on the wrong side, the share of 141,335 postcodes told in the wrong
zone comes out so (told, then measured): LSOAs simplified 10.3 and 9.6 %, MSOAs simplified 5.7 and 6.5 %,
districts simplified 1.4 and 1.0 %, wards generalised to 20 m 0.3 and 0.8 %. A rule of thumb, and told as one.
"""
WRONG_SIDE = 4
TOO_MANY_WRONG = 0.02
"""Share of places likely in the wrong zone from which a layer that is not simplified is warned of, too."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Located:
    """Where places lie in a layer.

    Attributes
    ----------
    zone
        ``int64[n]``: position of the zone in the layer, -1 for none. Of several the first in order of code,
        so that neither the order of features nor of places matters.
    on_border
        ``bool[n]``: on the line between zones, inside at most one.
    overlapping
        ``bool[n]``: inside more than one zone.
    """

    zone: NDArray[np.int64]
    on_border: NDArray[np.bool_]
    overlapping: NDArray[np.bool_]

    @property
    def nowhere(self) -> NDArray[np.bool_]:
        """``bool[n]``: in no zone."""
        found: NDArray[np.bool_] = self.zone < 0
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """Whether a layer can say in which zone places lie.

    Attributes
    ----------
    coarseness
        Of the layer, in metres (:func:`geodata.zones.layer.coarseness`).
    reach
        How far its borders lie off their true course, about, in metres.
    near
        Share of the places within that reach of a border.
    likely_wrong
        Share of the places likely told in the wrong zone.
    """

    detail: Detail
    coarseness: int
    reach: int
    near: float
    likely_wrong: float

    @property
    def will_do(self) -> bool:
        """Whether places may be told by it without a warning."""
        return self.detail is not Detail.SIMPLIFIED and self.likely_wrong <= TOO_MANY_WRONG


def locate(layer: ZoneLayer, xy: Points) -> Located:
    """Zone of each place; a border belongs to the zones on both its sides.

    Parameters
    ----------
    xy
        ``float64[n, 2]``, national-grid metres.
    """
    points = shapely.points(xy)
    place, shape = layer.tree.query(points, predicate="intersects")
    zone = np.full(len(xy), len(layer), dtype=np.int64)
    np.minimum.at(zone, place, shape)
    touched = np.bincount(place, minlength=len(xy))
    several = np.flatnonzero(touched > 1)
    within = layer.tree.query(points[several], predicate="within")[0]
    inside = np.zeros(len(xy), dtype=np.int64)
    inside[several] = np.bincount(within, minlength=len(several))
    return Located(
        zone=np.where(zone < len(layer), zone, -1),
        on_border=(touched > 1) & (inside < 2),
        overlapping=inside > 1,
    )


def metres_to_border(layer: ZoneLayer, xy: Points) -> NDArray[np.float64]:
    """Distance of each place to the nearest border of the layer, ``float64[n]``."""
    distance: NDArray[np.float64] = layer.border_tree.query_nearest(
        shapely.points(xy), return_distance=True, all_matches=False
    )[1]
    return distance


def metres_to_zone(shapes: Shapes, zone: NDArray[np.int64], xy: Points) -> NDArray[np.float64]:
    """Distance of each place to one zone, ``float64[n]``; 0 inside it."""
    distance: NDArray[np.float64] = shapely.distance(shapes[zone], shapely.points(xy))
    return distance


def fitness(layer: ZoneLayer, xy: Points) -> Fitness:
    """How far a layer can be trusted to say in which zone these places lie."""
    reach = round(layer.coarseness / DISPLACED)
    near = float((metres_to_border(layer, xy) <= reach).mean()) if len(xy) and len(layer) else 0.0
    return Fitness(
        detail=layer.detail,
        coarseness=layer.coarseness,
        reach=reach,
        near=near,
        likely_wrong=near / WRONG_SIDE,
    )


def report_fitness(found: Fitness, file: str, report: Report) -> None:
    """E461 where a layer is too coarse for the places it was asked about."""
    if found.will_do:
        return
    report.add(
        "E461", file,
        f"drawn too coarsely to say in which zone a place lies ({found.detail.value}, corners stand out by "
        f"{found.coarseness} m): {100 * found.near:.1f} % of the places lie within {found.reach} m of a "
        f"border, and about {100 * found.likely_wrong:.1f} % are likely told in the wrong zone",
        cure="take the layer in full resolution, or codes by postcode; use this one for maps alone",
        severity=Severity.WARNING,
    )  # fmt: skip


def report_located(located: Located, file: str, report: Report) -> None:
    """E462 for places in no zone, E463 for those in several or on a border."""
    nowhere, total = int(located.nowhere.sum()), len(located.zone)
    if nowhere:
        report.add(
            "E462", file, f"{nowhere:,} of {total:,} places lie in no zone: in the sea, or outside the layer",
            cure="they are listed; take a layer that covers them", severity=Severity.WARNING,
        )  # fmt: skip
    overlapping, border = int(located.overlapping.sum()), int(located.on_border.sum())
    if overlapping or border:
        report.add(
            "E463", file,
            f"{overlapping:,} places lie in more than one zone and {border:,} on a border",
            cure="they are taken for the first of their zones in order of code", severity=Severity.WARNING,
        )  # fmt: skip
