"""One measured run on a published day: the plain figures that a line of ``runs.jsonl`` holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One file with one seed.

    Attributes
    ----------
    carers
        How many might be used.
    best_known
        ``None`` where none is listed.
    objective, gap, seconds, core, iterations, rounds
        ``None`` without an answer; the gap is a share of the best known, below zero where ours is better.
    core
        Share of a core that the process had while it searched: well below 1, others were at work on the
        machine, and the seconds were not the solver's own.
    fault
        Why there is no answer; empty where there is one.
    broken
        Whether the fault is ours: rounds that break a rule.
    """

    set: str
    instance: str
    patients: int
    carers: int
    seed: int
    best_known: float | None
    objective: float | None = None
    gap: float | None = None
    components: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None
    core: float | None = None
    iterations: int | None = None
    rounds: int | None = None
    fault: str = ""
    broken: bool = False
