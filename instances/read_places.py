"""Postcodes and coordinates of rows: that they exist, where they are, and whether that is where they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from geodata.area_kinds import AreaKinds, area_kinds
from geodata.place import Place
from geodata.postcodes import Postcode, PostcodeDirectory, registry_directory
from instances.rows import Row, Values

FARTHEST = 5_000
"""Metres that coordinates may lie from their postcode's own place."""
SURROUNDINGS = 10_000
"""Metres around the places of an instance within which urban squares are kept."""
_POSTCODES = {"packages": "postcode", "providers": "branch_postcode", "carers": "base_sector"}


def directory_for(tables: Mapping[str, Values]) -> PostcodeDirectory | None:
    """The registry's postcodes, as far as their first letters are met here; ``None`` where none is."""
    letters = {
        str(value)[0]
        for name, column in _POSTCODES.items()
        for value in tables[name].declared(column)
        if value is not None
    }
    return (
        registry_directory(known) if (known := [each for each in sorted(letters) if _is_area(each)]) else None
    )


def _is_area(letter: str) -> bool:
    """Whether any postcode begins with a letter."""
    try:
        registry_directory([letter])
    except ValueError:
        return False
    return True


def find_postcode(row: Row, column: str, directory: PostcodeDirectory | None) -> Postcode | None:
    """The row's postcode, looked up; rejects the row where it does not exist."""
    if not row.has(column) or row[column] is None:
        return None
    asked = row[column]
    found = None if directory is None else directory.find(asked)
    if found is None:
        meant = None if directory is None else directory.suggest(asked)
        cure = (
            f"did you mean {meant!r}?"
            if meant
            else "look it up; a very new one needs a newer postcode directory"
        )
        row.reject("E222", column, f"there is no postcode {asked!r}", cure)
    return found


def check_district(row: Row, found: Postcode, districts: Collection[str]) -> bool:
    """Refuse a postcode that lies in another district than the row names; whether it lies in the one named.

    Parameters
    ----------
    districts
        All that any lot covers: outside them is outside the county.
    """
    if not row.has("district_gss") or found.district == row["district_gss"]:
        return True
    named = row["district_gss"]
    if found.district in districts:
        row.reject(
            "E223",
            "postcode",
            f"{found.postcode} lies in district {found.district}, not in {named}",
            f"correct the postcode, or write {found.district} as district_gss",
        )
    else:
        row.reject(
            "E224",
            "postcode",
            f"{found.postcode} lies in district {found.district}, outside every lot",
            f"correct the postcode: it must lie in {named}",
        )
    return False


def place_of(row: Row, easting: str, northing: str, home: Place | None) -> Place | None:
    """Where a row is: at its coordinates, which must lie near ``home``; else ``home``."""
    if not row.has(easting, northing):
        return home
    x, y = row[easting], row[northing]
    if x is None and y is None:
        return home
    if x is None or y is None:
        missing = easting if x is None else northing
        row.reject(
            "E226", missing, "the other coordinate stands without this one", "fill both, or leave both empty"
        )
        return None
    place = Place(x, y)
    if home is not None and (distance := _metres(place, home)) > FARTHEST:
        row.reject(
            "E226",
            easting,
            f"the coordinates lie {distance / 1000:.0f} km from the postcode or sector",
            f"give national-grid metres near {home.easting}, {home.northing}, or leave both empty",
        )
        return None
    return place


def _metres(one: Place, other: Place) -> float:
    return float(((one.easting - other.easting) ** 2 + (one.northing - other.northing) ** 2) ** 0.5)


def cells_read(values: Values, metres: int) -> AreaKinds:
    """Urban squares as the table lists them."""
    cells = set()
    for row in values.accepted:
        for name in ("easting", "northing"):
            if row[name] % metres:
                row.reject(
                    "E226",
                    name,
                    f"{row[name]} is no multiple of {metres}",
                    "give the square's south-west corner",
                )
        cells.add((row["easting"] // metres, row["northing"] // metres))
    return AreaKinds(urban_cells=frozenset(cells), cell_metres=metres)


def cells_found(directory: PostcodeDirectory | None, metres: int, places: Iterable[Place]) -> AreaKinds:
    """Urban squares as the postcodes show them, around the places alone: no matter how much was loaded."""
    known = list(places)
    if directory is None or not known:
        return AreaKinds(urban_cells=frozenset(), cell_metres=metres)
    found = area_kinds(directory, cell_metres=metres)
    west = (min(each.easting for each in known) - SURROUNDINGS) // metres
    east = (max(each.easting for each in known) + SURROUNDINGS) // metres
    south = (min(each.northing for each in known) - SURROUNDINGS) // metres
    north = (max(each.northing for each in known) + SURROUNDINGS) // metres
    kept = frozenset((x, y) for x, y in found.urban_cells if west <= x <= east and south <= y <= north)
    return AreaKinds(urban_cells=kept, cell_metres=metres)
