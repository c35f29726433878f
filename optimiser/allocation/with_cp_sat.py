"""One objective at a time by CP-SAT: a second exact engine, whose search shares nothing with HiGHS.

Where both prove, both must come to the same figures. On a county's plain model it is far behind; its worth is
as a second opinion, and where a problem is small and awkward.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from math import ceil, isfinite

from optimiser.allocation.formulation import promises_of, rows_that_bind, terms_of, used_of
from optimiser.allocation.policy import Objective, Seats, shortfalls
from optimiser.allocation.problem import Problem
from optimiser.allocation.stages import Settled, Stage, no_worse
from optimiser.model.calendar import HOUR
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter
from optimiser.solving.result import StoppedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class WithCpSat:
    """CP-SAT as an engine of :class:`~optimiser.allocation.stages.InTurn`.

    Attributes
    ----------
    workers
        Threads; with more than one an answer need not come out twice.
    apart
        Whether each objective is settled in a process of its own. OR-Tools and highspy each bring a HiGHS,
        and the two cannot live in one process; without it the process must not have loaded highspy.
    """

    workers: int = 1
    apart: bool = True

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "cp-sat"

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
        """Settle one objective; ``limits.iterations`` counts conflicts. Progress is told when it is done."""
        if self.apart:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
                here = replace(self, apart=False)
                settled = pool.submit(_settle, here, problem, objective, before, seats, limits, seed).result()
        else:
            settled = _settle(self, problem, objective, before, seats, limits, seed)
        progress(
            Progress(
                task=f"placing: {objective.value}",
                done=settled.nodes,
                incumbent=float(objective.total(problem, settled.seats)),
                bound=float(settled.bound),
            )
        )
        return settled


def _settle(
    engine: WithCpSat,
    problem: Problem,
    objective: Objective,
    before: Sequence[Stage],
    seats: Seats,
    limits: Limits,
    seed: int,
) -> Settled:
    """State the mathematics of :mod:`optimiser.allocation.formulation` and solve it, in this process."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = {
        (p, q): model.new_bool_var(f"x {p} {q}")
        for p, need in enumerate(problem.needs)
        for q in range(len(need.candidates))
    }
    u = {p: model.new_bool_var(f"u {p}") for p in range(len(problem.needs))}
    counted = promises_of(problem, (objective, *(stage.objective for stage in before)))
    y = {g: model.new_int_var(0, promise.cost(0), f"y {g}") for g, promise in counted.items()}
    terms, unit = terms_of(problem, objective, x, u, y)
    model.minimize(sum(value * variable for variable, value in terms))
    for p, need in enumerate(problem.needs):
        model.add_exactly_one([u[p], *(x[p, q] for q in range(len(need.candidates)))])
    for uses, limit in rows_that_bind(problem).values():
        model.add(sum(amount * x[key] for key, amount in uses) <= limit)
    for g, promise in counted.items():
        s, h = promise.shortfall_rate, promise.weekly_care
        used = sum(s * seconds * x[key] for key, seconds in used_of(problem, promise))
        model.add(HOUR * y[g] + used >= s * h)
    for stage in before:
        earlier, divisor = terms_of(problem, stage.objective, x, u, y)
        model.add(sum(value * variable for variable, value in earlier) <= stage.allowed // divisor)
    paid = shortfalls(problem, seats)
    for (p, q), variable in x.items():
        model.add_hint(variable, seats[p] == q)
    for p, variable in u.items():
        model.add_hint(variable, seats[p] is None)
    for g, variable in y.items():
        model.add_hint(variable, paid[g])

    solver = cp_model.CpSolver()
    given = solver.parameters
    given.num_workers = engine.workers
    given.random_seed = seed % 2**31
    given.relative_gap_limit = limits.gap or 0.0
    if limits.seconds is not None:
        given.max_time_in_seconds = limits.seconds
    if limits.iterations is not None:
        given.max_number_of_conflicts = limits.iterations
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen: list[int | None] = [None] * len(problem.needs)
        for (p, q), variable in x.items():
            if solver.boolean_value(variable):
                chosen[p] = q
        seats = no_worse(problem, objective, before, tuple(chosen), seats)
    best = solver.best_objective_bound
    stopped = StoppedBy.TIME if limits.iterations is None else StoppedBy.ITERATIONS
    return Settled(
        seats=seats,
        # Whole numbers throughout, so a fraction in it is a rounding.
        bound=ceil(best - 1e-6) * unit if isfinite(best) else 0,
        nodes=int(solver.num_conflicts),
        stopped_by=StoppedBy.GAP if status == cp_model.OPTIMAL else stopped,
    )
