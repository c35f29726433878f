"""The page of batches: one self-contained HTML file, for use inside the council, at the level of sectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import geopandas as gpd
import shapely
from markupsafe import Markup

from geodata.attribution import GEONAMES, ONS_POSTCODES
from optimiser.batching.problem import Batch, Batches, BatchingProblem
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.instance import Instance
from optimiser.report.batch_layers import by_sector
from optimiser.report.templating import templates
from optimiser.report.writing import write_text
from optimiser.solving.result import Result

MAP_WIDTH = 300
"""Of a small map, in its own units."""
SHADES = (0, 1, 3, 6)
"""Packages in a sector from which each shade on stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A sector on a small map: its path, its shade from 0, and what to say of it."""

    path: str
    shade: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShown:
    """A batch as the page shows it."""

    batch: Batch
    hours: float
    rural: int
    double: int
    sectors: int
    drive: int
    travel: int | None
    rounds: int | None
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotShown:
    """A lot with its batches, and the shares that each must be near."""

    name: str
    code: str
    packages: int
    rural: float
    double: float
    height: int
    batches: tuple[BatchShown, ...]


def write_batch_page(
    path: Path,
    *,
    instance: Instance,
    problem: BatchingProblem,
    result: Result[Batches],
    outlines: gpd.GeoDataFrame,
    day: str,
    travel: str = "a straight-line estimate",
    roads: Iterable[str] = (),
) -> None:
    """Write the page.

    Parameters
    ----------
    outlines
        Sectors, columns ``sector`` and ``geometry``, in EPSG:27700.
    day
        On which rounds were built.
    travel
        How travel is known, after "travel is".
    roads
        What the sources of the roads ask to be said.
    """
    batches = result.solution
    lots = tuple(_lot(instance, problem, batches, lot, outlines) for lot in problem.lots)
    left = Counter(each.rule.value for each in batches.left_out)
    sources = Counter(each.source.value for each in problem.candidates)
    page = templates().get_template("batches.html.j2")
    write_text(
        path,
        page.render(
            instance=instance,
            result=result,
            batches=batches,
            lots=lots,
            day=day.capitalize(),
            packages=sum(len(each.packages) for each in batches.batches),
            wanted=len(problem.candidates),
            hours=sum(each.care for each in batches.batches) / HOUR,
            travel=None if batches.travel is None else batches.travel / MINUTE,
            rounds=sum(len(each.rounds.working) for each in batches.batches if each.rounds is not None),
            left=sorted(left.items()),
            sources=sorted(sources.items()),
            rules=problem.rules,
            attributions=tuple(dict.fromkeys((*ONS_POSTCODES, GEONAMES, *roads))),
            known=travel,
            style=Markup(
                resources.files("optimiser.report.templates").joinpath("page.css").read_text("utf-8")
            ),
        ),
    )


def _lot(
    instance: Instance, problem: BatchingProblem, batches: Batches, lot: str, outlines: gpd.GeoDataFrame
) -> LotShown:
    own = [each for each in problem.candidates if each.lot == lot]
    shown = outlines[outlines["sector"].isin({each.sector for each in own})]
    frame = shown.geometry.total_bounds if len(shown) else (0.0, 0.0, 1.0, 1.0)
    scale = MAP_WIDTH / max(1.0, frame[2] - frame[0])
    paths = {
        name: _path(shape, frame, scale) for name, shape in zip(shown["sector"], shown.geometry, strict=True)
    }
    inside = by_sector(problem, batches)
    return LotShown(
        name=instance.lot_by_code[own[0].lot].name,
        code=lot,
        packages=len(own),
        rural=sum(each.is_rural for each in own) / len(own),
        double=sum(each.is_double_handed for each in own) / len(own),
        height=round((frame[3] - frame[1]) * scale) + 1,
        batches=tuple(
            _batch(problem, each, inside[each.id], paths) for each in batches.batches if each.lot == lot
        ),
    )


def _batch(problem: BatchingProblem, batch: Batch, inside: Counter[str], paths: dict[str, str]) -> BatchShown:
    number = {each.package: n for n, each in enumerate(problem.candidates)}
    those = [number[name] for name in batch.packages]
    held = [problem.candidates[n] for n in those]
    shapes = []
    for name, drawn in sorted(paths.items()):
        shade = sum(inside[name] >= least for least in SHADES) - 1
        shapes.append(Shape(path=drawn, shade=shade, title=f"{name}: {inside[name]} packages"))
    return BatchShown(
        batch=batch,
        hours=batch.care / HOUR,
        rural=sum(each.is_rural for each in held),
        double=sum(each.is_double_handed for each in held),
        sectors=len(inside),
        drive=int(problem.seconds[those][:, those].max()) // MINUTE,
        travel=None if batch.rounds is None else batch.rounds.travel // MINUTE,
        rounds=None if batch.rounds is None else len(batch.rounds.working),
        shapes=tuple(shapes),
    )


def _path(shape: shapely.Geometry, frame: tuple[float, float, float, float], scale: float) -> str:
    """Outline as an SVG path, north up."""
    parts = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [f"{(x - frame[0]) * scale:.1f} {(frame[3] - y) * scale:.1f}" for x, y in ring.coords]
            parts.append("M" + "L".join(points) + "Z")
    return "".join(parts)
