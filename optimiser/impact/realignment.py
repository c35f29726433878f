"""Zones redrawn: whose package changes zone, and whether its provider may go on.

A provider is admitted to lots. Where a package comes into a zone that stands for another lot, its provider
goes on if it is admitted there for that kind of service and client group; else the package must move, unless
the person has chosen the provider and may stay by choice (rule O8). What must move is what the contract asks,
not what is done: nobody is moved without consent (rule T1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.zones.change import ZoningChange, compare_zonings, heirs_of
from geodata.zones.matching import Pair, matrix
from geodata.zones.zoning import Listed, Unit, Zoning, homes_table
from optimiser.model.identifiers import LotCode, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, Package, ServiceKind

Holders = Mapping[PackageId, ProviderId]
"""Provider of each package that has one."""
_Admitted = frozenset[tuple[ProviderId, LotCode, ServiceKind, ClientGroup]]


class Outcome(Enum):
    """What a change of zone means for a package."""

    STAYS = "provider stays"
    """The provider is admitted to the new lot, or the lot is the same."""
    MAY_STAY = "may stay by choice"
    """The provider is not admitted, and the person has chosen it."""
    MUST_MOVE = "provider must change"
    NO_PROVIDER = "no provider yet"
    NO_ZONE = "in no zone"
    """The new zoning does not cover the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageChange:
    """A package that changes zone.

    Attributes
    ----------
    before, after
        Zones; ``None`` for none.
    lot
        That the zone after stands for; ``None`` where it stands for none.
    weekly_care
        Carer-seconds a week.
    """

    package: PackageId
    sector: str
    before: str | None
    after: str | None
    lot: LotCode | None
    provider: ProviderId | None
    outcome: Outcome
    weekly_care: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Realignment:
    """What a new zoning would mean for the packages of a market.

    Attributes
    ----------
    zones
        The two zonings over the homes of all packages, weighed in carer-seconds a week.
    packages, weekly_care
        All there are, and their carer-seconds a week.
    changes
        Packages that change zone, in order of package.
    lots
        Lot that each zone after stands for.
    lots_matched
        Whether zones were matched to lots by the hours they share, for want of a common code.
    split_households
        Households whose packages would come into several zones; none where homes are told by postcode.
    """

    zones: ZoningChange
    packages: int
    weekly_care: int
    changes: tuple[PackageChange, ...]
    lots: Mapping[str, LotCode]
    lots_matched: bool
    split_households: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """Packages with an outcome."""
        return sum(each.outcome is outcome for each in self.changes)

    def care(self, outcome: Outcome | None = None) -> int:
        """Carer-seconds a week of the packages with an outcome, or of all that change."""
        return sum(each.weekly_care for each in self.changes if outcome in (None, each.outcome))

    def by_provider(self) -> dict[ProviderId, Counter[Outcome]]:
        """Outcomes of each provider's packages, in order of provider."""
        found: dict[ProviderId, Counter[Outcome]] = {}
        for each in self.changes:
            if each.provider is not None:
                found.setdefault(each.provider, Counter())[each.outcome] += 1
        return dict(sorted(found.items()))

    def by_pair(self) -> dict[Pair, Counter[Outcome]]:
        """Outcomes by zone before and after, in order."""
        found: dict[Pair, Counter[Outcome]] = {}
        for each in self.changes:
            found.setdefault((each.before, each.after), Counter())[each.outcome] += 1
        return dict(sorted(found.items(), key=lambda item: tuple(zone or "" for zone in item[0])))


def lots_as_zoning(instance: Instance) -> Listed:
    """The lots of a market as a zoning: by sector where they are made of localities, else by district."""
    names = {str(lot.code): lot.name for lot in instance.lots}
    if all(lot.localities for lot in instance.lots):
        sectors = {each.id: each.sectors for each in instance.localities}
        zones = {
            sector: str(lot.code)
            for lot in instance.lots
            for locality in sorted(lot.localities)
            for sector in sorted(sectors.get(locality, ()))
        }
        return Listed(name="lots as they are", unit=Unit.SECTOR, zone_by_unit=zones, names=names)
    by_district = {
        str(district): str(lot.code) for lot in instance.lots for district in sorted(lot.districts)
    }
    return Listed(name="lots as they are", unit=Unit.DISTRICT, zone_by_unit=by_district, names=names)


