"""A comparison of zonings as tables and figures: ``changes.csv``, ``matrix.csv``, ``summary.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geodata.report import Finding
from geodata.zones.change import Side, ZoningChange
from geodata.zones.sector_map import SectorMap
from optimiser.impact.realignment import Outcome, Realignment
from optimiser.model.calendar import HOUR
from optimiser.report.writing import write_csv

NO_ZONE = ""
"""Zone of a home that is in none."""


def write_zone_tables(folder: Path, change: ZoningChange, realignment: Realignment | None) -> None:
    """``changes.csv``, by package where there is a market and else by sector, and ``matrix.csv``."""
    if realignment is None:
        heading: tuple[str, ...] = ("sector", "zone_before", "zone_after", "postcodes", "postcodes_changing")
        rows: list[tuple[object, ...]] = [
            (each.sector, each.before, each.after, each.homes, each.changed) for each in change.moves
        ]
    else:
        heading = (
            "package_id", "sector", "zone_before", "zone_after", "lot_after", "provider_id", "outcome",
            "weekly_hours",
        )  # fmt: skip
        rows = [
            (
                each.package, each.sector, each.before, each.after, each.lot, each.provider,
                each.outcome.value, round(each.weekly_care / HOUR, 2),
            )
            for each in realignment.changes
        ]  # fmt: skip
    write_csv(folder / "changes.csv", heading, rows)
    counted = "postcodes" if realignment is None else "packages"
    pairs = sorted(change.homes, key=lambda pair: tuple(zone or "" for zone in pair))
    if realignment is None:
        write_csv(
            folder / "matrix.csv", ("zone_before", "zone_after", counted),
            ((*pair, change.homes[pair]) for pair in pairs),
        )  # fmt: skip
        return
    outcomes = realignment.by_pair()
    write_csv(
        folder / "matrix.csv",
        ("zone_before", "zone_after", counted, "weekly_hours", *(each.name.lower() for each in Outcome)),
        (
            (
                *pair, change.homes[pair], round(change.weight[pair] / HOUR, 2),
                *(outcomes[pair][each] if pair in outcomes else 0 for each in Outcome),
            )
            for pair in pairs
        ),
    )  # fmt: skip


def zone_summary(
    change: ZoningChange, realignment: Realignment | None, findings: tuple[Finding, ...]
) -> dict[str, Any]:
    """The figures of ``summary.json``; hours a week where there is a market."""
    found: dict[str, Any] = {
        "before": _side(change.before, hours=realignment is not None),
        "after": _side(change.after, hours=realignment is not None),
        "zones_matched_by_what_they_share": change.matched,
        "stands_for": dict(change.stands_for),
        "homes": len(change.changed),
        "homes_changing_zone": int(change.changed.sum()),
        "sectors_changing_zone": len(change.moves),
        "warnings": [{"code": each.code, "file": each.file, "message": each.message} for each in findings],
    }
    if realignment is not None:
        found |= {
            "packages": realignment.packages,
            "weekly_hours": round(realignment.weekly_care / HOUR, 2),
            "packages_changing_zone": len(realignment.changes),
            "weekly_hours_changing_zone": round(realignment.care() / HOUR, 2),
            "outcomes": {
                each.value: {
                    "packages": realignment.count(each),
                    "weekly_hours": round(realignment.care(each) / HOUR, 2),
                }
                for each in Outcome
            },
            "lots": dict(realignment.lots),
            "lots_matched_by_what_they_share": realignment.lots_matched,
            "split_households": list(realignment.split_households),
        }
    return found


def _side(side: Side, *, hours: bool) -> dict[str, Any]:
    return {
        "name": side.name,
        "homes_in_no_zone": int(sum(each is None for each in side.zone_of)),
        "sectors_cut_by_a_border": len(side.in_several),
        **map_figures(side.map, hours=hours),
    }


def map_figures(found: SectorMap, *, hours: bool) -> dict[str, Any]:
    """A zoning on the graph of sectors, as figures; weights are carer-seconds where they are ``hours``."""
    weight, unit = ("weekly_hours", HOUR) if hours else ("postcodes", 1)
    return {
        "contiguous": found.contiguous,
        "cut_edges": found.cut_edges,
        "unevenness": None if found.unevenness is None else round(found.unevenness, 4),
        "zones": [
            {
                "zone": each.zone,
                "sectors": len(each.sectors),
                weight: round(each.weight / unit, 2),
                "pieces": each.pieces,
                "spread_metres": each.spread,
                "cut_edges": each.cut_edges,
            }
            for each in found.zones
        ],
    }
