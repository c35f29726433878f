"""The front door: packages to providers under a policy, solved, checked, stamped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geodata.travel import StraightLine, TravelModel
from optimiser.allocation.cascade import cascade
from optimiser.allocation.check import Breach, check
from optimiser.allocation.explain import why_unplaced
from optimiser.allocation.policy import DUTIES, DUTY_FIRST, Objective, Policy, Seats, policy_called
from optimiser.allocation.problem import Prepared, Problem
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.room import Room, promoted
from optimiser.allocation.rules import Terms
from optimiser.allocation.search import Search, improve_compactness, improve_objective
from optimiser.allocation.stages import Engine, InTurn
from optimiser.allocation.standing import Standing, current
from optimiser.allocation.with_highs import WithHighs
from optimiser.allocation.words import hours, pounds
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.model.price import last_resort_cost
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy

DEFAULT_LIMITS = Limits(gap=1e-4)
SHARE_OF_PROOF = 0.6
"""Of the seconds given, what the proof may take where a search for short roads comes after it."""


class UnsoundAllocationError(Exception):
    """An answer broke a rule: a fault of ours, never of the data."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(breaches)
        self.breaches = tuple(breaches)

    def __str__(self) -> str:
        shown = "\n".join(f"  {each}" for each in self.breaches[:10])
        more = f"\n  and {len(self.breaches) - 10} more" if len(self.breaches) > 10 else ""
        return f"the allocation breaks {len(self.breaches)} rules:\n{shown}{more}"


@dataclass(frozen=True, slots=True)
class _Task:
    """Everything that one run needs."""

    instance: Instance
    policy: Policy
    terms: Terms
    problem: Problem
    travel: TravelModel
    limits: Limits
    seed: int
    search: Search
    engine: Engine
    progress: Reporter
    begun: float
    standing: Standing | None

    def left(self, share: float = 1.0) -> float | None:
        """Seconds left of a share of the time given."""
        if self.limits.seconds is None:
            return None
        return max(0.0, share * self.limits.seconds - (time.perf_counter() - self.begun))


def allocate(
    instance: Instance,
    *,
    policy: Policy | str = "ranked",
    travel: TravelModel | None = None,
    limits: Limits = DEFAULT_LIMITS,
    seed: int = 0,
    search: Search | None = None,
    engine: Engine | None = None,
    prepared: Prepared | None = None,
    keep: bool = False,
    progress: Reporter = silent,
) -> Result[Allocation]:
    """Place every package of an instance with a provider, or with the provider of last resort.

    Parameters
    ----------
    policy
        ``cascade``, ``ranked``, ``coherent``, ``cost``, ``scored``, one that the contract defines, or one of
        your own.
    travel
        How far people live apart, for a policy that draws them together; straight lines where ``None``.
    limits
        ``gap`` is for what the policy proves; ``iterations`` are nodes of each proof. With ``seconds`` an
        answer that time cut short need not come out twice, and says so.
    search
        Settings of the search that starts the proof, and draws people together after it.
    engine
        What proves: HiGHS where ``None``; :class:`~optimiser.allocation.with_cp_sat.WithCpSat` is the other.
    prepared
        The instance's contract and problem, where they are known already.
    keep
        Whether packages stay with their present provider while the contract lets them
        (:mod:`~optimiser.allocation.standing`). Objective, bound and gap are then of the rest.

    Returns
    -------
    A result whose objective, bound and gap are those of the policy's ``proven`` objective with the widest
    gap, and whose message tells all of them. ``cascade`` proves nothing: it has an ordered cost and no bound.

    Raises
    ------
    ValueError
        For a policy nobody knows.
    UnsoundAllocationError
        Where the checker finds a breach in our own answer.
    """
    begun = time.perf_counter()
    policy = policy_called(policy, instance.framework) if isinstance(policy, str) else policy
    progress(Progress(task="reading the contract"))
    prepared, engine = prepared or Prepared.of(instance), engine or WithHighs()
    standing = Standing.of(prepared.problem, current(instance), engine=engine, seed=seed) if keep else None
    task = _Task(
        instance=instance,
        policy=policy,
        terms=prepared.terms,
        problem=prepared.problem if standing is None else standing.rest(),
        travel=travel or StraightLine(kinds=instance.area_kinds),
        limits=limits,
        seed=seed,
        search=search or Search(),
        engine=engine,
        progress=progress,
        begun=begun,
        standing=standing,
    )
    result = _by_cascade(task) if policy.one_by_one else _by_proof(task)
    allocation = _allocation(task, prepared.problem, result.solution)
    breaches = check(instance, allocation, rank_faithful=policy.is_rank_faithful)
    if breaches:
        raise UnsoundAllocationError(breaches)
    return _stamped(task, result, allocation)


def _by_cascade(task: _Task) -> Result[Seats]:
    """One package at a time: nothing is proven, so there is no bound."""
    begun, solver = time.perf_counter(), InTurn(engine=task.engine, objectives=(Objective.ORDERED_COST,))
    seats = cascade(task.problem)
    seats, stages = solver.prove(task.problem, limits=Limits(seconds=0.0), seed=task.seed, start=seats)
    scale = solver.result(task.problem, seats, stages, limits=task.limits, seed=task.seed, begun=begun)
    return replace(
        scale,
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.ITERATIONS,
        bound=None,
        iterations=len(task.problem.needs),
        message=f"one package at a time; {_told(task.problem, seats)}",
    )


