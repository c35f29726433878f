"""What the commands of ``zones`` read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.report import Report
from geodata.zones.layer import Detail, ZoneKind
from geodata.zones.layer_files import Asked
from geodata.zones.zoning import Drawn, Listed, Unit, Zoning
from geodata.zones.zoning_files import read_zoning
from instances.results import read_allocation
from optimiser.cli.reading import read_market
from optimiser.impact.realignment import Holders, holders_of, lots_as_zoning
from optimiser.model.instance import Instance

ALL_AREAS = "ABCDEFGHIKLMNOPRSTUWYZ"
"""First letters of British postcodes."""
_WORKBOOK = ".xlsx"


def asked_of(
    *,
    layer: str | None = None,
    code: str | None = None,
    kind: str | None = None,
    vintage: int | None = None,
    detail: str | None = None,
    crs: str | None = None,
    repair: bool = False,
) -> Asked:
    """What the options say of a layer."""
    return Asked(
        layer=layer,
        code=code,
        kind=None if kind is None else ZoneKind[kind.upper()],
        vintage=vintage,
        detail=None if detail is None else Detail(detail),
        crs=crs,
        repair=repair,
    )


def zoning_at(path: Path, asked: Asked, postcodes: Path | None) -> Zoning:
    """Zoning of a map or list, or of an instance's lots; ``InputError`` with everything wrong with it."""
    if (path.is_dir() and (path / "packages.csv").exists()) or path.suffix.casefold() == _WORKBOOK:
        return lots_as_zoning(read_market(path, postcodes))
    report = Report()
    zoning = read_zoning(path, report, asked)
    report.raise_if_any()
    if zoning is None:
        raise AssertionError("a report without an error has a zoning")
    return zoning


def read_market_and_holders(
    market: Path | None, allocation: Path | None, postcodes: Path | None
) -> tuple[Instance | None, Holders]:
    """The market, and who has each of its packages: by an allocation, or as the market itself says."""
    if market is None:
        return None, {}
    instance = read_market(market, postcodes)
    if allocation is None:
        return instance, holders_of(instance)
    placed = read_allocation(allocation, instance)
    return instance, {each.package: each.provider for each in placed.placements}


def directory_of_market(instance: Instance, own: PostcodeDirectory | None) -> PostcodeDirectory:
    """Postcodes of the districts that a market's lots cover."""
    districts = {str(code) for lot in instance.lots for code in lot.districts}
    if own is None:
        own = registry_directory({each.postcode for each in instance.packages} | _sectors(instance))
    return own.only(districts)


def _sectors(instance: Instance) -> set[str]:
    return {sector for locality in instance.localities for sector in locality.sectors}


def directory_of_zonings(zonings: Iterable[Zoning], own: PostcodeDirectory | None) -> PostcodeDirectory:
    """Postcodes that may lie in a zone: those of the areas that lists name; of a map, all there are."""
    if own is not None:
        return own
    areas: set[str] = set()
    for each in zonings:
        if isinstance(each, Listed) and each.unit is not Unit.DISTRICT:
            areas |= {unit[:1] for unit in each.zone_by_unit}
        else:
            areas |= set(ALL_AREAS)
    return registry_directory(areas)


def attribution_of(zonings: Iterable[Zoning]) -> tuple[str, ...]:
    """What the licences of layers ask a page to say."""
    found = (each.layer.attribution for each in zonings if isinstance(each, Drawn))
    return tuple(dict.fromkeys(each for each in found if each))
