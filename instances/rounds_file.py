"""``rounds.csv``: who drives where, written and read back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.allocation_file import read_result
from instances.new_files import write_file
from instances.rows import Row
from instances.schema_results import ROUNDS, Line
from instances.texts import row_text
from instances.write import csv_bytes
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import CarerId, LocalityId, ProviderId, VisitId
from optimiser.model.instance import Instance, suggest
from optimiser.model.rounds import Rest, Round, RoundPlan, Stop

_NEEDS: Mapping[Line, tuple[str, ...]] = {
    Line.SHIFT: ("round_no", "carer", "mode", "start", "end"),
    Line.VISIT: ("round_no", "stop", "visit_id", "start", "end", "travel_seconds", "metres"),
    Line.REST: ("round_no", "start", "end"),
    Line.HOME: ("round_no", "travel_seconds", "metres"),
    Line.UNSERVED: ("visit_id",),
    Line.NO_ROUNDS: (),
}


def write_rounds(path: Path | str, plans: Sequence[RoundPlan], *, overwrite: bool = False) -> Path:
    """Write plans of rounds to one CSV file.

    Parameters
    ----------
    path
        The file, or a folder that gets ``rounds.csv``.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    FileExistsError
        Where it is there already and ``overwrite`` was not given.
    ValueError
        Where two plans share day, provider and locality, or something would not read back the same.
    """
    path = Path(path)
    if path.suffix.casefold() != ".csv":
        path = path / ROUNDS.file
    faults: list[str] = []
    texts = [row_text(ROUNDS, line, faults) for plan in plans for line in _lines(plan)]
    keys = [(plan.day.value, plan.provider, plan.locality) for plan in plans]
    faults += [f"two plans for {key}" for key in sorted({str(key) for key in keys if keys.count(key) > 1})]
    if faults:
        raise ValueError("this cannot be written so that it reads back the same: " + "; ".join(faults))
    write_file(path, csv_bytes(ROUNDS, texts), overwrite=overwrite)
    return path


def _lines(plan: RoundPlan) -> Iterator[dict[str, Any]]:
    blank: dict[str, Any] = {
        **dict.fromkeys(ROUNDS.headings),
        "day": plan.day,
        "provider_id": plan.provider,
        "locality": plan.locality,
    }
    for number, each in enumerate(plan.rounds, start=1):
        own = {**blank, "round_no": number, "carer": each.carer}
        shift = {"line": Line.SHIFT, "mode": each.mode, "start": each.shift_start, "end": each.shift_end}
        yield {**own, **shift}
        yield from ({**own, **line} for line in _day(each))
        if each.home_seconds or each.home_metres:
            yield {**own, "line": Line.HOME, "travel_seconds": each.home_seconds, "metres": each.home_metres}
    for visit in plan.unserved:
        yield {**blank, "line": Line.UNSERVED, **_visit(visit)}
    if not plan.rounds and not plan.unserved:
        yield {**blank, "line": Line.NO_ROUNDS}


def _visit(visit: VisitId) -> dict[str, Any]:
    return {"visit_id": visit, "package_id": visit.rpartition("/")[0] or None}


def _day(each: Round) -> Iterator[dict[str, Any]]:
    """Stops in their order, each rest before the first stop that starts after it."""
    rests = list(each.rests)
    for number, stop in enumerate(each.stops, start=1):
        while rests and rests[0].start <= stop.start:
            yield _rest(rests.pop(0))
        yield {
            "line": Line.VISIT,
            "stop": number,
            **_visit(stop.visit),
            "start": stop.start,
            "end": stop.end,
            "travel_seconds": stop.travel_seconds,
            "metres": stop.metres,
        }
    yield from map(_rest, rests)


def _rest(rest: Rest) -> dict[str, Any]:
    return {"line": Line.REST, "start": rest.start, "end": rest.end}


def read_rounds(path: Path | str, instance: Instance | None = None) -> tuple[RoundPlan, ...]:
    """Read plans of rounds back, in the order of the file.

    Parameters
    ----------
    path
        The file, or the folder that holds ``rounds.csv``.
    instance
        If given, every provider and visit must be in it.

    Raises
    ------
    InputError
        With everything that is wrong, at once.
    """
    report = Report()
    values = read_result(Path(path), ROUNDS, report)
    plans: dict[tuple[Weekday, str, str | None], list[Row]] = defaultdict(list)
    for row in values.rows:
        if row.raw.broken or not row.has("day", "provider_id", "locality"):
            continue
        _check_line(row)
        if instance is not None:
            _check_known(row, instance)
        plans[row["day"], row["provider_id"], row["locality"]].append(row)
    for rows in plans.values():
        _check_rounds(rows)
    report.raise_if_any()
    return tuple(_plan(day, provider, locality, rows) for (day, provider, locality), rows in plans.items())


def _check_line(row: Row) -> None:
    if not row.has("line"):
        return
    for column in _NEEDS[row["line"]]:
        if row.has(column) and row[column] is None:
            row.reject("E263", column, f"a line {row['line'].value!r} needs it", f"fill {column}")


def _check_known(row: Row, instance: Instance) -> None:
    providers = instance.provider_by_id
    if row["provider_id"] not in providers:
        asked = row["provider_id"]
        row.reject("E261", "provider_id", f"no provider called {asked!r}", suggest(asked, providers))
    if row.has("visit_id") and row["visit_id"] is not None:
        package, _, number = row["visit_id"].rpartition("/")
        found = instance.package_by_id.get(package)
        if found is None:
            cure = suggest(package, instance.package_by_id)
            row.reject("E260", "visit_id", f"no package called {package!r}", cure)
        elif number not in {str(visit.number) for visit in found.visits}:
            cure = f"it has visits {', '.join(str(visit.number) for visit in found.visits)}"
            row.reject("E260", "visit_id", f"package {package} has no visit {number!r}", cure)


def _check_rounds(rows: Iterable[Row]) -> None:
    """Every round opens with its shift, once; its stops count 1, 2, 3; it makes each visit once."""
    listed = [row for row in rows if row.has("line", "round_no", "stop", "visit_id")]
    opened: set[int] = set()
    stops: dict[int, int] = defaultdict(int)
    homes: set[int] = set()
    served: dict[tuple[int, str], Row] = {}
    for row in listed:
        number, line = row["round_no"], row["line"]
        if number is None or line in (Line.UNSERVED, Line.NO_ROUNDS):
            continue
        if line is Line.SHIFT:
            if number in opened:
                row.reject(
                    "E263", "round_no", f"round {number} opens twice", "number the rounds of a plan 1, 2, 3"
                )
            opened.add(number)
            continue
        if number not in opened:
            cure = "put the round's shift line before its other lines"
            row.reject("E263", "round_no", f"round {number} has no shift line before this", cure)
        if line is Line.HOME and number in homes:
            row.reject("E263", "line", f"round {number} goes home twice", "delete one of the lines")
        if line is Line.HOME:
            homes.add(number)
        if line is not Line.VISIT or row["stop"] is None or row["visit_id"] is None:
            continue
        stops[number] += 1
        if row["stop"] != stops[number]:
            cure = f"number the stops of a round in order: {stops[number]} comes here"
            row.reject("E263", "stop", f"stop {row['stop']} is out of order", cure)
            stops[number] = row["stop"]
        if (number, row["visit_id"]) in served:
            first = served[number, row["visit_id"]].raw.number
            row.reject(
                "E262",
                "visit_id",
                f"{row['visit_id']!r} stands twice on the round: first in row {first}",
                "delete one",
            )
        served.setdefault((number, row["visit_id"]), row)


def _plan(day: Weekday, provider: str, locality: str | None, rows: Sequence[Row]) -> RoundPlan:
    by_round: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["line"] not in (Line.UNSERVED, Line.NO_ROUNDS):
            by_round[row["round_no"]].append(row)
    return RoundPlan(
        provider=ProviderId(provider),
        day=day,
        rounds=tuple(_round(ProviderId(provider), lines) for lines in by_round.values()),
        unserved=tuple(VisitId(row["visit_id"]) for row in rows if row["line"] is Line.UNSERVED),
        locality=None if locality is None else LocalityId(locality),
    )


def _round(provider: ProviderId, lines: Sequence[Row]) -> Round:
    shift = lines[0]
    home = next((line for line in lines if line["line"] is Line.HOME), None)
    return Round(
        carer=CarerId(shift["carer"]),
        provider=provider,
        mode=shift["mode"],
        shift_start=shift["start"],
        shift_end=shift["end"],
        stops=tuple(
            Stop(
                visit=VisitId(line["visit_id"]),
                start=line["start"],
                end=line["end"],
                travel_seconds=line["travel_seconds"],
                metres=line["metres"],
            )
            for line in lines
            if line["line"] is Line.VISIT
        ),
        rests=tuple(
            Rest(start=line["start"], end=line["end"]) for line in lines if line["line"] is Line.REST
        ),
        home_seconds=0 if home is None else home["travel_seconds"],
        home_metres=0 if home is None else home["metres"],
    )
