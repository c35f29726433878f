"""An outcome in plain values: what is kept, and what a later evaluation is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from optimiser.competition.competition import Competition
from optimiser.competition.outcome import BundleTest, Losing, Outcome
from optimiser.competition.problem import AwardSet
from optimiser.competition.scoring import Score
from optimiser.solving.provenance import canonical


def record(competition: Competition, outcome: Outcome) -> dict[str, Any]:
    """Everything that was decided; the same competition, seed and versions give the same values.

    Points are in hundredths, costs in pence a week, worth in hundredths of a point times seconds of care a
    week. Fractions of points stand as text, numerator over denominator.
    """
    result = outcome.result
    return {
        "competition": competition.name,
        "input_hash": outcome.input_hash,
        "status": result.status.value,
        "worth": result.objective,
        "bound": result.bound,
        "weekly_cost": outcome.weekly_cost,
        "accepted": list(result.solution.bids),
        "tie": {
            "by": None if outcome.tie.by is None else outcome.tie.by.value,
            "seed": outcome.tie.seed,
            "all_found": outcome.tie.all_found,
            "among": _sets(outcome.tie.among),
        },
        "excluded": canonical(outcome.eligibility.excluded),
        "referred": canonical(outcome.eligibility.referred),
        "overrides": canonical(competition.overrides),
        "scores": [_score(bid, batch, each) for (bid, batch), each in sorted(outcome.scores.items())],
        "awards": canonical(outcome.awards),
        "unawarded": canonical(outcome.unawarded),
        "without": canonical(outcome.without),
        "changes": canonical(outcome.changes),
        "bundles": [_bundle(each) for each in outcome.bundles],
        "losing": [_losing(each) for each in outcome.losing],
        "reordered": canonical(outcome.reordered),
    }


def _sets(sets: Sequence[AwardSet]) -> list[list[str]]:
    return [list(each.bids) for each in sets]


def _score(bid: str, batch: str, score: Score) -> Mapping[str, Any]:
    return {
        "bid": bid,
        "batch": batch,
        "total": score.total,
        "price": _text(score.price),
        "criteria": {code: _text(points) for code, points in sorted(score.by_criterion.items())},
    }


def _bundle(test: BundleTest) -> Mapping[str, Any]:
    return {**canonical(test), "discount": test.discount, "is_beyond_travel": test.is_beyond_travel}


def _losing(losing: Losing) -> Mapping[str, Any]:
    return {**canonical(losing)}


def _text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
