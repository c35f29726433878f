"""What the page's scripts draw from: short arrays, with places in metres from the map's north-west corner."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd

from geodata.place import Place
from geodata.settlements import Settlement
from optimiser.impact.spent import between_visits
from optimiser.impact.study import DayBuilt, Study
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import ProviderId, VisitId
from optimiser.model.instance import Instance
from optimiser.model.rounds import Round
from optimiser.model.tariff import Tariff

OUTLINE_TOLERANCE = 60
"""Metres by which a drawn outline may stray from the true one."""


def place_of_visits(instance: Instance) -> Mapping[VisitId, Place]:
    """Where every visit is made."""
    return {
        package.visit_id(visit): package.place for package in instance.packages for visit in package.visits
    }


def page_data(
    *,
    instance: Instance,
    baseline: Allocation,
    proposal: Allocation,
    study: Study,
    outlines: gpd.GeoDataFrame | None,
    settlements: Sequence[Settlement],
) -> dict[str, Any]:
    """Everything the scripts need; providers, packages and rounds point at each other by position.

    Postcodes and depots never enter.
    """
    order = providers_by_use(baseline, proposal)
    number = {provider: index for index, provider in enumerate(order)}
    names = instance.provider_by_id
    places = [package.place for package in instance.packages]
    west, east, south, north = _extent(places, outlines)
    position = {package.id: index for index, package in enumerate(instance.packages)}
    before, after = baseline.provider_of, proposal.provider_of
    visits = {
        package.visit_id(visit): (position[package.id], visit.carers_needed)
        for package in instance.packages
        for visit in package.visits
    }
    return {
        "providers": [{"id": each, "name": names[each].name} for each in order],
        "packages": [
            [
                package.id,
                package.place.easting - west,
                north - package.place.northing,
                number[before[package.id]] if package.id in before else -1,
                number[after[package.id]] if package.id in after else -1,
                round(package.weekly_care / 3600, 2),
                package.sector,
            ]
            for package in instance.packages
        ],
        "days": {
            "baseline": _day(study.baseline[0], number, visits),
            "proposal": _day(study.proposal[0], number, visits),
        },
        "outlines": _paths(outlines, west, north),
        "settlements": [
            [each.name, each.place.easting - west, north - each.place.northing, each.population or 0]
            for each in sorted(settlements, key=lambda each: (-(each.population or 0), each.name))
            if west <= each.place.easting <= east and south <= each.place.northing <= north
        ],
        "size": [east - west, north - south],
    }


def providers_by_use(baseline: Allocation, proposal: Allocation) -> tuple[ProviderId, ...]:
    """Providers with any package, those with most first: they get the most distinct marks."""
    held = Counter(each.provider for each in proposal.placements)
    held.update(each.provider for each in baseline.placements)
    return tuple(sorted(held, key=lambda each: (-held[each], each)))


def _extent(places: Iterable[Place], outlines: gpd.GeoDataFrame | None) -> tuple[int, int, int, int]:
    eastings, northings = [], []
    for place in places:
        eastings.append(place.easting)
        northings.append(place.northing)
    if outlines is not None and len(outlines):
        west, south, east, north = outlines.total_bounds
        eastings += [int(west), int(east)]
        northings += [int(south), int(north)]
    if not eastings:
        return 0, 1000, 0, 1000
    margin = max(max(eastings) - min(eastings), max(northings) - min(northings), 2000) // 40
    return min(eastings) - margin, max(eastings) + margin, min(northings) - margin, max(northings) + margin


def _day(
    built: DayBuilt, number: Mapping[ProviderId, int], visits: Mapping[VisitId, tuple[int, int]]
) -> list[dict[str, Any]]:
    rounds = [each for plan in built.plans for each in plan.rounds if each.stops]
    rounds.sort(key=lambda each: (number.get(each.provider, -1), each.stops[0].start, each.carer))
    return [_one(each, number, visits) for each in rounds]


def _one(
    each: Round, number: Mapping[ProviderId, int], visits: Mapping[VisitId, tuple[int, int]]
) -> dict[str, Any]:
    """A round: provider, carer, mode, totals, stops, rests.

    A stop is visit, package, start, end, travel, metres, carers needed.
    """
    return {
        "p": number.get(each.provider, -1),
        "c": each.carer,
        "m": each.mode.value,
        "t": each.travel_seconds,
        "k": each.contact_seconds,
        "w": between_visits(each, Tariff())[1],
        "d": each.metres,
        "h": each.home_seconds,
        "s": [
            [
                stop.visit,
                visits[stop.visit][0],
                stop.start,
                stop.end,
                stop.travel_seconds,
                stop.metres,
                visits[stop.visit][1],
            ]
            for stop in each.stops
        ],
        "r": [[rest.start, rest.end] for rest in each.rests],
    }


def _paths(outlines: gpd.GeoDataFrame | None, west: int, north: int) -> list[dict[str, str]]:
    if outlines is None or not len(outlines):
        return []
    drawn = []
    for district, shape in zip(outlines["district"], outlines.geometry, strict=True):
        if shape is None or shape.is_empty:
            continue
        simple = shape.simplify(OUTLINE_TOLERANCE)
        rings = []
        for part in getattr(simple, "geoms", [simple]):
            for ring in (part.exterior, *part.interiors):
                points = [f"{round(x - west)} {round(north - y)}" for x, y in ring.coords[:-1]]
                rings.append("M" + "L".join(points) + "Z")
        drawn.append({"name": str(district), "path": "".join(rings)})
    return sorted(drawn, key=lambda each: each["name"])


def to_script(data: Mapping[str, Any]) -> str:
    """JSON that may stand inside ``<script>``: no text in it can end the element or open another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for risky in "<>&\u2028\u2029":
        text = text.replace(risky, f"\\u{ord(risky):04x}")
    return text
