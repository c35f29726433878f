"""From an instance to a batching problem: which packages, what they weigh, who touches whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np

from geodata.place import AreaKind
from geodata.travel import TravelMode, TravelModel
from optimiser.batching.problem import BatchingProblem, BatchSource, Candidate
from optimiser.batching.rules import BatchRules
from optimiser.model.calendar import Band
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.model.need import Package


def candidate_of(package: Package, source: BatchSource, *, is_rural: bool) -> Candidate:
    """A package as far as batching goes."""
    return Candidate(
        package=package.id,
        lot=package.lot,
        source=source,
        place=(package.place.easting, package.place.northing),
        sector=package.sector,
        care=package.weekly_care,
        calls=sum(visit.carers_needed * len(visit.days) for visit in package.visits),
        is_rural=is_rural,
        is_double_handed=package.is_double_handed,
        is_at_night=any(package.band_of(visit) is Band.NIGHT for visit in package.visits),
        household=package.household,
    )


def prepare(
    instance: Instance,
    chosen: Mapping[PackageId, BatchSource],
    *,
    sectors: nx.Graph,
    travel: TravelModel,
    rules: BatchRules,
) -> BatchingProblem:
    """The problem of some of an instance's packages.

    Parameters
    ----------
    chosen
        Packages with visits, and how each comes to be batched.
    sectors
        Which sectors touch, from :func:`geodata.localities.sector_graph`; ties across water do not count.

    Raises
    ------
    KeyError
        For a package that the instance does not have.
    """
    packages = [instance.package_by_id[each] for each in sorted(chosen)]
    places = [package.place for package in packages]
    matrix = travel.matrix(places, TravelMode.CAR)
    far = np.int64(10**7)  # no way through: above every limit
    seconds = np.where(matrix.reachable, matrix.seconds.astype(np.int64), far)
    return BatchingProblem(
        candidates=tuple(
            candidate_of(
                package,
                chosen[package.id],
                is_rural=instance.area_kinds.of(package.place) is AreaKind.RURAL,
            )
            for package in packages
        ),
        seconds=np.maximum(seconds, seconds.T),
        touching=touching(sectors, {package.sector for package in packages}),
        rules=rules,
    )


def touching(sectors: nx.Graph, wanted: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Pairs of wanted sectors that share a border."""
    inside = sectors.subgraph(wanted)
    return frozenset(
        (min(one, other), max(one, other)) for one, other, tied in inside.edges(data="tied") if not tied
    )
