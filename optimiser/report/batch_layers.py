"""Batches as layers for a map: ``batches.gpkg``, at the level of postcode sectors."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.place import NATIONAL_GRID
from optimiser.batching.problem import Batches, BatchingProblem
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance
from optimiser.report.geopackage import dated
from optimiser.report.writing import whole_or_not_at_all


def write_batch_layers(
    path: Path, *, instance: Instance, problem: BatchingProblem, batches: Batches, outlines: gpd.GeoDataFrame
) -> None:
    """Write the layers ``batches`` (a shape each) and ``sectors`` (a shape for each batch and sector).

    No home is in it: counts of packages by sector are.

    Parameters
    ----------
    outlines
        Columns ``sector`` and ``geometry``, in EPSG:27700.
    """
    layers = {
        "batches": batch_layer(problem, batches, outlines),
        "sectors": sector_layer(problem, batches, outlines),
    }
    with whole_or_not_at_all(path) as draft, dated(f"{instance.as_of.isoformat()}T00:00:00.000Z"):
        for name, layer in layers.items():
            pyogrio.write_dataframe(layer, draft, layer=name, driver="GPKG", append=draft.exists())


def by_sector(problem: BatchingProblem, batches: Batches) -> dict[str, Counter[str]]:
    """Packages of each batch in each sector."""
    sector = {each.package: each.sector for each in problem.candidates}
    return {batch.id: Counter(sector[name] for name in batch.packages) for batch in batches.batches}


def batch_layer(problem: BatchingProblem, batches: Batches, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A shape for each batch."""
    shape = dict(zip(outlines["sector"], outlines.geometry, strict=True))
    inside = by_sector(problem, batches)
    rows = [
        {
            "batch": each.id,
            "lot": each.lot,
            "packages": len(each.packages),
            "weekly_hours": round(each.care / HOUR, 2),
            "rounds": None if each.rounds is None else len(each.rounds.working),
            "travel_minutes": None if each.rounds is None else round(each.rounds.travel / 60, 1),
            "sectors": ";".join(sorted(inside[each.id])),
        }
        for each in batches.batches
    ]
    columns = ["batch", "lot", "packages", "weekly_hours", "rounds", "travel_minutes", "sectors"]
    shapes = [
        gpd.GeoSeries([shape[name] for name in sorted(inside[each.id]) if name in shape]).union_all()
        for each in batches.batches
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"rounds": "Int64"})
    return gpd.GeoDataFrame(table, geometry=shapes, crs=NATIONAL_GRID)


def sector_layer(problem: BatchingProblem, batches: Batches, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A shape for each batch and sector, with its packages there."""
    shape = dict(zip(outlines["sector"], outlines.geometry, strict=True))
    rows = [
        {"batch": name, "sector": sector, "packages": count}
        for name, counts in by_sector(problem, batches).items()
        for sector, count in sorted(counts.items())
        if sector in shape
    ]
    table = pd.DataFrame(rows, columns=["batch", "sector", "packages"])
    return gpd.GeoDataFrame(table, geometry=[shape[each["sector"]] for each in rows], crs=NATIONAL_GRID)
