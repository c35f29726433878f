"""VROOM on the same problem.

Only here are services "jobs" and shifts "vehicles". How the problem is put:

* Time is the table of gaps (travel with its margin, and handover); cost is travel alone, in points, through
  VROOM's own table of costs; a round costs its price as the vehicle's fixed cost. So VROOM minimises exactly
  what the others do.
* Who may go is a skill for each distinct set of shifts. A split shift is two vehicles.
* VROOM first serves all it can, by priority, then saves cost. It uses no seed, and stops when it has
  converged: it is given its most thorough exploration, and its seconds are reported.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from optimiser.rounds.asked import Feature, refuse
from optimiser.rounds.engine_result import engine_result
from optimiser.rounds.in_order import plan_in_order
from optimiser.rounds.problem import FORBIDDEN, NEVER, NOWHERE, Ints, Plan, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import Result, StoppedBy

CANNOT = (
    Feature.TIES,
    Feature.SEVERAL_CARERS,
    Feature.REST_OF_LONG_DAYS,
    Feature.REST_WITH_HOURS,  # it has breaks, but may take them halfway along a leg
    Feature.REST_MISSED,
    Feature.LATENESS,
    Feature.LATENESS_TWICE,
    Feature.CHEAP_VISITS,
    Feature.EXTRA_TIME,
    Feature.PREFERENCES,
    Feature.WAITING,
    Feature.PAID,
    Feature.WORST,
    Feature.EVEN,
    Feature.LOCKED,
)
NO_WAY = 4 * 86_400
TOP_PRIORITY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WithVroom:
    """VROOM at its most thorough, on one thread.

    Attributes
    ----------
    exploration
        From 0 to 5.
    """

    exploration: int = 5

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "vroom"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Build rounds within ``limits.seconds``, or until VROOM has converged.

        ``seed`` changes nothing: its search has none. A start is not used.

        Raises
        ------
        ImportError
            Where pyvroom is not installed.
        ValueError
            For a problem that VROOM cannot state, with everything that it cannot.
        """
        refuse(problem, self.name, CANNOT)
        began = time.perf_counter()
        plan = _solve(problem, limits.seconds, self.exploration) if problem.services else Plan((), ())
        seconds = time.perf_counter() - began
        stopped = limits.seconds is not None and seconds >= limits.seconds
        result = engine_result(
            problem,
            plan,
            engine=self.name,
            settings={"exploration": self.exploration, "threads": 1},
            seed=seed,
            limits=limits,
            seconds=seconds,
            package="pyvroom",
        )
        return result if stopped else replace(result, stopped_by=StoppedBy.ITERATIONS)


def _solve(problem: Problem, seconds: float | None, exploration: int) -> Plan:
    try:
        import vroom
    except ImportError as missing:
        raise ImportError("VROOM is an extra for benchmarks: pip install 'carerounds[bench]'") from missing
    engine = vroom.Input()
    for mode in range(problem.seconds.shape[0]):
        engine.set_durations_matrix(str(mode), _table(problem.gap[mode], 1))
        engine.set_costs_matrix(str(mode), _table(problem.seconds[mode], problem.weights.travel))
    _add_vehicles(problem, vroom, engine)
    _add_jobs(problem, vroom, engine)
    limit = None if seconds is None else timedelta(seconds=seconds)
    found = engine.solve(exploration_level=exploration, nb_threads=1, timeout=limit)
    orders: dict[int, list[int]] = {}
    steps = found.routes
    for r, kind, i in zip(steps["vehicle_id"], steps["type"], steps["id"], strict=True):
        if kind == "job":
            orders.setdefault(int(r), []).append(int(i))
    plan = plan_in_order(problem, orders)
    assert plan is not None, "VROOM keeps every window"
    return plan


def _table(matrix: Ints, price: int) -> Ints:
    """Entries with one more place, nowhere, from and to which all ways are 0."""
    return np.pad(np.where(matrix == FORBIDDEN, NO_WAY, matrix) * price, ((0, 1), (0, 1)))


def _add_vehicles(problem: Problem, vroom: Any, engine: Any) -> None:
    skill, nowhere = _skill_of(problem), problem.seconds.shape[1]

    def depot(place: int) -> int:
        return nowhere if place == NOWHERE else place

    for r in range(problem.shifts):
        engine.add_vehicle(
            vroom.Vehicle(
                r,
                start=depot(int(problem.depot_from[r])),
                end=depot(int(problem.depot_to[r])),
                profile=str(int(problem.mode[r])),
                capacity=[min(int(problem.capacity[r]), 2**40)] if problem.demand.any() else (),
                skills={number for shifts, number in skill.items() if r in shifts},
                time_window=(int(problem.shift_start[r]), int(problem.shift_end[r])),
                costs=vroom.VehicleCosts(fixed=problem.weights.round),
            )
        )


def _add_jobs(problem: Problem, vroom: Any, engine: Any) -> None:
    skill, dearest = _skill_of(problem), int(problem.price.max())
    for i in range(problem.services):
        windows = [(int(problem.earliest[i]), int(problem.latest[i]))]
        if problem.again[i] < NEVER:
            windows.append((int(problem.again[i]), int(problem.again_latest[i])))
        price = int(problem.price[problem.visit[i]])
        engine.add_job(
            vroom.Job(
                i,
                location=int(problem.place[i]),
                default_service=int(problem.duration[i]),
                delivery=[int(problem.demand[i])] if problem.demand.any() else vroom.Amount(),
                skills={skill[_shifts_for(problem, i)]},
                priority=max(1, round(TOP_PRIORITY * price / dearest)),
                time_windows=windows,
            )
        )


def _shifts_for(problem: Problem, i: int) -> frozenset[int]:
    return frozenset(np.flatnonzero(problem.preference[i] != FORBIDDEN).tolist())


def _skill_of(problem: Problem) -> dict[frozenset[int], int]:
    """Number of the skill that stands for each distinct set of shifts."""
    distinct = dict.fromkeys(_shifts_for(problem, i) for i in range(problem.services))
    return {shifts: number for number, shifts in enumerate(distinct)}
