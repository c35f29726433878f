"""Ruin and recreate with small moves between: the rounds solver.

Insertion builds a first plan. Strings of visits are taken out and put back where they cost least
(Christiaens & Vanden Berghe 2020); between such steps come many small moves; both are accepted by simulated
annealing at one falling temperature, on schedules with ties as exact difference constraints. Heuristic: it
proves nothing, so its results have no bound.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import numpy as np

from optimiser.rounds.kernels.anneal import anneal
from optimiser.rounds.kernels.bench import Bench, make_bench
from optimiser.rounds.kernels.cache import drop_stale
from optimiser.rounds.kernels.chance import Bits, seeded
from optimiser.rounds.kernels.data import (
    COMPONENTS,
    TRAVEL,
    UNSERVED,
    Data,
    State,
    copy_state,
    empty_state,
    make_data,
)
from optimiser.rounds.kernels.desk import Desk, lay
from optimiser.rounds.kernels.journal import Journal, make_journal
from optimiser.rounds.kernels.ruin import Ruins, make_ruins
from optimiser.rounds.kernels.step import ruin_and_recreate
from optimiser.rounds.kernels.value import appraise_all, cost
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Ints, Plan, Problem
from optimiser.rounds.states import put_plan, taken_plan
from optimiser.rounds.tighten import is_narrowed_across
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint

NARROWED_FOR = 0.6
"""Share of a search after which windows are no longer narrowed for the sake of visits that nobody makes."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One search under way: the plan it is at, the best it has seen, and its working space."""

    data: Data
    current: State
    best: State
    journal: Journal
    bench: Bench
    ruins: Ruins
    chance: Bits
    costs: Ints
    desk: Desk

    @classmethod
    def empty(cls, problem: Problem, data: Data, seed: int) -> Chain:
        """A chain with nothing planned."""
        nodes = problem.services + 2 * problem.shifts
        current, journal = empty_state(problem, data), make_journal(nodes, problem.shifts)
        bench, ruins = (
            make_bench(nodes, problem.shifts),
            make_ruins(problem.services, problem.visits, problem.shifts),
        )
        return cls(
            data=data,
            current=current,
            best=empty_state(problem, data),
            journal=journal,
            bench=bench,
            ruins=ruins,
            chance=seeded(seed),
            costs=np.zeros(3, np.int64),
            desk=lay(data=data, state=current, journal=journal, bench=bench, ruins=ruins),
        )

    @classmethod
    def begin(cls, problem: Problem, data: Data, seed: int, start: Plan | None = None) -> Chain:
        """A chain with every visit inserted that finds a place, beginning from ``start`` if it holds."""
        chain = cls.empty(problem, data, seed)
        if start is not None:
            put_plan(problem, data, start, chain.current, chain.journal)
        appraise_all(chain.desk)
        chain.costs[:2] = cost(chain.desk)
        chain.costs[2] = chain.current.totals[0]
        copy_state(chain.current, chain.best)
        chain.step(1, 0, 0.0)
        return chain

    def loosened(self, problem: Problem, seed: int) -> Chain:
        """The chain going on with windows that links to visits left out no longer narrow."""
        data = make_data(problem, across=False)
        chain = Chain.begin(problem, data, seed, taken_plan(problem, self.data, self.best))
        if self.costs[1] < chain.costs[1]:
            copy_state(self.best, chain.best)
            chain.costs[1] = self.costs[1]
        return chain

    def step(self, steps: int, moves: int, temperature: float) -> int:
        """Ruin and recreate, then small moves; returns how often the best was improved."""
        improved = 0
        if steps:
            improved += ruin_and_recreate(
                self.desk,
                self.best,
                self.chance,
                steps,
                temperature,
                self.costs,
            )
        if moves:
            improved += anneal(
                self.desk,
                self.best,
                self.chance,
                moves,
                temperature,
                self.costs,
            )
            self.costs[2] = self.current.totals[0]
        return int(improved)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuinAndRecreate:
    """The solver's settings.

    Attributes
    ----------
    default_iterations
        Steps of ruin and recreate where the limits name neither iterations nor seconds.
    hot, cold
        First and last temperature, in short legs: the mean over services of the way to the nearest few.
    soft, soft_cold, soft_moves
        How many times hotter such a search begins and ends, and how many times as many small moves it makes,
        where lateness is paid for: costs lie further apart there, and improvements end sooner.
    warm
        First temperature where a start is given: low enough not to lose what is good about it.
    cycles
        How often a day of up to ``small`` services is cooled down. One that is hot again has forgotten where
        it was, and a small day has more to gain from another try than from a slower one.
    chunk
        Steps between two rounds of small moves, looks at the clock, and reports of progress.
    moves
        Small moves after each chunk.
    """

    default_iterations: int = 4000
    hot: float = 3.0
    cold: float = 0.03
    soft: float = 3.0
    soft_cold: float = 6.0
    soft_moves: int = 3
    warm: float = 0.5
    cycles: int = 5
    small: int = 130
    chunk: int = 100
    moves: int = 16_000

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
        began, started = time.perf_counter(), limits.now()
        provenance = Provenance(
            solver=self.name,
            settings=asdict(self),
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
        chain = Chain.begin(problem, data, seed, start)
        trace = [TracePoint(0, int(chain.costs[1]))]
        chain, done, stopped_by = self._improve(problem, chain, start, limits, seed, started, trace, progress)
        plan = taken_plan(problem, chain.data, chain.best)
        parts = components(problem, plan)
        return Result(
            status=Status.FEASIBLE,
            stopped_by=stopped_by,
            found=plan,
            objective=sum(parts.values()),
            bound=None,
            components=parts,
            seconds=time.perf_counter() - began,
            iterations=done,
            trace=tuple(trace),
            provenance=provenance,
        )

    def _improve(
        self,
        problem: Problem,
        chain: Chain,
        start: Plan | None,
        limits: Limits,
        seed: int,
        started: float,
        trace: list[TracePoint],
        progress: Reporter,
    ) -> tuple[Chain, int, StoppedBy]:
        wanted = limits.iterations
        if wanted is None and limits.seconds is None:
            wanted = self.default_iterations
        done, leg = 0, short_leg(chain.data)
        cold, moves = self.cold, self.moves
        hot = self.hot if start is None else self.warm
        if not chain.data.flags[0]["rigid"]:
            cold *= self.soft_cold
            moves *= self.soft_moves
            hot *= self.soft if start is None else 1.0
        cycles = self.cycles if start is None and problem.services <= self.small else 1
        narrowed = is_narrowed_across(problem)
        chunk = max(1, self.chunk // cycles)
        while wanted is None or done < wanted:
            share = 0.0 if wanted is None else done / wanted
            if limits.seconds is not None:
                spent = (limits.now() - started) / limits.seconds if limits.seconds else 1.0
                if spent >= 1.0:
                    return chain, done, StoppedBy.TIME
                share = max(share, spent)
            if narrowed and share > NARROWED_FOR and chain.best.totals[UNSERVED]:
                chain, narrowed = chain.loosened(problem, seed), False
                trace.append(TracePoint(done, int(chain.costs[1])))
            steps = chunk if wanted is None else min(chunk, wanted - done)
            cooled = (share * cycles) % 1.0
            if chain.step(steps, moves // cycles, leg * hot * (cold / hot) ** cooled):
                trace.append(TracePoint(done + steps, int(chain.costs[1])))
            done += steps
            progress(Progress(task="rounds", done=done, total=wanted, incumbent=float(chain.costs[1])))
        return chain, done, StoppedBy.ITERATIONS


def short_leg(data: Data) -> float:
    """Mean way, in points, from a service to the nearest few at other places; at least one point."""
    n, few = data.near.shape[0], 4
    ways = [
        way
        for i in range(n)
        for way in sorted(int(data.seconds[0, data.place[i], data.place[j]]) for j in data.near[i])[:few]
        if way > 0
    ]
    return max(1.0, float(np.mean(ways)) * float(data.weights[TRAVEL])) if ways else 1.0


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
