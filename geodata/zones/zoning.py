"""A zoning: something that says in which zone any home is, be it a map or a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.report import Report, Severity
from geodata.zones.layer import ZoneLayer
from geodata.zones.locate import fitness, locate, report_fitness, report_located

Zones = NDArray[Any]
"""``object[n]``: the code of a zone, or ``None`` for no zone."""

HOME_COLUMNS = ("postcode", "sector", "district", "easting", "northing")
"""What a zoning may ask of a home; a table of homes has a row each, as a directory of postcodes has."""


class Unit(Enum):
    """What a list of zones goes by; also the heading of the column."""

    POSTCODE = "postcode"
    SECTOR = "sector"
    DISTRICT = "district"


class Zoning(Protocol):
    """Says in which zone homes are."""

    @property
    def name(self) -> str:
        """In words fit for a heading."""
        ...

    @property
    def zones(self) -> Mapping[str, str]:
        """Every zone it has, by code: its name, or its code where it has none."""
        ...

    def zone_of(self, homes: pd.DataFrame) -> Zones:
        """Zone of each home, in the order of the rows."""
        ...

    def judge(self, homes: pd.DataFrame, report: Report) -> None:
        """Add warnings: homes it cannot place, or not well."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Listed:
    """A list of sectors, postcodes or districts with their zones."""

    name: str
    unit: Unit
    zone_by_unit: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def zones(self) -> Mapping[str, str]:
        """Every zone it has, with its name."""
        return {code: self.names.get(code, code) for code in sorted(set(self.zone_by_unit.values()))}

    def zone_of(self, homes: pd.DataFrame) -> Zones:
        """Zone of each home."""
        found = homes[self.unit.value].map(self.zone_by_unit)
        return _or_none(found.to_numpy(dtype=object))

    def judge(self, homes: pd.DataFrame, report: Report) -> None:
        """E462 for homes that the list does not name."""
        report_nowhere(self.zone_of(homes), self.name, report)


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn:
    """A layer of polygons: a home is in the zone that its postcode's point lies in."""

    name: str
    layer: ZoneLayer

    @property
    def zones(self) -> Mapping[str, str]:
        """Every zone it has, with its name."""
        return {code: name or code for code, name in zip(self.layer.codes, self.layer.names, strict=True)}

    def zone_of(self, homes: pd.DataFrame) -> Zones:
        """Zone of each home."""
        codes = np.array([*self.layer.codes, None], dtype=object)
        found: Zones = codes[locate(self.layer, _xy(homes)).zone]  # -1 is the last: none
        return found

    def judge(self, homes: pd.DataFrame, report: Report) -> None:
        """E461 where it is drawn too coarsely for these homes, E462 and E463 where it has none or several."""
        xy = _xy(homes)
        report_fitness(fitness(self.layer, xy), self.name, report)
        report_located(locate(self.layer, xy), self.name, report)


def report_nowhere(zones: Zones, file: str, report: Report) -> None:
    """E462 for homes in no zone."""
    nowhere = sum(each is None for each in zones)
    if nowhere:
        report.add(
            "E462", file, f"{nowhere:,} of {len(zones):,} places lie in no zone: the list does not name them",
            cure="add them, or leave out what is outside", severity=Severity.WARNING,
        )  # fmt: skip


def homes_table(rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Table of homes from rows of :data:`HOME_COLUMNS`."""
    return pd.DataFrame(list(rows), columns=list(HOME_COLUMNS))


def majority_by_sector(homes: pd.DataFrame, zones: Zones) -> dict[str, str]:
    """Zone that most homes of each sector are in, of several the first by code; not those in none."""
    table = pd.DataFrame({"sector": homes["sector"].to_numpy(), "zone": zones}).dropna()
    counts = table.groupby(["sector", "zone"], sort=True).size().reset_index(name="homes")
    first = counts.sort_values(["sector", "homes", "zone"], ascending=[True, False, True])
    chosen = first.drop_duplicates("sector")
    return dict(zip(chosen["sector"], chosen["zone"], strict=True))


def sectors_in_several(homes: pd.DataFrame, zones: Zones) -> dict[str, tuple[str, ...]]:
    """Sectors whose homes lie in more than one zone, with those zones in order."""
    table = pd.DataFrame({"sector": homes["sector"].to_numpy(), "zone": zones}).dropna().drop_duplicates()
    found: dict[str, list[str]] = {}
    for sector, zone in sorted(zip(table["sector"], table["zone"], strict=True)):
        found.setdefault(str(sector), []).append(str(zone))
    return {sector: tuple(those) for sector, those in found.items() if len(those) > 1}


def _xy(homes: pd.DataFrame) -> NDArray[np.float64]:
    return homes[["easting", "northing"]].to_numpy(dtype=np.float64)


def _or_none(found: Zones) -> Zones:
    found = found.copy()
    found[pd.isna(found)] = None
    return found
