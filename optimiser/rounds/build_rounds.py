"""The front door of rounds: an allocation and a day in, every provider's checked rounds out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.rounds import DayPlan, RoundPlan
from optimiser.rounds.check import Breach, check_day
from optimiser.rounds.large_day import LargeDays, solve_large_day
from optimiser.rounds.prepare import Day, Work, gather_work, prepare_work
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.round_plan import in_nouns
from optimiser.rounds.rules import RoundRules, Weights
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy
from optimiser.solving.solver import Solver


class BrokenPlanError(Exception):
    """A solver's plan broke a rule: a fault of ours, never of the input."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        self.breaches = tuple(breaches)
        super().__init__(self.breaches)

    def __str__(self) -> str:
        return "; ".join(f"{each.rule} at {each.provider}: {each.message}" for each in self.breaches[:5])


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRun:
    """One day to solve with one seed: what a worker is handed."""

    day: Day
    solver: Solver[Problem, Plan]
    limits: Limits
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSettings:
    """How rounds are asked for: rules, prices, the solver that builds them, how large days are cut."""

    rules: RoundRules = field(default_factory=RoundRules)
    weights: Weights = field(default_factory=Weights)
    solver: Solver[Problem, Plan] = field(default_factory=RuinAndRecreate)
    large: LargeDays = field(default_factory=LargeDays)


def gather_days(
    instance: Instance,
    allocation: Allocation,
    *,
    day: Weekday,
    providers: Iterable[ProviderId] | None = None,
) -> tuple[Work, ...]:
    """Work of each provider that holds a package, in order of provider.

    Raises
    ------
    KeyError
        For a provider that the instance does not have.
    """
    by_provider = instance.provider_by_id
    packages = instance.package_by_id
    held: dict[ProviderId, list[Package]] = {}
    for placement in allocation.placements:
        held.setdefault(placement.provider, []).append(packages[placement.package])
    wanted = sorted(held) if providers is None else sorted(providers)
    return tuple(
        gather_work(instance, by_provider[provider], held.get(provider, []), day=day) for provider in wanted
    )


def prepare_days(
    instance: Instance,
    allocation: Allocation,
    *,
    day: Weekday,
    travel: TravelModel,
    settings: RoundSettings,
    providers: Iterable[ProviderId] | None = None,
) -> tuple[Day, ...]:
    """Problem of each provider that holds a package, whole, in order of provider.

    Raises
    ------
    KeyError
        For a provider that the instance does not have.
    """
    return tuple(
        prepare_work(work, travel=travel, rules=settings.rules, weights=settings.weights)
        for work in gather_days(instance, allocation, day=day, providers=providers)
    )


def solve_day(run: DayRun) -> Result[Plan]:
    """Solve one provider's day; a top-level function, so that it can be sent to any process."""
    return run.solver.solve(run.day.problem, limits=run.limits, seed=run.seed)


def build_rounds(
    instance: Instance,
    allocation: Allocation,
    *,
    day: Weekday | str = Weekday.TUESDAY,
    providers: Iterable[ProviderId] | None = None,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> Result[DayPlan]:
    """Build every provider's rounds for one day, check them, and say where they came from.

    Parameters
    ----------
    day
        Day of the week, or its name in English.
    providers
        Whose rounds; everybody's by default.
    travel
        How travel is known; a straight-line estimate by default, and the plan's outputs must say so.
    limits
        For each provider's day. By default the solver's own number of iterations.
    executor
        Where the days are solved; a process for each core by default.

    Raises
    ------
    BrokenPlanError
        Where a plan fails the independent check: a fault of this program.
    """
    began = time.perf_counter()
    day = Weekday(day.lower()) if isinstance(day, str) else day
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or RoundSettings()
    limits = limits or Limits()
    works = gather_days(instance, allocation, day=day, providers=providers)
    warm_up(progress=progress)
    results: dict[ProviderId, Result[RoundPlan]] = {}
    small = [work for work in works if not settings.large.is_large(work, settings.weights)]
    days = [
        prepare_work(work, travel=travel, rules=settings.rules, weights=settings.weights) for work in small
    ]
    runs = [DayRun(day=each, solver=settings.solver, limits=limits, seed=seed) for each in days]
    solved = fan_out(solve_day, runs, executor=executor, progress=progress, name="rounds")
    for each, result in zip(days, solved, strict=True):
        results[each.provider] = in_nouns(each, result)
    for work in works:
        if work.provider.id not in results:
            results[work.provider.id] = solve_large_day(
                work,
                travel=travel,
                rules=settings.rules,
                weights=settings.weights,
                solver=settings.solver,
                large=settings.large,
                limits=limits,
                seed=seed,
                executor=executor,
                progress=progress,
            )
    plan = DayPlan(day=day, plans=tuple(each.solution for each in results.values()))
    if providers is None:
        confirm(instance, allocation, plan, travel=travel, rules=settings.rules)
    stops = {result.stopped_by for result in results.values()}
    components: dict[str, int] = {}
    for found in results.values():
        for name, value in found.components.items():
            components[name] = components.get(name, 0) + value
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.TIME if StoppedBy.TIME in stops else StoppedBy.ITERATIONS,
        found=plan,
        objective=sum(result.objective or 0 for result in results.values()),
        bound=None,
        components=components,
        seconds=time.perf_counter() - began,
        iterations=sum(result.iterations for result in results.values()),
        trace=next(iter(results.values())).trace if len(results) == 1 else (),
        provenance=Provenance(
            solver=settings.solver.name,
            settings={"rules": settings.rules, "weights": settings.weights, "travel": travel.name},
            seed=seed,
            limits=limits,
            input_hash=canonical_hash([instance, allocation, day.value]),
            versions=versions(),
        ),
    )


def confirm(
    instance: Instance,
    allocation: Allocation,
    plan: DayPlan,
    *,
    travel: TravelModel,
    rules: RoundRules,
) -> None:
    """Raise :class:`BrokenPlanError` unless the independent check passes."""
    breaches = check_day(instance, allocation, plan, travel=travel, rules=rules)
    if breaches:
        raise BrokenPlanError(breaches)
