"""What a solver hands back: what we have, why we stopped, how good it is, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from optimiser.solving.provenance import Provenance

S = TypeVar("S")


class Status(Enum):
    """What we have."""

    OPTIMAL = "optimal"
    """Proven within the gap asked for."""
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    """Proven that no solution exists."""
    NOT_FOUND = "not found"


class StoppedBy(Enum):
    """Why we stopped."""

    PROOF = "proof"
    GAP = "gap"
    TIME = "time"
    ITERATIONS = "iterations"
    INTERRUPT = "interrupt"


class NoSolutionError(Exception):
    """A result without a solution was asked for it."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message

    def __str__(self) -> str:
        return f"{self.status.value}: {self.message}"


@dataclass(frozen=True, slots=True)
class TracePoint:
    """One improvement: after how many iterations, and the incumbent's objective from there on."""

    iteration: int
    objective: int


def relative_gap(incumbent: float, bound: float | None) -> float | None:
    """``|incumbent − bound| / |incumbent|``; ``None`` where no bound exists, 0 where both are 0."""
    if bound is None:
        return None
    difference = abs(incumbent - bound)
    if difference == 0:
        return 0.0
    return difference / abs(incumbent) if incumbent else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Generic[S]):
    """A solver's answer.

    Attributes
    ----------
    found
        The solution, or ``None``; :attr:`solution` is the same but raises where there is none.
    objective
        Of the incumbent, in the problem's own whole unit; ``None`` without one.
    components
        The objective by named component; they add up to ``objective``.
    bound
        A proven bound on the objective; ``None`` for a heuristic.
    seconds
        Wall time, never part of equality of answers.
    iterations
        In the solver's own unit.
    """

    status: Status
    stopped_by: StoppedBy
    found: S | None
    objective: int | None
    bound: float | None
    components: Mapping[str, int] = field(default_factory=dict)
    seconds: float
    iterations: int
    trace: tuple[TracePoint, ...] = ()
    provenance: Provenance
    message: str = ""

    @property
    def gap(self) -> float | None:
        """``|incumbent − bound| / |incumbent|``, or ``None`` where no bound exists."""
        return None if self.objective is None else relative_gap(self.objective, self.bound)

    @property
    def solution(self) -> S:
        """The solution; raises :class:`NoSolutionError` where there is none."""
        if self.found is None:
            raise NoSolutionError(self.status, self.message or "no solution was found")
        return self.found

    def __str__(self) -> str:
        gap = self.gap
        said = "no bound" if gap is None else f"gap {100 * gap:.2f} %"
        what = f"{self.found} · " if self.found is not None else ""
        return f"{self.status.value} · {what}{said} · {self.seconds:.1f} s"
