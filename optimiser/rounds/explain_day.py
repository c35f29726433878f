"""Everything there is to explain of a planned day, provider by provider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geodata.travel import TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import RoundPlan
from optimiser.rounds.build_rounds import RoundSettings
from optimiser.rounds.explain import (
    QuarterHour,
    Unserved,
    Wish,
    busiest_quarters,
    explain_unserved,
    price_wishes,
)
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One provider's day explained.

    Attributes
    ----------
    wishes
        Dearest first; ``None`` where they were not priced.
    busiest
        Quarter-hours in which anybody is busy, busiest first.
    """

    provider: ProviderId
    unserved: tuple[Unserved, ...]
    wishes: tuple[Wish, ...] | None
    busiest: tuple[QuarterHour, ...]


def explain_day(
    instance: Instance,
    allocation: Allocation,
    plans: Sequence[RoundPlan],
    *,
    packages: Iterable[PackageId] | None = None,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    progress: Reporter = silent,
) -> tuple[Explained, ...]:
    """Explain each provider's plan of a day.

    Parameters
    ----------
    packages
        Whose wishes to price; everybody's by default.
    limits
        For each of the searches that price wishes; without them no wish is priced.

    Raises
    ------
    PlanDoesNotHoldError
        Where a plan is not of this instance and allocation.
    """
    warm_up(progress=progress)
    wanted = None if packages is None else tuple(packages)
    explained = []
    for done, plan in enumerate(plans):
        progress(Progress(task="explaining the rounds", done=done, total=len(plans)))
        unserved = explain_unserved(instance, allocation, plan, travel=travel, settings=settings)
        wishes = None
        if limits is not None:
            wishes = price_wishes(
                instance,
                allocation,
                plan,
                packages=wanted,
                travel=travel,
                settings=settings,
                limits=limits,
                seed=seed,
            )
        explained.append(
            Explained(
                provider=plan.provider,
                unserved=unserved,
                wishes=wishes,
                busiest=busiest_quarters(plan.rounds),
            )
        )
    return tuple(explained)
