"""PyVRP on the same problem.

Only here are services "clients" and shifts "vehicle types". How the problem is put:

* Its durations are the table of gaps (travel with its margin, and handover) and its distances are travel in
  points, at a cost of one each and nothing for time; a round's price is the vehicle's fixed cost. So PyVRP
  minimises exactly what the others do.
* Every service is a location of its own. Who may go is a profile for each distinct set of services: in it
  the ways to all others take longer than the day and cost a great deal.
* A split shift is two vehicle types. Clients are required, since everybody can be served, unless asked
  otherwise; a plan that is not feasible at the end is no plan.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimiser.rounds.asked import Feature, refuse
from optimiser.rounds.engine_result import engine_result
from optimiser.rounds.in_order import plan_in_order
from optimiser.rounds.problem import FORBIDDEN, NOWHERE, Ints, Plan, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import Result

CANNOT = (
    Feature.TIES,
    Feature.SEVERAL_CARERS,
    Feature.REST_OF_LONG_DAYS,
    Feature.REST_WITH_HOURS,
    Feature.REST_MISSED,
    Feature.SECOND_WINDOWS,
    Feature.LATENESS,
    Feature.LATENESS_TWICE,
    Feature.EXTRA_TIME,
    Feature.PREFERENCES,
    Feature.WAITING,
    Feature.PAID,
    Feature.WORST,
    Feature.EVEN,
    Feature.LOCKED,
)
NO_WAY = 2 * 86_400
"""Seconds, longer than any shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithPyvrp:
    """PyVRP's iterated local search with its own parameters.

    Attributes
    ----------
    optional
        Whether a visit may be left out at its price.
    """

    optional: bool = False
    default_seconds: float = 10.0

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "pyvrp"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Build rounds within ``limits.seconds``. A start is not used.

        Raises
        ------
        ImportError
            Where pyvrp is not installed.
        ValueError
            For a problem that PyVRP cannot state, with everything that it cannot.
        """
        cannot = CANNOT if self.optional else (*CANNOT, Feature.CHEAP_VISITS)
        refuse(problem, self.name, cannot)
        began = time.perf_counter()
        plan: Plan | None = Plan((), ())
        if problem.services:
            plan = _solve(problem, self._seconds(limits), seed, self.optional)
        return engine_result(
            problem,
            plan,
            engine=self.name,
            settings={"optional": self.optional},
            seed=seed,
            limits=limits,
            seconds=time.perf_counter() - began,
            package="pyvrp",
        )

    def _seconds(self, limits: Limits) -> float:
        return self.default_seconds if limits.seconds is None else limits.seconds


def _solve(problem: Problem, seconds: float, seed: int, optional: bool) -> Plan | None:
    try:
        import pyvrp
        from pyvrp.stop import MaxRuntime
    except ImportError as missing:
        raise ImportError("PyVRP is an extra for benchmarks: pip install 'carerounds[bench]'") from missing
    found = pyvrp.solve(
        _data(problem, pyvrp, optional), MaxRuntime(seconds), seed=seed, collect_stats=False, display=False
    )
    if not found.is_feasible():
        return None
    orders = {
        int(route.vehicle_type()): [int(step.idx) for step in route.schedule() if step.is_client()]
        for route in found.best.routes()
    }
    return plan_in_order(problem, orders)


def _data(problem: Problem, pyvrp: Any, optional: bool) -> Any:
    """Locations are the depots, then the services, each at a location of its own."""
    depots = sorted({int(each) for each in (*problem.depot_from, *problem.depot_to)})
    at = np.concatenate([np.array(depots, np.int64), problem.place])
    keys = [(int(problem.mode[r]), _services_of(problem, r)) for r in range(problem.shifts)]
    profiles = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    goods = bool(problem.demand.any())
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in at],
        clients=[
            pyvrp.Client(
                len(depots) + i,
                delivery=[int(problem.demand[i])] if goods else [],
                service_duration=int(problem.duration[i]),
                tw_early=int(problem.earliest[i]),
                tw_late=int(problem.latest[i]),
                prize=int(problem.price[problem.visit[i]]) if optional else 0,
                required=not optional,
            )
            for i in range(problem.services)
        ],
        depots=[pyvrp.Depot(number) for number in range(len(depots))],
        vehicle_types=[
            pyvrp.VehicleType(
                capacity=[int(problem.capacity[r])] if goods else [],
                start_depot=depots.index(int(problem.depot_from[r])),
                end_depot=depots.index(int(problem.depot_to[r])),
                fixed_cost=problem.weights.round,
                tw_early=int(problem.shift_start[r]),
                tw_late=int(problem.shift_end[r]),
                profile=profiles[keys[r]],
            )
            for r in range(problem.shifts)
        ],
        distance_matrices=[
            problem.weights.travel * _between(problem.seconds[mode], at, problem.services, may)
            for mode, may in profiles
        ],
        duration_matrices=[_between(problem.gap[mode], at, problem.services, may) for mode, may in profiles],
    )


def _services_of(problem: Problem, r: int) -> frozenset[int]:
    return frozenset(np.flatnonzero(problem.preference[:, r] != FORBIDDEN).tolist())


def _between(matrix: Ints, at: Ints, services: int, may: frozenset[int]) -> Ints:
    """Entries between locations: 0 from and to nowhere, far where there is no way or nobody may go.

    The last ``services`` locations are the services.
    """
    safe = np.where(at == NOWHERE, 0, at)
    between = matrix[np.ix_(safe, safe)]
    between = np.where(between == FORBIDDEN, NO_WAY, between)
    between[at == NOWHERE, :] = 0
    between[:, at == NOWHERE] = 0
    barred = [len(at) - services + i for i in range(services) if i not in may]
    between[barred, :] = NO_WAY
    between[:, barred] = NO_WAY
    np.fill_diagonal(between, 0)
    return between
