"""The result as layers for a map: ``result.gpkg``, which opens in QGIS, in national-grid metres."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.geometry import LineString, Point

from geodata.place import NATIONAL_GRID
from optimiser.impact.measures import METRES_PER_MILE
from optimiser.impact.study import DayBuilt, Study
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import HOUR, clock
from optimiser.model.instance import Instance
from optimiser.model.rounds import Round
from optimiser.report.comparison import in_minutes
from optimiser.report.page_data import place_of_visits
from optimiser.report.writing import whole_or_not_at_all
from optimiser.solving.result import Result


def write_geopackage(
    path: Path,
    *,
    instance: Instance,
    allocations: Mapping[str, Result[Allocation]],
    study: Study,
    outlines: gpd.GeoDataFrame | None = None,
) -> None:
    """Write the layers ``packages``, ``rounds``, ``stops`` and, where given, ``districts``.

    Legs are straight lines between stops. Depots are left out: they may be carers' own homes. It holds
    places of people's homes, so it is for use inside the council only.

    Parameters
    ----------
    outlines
        Columns ``district`` and ``geometry``, in EPSG:27700.
    """
    layers = {
        "packages": package_layer(instance, allocations),
        "rounds": round_layer(instance, study),
        "stops": stop_layer(instance, study),
    }
    if outlines is not None and len(outlines):
        layers["districts"] = outlines[["district", "geometry"]].sort_values("district")
    with whole_or_not_at_all(path) as draft, dated(f"{instance.as_of.isoformat()}T00:00:00.000Z"):
        for name, layer in layers.items():
            pyogrio.write_dataframe(
                layer.reset_index(drop=True), draft, layer=name, driver="GPKG", append=draft.exists()
            )


@contextmanager
def dated(moment: str) -> Iterator[None]:
    """Stamp layers with a given moment, so that the same result gives the same file."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def package_layer(instance: Instance, allocations: Mapping[str, Result[Allocation]]) -> gpd.GeoDataFrame:
    """A point for each package, with its provider under both allocations."""
    names = {provider.id: provider.name for provider in instance.providers}
    before = {each.package: each for each in allocations["baseline"].solution.placements}
    after = {each.package: each for each in allocations["proposal"].solution.placements}
    left = {each.package: each for each in allocations["proposal"].solution.unplaced}
    rows, points = [], []
    for package in instance.packages:
        placed, baseline = after.get(package.id), before.get(package.id)
        lost = left.get(package.id)
        rows.append(
            {
                "package": package.id,
                "provider": placed.provider if placed else None,
                "provider_name": names[placed.provider] if placed else None,
                "tier": placed.tier if placed else None,
                "position": placed.position if placed else None,
                "baseline_provider": baseline.provider if baseline else None,
                "moved": (placed and placed.provider) != (baseline and baseline.provider),
                "last_resort": placed is None,
                "reason": lost.reason if lost else None,
                "service": package.service.value,
                "lot": package.lot,
                "sector": package.sector,
                "weekly_hours": round(package.weekly_care / HOUR, 2),
                "weekly_cost_pence": placed.weekly_cost if placed else lost.weekly_cost if lost else None,
            }
        )
        points.append(Point(package.place.easting, package.place.northing))
    table = pd.DataFrame(rows).astype({"position": "Int64", "weekly_cost_pence": "Int64"})
    return gpd.GeoDataFrame(table, geometry=points, crs=NATIONAL_GRID)


def _first_days(study: Study) -> tuple[tuple[str, DayBuilt], ...]:
    return ("baseline", study.baseline[0]), ("proposal", study.proposal[0])


def _rounds(study: Study) -> Iterator[tuple[str, str | None, Round]]:
    """Every round of each scenario's first day, with the locality it was built for."""
    for scenario, built in _first_days(study):
        for plan in built.plans:
            for each in plan.rounds:
                yield scenario, plan.locality, each


def round_layer(instance: Instance, study: Study) -> gpd.GeoDataFrame:
    """A line for each round through its stops; no geometry where all its stops are one place."""
    places = place_of_visits(instance)
    rows, lines = [], []
    for scenario, locality, each in _rounds(study):
        rows.append(
            {
                "scenario": scenario,
                "day": study.day.value,
                "provider": each.provider,
                "locality": locality,
                "carer": each.carer,
                "mode": each.mode.value,
                "stops": len(each.stops),
                "starts": clock(each.stops[0].start) if each.stops else None,
                "ends": clock(each.stops[-1].end) if each.stops else None,
                "travel_minutes": round(in_minutes(each.travel_seconds), 1),
                "contact_minutes": round(in_minutes(each.contact_seconds), 1),
                "miles": round(each.metres / METRES_PER_MILE, 2),
            }
        )
        track = [(places[stop.visit].easting, places[stop.visit].northing) for stop in each.stops]
        lines.append(LineString(track) if len(set(track)) > 1 else None)
    columns = (
        "scenario",
        "day",
        "provider",
        "locality",
        "carer",
        "mode",
        "stops",
        "starts",
        "ends",
        "travel_minutes",
        "contact_minutes",
        "miles",
    )
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(columns)), geometry=lines, crs=NATIONAL_GRID)


def stop_layer(instance: Instance, study: Study) -> gpd.GeoDataFrame:
    """A point for each stop, with its order on the round and its clock times."""
    places = place_of_visits(instance)
    rows, points = [], []
    for scenario, _, each in _rounds(study):
        for order, stop in enumerate(each.stops, start=1):
            place = places[stop.visit]
            rows.append(
                {
                    "scenario": scenario,
                    "day": study.day.value,
                    "provider": each.provider,
                    "carer": each.carer,
                    "order": order,
                    "visit": stop.visit,
                    "start": clock(stop.start),
                    "end": clock(stop.end),
                    "travel_minutes": round(in_minutes(stop.travel_seconds), 1),
                    "metres": stop.metres,
                }
            )
            points.append(Point(place.easting, place.northing))
    columns = (
        "scenario",
        "day",
        "provider",
        "carer",
        "order",
        "visit",
        "start",
        "end",
        "travel_minutes",
        "metres",
    )
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(columns)), geometry=points, crs=NATIONAL_GRID)
