"""OR-Tools routing on the same problem: a peer to measure against, and a second opinion.

Only here are services "nodes" and shifts "vehicles". Every service is mandatory: with optional ones and
synchronised starts OR-Tools leaves everything out. A rest that is due only in long days cannot be stated, so
problems with rests are refused. Waiting is priced by the span of a vehicle, which is as near as its model
comes; the plan is priced by :mod:`optimiser.rounds.objective` like any other.
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimiser.rounds.objective import components
from optimiser.rounds.problem import FORBIDDEN, NOWHERE, Plan, PlannedRound, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy

HORIZON = 2 * 86_400
NO_WAY = 4 * HORIZON


@dataclass(frozen=True, slots=True, kw_only=True)
class WithOrtools:
    """OR-Tools routing with guided local search, from local cheapest insertion."""

    default_seconds: float = 10.0

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "ortools routing"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Build rounds within ``limits.seconds``.

        ``seed`` changes nothing: its search has none. A start is not used.

        Raises
        ------
        ValueError
            For a problem whose shifts owe rests.
        """
        if problem.rest.any():
            raise ValueError("a rest that is due only in long days cannot be stated here: set it to 0")
        began = time.perf_counter()
        seconds = self.default_seconds if limits.seconds is None else limits.seconds
        plan = _elsewhere(problem, seconds) if problem.services else Plan((), ())
        parts = components(problem, plan) if plan is not None else {}
        return Result(
            status=Status.FEASIBLE if plan is not None else Status.NOT_FOUND,
            stopped_by=StoppedBy.TIME,
            found=plan,
            objective=sum(parts.values()) if plan is not None else None,
            bound=None,
            components=parts,
            seconds=time.perf_counter() - began,
            iterations=0,
            provenance=Provenance(
                solver=self.name,
                settings={"first": "LOCAL_CHEAPEST_INSERTION", "then": "GUIDED_LOCAL_SEARCH"},
                seed=seed,
                limits=limits,
                input_hash=canonical_hash(problem),
                versions=versions(),
            ),
            message="" if plan is not None else "no plan that serves everybody was found in time",
        )


def _elsewhere(problem: Problem, seconds: float) -> Plan | None:
    """Solve in a process of its own.

    OR-Tools and highspy each bring a HiGHS, and whichever is loaded second finds the other's symbols: the
    two cannot live in one process.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(_solve, problem, seconds).result()


def _solve(problem: Problem, seconds: float) -> Plan | None:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    n, m, w = problem.services, problem.shifts, problem.weights
    place = np.concatenate([problem.place, problem.depot_from, problem.depot_to])
    manager = pywrapcp.RoutingIndexManager(
        n + 2 * m, m, [n + r for r in range(m)], [n + m + r for r in range(m)]
    )
    routing = pywrapcp.RoutingModel(manager)
    transits = []
    for mode in range(problem.seconds.shape[0]):
        travel = _between_nodes(problem.seconds[mode], place, np.zeros(n + 2 * m, np.int64))
        held = np.concatenate([problem.duration, np.zeros(2 * m, np.int64)])
        time_between = _between_nodes(problem.gap[mode], place, held)
        cost = routing.RegisterTransitMatrix((w.travel * travel).tolist())
        transits.append(routing.RegisterTransitMatrix(time_between.tolist()))
        for vehicle in np.flatnonzero(problem.mode == mode).tolist():
            routing.SetArcCostEvaluatorOfVehicle(cost, vehicle)
    routing.AddDimensionWithVehicleTransits(
        [transits[int(mode)] for mode in problem.mode], HORIZON, HORIZON, False, "time"
    )
    clock = routing.GetDimensionOrDie("time")
    for r in range(m):
        routing.SetFixedCostOfVehicle(w.round, r)
        clock.SetSpanCostCoefficientForVehicle(w.waiting, r)
        clock.CumulVar(routing.Start(r)).SetRange(int(problem.shift_start[r]), int(problem.shift_end[r]))
        clock.CumulVar(routing.End(r)).SetRange(int(problem.shift_start[r]), int(problem.shift_end[r]))
        routing.AddVariableMinimizedByFinalizer(clock.CumulVar(routing.End(r)))
    index = [manager.NodeToIndex(i) for i in range(n)]
    for i in range(n):
        clock.CumulVar(index[i]).SetRange(int(problem.earliest[i]), int(problem.latest[i]))
        if problem.due[i] < problem.latest[i]:
            clock.SetCumulVarSoftUpperBound(index[i], int(problem.due[i]), w.lateness)
        may = [int(r) for r in np.flatnonzero(problem.preference[i] != FORBIDDEN)]
        routing.VehicleVar(index[i]).SetValues([-1, *may])
    _link(problem, routing, clock, index)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * seconds))
    found = routing.SolveWithParameters(parameters)
    return None if found is None else _plan(problem, manager, routing, clock, found)


def _between_nodes(
    matrix: np.typing.NDArray[np.int64], place: np.typing.NDArray[np.int64], held: np.typing.NDArray[np.int64]
) -> np.typing.NDArray[np.int64]:
    """``held[i]`` + matrix entry between nodes; 0 from and to nowhere; no way is far past the horizon."""
    safe = np.where(place == NOWHERE, 0, place)
    between = matrix[np.ix_(safe, safe)]
    between = np.where(between == FORBIDDEN, NO_WAY, between)
    nowhere = place == NOWHERE
    between[nowhere, :] = 0
    between[:, nowhere] = 0
    return between + held[:, None]


def _link(problem: Problem, routing: Any, clock: Any, index: list[int]) -> None:
    solver = routing.solver()
    for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True):
        solver.Add(clock.CumulVar(index[b]) >= clock.CumulVar(index[a]) + int(lag))
    carers = [int(carer) for carer in problem.carer]
    for i in range(1, problem.services):
        if problem.visit[i] == problem.visit[i - 1]:
            one, other = routing.VehicleVar(index[i - 1]), routing.VehicleVar(index[i])
            if len(set(carers)) == len(carers):
                solver.Add(one != other)
            else:
                solver.Add(solver.ElementExpr(carers, one) != solver.ElementExpr(carers, other))


def _plan(problem: Problem, manager: Any, routing: Any, clock: Any, found: Any) -> Plan:
    rounds = []
    for r in range(problem.shifts):
        services, starts = [], []
        at = found.Value(routing.NextVar(routing.Start(r)))
        while not routing.IsEnd(at):
            services.append(manager.IndexToNode(at))
            starts.append(found.Min(clock.CumulVar(at)))
            at = found.Value(routing.NextVar(at))
        if services:
            rounds.append(PlannedRound(r, tuple(services), tuple(starts)))
    return Plan(tuple(rounds), ())
