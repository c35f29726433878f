"""Build the rounds of a day too large for one search: in parts, with exchange across their borders.

1. Homes are cut into parts of a few hundred visits, and each part is solved as a day of its own.
2. Rounds are cut into parts whose borders lie elsewhere, and each part is searched again from where it
   stands, at a low temperature, with what binds it to other parts held (:mod:`optimiser.rounds.large_parts`).
   A part's new rounds are taken unless they cost more. This is done several times.

Parts of one pass know nothing of each other and are solved side by side. Limited by iterations, which are
shared out by services, a seed gives the same plan on one process or many. No travel matrix is ever larger
than a part.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from hashlib import sha256

from geodata.travel import TravelModel
from optimiser.model.identifiers import VisitId
from optimiser.model.rounds import Round, RoundPlan
from optimiser.rounds.carry import translated
from optimiser.rounds.large_parts import Part, Standing, first_parts, next_parts, number_of_parts, with_held
from optimiser.rounds.objective import components
from optimiser.rounds.prepare import Duty, Work, nameless_carer, prepare_part
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.rules import RoundRules, Weights
from optimiser.rounds.search import RuinAndRecreate
from optimiser.solving.fan_out import SerialExecutor, fan_out, workers
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint
from optimiser.solving.solver import Solver

STEPS_EACH = 14
"""Steps for each visit where the limits name neither iterations nor seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeDays:
    """How days too large for one search are solved.

    Attributes
    ----------
    whole
        Most visits of a day that is solved whole.
    part
        Visits of a part, about.
    passes
        How often parts are cut anew and searched again.
    first_share
        Share of the limits spent before that.
    refiner
        Solver of a part that has rounds already: it must keep what is good about them, as ours does.
    """

    whole: int = 1000
    part: int = 500
    passes: int = 24
    first_share: float = 0.3
    refiner: Solver[Problem, Plan] = field(default_factory=RuinAndRecreate)

    def is_large(self, work: Work, weights: Weights) -> bool:
        """Whether a day is solved in parts.

        A price on idle time or uneven loads looks at all carers at once: such a day is solved whole.
        """
        return len(work.needs) > self.whole and not weights.idle and not weights.balance


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRun:
    """One part to solve with one seed: what a worker is handed."""

    problem: Problem
    start: Plan | None
    solver: Solver[Problem, Plan]
    limits: Limits
    seed: int


