"""Which rounds could take a new person, at what extra travel and price, or by how much they could not."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.travel import TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.rounds import RoundPlan
from optimiser.rounds.build_rounds import RoundSettings
from optimiser.rounds.loaded_day import load_day
from optimiser.rounds.problem import NEVER
from optimiser.rounds.room_found import PackageFits
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.progress import Reporter, silent


def insert(
    instance: Instance,
    allocation: Allocation,
    plans: Sequence[RoundPlan],
    package: Package,
    *,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    progress: Reporter = silent,
) -> tuple[PackageFits, ...]:
    """Ask every plan in turn; those that could take the whole person come first, cheapest first.

    Raises
    ------
    PlanDoesNotHoldError
        Where a plan is not of this instance and allocation.
    TooLargeToAskError
        For more than eight visits a day.
    """
    warm_up(progress=progress)
    found = [
        load_day(instance, allocation, plan, travel=travel, settings=settings).insert(package)
        for plan in plans
    ]
    return tuple(sorted(found, key=lambda each: (NEVER if each.price is None else each.price, each.provider)))
