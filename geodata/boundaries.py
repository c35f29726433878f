"""Outlines of districts and of postcode sectors, drawn from postcodes alone, for maps on a page.

No boundary file is needed: every point of the land belongs to the district of the postcode nearest to it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import shapely.errors
import shapely.geometry
from numpy.typing import NDArray
from platformdirs import user_cache_dir

from geodata.place import NATIONAL_GRID
from geodata.postcodes import PostcodeDirectory
from geodata.tessellation import (
    Labels,
    Points,
    joined_cells,
    one_label_a_place,
    rim_of,
    smoothed,
    triangles_of,
    without_strays,
)

_log = logging.getLogger(__name__)

# How the drawing is done, in metres. Fitted by overlap on Essex and Norfolk; part of the cache key.
_NEIGHBOURHOOD = 4_000  # how far around the districts other postcodes are taken in
_OPEN_COUNTRY = 1_800  # triangles of neighbouring postcodes are land up to this circumradius
_SHORE = 300  # land beyond the outermost postcodes
_DRAWING = 1  # raise when the drawing changes, so that old cache files are not used


def district_outlines(
    directory: PostcodeDirectory,
    districts: Iterable[str],
    *,
    simplify_metres: float = 100.0,
    use_cache: bool = True,
) -> gpd.GeoDataFrame:
    """Outlines of districts: the Voronoi cells of their postcodes, joined and cut off at the shore.

    An estimate for maps, never for geocoding or law. Overlap with official outlines (intersection over
    union, at the default simplification):

    ================  ====  ==================  ====  ==============  ====
    Maldon            0.82  Great Yarmouth      0.85  Norwich         0.84
    Colchester        0.90  North Norfolk       0.94  Broadland       0.91
    Leicester         0.91  King's Lynn and WN  0.90  South Norfolk   0.94
    Castle Point      0.76  Breckland           0.94  Uttlesford      0.94
    ================  ====  ==================  ====  ==============  ====

    The official outlines compared with are themselves simplified (ONS districts 2024; two official versions
    of one district overlap by 0.88 to 0.98). Inland borders are as good as postcodes are dense; coasts are
    worse.

    Land is where neighbouring postcodes lie near one another (an alpha shape of 1.8 km) and 300 m beyond:
    marshes without a postcode, as at Dengie and Foulness, are lost, and narrow estuaries, as the
    Blackwater, are filled.

    Parameters
    ----------
    directory
        Must hold the neighbouring districts too, or their side of the border is taken.
    districts
        GSS codes. Those without a postcode in ``directory`` are left out of the answer.
    simplify_metres
        Detail smaller than about this is smoothed away, the same on both sides of a border. 0 keeps every
        corner.
    use_cache
        Whether to look in, and add to, the cache on disk (:func:`cache_folder`). The key is a hash of the
        postcodes, the districts and the settings; a damaged file is drawn anew.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``district`` and ``geometry`` (MultiPolygon, EPSG:27700), one row a district, in order of
        code.

    Raises
    ------
    ValueError
        Where ``simplify_metres`` is negative.
    """
    if simplify_metres < 0:
        raise ValueError(f"cannot simplify by {simplify_metres} metres")
    asked = tuple(sorted(set(districts) & set(directory.districts)))
    if not asked:
        return _frame({})
    xy, codes = _sites(directory, asked, "district")
    if not use_cache:
        return _frame(_drawn(xy, codes, asked, simplify_metres))
    path = cache_folder() / f"outlines-{_key(xy, codes, asked, simplify_metres)}.geojson"
    cached = _read(path, asked)
    if cached is not None:
        return cached
    outlines = _frame(_drawn(xy, codes, asked, simplify_metres))
    _write(outlines, path)
    return outlines


def sector_outlines(
    directory: PostcodeDirectory, sectors: Iterable[str], *, simplify_metres: float = 60.0
) -> gpd.GeoDataFrame:
    """Outlines of postcode sectors, as those of districts are drawn; the finest that bidders may see.

    Each is where most postcodes around are of it (:func:`geodata.tessellation.smoothed`).

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``sector`` and ``geometry`` (MultiPolygon, EPSG:27700), one row a sector, in order of name;
        those without a postcode in ``directory``, or scattered among others', are left out.
    """
    there = set(directory.table["sector"].unique())
    asked = tuple(sorted(set(sectors) & there))
    drawn = {}
    if asked:
        xy, names = _sites(directory, asked, "sector")
        areas = _drawn(xy, smoothed(xy, names), asked, simplify_metres)
        drawn = {sector: area for sector, area in areas.items() if not area.is_empty}
    return gpd.GeoDataFrame({"sector": list(drawn)}, geometry=list(drawn.values()), crs=NATIONAL_GRID)


def cache_folder() -> Path:
    """Where drawn outlines are kept: ``CAREROUNDS_CACHE``, or else the user's cache folder."""
    return Path(os.environ.get("CAREROUNDS_CACHE") or user_cache_dir("carerounds"))


