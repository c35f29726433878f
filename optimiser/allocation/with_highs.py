"""One objective at a time by HiGHS, in process through PuLP; a county by the assignment core, in parts.

The bound is rounded up to the next value the objective can take. A county is too large for one model: there
the assignment core settles it in parts (:mod:`optimiser.assignment.restricted`), whose bounds add up. Between
the two, a single lot, say, one model is asked for a moment, then the parts, then the model again for the
rest: either may stand still where the other goes on.
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
from optimiser.solving.clock import Clock
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter
from optimiser.solving.result import StoppedBy, relative_gap
from optimiser.solving.with_pulp import run


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """One objective to settle, whichever way."""

    problem: Problem
    objective: Objective
    before: Sequence[Stage]
    seed: int
    progress: Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class WithHighs:
    """HiGHS as an engine of :class:`~optimiser.allocation.stages.InTurn`.

    Attributes
    ----------
    threads
        Of the engine; with more than one an answer need not come out twice.
    plain
        Options of all packages together up to which one plain model is solved, and nothing else.
    whole
        Options up to which it is solved as well as the parts.
    glance, share
        Nodes, and share of the time, that it has before the parts are begun.
    parts
        How larger problems are.
    """

    threads: int = 1
    plain: int = 3_000
    whole: int = 12_000
    glance: int = 20
    share: float = 0.2
    parts: RestrictedModels = field(default_factory=RestrictedModels)

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "highs"

    def is_large(self, problem: Problem) -> bool:
        """Whether a problem is settled in parts alone."""
        return _options(problem) > self.whole

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
        asked = _Asked(problem=problem, objective=objective, before=before, seed=seed, progress=progress)
        counted = promises_of(problem, (objective, *(stage.objective for stage in before)))
        if counted or _options(problem) <= self.plain:
            return self._as_one(asked, seats, limits)
        if self.is_large(problem):
            return self._in_parts(asked, seats, limits)
        return self._either_way(asked, seats, limits)

    def _either_way(self, asked: _Asked, seats: Seats, limits: Limits) -> Settled:
        """One model for a moment, the parts, one model for the rest: each from what is known by then."""
        clock, nodes = Clock.of(limits), limits.iterations
        glance = replace(
            limits,
            seconds=None if limits.seconds is None else self.share * limits.seconds,
            iterations=self.glance if nodes is None else min(self.glance, nodes),
        )
        known = Settled(
            seats=seats, bound=asked.objective.floor(asked.problem), nodes=0, stopped_by=StoppedBy.ITERATIONS
        )
        for way, own in ((self._as_one, glance), (self._in_parts, limits), (self._as_one, limits)):
            left = clock.left()
            if left is not None and left <= 0:
                break
            seconds = left if own.seconds is None or left is None else min(left, own.seconds)
            found = way(asked, known.seats, replace(own, seconds=seconds))
            known = replace(found, bound=max(known.bound, found.bound), nodes=known.nodes + found.nodes)
            value = asked.objective.total(asked.problem, known.seats)
            if known.bound >= value or (relative_gap(value, known.bound) or 0.0) <= (limits.gap or 0.0):
                break
        return known

    def _as_one(self, asked: _Asked, seats: Seats, limits: Limits) -> Settled:
        """The plain model, from seats that are known."""
        problem, objective, before = asked.problem, asked.objective, asked.before
        model = build_model(problem, objective, [(stage.objective, stage.allowed) for stage in before])
        options: dict[str, Any] = {"random_seed": asked.seed % 2**31, "mip_rel_gap": limits.gap or 0.0}
        if limits.iterations is not None:
            options["mip_max_nodes"] = limits.iterations
        values, info = run(
            model.lp,
            model.values(seats),
            options,
            threads=self.threads,
            seconds=limits.seconds,
            progress=asked.progress,
            task=f"placing: {objective.value}",
            unit=model.unit,
        )
        if values is not None:
            seats = no_worse(problem, objective, before, model.seats(values), seats)
        # Integral in its unit, so that the bound may be rounded up; a hair off for the engine's tolerance.
        bound = ceil(info["bound"] - 1e-5) * model.unit if isfinite(info["bound"]) else 0
        return Settled(seats=seats, bound=bound, nodes=int(info["nodes"]), stopped_by=info["stopped_by"])

    def _in_parts(self, asked: _Asked, seats: Seats, limits: Limits) -> Settled:
        """The assignment core, in parts."""
        kept = [
            Kept(objective=each.objective, value=each.value, allowed=each.allowed) for each in asked.before
        ]
        core = as_assignment(asked.problem, asked.objective, kept)

        def heard(told: Progress) -> None:
            asked.progress(
                replace(
                    told,
                    task=f"placing: {asked.objective.value}",
                    incumbent=_in_units(told.incumbent, core.unit),
                    bound=_in_units(told.bound, core.unit),
                )
            )

        result = self.parts.solve(
            core.problem,
            limits=limits,
            seed=asked.seed,
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


def _options(problem: Problem) -> int:
    """Options of all packages together, last resort among them."""
    return sum(len(need.candidates) + 1 for need in problem.needs)


def _in_units(value: float | None, unit: int) -> float | None:
    return None if value is None else value * unit
