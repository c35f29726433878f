"""A layer of zones: polygons with codes, whoever drew them, and how finely they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.place import NATIONAL_GRID

Shapes = NDArray[Any]
"""One polygon or multipolygon a zone, in EPSG:27700."""

FULL_UP_TO = 8
GENERALISED_UP_TO = 100
"""Metres of coarseness up to which a layer counts as drawn in full, or as generalised.

ONS draws boundaries in full, generalised to 20 m, super generalised to 200 m and ultra generalised to 500 m
("Digital boundaries", ONS Geography). Of nine ONS layers measured, the three generalised to 20 m have corners
of 36 to 43 m, the simplified ones of 274 to 771 m and, of five whole ICBs, 6 km.
"""


class ZoneKind(Enum):
    """What the zones of a layer are."""

    WARD = "ward"
    MSOA = "MSOA"
    LSOA = "LSOA"
    PCN = "PCN"
    ICB = "CCG or ICB"
    LOT = "lot"
    DISTRICT = "district"
    OTHER = "zone"


class Detail(Enum):
    """How finely a layer is drawn."""

    FULL = "full"
    """As surveyed: fit to say in which zone a place lies."""
    GENERALISED = "generalised"
    """Smoothed by tens of metres: a few places near a border fall on its wrong side."""
    SIMPLIFIED = "simplified"
    """For maps alone: never to say in which zone a place lies."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ZoneLayer:
    """Zones with codes, in order of code. Never changed.

    Attributes
    ----------
    codes, names, shapes
        One each a zone; a name is ``None`` where the layer has none. Codes are in order, each once.
    vintage
        Year of the codes and borders; ``None`` where it is not known.
    said_detail
        How finely it is drawn, as the user says; ``None`` to have it measured. Borders that run straight by
        nature, as those of a grid, measure coarser than they are.
    source, attribution
        Which file, in words fit for a report; what its licence asks every output to say, perhaps nothing.

    Raises
    ------
    ValueError
        Where codes repeat, stand out of order, or there are not as many codes, names and shapes.
    """

    kind: ZoneKind
    codes: tuple[str, ...]
    names: tuple[str | None, ...]
    shapes: Shapes
    vintage: int | None = None
    said_detail: Detail | None = None
    source: str = ""
    attribution: str = ""

    def __post_init__(self) -> None:
        if list(self.codes) != sorted(set(self.codes)):
            raise ValueError("codes must be in order, each once")
        if not len(self.codes) == len(self.names) == len(self.shapes):
            raise ValueError("a layer needs a name and a shape for each code")
        self.shapes.flags.writeable = False

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"ZoneLayer({self.title}, {self.source})"

    @property
    def title(self) -> str:
        """``632 wards of 2022`` as text."""
        word = {ZoneKind.ICB: "CCGs or ICBs"}.get(self.kind, f"{self.kind.value}s")
        return f"{len(self):,} {word}" + (f" of {self.vintage}" if self.vintage else "")

    @cached_property
    def coarseness(self) -> int:
        """Metres: see :func:`coarseness`."""
        return coarseness(self.shapes)

    @property
    def detail(self) -> Detail:
        """How finely it is drawn: as said, else as measured."""
        if self.said_detail is not None:
            return self.said_detail
        if self.coarseness <= FULL_UP_TO:
            return Detail.FULL
        return Detail.GENERALISED if self.coarseness <= GENERALISED_UP_TO else Detail.SIMPLIFIED

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the shapes."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def border_tree(self) -> shapely.STRtree:
        """Index of every straight piece of every border."""
        return shapely.STRtree(_pieces(self.shapes))

    def frame(self) -> gpd.GeoDataFrame:
        """Columns ``zone``, ``name`` and ``geometry`` (EPSG:27700), one row a zone."""
        columns = {"zone": list(self.codes), "name": list(self.names)}
        return gpd.GeoDataFrame(columns, geometry=self.shapes.tolist(), crs=NATIONAL_GRID)


def coarseness(shapes: Shapes) -> int:
    """How coarsely borders are drawn, in metres: how far the median corner stands off its neighbours' line.

    A border is made simpler by taking out corners that stand off that line by less than a tolerance
    (Douglas & Peucker 1973; Visvalingam & Whyatt 1993 weigh by area): what is left stands off by more. So the
    distance tells how much was taken out, which counts of corners do not: those grow with the border.
    """
    heights = [_heights(ring) for ring in shapely.get_rings(shapely.get_parts(shapes))]
    heights = [each for each in heights if len(each)]
    return round(float(np.median(np.concatenate(heights)))) if heights else 0


def _heights(ring: shapely.Geometry) -> NDArray[np.float64]:
    """Distance of each corner from the line through its two neighbours; none of a triangle."""
    corner = shapely.get_coordinates(ring)[:-1]
    if len(corner) < 4:
        return np.empty(0)
    before, after = np.roll(corner, 1, axis=0), np.roll(corner, -1, axis=0)
    along, to = after - before, corner - before
    area = np.abs(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0])
    height: NDArray[np.float64] = area / np.maximum(np.hypot(*along.T), 1.0)
    return height


def _pieces(shapes: Shapes) -> Shapes:
    """Borders as single straight lines, so that what is near one is found at once."""
    corners, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    same = ring[1:] == ring[:-1]
    pieces: Shapes = shapely.linestrings(np.stack([corners[:-1][same], corners[1:][same]], axis=1))
    return pieces
