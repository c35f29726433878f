"""What the JSON formats share: windows, gaps, required services, carers' abilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from instances.published.day import RequiredService, Synchronization, Synchrony
from instances.published.source import Field, Number
from instances.published.units import scale_of

Turn = Callable[[Number], int]
"""A number of the file as a whole number at the day's scale."""

MOST_SERVICES = 2


class Numbers(list[Number]):
    """Collects the numbers of a first reading, to learn the scale that a second one needs."""

    def turn(self, number: Number) -> int:
        """Keep the number; 0 stands for it meanwhile."""
        self.append(number)
        return 0

    @property
    def scale(self) -> int:
        """The least power of ten at which all are whole."""
        return scale_of(set(self))


def name_of(path: Path) -> str:
    """The instance's name: the file's, without its ending."""
    return path.name.removesuffix(".json").removesuffix(".txt")


def read_span(span: Field, lower: str, upper: str) -> tuple[Number, Number]:
    """Two numbers in order, as a pair or as an object; E283, E285 or E288 where they are none."""
    if isinstance(span.value, list):
        ends = list(span.items())
        if len(ends) != 2:
            span.add("E283", f"a pair of {lower} and {upper} is needed here, not {len(ends)} values")
            return 0, 0
        first, last = ends[0].number(), ends[1].number()
    else:
        first, last = span.get(lower).number(), span.get(upper).number()
    if last < first:
        span.add("E288", f"{lower} lies after {upper}: {first}–{last}", f"swap {lower} and {upper}")
        return 0, 0
    return first, last


def read_services(
    services: Field, known: Mapping[str, Number | None], turn: Turn
) -> tuple[RequiredService, ...]:
    """One or two required services with their durations.

    Parameters
    ----------
    known
        Default duration of each service of the file; ``None`` where it has none.
    """
    required: list[RequiredService] = []
    for each in services.items():
        name = each.get("service").text()
        if name and name not in known:
            each.add("E287", f"there is no service '{name}'", f"the file knows {', '.join(sorted(known))}")
        default = known.get(name)
        asked = default is None or each.has("duration")
        duration = each.get("duration").number() if asked else default
        required.append(RequiredService(service=name, duration=turn(duration or 0)))
    if isinstance(services.value, list) and not 1 <= len(required) <= MOST_SERVICES:
        services.add("E289", f"{len(required)} services for one patient; the reader knows one or two")
    names = [each.service for each in required]
    if len(set(names)) != len(names):
        services.add("E289", f"the same service twice, {names[0]!r}: one could not tell which is which")
    return tuple(required)


def read_synchronization(patient: Field, services: int, turn: Turn) -> Synchronization | None:
    """How two services hang together; ``None`` with one."""
    if services < MOST_SERVICES:
        return None
    link = patient.get("synchronization")
    kind = link.get("type").text()
    if kind == Synchrony.INDEPENDENT:
        return Synchronization(kind=Synchrony.INDEPENDENT)
    if kind == Synchrony.SIMULTANEOUS:
        return Synchronization(kind=Synchrony.SIMULTANEOUS, minimum=turn(0), maximum=turn(0))
    if kind == Synchrony.SEQUENTIAL:
        gap = link.get("distance")
        if isinstance(gap.value, (list, dict)) or gap.value is None:
            minimum, maximum = read_span(gap, "min", "max")
        else:
            minimum = maximum = gap.number()
        return Synchronization(kind=Synchrony.SEQUENTIAL, minimum=turn(minimum), maximum=turn(maximum))
    if kind:
        link.add("E289", f"synchronization of type '{kind}'", "one of independent, simultaneous, sequential")
    return None


def read_names(names: Field, known: Mapping[str, object], what: str) -> frozenset[str]:
    """A list of identifiers, each of which the file must know (E287)."""
    found = set()
    for each in names.items():
        name = each.text()
        if name and name not in known:
            each.add("E287", f"there is no {what} '{name}'", "correct it, or add what it names")
        found.add(name)
    return frozenset(found)


def read_defaults(services: Field) -> dict[str, Number | None]:
    """Services of the file, each with its default duration or ``None``."""
    return {
        each.get("id").text(): each.get("default_duration").number() if each.has("default_duration") else None
        for each in services.items()
    }