def solve_part(run: PartRun) -> Result[Plan]:
    """Solve one part; a top-level function, so that it can be sent to any process."""
    return run.solver.solve(run.problem, limits=run.limits, seed=run.seed, start=run.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """What a pass over all parts made of the day."""

    standing: Standing
    components: Mapping[str, int]
    iterations: int
    stops: frozenset[StoppedBy]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Budget:
    """Limits of a whole day, to be shared out among passes and parts.

    Attributes
    ----------
    began
        By :func:`time.perf_counter`.
    at_once
        Parts solved side by side.
    """

    limits: Limits
    began: float
    at_once: int
    shares: tuple[float, ...]

    def of(self, parts: Sequence[Part], turn: int) -> list[Limits]:
        """Each part's limits in one pass: iterations by services, and seconds until the pass must end."""
        total, most = sum(part.services for part in parts), max(part.services for part in parts)
        rounds_of_parts = -(-len(parts) // self.at_once)
        spent = time.perf_counter() - self.began
        given = []
        for part in parts:
            iterations = seconds = None
            if self.limits.iterations is not None:
                share = self.limits.iterations * self.shares[turn]
                iterations = int(share * part.services / total)
            if self.limits.seconds is not None:
                left = max(0.0, self.limits.seconds * sum(self.shares[: turn + 1]) - spent)
                seconds = left / rounds_of_parts * part.services / most
            given.append(Limits(iterations=iterations, seconds=seconds))
        return given

    @property
    def is_spent(self) -> bool:
        """Whether no time is left."""
        seconds = self.limits.seconds
        return seconds is not None and time.perf_counter() - self.began >= seconds


def solve_large_day(
    work: Work,
    *,
    travel: TravelModel,
    rules: RoundRules,
    weights: Weights,
    solver: Solver[Problem, Plan],
    large: LargeDays,
    limits: Limits,
    seed: int,
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> Result[RoundPlan]:
    """Build one provider's rounds of one day, part by part.

    Parameters
    ----------
    solver
        Of the first parts; ``large.refiner`` is that of the later ones.
    limits
        For the whole day. Seconds are a deadline; they are shared out for as many parts at once as there are
        cores, and an executor with fewer workers is given less to do in later passes.
    """
    began = time.perf_counter()
    if limits.iterations is None and limits.seconds is None:
        limits = replace(limits, iterations=STEPS_EACH * len(work.needs))
    parts = number_of_parts(work, large.part)
    passes = large.passes if parts > 1 else 0
    again = (1 - large.first_share) / passes if passes else 0.0
    budget = _Budget(
        limits=limits,
        began=began,
        at_once=1 if isinstance(executor, SerialExecutor) else os.cpu_count() or 1,
        shares=(1 - again * passes, *[again] * passes),
    )
    everyone = frozenset(package.visit_id(visit) for package, visit in work.needs)
    standing = Standing(rounds=(), unserved=everyone)
    totals: Mapping[str, int] = {}
    trace: list[TracePoint] = []
    iterations = 0
    stops: set[StoppedBy] = set()
    with workers(executor, parts) as pool:
        for turn in range(passes + 1):
            if turn and budget.is_spent:
                break
            cut = (
                # One part more every other time: borders move even where the ground is long and narrow.
                next_parts(work, standing, rules, parts=parts + turn % 2, turn=turn)
                if turn
                else first_parts(work, rules, parts)
            )
            done = _solve_pass(
                work,
                cut,
                budget.of(cut, turn),
                travel=travel,
                rules=rules,
                weights=weights,
                solver=large.refiner if turn else solver,
                seed=seed,
                turn=turn,
                pool=pool,
                progress=_telling(progress, f"rounds of {work.provider.id}, pass {turn + 1} of {passes + 1}"),
            )
            standing = _renumbered(work, done.standing, rules)
            totals = done.components
            iterations += done.iterations
            stops |= done.stops
            trace.append(TracePoint(iterations, sum(totals.values())))
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.TIME if StoppedBy.TIME in stops else StoppedBy.ITERATIONS,
        found=_plan(work, standing),
        objective=sum(totals.values()),
        bound=None,
        components=totals,
        seconds=time.perf_counter() - began,
        iterations=iterations,
        trace=tuple(trace),
        provenance=Provenance(
            solver=f"{solver.name}, in parts",
            settings={
                "whole": large.whole,
                "part": large.part,
                "passes": large.passes,
                "first_share": large.first_share,
                "refiner": large.refiner.name,
            },
            seed=seed,
            limits=limits,
            input_hash=canonical_hash([work, rules, weights, travel.name]),
            versions=versions(),
        ),
    )


def _solve_pass(
    work: Work,
    parts: Sequence[Part],
    limits: Sequence[Limits],
    *,
    travel: TravelModel,
    rules: RoundRules,
    weights: Weights,
    solver: Solver[Problem, Plan],
    seed: int,
    turn: int,
    pool: Executor,
    progress: Reporter,
) -> _Pass:
    """Solve every part of a pass and put the day together again."""
    days, runs = [], []
    for part, each in zip(parts, limits, strict=True):
        day = prepare_part(work, part.needs, part.duties, travel=travel, rules=rules, weights=weights)
        day = replace(day, problem=with_held(part, day))
        start = translated(day, day.problem, [made for _, made in part.rounds]) if turn else None
        days.append(day)
        runs.append(
            PartRun(
                problem=day.problem, start=start, solver=solver, limits=each, seed=_seed(seed, turn, part)
            )
        )
    results = fan_out(solve_part, runs, executor=pool, progress=progress)
    rounds: list[tuple[Duty, Round]] = []
    totals: Counter[str] = Counter()
    for day, run, result in zip(days, runs, results, strict=True):
        plan, parts_of_cost = result.solution, result.components
        if run.start is not None:
            before = components(day.problem, run.start)
            if sum(before.values()) < sum(parts_of_cost.values()):
                plan, parts_of_cost = run.start, before
        made = to_round_plan(day, plan)
        duties = {(duty.carer, duty.start): duty for duty in day.duties}
        rounds += [(duties[each.carer, each.shift_start], each) for each in made.rounds]
        for name, value in parts_of_cost.items():
            # A price on the worst of all is not added up.
            totals[name] = max(totals[name], value) if name.startswith("most_") else totals[name] + value
    served = {stop.visit for _, each in rounds for stop in each.stops}
    wanted = {package.visit_id(visit): visit.carers_needed for package, visit in work.needs}
    unserved = frozenset(wanted) - served
    totals["unserved"] = weights.unserved * sum(wanted[key] for key in unserved)
    return _Pass(
        standing=Standing(rounds=tuple(rounds), unserved=unserved),
        components=dict(totals),
        iterations=sum(result.iterations for result in results),
        stops=frozenset(result.stopped_by for result in results),
    )


def _seed(seed: int, turn: int, part: Part) -> int:
    """A part's own seed, from what it is and not from when its turn comes."""
    visits = " ".join(package.visit_id(visit) for package, visit in part.needs)
    return int.from_bytes(sha256(f"{seed} {turn} {visits}".encode()).digest()[:4])


def _renumbered(work: Work, standing: Standing, rules: RoundRules) -> Standing:
    """Nameless carers numbered from one again, in the order in which they begin; named ones as they are."""
    first = sorted(
        standing.rounds, key=lambda pair: (pair[1].stops[0].start, pair[1].stops[0].visit, pair[0].carer)
    )
    if work.carers:
        return Standing(rounds=tuple(first), unserved=standing.unserved)
    kinds = {
        f"{pattern.name} {gender.value}": (pattern, gender)
        for pattern in rules.patterns
        for gender in work.provider.genders
    }
    given: Counter[str] = Counter()
    rounds = []
    for duty, each in first:
        given[duty.alike] += 1
        carer = nameless_carer(work.provider, *kinds[duty.alike], given[duty.alike])
        rounds.append((replace(duty, carer=carer), replace(each, carer=carer)))
    return Standing(rounds=tuple(rounds), unserved=standing.unserved)


def _plan(work: Work, standing: Standing) -> RoundPlan:
    ordered: list[VisitId] = [package.visit_id(visit) for package, visit in work.needs]
    return RoundPlan(
        provider=work.provider.id,
        day=work.day,
        rounds=tuple(
            sorted((each for _, each in standing.rounds), key=lambda each: (each.shift_start, each.carer))
        ),
        unserved=tuple(key for key in ordered if key in standing.unserved),
    )


def _telling(progress: Reporter, task: str) -> Reporter:
    return lambda seen: progress(Progress(task=task, done=seen.done, total=seen.total))
