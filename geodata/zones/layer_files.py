"""Reading a layer of zones from GeoJSON, Shapefile, GeoPackage; every fault becomes a finding.

============  ================================================================================
code          what is wrong
============  ================================================================================
E450          the file is not there or may not be read
E451          no map: damaged, or of another kind
E452          the layer named is not there, or none of several is named
E453          the layer holds no zones
E454          nothing says in which coordinates it is drawn
E455          the coordinates are not of the kind that is stated, or that is not known
E456          a feature is no area
E457          a polygon crosses itself (a warning where it was repaired)
E458          no column of codes, or several
E459          a code is empty or stands twice
E460          a zone lies outside Great Britain
============  ================================================================================
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pyogrio.errors
import pyproj
import shapely
from numpy.typing import NDArray

from geodata.place import EASTING_RANGE, NATIONAL_GRID, NORTHING_RANGE
from geodata.report import Report, Severity
from geodata.zones.columns import code_column, kind_of, name_column, vintage_of
from geodata.zones.layer import Detail, Shapes, ZoneKind, ZoneLayer

FEATURES_NAMED = 20
"""Features named one by one for each fault; a last finding counts the rest."""
_FAULTS = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError, pyogrio.errors.GeometryError, UnicodeError, shapely.errors.ShapelyError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user says of a file; what is ``None`` is found.

    Attributes
    ----------
    layer
        Of several in one file.
    code, name
        Columns.
    crs
        Coordinates of a file that does not say (``EPSG:27700``), or says wrongly.
    repair
        Whether polygons that cross themselves are taken as :func:`shapely.make_valid` mends them.
    """

    layer: str | None = None
    code: str | None = None
    name: str | None = None
    kind: ZoneKind | None = None
    vintage: int | None = None
    detail: Detail | None = None
    crs: str | None = None
    repair: bool = False
    attribution: str = ""


AS_FOUND = Asked()


def read_layer(path: Path, report: Report, asked: Asked = AS_FOUND) -> ZoneLayer | None:
    """Zones of a file, in national-grid metres.

    GeoJSON without a ``crs`` is in degrees (WGS 84) by its standard (RFC 7946, section 4); a shapefile
    without ``.prj`` says nothing and is refused until the user does.

    Returns
    -------
    ZoneLayer | None
        ``None`` where it cannot be used; ``report`` then holds an error.
    """
    before = len(report.errors)
    table = _features(path, report, asked)
    if table is None:
        return None
    file = path.name
    code = code_column(table, asked.code, asked.kind, file, report)
    shapes = _on_the_grid(table, file, report, asked)
    if shapes is None or code is None:
        return None
    codes = [_code(each) for each in table[code].astype(object)]
    shapes = _sound(shapes, codes, file, report, repair=asked.repair)
    _check_codes(codes, code, file, report)
    _check_place(shapes, codes, file, report)
    if len(report.errors) > before:
        return None
    name = name_column(table, code, asked.name, file, report)
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    return ZoneLayer(
        kind=asked.kind or kind_of(code),
        codes=tuple(codes[i] for i in order),
        names=tuple(None if name is None else _text(table[name].iloc[i]) for i in order),
        shapes=shapes[order],
        vintage=asked.vintage or vintage_of(code),
        said_detail=asked.detail,
        source=file if asked.layer is None else f"{file}, layer {asked.layer}",
        attribution=asked.attribution,
    )


