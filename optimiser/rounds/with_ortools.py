"""OR-Tools routing on the same problem: a peer to measure against, and a second opinion.

Only here are services "nodes" and shifts "vehicles". Every service is mandatory unless asked otherwise, and
those of a visit of several carers always: if they may be left out, OR-Tools leaves everything out. What it
cannot state is refused, a rest that is due only in long days for one. Waiting and paid time are priced by the
span of a vehicle, which is as near as its model comes; the plan is priced by
:mod:`optimiser.rounds.objective` like any other.

A rest with hours of its own is a break, and OR-Tools may put a break anywhere in a leg, even at its end. Ours
comes before the leg: so that the carer who has arrived need not have waited, its break may begin no sooner
than the longest way after the hours begin, or half of them where that is less. The plan is timed again by
our rule; where that fails, there is no plan.
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from optimiser.rounds.asked import Feature, refuse
from optimiser.rounds.engine_result import engine_result
from optimiser.rounds.in_order import plan_in_order
from optimiser.rounds.problem import FIRST, FORBIDDEN, NEVER, NOWHERE, Ints, Plan, PlannedRound, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import Result

CANNOT = (
    Feature.REST_OF_LONG_DAYS,
    Feature.REST_MISSED,
    Feature.LATENESS_TWICE,
    Feature.CHEAP_VISITS,
    Feature.WORST,
    Feature.EVEN,
    Feature.LOCKED,
)
HORIZON = 2 * 86_400
NO_WAY = 4 * HORIZON


@dataclass(frozen=True, slots=True, kw_only=True)
class WithOrtools:
    """OR-Tools routing with guided local search, from local cheapest insertion.

    Attributes
    ----------
    optional
        Whether visits of one carer may be left out at their price. Insertion that must serve everybody ends
        with nothing where it has led itself into a corner; this way it always begins, if those of several
        carers can be placed.
    """

    optional: bool = False
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
            For a problem that OR-Tools cannot state, with everything that it cannot.
        """
        refuse(problem, self.name, CANNOT)
        began = time.perf_counter()
        seconds = self.default_seconds if limits.seconds is None else limits.seconds
        plan = _elsewhere(problem, seconds, self.optional) if problem.services else Plan((), ())
        result = engine_result(
            problem,
            plan,
            engine=self.name,
            settings={
                "first": "LOCAL_CHEAPEST_INSERTION",
                "then": "GUIDED_LOCAL_SEARCH",
                "optional": self.optional,
            },
            seed=seed,
            limits=limits,
            seconds=time.perf_counter() - began,
        )
        if plan is None:
            result = replace(result, message="no plan that serves everybody was found in time")
        return result


def _elsewhere(problem: Problem, seconds: float, optional: bool) -> Plan | None:
    """Solve in a process of its own.

    OR-Tools and highspy each bring a HiGHS, and whichever is loaded second finds the other's symbols: the
    two cannot live in one process.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(_solve, problem, seconds, optional).result()


def _solve(problem: Problem, seconds: float, optional: bool) -> Plan | None:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    n, m = problem.services, problem.shifts
    manager = pywrapcp.RoutingIndexManager(
        n + 2 * m, m, [n + r for r in range(m)], [n + m + r for r in range(m)]
    )
    routing = pywrapcp.RoutingModel(manager)
    index = [manager.NodeToIndex(i) for i in range(n)]
    clock = _clock(problem, routing)
    _price_legs(problem, routing)
    _set_windows(problem, routing, clock, index)
    free = _set_free(problem, routing, index) if optional else frozenset()
    _link(problem, routing, clock, index, free)
    _share_out(problem, routing)
    _set_breaks(problem, routing, clock)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * seconds))
    found = routing.SolveWithParameters(parameters)
    return None if found is None else _plan(problem, manager, routing, clock, found)


def _clock(problem: Problem, routing: Any) -> Any:
    """Time as a dimension, with every shift's beginning and end and what its length costs."""
    w, m = problem.weights, problem.shifts
    held = np.concatenate([problem.duration, np.zeros(2 * m, np.int64)])
    transits = [
        routing.RegisterTransitMatrix(_between_nodes(matrix, problem, held).tolist())
        for matrix in problem.gap
    ]
    routing.AddDimensionWithVehicleTransits(
        [transits[int(mode)] for mode in problem.mode], HORIZON, HORIZON, False, "time"
    )
    clock = routing.GetDimensionOrDie("time")
    for r in range(m):
        clock.SetSpanCostCoefficientForVehicle(w.waiting + w.paid, r)
        for ends in (routing.Start(r), routing.End(r)):
            clock.CumulVar(ends).SetRange(int(problem.shift_start[r]), int(problem.shift_end[r]))
        if w.extra and problem.shift_due[r] < problem.shift_end[r]:
            clock.SetCumulVarSoftUpperBound(routing.End(r), int(problem.shift_due[r]), w.extra)
        routing.AddVariableMinimizedByFinalizer(clock.CumulVar(routing.End(r)))
    return clock