def _frame(outlines: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"district": list(outlines)}, geometry=list(outlines.values()), crs=NATIONAL_GRID)


def _drawn(
    xy: Points, codes: Labels, asked: tuple[str, ...], simplify_metres: float
) -> dict[str, shapely.Geometry]:
    """Outline of each district asked."""
    triangles = triangles_of(xy)
    cells = joined_cells(xy, without_strays(xy, codes), triangles, asked)
    land = _land(xy, triangles)
    shapes = shapely.intersection(np.array([cells[code] for code in asked], dtype=object), land)
    shapes = np.array([_as_multipolygon(shape) for shape in shapes], dtype=object)  # what touches is no area
    if simplify_metres > 0:
        shapes = _simplified(shapes, simplify_metres)
    return {code: _as_multipolygon(shape) for code, shape in zip(asked, shapes, strict=True)}


def _sites(directory: PostcodeDirectory, asked: tuple[str, ...], column: str) -> tuple[Points, Labels]:
    """Points of the areas asked for and around them, each place once, and the area of each."""
    codes = directory.table[column].to_numpy(dtype=object)
    own = directory.table[column].isin(asked).to_numpy()
    low = directory.xy[own].min(axis=0) - _NEIGHBOURHOOD
    high = directory.xy[own].max(axis=0) + _NEIGHBOURHOOD
    near = ((directory.xy >= low) & (directory.xy <= high)).all(axis=1)
    return one_label_a_place(directory.xy[near], codes[near])


def _land(xy: Points, triangles: NDArray[np.int64]) -> shapely.Geometry:
    """Where postcodes lie near one another, and a shore beyond; what lies inside counts as land."""
    corner = xy[triangles]
    a, b, c = (np.hypot(*(corner[:, i] - corner[:, j]).T) for i, j in ((1, 2), (0, 2), (0, 1)))
    first, second = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    near = triangles[a * b * c <= _OPEN_COUNTRY * 4 * area]  # circumradius = abc / 4 area
    rim = shapely.linestrings(xy[rim_of(near)])
    alone = shapely.points(np.delete(xy, np.unique(near), axis=0))
    inland = np.concatenate([shapely.get_parts(shapely.polygonize(rim)), alone])
    shores = shapely.buffer(inland, _SHORE, quad_segs=4)
    outer = [shapely.Polygon(part.exterior) for part in shapely.get_parts(shapely.union_all(shores))]
    return shapely.union_all(outer)


def _simplified(shapes: NDArray[Any], metres: float) -> NDArray[Any]:
    """Simplify all at once, so that neighbours keep one border; slivers smaller than the detail go."""
    smooth = shapely.coverage_simplify(shapes, metres)
    kept = []
    for before, shape in zip(shapes, smooth, strict=True):
        parts = shapely.get_parts(shape)
        large = parts[shapely.area(parts) >= min(25 * metres**2, shapely.area(parts).max(initial=0))]
        kept.append(shapely.union_all(large) if len(large) else before)
    return np.array(kept, dtype=object)


def _as_multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _key(xy: Points, codes: Labels, asked: tuple[str, ...], simplify_metres: float) -> str:
    """Hash of all the drawing depends on: of the postcodes only those around."""
    settings = (_DRAWING, _NEIGHBOURHOOD, _OPEN_COUNTRY, _SHORE, asked, float(simplify_metres))
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(xy.astype("<f8").tobytes())
    digest.update("\n".join(codes).encode())
    return digest.hexdigest()[:32]


def _read(path: Path, asked: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    """Outlines from the cache; ``None`` where they are not there or cannot be trusted."""
    if not path.exists():
        return None
    try:
        features = json.loads(path.read_bytes())["features"]
        found = {
            each["properties"]["district"]: shapely.geometry.shape(each["geometry"]) for each in features
        }
        whole = tuple(found) == asked and all(shapely.is_valid(list(found.values())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as fault:
        _log.info("cached outlines %s cannot be read (%s) and are drawn anew", path.name, fault)
        return None
    return _frame(found) if whole else None


def _write(outlines: gpd.GeoDataFrame, path: Path) -> None:
    """Write under a name of its own, then rename, so that no other process ever sees half a file."""
    features = [
        {"type": "Feature", "properties": {"district": code}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in zip(outlines["district"], outlines.geometry, strict=True)
    ]
    grid = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{NATIONAL_GRID.replace(':', '::')}"}}
    text = json.dumps({"type": "FeatureCollection", "crs": grid, "features": features})
    temporary = path.with_name(f"{path.stem}-{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as fault:  # a full or read-only disk costs time, not the answer
        _log.info("outlines could not be cached: %s", fault)
        with suppress(OSError):
            temporary.unlink()
