"""One objective at a time by HiGHS, in process through PuLP; a county by the assignment core, in parts.

The bound is rounded up to the next value the objective can take. A county is too large for one model: there
the assignment core settles it in parts (:mod:`optimiser.assignment.restricted`), whose bounds add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, isfinite
from typing import Any

from optimiser.allocation.as_assignment import Kept, as_assignment
from optimiser.allocation.formulation import build_model, promises_of
from optimiser.allocation.policy import Objective, Seats
from optimiser.allocation.problem import Problem
from optimiser.allocation.stages import Settled, Stage, no_worse
from optimiser.assignment.restricted import RestrictedModels
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter
from optimiser.solving.with_pulp import run


@dataclass(frozen=True, slots=True, kw_only=True)
class WithHighs:
    """HiGHS as an engine of :class:`~optimiser.allocation.stages.InTurn`.

    Attributes
    ----------
    threads
        Of the engine; with more than one an answer need not come out twice.
    plain
        Options of all packages together up to which one plain model is solved.
    parts
        How larger problems are.
    """

    threads: int = 1
    plain: int = 12_000
    parts: RestrictedModels = field(default_factory=RestrictedModels)

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "highs"

    def is_large(self, problem: Problem) -> bool:
        """Whether a problem is settled in parts."""
        return sum(len(need.candidates) + 1 for need in problem.needs) > self.plain

    def settle(
        self,
        problem: Problem,
        objective: Objective,
        before: Sequence[Stage],
        seats: Seats,
        *,
        limits: Limits,
        seed: int,
        progress: Reporter,
    ) -> Settled:
        """Settle one objective; ``limits.iterations`` counts nodes, or waves in parts."""
        counted = promises_of(problem, (objective, *(stage.objective for stage in before)))
        if self.is_large(problem) and not counted:
            return self._in_parts(problem, objective, before, seats, limits, seed, progress)
        model = build_model(problem, objective, [(stage.objective, stage.allowed) for stage in before])
        options: dict[str, Any] = {"random_seed": seed % 2**31, "mip_rel_gap": limits.gap or 0.0}
        if limits.iterations is not None:
            options["mip_max_nodes"] = limits.iterations
        values, info = run(
            model.lp,
            model.values(seats),
            options,
            threads=self.threads,
            seconds=limits.seconds,
            progress=progress,
            task=f"placing: {objective.value}",
            unit=model.unit,
        )
        if values is not None:
            seats = no_worse(problem, objective, before, model.seats(values), seats)
        # Integral in its unit, so that the bound may be rounded up; a hair off for the engine's tolerance.
        bound = ceil(info["bound"] - 1e-5) * model.unit if isfinite(info["bound"]) else 0
        return Settled(seats=seats, bound=bound, nodes=int(info["nodes"]), stopped_by=info["stopped_by"])

    def _in_parts(
        self,
        problem: Problem,
        objective: Objective,
        before: Sequence[Stage],
        seats: Seats,
        limits: Limits,
        seed: int,
        progress: Reporter,
    ) -> Settled:
        kept = [Kept(objective=each.objective, value=each.value, allowed=each.allowed) for each in before]
        core = as_assignment(problem, objective, kept)

        def heard(told: Progress) -> None:
            progress(
                replace(
                    told,
                    task=f"placing: {objective.value}",
                    incumbent=_in_units(told.incumbent, core.unit),
                    bound=_in_units(told.bound, core.unit),
                )
            )

        result = self.parts.solve(
            core.problem,
            limits=limits,
            seed=seed,
            start=core.assignment(seats),
            nested=core.nested,
            kept=core.kept,
            joining=core.joining,
            progress=heard,
        )
        return Settled(
            seats=core.seats(result.solution),
            bound=int(result.bound or 0) * core.unit,
            nodes=result.iterations,
            stopped_by=result.stopped_by,
        )


def _in_units(value: float | None, unit: int) -> float | None:
    return None if value is None else value * unit
