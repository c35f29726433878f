"""Batches on a map of postcode sectors: the finest that bidders may see, so the finest that is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import shapely

WIDTH = 1000
"""Of the drawing, in its own units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A sector.

    Attributes
    ----------
    path
        As SVG has it.
    colours
        Of the batches that lie in it, without repetition; none for a batch that has no colour.
    """

    sector: str
    path: str
    colours: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The name of a batch at its middle."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMap:
    """A drawing, ``width`` by ``height``."""

    width: int
    height: int
    areas: tuple[Area, ...]
    labels: tuple[Label, ...]

    @property
    def mixtures(self) -> tuple[tuple[int, ...], ...]:
        """Every set of two or more colours that a sector has: each needs a pattern."""
        return tuple(sorted({each.colours for each in self.areas if len(each.colours) > 1}))


def batch_map(
    outlines: gpd.GeoDataFrame, sectors: Mapping[str, frozenset[str]], colours: Mapping[str, int]
) -> BatchMap:
    """Draw the sectors of batches.

    Parameters
    ----------
    outlines
        Columns ``sector`` and ``geometry``, in EPSG:27700.
    sectors, colours
        Of each batch; a batch without a colour is drawn without.
    """
    shapes = dict(zip(outlines["sector"], outlines.geometry, strict=True))
    west, south, east, north = shapely.union_all(list(shapes.values())).bounds
    scale = WIDTH / max(east - west, 1.0)
    areas = []
    for sector, shape in sorted(shapes.items()):
        inside = sorted({colours[each] for each, own in sectors.items() if sector in own and each in colours})
        path = outline_path(shape, west, north, scale)
        areas.append(Area(sector=sector, path=path, colours=tuple(inside)))
    labels = []
    for batch, own in sorted(sectors.items()):
        parts = [shapes[each] for each in sorted(own) if each in shapes]
        if parts:
            middle = max(parts, key=lambda shape: shape.area).representative_point()
            labels.append(
                Label(
                    text=batch, x=round((middle.x - west) * scale, 1), y=round((north - middle.y) * scale, 1)
                )
            )
    return BatchMap(
        width=WIDTH,
        height=round((north - south) * scale),
        areas=tuple(areas),
        labels=tuple(_apart(labels)),
    )


def _apart(labels: list[Label], line: float = 19.0) -> list[Label]:
    """Labels one under the other where they would lie on one another."""
    placed: list[Label] = []
    for each in sorted(labels, key=lambda label: (label.y, label.x)):
        y = each.y
        while any(abs(other.y - y) < line and abs(other.x - each.x) < 120 for other in placed):
            y += line
        placed.append(Label(text=each.text, x=each.x, y=y))
    return placed


def outline_path(shape: shapely.Geometry, west: float, north: float, scale: float) -> str:
    """Outline as an SVG path, north up, from the north-west corner of the drawing and its scale."""
    rings = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.coords[:-1]]
            rings.append(f"M{'L'.join(points)}Z")
    return "".join(rings)