def _price_legs(problem: Problem, routing: Any) -> None:
    """Travel on each leg, and what is paid for the service it leads to; one table for vehicles alike."""
    w, m = problem.weights, problem.shifts
    nothing_held = np.zeros(problem.services + 2 * m, np.int64)
    tables: dict[tuple[int, bytes], int] = {}
    for r in range(m):
        points = w.preference * np.where(problem.preference[:, r] == FORBIDDEN, 0, problem.preference[:, r])
        key = (int(problem.mode[r]), points.tobytes())
        if key not in tables:
            travel = _between_nodes(problem.seconds[key[0]], problem, nothing_held)
            cost = w.travel * travel + np.concatenate([points, np.zeros(2 * m, np.int64)])[None, :]
            tables[key] = routing.RegisterTransitMatrix(cost.tolist())
        routing.SetArcCostEvaluatorOfVehicle(tables[key], r)
        routing.SetFixedCostOfVehicle(w.round, r)


def _set_windows(problem: Problem, routing: Any, clock: Any, index: list[int]) -> None:
    """When each service may start, and on which shifts."""
    for i in range(problem.services):
        starts = clock.CumulVar(index[i])
        if problem.again[i] < NEVER:
            starts.SetRange(int(problem.earliest[i]), int(problem.again_latest[i]))
            starts.RemoveInterval(int(problem.latest[i]) + 1, int(problem.again[i]) - 1)
        else:
            starts.SetRange(int(problem.earliest[i]), int(problem.latest[i]))
            if problem.due[i] < problem.latest[i]:
                clock.SetCumulVarSoftUpperBound(index[i], int(problem.due[i]), problem.weights.lateness)
        may = np.flatnonzero(problem.preference[i] != FORBIDDEN).tolist()
        routing.VehicleVar(index[i]).SetValues([-1, *may])


def _share_out(problem: Problem, routing: Any) -> None:
    """Demand and capacity, where there is any."""
    if problem.demand.any():
        taken = np.concatenate([problem.demand, np.zeros(2 * problem.shifts, np.int64)])
        routing.AddDimensionWithVehicleCapacity(
            routing.RegisterUnaryTransitVector(taken.tolist()), 0, problem.capacity.tolist(), True, "demand"
        )


def _set_free(problem: Problem, routing: Any, index: list[int]) -> frozenset[int]:
    """Let visits of one carer be left out at their price; returns their services."""
    carers_needed = np.bincount(problem.visit)
    free = np.flatnonzero(carers_needed[problem.visit] == 1).tolist()
    for i in free:
        routing.AddDisjunction([index[i]], int(problem.price[problem.visit[i]]))
    return frozenset(free)


