"""The log of publications, and beside it what the council keeps to itself.

The log is a line of JSON for each publication, each with the hash of the line before it: a line taken out or
changed shows. It holds no package. What does, for the sake of the next publication and of telling which
package a provider asks for by a card's reference, stands in a file of its own, ``.private.json``.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from geodata.report import Report
from optimiser.model.calendar import Band
from optimiser.model.identifiers import DistrictCode, PackageId
from optimiser.model.need import ServiceKind
from optimiser.publishing.figures import Cell, Figure, Hidden, Level, Piece, Table
from optimiser.publishing.history import Kept, LastCards, LastDemand
from optimiser.publishing.open_demand import Wanted
from optimiser.solving.sealing import sha256


def private_of(log: Path) -> Path:
    """Where the council keeps what the log must not hold."""
    return log.with_name(f"{log.stem}.private.json")


def read_kept(log: Path, county: str) -> Kept:
    """What is kept of earlier publications; nothing where there is no log yet.

    Raises
    ------
    InputError
        E470 where the log is not as it was written, E474 where what is kept beside it is gone or damaged,
        E475 where it is of another market.
    """
    lines = _lines(log)
    if not lines:
        return Kept(county=county)
    report, path = Report(), private_of(log)
    try:
        kept = _kept(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        said = f"what is kept of earlier publications cannot be read ({type(error).__name__})"
        cure = "put the file back from a copy, or begin a new log, apart from the old one"
        report.add("E474", path.name, said, cure=cure)
        report.raise_if_any()
        raise AssertionError from error
    if kept.county != county:
        said = f"this log is of {kept.county}, not of {county}"
        report.add("E475", log.name, said, cure="keep one log for each market")
        report.raise_if_any()
    return kept


def add_to_log(log: Path, entry: Mapping[str, Any], kept: Kept) -> None:
    """Add a line, and replace what is kept. The line comes last: without it nothing was published."""
    lines = _lines(log)
    previous = sha256(lines[-1].encode()) if lines else ""
    line = json.dumps({**entry, "previous": previous}, ensure_ascii=False, allow_nan=False)
    log.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_as_json(kept), ensure_ascii=False, allow_nan=False)
    handle, name = tempfile.mkstemp(dir=log.parent, prefix=".keeping-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    Path(name).replace(private_of(log))
    with log.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")


def _lines(log: Path) -> list[str]:
    """Lines of a log whose hashes agree; an ``InputError`` (E470) otherwise."""
    if not log.exists():
        return []
    report, lines, previous = Report(), [], ""
    try:
        lines = [line for line in log.read_text(encoding="utf-8").split("\n") if line]
    except (OSError, UnicodeDecodeError) as error:
        report.add("E470", log.name, f"the log cannot be read ({type(error).__name__})", cure="name another")
    for row, line in enumerate(lines, start=1):
        try:
            said = json.loads(line)["previous"]
        except (ValueError, KeyError, TypeError, RecursionError):
            said = None
        if said != previous:
            cure = "find the log as it was written: a line was changed, added or taken out"
            report.add(
                "E470", log.name, "the line does not follow from the one before it", row=row, cure=cure
            )
            break
        previous = sha256(line.encode())
    report.raise_if_any()
    return lines


def _as_json(kept: Kept) -> dict[str, Any]:
    found: dict[str, Any] = {"county": kept.county}
    if kept.demand is not None:
        found["demand"] = {
            "open": sorted(kept.demand.open),
            "counted": {
                district: [_wanted_as_json(each) for each in those]
                for district, those in sorted(kept.demand.counted.items())
            },
            "table": _table_as_json(kept.demand.table),
        }
    if kept.cards is not None:
        found["cards"] = {
            "as_of": kept.cards.as_of.isoformat(),
            "alike": kept.cards.alike,
            "open": sorted(kept.cards.open),
            "shown": dict(sorted(kept.cards.shown.items())),
            "references": dict(sorted(kept.cards.references.items())),
        }
    return found


def _wanted_as_json(each: Wanted) -> list[Any]:
    care = {band.value: seconds for band, seconds in each.care.items()}
    return [each.id, each.sector, each.service.value, care]


def _table_as_json(table: Table) -> dict[str, Any]:
    return {
        "as_of": table.as_of.isoformat(),
        "small": table.small,
        "levels": [each.value for each in table.levels],
        "pieces": [[each.district, each.locality, each.outward] for each in sorted(table.pieces)],
        "since": {district: day.isoformat() for district, day in sorted(table.since.items())},
        "figures": [
            [*cell.key, each.count, each.hours, None if each.hidden is None else each.hidden.value]
            for cell, each in table.figures.items()
        ],
    }


def _kept(said: dict[str, Any]) -> Kept:
    demand, cards = said.get("demand"), said.get("cards")
    return Kept(
        county=said["county"],
        demand=None if demand is None else _demand(demand),
        cards=None
        if cards is None
        else LastCards(
            as_of=date.fromisoformat(cards["as_of"]),
            alike=int(cards["alike"]),
            open=frozenset(map(PackageId, cards["open"])),
            shown={PackageId(name): int(step) for name, step in cards["shown"].items()},
            references={ref: PackageId(name) for ref, name in cards["references"].items()},
        ),
    )


def _demand(said: dict[str, Any]) -> LastDemand:
    counted = {
        DistrictCode(district): tuple(
            Wanted(
                id=PackageId(name),
                district=DistrictCode(district),
                sector=sector,
                service=ServiceKind(service),
                care={Band(band): int(seconds) for band, seconds in care.items()},
            )
            for name, sector, service, care in those
        )
        for district, those in said["counted"].items()
    }
    opened = frozenset(map(PackageId, said["open"]))
    return LastDemand(table=_table(said["table"]), open=opened, counted=counted)


def _table(said: dict[str, Any]) -> Table:
    figures = {}
    for level, area, service, band, count, hours, hidden in said["figures"]:
        cell = Cell(
            Level(level), area, ServiceKind(service) if service else None, Band(band) if band else None
        )
        figures[cell] = Figure(count, hours, None if hidden is None else Hidden(hidden))
    return Table(
        as_of=date.fromisoformat(said["as_of"]),
        small=int(said["small"]),
        levels=tuple(map(Level, said["levels"])),
        pieces=frozenset(Piece(DistrictCode(d), locality, o) for d, locality, o in said["pieces"]),
        since={DistrictCode(d): date.fromisoformat(day) for d, day in said["since"].items()},
        figures=figures,
    )
