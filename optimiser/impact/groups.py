"""Whose visits: people in town and country, by one carer or two, by lot and by locality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from optimiser.model.identifiers import VisitId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, Visit


class Grouping(Enum):
    """A way of telling people's visits apart."""

    AREA = "area"
    HANDS = "hands"
    LOT = "lot"
    LOCALITY = "locality"


ONE_CARER, TWO_CARERS = "single-handed", "double-handed"
NO_LOCALITY = "in no locality"


def group_of(instance: Instance, grouping: Grouping) -> Callable[[VisitId], str]:
    """Group of each visit of an instance.

    A visit is double-handed by itself: a person who needs two carers in the morning may need one at lunch.
    """
    locality = {sector: str(each.id) for each in reversed(instance.localities) for sector in each.sectors}

    def named(package: Package, visit: Visit) -> str:
        if grouping is Grouping.AREA:
            return instance.area_kinds.of(package.place).value
        if grouping is Grouping.HANDS:
            return TWO_CARERS if visit.carers_needed > 1 else ONE_CARER
        if grouping is Grouping.LOT:
            return str(package.lot)
        return locality.get(package.sector, NO_LOCALITY)

    return {
        package.visit_id(visit): named(package, visit)
        for package in instance.packages
        for visit in package.visits
    }.__getitem__


def names_of(instance: Instance, grouping: Grouping) -> Mapping[str, str]:
    """What people call the groups; a group that is not there goes by its own word."""
    if grouping is Grouping.LOT:
        return {str(lot.code): lot.name for lot in instance.lots}
    if grouping is Grouping.LOCALITY:
        return {str(each.id): each.name for each in instance.localities}
    return {}
