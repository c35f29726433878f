"""The log of publications, and beside it what the council keeps to itself.

The log is a line of JSON for each publication, each with the hash of the line before it: a line taken out or
changed shows. It holds no package. What does, for the sake of the next publication and of telling which
package a provider asks for by a card's reference, stands in a file of its own, ``.private.json``. That one
holds the hash of the last line: a log cut short, begun again, or put beside another's file shows too.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
        E470 where the log is not as it was written, E474 where what is kept beside it is gone, damaged or of
        another line, E475 where it is of another market.
    """
    lines, report, path = _lines(log), Report(), private_of(log)
    if not lines and not path.exists():
        return Kept(county=county)
    if not lines:
        cure = f"put the log back, or begin a new one under another name, apart from {path.name}"
        report.add("E470", log.name, f"the log is gone or empty, and {path.name} is there", cure=cure)
        report.raise_if_any()
    try:
        kept = _kept(json.loads(path.read_text(encoding="utf-8")))
    except _DAMAGE as error:
        said = f"what is kept of earlier publications cannot be read ({type(error).__name__})"
        report.add("E474", path.name, said, cure=_FROM_A_COPY)
        report.raise_if_any()
        raise AssertionError from error
    if kept.line != _hash(lines):
        said = f"it was not kept with the last line of {log.name}: one of the two is older, or another's"
        report.add("E474", path.name, said, cure=_FROM_A_COPY)
        report.raise_if_any()
    if kept.county != county:
        said = f"this log is of {kept.county}, not of {county}"
        report.add("E475", log.name, said, cure="keep one log for each market")
        report.raise_if_any()
    return kept


_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
_FROM_A_COPY = "put log and file back together from a copy, or begin a new log, apart from the old one"


def add_to_log(log: Path, entry: Mapping[str, Any], kept: Kept) -> None:
    """Add a line, and replace what is kept. The line comes last: without it nothing was published.

    Raises
    ------
    InputError
        E477 where another publication was logged since ``kept`` was read, or is being logged.
    """
    with _alone(log):
        lines = _lines(log)
        if _hash(lines) != kept.line:
            _refuse(log, "another publication was logged meanwhile", "run the command again")
        said = {**entry, "previous": kept.line}
        line = json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
        text = json.dumps(_as_json(replace(kept, line=sha256(line))), ensure_ascii=False, allow_nan=False)
        _write_private(private_of(log), text.encode())
        with log.open("ab") as file:
            file.write(line + b"\n")


@contextmanager
def as_it_was(log: Path) -> Iterator[None]:
    """Put the log and what is kept beside it back where what is done meanwhile fails or is interrupted."""
    before = {path: path.read_bytes() if path.is_file() else None for path in (private_of(log), log)}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None and path.is_file():
                path.unlink()
            elif content is not None and path.read_bytes() != content:
                path.write_bytes(content)
        raise


@contextmanager
def _alone(log: Path) -> Iterator[None]:
    """Nobody else adds to the log meanwhile."""
    log.parent.mkdir(parents=True, exist_ok=True)
    lock = log.with_name(f".{log.name}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        _refuse(log, "another publication is being logged", f"wait; if none is, delete {lock.name}")
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _refuse(log: Path, said: str, cure: str) -> None:
    report = Report()
    report.add("E477", log.name, said, cure=cure)
    report.raise_if_any()


def _write_private(path: Path, content: bytes) -> None:
    """Whole or not at all, for nobody but its owner."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keeping-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _hash(lines: Sequence[str]) -> str:
    return sha256(lines[-1].encode()) if lines else ""


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
    found: dict[str, Any] = {"county": kept.county, "line": kept.line}
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
            "digest": kept.cards.digest,
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
        line=said["line"],
        demand=None if demand is None else _demand(demand),
        cards=None
        if cards is None
        else LastCards(
            as_of=date.fromisoformat(cards["as_of"]),
            alike=int(cards["alike"]),
            open=frozenset(map(PackageId, cards["open"])),
            shown={PackageId(name): int(step) for name, step in cards["shown"].items()},
            references={ref: PackageId(name) for ref, name in cards["references"].items()},
            digest=cards["digest"],
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
