"""What no plan can undercut."""

from __future__ import annotations

import time
from dataclasses import dataclass

from optimiser.rounds.asked import Feature, asked
from optimiser.rounds.columns.generation import Generation, whole_points
from optimiser.rounds.problem import Plan, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent

IGNORED = (
    Feature.REST_OF_LONG_DAYS,
    Feature.REST_WITH_HOURS,
    Feature.REST_MISSED,
    Feature.WAITING,
    Feature.PAID,
    Feature.WORST,
    Feature.EVEN,
)
"""What the bound leaves out: all of it only costs, so that the bound is lower, and true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A proven bound on the objective of every plan.

    Attributes
    ----------
    value
        In points; ``None`` where time ran out before the first.
    converged
        Whether the linear relaxation is solved within the gap asked for: more time gives no more.
    ignored
        What the bound leaves out of the problem.
    columns, steps
        Rounds looked at, and pricings of all shifts.
    seconds
        Wall time.
    """

    value: int | None
    converged: bool
    ignored: frozenset[Feature]
    columns: int
    steps: int
    seconds: float

    @property
    def proven_by(self) -> str:
        """How, in words."""
        left_out = "; ".join(sorted(each.value for each in self.ignored))
        return "Lagrangian bound of column generation over ng-routes" + (
            f", leaving out {left_out}" if left_out else ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Of column generation.

    Attributes
    ----------
    memory
        How many near services a round remembers at each: more give a closer bound, and take longer.
    trust
        Share of the duals with the best bound in those that are priced.
    gap
        Relative gap between linear programme and bound at which it has converged.
    """

    memory: int = 24
    trust: float = 0.5
    gap: float = 1e-5


def bound(
    problem: Problem,
    *,
    plan: Plan | None = None,
    limits: Limits | None = None,
    settings: Settings | None = None,
    progress: Reporter = silent,
) -> Bound:
    """Bound the objective of all plans from below.

    Parameters
    ----------
    plan
        A good plan to begin from; it saves time and changes nothing else.
    limits
        Seconds, steps, and the relative gap, where it differs from the settings'. None: until converged.

    Raises
    ------
    ValueError
        For a problem with links between visits or with what else column generation cannot state.
    """
    began = time.perf_counter()
    limits, settings = limits or Limits(), settings or Settings()
    generation = Generation(problem, memory=settings.memory, trust=settings.trust)
    if plan is not None:
        generation.put_plan(plan)
    converged = converge(generation, limits, settings, began, progress)
    return Bound(
        value=None if generation.bound is None else whole_points(generation.bound),
        converged=converged,
        ignored=asked(problem) & frozenset(IGNORED),
        columns=len(generation.master.columns),
        steps=generation.steps,
        seconds=time.perf_counter() - began,
    )


def converge(
    generation: Generation, limits: Limits, settings: Settings, began: float, progress: Reporter
) -> bool:
    """Generate columns within limits, from when it ``began``; whether the relaxation is solved."""

    def late() -> bool:
        if limits.iterations is not None and generation.steps >= limits.iterations:
            return True
        return limits.seconds is not None and time.perf_counter() - began >= limits.seconds

    def told(objective: float, proven: float) -> None:
        progress(
            Progress(
                task="columns",
                done=generation.steps,
                total=limits.iterations,
                incumbent=objective,
                bound=proven,
            )
        )

    gap = settings.gap if limits.gap is None else limits.gap
    return generation.converge(gap=gap, late=late, told=told)
