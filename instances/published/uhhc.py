"""The unified home-care model in JSON (UHHC): shifts, lunch breaks, optional patients, one or two windows.

Published by Ceschia et al. at ``github.com/iolab-uniud/uhhc`` (CC-BY-4.0): generated instances (*validation*
among them), and those of Bazirha et al. in the same format. What is minimised stands in the file itself,
weight by weight, in ``metadata.cost_components``; ``"HARD"`` means that the component must be 0. Times are
minutes.

Left out, and refused (E289) where a file asks for them: public transport beside the car, patients' and
carers' aspects, wished start times, windows per service, and deviations from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from geodata.report import Report
from instances.published.day import (
    Carer,
    Component,
    Cost,
    Format,
    LunchRule,
    Moment,
    Patient,
    PublishedDay,
    Shift,
    Window,
)
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

HARD = "HARD"
LEAVE_AT_SHIFT_START = ("bazirha", "bazirha-caie")
"""Origins whose carers leave the depot as their shift starts."""
MOST_WINDOWS = 2
_NOT_READ = {
    "": ("public_distances", "services_order"),
    "metadata": ("time_window_service_level",),
    "patient": ("preferred_start_time", "aspects", "public_distance_matrix_index"),
    "carer": ("transportation_mode", "aspects"),
}


def read_uhhc(path: Path | str) -> PublishedDay:
    """Read one instance of the unified model.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    path, report = Path(path), Report()
    top = read_json(path, report)
    report.raise_if_any()
    patients, points = list(top.get("patients").items()), list(top.get("terminal_points").items())
    for those in (patients, points, list(top.get("caregivers").items()), list(top.get("services").items())):
        check_unique(those, "id")
    rows = top.get("distances").matrix(len(points) + len(patients))
    numbers = Numbers()
    _build(top, name_of(path), 1, numbers.turn, ())
    report.raise_if_any()
    scale = max(numbers.scale, scale_of(set[Number]().union(*rows)))
    return _build(top, name_of(path), scale, lambda number: whole(number, scale), whole_rows(rows, scale))


def _build(
    top: Field, name: str, scale: int, turn: Turn, travel: tuple[tuple[int, ...], ...]
) -> PublishedDay:
    metadata = top.get("metadata")
    _refuse_what_is_not_read(top, "")
    _refuse_what_is_not_read(metadata, "metadata")
    costs = _costs(metadata.get("cost_components"))
    late_is_forbidden = any(cost.hard and cost.component is Component.TOTAL_TARDINESS for cost in costs)
    services = read_defaults(top.get("services"))
    carers = {each.get("id").text(): each for each in top.get("caregivers").items()}
    points = list(top.get("terminal_points").items())
    people = list(top.get("patients").items())
    places = _places(points, people)
    depots = {each.get("id").text(): place for each, place in zip(points, places, strict=False)}
    lunch = _lunch(top, turn)
    return PublishedDay(
        name=name,
        format=Format.UHHC,
        scale=scale,
        services=tuple(services),
        patients=tuple(
            _patient(each, place, services, carers, turn, late_is_forbidden)
            for each, place in zip(people, places[len(points) :], strict=True)
        ),
        carers=tuple(_carer(each, depots, services, turn, lunch) for each in carers.values()),
        travel=travel,
        costs=costs,
        window_met=_moment(metadata),
        leaves_at_shift_start=metadata.has("origin") and metadata.value["origin"] in LEAVE_AT_SHIFT_START,
        lunch=lunch,
    )


def _costs(weights: Field) -> tuple[Cost, ...]:
    if not isinstance(weights.value, dict):
        weights.add("E283", "an object of weights by component is needed here")
        return ()
    costs = []
    for name in weights.value:
        weight = weights.get(name)
        if name not in set(Component):
            weight.add(
                "E289", f"'{name}' is no component that the reader knows", f"one of {', '.join(Component)}"
            )
        elif weight.value == HARD:
            costs.append(Cost(component=Component(name), weight=Fraction(0), hard=True))
        elif weight.value is not None:
            costs.append(Cost(component=Component(name), weight=Fraction(weight.number())))
    return tuple(costs)


