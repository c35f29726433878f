"""Solomon's text format: routing with time windows and capacities, the core without synchronisation.

Solomon (1987), Operations Research 35; the same layout is used by Gehring and Homberger. Published with
best-known solutions at ``vrp.galgos.inf.puc-rio.br`` (CVRPLIB) and, with readers, in
``github.com/PyVRP/VRPLIB`` (MIT).

Travel is the straight line between coordinates. The best-known values this project is measured against follow
the DIMACS challenge of 2021: **distances, and so travel times, are cut (not rounded) to one decimal, and
total distance is minimised**; the number of vehicles is what the best-known solution happens to use. Earlier
papers reckon with unrounded distances and minimise vehicles first: their figures are not comparable (C101:
827.3 here, 828.94 there).

Windows are hard at both ends and say when service may start; return to the depot after its due date is
forbidden. Customers are patients, ``1`` …; the depot is ``0``; vehicles are carers, ``1`` …; the one service
is ``visit``.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from pathlib import Path

from geodata.report import Report
from instances.published.day import (
    Carer,
    Component,
    Cost,
    Format,
    Patient,
    PublishedDay,
    RequiredService,
    Shift,
    Window,
)
from instances.published.source import Number, read_text
from instances.published.units import decimals, parse, scale_of, whole

VISIT = "visit"
TENTHS = 10
_COLUMNS = ("CUST NO.", "XCOORD.", "YCOORD.", "DEMAND", "READY TIME", "DUE DATE", "SERVICE TIME")
_COSTS = (
    Cost(component=Component.TRAVEL_TIME, weight=Fraction(1)),
    Cost(component=Component.TOTAL_TARDINESS, weight=Fraction(0), hard=True),
    Cost(component=Component.TOTAL_EXTRA_TIME, weight=Fraction(0), hard=True),
)

Line = tuple[Number, ...]


def read_solomon(path: Path | str) -> PublishedDay:
    """Read one instance.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E288).
    """
    path, report = Path(path), Report()
    lines = read_text(path, report).splitlines()
    report.raise_if_any()
    words = [line.split() for line in lines]
    tops = [number for number, line in enumerate(words) if line in (["VEHICLE"], ["CUSTOMER"])]
    if [words[number] for number in tops] != [["VEHICLE"], ["CUSTOMER"]] or not any(words[: tops[0]]):
        report.add(
            "E282",
            str(path),
            "a name, VEHICLE and CUSTOMER are needed, in this order, each on a line of its own",
            cure="is this Solomon's format?",
        )
    report.raise_if_any()
    vehicle, customer = tops
    fleet = _table(words, vehicle + 2, customer, ("NUMBER", "CAPACITY"), str(path), report)
    rows = _table(words, customer + 2, len(words), _COLUMNS, str(path), report)
    if len(fleet) != 1:
        report.add("E284", str(path), f"{len(fleet)} lines under VEHICLE; one is needed", row=vehicle + 1)
    if not rows:
        report.add("E284", str(path), "no depot and no customer under CUSTOMER", row=customer + 1)
    _check(rows, fleet, str(path), report)
    report.raise_if_any()
    name = next(line[0] for line in words if line)
    ((vehicles, capacity),) = fleet.values()
    return _day(name, int(vehicles), capacity, list(rows.values()))


def _table(
    words: list[list[str]], start: int, end: int, columns: tuple[str, ...], file: str, report: Report
) -> dict[int, Line]:
    """The numbers of each line that is not empty, by its number from 0."""
    table: dict[int, Line] = {}
    for number in range(start, end):
        line = words[number]
        if not line:
            continue
        if len(line) != len(columns):
            report.add("E284", file, f"{len(line)} numbers; the line needs {len(columns)}", row=number + 1)
            continue
        numbers = []
        for word, column in zip(line, columns, strict=True):
            # Coordinates alone may lie below zero.
            value, fault = parse(word.removeprefix("-") if "COORD" in column else word)
            if fault:
                report.add(
                    "E285",
                    file,
                    f"{word[:20]!r} is {fault}",
                    row=number + 1,
                    column=column,
                    cure="correct the figure",
                )
                continue
            numbers.append(-value if "COORD" in column and word.startswith("-") else value)
        if len(numbers) == len(columns):
            table[number] = tuple(numbers)
    return table


def _check(rows: dict[int, Line], fleet: dict[int, Line], file: str, report: Report) -> None:
    for row, (vehicles, _) in fleet.items():
        if decimals(vehicles) or not 1 <= vehicles <= 10_000:
            report.add(
                "E285",
                file,
                f"{vehicles} is no count of vehicles",
                row=row + 1,
                column="NUMBER",
                cure="correct the figure",
            )
    seen: set[Number] = set()
    for row, (number, _, _, _, ready, due, _) in rows.items():
        if number in seen:
            report.add("E286", file, f"customer {number} stands twice", row=row + 1, column=_COLUMNS[0])
        seen.add(number)
        if due < ready:
            report.add("E288", file, f"due before ready: {ready}–{due}", row=row + 1, column=_COLUMNS[5])


def _day(name: str, vehicles: int, capacity: Number, rows: list[Line]) -> PublishedDay:
    loads = scale_of((capacity, *(row[3] for row in rows)))
    scale = max(TENTHS, scale_of(number for row in rows for number in row[4:]))
    depot, *customers = rows
    shift = Shift(start=whole(depot[4], scale), end=whole(depot[5], scale))
    return PublishedDay(
        name=name,
        format=Format.SOLOMON,
        scale=scale,
        services=(VISIT,),
        patients=tuple(
            Patient(
                id=str(number),
                place=place,
                windows=(Window(start=whole(ready, scale), end=whole(due, scale), hard=True),),
                services=(RequiredService(service=VISIT, duration=whole(service, scale)),),
                demand=whole(demand, loads),
            )
            for place, (number, _, _, demand, ready, due, service) in enumerate(customers, start=1)
        ),
        carers=tuple(
            Carer(
                id=str(number),
                abilities=frozenset({VISIT}),
                depot_from=0,
                depot_to=0,
                shift=shift,
                capacity=whole(capacity, loads),
            )
            for number in range(1, vehicles + 1)
        ),
        travel=_distances([(row[1], row[2]) for row in rows], scale),
        costs=_COSTS,
        opens=shift.start,
    )


def _distances(points: list[tuple[Number, Number]], scale: int) -> tuple[tuple[int, ...], ...]:
    """Straight lines cut to tenths, exactly: no floating point decides a last digit."""
    fine = scale_of(number for point in points for number in point)
    grid = [(whole(x, fine), whole(y, fine)) for x, y in points]
    to_scale = scale // TENTHS

    def cut(dx: int, dy: int) -> int:
        return isqrt(TENTHS * TENTHS * (dx * dx + dy * dy) // (fine * fine)) * to_scale

    return tuple(tuple([cut(x - u, y - v) for u, v in grid]) for x, y in grid)
