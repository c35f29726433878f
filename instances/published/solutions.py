"""Solutions of published days: those published with the benchmarks, read; ours, written and read back.

All are in the file's own names and units, and exact: times are fractions of the file's unit.

- *JSON* of ``github.com/iolab-uniud/hhcrsp`` (MIT) and ``…/uhhc`` (CC-BY-4.0): ``routes`` with ``locations``,
  whose ``arrival_time`` is the **start of service**. A break is a location too, named ``lunch_break``, at the
  patient it is taken at; some files list it last whenever it was, so locations are put in order of time.
  UHHC's ``cost_components`` are weighted: weight × component.
- *Route text* of ``github.com/afkummer/gecco2020-brkga`` (MIT): see :mod:`instances.published.route_text`.
- *Ours*: ``{"objective", "components", "seconds", "rounds": [{"carer", "stops": [{"patient", "service",
  "start"}]}]}``; components are plain, before any weight. A stop that lasts longer than the day asks carries
  ``end``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.new_files import write_file
from instances.published.day import LUNCH, Component
from instances.published.source import Field, read_json

_OTHER_NAMES = {
    "preferences": Component.CAREGIVER_PREFERENCES,
    "unscheduled": Component.OPTIONAL_PATIENTS,
}
_START = ("arrival_time", "start_time", "start_service_time")
_END = ("departure_time", "end_time", "end_service_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedStop:
    """One service, or one break, of a round; times in the file's units.

    Attributes
    ----------
    patient
        Whom. A break is taken at this patient's home if somebody serves the patient, otherwise at the depot;
        ``None``: at the depot.
    end
        ``None`` where it ends as soon as the day allows: after its duration, or the shortest break.
    """

    patient: str | None
    service: str
    start: Fraction
    end: Fraction | None = None

    def __post_init__(self) -> None:
        if self.patient is None and self.service != LUNCH:
            raise ValueError(f"a stop without patient for {self.service}")

    @property
    def is_lunch(self) -> bool:
        """Whether this is the carer's own break."""
        return self.service == LUNCH


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRound:
    """One carer's stops, in order of time."""

    carer: str
    stops: tuple[PublishedStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSolution:
    """Rounds, and what whoever made them says of them.

    Attributes
    ----------
    rounds
        Carers without stops may be left out.
    objective
        As claimed; ``None`` where nothing is claimed.
    components
        As claimed and before any weight: ``None`` where nothing is claimed.
    weighted
        As claimed, weight × component (UHHC's publications); ``None`` where nothing is claimed.
    seconds
        What it took to find. ``None`` where it is not said.
    """

    rounds: tuple[PublishedRound, ...]
    objective: Fraction | None = None
    components: Mapping[Component, Fraction] | None = None
    weighted: Mapping[Component, Fraction] | None = None
    seconds: Fraction | None = None

    def __str__(self) -> str:
        return f"{sum(1 for each in self.rounds if each.stops)} rounds"


def read_solution(path: Path | str) -> PublishedSolution:
    """Read a JSON solution of the hhcrsp or UHHC repositories.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    report = Report()
    top = read_json(Path(path), report)
    report.raise_if_any()
    rounds = tuple(_route(each) for each in top.get("routes").items())
    objective = None
    if top.has("cost"):
        objective = Fraction(top.get("cost").get("objective").number())
    weighted = _components(top.get("cost_components")) if top.has("cost_components") else None
    report.raise_if_any()
    return PublishedSolution(rounds=rounds, objective=objective, weighted=weighted or None)


def read_result(path: Path | str) -> PublishedSolution:
    """Read a result of our own.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    report = Report()
    top = read_json(Path(path), report)
    report.raise_if_any()
    rounds = tuple(
        PublishedRound(
            carer=each.get("carer").text(),
            stops=tuple(_stop(stop, ("start",), ("end",)) for stop in each.get("stops").items()),
        )
        for each in top.get("rounds").items()
    )
    objective = Fraction(top.get("objective").number()) if top.has("objective") else None
    components = _components(top.get("components")) if top.has("components") else None
    seconds = Fraction(top.get("seconds").number()) if top.has("seconds") else None
    report.raise_if_any()
    return PublishedSolution(rounds=rounds, objective=objective, components=components, seconds=seconds)


def write_result(
    path: Path | str,
    solution: PublishedSolution,
    *,
    provenance: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a result of our own; it reads back the same.

    Numbers without an end, such as thirds in ``objective``, are cut to 17 digits; starts and ends must have
    one.

    Parameters
    ----------
    provenance
        Where it came from, as plain JSON values, kept beside the rounds and not read back.

    Raises
    ------
    FileExistsError
        Where the file is there already and ``overwrite`` was not given.
    ValueError
        Where a start or an end has no end as a decimal.
    """
    path = Path(path)
    write_file(path, "\n".join([*_lines(solution, provenance), ""]).encode(), overwrite=overwrite)
    return path


def _route(each: Field) -> PublishedRound:
    carer = each.get("caregiver_id").text()
    if not each.has("locations"):
        return PublishedRound(carer=carer, stops=())
    stops = [
        _stop(stop, _START, _END) for stop in each.get("locations").items() if "depot" not in _keys(stop)
    ]
    return PublishedRound(carer=carer, stops=tuple(sorted(stops, key=lambda stop: stop.start)))


def _stop(stop: Field, starts: tuple[str, ...], ends: tuple[str, ...]) -> PublishedStop:
    keys = _keys(stop)
    start = next((key for key in starts if key in keys), starts[0])
    end = next((key for key in ends if key in keys), None)
    service = stop.get("service").text()
    begins = Fraction(stop.get(start).number())
    finishes = Fraction(stop.get(end).number()) if end else None
    if finishes is not None and finishes < begins:
        stop.add("E288", f"{end} lies before {start}", "swap the two")
    patient = stop.get("patient").text() if service != LUNCH or stop.has("patient") else None
    return PublishedStop(patient=patient, service=service, start=begins, end=finishes)


def _keys(stop: Field) -> frozenset[str]:
    return frozenset(stop.value) if isinstance(stop.value, dict) else frozenset()


def _components(top: Field) -> dict[Component, Fraction]:
    if not isinstance(top.value, dict):
        top.add("E283", "an object of numbers by component is needed here")
        return {}
    found = {}
    for name in top.value:
        component = _OTHER_NAMES.get(name) or (Component(name) if name in set(Component) else None)
        if component is None:
            top.get(name).add("E289", f"'{name}' is no component that the reader knows")
        elif top.value[name] is not None:
            found[component] = Fraction(top.get(name).number())
    return found


def _lines(solution: PublishedSolution, provenance: Mapping[str, Any] | None) -> Iterator[str]:
    yield "{"
    yield f'  "objective": {_rough(solution.objective)},'
    yield '  "components": ' + _object(solution.components) + ","
    yield f'  "seconds": {_rough(solution.seconds)},'
    yield '  "rounds": ['
    for number, each in enumerate(solution.rounds, start=1):
        stops = ",\n".join(f"      {_stop_text(stop)}" for stop in each.stops)
        comma = "," if number < len(solution.rounds) else ""
        yield (
            f'    {{"carer": {json.dumps(each.carer)}, "stops": ['
            + (f"\n{stops}\n    " if stops else "")
            + f"]}}{comma}"
        )
    if provenance is None:
        yield "  ]"
    else:
        yield "  ],"
        yield f'  "provenance": {json.dumps(provenance, allow_nan=False)}'
    yield "}"


def _object(numbers: Mapping[Component, Fraction] | None) -> str:
    if numbers is None:
        return "null"
    return "{" + ", ".join(f'"{name}": {_rough(number)}' for name, number in numbers.items()) + "}"


def _stop_text(stop: PublishedStop) -> str:
    end = "" if stop.end is None else f', "end": {_exact(stop.end)}'
    patient, service = json.dumps(stop.patient), json.dumps(stop.service)
    return f'{{"patient": {patient}, "service": {service}, "start": {_exact(stop.start)}{end}}}'


def _exact(number: Fraction) -> str:
    """A fraction as a decimal that is equal to it; ValueError where there is none."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
        if digits > 30:
            raise ValueError(f"{number} has no end as a decimal: choose starts at the day's scale")
    return format(Decimal((number * 10**digits).numerator).scaleb(-digits), "f")


def _rough(number: Fraction | None) -> str:
    if number is None:
        return "null"
    return str(number.numerator) if number.denominator == 1 else repr(float(number))
