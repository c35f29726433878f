"""When a solver must stop."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a solver must stop; ``None`` means that nothing of the kind stops it.

    Attributes
    ----------
    seconds
        Time budget. A run that it stops is not reproducible, and its result says so.
    processor
        Whether ``seconds`` are processor time of this process instead of the clock's, so that a search on a
        busy machine can be compared with one that has a core to itself. Only solvers that search in this
        process and on one core know it; see :meth:`now`.
    iterations
        Iteration budget, in the solver's own unit. Reproducible.
    gap
        Relative gap at which an exact solver may stop, as a fraction.

    Raises
    ------
    ValueError
        For a negative limit.
    """

    seconds: float | None = None
    iterations: int | None = None
    gap: float | None = None
    processor: bool = False

    def __post_init__(self) -> None:
        for name in ("seconds", "iterations", "gap"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} cannot be negative: {value}")

    def now(self) -> float:
        """Seconds on the clock that ``seconds`` are counted by; only differences mean something."""
        return time.process_time() if self.processor else time.perf_counter()
