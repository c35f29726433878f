"""Home-care routing with synchronised services in JSON: the sets of Kummer et al. and of Ceschia et al.

Published at ``github.com/iolab-uniud/hhcrsp`` (MIT):

- *kummer*: road travel times, 25–400 patients (Kummer et al. 2021), in the JSON of Ceschia et al. (2024).
- *italian*: real road networks of Italian towns (Ceschia et al. 2024).

Times and travel are minutes. Minimised is (travel + total tardiness + highest tardiness) / 3, where tardiness
is counted per service; windows are hard at their start and soft at their end, every patient must be served,
and the way back to the depot has no limit. Windows of the Italian set carry the noise of floating point; see
:func:`instances.published.units.without_noise`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from geodata.report import Report
from instances.published.day import Carer, Component, Cost, Format, Patient, PublishedDay, Window
from instances.published.parts import (
    Numbers,
    Turn,
    name_of,
    read_defaults,
    read_names,
    read_services,
    read_span,
    read_synchronization,
)
from instances.published.source import Field, Number, check_unique, read_json
from instances.published.units import scale_of, whole, whole_rows

THIRDS = tuple(
    Cost(component=component, weight=Fraction(1, 3))
    for component in (Component.TRAVEL_TIME, Component.TOTAL_TARDINESS, Component.HIGHEST_TARDINESS)
)
"""The objective of Mankowska, Meisel and Bierwirth (2014) with equal weights."""

DEPOT = 0


def read_kummer(path: Path | str) -> PublishedDay:
    """Read one instance of Kummer et al.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    return _read(Path(path), Format.KUMMER)


def read_italian(path: Path | str) -> PublishedDay:
    """Read one Italian instance of Ceschia et al.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    return _read(Path(path), Format.ITALIAN)


def _read(path: Path, kind: Format) -> PublishedDay:
    report = Report()
    top = read_json(path, report)
    report.raise_if_any()
    patients, carers = list(top.get("patients").items()), list(top.get("caregivers").items())
    check_unique(patients, "id")
    check_unique(carers, "id")
    check_unique(list(top.get("services").items()), "id")
    offices = list(top.get("central_offices").items())
    if len(offices) > 1:
        top.get("central_offices").add("E289", f"{len(offices)} offices; the format is read with one")
    rows = top.get("distances").matrix(len(patients) + 1)
    services = read_defaults(top.get("services"))
    numbers = Numbers()
    for place, each in enumerate(patients, start=1):
        _patient(each, place, services, numbers.turn)
    abilities = [read_names(each.get("abilities"), services, "service") for each in carers]
    report.raise_if_any()
    scale = max(numbers.scale, scale_of(set[Number]().union(*rows)))

    def turn(number: Number) -> int:
        return whole(number, scale)

    return PublishedDay(
        name=name_of(path),
        format=kind,
        scale=scale,
        services=tuple(services),
        patients=tuple(_patient(each, place, services, turn) for place, each in enumerate(patients, start=1)),
        carers=tuple(
            Carer(id=each.get("id").text(), abilities=able, depot_from=DEPOT, depot_to=DEPOT)
            for each, able in zip(carers, abilities, strict=True)
        ),
        travel=whole_rows(rows, scale),
        costs=THIRDS,
    )


def _patient(each: Field, place: int, services: dict[str, Number | None], turn: Turn) -> Patient:
    start, end = read_span(each.get("time_window"), "start", "end")
    required = read_services(each.get("required_caregivers"), services, turn)
    return Patient(
        id=each.get("id").text(),
        place=place,
        windows=(Window(start=turn(start), end=turn(end), hard=False),),
        services=required,
        synchronization=read_synchronization(each, len(required), turn),
    )
