"""A day of home care as the published benchmarks state it: enough nouns for every one of them, exactly.

All times, travel and demand are whole numbers of ``1 / scale`` of the file's own unit (nearly always the
minute), so that nothing is rounded on the way in; :func:`instances.published.units.in_file_units` goes back.

Mankowska, Meisel, Bierwirth (2014); Kummer et al. (2021); Ceschia et al. (2024) and the unified model of the
same group (UHHC); Solomon (1987) for the core without synchronisation. Each reader says where its set is
published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

LUNCH = "lunch_break"
"""Name of the service that is the carer's own break, in published solutions and in ours."""


class Format(StrEnum):
    """The published formats, by the names the command line takes."""

    MANKOWSKA = "mankowska"
    KUMMER = "kummer"
    ITALIAN = "italian"
    UHHC = "uhhc"
    SOLOMON = "solomon"


class Component(StrEnum):
    """What an objective may count, named as in UHHC's ``metadata.cost_components`` (its spelling too)."""

    TRAVEL_TIME = "travel_time"
    TOTAL_TARDINESS = "total_tardiness"
    HIGHEST_TARDINESS = "highest_tardiness"
    TOTAL_WAITING_TIME = "total_waiting_time"
    MAX_WAITING_TIME = "max_waiting_time"
    TOTAL_EXTRA_TIME = "total_extra_time"
    MAX_IDLE_TIME = "max_idle_time"
    CAREGIVER_PREFERENCES = "caregiver_preferences"
    INCOMPATIBILITIES = "incompabilities"
    QUALIFICATION = "qualification"
    OPTIONAL_PATIENTS = "optional_patients"
    MISSED_LUNCH_BREAK = "missed_lunch_break"
    WORKING_TIME = "working_time"
    WORKLOAD_BALANCE = "workload_balance"


class Synchrony(StrEnum):
    """How the two services of a patient hang together."""

    INDEPENDENT = "independent"
    SIMULTANEOUS = "simultaneous"
    SEQUENTIAL = "sequential"


class Moment(StrEnum):
    """Which moment of a service must fall in the window."""

    SERVICE_START = "at_service_start"
    SERVICE_END = "at_service_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a patient may be served.

    Attributes
    ----------
    start, end
        Service never starts before ``start``; past ``end`` it is late.
    hard
        Whether being late is forbidden rather than paid for. The start is always hard.
    """

    start: int
    end: int
    hard: bool

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"window ends before it starts: {self.start}–{self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchronization:
    """How far apart the second service of a patient may start from the first, start to start.

    Attributes
    ----------
    minimum, maximum
        Both 0 where simultaneous. ``None`` where independent. They may be equal.
    """

    kind: Synchrony
    minimum: int | None = None
    maximum: int | None = None

    def __post_init__(self) -> None:
        bounded = self.minimum is not None and self.maximum is not None
        if bounded == (self.kind is Synchrony.INDEPENDENT):
            raise ValueError(f"{self.kind} with a gap of {self.minimum}–{self.maximum}")
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"the longest gap, {self.maximum}, is below the shortest, {self.minimum}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredService:
    """One carer's part of a visit.

    Attributes
    ----------
    duration
        With any carer, unless ``by_carer`` says otherwise.
    by_carer
        Duration with each carer, in the order of the day's carers; ``None`` where it is always the same.
    """

    service: str
    duration: int
    by_carer: tuple[int, ...] | None = None

    def duration_with(self, carer: int) -> int:
        """Duration with the carer of that index among the day's carers."""
        return self.duration if self.by_carer is None else self.by_carer[carer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One person to be visited.

    Attributes
    ----------
    place
        Row and column of the travel matrix. Several patients may be no time at all apart.
    windows
        One or two, in order of start.
    services
        One or two; of two that are linked, the first listed comes first.
    synchronization
        ``None`` with one service.
    optional
        May be left unserved, at the price of a component.
    preferred
        Carers this person would rather have; ``None`` where no preference is given.
    incompatible
        Carers this person must not have.
    demand
        What the visit takes of a carer's capacity; 0 outside Solomon's set.
    """

    id: str
    place: int
    windows: tuple[Window, ...]
    services: tuple[RequiredService, ...]
    synchronization: Synchronization | None = None
    optional: bool = False
    preferred: frozenset[str] | None = None
    incompatible: frozenset[str] = frozenset()
    demand: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a carer is on duty. Whether return after ``end`` is paid for or forbidden, the costs say."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"shift ends before it starts: {self.start}–{self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carer:
    """One carer, who makes at most one round.

    Attributes
    ----------
    abilities
        Services this carer can give. May be empty: then the carer can do nothing, and is still idle all
        shift.
    depot_from, depot_to
        Rows of the travel matrix.
    shift
        ``None`` where there is no limit but the start of the day.
    lunch
        Whether a lunch break is due.
    capacity
        Most demand in one round; ``None`` without limit.
    """

    id: str
    abilities: frozenset[str]
    depot_from: int
    depot_to: int
    shift: Shift | None = None
    lunch: bool = False
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LunchRule:
    """A lunch break lies between ``start`` and ``end`` and lasts ``minimum`` or longer."""

    start: int
    end: int
    minimum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One term of the objective.

    Attributes
    ----------
    weight
        Per unit of the component in the file's own units; 0 where ``hard``.
    hard
        The component must be 0.
    """

    component: Component
    weight: Fraction
    hard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDay:
    """One published instance.

    Attributes
    ----------
    scale
        Whole numbers here per unit of the file: 10 to the power of the decimals that the file needs.
    services
        Names of all services.
    travel
        Row = from, column = to; may be asymmetric, and may break the triangle inequality.
    costs
        A component that is not named costs nothing. Where ``qualification`` or ``incompabilities`` is not
        named, it is forbidden rather than free (so it is in the published solutions and their validator).
    opens
        Nobody leaves a depot earlier.
    window_met
        Which moment of a service must fall in the window.
    leaves_at_shift_start
        Carers leave the depot as their shift starts, so that they wait at the first patient; otherwise they
        leave as late as will do, and do not.
    lunch
        ``None`` where nobody has a lunch break.
    """

    name: str
    format: Format
    scale: int
    services: tuple[str, ...]
    patients: tuple[Patient, ...]
    carers: tuple[Carer, ...]
    travel: tuple[tuple[int, ...], ...] = field(repr=False)
    costs: tuple[Cost, ...]
    opens: int = 0
    window_met: Moment = Moment.SERVICE_START
    leaves_at_shift_start: bool = False
    lunch: LunchRule | None = None

    def __str__(self) -> str:
        return f"{self.format} {self.name}: {len(self.patients)} patients, {len(self.carers)} carers"

    def cost(self, component: Component) -> Cost | None:
        """The term that counts the component; ``None`` where the objective does not name it."""
        return next((cost for cost in self.costs if cost.component is component), None)

    def allows(self, carer: Carer, patient: Patient, service: str) -> bool:
        """Whether the carer may give the service: able and compatible, or not so at a price."""
        able = service in carer.abilities or self._priced(Component.QUALIFICATION)
        return able and (carer.id not in patient.incompatible or self._priced(Component.INCOMPATIBILITIES))

    def _priced(self, component: Component) -> bool:
        cost = self.cost(component)
        return cost is not None and not cost.hard
