"""``zones check``: a layer held against postcodes, and what it leaves in its folder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from geodata.report import Finding, Report
from geodata.zones.agreement import Agreement, Tally, agreement
from geodata.zones.code_files import district_codes, read_code_history
from geodata.zones.codes import CodeHistory, report_standing
from geodata.zones.layer import ZoneKind, ZoneLayer
from geodata.zones.layer_files import Asked, read_layer
from geodata.zones.locate import Fitness, locate, report_fitness, report_located
from geodata.zones.stated import StatedZones, read_stated
from optimiser.report.writing import write_csv, write_json
from optimiser.solving.progress import Progress, Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAsked:
    """What is held against what.

    Attributes
    ----------
    codes
        Table of codes; ``None`` for that of districts, where the layer is one.
    day
        On which codes must be in force; ``None`` not to ask.
    """

    postcodes: Path
    column: str
    live: str | None
    layer: Path
    asked: Asked
    codes: Path | None
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of it; ``warnings`` say what work went on in spite of."""

    layer: ZoneLayer
    found: Agreement
    warnings: tuple[Finding, ...]


def check_zones(task: CheckAsked, folder: Path, progress: Reporter) -> Checked:
    """Do it, and write ``disagreements.csv`` and ``summary.json``.

    Raises
    ------
    InputError
        With every fault of all files.
    """
    report = Report()
    progress(Progress(task="reading postcodes"))
    stated = read_stated(task.postcodes, task.column, task.live, report)
    progress(Progress(task="reading the layer"))
    layer = read_layer(task.layer, report, task.asked)
    history = None if task.codes is None else read_code_history(task.codes, report)
    report.raise_if_any()
    if stated is None or layer is None:
        raise AssertionError("a report without an error has both")
    if history is None and layer.kind is ZoneKind.DISTRICT:
        history = district_codes()
    progress(Progress(task="looking where postcodes lie"))
    found = agreement(layer, stated, history)
    _warn(task, layer, stated, history, found, report)
    checked = Checked(layer=layer, found=found, warnings=report.warnings)
    _write(folder, checked)
    return checked


def _warn(
    task: CheckAsked,
    layer: ZoneLayer,
    stated: StatedZones,
    history: CodeHistory | None,
    found: Agreement,
    report: Report,
) -> None:
    report_fitness(found.fitness, task.layer.name, report)
    report_located(locate(layer, stated.xy), task.layer.name, report)
    if history is not None and task.day is not None:
        report_standing((each for each in stated.codes if each), history, task.day, stated.source, report)
        report_standing(layer.codes, history, task.day, task.layer.name, report)


def _write(folder: Path, checked: Checked) -> None:
    found = checked.found
    write_csv(
        folder / "disagreements.csv",
        ("postcode", "live", "stated", "found", "cause", "metres_from_stated"),
        (
            (
                each.postcode,
                None if each.live is None else int(each.live),
                each.stated, each.found, each.cause.value, each.metres,
            )
            for each in found.disagreements
        ),
    )  # fmt: skip
    write_json(folder / "summary.json", _summary(checked))


def _summary(checked: Checked) -> dict[str, Any]:
    found = checked.found
    return {
        "layer": _layer(checked.layer, found.fitness),
        "all": _figures(found.total),
        "live": None if found.live is None else _figures(found.live),
        "not_live": None if found.not_live is None else _figures(found.not_live),
        "on_a_border_or_in_several": found.several,
        "farthest_metres": max((each.metres or 0 for each in found.disagreements), default=0),
        "disagreements_by_stated_zone": dict(
            sorted(Counter(each.stated for each in found.disagreements).items())
        ),
        "warnings": [
            {"code": each.code, "file": each.file, "message": each.message} for each in checked.warnings
        ],
    }


def _layer(layer: ZoneLayer, fit: Fitness) -> dict[str, Any]:
    return {
        "source": layer.source,
        "zones": len(layer),
        "kind": layer.kind.value,
        "vintage": layer.vintage,
        "detail": fit.detail.value,
        "detail_said": layer.said_detail is not None,
        "coarseness_metres": fit.coarseness,
        "border_reach_metres": fit.reach,
        "share_near_a_border": round(fit.near, 4),
        "share_likely_wrong": round(fit.likely_wrong, 4),
        "fit_to_tell_where_places_lie": fit.will_do,
    }


def _figures(tally: Tally) -> dict[str, Any]:
    return {
        "postcodes": tally.postcodes,
        "compared": tally.compared,
        "agreeing": tally.agreeing,
        "share": None if tally.share is None else round(tally.share, 5),
        "disagreeing": {cause.value: count for cause, count in tally.causes.items()},
    }
