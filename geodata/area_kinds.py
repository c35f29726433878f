"""Urban or rural, by the density of postcodes around a place."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.place import AreaKind, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaKinds:
    """Which squares of the national grid are urban; everything else is rural.

    Attributes
    ----------
    urban_cells
        ``(easting // cell_metres, northing // cell_metres)`` of each urban square.
    cell_metres
        Side of a square.
    """

    urban_cells: frozenset[tuple[int, int]]
    cell_metres: int = 500

    def of(self, place: Place) -> AreaKind:
        """Kind of area a place lies in."""
        cell = (place.easting // self.cell_metres, place.northing // self.cell_metres)
        return AreaKind.URBAN if cell in self.urban_cells else AreaKind.RURAL
