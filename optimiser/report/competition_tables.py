"""The tables of a mini-competition that is decided: awards, scores, what was left out, what they hang on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from optimiser.competition.as_awards import travel_points
from optimiser.competition.competition import Competition
from optimiser.competition.outcome import Outcome
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.report.writing import write_csv

POINT = 100
"""Hundredths of a point."""


def write_competition_tables(folder: Path, competition: Competition, outcome: Outcome) -> None:
    """Write one CSV for each of them: pounds, hours, points of a hundred."""
    for name, (heading, rows) in _tables(competition, outcome).items():
        write_csv(folder / f"{name}.csv", heading, rows)


Rows = Iterator[tuple[object, ...]]


def _tables(competition: Competition, outcome: Outcome) -> Mapping[str, tuple[tuple[str, ...], Rows]]:
    criteria = tuple(each.code for each in competition.scheme.criteria)
    return {
        "awards": (
            ("batch_id", "lot_code", "weekly_hours", "outcome", "bid_id", "provider_id", "weekly_cost_pounds",
             "points", "held_for"),
            _awards(competition, outcome),
        ),
        "scores": (
            ("bid_id", "provider_id", "batch_id", "price_an_hour", "price_points",
             *(f"{each}_points" for each in criteria), "total_points", "travel_points"),
            _scores(competition, outcome, criteria),
        ),
        "left_out": (("on", "what_became_of_it", "ground", "reason", "settled_by"), _left_out(outcome)),
        "runners_up": (
            ("without", "batch_id", "bid_id_now", "bid_id_then", "margin_points_an_hour"),
            _runners_up(competition, outcome),
        ),
        "walking_away": (
            ("provider_id", "hours_at_once", "batches_left_if_others_stand", "batches_left_if_decided_anew"),
            (
                (
                    each.provider,
                    _number(each.hours_at_once / HOUR),
                    "not possible" if each.left_standing is None else "; ".join(each.left_standing),
                    "; ".join(each.runner_up_unawarded),
                )
                for each in outcome.without
            ),
        ),
        "sensitivity": (
            ("figure", "of", "moved_by", "unit", "batch_id", "bid_id_now", "bid_id_then"),
            _sensitivity(outcome),
        ),
        "bundles": (
            ("bid_id", "provider_id", "weekly_cost", "own_bids_for_its_parts", "discount", "best_of_anybody",
             "travel_minutes_saved", "travel_worth", "accepted", "beyond_travel"),
            _bundles(outcome),
        ),
        "losing_bids": (
            ("bid_id", "provider_id", "points_an_hour_short"),
            (
                (each.bid, competition.bid_by_id[each.bid].provider, _number(each.points_an_hour))
                for each in outcome.losing
            ),
        ),
    }  # fmt: skip


def _awards(competition: Competition, outcome: Outcome) -> Rows:
    left = {each.batch: each.why.value for each in outcome.unawarded}
    for batch in competition.batches:
        hours = _number(batch.weekly_care / HOUR)
        award = outcome.award_of.get(batch.id)
        if award is None:
            yield batch.id, batch.lot, hours, f"nobody: {left[batch.id]}", None, None, None, None, None
            continue
        held = "; ".join(each.ground.value for each in award.held_for)
        yield (
            batch.id, batch.lot, hours, "held" if held else "award", award.bid, award.provider,
            _pounds(award.weekly_cost), _number(award.points / POINT), held,
        )  # fmt: skip


def _scores(competition: Competition, outcome: Outcome, criteria: tuple[str, ...]) -> Rows:
    bids, weight = competition.bid_by_id, competition.scheme.travel_weight
    for (bid, batch), score in sorted(outcome.scores.items()):
        yield (
            bid, bids[bid].provider, batch, _number(float(competition.hourly(bids[bid])) / 100, 4),
            _number(float(score.price), 4),
            *(_number(float(score.by_criterion[each]), 4) for each in criteria),
            _number(score.total / POINT),
            _number(float(travel_points(competition, bids[bid].batches)), 4) if weight else None,
        )  # fmt: skip


def _left_out(outcome: Outcome) -> Rows:
    for exclusion in outcome.eligibility.excluded:
        yield exclusion.bid, "excluded", exclusion.ground.value, exclusion.reason, None
    for referral in outcome.eligibility.referred:
        settled = None if referral.settled is None else f"{referral.settled.who}: {referral.settled.why}"
        yield referral.on, "referred", referral.ground.value, referral.reason, settled


def _runners_up(competition: Competition, outcome: Outcome) -> Rows:
    hours = sum(each.weekly_care for each in competition.batches)
    now = {each.batch: each.bid for each in outcome.awards}
    for each in outcome.without:
        margin = _number(each.margin / hours / POINT, 4)
        for batch in sorted({*now, *each.runner_up}):
            if now.get(batch) != each.runner_up.get(batch):
                yield each.provider, batch, now.get(batch), each.runner_up.get(batch), margin


def _sensitivity(outcome: Outcome) -> Rows:
    now = {each.batch: each.bid for each in outcome.awards}
    for each in outcome.changes:
        unit = "points" if each.of == "weight" else "per cent"
        if not each.moved:
            yield each.what, each.of, each.by, unit, None, None, None
        for batch, then in sorted(each.moved.items()):
            yield each.what, each.of, each.by, unit, batch, now.get(batch), then or "nobody"


def _bundles(outcome: Outcome) -> Rows:
    for each in outcome.bundles:
        yield (
            each.bid, each.provider, _pounds(each.cost), _pounds(each.alone), _pounds(each.discount),
            _pounds(each.best_alone),
            None if each.travel_saved is None else round(each.travel_saved / MINUTE),
            _pounds(each.travel_worth), "yes" if each.is_accepted else "no",
            "yes" if each.is_beyond_travel else "no",
        )  # fmt: skip


def _pounds(pence: int | None) -> str | None:
    return None if pence is None else f"{pence / 100:.2f}"


def _number(value: float | None, places: int = 2) -> str | None:
    return None if value is None else f"{value:.{places}f}"
