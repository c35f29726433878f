"""The figures of a run as plain values: what ``summary.json`` holds and the page repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from optimiser.impact.continuity import Continuity
from optimiser.impact.measures import Measures
from optimiser.impact.study import Study
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan, WeekPlan
from optimiser.report.comparison import HEADLINE, Compared, compare
from optimiser.solving.result import Result

FORMAT = "carerounds summary 1"


def summary(
    *,
    instance: Instance,
    allocations: Mapping[str, Result[Allocation]],
    study: Study,
    checks: Mapping[str, str],
) -> dict[str, Any]:
    """Put the figures of a run together.

    Parameters
    ----------
    allocations
        ``baseline`` and ``proposal``.
    checks
        What the independent checkers said of ``allocation`` and of ``rounds``: ``passed``, or what broke.

    Raises
    ------
    KeyError
        Where an allocation or a check is missing.
    NoSolutionError
        Where an allocation found no solution.
    """
    result = allocations["proposal"]
    return {
        "format": FORMAT,
        **_placed(instance, result),
        "allocation": _allocation(result),
        "baseline_allocation": _allocation(allocations["baseline"])
        | {
            "placed": len(allocations["baseline"].solution.placements),
            "last_resort": len(allocations["baseline"].solution.unplaced),
            "placed_by_tier": _by_tier(instance, allocations["baseline"].solution),
            "weekly_cost_pence": allocations["baseline"].solution.weekly_cost,
        },
        "rounds": _day(study),
        "impact": _impact(study),
        "checks": {"allocation": checks["allocation"], "rounds": checks["rounds"]},
        "provenance": {
            "baseline": allocations["baseline"].provenance.as_dict(),
            "proposal": result.provenance.as_dict(),
            "study": study.provenance.as_dict(),
        },
    }


def summary_of_allocation(instance: Instance, result: Result[Allocation]) -> dict[str, Any]:
    """Figures of an allocation alone, under the same keys."""
    return {
        "format": FORMAT,
        **_placed(instance, result),
        "allocation": _allocation(result),
        "checks": {"allocation": "passed"},
        "provenance": {"allocation": result.provenance.as_dict()},
    }


def summary_of_week(
    instance: Instance, result: Result[WeekPlan], days: Mapping[str, Measures], kept: Continuity
) -> dict[str, Any]:
    """Figures of a week's rounds: each day's, and how steady it is for the people."""
    return {
        "format": FORMAT,
        **_market(instance),
        "week": {
            "seed": result.provenance.seed,
            "days": {day: _whole(measures) for day, measures in days.items()},
            "people": kept.people,
            "usual_carer_share": kept.usual_carer_share,
            "bice_boxerman": kept.bice_boxerman,
            "carers_per_person": kept.carers_per_person,
            "steady_share": kept.steady_share,
            "objective": result.objective,
            "components": dict(result.components),
            "stopped_by": result.stopped_by.value,
            "seconds": round(result.seconds, 3),
        },
        "checks": {"rounds": "passed"},
        "provenance": {"rounds": result.provenance.as_dict()},
    }


def summary_of_rounds(instance: Instance, result: Result[DayPlan], measures: Measures) -> dict[str, Any]:
    """Figures of a day's rounds alone, under the same keys."""
    return {
        "format": FORMAT,
        **_market(instance),
        "rounds": {
            "day": result.solution.day.value,
            "seed": result.provenance.seed,
            **_whole(measures),
            "objective": result.objective,
            "components": dict(result.components),
            "stopped_by": result.stopped_by.value,
            "seconds": round(result.seconds, 3),
        },
        "checks": {"rounds": "passed"},
        "provenance": {"rounds": result.provenance.as_dict()},
    }


def _market(instance: Instance) -> dict[str, Any]:
    return {
        "county": instance.county,
        "as_of": instance.as_of.isoformat(),
        "framework": {"name": instance.framework.name, "version": instance.framework.version},
        "packages": len(instance.packages),
    }


def _placed(instance: Instance, result: Result[Allocation]) -> dict[str, Any]:
    placed = result.solution
    care = {package.id: package.weekly_care for package in instance.packages}
    return {
        **_market(instance),
        "placed": len(placed.placements),
        "last_resort": len(placed.unplaced),
        "placed_by_tier": _by_tier(instance, placed),
        "weekly_hours": round(sum(care.values()) / 3600, 2),
        "placed_weekly_hours": round(sum(care[each.package] for each in placed.placements) / 3600, 2),
        "weekly_cost_pence": placed.weekly_cost,
    }


def _by_tier(instance: Instance, allocation: Allocation) -> dict[str, int]:
    held = Counter(each.tier for each in allocation.placements)
    return {str(tier.code): held.get(tier.code, 0) for tier in instance.framework.tiers}


def _allocation(result: Result[Allocation]) -> dict[str, Any]:
    return {
        "policy": result.solution.policy,
        "solver": result.provenance.solver,
        "status": result.status.value,
        "stopped_by": result.stopped_by.value,
        "objective": result.objective,
        "components": dict(result.components),
        "bound": result.bound,
        "gap": result.gap,
        "said": result.message,
        "seconds": round(result.seconds, 3),
    }


def _day(study: Study) -> dict[str, Any]:
    """The proposal's day as built with the first seed: the one drawn and written to files."""
    first = study.proposal[0]
    return {"day": study.day.value, "seed": first.seed, **_whole(first.measures)}


def _whole(of: Measures) -> dict[str, int]:
    return {
        "visits": of.visits,
        "unserved": of.unserved,
        "rounds": of.rounds,
        "travel_seconds": of.travel_seconds,
        "contact_seconds": of.contact_seconds,
        "handover_seconds": of.handover_seconds,
        "waiting_seconds": of.waiting_seconds,
        "paid_seconds": of.paid_seconds,
        "metres": of.metres,
        "late_visits": of.late_visits,
        "cost_pence": of.cost,
    }


def _impact(study: Study) -> dict[str, Any]:
    compared = {each.measure.key: each for each in compare(study)}
    headline = compared[HEADLINE.key].saving
    return {
        "day": study.day.value,
        "seeds": list(study.seeds),
        "baseline": {key: _rounded(each.baseline_mean) for key, each in compared.items()},
        "proposal": {key: _rounded(each.proposal_mean) for key, each in compared.items()},
        "saving_percent": None if headline is None else _rounded(headline.mean),
        "interval_percent": None if headline is None else [_rounded(headline.low), _rounded(headline.high)],
        "savings": {key: _saving(each) for key, each in compared.items()},
        "left_out_packages": len(study.left_out),
        "travel_source": study.travel_source,
        "travel_is_estimate": study.is_estimate,
        "checks": dict(study.checks),
    }


def _saving(each: Compared) -> dict[str, Any] | None:
    if each.saving is None:
        return None
    return {
        "percent": _rounded(each.saving.mean),
        "interval_percent": [_rounded(each.saving.low), _rounded(each.saving.high)],
        "runs": each.saving.runs,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
