"""Small tables to open in a spreadsheet or Power BI: one heading, one unit a column, one fact a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

from optimiser.impact.study import Study
from optimiser.model.allocation import Allocation, Exclusion
from optimiser.model.calendar import HOUR, MINUTE, clock
from optimiser.model.instance import Instance
from optimiser.report.comparison import MEASURES
from optimiser.report.shortfall import tier_use
from optimiser.report.writing import write_csv
from optimiser.rounds.explain_day import Explained
from optimiser.rounds.room_found import Miss
from optimiser.solving.result import Result


def write_tables(
    folder: Path,
    *,
    instance: Instance,
    allocations: Mapping[str, Result[Allocation]],
    study: Study,
    exclusions: Sequence[Exclusion],
) -> tuple[Path, ...]:
    """Write ``placed_by_tier.csv``, ``exclusions.csv`` and ``measures.csv`` into a folder.

    Returns
    -------
    tuple of Path
        The files written.
    """
    paths = tuple(folder / name for name in ("placed_by_tier.csv", "exclusions.csv", "measures.csv"))
    write_tiers(
        paths[0],
        instance,
        baseline=allocations["baseline"].solution,
        proposal=allocations["proposal"].solution,
    )
    write_exclusions(paths[1], instance, exclusions)
    write_measures(paths[2], study)
    return paths


def write_tiers(path: Path, instance: Instance, *, baseline: Allocation, proposal: Allocation) -> None:
    """One row for each scenario and tier: packages, hours and pence a week."""
    used = tier_use(instance, baseline, proposal)
    rows = [
        (scenario, order, each.code, each.name, each.on_framework, packages, round(care / HOUR, 2), cost)
        for scenario in ("baseline", "proposal")
        for order, each in enumerate(used, start=1)
        for packages, care, cost in (
            [(each.baseline, each.baseline_care, each.baseline_cost)]
            if scenario == "baseline"
            else [(each.proposal, each.proposal_care, each.proposal_cost)]
        )
    ]
    heading = (
        "scenario",
        "tier_order",
        "tier",
        "tier_name",
        "on_framework",
        "packages",
        "weekly_hours",
        "weekly_cost_pence",
    )
    write_csv(path, heading, rows)


def write_exclusions(path: Path, instance: Instance, exclusions: Sequence[Exclusion]) -> None:
    """One row for each provider that could not have a package, with the rule and the reason."""
    names = {provider.id: provider.name for provider in instance.providers}
    lots = {package.id: (package.lot, package.service.value) for package in instance.packages}
    ordered = sorted(exclusions, key=lambda each: (each.package, each.provider, each.rule.value, each.reason))
    rows = [
        (
            each.package,
            *lots[each.package],
            each.provider,
            names[each.provider],
            each.rule.name.lower(),
            each.rule.value,
            each.reason,
        )
        for each in ordered
    ]
    heading = (
        "package_id",
        "lot_code",
        "service_type",
        "provider_id",
        "provider_name",
        "rule",
        "rule_name",
        "reason",
    )
    write_csv(path, heading, rows)


def write_measures(path: Path, study: Study) -> None:
    """One row for each scenario, seed and measure: a fact table whose keys are the first three columns."""
    rows = [
        (name, built.seed, measure.key, study.day.value, measure.name, measure.unit, _rounded(value))
        for name, days in (("baseline", study.baseline), ("proposal", study.proposal))
        for built in days
        for measure in MEASURES
        for value in (measure.figure(built.measures),)
    ]
    write_csv(path, ("scenario", "seed", "measure", "day", "measure_name", "unit", "value"), rows)


def write_explained(folder: Path, explained: Sequence[Explained]) -> None:
    """``unserved.csv``, ``wishes.csv`` where wishes were priced, and ``busiest.csv``."""
    write_csv(
        folder / "unserved.csv",
        ("provider_id", "visit_id", "reason", "nearest_carer", "could_start", "short_by_minutes"),
        (
            (each.provider, left.visit, left.reason, *_nearest(left.nearest))
            for each in explained
            for left in each.unserved
        ),
    )
    if all(each.wishes is not None for each in explained):
        write_csv(
            folder / "wishes.csv",
            ("provider_id", "package_id", "wish", "travel_minutes", "rounds", "visits_unserved", "points"),
            (
                (
                    each.provider,
                    wish.package,
                    wish.wish,
                    round(wish.travel_seconds / MINUTE, 1),
                    wish.rounds,
                    wish.unserved,
                    wish.points,
                )
                for each in explained
                for wish in each.wishes or ()
            ),
        )
    write_csv(
        folder / "busiest.csv",
        ("provider_id", "quarter_hour", "carers_busy", "carers_on_duty"),
        (
            (each.provider, clock(quarter.start), quarter.needed, quarter.on_duty)
            for each in explained
            for quarter in each.busiest
        ),
    )


def _nearest(miss: Miss | None) -> tuple[str | None, str | None, int | None]:
    """Carer of the nearest miss, when they could start, and by how many minutes that is too late."""
    if miss is None:
        return None, None, None
    starts = None if miss.could_start is None else clock(miss.could_start)
    return miss.carer, starts, None if miss.short_by is None else ceil(miss.short_by / MINUTE)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
