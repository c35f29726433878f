"""Which packages are batched, and how each comes to be (rule B1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from optimiser.batching.problem import BatchSource
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import LocalityId, LotCode, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import SourceRoute


def sources(
    instance: Instance,
    *,
    handed_back: bool = False,
    exits: Collection[ProviderId] = (),
    allocation: Allocation | None = None,
    unsourced: bool = False,
    pockets: Collection[LocalityId] = (),
    lots: Collection[LotCode] = (),
) -> Mapping[PackageId, BatchSource]:
    """Packages with visits, each with the first of these that brought it here.

    Parameters
    ----------
    handed_back
        Those that a provider has handed back.
    exits
        Providers that end: what they hold in ``allocation``, or else what says they are its provider now.
    unsourced
        Those that ``allocation`` leaves to the provider of last resort.
    pockets
        Localities bought as guaranteed hours.
    lots
        Let again as planned.
    """
    holder = {} if allocation is None else dict(allocation.provider_of)
    nobody = {each.package for each in allocation.unplaced} if allocation is not None and unsourced else set()
    inside = {sector for each in instance.localities if each.id in pockets for sector in each.sectors}
    found: dict[PackageId, BatchSource] = {}
    for package in instance.packages:
        if not package.visits:
            continue
        now = holder.get(package.id, package.current_provider)
        for source, brings in (
            (BatchSource.HANDBACK, handed_back and package.route is SourceRoute.HANDBACK),
            (BatchSource.PROVIDER_EXIT, now is not None and now in exits),
            (BatchSource.UNSOURCED, package.id in nobody),
            (BatchSource.POCKET, package.sector in inside),
            (BatchSource.RETENDER, package.lot in lots),
        ):
            if brings:
                found[package.id] = source
                break
    return found