def homes_of(instance: Instance) -> pd.DataFrame:
    """Homes of all packages, in order of package, as a zoning asks for them."""
    return homes_table(
        (each.postcode, each.sector, each.district, each.place.easting, each.place.northing)
        for each in instance.packages
    )


def holders_of(instance: Instance) -> dict[PackageId, ProviderId]:
    """Provider of each package whose provider's work goes on."""
    return {each.id: each.stays_with for each in instance.packages if each.stays_with is not None}


def realign(
    instance: Instance,
    before: Zoning,
    after: Zoning,
    *,
    holders: Holders,
    ground: pd.DataFrame,
    graph: nx.Graph,
) -> Realignment:
    """Lay two zonings over the packages of a market.

    Parameters
    ----------
    ground
        Every postcode of the market, as a directory of postcodes has them.
    graph
        Which of its sectors touch (:func:`geodata.localities.sector_graph`).
    """
    homes = homes_of(instance)
    care = np.array([each.weekly_care for each in instance.packages], dtype=np.int64)
    zones = compare_zonings(before, after, homes=homes, weights=care, ground=ground, graph=graph)
    lots, matched = _lots_of(instance, zones, care)
    admitted = _admitted(instance)
    changes = tuple(
        _change(package, zones.before.zone_of[i], zones.after.zone_of[i], lots, holders, admitted)
        for i, package in enumerate(instance.packages)
        if zones.changed[i]
    )
    return Realignment(
        zones=zones,
        packages=len(instance.packages),
        weekly_care=int(care.sum()),
        changes=changes,
        lots=lots,
        lots_matched=matched,
        split_households=_split_households(instance, zones),
    )


def _lots_of(
    instance: Instance, zones: ZoningChange, care: NDArray[np.int64]
) -> tuple[dict[str, LotCode], bool]:
    """Lot that each zone after stands for: the one of its code, else the one it shares most care with."""
    lots = {str(lot.code): lot.name for lot in instance.lots}
    own = np.array([str(each.lot) for each in instance.packages], dtype=object)
    shared = matrix(own, zones.after.zone_of, care.tolist())
    found, matched = heirs_of(lots, zones.after.names, shared)
    return {zone: LotCode(lot) for zone, lot in found.items()}, matched


def _admitted(instance: Instance) -> _Admitted:
    """Who may have what where, on the instance's day."""
    return frozenset(
        (each.provider, each.lot, each.service, group)
        for each in instance.admissions
        if each.holds_on(instance.as_of)
        for group in each.client_groups
    )


def _change(
    package: Package,
    before: str | None,
    after: str | None,
    lots: Mapping[str, LotCode],
    holders: Holders,
    admitted: _Admitted,
) -> PackageChange:
    provider = holders.get(package.id)
    lot = None if after is None else lots.get(after)
    return PackageChange(
        package=package.id,
        sector=package.sector,
        before=before,
        after=after,
        lot=lot,
        provider=provider,
        outcome=_outcome(package, provider, after, lot, admitted),
        weekly_care=package.weekly_care,
    )


def _outcome(
    package: Package, provider: ProviderId | None, zone: str | None, lot: LotCode | None, admitted: _Admitted
) -> Outcome:
    if zone is None:
        return Outcome.NO_ZONE
    if provider is None:
        return Outcome.NO_PROVIDER
    if lot is not None and (
        lot == package.lot or (provider, lot, package.service, package.client_group) in admitted
    ):
        return Outcome.STAYS
    return Outcome.MAY_STAY if package.chosen_provider == provider else Outcome.MUST_MOVE


def _split_households(instance: Instance, zones: ZoningChange) -> tuple[str, ...]:
    found: dict[str, set[str | None]] = {}
    for package, zone in zip(instance.packages, zones.after.zone_of, strict=True):
        if package.household is not None:
            found.setdefault(package.household, set()).add(zone)
    return tuple(sorted(household for household, those in found.items() if len(those) > 1))
