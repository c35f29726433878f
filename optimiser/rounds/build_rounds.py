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
from optimiser.model.rounds import DayPlan, Rest, Round, RoundPlan, Stop
from optimiser.rounds.check import Breach, check_day
from optimiser.rounds.prepare import Day, prepare_day
from optimiser.rounds.problem import Plan, PlannedRound, Problem
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
    """How rounds are asked for: rules, prices, and the solver that builds them."""

    rules: RoundRules = field(default_factory=RoundRules)
    weights: Weights = field(default_factory=Weights)
    solver: Solver[Problem, Plan] = field(default_factory=RuinAndRecreate)


def prepare_days(
    instance: Instance,
    allocation: Allocation,
    *,
    day: Weekday,
    travel: TravelModel,
    settings: RoundSettings,
    providers: Iterable[ProviderId] | None = None,
) -> tuple[Day, ...]:
    """Problem of each provider that holds a package, in order of provider.

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
        prepare_day(
            instance,
            by_provider[provider],
            held.get(provider, []),
            day=day,
            travel=travel,
            rules=settings.rules,
            weights=settings.weights,
        )
        for provider in wanted
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
    days = prepare_days(instance, allocation, day=day, travel=travel, settings=settings, providers=providers)
    warm_up(progress=progress)
    runs = [DayRun(day=each, solver=settings.solver, limits=limits, seed=seed) for each in days]
    results = fan_out(solve_day, runs, executor=executor, progress=progress, name="rounds")
    plan = DayPlan(
        day=day, plans=tuple(to_round_plan(d, r.solution) for d, r in zip(days, results, strict=True))
    )
    if providers is None:
        confirm(instance, allocation, plan, travel=travel, rules=settings.rules)
    stops = {result.stopped_by for result in results}
    components: dict[str, int] = {}
    for result in results:
        for name, value in result.components.items():
            components[name] = components.get(name, 0) + value
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.TIME if StoppedBy.TIME in stops else StoppedBy.ITERATIONS,
        found=plan,
        objective=sum(result.objective or 0 for result in results),
        bound=None,
        components=components,
        seconds=time.perf_counter() - began,
        iterations=sum(result.iterations for result in results),
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


def to_round_plan(day: Day, plan: Plan) -> RoundPlan:
    """A solver's plan in the model's nouns."""
    rounds = tuple(_to_round(day, planned) for planned in plan.rounds)
    return RoundPlan(
        provider=day.provider,
        day=day.day,
        rounds=tuple(sorted(rounds, key=lambda each: (each.shift_start, each.carer))),
        unserved=tuple(day.visits[v] for v in plan.unserved),
    )


def _to_round(day: Day, planned: PlannedRound) -> Round:
    problem, r = day.problem, planned.shift
    duty, mode = day.duties[r], int(problem.mode[r])
    depot_from, depot_to = int(problem.depot_from[r]), int(problem.depot_to[r])
    places = [int(problem.place[i]) for i in planned.services]
    stops, rests = [], []
    before, free_at = depot_from, duty.start
    for k, (i, start) in enumerate(zip(planned.services, planned.starts, strict=True)):
        leg = (mode, before, places[k])
        travel = int(problem.seconds[leg]) if before >= 0 else 0
        if k and planned.rest_after == planned.services[k - 1]:
            rests.append(Rest(start=free_at, end=free_at + int(problem.rest[r])))
        end = start + int(problem.duration[i])
        stops.append(
            Stop(
                visit=day.visits[int(problem.visit[i])],
                start=start,
                end=end,
                travel_seconds=travel,
                metres=int(problem.metres[leg]) if before >= 0 else 0,
            )
        )
        before, free_at = places[k], end
    home = (mode, before, depot_to)
    return Round(
        carer=duty.carer,
        provider=day.provider,
        mode=duty.mode,
        shift_start=duty.start,
        shift_end=duty.end,
        stops=tuple(stops),
        rests=tuple(rests),
        home_seconds=int(problem.seconds[home]) if depot_to >= 0 else 0,
        home_metres=int(problem.metres[home]) if depot_to >= 0 else 0,
    )
