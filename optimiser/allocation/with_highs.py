"""Each objective of a policy in turn, each proven before the next.

The first is always put to the engine. A later one that already stands at its floor – every package at its
own best – is proven by that alone. The rest start warm from the answer before.

The engine is HiGHS, in process through PuLP, whose bound is rounded up to the next value the objective can
take. A county is too large for one model: there the assignment core settles it in parts
(:mod:`optimiser.assignment.restricted`), whose bounds add up.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, isfinite
from typing import Any

from optimiser.allocation.as_assignment import Kept, as_assignment
from optimiser.allocation.cascade import cascade
from optimiser.allocation.formulation import Model, build_model
from optimiser.allocation.policy import DUTY_FIRST, Objective, Seats
from optimiser.allocation.problem import Problem
from optimiser.assignment.restricted import RestrictedModels
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
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
class WithHighs:
    """Exact solver of an ordered list of objectives.

    Attributes
    ----------
    objectives
        The first is proven before the second, and kept.
    tolerances
        Per mille of each value that later objectives may spend; empty for none.
    threads
        Of the engine; with more than one an answer need not come out twice.
    plain
        Options of all packages together up to which one plain model is solved.
    parts
        How larger problems are.
    """

    objectives: tuple[Objective, ...] = DUTY_FIRST
    tolerances: tuple[int, ...] = ()
    threads: int = 1
    plain: int = 12_000
    parts: RestrictedModels = field(default_factory=RestrictedModels)

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "highs"

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
        if self.is_large(problem) and not (objective is Objective.COST and problem.promises):
            return self._stage_in_parts(problem, objective, before, seats, limits, left, seed, progress)
        model = build_model(problem, objective, [(stage.objective, stage.allowed) for stage in before])
        options: dict[str, Any] = {"random_seed": seed % 2**31, "mip_rel_gap": limits.gap or 0.0}
        if limits.iterations is not None:
            options["mip_max_nodes"] = limits.iterations
        values, info = run(
            model.lp,
            model.values(seats),
            options,
            threads=self.threads,
            seconds=left,
            progress=progress,
            task=f"placing: {objective.value}",
            unit=model.unit,
        )
        if values is not None:
            seats = _better(problem, objective, before, seats, model, values)
        value = objective.total(problem, seats)
        # Integral in its unit, so that the bound may be rounded up; a hair off for the engine's tolerance.
        proven = ceil(info["bound"] - 1e-5) * model.unit if isfinite(info["bound"]) else floor
        bound = min(max(floor, proven), value)
        return seats, Stage(
            objective=objective,
            value=value,
            bound=bound,
            allowed=value,
            nodes=int(info["nodes"]),
            stopped_by=StoppedBy.PROOF if bound == value else info["stopped_by"],
        )

    def is_large(self, problem: Problem) -> bool:
        """Whether a problem is settled in parts."""
        return sum(len(need.candidates) + 1 for need in problem.needs) > self.plain

    def _stage_in_parts(
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
            limits=replace(limits, seconds=left, gap=limits.gap or 0.0),
            seed=seed,
            start=core.assignment(seats),
            nested=core.nested,
            kept=core.kept,
            progress=heard,
        )
        seats = core.seats(result.solution)
        value, bound = objective.total(problem, seats), int(result.bound or 0) * core.unit
        return seats, Stage(
            objective=objective,
            value=value,
            bound=max(min(bound, value), objective.floor(problem)),
            allowed=value,
            nodes=result.iterations,
            stopped_by=result.stopped_by,
        )


def _in_units(value: float | None, unit: int) -> float | None:
    return None if value is None else value * unit


def _better(
    problem: Problem,
    objective: Objective,
    before: list[Stage],
    seats: Seats,
    model: Model,
    values: Mapping[str, float],
) -> Seats:
    """The engine's seats where they are no worse in whole numbers; its tolerances are not ours."""
    found = model.seats(dict(values))
    kept = all(stage.objective.total(problem, found) <= stage.allowed for stage in before)
    if kept and objective.total(problem, found) <= objective.total(problem, seats):
        return found
    return seats


def run(
    lp: Any,
    start: Mapping[str, float] | None,
    options: Mapping[str, Any],
    *,
    threads: int,
    seconds: float | None,
    progress: Reporter,
    task: str,
    unit: int,
) -> tuple[dict[str, float] | None, dict[str, Any]]:
    """Solve a PuLP problem by HiGHS in this process.

    Returns
    -------
    The value of each variable, or ``None`` without a solution; and ``bound``, ``nodes``, ``stopped_by``.
    """
    import highspy
    import pulp

    class Engine(pulp.HiGHS):  # type: ignore[misc]  # PuLP has no types
        """PuLP's own adapter, with the warm start it has no way to pass."""

        def callSolver(self, lp: Any) -> None:  # noqa: N802
            if start is not None:
                solution = highspy.HighsSolution()
                solution.col_value = [start[variable.name] for variable in lp.variables()]
                lp.solverModel.setSolution(solution)
            lp.solverModel.run()

    def heard(kind: Any, message: str, out: Any, inward: Any, user: Any) -> None:
        progress(
            Progress(
                task=task,
                done=int(out.mip_node_count),
                incumbent=_finite(out.mip_primal_bound, unit),
                bound=_finite(out.mip_dual_bound, unit),
            )
        )

    listens = progress is not silent
    engine = Engine(
        msg=False,
        threads=threads,
        timeLimit=seconds,
        callbackTuple=(heard, None) if listens else None,
        callbacksToActivate=[highspy.cb.HighsCallbackType.kCallbackMipLogging] if listens else None,
        **options,
    )
    lp.solve(engine)
    highs = lp.solverModel
    information = highs.getInfo()
    has_solution = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound = information.mip_dual_bound
    stopped = {
        highspy.HighsModelStatus.kOptimal: StoppedBy.GAP,
        highspy.HighsModelStatus.kTimeLimit: StoppedBy.TIME,
        highspy.HighsModelStatus.kSolutionLimit: StoppedBy.ITERATIONS,
        highspy.HighsModelStatus.kIterationLimit: StoppedBy.ITERATIONS,
        highspy.HighsModelStatus.kInterrupt: StoppedBy.INTERRUPT,
    }.get(highs.getModelStatus(), StoppedBy.INTERRUPT)
    values = {variable.name: variable.varValue for variable in lp.variables()} if has_solution else None
    return values, {"bound": bound, "nodes": information.mip_node_count, "stopped_by": stopped}


def _finite(value: float, unit: int) -> float | None:
    return value * unit if abs(value) < 1e30 else None
