"""Where the areas of a publication are: middles and outlines from all postcodes, never from homes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import shapely

from geodata.boundaries import district_outlines, sector_outlines
from geodata.place import DEGREES, NATIONAL_GRID, Place
from geodata.postcodes import PostcodeDirectory
from instances.counties.districts import DISTRICTS
from optimiser.model.instance import Instance
from optimiser.publishing.demand import pieces_of


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Names, middles and outlines of areas, by level and code.

    Attributes
    ----------
    outlines
        Columns ``level``, ``area``, ``name`` and ``geometry``, EPSG:27700.
    middles
        Of sectors, outward halves and districts: mean place of all their postcodes.
    """

    outlines: gpd.GeoDataFrame
    middles: Mapping[str, Place]

    def in_degrees(self) -> gpd.GeoDataFrame:
        """Outlines in longitude and latitude, as GeoJSON wants them."""
        return self.outlines.to_crs(DEGREES)


def areas_of(instance: Instance, directory: PostcodeDirectory, *, outlined: bool = True) -> Areas:
    """Areas of a market: its districts, its localities, and the outward halves in its districts.

    Which of them have packages is not asked: an outline that came with its first package would tell of it.

    Parameters
    ----------
    outlined
        Whether outlines are drawn at all; middles alone take no time.
    """
    pieces = pieces_of(instance, directory)
    districts = sorted({str(each.district) for each in pieces})
    outward = {each.outward for each in pieces}
    table = directory.table
    means = table.groupby("district")[["easting", "northing"]].mean().round().astype(int)
    of_districts = {
        str(code): Place(int(x), int(y))
        for code, x, y in zip(means.index, means["easting"], means["northing"], strict=True)
    }
    middles = directory.sector_places() | directory.outcode_places() | of_districts
    rows: list[tuple[str, str, str, shapely.Geometry]] = []
    if outlined:
        drawn = district_outlines(directory, districts)
        rows += [
            ("district", code, district_name(code), shape)
            for code, shape in zip(drawn["district"], drawn.geometry, strict=True)
        ]
        rows += _joined(instance, directory, outward)
    outlines = gpd.GeoDataFrame(
        {name: [row[at] for row in rows] for at, name in enumerate(("level", "area", "name"))},
        geometry=[row[3] for row in rows],
        crs=NATIONAL_GRID,
    )
    return Areas(outlines=outlines, middles=middles)


def _joined(
    instance: Instance, directory: PostcodeDirectory, outward: Iterable[str]
) -> list[tuple[str, str, str, shapely.Geometry]]:
    """Outlines of localities and of outward halves, out of those of their sectors."""
    of_outward = {
        code: {str(s) for s in directory.table.loc[directory.table["outcode"] == code, "sector"].unique()}
        for code in sorted(outward)
    }
    sectors = set().union(*of_outward.values(), *(each.sectors for each in instance.localities))
    drawn = sector_outlines(directory, sectors)
    shape_of = dict(zip(drawn["sector"], drawn.geometry, strict=True))
    wanted = [("outward", code, code, those) for code, those in of_outward.items()]
    wanted += [("locality", str(each.id), each.name, set(each.sectors)) for each in instance.localities]
    found = []
    for level, code, name, those in wanted:
        parts = [shape_of[sector] for sector in sorted(those) if sector in shape_of]
        if parts:
            found.append((level, code, name, shapely.union_all(parts)))
    return found


def district_name(code: str) -> str:
    """Name of a district of the four counties; its code for another."""
    known = {str(each.code): each.name for those in DISTRICTS.values() for each in those}
    return known.get(code, code)