def _by_proof(task: _Task) -> Result[Seats]:
    """What the policy proves; then, where it counts travel, compact territories within what it may spend."""
    problem, policy, begun = task.problem, task.policy, time.perf_counter()
    compact = policy.spent_on_compactness is not None
    engine = task.engine
    solver = InTurn(
        engine=engine,
        objectives=(*policy.proven, Objective.ORDERED_COST) if compact else policy.proven,
        tolerances=(*policy.tolerances, 0) if compact and policy.tolerances else policy.tolerances,
    )
    start = cascade(problem)
    if policy.is_rank_faithful:
        start = promoted(problem, start)
    for objective in solver.objectives:
        # In parts, the relaxation is a better guide than annealing, and sooner there.
        in_parts = isinstance(engine, WithHighs) and engine.is_large(problem)
        if objective.is_money and not in_parts:
            duty = Objective.UNPLACED in solver.objectives
            start = improve_objective(
                problem, start, objective, search=task.search, seed=task.seed, duty=duty
            )
    seats, stages = solver.prove(
        problem,
        limits=replace(task.limits, seconds=task.left(SHARE_OF_PROOF if compact else 1.0)),
        seed=task.seed,
        start=start,
        progress=task.progress,
    )
    if policy.is_rank_faithful:
        seats = promoted(problem, seats)
    said, late = "", False
    if policy.spent_on_compactness is not None:
        least = stages[-1].bound
        found = improve_compactness(
            problem,
            seats,
            Proximity.of(task.instance, problem, task.travel),
            most_ordered_cost=(1 + policy.spent_on_compactness) * least,
            duties=[each for each in DUTIES if each in (*DUTY_FIRST, *policy.proven)],
            search=task.search,
            seed=task.seed,
            seconds=task.left(),
            progress=task.progress,
        )
        seats, late = found.seats, found.out_of_time
        ordered = Objective.ORDERED_COST.total(problem, seats)
        said = f"; ordered cost {pounds(ordered)} a week (none below {pounds(least)})"
    shown = stages[: len(policy.proven)]
    result = solver.result(problem, seats, shown, limits=task.limits, seed=task.seed, begun=begun)
    return replace(
        result,
        message=f"{result.message}{said}; {_told(problem, seats)}",
        stopped_by=StoppedBy.TIME if late else result.stopped_by,
        iterations=sum(stage.nodes for stage in stages),
    )


def _told(problem: Problem, seats: Seats) -> str:
    """What every policy is judged by, in words."""
    unplaced = Objective.UNPLACED.total(problem, seats)
    steps = {each: each.total(problem, seats) // HOUR for each in (Objective.TIER, Objective.POSITION)}
    return (
        f"{hours(unplaced) if unplaced else 'nothing'} a week with last resort; "
        f"hours × tier {steps[Objective.TIER]:,}, hours × position {steps[Objective.POSITION]:,}; "
        f"{pounds(Objective.COST.total(problem, seats))} a week"
    )


def _allocation(task: _Task, problem: Problem, seats: Seats) -> Allocation:
    """The answer for all packages, those that stand from before among them."""
    placements, unplaced, kept = [], [], frozenset[PackageId]()
    if task.standing is not None:
        seats, kept = task.standing.whole(seats), task.standing.kept
    room, packages = Room(problem, seats), task.instance.package_by_id
    for need, seat in zip(problem.needs, seats, strict=True):
        if seat is None:
            reason = why_unplaced(task.instance, task.terms, problem, room, need)
            unplaced += [
                Unplaced(
                    package=member,
                    reason=reason,
                    weekly_cost=last_resort_cost(packages[member], task.instance.framework),
                )
                for member in need.members
            ]
            continue
        candidate = need.candidates[seat]
        placements += [
            Placement(
                package=part.package,
                provider=candidate.provider,
                lot=need.lot,
                tier=part.tier,
                position=part.position,
                weekly_cost=part.weekly_cost,
                kept=part.package in kept,
            )
            for part in candidate.parts
        ]
    return Allocation(policy=task.policy.name, placements=tuple(placements), unplaced=tuple(unplaced))


def _start(task: _Task) -> str | None:
    start = None if task.policy.one_by_one else "cascade"
    if task.standing is None:
        return start
    return f"{len(task.standing.kept)} packages stand from before" + (f", {start}" if start else "")


def _stamped(task: _Task, result: Result[Seats], allocation: Allocation) -> Result[Allocation]:
    policy, engines = task.policy, ["cascade"] if task.policy.one_by_one else [task.engine.name, "annealing"]
    settings = {"policy": canonical(policy)}
    if not policy.one_by_one:
        settings["search"] = canonical(task.search)
        settings["engine"] = canonical(task.engine)
    if policy.spent_on_compactness is not None:
        settings["travel"] = task.travel.name
    return Result(
        status=result.status,
        stopped_by=result.stopped_by,
        found=allocation,
        objective=result.objective,
        bound=result.bound,
        components=result.components,
        seconds=time.perf_counter() - task.begun,
        iterations=result.iterations,
        trace=result.trace,
        provenance=replace(
            result.provenance,
            solver=" + ".join(engines),
            settings=settings,
            seed=task.seed,
            limits=task.limits,
            rules_hash=canonical_hash(task.instance.framework),
            rules_version=task.instance.framework.version,
            versions=versions(),
            start=_start(task),
        ),
        message=result.message,
    )