def _places(points: list[Field], people: list[Field]) -> list[int]:
    """Row of the matrix of each depot, then of each patient; where a file gives none, they stand in order."""
    places: list[int] = []
    for number, each in enumerate(points + people):
        given = each.has("distance_matrix_index")
        place = each.get("distance_matrix_index").index() if given else number
        if place >= len(points) + len(people):
            each.add("E287", f"there is no row {place} in the travel matrix", "rows are counted from 0")
        elif place in places:
            each.add(
                "E286", f"row {place} of the travel matrix is somebody else's already", "give each its own"
            )
        places.append(place)
    return places


def _moment(metadata: Field) -> Moment:
    if not metadata.has("time_window_met"):
        return Moment.SERVICE_START
    moment = metadata.get("time_window_met")
    if moment.text() not in set(Moment):
        moment.add("E289", f"windows met {moment.value!r}", f"one of {', '.join(Moment)}")
        return Moment.SERVICE_START
    return Moment(moment.text())


def _lunch(top: Field, turn: Turn) -> LunchRule | None:
    if not top.has("lunch_breaks"):
        return None
    rule = top.get("lunch_breaks")
    start, end = read_span(rule, "start", "end")
    return LunchRule(start=turn(start), end=turn(end), minimum=turn(rule.get("min_duration").number()))


def _patient(
    each: Field,
    place: int,
    services: Mapping[str, Number | None],
    carers: Mapping[str, Field],
    turn: Turn,
    late_is_forbidden: bool,
) -> Patient:
    _refuse_what_is_not_read(each, "patient")
    required = read_services(each.get("required_services"), services, turn)
    spans = [read_span(window, "start", "end") for window in each.get("time_windows").items()]
    if isinstance(each.get("time_windows").value, list) and not 1 <= len(spans) <= MOST_WINDOWS:
        each.add("E289", f"{len(spans)} windows; the reader knows one or two")
    preferred = None
    if each.has("preferred_caregivers"):
        preferred = read_names(each.get("preferred_caregivers"), carers, "carer") or None
    incompatible = frozenset[str]()
    if each.has("incompatible_caregivers"):
        incompatible = read_names(each.get("incompatible_caregivers"), carers, "carer")
    return Patient(
        id=each.get("id").text(),
        place=place,
        windows=tuple(
            Window(start=turn(start), end=turn(end), hard=late_is_forbidden) for start, end in sorted(spans)
        ),
        services=required,
        synchronization=read_synchronization(each, len(required), turn),
        optional=each.has("optional") and each.get("optional").flag(),
        preferred=preferred,
        incompatible=incompatible,
    )


def _carer(
    each: Field,
    depots: Mapping[str, int],
    services: Mapping[str, Number | None],
    turn: Turn,
    lunch: LunchRule | None,
) -> Carer:
    _refuse_what_is_not_read(each, "carer")
    shift = None
    if each.has("working_shift"):
        start, end = read_span(each.get("working_shift"), "start", "end")
        shift = Shift(start=turn(start), end=turn(end))
    due = each.has("lunch_break") and each.get("lunch_break").flag()
    if due and lunch is None:
        each.add("E283", "a lunch break is due, and 'lunch_breaks' does not say when", "add 'lunch_breaks'")
    departing = each.get("departing_point")
    arrival = each.get("arrival_point") if each.has("arrival_point") else departing
    for depot in (departing, arrival):
        if depot.text() and depot.text() not in depots:
            depot.add("E287", f"there is no terminal point '{depot.value}'", "correct it, or add the point")
    return Carer(
        id=each.get("id").text(),
        abilities=read_names(each.get("abilities"), services, "service"),
        depot_from=depots.get(departing.text(), 0),
        depot_to=depots.get(arrival.text(), 0),
        shift=shift,
        lunch=due,
    )


def _refuse_what_is_not_read(each: Field, kind: str) -> None:
    for key in _NOT_READ[kind]:
        if each.has(key):
            each.add(
                "E289",
                f"'{key}' is a part of the model that is not read",
                "leave it out, or choose another file",
            )
