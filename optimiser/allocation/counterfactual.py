"""What would have been, had something been otherwise: solved anew, never guessed.

A change is made to the problem, and the same objectives are proven again in the same order, starting from the
answer. So that a difference speaks of the change alone, the answer itself is proven again by the same solver
first (:func:`baseline`); and of all answers as good, the one is taken that moves the fewest packages, so that
who moves is who must.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from optimiser.allocation.cascade import cascade
from optimiser.allocation.explain import seats_of
from optimiser.allocation.formulation import build_model
from optimiser.allocation.policy import DUTY_FIRST, Objective, Policy, Seats
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.room import Room, promoted
from optimiser.allocation.stages import InTurn, Stage
from optimiser.allocation.with_highs import WithHighs
from optimiser.allocation.words import hours, part_of_week
from optimiser.model.calendar import Band, DayType
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits
from optimiser.solving.progress import silent
from optimiser.solving.with_pulp import run


class ImpossibleChangeError(ValueError):
    """A change that the contract leaves no room for; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A package, and its household, goes to a provider or to last resort (``None``), whatever else."""

    package: PackageId
    provider: ProviderId | None

    def __str__(self) -> str:
        return f"{self.package} with {self.provider or 'last resort'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """A provider has more capacity in one row: seconds a week. Band and day type name it, or neither."""

    provider: ProviderId
    seconds: int
    band: Band | None = None
    day_type: DayType | None = None
    locality: str | None = None

    def __str__(self) -> str:
        where = f" in {self.locality}" if self.locality else ""
        return (
            f"{hours(self.seconds)} more {part_of_week(self.band, self.day_type)} at {self.provider}{where}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """A provider takes nothing."""

    provider: ProviderId

    def __str__(self) -> str:
        return f"without {self.provider}"


Change = Fix | Raise | Remove


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A package that stands elsewhere than in the answer; ``None`` is last resort."""

    package: PackageId
    before: ProviderId | None
    after: ProviderId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """An answer, and what it comes to by the solver that the changes are solved by.

    Attributes
    ----------
    objectives
        Proven in this order; empty for one package at a time.
    """

    instance: Instance
    problem: Problem
    seats: Seats
    policy: Policy
    objectives: tuple[Objective, ...]
    limits: Limits
    seed: int
    totals: Mapping[Objective, int]
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What a change would have led to.

    Attributes
    ----------
    before, after
        Every objective there is; those of ``proven`` come first and decide.
    stages_before, stages
        How each objective was proven, the rest of the book after a package was fixed; empty for one package
        at a time.
    moves
        Who stands elsewhere, the package that was fixed included.
    """

    change: Change
    before: Mapping[Objective, int]
    after: Mapping[Objective, int]
    stages_before: tuple[Stage, ...]
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    seconds: float

    @property
    def is_proven(self) -> bool:
        """Whether each objective was proven to the last unit."""
        return all(stage.gap == 0 for stage in self.stages)

    def difference(self, objective: Objective) -> int:
        """How much more of an objective."""
        return self.after[objective] - self.before[objective]

    def between(self, objective: Objective) -> tuple[int, int] | None:
        """Least and most by which the best there is could differ; ``None`` for what is not proven in turn.

        Both ends are the difference where both answers are proven to the last unit.
        """
        before = next((each for each in self.stages_before if each.objective is objective), None)
        after = next((each for each in self.stages if each.objective is objective), None)
        if before is None or after is None:
            return None
        difference = self.difference(objective)
        return difference - (after.value - after.bound), difference + (before.value - before.bound)

    def __str__(self) -> str:
        told = [_more(each, self.difference(each)) for each in Objective if self.difference(each)]
        moved = f"{len(self.moves)} package{'' if len(self.moves) == 1 else 's'} would stand elsewhere"
        return f"{self.change}: {', '.join(told) or 'nothing changes in the sums'}; {moved}"


def baseline(
    instance: Instance, problem: Problem, seats: Seats, *, policy: Policy, limits: Limits, seed: int = 0
) -> Baseline:
    """The answer to measure changes against.

    A policy that also draws people together by search is measured by what it proves and by ordered cost: what
    a search finds would differ without any change.
    """
    objectives = () if policy.one_by_one else _objectives(policy)
    found, stages = _solve(problem, seats, policy, objectives, limits, seed)
    return Baseline(
        instance=instance,
        problem=problem,
        seats=found,
        policy=policy,
        objectives=objectives,
        limits=limits,
        seed=seed,
        totals=_totals(problem, found),
        stages=stages,
    )


def counterfactual(base: Baseline, change: Change) -> Counterfactual:
    """Solve a change.

    Raises
    ------
    ImpossibleChangeError
        Where a package is to go to a provider that the rules keep from it, or a row is not there.
    """
    begun = time.perf_counter()
    problem, start, fixed = _changed(base, change)
    seats, stages = _solve(problem, start, base.policy, base.objectives, base.limits, base.seed)
    after = {name: total + fixed.get(name, 0) for name, total in _totals(problem, seats).items()}
    return Counterfactual(
        change=change,
        before=base.totals,
        after=after,
        stages_before=base.stages,
        stages=stages,
        moves=_moves(base, change, problem, seats),
        seconds=time.perf_counter() - begun,
    )


def _objectives(policy: Policy) -> tuple[Objective, ...]:
    if policy.spent_on_compactness is None:
        return policy.proven
    return (*(policy.proven or DUTY_FIRST), Objective.ORDERED_COST)


def _totals(problem: Problem, seats: Seats) -> dict[Objective, int]:
    return {each: each.total(problem, seats) for each in Objective}


def _changed(base: Baseline, change: Change) -> tuple[Problem, Seats, Mapping[Objective, int]]:
    """The problem as it would be, where the answer stands in it, and what is fixed outside of it."""
    match change:
        case Fix():
            return _fixed(base, change)
        case Remove():
            problem = _without(base.problem, change.provider)
            return problem, seats_of(problem, _placed(base.problem, base.seats)), {}
        case Raise():
            problem = build_problem(_raised(base.instance, change))
            return problem, seats_of(problem, _placed(base.problem, base.seats)), {}
        case _:
            assert_never(change)


def _placed(problem: Problem, seats: Seats) -> dict[PackageId, ProviderId]:
    return {
        package: need.candidates[seat].provider
        for need, seat in zip(problem.needs, seats, strict=True)
        if seat is not None
        for package in need.members
    }


def _fixed(base: Baseline, change: Fix) -> tuple[Problem, Seats, Mapping[Objective, int]]:
    """The rest of the book, in what room the fixed package leaves."""
    number = base.problem.number_of.get(change.package)
    if number is None:
        raise ImpossibleChangeError(f"no package called {change.package!r}")
    need = base.problem.needs[number]
    candidate = next((each for each in need.candidates if each.provider == change.provider), None)
    if candidate is None and change.provider is not None:
        raise ImpossibleChangeError(f"the rules keep {change.provider} from {change.package}")
    used = dict(candidate.uses) if candidate else {}
    rows = tuple(
        replace(row, limit=row.limit - used[n]) if n in used else row
        for n, row in enumerate(base.problem.rows)
    )
    promises = tuple(
        each.less(each.used_by(need.members)) if candidate and each.provider == candidate.provider else each
        for each in base.problem.promises
    )
    needs = base.problem.needs[:number] + base.problem.needs[number + 1 :]
    rest = replace(base.problem, rows=rows, needs=needs, promises=promises)
    start = _fitting(rest, base.seats[:number] + base.seats[number + 1 :])
    return rest, start, {each: each.of(base.problem, need, candidate) for each in Objective}


def _fitting(problem: Problem, seats: Seats) -> Seats:
    """Seats without those for which there is no room any more, in order of package."""
    room, kept = Room(problem), list[int | None]()
    for need, seat in zip(problem.needs, seats, strict=True):
        fits = seat is not None and room.fits(need.candidates[seat])
        if fits and seat is not None:
            room.take(need.candidates[seat])
        kept.append(seat if fits else None)
    return tuple(kept)


def _without(problem: Problem, provider: ProviderId) -> Problem:
    if not any(each.provider == provider for need in problem.needs for each in need.candidates):
        raise ImpossibleChangeError(f"{provider!r} may serve no package as it is")
    return replace(
        problem,
        needs=tuple(
            replace(need, candidates=tuple(each for each in need.candidates if each.provider != provider))
            for need in problem.needs
        ),
    )


def _raised(instance: Instance, change: Raise) -> Instance:
    """The instance with more capacity stated: what was too large for a provider alone may then fit."""
    key = (change.provider, change.locality, change.band, change.day_type)
    alike = [each for each in instance.capacities if _key_of(each) == key]
    if not alike:
        raise ImpossibleChangeError(
            f"{change.provider!r} states no capacity {part_of_week(change.band, change.day_type)}"
        )
    return replace(
        instance,
        capacities=tuple(
            replace(each, spare=max(0, each.spare + change.seconds)) if _key_of(each) == key else each
            for each in instance.capacities
        ),
    )


def _key_of(capacity: object) -> tuple[object, ...]:
    return tuple(getattr(capacity, name) for name in ("provider", "locality", "band", "day_type"))


def _solve(
    problem: Problem,
    start: Seats,
    policy: Policy,
    objectives: tuple[Objective, ...],
    limits: Limits,
    seed: int,
) -> tuple[Seats, tuple[Stage, ...]]:
    if policy.one_by_one:
        return cascade(problem), ()
    feasible = _fitting(problem, start)
    if policy.is_rank_faithful:
        feasible = promoted(problem, feasible)
    solver = InTurn(engine=WithHighs(), objectives=objectives)
    seats, stages = solver.prove(problem, limits=limits, seed=seed, start=feasible)
    seats = _fewest_moves(problem, seats, start, stages, limits, seed)
    if policy.is_rank_faithful:
        seats = promoted(problem, seats)
    return seats, tuple(replace(each, value=each.objective.total(problem, seats)) for each in stages)


def _fewest_moves(
    problem: Problem, seats: Seats, answer: Seats, stages: Sequence[Stage], limits: Limits, seed: int
) -> Seats:
    """Of all seats as good in every stage, those that differ from the answer for the fewest packages."""
    if seats == answer or not problem.needs:
        return seats
    import pulp

    kept = [(stage.objective, stage.value) for stage in stages]
    model = build_model(problem, stages[0].objective, kept)
    stays = [model.u[p] if seat is None else model.x[p, seat] for p, seat in enumerate(answer)]
    model.lp.setObjective(pulp.LpAffineExpression([(each, -1) for each in stays]))
    options = {"random_seed": seed % 2**31, "mip_rel_gap": 0.0}
    values, _ = run(
        model.lp,
        model.values(seats),
        options,
        threads=1,
        seconds=limits.seconds,
        progress=silent,
        task="fewest moves",
        unit=1,
    )
    if values is None:
        return seats
    found = model.seats(values)
    as_good = all(objective.total(problem, found) <= value for objective, value in kept)
    fewer = _apart(found, answer) <= _apart(seats, answer)
    return found if as_good and fewer and _holds(problem, found) else seats


def _apart(one: Seats, other: Seats) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _holds(problem: Problem, seats: Seats) -> bool:
    return _fitting(problem, seats) == seats


def _moves(base: Baseline, change: Change, problem: Problem, seats: Seats) -> tuple[Move, ...]:
    before, after = _placed(base.problem, base.seats), _placed(problem, seats)
    if isinstance(change, Fix) and change.provider is not None:
        number = base.problem.number_of[change.package]
        after |= dict.fromkeys(base.problem.needs[number].members, change.provider)
    packages = sorted(package for need in base.problem.needs for package in need.members)
    return tuple(
        Move(package=each, before=before.get(each), after=after.get(each))
        for each in packages
        if before.get(each) != after.get(each)
    )


def _more(objective: Objective, difference: int) -> str:
    figure = objective.told(abs(difference))
    return f"{objective.value} {figure} a week {'more' if difference > 0 else 'less'}"
