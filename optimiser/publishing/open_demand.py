"""Which packages want a provider, and what the public tables count of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Band
from optimiser.model.identifiers import DistrictCode, PackageId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A package as the public tables count it.

    Attributes
    ----------
    care
        Carer-seconds a week by band; at least one band.
    """

    id: PackageId
    district: DistrictCode
    sector: str
    service: ServiceKind
    care: Mapping[Band, int]


def open_packages(instance: Instance, allocation: Allocation | None = None) -> tuple[Package, ...]:
    """Packages that nobody has: unplaced in the allocation, or else with no provider whose work goes on.

    A package whose schedule is not known yet is left out.
    """
    placed = {} if allocation is None else allocation.provider_of
    return tuple(
        each
        for each in instance.packages
        if each.visits and (each.stays_with is None if allocation is None else each.id not in placed)
    )


def wanted(package: Package) -> Wanted:
    """What the public tables count of a package."""
    care: dict[Band, int] = {}
    for (band, _), seconds in package.demand().items():
        care[band] = care.get(band, 0) + seconds
    return Wanted(
        id=package.id,
        district=package.district,
        sector=package.sector,
        service=package.service,
        care=care,
    )
