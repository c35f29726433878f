"""Ruin and recreate: the rounds solver.

Insertion builds a first plan; strings of visits are taken out and put back where they cost least, and the
result is accepted by simulated annealing (Christiaens & Vanden Berghe 2020; schedules with links as exact
difference constraints). Heuristic: it proves nothing, so its results have no bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from optimiser.rounds.kernels.cache import drop_stale
from optimiser.rounds.kernels.chance import seeded
from optimiser.rounds.kernels.cost import COMPONENTS, components
from optimiser.rounds.kernels.data import Data, State, attach, copy_state, empty_state, make_data
from optimiser.rounds.kernels.insertion import Bench, make_bench
from optimiser.rounds.kernels.schedule import earliest_starts, settle
from optimiser.rounds.kernels.step import construct, search
from optimiser.rounds.problem import Ints, Plan, PlannedRound, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint


@dataclass(frozen=True, slots=True, kw_only=True)
class RuinAndRecreate:
    """The solver's settings.

    Attributes
    ----------
    default_iterations
        Steps where the limits name neither iterations nor seconds.
    hot, cold
        First and last temperature, in points (ten points are a second of travel).
    chunk
        Steps between looks at the clock, and between reports of progress.
    """

    default_iterations: int = 4000
    hot: float = 12_000.0
    cold: float = 60.0
    chunk: int = 250

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "ruin and recreate"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Build rounds.

        Limited by iterations, the same seed gives the same plan on any machine and in any process. Limited
        by seconds it does not, and ``stopped_by`` says so.
        """
        began = time.perf_counter()
        provenance = Provenance(
            solver=self.name,
            settings={"hot": self.hot, "cold": self.cold, "chunk": self.chunk},
            seed=seed,
            limits=limits,
            input_hash=canonical_hash(problem),
            versions=versions(),
            start=None if start is None else "given plan",
        )
        if problem.services == 0:
            return _nothing_to_do(provenance, time.perf_counter() - began)
        drop_stale()
        data = make_data(problem)
        current, best, trial = empty_state(problem), empty_state(problem), empty_state(problem)
        if start is not None:
            load(problem, data, start, current)
        chance = seeded(seed)
        bench = make_bench(problem.services)
        construct(data, current, chance, bench)
        costs = np.full(2, int(_parts(problem, data, current).sum()), np.int64)
        copy_state(current, best)
        trace = [TracePoint(0, int(costs[1]))]
        done, stopped_by = self._improve(
            data, (current, best, trial), chance, bench, costs, limits, began, trace, progress
        )
        parts = _parts(problem, data, best)
        plan = unload(problem, data, best)
        return Result(
            status=Status.FEASIBLE,
            stopped_by=stopped_by,
            found=plan,
            objective=int(parts.sum()),
            bound=None,
            components=dict(zip(COMPONENTS, map(int, parts), strict=True)),
            seconds=time.perf_counter() - began,
            iterations=done,
            trace=tuple(trace),
            provenance=provenance,
        )

    def _improve(
        self,
        data: Data,
        states: tuple[State, State, State],
        chance: np.typing.NDArray[np.uint64],
        bench: Bench,
        costs: Ints,
        limits: Limits,
        began: float,
        trace: list[TracePoint],
        progress: Reporter,
    ) -> tuple[int, StoppedBy]:
        current, best, trial = states
        wanted = limits.iterations
        if wanted is None and limits.seconds is None:
            wanted = self.default_iterations
        done = 0
        while wanted is None or done < wanted:
            share = 0.0 if wanted is None else done / wanted
            if limits.seconds is not None:
                spent = (time.perf_counter() - began) / limits.seconds if limits.seconds else 1.0
                if spent >= 1.0:
                    return done, StoppedBy.TIME
                share = max(share, spent)
            steps = self.chunk if wanted is None else min(self.chunk, wanted - done)
            hot = self.hot * (self.cold / self.hot) ** share
            if search(data, current, best, trial, chance, steps, hot, hot, costs, bench):
                trace.append(TracePoint(done + steps, int(costs[1])))
            done += steps
            progress(Progress(task="rounds", done=done, total=wanted, incumbent=float(costs[1])))
        return done, StoppedBy.ITERATIONS


def _parts(problem: Problem, data: Data, state: State) -> Ints:
    parts = np.empty(len(COMPONENTS), np.int64)
    components(data, state, np.empty(problem.services, np.int64), parts)
    return parts


def load(problem: Problem, data: Data, plan: Plan, state: State) -> None:
    """Put a plan into an empty state; one that no longer holds together leaves it empty."""
    n = problem.services
    for planned in plan.rounds:
        before = n + planned.shift
        for i in planned.services:
            attach(state, i, planned.shift, before)
            before = i
        state.rest_at[planned.shift] = -1 if planned.rest_after is None else planned.rest_after
    if not earliest_starts(data, state):
        copy_state(empty_state(problem), state)


def unload(problem: Problem, data: Data, state: State) -> Plan:
    """Plan held by a state, with settled start times."""
    n, m = problem.services, problem.shifts
    settled = np.empty(n, np.int64)
    settle(data, state, settled)
    rounds = []
    for r in range(m):
        services = []
        i = int(state.nodes[n + r]["succ"])
        while i < n:
            services.append(i)
            i = int(state.nodes[i]["succ"])
        if services:
            rest = int(state.rest_at[r])
            rounds.append(
                PlannedRound(
                    r,
                    tuple(services),
                    tuple(int(settled[i]) for i in services),
                    rest if rest >= 0 else None,
                )
            )
    unserved = sorted({int(problem.visit[i]) for i in range(n) if state.nodes[i]["of"] < 0})
    return Plan(tuple(rounds), tuple(unserved))


def _nothing_to_do(provenance: Provenance, seconds: float) -> Result[Plan]:
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.PROOF,
        found=Plan((), ()),
        objective=0,
        bound=None,
        components=dict.fromkeys(COMPONENTS, 0),
        seconds=seconds,
        iterations=0,
        provenance=provenance,
    )
