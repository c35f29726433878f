"""Each objective of a policy in turn, each proven before the next.

The first is always put to the engine. A later one that already stands at its floor – every package at its
own best – is proven by that alone. The rest start warm from the answer before.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from optimiser.allocation.cascade import cascade
from optimiser.allocation.policy import DUTY_FIRST, Objective, Seats
from optimiser.allocation.problem import Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, relative_gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How one objective ended.

    Attributes
    ----------
    bound
        No allocation that keeps the earlier objectives has less: in a problem solved in parts, none that
        keeps them in every part.
    allowed
        What later objectives may raise the value to: its tolerance on top.
    nodes
        Of the branch-and-bound tree; 0 where the floor was the proof.
    """

    objective: Objective
    value: int
    bound: int
    allowed: int
    nodes: int
    stopped_by: StoppedBy

    @property
    def gap(self) -> float:
        """``|value − bound| / |value|``."""
        return relative_gap(self.value, self.bound) or 0.0

    def __str__(self) -> str:
        told = self.objective.told
        least = "the least there is" if self.gap == 0 else f"none below {told(self.bound)}"
        return f"{self.objective.value} {told(self.value)} a week ({least})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What an engine made of one objective.

    Attributes
    ----------
    bound
        No seats that keep the earlier objectives have less: a whole number that the objective can take.
    nodes
        Of its search, in the engine's own unit.
    """

    seats: Seats
    bound: int
    nodes: int
    stopped_by: StoppedBy


class Engine(Protocol):
    """What can have less of one objective and prove how little there may be."""

    @property
    def name(self) -> str:
        """Name for provenance."""
        ...

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
        """Seats with as little of an objective as can be found, the stages before kept, as ``seats`` do."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """Exact solver of an ordered list of objectives.

    Attributes
    ----------
    objectives
        The first is proven before the second, and kept.
    tolerances
        Per mille of each value that later objectives may spend; empty for none.
    """

    engine: Engine
    objectives: tuple[Objective, ...] = DUTY_FIRST
    tolerances: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Name for provenance."""
        return self.engine.name

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Seats | None = None,
        progress: Reporter = silent,
    ) -> Result[Seats]:
        """Solve every objective in turn; ``limits.iterations`` counts nodes of each, or waves in parts."""
        begun = time.perf_counter()
        seats, stages = self.prove(problem, limits=limits, seed=seed, start=start, progress=progress)
        return self.result(problem, seats, stages, limits=limits, seed=seed, begun=begun)

    def prove(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Seats | None = None,
        progress: Reporter = silent,
    ) -> tuple[Seats, tuple[Stage, ...]]:
        """Seats, and how each objective ended."""
        begun = time.perf_counter()
        seats, stages = start if start is not None else cascade(problem), list[Stage]()
        for objective in self.objectives:
            # Time is shared out, or the first objective would leave nothing to those after it.
            rest = len(self.objectives) - len(stages)
            left = None if limits.seconds is None else (limits.seconds - (time.perf_counter() - begun)) / rest
            seats, stage = self._stage(problem, objective, stages, seats, limits, left, seed, progress)
            tolerance = self.tolerances[len(stages)] if self.tolerances else 0
            stages.append(replace(stage, allowed=stage.value + stage.value * tolerance // 1000))
        return seats, tuple(stages)

    def result(
        self,
        problem: Problem,
        seats: Seats,
        stages: Sequence[Stage],
        *,
        limits: Limits,
        seed: int,
        begun: float,
    ) -> Result[Seats]:
        """Result of stages, brought up to date with seats that may have been improved since.

        Objective, bound and gap are those of the stage with the widest gap – the last of them that is above
        zero, where several are as wide – so that a loose stage is never hidden behind a tight one. The
        message tells all.
        """
        # What a tolerance allowed later objectives to spend takes nothing from a proof.
        proven = [each.gap for each in stages]
        stages = [replace(each, value=each.objective.total(problem, seats)) for each in stages]
        open_ = [min(before, each.gap) for before, each in zip(proven, stages, strict=True)]
        shown = max(stages, key=lambda each: (each.gap, each.value > 0, stages.index(each)))
        asked = limits.gap or 0.0
        late = next((each.stopped_by for each, gap in zip(stages, open_, strict=True) if gap > asked), None)
        proof = all(stage.stopped_by is StoppedBy.PROOF for stage in stages)
        return Result(
            status=Status.OPTIMAL if max(open_) <= asked else Status.FEASIBLE,
            stopped_by=late or (StoppedBy.PROOF if proof else StoppedBy.GAP),
            found=seats,
            objective=shown.value,
            bound=float(shown.bound),
            components={shown.objective.value: shown.value},
            seconds=time.perf_counter() - begun,
            iterations=sum(stage.nodes for stage in stages),
            provenance=Provenance(
                solver=self.name,
                settings=canonical(self),
                seed=seed,
                limits=limits,
                input_hash=canonical_hash(problem),
                versions=versions(),
            ),
            message="; ".join(str(stage) for stage in stages),
        )

    def _stage(
        self,
        problem: Problem,
        objective: Objective,
        before: list[Stage],
        seats: Seats,
        limits: Limits,
        left: float | None,
        seed: int,
        progress: Reporter,
    ) -> tuple[Seats, Stage]:
        value, floor = objective.total(problem, seats), objective.floor(problem)
        is_proven = value == floor and (before or not problem.needs)
        if is_proven or (left is not None and left <= 0):
            return seats, Stage(
                objective=objective,
                value=value,
                bound=floor,
                allowed=value,
                nodes=0,
                stopped_by=StoppedBy.PROOF if is_proven else StoppedBy.TIME,
            )
        settled = self.engine.settle(
            problem,
            objective,
            before,
            seats,
            limits=replace(limits, seconds=left, gap=limits.gap or 0.0),
            seed=seed,
            progress=progress,
        )
        value = objective.total(problem, settled.seats)
        bound = min(max(floor, settled.bound), value)
        return settled.seats, Stage(
            objective=objective,
            value=value,
            bound=bound,
            allowed=value,
            nodes=settled.nodes,
            stopped_by=StoppedBy.PROOF if bound == value else settled.stopped_by,
        )


def no_worse(
    problem: Problem, objective: Objective, before: Sequence[Stage], found: Seats, seats: Seats
) -> Seats:
    """What an engine found, or ``seats`` where it is worse in whole numbers: its tolerances are not ours."""
    kept = all(stage.objective.total(problem, found) <= stage.allowed for stage in before)
    if kept and objective.total(problem, found) <= objective.total(problem, seats):
        return found
    return seats
