"""Whether continuity elsewhere falls (T3): carers over a week of people who do not move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from optimiser.impact.transfers.plan import Elsewhere
from optimiser.model.identifiers import CarerId, PackageId, ProviderId
from optimiser.model.rounds import RoundPlan

CONFIDENT = 1.96
"""Standard errors either side of a mean of many people."""


def carers_of(plans: Iterable[RoundPlan]) -> dict[PackageId, int]:
    """Different carers of each person over the plans of a week."""
    seen: dict[PackageId, set[tuple[ProviderId, CarerId]]] = {}
    for plan in plans:
        for each in plan.rounds:
            for stop in each.stops:
                person = PackageId(stop.visit.rpartition("/")[0])
                seen.setdefault(person, set()).add((each.provider, each.carer))
    return {person: len(carers) for person, carers in seen.items()}


def elsewhere(
    before: Mapping[PackageId, int], after: Mapping[PackageId, int], moved: frozenset[PackageId]
) -> Elsewhere | None:
    """Carers of those who do not move, before and after; ``None`` for fewer than two of them."""
    stay = sorted((before.keys() & after.keys()) - moved)
    if len(stay) < 2:
        return None
    was, becomes = (np.array([each[p] for p in stay], np.float64) for each in (before, after))
    rise = becomes - was
    half = CONFIDENT * float(rise.std(ddof=1)) / len(stay) ** 0.5
    mean = float(rise.mean())
    return Elsewhere(
        people=len(stay),
        before=float(was.mean()),
        after=float(becomes.mean()),
        low=mean - half,
        high=mean + half,
    )