def _set_breaks(problem: Problem, routing: Any, clock: Any) -> None:
    held = [*problem.duration.tolist(), *[0] * (2 * problem.shifts)]
    for r in np.flatnonzero(problem.rest > 0).tolist():
        rest = int(problem.rest[r])
        if problem.rest_to[r] >= NEVER:
            continue
        last = min(int(problem.rest_to[r]), int(problem.shift_end[r]) - rest)
        first = max(int(problem.rest_from[r]), int(problem.shift_start[r]))
        longest = int(problem.gap[problem.mode[r]].max())
        if problem.rest_from[r] > problem.shift_start[r]:
            first += min(longest, max(0, last - first) // 2)
        pause = routing.solver().FixedDurationIntervalVar(first, max(first, last), rest, False, f"rest {r}")
        clock.SetBreakIntervalsOfVehicle([pause], r, held)


def _between_nodes(matrix: Ints, problem: Problem, held: Ints) -> Ints:
    """``held[i]`` + matrix entry between nodes; 0 from and to nowhere; no way is far past the horizon."""
    place = np.concatenate([problem.place, problem.depot_from, problem.depot_to])
    safe = np.where(place == NOWHERE, 0, place)
    between = matrix[np.ix_(safe, safe)]
    between = np.where(between == FORBIDDEN, NO_WAY, between)
    nowhere = place == NOWHERE
    between[nowhere, :] = 0
    between[:, nowhere] = 0
    return between + held[:, None]


def _link(problem: Problem, routing: Any, clock: Any, index: list[int], free: frozenset[int]) -> None:
    """Ties in time, and different carers for one visit.

    Ties hold where both services are made. Where all of them can hold together they are asked of services
    left out too: said so plainly, they let OR-Tools serve more.
    """
    solver = routing.solver()
    if _all_can_hold(problem):
        free = frozenset()
    for a, b, lag in zip(problem.link_from, problem.link_to, problem.link_lag, strict=True):
        later = clock.CumulVar(index[b])
        for each in free & {int(a), int(b)}:
            later = later + HORIZON * (1 - routing.ActiveVar(index[each]))
        solver.Add(later >= clock.CumulVar(index[a]) + int(lag))
    carers = [int(carer) for carer in problem.carer]
    for i, j in combinations(range(problem.services), 2):
        if problem.visit[i] == problem.visit[j]:
            one, other = routing.VehicleVar(index[i]), routing.VehicleVar(index[j])
            if len(set(carers)) == len(carers):
                solver.Add(one != other)
            else:
                solver.Add(solver.Element(carers, one) != solver.Element(carers, other))


def _all_can_hold(problem: Problem) -> bool:
    """Whether services have starts in their windows that keep every tie, rounds apart."""
    start = problem.earliest.copy()
    for _ in range(problem.services + 1):
        later = start.copy()
        np.maximum.at(later, problem.link_to, start[problem.link_from] + problem.link_lag)
        if np.array_equal(later, start):
            return bool((start <= problem.latest).all())
        start = later
    return False


def _plan(problem: Problem, manager: Any, routing: Any, clock: Any, found: Any) -> Plan | None:
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
    if not problem.rest.any():
        made = {int(problem.visit[i]) for each in rounds for i in each.services}
        return Plan(tuple(rounds), tuple(v for v in range(problem.visits) if v not in made))
    return plan_in_order(
        problem, {each.shift: each.services for each in rounds}, _rests_after(problem, rounds, found)
    )


def _rests_after(problem: Problem, rounds: list[PlannedRound], found: Any) -> dict[int, int]:
    """By shift, the last service that has begun when its rest begins."""
    pauses = found.IntervalVarContainer()
    begins = {}
    for k in range(pauses.Size()):
        pause = pauses.Element(k)
        begins[pause.Var().Name()] = pause.StartValue()
    rests = {}
    for each in rounds:
        begun = begins.get(f"rest {each.shift}")
        if begun is not None:
            before = [i for i, at in zip(each.services, each.starts, strict=True) if at < begun]
            rests[each.shift] = before[-1] if before else FIRST
    return rests
