"""The assignment core: bounds from below, dives and neighbourhoods from above, until they meet."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from optimiser.assignment.check import check
from optimiser.assignment.dive import Dive
from optimiser.assignment.formulation import build_model
from optimiser.assignment.improve import Improvement, Neighbourhoods, improve
from optimiser.assignment.lagrangian import FAR, SCALE, Multipliers, Relaxation, Relaxed, Subgradient, fix
from optimiser.assignment.problem import Assignment, AssignmentProblem, Ints, is_feasible, total_cost
from optimiser.assignment.prove import Proof, Proven, prove
from optimiser.assignment.tables import by_agent, keep_rows, possible, without_hope
from optimiser.solving.clock import Clock
from optimiser.solving.fan_out import fan_out, workers
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import Provenance, canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint, relative_gap
from optimiser.solving.with_highs import Outcome, relax

NAME = "lagrangian dives"


class BrokenAssignmentError(Exception):
    """An assignment of ours broke a rule: a fault of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LagrangianDives:
    """Lagrangian bound, dives and large neighbourhoods, and proofs by restricted models.

    One iteration is a cycle: a proof and an improvement, each from the best known of both. Cycles limited by
    their number are the same with one process and with two.

    Attributes
    ----------
    climb, dive, neighbourhoods
        Settings of the parts.
    cycle
        Shares of the time left that a cycle may take: the first, and those after it.
    outright
        Share of the time for a proof before anything is sent to processes.
    rounds, nodes
        Effort of a cycle where no seconds are given: neighbourhoods, and nodes for each target.
    processes
        1, or 2 for the two halves of a cycle side by side.
    """

    climb: Subgradient = field(default_factory=Subgradient)
    dive: Dive = field(default_factory=Dive)
    neighbourhoods: Neighbourhoods = field(default_factory=Neighbourhoods)
    cycle: tuple[float, float] = (0.25, 0.4)
    outright: float = 0.05
    rounds: int = 30
    nodes: int = 200
    processes: int = 1

    @property
    def name(self) -> str:
        """Name for provenance."""
        return NAME

    def solve(
        self,
        problem: AssignmentProblem,
        *,
        limits: Limits,
        seed: int,
        start: Assignment | None = None,
        progress: Reporter = silent,
        executor: Executor | None = None,
    ) -> Result[Assignment]:
        """Solve until proven within ``limits.gap``, or limits stop it; without any, until proven."""
        run = _Run(self, problem, limits, seed, progress)
        begun = time.perf_counter()
        if start is not None:
            run.offer(start.as_array())
        status = run.prepare()
        if status is None and not run.is_done():
            run.try_outright()
        if status is None and not run.is_done():
            with workers(executor, 2, self.processes) as pool:
                run.cycles(pool)
        return run.result(begun)


