"""Transfers as files for the broker: the list, the figures of each provider, the curve, the summary.

None of these leaves the council; what providers may see is in :mod:`optimiser.report.transfer_cards`.
"""

from __future__ import annotations

from pathlib import Path

from optimiser.impact.transfers.plan import Elsewhere, Side, Transfers
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.instance import Instance
from optimiser.report.writing import write_csv, write_json

LIST = (
    "exchange",
    "kind",
    "package_id",
    "from_provider",
    "to_provider",
    "consent_on",
    "saves_min_a_week",
    "saves_min_a_week_each",
    "carer_visits_with_new_carers",
    "whole_exchange",
)


def write_transfers(folder: Path, instance: Instance, found: Transfers) -> None:
    """``transfers.csv``, ``providers.csv``, ``curve.csv`` and ``summary.json``."""
    packages = instance.package_by_id
    rows: list[tuple[object, ...]] = []
    for deal in found.deals:
        whole = "alone" if len(deal.transfers) == 1 else f"all {len(deal.transfers)} or none"
        for each in deal.transfers:
            package = packages[each.package]
            rows.append(
                (
                    deal.number,
                    deal.kind.value,
                    each.package,
                    each.giver,
                    each.taker,
                    package.transfer_consent_on,
                    round(deal.saving / MINUTE),
                    round(deal.each / MINUTE),
                    each.visits,
                    whole,
                )
            )
    write_csv(folder / "transfers.csv", LIST, rows)
    write_csv(
        folder / "providers.csv",
        (
            "provider",
            "people_given",
            "people_taken",
            "hours_before",
            "hours_after",
            "travel_min_before",
            "travel_min_after",
            "min_per_hour_before",
            "min_per_hour_after",
            "drives_more_beyond_noise",
        ),
        [(*_side(each), "yes" if each.provider in found.worse_off else "no") for each in found.sides],
    )
    write_csv(
        folder / "curve.csv",
        ("people_moved", "share_of_live_pct", "saving_pct"),
        [(n, round(100 * n / found.live, 2), round(100 * share, 2)) for n, share in found.curve],
    )
    write_json(folder / "summary.json", _summary(found))


def _side(each: Side) -> tuple[object, ...]:
    def rate(travel: float, contact: int) -> float | None:
        return round(travel / MINUTE / (contact / HOUR), 2) if contact else None

    return (
        each.provider,
        each.given,
        each.taken,
        round(each.contact_before / HOUR, 1),
        round(each.contact_after / HOUR, 1),
        round(each.travel_before / MINUTE),
        round(each.travel_after / MINUTE),
        rate(each.travel_before, each.contact_before),
        rate(each.travel_after, each.contact_after),
    )


def _summary(found: Transfers) -> dict[str, object]:
    saving = found.saving
    return {
        "live_packages": found.live,
        "may_be_moved": found.movable,
        "left_where_they_are": dict(found.held),
        "moved": found.moved,
        "exchanges": len(found.deals),
        "travel_saved_pct": None if saving is None else round(saving.mean, 2),
        "interval_pct": None
        if saving is None or saving.low is None or saving.high is None
        else [round(saving.low, 2), round(saving.high, 2)],
        "travel_min_a_week_before": [round(each / MINUTE) for each in found.before],
        "travel_min_a_week_after": [round(each / MINUTE) for each in found.after],
        "travel_saved_on_the_weeks_of_the_choice_pct": None
        if found.chosen_saving is None
        else round(found.chosen_saving, 2),
        "estimated_min_a_week": round(found.estimated / MINUTE),
        "packing_gap": round(found.gap, 6),
        "providers_that_drive_more_beyond_noise": list(found.worse_off),
        "allowed_beyond_noise": found.beyond,
        "carers_a_week_of_people_who_stay": _elsewhere(found.elsewhere),
        "seeds": list(found.seeds),
        "seeds_of_the_choice": list(found.chosen_on),
    }


def _elsewhere(told: Elsewhere | None) -> dict[str, object] | None:
    if told is None:
        return None
    return {
        "people": told.people,
        "before": round(told.before, 3),
        "after": round(told.after, 3),
        "interval_of_the_rise": [round(told.low, 3), round(told.high, 3)],
    }
