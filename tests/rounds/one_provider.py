"""The allocation that the tests of rounds start from."""

from __future__ import annotations

from optimiser.model.allocation import Allocation, Placement
from optimiser.model.identifiers import TierCode
from optimiser.model.instance import Instance


def one_provider(instance: Instance) -> Allocation:
    """Everything with one provider that has carers of both genders: rounds do not ask who may have what."""
    provider = next(each.id for each in instance.providers if len(each.genders) == 2)
    return Allocation(
        policy="by hand",
        placements=tuple(
            Placement(
                package=package.id,
                provider=provider,
                lot=package.lot,
                tier=TierCode("T1"),
                position=1,
                weekly_cost=1,
            )
            for package in instance.packages
        ),
        unplaced=(),
    )
