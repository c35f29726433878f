"""What each command leaves in its folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import geopandas as gpd

from geodata.boundaries import sector_outlines
from geodata.postcodes import registry_directory
from geodata.travel import TravelModel
from instances.results import write_allocation, write_rounds
from optimiser.allocation.explain import all_exclusions
from optimiser.allocation.notes import Note
from optimiser.cli.travel import travel_figures
from optimiser.competition.competition import Competition
from optimiser.competition.outcome import Outcome
from optimiser.competition.record import record
from optimiser.impact.continuity import continuity
from optimiser.impact.measures import measure
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import clock
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan, WeekPlan
from optimiser.report.competition_page import write_competition_page
from optimiser.report.competition_tables import write_competition_tables
from optimiser.report.letters import letters
from optimiser.report.summary import summary_of_allocation, summary_of_rounds, summary_of_week
from optimiser.report.tables import write_exclusions
from optimiser.report.writing import write_json, write_text
from optimiser.rounds.changes import ChangeKind, Repaired
from optimiser.rounds.check import late_visits
from optimiser.solving.result import Result

RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
)
"""Names that no file of Windows may have."""


def write_allocation_folder(
    folder: Path,
    instance: Instance,
    result: Result[Allocation],
    told: Sequence[Note] = (),
    *,
    exclusions: bool = True,
) -> None:
    """``allocation.csv``, ``summary.json`` with what is to be told, and ``exclusions.csv`` if wanted."""
    write_allocation(folder, result.solution, instance)
    if exclusions:
        write_exclusions(folder / "exclusions.csv", instance, all_exclusions(instance))
    figures = summary_of_allocation(instance, result)
    figures["notes"] = [
        {"rule": each.rule.value, "subject": each.subject, "message": each.message} for each in told
    ]
    write_json(folder / "summary.json", figures)


def write_rounds_folder(
    folder: Path, instance: Instance, result: Result[DayPlan], travel: TravelModel
) -> None:
    """``rounds.csv`` and ``summary.json``."""
    plan = result.solution
    write_rounds(folder, plan.plans)
    measures = measure(plan.plans, late_visits=late_visits(instance, plan))
    figures = summary_of_rounds(instance, result, measures)
    write_json(folder / "summary.json", {**figures, "travel": travel_figures(travel)})


def write_week_folder(
    folder: Path, instance: Instance, result: Result[WeekPlan], travel: TravelModel
) -> None:
    """``rounds.csv`` with every day, and ``summary.json``."""
    week = result.solution
    write_rounds(folder, week.plans)
    days = {day.day.value: measure(day.plans, late_visits=late_visits(instance, day)) for day in week.days}
    figures = summary_of_week(instance, result, days, continuity(week.plans))
    write_json(folder / "summary.json", {**figures, "travel": travel_figures(travel)})


def write_repair_folder(
    folder: Path, instance: Instance, result: Result[Repaired], travel: TravelModel
) -> None:
    """``rounds.csv`` of the repaired day, and ``summary.json`` with what changed for whom."""
    repaired = result.solution
    write_rounds(folder, repaired.plan.plans)
    measures = measure(repaired.plan.plans, late_visits=late_visits(instance, repaired.plan))
    figures = summary_of_rounds(instance, replace(cast("Result[Any]", result), found=repaired.plan), measures)
    figures["travel"] = travel_figures(travel)
    figures["absent"] = sorted(repaired.absent)
    figures["same_carer_share"] = repaired.same_carer_share
    figures["changes"] = [
        {
            "visit": each.visit,
            "change": each.kind.value,
            "carers_before": list(each.carers_before),
            "carers_after": list(each.carers_after),
            "start_before": None if each.start_before is None else clock(each.start_before),
            "start_after": None if each.start_after is None else clock(each.start_after),
        }
        for each in repaired.changes
        if each.kind is not ChangeKind.KEPT
    ]
    write_json(folder / "summary.json", figures)


def write_competition_folder(folder: Path, competition: Competition, outcome: Outcome) -> None:
    """Tables, ``page.html`` with the map, ``letters/`` with one for each bidder, and ``record.json``."""
    write_competition_tables(folder, competition, outcome)
    write_json(folder / "record.json", record(competition, outcome))
    write_competition_page(
        folder / "page.html",
        competition=competition,
        outcome=outcome,
        outlines=_outlines(frozenset(each for batch in competition.batches for each in batch.sectors)),
    )
    found = letters(competition, outcome)
    files = safe_names(found)
    for bidder, text in found.items():
        write_text(folder / "letters" / f"{files[bidder]}.html", text)


def safe_names(names: Iterable[str]) -> Mapping[str, str]:
    """A file name for each identifier, no two alike however a file system reads capitals."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r"[^\w.-]+", "-", name)[:80].strip(".-_") or "unnamed"
        if plain.split(".")[0].upper() in RESERVED:
            plain = f"{plain}-"
        number, own = 1, plain
        while own.casefold() in taken:
            number += 1
            own = f"{plain}-{number}"
        taken.add(own.casefold())
        found[name] = own
    return found


def _outlines(sectors: frozenset[str]) -> gpd.GeoDataFrame | None:
    """Outlines of postcode sectors; ``None`` where none is named or known."""
    if not sectors:
        return None
    try:
        directory = registry_directory(sectors)
    except ValueError:  # no British postcode begins so
        return None
    return sector_outlines(directory, sectors)
