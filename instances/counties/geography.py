"""Where people live: real postcodes, weighted by real settlements; neighbours; localities."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geodata.area_kinds import AreaKinds, area_kinds
from geodata.place import AreaKind, Place
from geodata.postcodes import PostcodeDirectory, registry_directory
from instances.counties.chance import Floats, Ints
from instances.counties.districts import District
from optimiser.model.identifiers import DistrictCode

RURAL_AGE = 1.15
"""How much likelier an older person's home is in a rural square, district totals kept (assumption)."""
_LEAST, _MOST = 0.6, 1.6
_MARGIN = 6000


@dataclass(frozen=True, slots=True)
class Town:
    """A settlement of GeoNames (CC BY 4.0)."""

    district: DistrictCode
    name: str
    place: Place
    population: int


@cache
def towns() -> tuple[Town, ...]:
    """Settlements of the four counties, from the table beside this file.

    Taken from GeoNames ``cities500`` (https://www.geonames.org, CC BY 4.0); kept as a table because reading
    the whole world's takes longer than drawing a district. Suburbs stand beside their town: never add up.
    """
    text = resources.files("instances.counties").joinpath("settlements.csv").read_text(encoding="utf-8")
    return tuple(
        Town(
            DistrictCode(row["district_gss"]),
            row["name"],
            Place(int(row["easting"]), int(row["northing"])),
            int(row["population"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


@dataclass(frozen=True, eq=False)
class Ground:
    """The postcodes of a district, and how likely a person needing care lives at each.

    Attributes
    ----------
    everyone, older
        Weights, not negative: for people of any age, and for older people.
    """

    district: District
    postcodes: NDArray[np.str_]
    sectors: NDArray[np.str_]
    eastings: Ints
    northings: Ints
    everyone: Floats
    older: Floats

    def place(self, row: int) -> Place:
        """Place of one postcode."""
        return Place(int(self.eastings[row]), int(self.northings[row]))


@dataclass(frozen=True, eq=False)
class Geography:
    """The ground an instance stands on."""

    directory: PostcodeDirectory
    kinds: AreaKinds
    grounds: tuple[Ground, ...]


@cache
def geography_of(districts: tuple[District, ...]) -> Geography:
    """Ground of some districts, from the installed registry's ONS postcodes."""
    directory = registry_directory({area for each in districts for area in each.postcode_areas})
    codes = [each.code for each in districts]
    inside = directory.only(codes)
    kinds = area_kinds(_around(directory, inside))
    grounds = tuple(_ground(each, inside, kinds) for each in districts)
    return Geography(inside, _clipped(kinds, inside), grounds)


def _around(directory: PostcodeDirectory, inside: PostcodeDirectory) -> PostcodeDirectory:
    low, high = inside.xy.min(axis=0) - _MARGIN, inside.xy.max(axis=0) + _MARGIN
    near = ((directory.xy >= low) & (directory.xy <= high)).all(axis=1)
    return PostcodeDirectory(
        directory.table[near].reset_index(drop=True), directory.source, directory.attribution
    )


def _clipped(kinds: AreaKinds, inside: PostcodeDirectory) -> AreaKinds:
    """Only the urban squares that hold one of the postcodes: no other place is asked about."""
    squares = {(int(x), int(y)) for x, y in (inside.xy // kinds.cell_metres).astype(int)}
    return AreaKinds(urban_cells=kinds.urban_cells & squares, cell_metres=kinds.cell_metres)


def _ground(district: District, inside: PostcodeDirectory, kinds: AreaKinds) -> Ground:
    table = inside.in_district(district.code)
    xy = table[["easting", "northing"]].to_numpy(dtype=np.int64)
    everyone = _settled(district, xy)
    rural = np.array([kinds.of(Place(int(x), int(y))) is AreaKind.RURAL for x, y in xy])
    return Ground(
        district=district,
        postcodes=table["postcode"].to_numpy(dtype=np.str_),
        sectors=table["sector"].to_numpy(dtype=np.str_),
        eastings=xy[:, 0],
        northings=xy[:, 1],
        everyone=everyone,
        older=everyone * np.where(rural, RURAL_AGE, 1.0),
    )


def _settled(district: District, xy: Ints) -> Floats:
    """Weight of each postcode: one, tempered by how many people its nearest settlement has to a postcode.

    Postcode units hold about as many addresses everywhere, so that postcodes alone already lie as homes do;
    the square root of people per postcode, held within bounds, takes weight from centres full of shops.
    """
    here = [town for town in towns() if town.district == district.code]
    if not here:
        return np.ones(len(xy))
    nearest = KDTree([(town.place.easting, town.place.northing) for town in here]).query(xy)[1]
    counts = np.bincount(nearest, minlength=len(here))
    people = np.array([town.population for town in here], dtype=np.float64) / np.maximum(counts, 1)
    tempered = np.sqrt(people / np.median(people[counts > 0]))
    return np.asarray(np.clip(tempered, _LEAST, _MOST)[nearest], dtype=np.float64)


def neighbours(places: Sequence[Place], many: int = 4) -> tuple[tuple[int, ...], ...]:
    """For each place, its nearest others, nearest first."""
    xy = np.array([(each.easting, each.northing) for each in places], dtype=np.float64)
    found = []
    for row in range(len(places)):
        distance = np.hypot(*(xy - xy[row]).T)
        order = [int(other) for other in np.lexsort((np.arange(len(places)), distance)) if other != row]
        found.append(tuple(order[:many]))
    return tuple(found)
