"""A plan from generated rounds: bounded, and never worse than where it began.

The rounds that solve the linear relaxation are dived into (:mod:`~optimiser.rounds.columns.dive`), and the
search goes on from there, cold enough to keep what it was given; of all the rounds known by then the best are
chosen by HiGHS (:mod:`~optimiser.rounds.columns.choose`). Rounds whose reduced cost is more than the gap are
not worth a look.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain

from optimiser.rounds.asked import Feature, refuse
from optimiser.rounds.columns.choose import choose
from optimiser.rounds.columns.dive import dive, plan_of
from optimiser.rounds.columns.generation import Generation, column_of, whole_points
from optimiser.rounds.columns.lower_bound import IGNORED, Settings, converge
from optimiser.rounds.columns.master import Column
from optimiser.rounds.columns.relaxation import FINE, NOT_STATED, Kind
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint

CANNOT: tuple[Feature, ...] = (*NOT_STATED, *IGNORED)
"""What the bound leaves out, a plan would get wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRounds:
    """The solver's settings.

    Attributes
    ----------
    generation
        Of the column generation.
    search
        Makes the start where none is given, and goes on from the dive.
    share, after
        Of the seconds for the start; of the seconds left after the dive for the search.
    default_seconds
        Budget where the limits name none.
    """

    generation: Settings = field(default_factory=lambda: Settings(memory=16, gap=1e-3))
    search: RuinAndRecreate = field(default_factory=lambda: RuinAndRecreate(warm=0.15))
    share: float = 0.15
    after: float = 0.8
    default_seconds: float = 60.0

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "column generation"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Bound, dive, choose. Iterations are pricings of all shifts.

        The searches before and after the pricings go by the clock, whatever the limits: the same seed need
        not give the same plan.

        Raises
        ------
        ValueError
            For a problem with links, rests, or a price on what is not a sum over rounds.
        """
        refuse(problem, self.name, CANNOT)
        began = time.perf_counter()
        seconds = self.default_seconds if limits.seconds is None else limits.seconds
        given = start
        if start is None:
            within = Limits(seconds=self.share * seconds)
            start = self.search.solve(problem, limits=within, seed=seed).solution
        work = Generation(problem, memory=self.generation.memory, trust=self.generation.trust)
        work.put_plan(start)
        within = Limits(seconds=seconds, iterations=limits.iterations, gap=limits.gap)
        converge(work, within, self.generation, began, progress)
        best, trace = start, [TracePoint(0, _priced(problem, start))]
        for found in self._plans(problem, work, start, seed, began + seconds):
            if _priced(problem, found) < trace[-1].objective:
                best = found
                trace.append(TracePoint(work.steps, _priced(problem, found)))
        proven = None if work.bound is None else whole_points(work.bound)
        optimal = proven is not None and proven >= trace[-1].objective
        counted = limits.iterations is not None and work.steps >= limits.iterations
        return Result(
            status=Status.OPTIMAL if optimal else Status.FEASIBLE,
            stopped_by=StoppedBy.PROOF if optimal else StoppedBy.ITERATIONS if counted else StoppedBy.TIME,
            found=best,
            objective=trace[-1].objective,
            bound=proven,
            components=components(problem, best),
            seconds=time.perf_counter() - began,
            iterations=work.steps,
            trace=tuple(trace),
            provenance=Provenance(
                solver=self.name,
                settings=asdict(self),
                seed=seed,
                limits=limits,
                input_hash=canonical_hash(problem),
                versions=versions(),
                start=None if given is None else "given plan",
            ),
        )

    def _plans(
        self, problem: Problem, work: Generation, start: Plan, seed: int, until: float
    ) -> Iterator[Plan]:
        """Plans by diving, by searching on from there, and by choosing from all rounds seen."""

        def left() -> float:
            return max(0.0, until - time.perf_counter())

        if not left() or work.bound is None:
            return
        all_kinds, known = work.kinds, work.master.columns
        worth = work.master.reduced_costs()
        plans = [start]
        dived = plan_of(problem, all_kinds, [known[number] for number in dive(work, lambda: not left())])
        if dived is not None and left():
            within = Limits(seconds=self.after * left())
            plans += [dived, self.search.solve(problem, limits=within, seed=seed, start=dived).solution]
            yield from plans[1:]
        best = min(_priced(problem, plan) for plan in plans)
        room = best - work.bound / FINE
        pool = [column for column, cost in zip(known, worth, strict=False) if cost <= room]
        chosen = _chosen(problem, all_kinds, plans, [*pool, *known[len(worth) :]], left())
        if chosen is not None:
            yield chosen


def _chosen(
    problem: Problem, kinds: Sequence[Kind], plans: Sequence[Plan], known: Sequence[Column], seconds: float
) -> Plan | None:
    """The best plan of known rounds and of those of some plans."""
    kind_of = {r: k for k, kind in enumerate(kinds) for r in kind.shifts}
    own = [
        [column_of(problem, kinds, kind_of[each.shift], each.services) for each in plan.rounds]
        for plan in sorted(plans, key=lambda plan: _priced(problem, plan))
    ]
    pool = list(dict.fromkeys(column for column in (*chain(*own), *known) if column and column.is_elementary))
    where = {column: number for number, column in enumerate(pool)}
    numbers = choose(problem.price, kinds, pool, [where[each] for each in own[0] if each], seconds)
    return plan_of(problem, kinds, [pool[number] for number in numbers])


def _priced(problem: Problem, plan: Plan) -> int:
    return sum(components(problem, plan).values())