def _code(value: object) -> str:
    """Code as text; whole numbers that a file holds with a point (``1.0``) without it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return "" if text.casefold() in ("nan", "none", "<na>") else text


def _text(value: object) -> str | None:
    return None if value is None or value != value else str(value)


def _features(path: Path, report: Report, asked: Asked) -> gpd.GeoDataFrame | None:
    """What the file holds, as it stands."""
    file = path.name
    if not path.exists():
        report.add("E450", str(path), "is not there", cure="check the path")
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # what the map library guesses of a file
            if path.is_file():
                path.open(
                    "rb"
                ).close()  # whether it may be read: the map library would only say that it is no map
            layer = _layer_of(path, report, asked.layer)
            if layer is None:
                return None
            table = pyogrio.read_dataframe(path, layer=layer)
    except OSError as fault:
        report.add("E450", file, f"cannot be read: {fault.strerror}", cure="check who may read it")
        return None
    except _FAULTS as fault:
        message = " ".join(str(fault).replace(str(path), file).partition("; It might")[0].split())
        report.add("E451", file, f"is no map that can be read: {message[:200]}", cure=_GIVE_A_MAP)
        return None
    if not isinstance(table, gpd.GeoDataFrame):
        report.add("E451", file, "is a table without shapes", cure=_GIVE_A_MAP)
        return None
    if table.empty:
        report.add("E453", file, "holds no zones", cure="give the layer that does, or download it again")
        return None
    return table


_GIVE_A_MAP = "give GeoJSON, a GeoPackage, or a shapefile with its .shx and .dbf"


def _layer_of(path: Path, report: Report, asked: str | None) -> str | None:
    """The layer to be read, if there is one and only one."""
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if asked is not None and asked not in layers:
        report.add(
            "E452", path.name, f"has no layer called {asked!r}", cure=f"it has: {', '.join(layers) or 'none'}"
        )
        return None
    if asked is None and len(layers) > 1:
        report.add(
            "E452",
            path.name,
            f"holds {len(layers)} layers",
            cure=f"name one of them: {', '.join(layers[:8])}",
        )
        return None
    if not layers:
        report.add("E453", path.name, "holds no layer", cure="download it again")
        return None
    return asked or layers[0]


def _on_the_grid(table: gpd.GeoDataFrame, file: str, report: Report, asked: Asked) -> Shapes | None:
    """Shapes in national-grid metres; ``None`` where it cannot be told what their coordinates are."""
    stated = table.crs
    if asked.crs is not None:
        try:
            stated = pyproj.CRS.from_user_input(asked.crs)
        except pyproj.exceptions.CRSError:
            report.add("E455", file, f"no coordinates are called {asked.crs!r}", cure="write EPSG:27700")
            return None
    if stated is None:
        report.add(
            "E454", file, "does not say in which coordinates it is drawn (a shapefile says it in its .prj)",
            cure="add the .prj, or say it: --crs EPSG:27700 for national-grid metres, EPSG:4326 for degrees",
        )  # fmt: skip
        return None
    bounds = table.geometry.total_bounds
    if stated.is_geographic and np.isfinite(bounds).all() and np.abs(bounds).max() > 360:
        report.add(
            "E455", file,
            f"is in degrees (as GeoJSON that says nothing is), and goes to {np.abs(bounds).max():,.0f}",
            cure="say what it is in: --crs EPSG:27700 for national-grid metres",
        )  # fmt: skip
        return None
    moved = table.geometry.set_crs(stated, allow_override=True).to_crs(NATIONAL_GRID)
    shapes: Shapes = shapely.force_2d(moved.to_numpy().astype(object))
    return shapes


def _sound(shapes: Shapes, codes: Sequence[str], file: str, report: Report, *, repair: bool) -> Shapes:
    """Shapes that are areas and do not cross themselves; the others as found, and told."""
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    _each(
        report, "E456", file, np.flatnonzero(~is_area), codes,
        lambda i: f"is no area, but {_what(shapes[i])}",
        "take it out, or give it its polygon",
    )  # fmt: skip
    crossed = np.flatnonzero(is_area & ~shapely.is_valid(shapes))
    if not len(crossed):
        return shapes
    mended = shapes.copy()
    mended[crossed] = [_areas(each) for each in shapely.make_valid(shapes[crossed])]
    if repair:
        _each(
            report, "E457", file, crossed, codes,
            lambda i: f"crossed itself ({_where(shapes[i])}) and was repaired: "
            f"{shapely.area(mended[i]) - shapely.area(shapes[i]):+,.0f} m²",
            "look at it on a map", severity=Severity.WARNING,
        )  # fmt: skip
        return mended
    _each(
        report, "E457", file, crossed, codes, lambda i: f"crosses itself: {_where(shapes[i])}",
        "mend it where it was drawn, or add --repair to take it as a machine mends it",
    )  # fmt: skip
    return shapes


def _what(shape: shapely.Geometry | None) -> str:
    return "nothing" if shape is None or shape.is_empty else f"a {shape.geom_type.lower()}"


def _where(shape: shapely.Geometry) -> str:
    """``Self-intersection at 585387, 206645``."""
    reason = shapely.is_valid_reason(shape)
    kind, _, at = reason.partition("[")
    metres = [f"{float(each):.0f}" for each in at.rstrip("]").split()[:2]] if at else []
    return f"{kind.strip().lower()} at {', '.join(metres)}" if metres else kind.strip().lower()


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Polygons of a shape alone: mending leaves lines behind."""
    parts = shapely.get_parts(shapely.get_parts(shape))  # of a collection, then of its multipolygons
    return shapely.union_all(parts[shapely.get_type_id(parts) == 3])


def _check_codes(codes: Sequence[str], column: str, file: str, report: Report) -> None:
    empty = [i for i, code in enumerate(codes) if not code]
    _each(report, "E459", file, empty, codes, lambda _: f"has no {column}", "fill it")
    first: dict[str, int] = {}
    twice = [i for i, code in enumerate(codes) if code and first.setdefault(code, i) != i]
    _each(
        report, "E459", file, twice, codes,
        lambda i: f"has the {column} of polygon {first[codes[i]] + 1}",
        "give each zone a code of its own; join the parts of one zone to one shape",
    )  # fmt: skip


def _check_place(shapes: Shapes, codes: Sequence[str], file: str, report: Report) -> None:
    bounds = shapely.bounds(shapes)
    low, high = (EASTING_RANGE[0], NORTHING_RANGE[0]), (EASTING_RANGE[1], NORTHING_RANGE[1])
    off = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
    there = np.isfinite(bounds).all(axis=1) | ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    _each(
        report, "E460", file, np.flatnonzero((off | ~np.isfinite(bounds).all(axis=1)) & there), codes,
        lambda _: "lies outside Great Britain",
        "correct its coordinates (are the two swapped?), or say what they are: --crs EPSG:27700",
    )  # fmt: skip


def _each(
    report: Report,
    code: str,
    file: str,
    those: Sequence[int] | NDArray[np.int64],
    codes: Sequence[str],
    says: Callable[[int], str],
    cure: str,
    *,
    severity: Severity = Severity.ERROR,
) -> None:
    """One finding a feature for the first of them, then one that counts the rest."""
    for i in those[:FEATURES_NAMED]:
        name = f"polygon {int(i) + 1}" + (f" ({codes[i]})" if codes[i] else "")
        report.add(code, file, f"{name} {says(int(i))}", cure=cure, severity=severity)
    if len(those) > FEATURES_NAMED:
        rest = f"{len(those) - FEATURES_NAMED:,} more polygons with the same fault"
        report.add(code, file, rest, cure=cure, severity=severity)
