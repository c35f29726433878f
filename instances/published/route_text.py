"""Route text as published with the genetic algorithm of Kummer, Buriol, de Araújo (GECCO 2020).

Published at ``github.com/afkummer/gecco2020-brkga`` (MIT), for Mankowska's instances::

    # Cost = 226.978 Dist = 680.934 Tard = 0 TMax = 0
    0 6                carer, from 0; number of legs
    0 10 0 2           from node, to node, carer, kind of service, all from 0
    7 0 0 0            the last leg returns to node 0

No times stand in it: each service starts as early as rounds, windows and gaps allow, which no component of
this objective can improve on. Written again by :func:`route_text`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from geodata.report import Report
from instances.published.day import PublishedDay, Synchronization
from instances.published.solutions import PublishedRound, PublishedSolution, PublishedStop
from instances.published.source import read_text
from instances.published.units import in_file_units, parse

Made = tuple[int, int]
"""A service: index of the patient among the day's, index of the service among the patient's."""


def read_route_text(path: Path | str, day: PublishedDay) -> PublishedSolution:
    """Read routes and start every service as early as can be.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E288); E288 too where no start times exist, because
        carers wait for one another in a circle.
    """
    path, report = Path(path), Report()
    lines = read_text(path, report).splitlines()
    report.raise_if_any()
    rounds = _rounds(lines, day, str(path), report)
    report.raise_if_any()
    starts = earliest_starts(day, rounds)
    if starts is None:
        report.add("E288", str(path), "carers wait for one another in a circle, or a gap cannot be kept")
        report.raise_if_any()
        raise AssertionError("unreachable")
    return PublishedSolution(
        rounds=tuple(
            PublishedRound(
                carer=day.carers[v].id,
                stops=tuple(
                    PublishedStop(
                        patient=day.patients[i].id,
                        service=day.patients[i].services[k].service,
                        start=in_file_units(day, starts[i, k]),
                    )
                    for i, k in made
                ),
            )
            for v, made in rounds.items()
        ),
        objective=_claimed(lines),
    )


def route_text(day: PublishedDay, solution: PublishedSolution) -> str:
    """A solution as route text, without its times and without breaks."""
    return "\n".join(_text(day, solution)) + "\n"


def earliest_starts(day: PublishedDay, rounds: dict[int, list[Made]]) -> dict[Made, int] | None:
    """Least start of each service at the day's scale; ``None`` where there is none.

    Parameters
    ----------
    rounds
        By index of carer.
    """
    after: dict[Made, list[tuple[Made, int]]] = defaultdict(list)
    starts: dict[Made, int] = {}
    for v, made in rounds.items():
        carer = day.carers[v]
        place, ready = carer.depot_from, max(day.opens, carer.shift.start if carer.shift else 0)
        previous: Made | None = None
        for i, k in made:
            patient = day.patients[i]
            way = day.travel[place][patient.place]
            starts[i, k] = max(patient.windows[0].start, 0 if previous else ready + way)
            if previous:
                after[previous].append(
                    ((i, k), day.patients[previous[0]].services[previous[1]].duration_with(v) + way)
                )
            previous, place = (i, k), patient.place
    for i, patient in enumerate(day.patients):
        link = patient.synchronization
        if {(i, 0), (i, 1)} <= starts.keys() and link is not None:
            for a, b, lag in _lags(link):
                after[i, a].append(((i, b), lag))
    # Longest paths by Bellman and Ford: one pass more than there are services means a circle.
    for _ in range(len(starts) + 1):
        moved = False
        for made_first, links in after.items():
            for made_then, lag in links:
                if starts[made_then] < starts[made_first] + lag:
                    starts[made_then] = starts[made_first] + lag
                    moved = True
        if not moved:
            return starts
    return None


def _lags(link: Synchronization) -> Iterator[tuple[int, int, int]]:
    if link.minimum is not None and link.maximum is not None:
        yield 0, 1, link.minimum
        yield 1, 0, -link.maximum


def _rounds(lines: Sequence[str], day: PublishedDay, file: str, report: Report) -> dict[int, list[Made]]:
    nodes = {patient.place: i for i, patient in enumerate(day.patients)}
    rounds: dict[int, list[Made]] = {}
    carer, legs, place = -1, 0, 0
    for row, line in enumerate(lines, start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        try:
            numbers = [int(word) for word in words]
        except ValueError:
            report.add(
                "E285",
                file,
                f"whole numbers are needed here, not {line.strip()[:40]!r}",
                row=row,
                cure="correct the figure",
            )
            continue
        if legs == 0:
            carer, legs = (numbers[0], numbers[1]) if len(numbers) == 2 else (-1, 0)
            if not 0 <= carer < len(day.carers) or legs < 0 or carer in rounds:
                report.add("E287", file, f"no new round of a carer: {line.strip()[:40]!r}", row=row)
                return rounds
            place = 0
            rounds[carer] = []
            continue
        legs -= 1
        if len(numbers) != 4:
            report.add("E284", file, f"{len(numbers)} numbers; a leg has 4", row=row)
            continue
        _from, to, _, kind = numbers
        if _from != place:
            report.add("E288", file, f"the leg leaves node {_from}; the carer is at {place}", row=row)
        place = to
        if to in nodes:
            name = f"s{kind + 1}"
            services = [each.service for each in day.patients[nodes[to]].services]
            if name not in services:
                report.add("E287", file, f"node {to} requires no service {kind}", row=row)
            elif any((nodes[to], services.index(name)) in made for made in rounds.values()):
                report.add("E286", file, f"service {kind} of node {to} stands twice", row=row)
            else:
                rounds[carer].append((nodes[to], services.index(name)))
        elif to not in (0, len(day.travel) - 1):
            report.add("E287", file, f"there is no node {to}", row=row)
    if legs:
        report.add("E284", file, f"{legs} legs are missing at the end")
    return rounds


def _claimed(lines: Sequence[str]) -> Fraction | None:
    for line in lines:
        words = line.split()
        if words[:3] == ["#", "Cost", "="] and len(words) > 3:
            number, fault = parse(words[3])
            return None if fault else Fraction(number)
    return None


def _text(day: PublishedDay, solution: PublishedSolution) -> Iterator[str]:
    carers = {carer.id: v for v, carer in enumerate(day.carers)}
    places = {patient.id: patient.place for patient in day.patients}
    kinds = {service: s for s, service in enumerate(day.services)}
    for each in solution.rounds:
        stops = [stop for stop in each.stops if stop.patient is not None and not stop.is_lunch]
        v, place = carers[each.carer], 0
        yield f"{v} {len(stops) + 1 if stops else 0}"
        for stop in stops:
            to = places[str(stop.patient)]
            yield f"{place} {to} {v} {kinds[stop.service]}"
            place = to
        if stops:
            yield f"{place} 0 {v} 0"
