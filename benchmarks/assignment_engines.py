"""Engines on the plain model of a published assignment problem, each for so long on so many threads.

One binary a candidate, one equality a job, one inequality a row: :mod:`optimiser.assignment.formulation`.
Each engine is imported in the process that runs it: OR-Tools and HiGHS do not live in one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from instances.gap import read_gap
from optimiser.assignment.problem import AssignmentProblem, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Candidate of each job, ``None`` without a solution, and a bound rounded up, ``None`` without one."""

    chosen: Ints | None
    bound: int | None


def ours(path: Path, problem: AssignmentProblem, seconds: float, seed: int, threads: int) -> Answer:
    """The assignment core."""
    from optimiser.assignment.solve import LagrangianDives
    from optimiser.assignment.warm_up import warm_up
    from optimiser.solving.limits import Limits

    warm_up()
    solver = LagrangianDives(processes=min(threads, 2))
    result = solver.solve(problem, limits=Limits(seconds=seconds), seed=seed)
    chosen = None if result.found is None else result.found.as_array()
    return Answer(chosen=chosen, bound=None if result.bound is None else int(result.bound))


def highs(path: Path, problem: AssignmentProblem, seconds: float, seed: int, threads: int) -> Answer:
    """HiGHS."""
    from optimiser.assignment.formulation import build_model
    from optimiser.solving.with_highs import optimise

    model = build_model(problem, np.arange(len(problem.agent)))
    solved = optimise(model, seconds=seconds, seed=seed, threads=threads)
    nobody = np.full(problem.jobs, -1, dtype=np.int64)
    chosen = None if solved.values is None else model.chosen(problem, solved.values, nobody)
    return Answer(chosen=chosen, bound=solved.bound)


def cp_sat(path: Path, problem: AssignmentProblem, seconds: float, seed: int, threads: int) -> Answer:
    """CP-SAT of OR-Tools."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in problem.agent]
    for job in range(problem.jobs):
        model.add_exactly_one(takes[problem.first[job] : problem.first[job + 1]])
    for row, uses in _rows(problem).items():
        model.add(sum(a * takes[e] for e, a in uses) <= int(problem.capacity[row]))
    model.minimize(sum(int(c) * x for c, x in zip(problem.cost, takes, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    chosen = _chosen(problem, [solver.value(x) for x in takes]) if found else None
    return Answer(chosen=chosen, bound=_up(solver.best_objective_bound))


def scip(path: Path, problem: AssignmentProblem, seconds: float, seed: int, threads: int) -> Answer:
    """SCIP, which searches on one thread."""
    from pyscipopt import Model, quicksum

    model = Model()
    model.hideOutput()
    model.setParam("limits/time", seconds)
    model.setParam("randomization/randomseedshift", seed)
    takes = [model.addVar(vtype="B", obj=float(cost)) for cost in problem.cost]
    for job in range(problem.jobs):
        model.addCons(quicksum(takes[problem.first[job] : problem.first[job + 1]]) == 1)
    for row, uses in _rows(problem).items():
        model.addCons(quicksum(a * takes[e] for e, a in uses) <= int(problem.capacity[row]))
    model.setObjIntegral()
    model.optimize()
    best = model.getBestSol() if model.getNSols() else None
    chosen = None if best is None else _chosen(problem, [model.getSolVal(best, x) for x in takes])
    return Answer(chosen=chosen, bound=_up(model.getDualbound()))


def cbc(path: Path, problem: AssignmentProblem, seconds: float, seed: int, threads: int) -> Answer:
    """CBC as PuLP brings it; it tells PuLP no bound."""
    import pulp

    model = pulp.LpProblem("gap", pulp.LpMinimize)
    takes = [pulp.LpVariable(f"x{e}", cat="Binary") for e in range(len(problem.agent))]
    model += pulp.lpSum(int(c) * x for c, x in zip(problem.cost, takes, strict=True))
    for job in range(problem.jobs):
        model += pulp.lpSum(takes[problem.first[job] : problem.first[job + 1]]) == 1
    for row, uses in _rows(problem).items():
        model += pulp.lpSum(a * takes[e] for e, a in uses) <= int(problem.capacity[row])
    options = [f"randomCbcSeed {seed}"]
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=threads, options=options))
    if model.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return Answer(chosen=None, bound=None)
    return Answer(chosen=_chosen(problem, [x.varValue or 0.0 for x in takes]), bound=None)


Engine = Callable[[Path, AssignmentProblem, float, int, int], Answer]
ENGINES: Mapping[str, Engine] = MappingProxyType(
    {"ours": ours, "HiGHS": highs, "CP-SAT": cp_sat, "SCIP": scip, "CBC": cbc}
)


def run_engine(
    name: str, path: Path, seconds: float, seed: int, threads: int
) -> tuple[AssignmentProblem, Answer]:
    """Read a file and give it to an engine."""
    problem = read_gap(path)
    return problem, ENGINES[name](path, problem, seconds, seed, threads)


def _rows(problem: AssignmentProblem) -> dict[int, list[tuple[int, int]]]:
    """Candidates and amounts of each row."""
    rows: dict[int, list[tuple[int, int]]] = {}
    using = np.repeat(np.arange(len(problem.agent)), np.diff(problem.use_first))
    for e, row, amount in zip(
        using.tolist(), problem.use_row.tolist(), problem.use_amount.tolist(), strict=True
    ):
        rows.setdefault(row, []).append((e, amount))
    return rows


def _chosen(problem: AssignmentProblem, values: list[Any]) -> Ints:
    chosen = np.full(problem.jobs, -1, dtype=np.int64)
    took = np.flatnonzero(np.array(values, dtype=float) > 0.5)
    chosen[problem.job[took]] = took
    return chosen


def _up(bound: float) -> int | None:
    """Costs are whole; a hair off for the engine's tolerance."""
    return ceil(bound - 1e-5) if isfinite(bound) and abs(bound) < 1e15 else None
