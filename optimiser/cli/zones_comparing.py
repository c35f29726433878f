"""``zones compare``: two zonings over the same homes, and what it leaves in its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from geodata.attribution import ONS_POSTCODES
from geodata.boundaries import sector_outlines
from geodata.localities import sector_graph
from geodata.postcodes import PostcodeDirectory
from geodata.report import Finding, Report
from geodata.zones.change import ZoningChange, compare_zonings
from geodata.zones.zoning import Drawn, Zoning
from optimiser.cli.zones_reading import attribution_of, directory_of_market, directory_of_zonings
from optimiser.impact.realignment import Holders, Realignment, homes_of, realign
from optimiser.model.instance import Instance
from optimiser.report.writing import write_json
from optimiser.report.zone_page import write_zone_page
from optimiser.report.zone_tables import write_zone_tables, zone_summary
from optimiser.solving.progress import Progress, Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareAsked:
    """What is compared; without an instance, postcodes are."""

    before: Zoning
    after: Zoning
    instance: Instance | None
    holders: Holders
    directory: PostcodeDirectory | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of it; ``realignment`` where there is a market."""

    change: ZoningChange
    realignment: Realignment | None
    warnings: tuple[Finding, ...]


def compare_zones(task: CompareAsked, folder: Path, progress: Reporter) -> Compared:
    """Do it, and write ``changes.csv``, ``matrix.csv``, ``summary.json`` and ``zones.html``.

    Raises
    ------
    InputError
        E469 where no home lies in either zoning, or none in one of them.
    """
    zonings = (task.before, task.after)
    progress(Progress(task="reading postcodes"))
    if task.instance is None:
        directory = _covered(directory_of_zonings(zonings, task.directory), zonings)
    else:
        directory = directory_of_market(task.instance, task.directory)
    homes = directory.table if task.instance is None else homes_of(task.instance)
    report = Report()
    _check_common(zonings, homes, report)
    report.raise_if_any()
    progress(Progress(task="looking which sectors touch"))
    graph = sector_graph(directory)
    progress(Progress(task="laying both zonings over the homes"))
    change, realignment = _laid_over(task, homes, directory, graph)
    for each in zonings:
        each.judge(homes, report)
    compared = Compared(change=change, realignment=realignment, warnings=report.warnings)
    progress(Progress(task="drawing the page"))
    write_zone_tables(folder, change, realignment)
    write_json(folder / "summary.json", zone_summary(change, realignment, report.warnings))
    write_zone_page(
        folder / "zones.html", change=change, outlines=sector_outlines(directory, sorted(graph)), graph=graph,
        warnings=report.warnings, attributions=(*ONS_POSTCODES, *attribution_of(zonings)),
        instance=task.instance, realignment=realignment,
    )  # fmt: skip
    return compared


def _laid_over(
    task: CompareAsked, homes: pd.DataFrame, directory: PostcodeDirectory, graph: nx.Graph
) -> tuple[ZoningChange, Realignment | None]:
    """Both zonings over the packages of the market, or over postcodes where there is none."""
    ground = directory.table
    if task.instance is None:
        ones = np.ones(len(homes), dtype=np.int64)
        change = compare_zonings(
            task.before, task.after, homes=homes, weights=ones, ground=ground, graph=graph
        )
        return change, None
    found = realign(task.instance, task.before, task.after, holders=task.holders, ground=ground, graph=graph)
    return found.zones, found


def _covered(directory: PostcodeDirectory, zonings: tuple[Zoning, Zoning]) -> PostcodeDirectory:
    """Postcodes that lie in a zone of either, or in the frame of a map: what the comparison is about."""
    table = directory.table
    near = np.zeros(len(table), dtype=np.bool_)
    for each in zonings:
        if isinstance(each, Drawn):
            west, south, east, north = each.layer.frame().total_bounds
            near |= (directory.xy >= (west, south)).all(axis=1) & (directory.xy <= (east, north)).all(axis=1)
        else:
            near |= pd.notna(each.zone_of(table))
    rows = table[near].reset_index(drop=True)
    placed = np.zeros(len(rows), dtype=np.bool_)
    for each in zonings:
        placed |= pd.notna(each.zone_of(rows))
    return PostcodeDirectory(rows[placed].reset_index(drop=True), directory.source, directory.attribution)


def _check_common(zonings: tuple[Zoning, Zoning], homes: pd.DataFrame, report: Report) -> None:
    for each in zonings:
        if not pd.notna(each.zone_of(homes)).any():
            report.add(
                "E469", each.name, f"none of {len(homes):,} homes lies in any of its {len(each.zones)} zones",
                cure="give a zoning of the same area; are its codes or coordinates those of another?",
            )  # fmt: skip
