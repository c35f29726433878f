"""When a solver must stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a solver must stop; ``None`` means that nothing of the kind stops it.

    Attributes
    ----------
    seconds
        Wall-clock budget. A run that it stops is not reproducible, and its result says so.
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

    def __post_init__(self) -> None:
        for name in ("seconds", "iterations", "gap"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} cannot be negative: {value}")