class _Run:
    """What is known so far, and how it came about."""

    def __init__(
        self,
        solver: LagrangianDives,
        problem: AssignmentProblem,
        limits: Limits,
        seed: int,
        progress: Reporter,
    ) -> None:
        self.solver, self.problem, self.limits, self.seed = solver, problem, limits, seed
        self.progress, self.clock = progress, Clock.of(limits)
        self.best: Ints | None = None
        self.bound: int | None = None
        self.trace: list[TracePoint] = []
        self.iterations = 0
        self.hopeless = ""

    def offer(self, chosen: Ints | None) -> None:
        """Keep an assignment if it is feasible and the best."""
        if chosen is None or not is_feasible(self.problem, chosen):
            return
        value = total_cost(self.problem, chosen)
        if self.best is None or value < total_cost(self.problem, self.best):
            self.best = chosen
            self.trace.append(TracePoint(self.iterations, value))

    @property
    def value(self) -> int | None:
        """Cost of the best assignment."""
        return None if self.best is None else total_cost(self.problem, self.best)

    def is_done(self) -> bool:
        """Whether the gap asked for is reached, or nothing can be."""
        if self.hopeless:
            return True
        if self.value is None or self.bound is None:
            return False
        gap = relative_gap(self.value, self.bound)
        return self.bound >= self.value or (gap is not None and gap <= (self.limits.gap or 0.0))

    def prepare(self) -> str | None:
        """Relaxation, first multipliers, first dive; why the problem is infeasible, where it is proven."""
        problem = self.problem
        self.alive = possible(problem)
        self.dived: Ints = np.full(problem.jobs, -1, dtype=np.int64)
        alone = without_hope(problem, self.alive)
        if len(alone):
            self.hopeless = f"job {alone[0]} must be taken, and no agent has room for it even alone" + (
                f"; so have {len(alone) - 1} others" if len(alone) > 1 else ""
            )
            return self.hopeless
        self.progress(Progress(task="relaxing"))
        linear = relax(build_model(problem, self.alive), self.clock.left())
        if linear.outcome is Outcome.INFEASIBLE:
            self.hopeless = "capacity is short: even in parts, not all that must be taken can be"
            return self.hopeless
        self.prices = np.maximum(-linear.duals[problem.jobs :], 0.0)
        start = Multipliers(
            job=np.rint(linear.duals[: problem.jobs] * SCALE).astype(np.int64),
            row=np.rint(self.prices * SCALE).astype(np.int64),
        )
        self.at = self._climb(start, target=None)
        if not self.is_done() and not self.clock.is_over():
            everyone = np.arange(problem.jobs)
            self.dived = self.solver.dive.down(
                problem, self.alive, self.at.multipliers, self.dived, everyone, self.clock
            )
            self.offer(self.dived)
            self._climb_on()
        return None

    def try_outright(self) -> None:
        """A short proof in this process: small problems need no more, and processes need seconds to begin."""
        left, solver = self.clock.left(), self.solver
        short = replace(self.limits, seconds=None if left is None else solver.outright * left)
        proven = prove(replace(self._proof(), limits=short, nodes=solver.nodes if left is None else None))
        self._take(proven)
        self._climb_on()

    def _take(self, proven: Proven) -> None:
        """Keep what a proof found."""
        self.bound = max(self.bound if self.bound is not None else proven.bound, proven.bound)
        self.offer(proven.best)
        if proven.infeasible:
            self.hopeless = "no assignment keeps every capacity"

    def cycles(self, pool: Executor) -> None:
        """Prove and improve until done."""
        while not self.is_done() and not self.clock.is_over():
            if self.limits.iterations is not None and self.iterations >= self.limits.iterations:
                break
            tasks: list[Proof | Improvement] = [self._proof(), self._improvement()]
            proven, improved = fan_out(_do, tasks, executor=pool)
            self.iterations += 1
            self._take(proven)
            self.offer(improved.best)
            if improved.best is not None:
                self.dived = improved.best
            self._climb_on()
            self.progress(
                Progress(task="assigning", done=self.iterations, incumbent=self.value, bound=self.bound)
            )

    def _relaxation(self) -> Relaxation:
        return Relaxation(
            problem=self.problem,
            agents=by_agent(self.problem, self.alive),
            kept=keep_rows(self.problem, self.prices),
        )

    def _climb(self, start: Multipliers, target: float | None) -> Relaxed:
        relaxation = self._relaxation()
        if target is None:
            value = relaxation.at(start).value / SCALE
            target = value + 0.002 * abs(value) + 1
        reached = self.solver.climb.climb(relaxation, start, target, lambda: not self.clock.is_over()).best
        self.bound = reached.bound if self.bound is None else max(self.bound, reached.bound)
        return reached

    def _climb_on(self) -> None:
        """Better multipliers now that the best cost is known, and fewer candidates."""
        value = self.value
        if value is None or self.is_done() or self.clock.is_over():
            return
        reached = self._climb(self.at.multipliers, float(value))
        self.at = reached if reached.value > self.at.value else self.at
        fixing = fix(self._relaxation(), self.at, value - 1)
        self.bound = fixing.bound if self.bound is None else max(self.bound, fixing.bound)
        if not self.is_done():
            self.alive = fixing.alive
            self.at = self._relaxation().at(self.at.multipliers)

    def _share(self) -> Limits:
        """Limits of one half of a cycle."""
        left = self.clock.left()
        if left is None:
            return self.limits
        share = self.solver.cycle[0 if self.iterations == 0 else 1]
        seconds = left if left < 8.0 else max(4.0, share * left)
        return replace(self.limits, seconds=seconds if self.solver.processes > 1 else seconds / 2)

    def _proof(self) -> Proof:
        return Proof(
            problem=self.problem,
            alive=self.alive,
            prices=self.prices,
            at=self.at,
            bound=self.bound if self.bound is not None else self.at.bound,
            best=self.best,
            at_top=self.iterations % 2 == 1,
            nodes=self.solver.nodes if self.limits.seconds is None else None,
            seed=self.seed + self.iterations,
            limits=self._share(),
        )

    def _improvement(self) -> Improvement:
        return Improvement(
            settings=self.solver.neighbourhoods,
            problem=self.problem,
            alive=self.alive,
            loss=self._relaxation().choice_losses(self.at.multipliers, FAR),
            multipliers=self.at.multipliers,
            prices=self.prices,
            chosen=self.dived if self.best is None else self.best,
            seed=self.seed * 1_000_003 + self.iterations,
            rounds=self.solver.rounds if self.limits.seconds is None else None,
            limits=self._share(),
            stop_at=self.bound,
        )

    def result(self, begun: float) -> Result[Assignment]:
        """What came of it, checked independently."""
        value, bound = self.value, self.bound
        if value is not None and bound is not None:
            bound = min(bound, value)
        if self.best is not None:
            verdict = check(self.problem, Assignment.of(self.best).candidates)
            if verdict.breaches or verdict.cost != value:
                raise BrokenAssignmentError(f"{verdict.breaches[:3]}, cost {verdict.cost} for {value}")
        status = Status.NOT_FOUND if self.best is None else Status.FEASIBLE
        if self.hopeless and self.best is None:
            status = Status.INFEASIBLE
        elif self.best is not None and self.is_done():
            status = Status.OPTIMAL
        return Result(
            status=status,
            stopped_by=self._why(status, value, bound),
            found=None if self.best is None else Assignment.of(self.best),
            objective=value,
            bound=None if bound is None or status is Status.INFEASIBLE else float(bound),
            components={} if value is None else {"cost": value},
            seconds=time.perf_counter() - begun,
            iterations=self.iterations,
            trace=tuple(self.trace),
            provenance=Provenance(
                solver=self.solver.name,
                settings=canonical(self.solver),
                seed=self.seed,
                limits=self.limits,
                input_hash=canonical_hash(self.problem),
                versions=versions(),
            ),
            message=self.hopeless,
        )

    def _why(self, status: Status, value: int | None, bound: int | None) -> StoppedBy:
        if status is Status.INFEASIBLE or (value is not None and value == bound):
            return StoppedBy.PROOF
        if status is Status.OPTIMAL:
            return StoppedBy.GAP
        return StoppedBy.TIME if self.clock.is_over() else StoppedBy.ITERATIONS


def _do(task: Proof | Improvement) -> Proven:
    """One half of a cycle; a top-level function, so that it can be sent to any process."""
    if isinstance(task, Proof):
        return prove(task)
    return Proven(bound=0, best=improve(task))
