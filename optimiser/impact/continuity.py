"""Continuity over a week: how few carers each person sees, and how steady the times are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median_low

from optimiser.model.calendar import MINUTE
from optimiser.model.identifiers import CarerId, ProviderId, VisitId
from optimiser.model.rounds import RoundPlan

STEADY = 30 * MINUTE
"""A visit that starts within so many seconds of its usual time counts as steady (rule W1's half hour)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """How a week looks from the people's side. Means over carer-visits, so that nobody hides behind others.

    Attributes
    ----------
    people
        With at least one visit made.
    usual_carer_share
        Carer-visits made by the person's most frequent carer, over all; ``None`` where none was made. Two
        carers at a double-handed visit are two carer-visits, so that a person who always needs two has one
        half at most.
    bice_boxerman
        Mean over people of ``(Σ n_j² − N) / (N (N − 1))``, people with one carer-visit left out (Bice &
        Boxerman 1977, "A Quantitative Measure of Continuity of Care", Medical Care 15(4)).
    carers_per_person
        Mean number of different carers.
    steady_share
        Visits that start within half an hour of the median start of the same visit over the week.
    """

    people: int
    usual_carer_share: float | None
    bice_boxerman: float | None
    carers_per_person: float | None
    steady_share: float | None


def continuity_of_fortnight(week: Iterable[RoundPlan]) -> Continuity:
    """Continuity over fourteen days in which a week comes twice (rule W12)."""
    plans = tuple(week)
    return continuity(plans + plans)


def continuity(plans: Iterable[RoundPlan]) -> Continuity:
    """Continuity over the plans of a week's days; a carer's name is one carer of one provider."""
    seen: dict[str, Counter[tuple[ProviderId, CarerId]]] = {}
    starts: dict[VisitId, list[int]] = {}
    for plan in plans:
        told: set[VisitId] = set()
        for each in plan.rounds:
            for stop in each.stops:
                person = stop.visit.rpartition("/")[0]
                seen.setdefault(person, Counter())[each.provider, each.carer] += 1
                if stop.visit not in told:
                    starts.setdefault(stop.visit, []).append(stop.start)
                    told.add(stop.visit)
    visits = sum(sum(carers.values()) for carers in seen.values())
    usual = sum(max(carers.values()) for carers in seen.values())
    scores = [score for carers in seen.values() if (score := bice_boxerman(carers.values())) is not None]
    steady = [abs(at - median_low(times)) <= STEADY for times in starts.values() for at in times]
    return Continuity(
        people=len(seen),
        usual_carer_share=usual / visits if visits else None,
        bice_boxerman=sum(scores) / len(scores) if scores else None,
        carers_per_person=sum(len(carers) for carers in seen.values()) / len(seen) if seen else None,
        steady_share=sum(steady) / len(steady) if steady else None,
    )


def bice_boxerman(counts: Iterable[int]) -> float | None:
    """``(Σ n_j² − N) / (N (N − 1))`` for visits by each carer; ``None`` with fewer than two visits."""
    each = list(counts)
    total = sum(each)
    if total < 2:
        return None
    return (sum(n * n for n in each) - total) / (total * (total - 1))
