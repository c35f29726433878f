"""Reading closures from GeoJSON; every fault becomes a finding, none a traceback.

============  ================================================================================
code          what is wrong
============  ================================================================================
E420          the file is not there, or no GeoJSON with features
E421          a closure is neither line nor polygon, and names no ways; or its points are no degrees
E422          a polygon crosses itself
E423          a closure lies outside the map
E424          (warning) a closure closes no road
E425          a date, an hour, a way or a mode is none
============  ================================================================================
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
import shapely.errors
import shapely.geometry

from geodata.place import DEGREES, NATIONAL_GRID
from geodata.report import Report, Severity
from geodata.travel.closures import Closure, links_of
from geodata.travel.model import TravelMode
from geodata.travel.network import RoadNetwork

_HOURS = re.compile(r"(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)")
_KINDS = {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
_PROPERTIES = "from and to are days (2026-03-01), hours like 07:00-19:00, open_to like foot;cycle"


@dataclass(slots=True)
class _Reading:
    """Where in which file a reader is."""

    file: str
    row: int
    report: Report

    def reject(self, code: str, column: str | None, message: str, cure: str) -> None:
        self.report.add(code, self.file, message, row=self.row, column=column, cure=cure)


def read_closures(path: Path, network: RoadNetwork, report: Report) -> tuple[Closure, ...]:
    """Closures of a GeoJSON file, in degrees (RFC 7946), each with properties.

    ``name``; ``from`` and ``to`` (days, both included); ``hours`` (``07:00-19:00``); ``open_to`` (modes that
    may pass, ``foot`` where nothing is said; ``none`` for nobody); ``ways`` (OpenStreetMap ways closed whole,
    beside or instead of a geometry). Features count as rows from 1.

    Parameters
    ----------
    report
        Takes findings; nothing is raised.
    """
    document = _document(path, report)
    found = []
    for row, feature in enumerate(document, start=1):
        reading = _Reading(path.name, row, report)
        before = len(report.errors)
        closure = _closure(feature, reading)
        if closure is not None and len(report.errors) == before:
            _check_on_map(closure, network, reading)
            found.append(closure)
    return tuple(found)


def _document(path: Path, report: Report) -> Sequence[Any]:
    cure = "give a GeoJSON FeatureCollection"
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
        features = held["features"]
        if not isinstance(features, list) or not features:
            raise ValueError("it holds no features")
    except FileNotFoundError:
        report.add("E420", path.name, "there is no such file", cure="check the path")
        return ()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        message = " ".join(str(fault).split())
        report.add("E420", path.name, f"no GeoJSON with features: {message}", cure=cure)
        return ()
    return features


def _closure(feature: Any, reading: _Reading) -> Closure | None:
    if not isinstance(feature, Mapping):
        reading.reject("E421", None, "is no feature", "give a GeoJSON feature")
        return None
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        reading.reject("E425", "properties", "are no properties", _PROPERTIES)
        return None
    ways = _ways(properties.get("ways"), reading)
    shape = _shape(feature.get("geometry"), reading)
    if shape is None and not ways:
        if feature.get("geometry") is None and not properties.get("ways"):
            reading.reject(
                "E421", "geometry", "has neither a line, a polygon nor ways", "draw a line along the road"
            )
        return None
    first, last = (_day(properties.get(key), key, reading) for key in ("from", "to"))
    if first is not None and last is not None and last < first:
        reading.reject("E425", "to", f"ends before it begins: {first} to {last}", "swap the two days")
        return None
    return Closure(
        name=str(properties.get("name") or f"closure {reading.row}"),
        shape=shape,
        ways=ways,
        first=first,
        last=last,
        hours=_hours(properties.get("hours"), reading),
        open_to=_modes(properties.get("open_to"), reading),
    )


def _shape(geometry: Any, reading: _Reading) -> shapely.Geometry | None:
    """In national-grid metres."""
    if geometry is None:
        return None
    cure = "draw a line along the road or a polygon around it, in degrees"
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in _KINDS:
        reading.reject("E421", "geometry", f"{kind or 'this'} is neither line nor polygon", cure)
        return None
    try:
        with np.errstate(invalid="ignore"):  # points that are no numbers are told below
            shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        reading.reject("E421", "geometry", "its points cannot be read", cure)
        return None
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        reading.reject("E421", "geometry", "its points are no longitude and latitude", cure)
        return None
    west, south, east, north = shape.bounds if not shape.is_empty else (999.0,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        reading.reject("E421", "geometry", "its points are no longitude and latitude", cure)
        return None
    if not shapely.is_valid(shape):
        reason = shapely.is_valid_reason(shape)
        if shape.geom_type in ("LineString", "MultiLineString"):
            reading.reject("E421", "geometry", f"is no line: {reason}", cure)
        else:
            said = f"the polygon crosses itself: {reason}"
            reading.reject("E422", "geometry", said, "draw its outline once around")
        return None
    to_grid = pyproj.Transformer.from_crs(DEGREES, NATIONAL_GRID, always_xy=True)
    return shapely.transform(shape, lambda xy: _columns(to_grid.transform(xy[:, 0], xy[:, 1])))


def _columns(pair: Any) -> Any:
    return np.column_stack(pair)


def _check_on_map(closure: Closure, network: RoadNetwork, reading: _Reading) -> None:
    if closure.shape is not None and len(network):
        low, high = network.shape.min(axis=0) / 10, network.shape.max(axis=0) / 10
        if not shapely.intersects(closure.shape, shapely.box(*low, *high)):
            cure = "is it longitude first? does the network cover it?"
            reading.reject("E423", "geometry", f"{closure.name} lies outside the map", cure)
            return
    unknown = sorted(closure.ways - set(network.link_way.tolist()))
    if unknown:
        cure = "take it out, or give the way as the extract has it"
        reading.reject("E425", "ways", f"the network has no way {unknown[0]}", cure)
    elif not links_of(network, closure).any():
        reading.report.add(
            "E424", reading.file, f"{closure.name} closes no road", row=reading.row,
            cure="draw the line along the road", severity=Severity.WARNING,
        )  # fmt: skip


def _ways(value: Any, reading: _Reading) -> frozenset[int]:
    if value is None:
        return frozenset()
    if isinstance(value, list) and all(
        isinstance(each, int) and not isinstance(each, bool) for each in value
    ):
        return frozenset(each for each in value if abs(each) < 1 << 62)
    reading.reject("E425", "ways", f"{value!r} is no list of ways", "write [12345, 67890]")
    return frozenset()


def _day(value: Any, key: str, reading: _Reading) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        reading.reject("E425", key, f"{value!r} is no day", "write it as 2026-03-01")
        return None


def _hours(value: Any, reading: _Reading) -> tuple[int, int] | None:
    if value is None:
        return None
    met = _HOURS.fullmatch(str(value).strip())
    if met:
        begin, end = int(met[1]) * 60 + int(met[2]), int(met[3]) * 60 + int(met[4])
        if int(met[2]) < 60 and int(met[4]) < 60 and begin < 1440 and end <= 1440 and begin != end:
            return begin, end
    reading.reject("E425", "hours", f"{value!r} are no hours", "write them as 07:00-19:00")
    return None


def _modes(value: Any, reading: _Reading) -> frozenset[TravelMode]:
    if value is None:
        return frozenset({TravelMode.FOOT})
    known = {mode.value: mode for mode in TravelMode}
    listed = value if isinstance(value, list) else str(value).split(";")
    given = [str(each).strip() for each in listed if str(each).strip()]
    wrong = [each for each in given if each not in known and each != "none"]
    if wrong:
        reading.reject("E425", "open_to", f"{wrong[0]!r} is no mode", "car, cycle, foot, or none")
    return frozenset(known[each] for each in given if each in known)
