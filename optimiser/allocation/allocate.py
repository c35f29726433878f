"""The front door: packages to providers under a policy, solved, checked, stamped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geodata.travel import StraightLine, TravelModel
from optimiser.allocation.cascade import cascade
from optimiser.allocation.check import Breach, check
from optimiser.allocation.explain import why_unplaced
from optimiser.allocation.policy import DUTY_FIRST, Improvement, Objective, Policy, Seats, policy_called
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.proximity import Proximity
from optimiser.allocation.room import Room, promoted
from optimiser.allocation.rules import Terms
from optimiser.allocation.search import Search, improve_compactness, improve_objective, improve_order
from optimiser.allocation.with_highs import WithHighs, relaxation
from optimiser.allocation.words import hours, pounds
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy

DEFAULT_LIMITS = Limits(gap=1e-4)
SHARE_OF_PROOF = 0.6
"""Of the seconds given, what the exact engine may take before the search begins."""


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
    progress: Reporter
    begun: float

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
    progress: Reporter = silent,
) -> Result[Allocation]:
    """Place every package of an instance with a provider, or with the provider of last resort.

    Parameters
    ----------
    policy
        ``cascade``, ``ranked``, ``coherent``, ``cost``, or a policy of your own.
    travel
        How far people live apart, for a policy that draws them together; straight lines where ``None``.
    limits
        ``gap`` is for what the policy proves; ``iterations`` are nodes of each proof. With ``seconds`` an
        answer that time cut short need not come out twice, and says so.
    search
        Settings of what improves the answer after the proof.

    Returns
    -------
    A result whose objective, bound and gap speak of the policy's ``proven`` objectives (weighted so that the
    first outweighs the second), and whose message tells what was improved beyond them.

    Raises
    ------
    ValueError
        For a policy nobody knows.
    UnsoundAllocationError
        Where the checker finds a breach in our own answer.
    """
    begun = time.perf_counter()
    policy = policy_called(policy) if isinstance(policy, str) else policy
    progress(Progress(task="reading the contract"))
    terms = Terms.of(instance)
    task = _Task(
        instance=instance,
        policy=policy,
        terms=terms,
        problem=build_problem(instance, terms),
        travel=travel or StraightLine(kinds=instance.area_kinds),
        limits=limits,
        seed=seed,
        search=search or Search(),
        progress=progress,
        begun=begun,
    )
    result = _by_cascade(task) if policy.one_by_one else _by_proof(task)
    allocation = _allocation(task, result.solution)
    breaches = check(instance, allocation, rank_faithful=policy.is_rank_faithful)
    if breaches:
        raise UnsoundAllocationError(breaches)
    return _stamped(task, result, allocation)


def _by_cascade(task: _Task) -> Result[Seats]:
    """One package at a time: nothing is proven, so there is no bound."""
    seats = cascade(task.problem)
    # The same scale as the other policies', so that answers can be set side by side.
    scale = WithHighs(objectives=DUTY_FIRST).solve(
        task.problem, limits=Limits(seconds=0.0), seed=task.seed, start=seats
    )
    return replace(
        scale,
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.ITERATIONS,
        bound=None,
        iterations=len(task.problem.needs),
        message=f"one package at a time; {_told(task.problem, seats, {})}",
    )


def _by_proof(task: _Task) -> Result[Seats]:
    """What the policy proves, then what it improves."""
    problem, policy = task.problem, task.policy
    start = cascade(problem)
    if policy.proven and policy.proven[0] is Objective.COST:
        start = improve_objective(problem, start, Objective.COST, search=task.search, seed=task.seed)
    result = WithHighs(objectives=policy.proven).solve(
        problem,
        limits=replace(task.limits, seconds=task.left(SHARE_OF_PROOF)),
        seed=task.seed,
        start=start,
        progress=task.progress,
    )
    seats, late, bounds = result.solution, False, dict[Objective, int]()
    if policy.is_rank_faithful:
        seats = promoted(problem, seats)
    if policy.improved is not None:
        found = improve_order(
            problem, seats, search=task.search, seed=task.seed, seconds=task.left(), progress=task.progress
        )
        seats, late = found.seats, found.out_of_time
    if policy.improved is Improvement.ORDER and not late:
        kept = [(each, each.total(problem, seats)) for each in policy.proven]
        bounds = {each: relaxation(problem, each, kept) for each in (Objective.TIER, Objective.POSITION)}
    if policy.improved is Improvement.COMPACTNESS:
        compact = improve_compactness(
            problem,
            seats,
            Proximity.of(task.instance, task.travel),
            search=task.search,
            seed=task.seed,
            seconds=task.left(),
            progress=task.progress,
        )
        seats, late = compact.seats, late or compact.out_of_time
    message = f"{result.message}; {_told(problem, seats, bounds)}"
    return replace(
        result, found=seats, message=message, stopped_by=StoppedBy.TIME if late else result.stopped_by
    )


def _told(problem: Problem, seats: Seats, bounds: dict[Objective, int]) -> str:
    """The objectives in words, each with whatever bound is known."""

    def hour_steps(objective: Objective) -> str:
        total = objective.total(problem, seats) // 3600
        least = f" (no allocation below {bounds[objective] // 3600:,})" if objective in bounds else ""
        return f"{total:,}{least}"

    unplaced = Objective.UNPLACED.total(problem, seats)
    return (
        f"{hours(unplaced) if unplaced else 'nothing'} a week with last resort; "
        f"hours × tier {hour_steps(Objective.TIER)}, hours × position {hour_steps(Objective.POSITION)}; "
        f"{pounds(Objective.COST.total(problem, seats))} a week"
    )


def _allocation(task: _Task, seats: Seats) -> Allocation:
    placements, unplaced = [], []
    room = Room(task.problem, seats)
    for need, seat in zip(task.problem.needs, seats, strict=True):
        if seat is None:
            reason = why_unplaced(task.instance, task.terms, task.problem, room, need)
            unplaced.append(Unplaced(package=need.package, reason=reason, weekly_cost=need.last_resort_cost))
            continue
        candidate = need.candidates[seat]
        placements.append(
            Placement(
                package=need.package,
                provider=candidate.provider,
                lot=need.lot,
                tier=candidate.tier,
                position=candidate.position,
                weekly_cost=candidate.weekly_cost,
            )
        )
    return Allocation(policy=task.policy.name, placements=tuple(placements), unplaced=tuple(unplaced))


def _stamped(task: _Task, result: Result[Seats], allocation: Allocation) -> Result[Allocation]:
    policy, settings = task.policy, {"policy": canonical(task.policy)}
    if policy.improved is not None:
        settings["search"] = canonical(task.search)
    if policy.improved is Improvement.COMPACTNESS:
        settings["travel"] = task.travel.name
    engines = ["cascade"] if policy.one_by_one else ["highs"] + (["annealing"] if policy.improved else [])
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
            input_hash=canonical_hash(task.problem),
            versions=versions(),
            start=None if policy.one_by_one else "cascade",
        ),
        message=result.message,
    )
