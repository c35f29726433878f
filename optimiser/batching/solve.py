"""The front door of batching: lot by lot, side by side, checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from optimiser.batching.check import Breach, check
from optimiser.batching.choose import nearest, until_all_are_in, value_of
from optimiser.batching.columns import Generated, Generation, Pool, generate, most_batches
from optimiser.batching.desk import Choosing, Chosen, Desk
from optimiser.batching.partition import Annealing, partitions
from optimiser.batching.pricing import rows_of
from optimiser.batching.problem import Batch, Batches, BatchingProblem, Ints, LeftOut, RoundsEngine
from optimiser.batching.reasons import kept_out, left_beside
from optimiser.batching.rules import BatchRule
from optimiser.batching.units import Part, part_of, units_of
from optimiser.model.identifiers import LotCode
from optimiser.solving.clock import Clock
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy


class BrokenBatchesError(Exception):
    """Batches of ours broke a rule: a fault of this program."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(tuple(breaches))
        self.breaches = tuple(breaches)

    def __str__(self) -> str:
        return "; ".join(f"{each.subject}: {each.message}" for each in self.breaches[:5])


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsAndRounds:
    """Batches by column generation and set partitioning, chosen by their rounds.

    An iteration is a batch whose rounds are built. How many processes there are changes nothing.

    Attributes
    ----------
    processes
        That solve lots; ``None`` for one a core.
    """

    annealing: Annealing = field(default_factory=Annealing)
    generation: Generation = field(default_factory=Generation)
    choosing: Choosing = field(default_factory=Choosing)
    processes: int | None = None

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "column generation and rounds"

    def solve(
        self,
        problem: BatchingProblem,
        *,
        limits: Limits,
        seed: int,
        engine: RoundsEngine | None = None,
        progress: Reporter = silent,
        executor: Executor | None = None,
    ) -> Result[Batches]:
        """Solve every lot; without an engine by distance alone, and nobody asks for whole rounds.

        Raises
        ------
        BrokenBatchesError
            Where the answer fails the independent check.
        """
        begun = time.perf_counter()
        runs = [
            LotRun(
                problem=only(problem, lot),
                lot=lot,
                engine=engine,
                solver=self,
                limits=limits,
                seed=seed,
            )
            for lot in problem.lots
        ]
        answers = fan_out(
            solve_lot,
            runs,
            executor=executor,
            processes=self.processes,
            progress=progress,
            name="lots batched",
        )
        found = Batches(
            batches=tuple(batch for each in answers for batch in each.found.batches),
            left_out=tuple(
                sorted((out for each in answers for out in each.found.left_out), key=lambda out: out.package)
            ),
        )
        breaches = check(problem, found, engine)
        if breaches:
            raise BrokenBatchesError(breaches)
        return self._result(problem, found, answers, limits, seed, engine, begun)

    def _result(
        self,
        problem: BatchingProblem,
        found: Batches,
        answers: Sequence[LotAnswer],
        limits: Limits,
        seed: int,
        engine: RoundsEngine | None,
        begun: float,
    ) -> Result[Batches]:
        penalty = sum(each.penalty for each in answers)
        bound = sum(each.bound for each in answers)
        objective = found.distance + penalty
        gap = 0.0 if objective <= bound else (objective - bound) / objective
        is_proven = gap <= (problem.rules.tolerance if limits.gap is None else limits.gap)
        is_late = any(each.is_late for each in answers)
        stopped = StoppedBy.TIME if is_late else StoppedBy.GAP if is_proven else StoppedBy.ITERATIONS
        return Result(
            status=Status.OPTIMAL if objective <= bound + 0.5 else Status.FEASIBLE,
            stopped_by=stopped,
            found=found,
            objective=objective,
            bound=float(min(bound, objective)),
            components={"distance": found.distance, "left out": penalty},
            seconds=time.perf_counter() - begun,
            iterations=sum(each.built for each in answers),
            provenance=Provenance(
                solver=self.name,
                settings={
                    "solver": canonical(replace(self, processes=None)),
                    "rules": canonical(problem.rules),
                    "rounds": None if engine is None else engine.name,
                },
                seed=seed,
                limits=limits,
                input_hash=canonical_hash(
                    [problem.candidates, problem.seconds, problem.touching, problem.rules]
                ),
                versions=versions(),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LotRun:
    """One lot to solve: what a worker is handed."""

    problem: BatchingProblem
    lot: LotCode
    engine: RoundsEngine | None
    solver: ColumnsAndRounds
    limits: Limits
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAnswer:
    """One lot's batches.

    Attributes
    ----------
    penalty
        Of packages that could be in a batch and are not, in seconds a week.
    bound
        On distance and penalty together.
    built
        Batches whose rounds were built.
    """

    found: Batches
    penalty: int
    bound: float
    built: int
    is_late: bool


def only(problem: BatchingProblem, lot: LotCode) -> BatchingProblem:
    """The problem of one lot."""
    own = [n for n, each in enumerate(problem.candidates) if each.lot == lot]
    return BatchingProblem(
        candidates=tuple(problem.candidates[n] for n in own),
        seconds=problem.seconds[np.ix_(own, own)],
        touching=problem.touching,
        rules=problem.rules,
    )


def solve_lot(run: LotRun) -> LotAnswer:
    """Solve one lot; a top-level function, so that it can be sent to any process."""
    problem, clock = run.problem, Clock.of(run.limits)
    units = units_of(problem, run.lot)
    whole = part_of(problem, run.lot, units)
    pool, partitions_found = _first_batches(whole, run)
    met = {u for each in pool.members for u in each}
    lost = {u: reason for u in range(len(whole)) if u not in met and (reason := kept_out(whole, u))}
    if lost:
        part = part_of(problem, run.lot, [unit for u, unit in enumerate(units) if u not in lost])
        number = {unit: u for u, unit in enumerate(part.units)}
        kept = Pool(part=part)
        for each in pool.members:
            kept.add(tuple(number[units[u]] for u in each))
        partitions_found = [
            [tuple(number[units[u]] for u in each) for each in found] for found in partitions_found
        ]
        pool = kept
    part = pool.part
    out = [
        LeftOut(package=problem.candidates[n].package, rule=rule, reason=reason)
        for u, (rule, reason) in lost.items()
        for n in units[u]
    ]
    if not len(part) or most_batches(part) < part.rules.least_batches:
        return _too_few(run, part, out)
    penalties = part.count * part.rules.left_out
    first, *others = [_as_chosen(pool, found) for found in partitions_found] or [_as_chosen(pool, [])]
    generated = generate(part, pool, rows_of(part), penalties, run.solver.generation, clock)
    choosing = run.solver.choosing
    if run.engine is None:  # nothing is chosen after distance: then it is to be the least
        choosing = replace(choosing, enough=0.0)
    chosen = nearest(part, pool, generated, penalties, first, choosing, run.seed)
    desk: Desk | None = None
    if run.engine is not None and chosen.batches and not chosen.short:
        settings = choosing
        if run.limits.iterations is not None:
            settings = replace(settings, evaluations=run.limits.iterations)
        desk = Desk(
            part=part, pool=pool, engine=run.engine, candidates=problem.candidates, stub=settings.stub
        )
        starts = _starts(chosen, [first, *others], pool, penalties, generated, choosing.starts)
        chosen = until_all_are_in(part, pool, generated, penalties, starts, desk, settings, run.seed, clock)
    if chosen.short or not chosen.batches:
        return _too_few(run, part, out)
    return _answer(run, part, pool, generated, chosen, desk, out, clock)


def _starts(
    chosen: Chosen,
    partitions: Sequence[Chosen],
    pool: Pool,
    penalties: Ints,
    generated: Generated,
    most: int,
) -> list[Chosen]:
    """Where searches by rounds begin: partitions near the bound, then the nearest of those that are not."""
    near = generated.bound / (1 - pool.part.rules.tolerance)
    rest = [each for each in partitions if not each.short and each.batches != chosen.batches]
    inside = [each for each in rest if value_of(pool, penalties, each) <= near]
    beyond = [each for each in rest if value_of(pool, penalties, each) > near]
    return [chosen, *inside[: most - 2], *beyond[:1]]


def _as_chosen(pool: Pool, partition: list[tuple[int, ...]]) -> Chosen:
    met = {u for each in partition for u in each}
    return Chosen(
        batches=tuple(sorted(pool.number[each] for each in partition)),
        left_out=tuple(u for u in range(len(pool.part)) if u not in met),
        short=len(partition) < pool.part.rules.least_batches,
    )


def _first_batches(part: Part, run: LotRun) -> tuple[Pool, list[list[tuple[int, ...]]]]:
    """Batches of annealed partitions; and the best of each run and number of batches, best first."""
    pool, rows = Pool(part=part), rows_of(part)
    rules = part.rules
    if not len(part):
        return pool, []
    best: dict[tuple[int, int], tuple[float, list[tuple[int, ...]]]] = {}
    penalties = part.count * rules.left_out
    fewest = max(
        rules.least_batches,
        int(-(-int(part.care.sum()) // rules.most_care)),
        int(-(-int(part.count.sum()) // rules.most_packages)),
    )
    settings = run.solver.annealing
    tried = range(fewest, max(fewest, most_batches(part)) + 1)[: settings.numbers]
    for batches, start in product(tried, range(settings.starts)):
        for found in partitions(part, rows, batches, penalties, settings, run.seed + 1000 * start + batches):
            numbers = [pool.add(each) for each in found]
            out = penalties.sum() - sum(penalties[list(each)].sum() for each in found)
            value = float(sum(pool.distance[k] for k in numbers) + out)
            known = best.get((len(found), start))
            if len(found) >= rules.least_batches and (known is None or value < known[0]):
                best[len(found), start] = value, found
    return pool, [found for _, found in sorted(best.values(), key=lambda each: (each[0], len(each[1])))]


def _too_few(run: LotRun, part: Part, out: list[LeftOut]) -> LotAnswer:
    """A lot that cannot be cut into as many batches as it must: none is made."""
    rules = part.rules
    reason = (
        f"lot {run.lot} cannot be cut into {rules.least_batches} batches, one more than bidders expected: "
        f"{int(part.count.sum())} packages that fit batches, {int(part.care.sum()) // 3600} h a week"
    )
    more = [
        LeftOut(package=run.problem.candidates[n].package, rule=BatchRule.NUMBER, reason=reason)
        for unit in part.units
        for n in unit
    ]
    found = Batches(batches=(), left_out=tuple(sorted([*out, *more], key=lambda each: each.package)))
    return LotAnswer(found=found, penalty=0, bound=0.0, built=0, is_late=False)


def _answer(
    run: LotRun,
    part: Part,
    pool: Pool,
    generated: Generated,
    chosen: Chosen,
    desk: Desk | None,
    out: list[LeftOut],
    clock: Clock,
) -> LotAnswer:
    candidates = run.problem.candidates
    order = sorted(chosen.batches, key=lambda k: part.members(pool.members[k]))
    batches = []
    for number, k in enumerate(order, start=1):
        units = pool.members[k]
        batches.append(
            Batch(
                id=f"{run.lot}-B{number:02d}",
                lot=run.lot,
                packages=tuple(candidates[n].package for n in part.members(units)),
                middle=candidates[int(part.middles[pool.middle[k]])].package,
                distance=pool.distance[k],
                care=int(part.care[list(units)].sum()),
                rounds=None if desk is None else desk.ask(k),
            )
        )
    named = [(batch.id, pool.members[k]) for batch, k in zip(batches, order, strict=True)]
    for u in chosen.left_out:
        rule, reason = left_beside(part, u, named)
        out = out + [LeftOut(package=candidates[n].package, rule=rule, reason=reason) for n in part.units[u]]
    return LotAnswer(
        found=Batches(batches=tuple(batches), left_out=tuple(sorted(out, key=lambda each: each.package))),
        penalty=int((part.count[list(chosen.left_out)] * part.rules.left_out).sum()),
        bound=generated.bound,
        built=0 if desk is None else len(desk.built),
        is_late=clock.is_over(),
    )
