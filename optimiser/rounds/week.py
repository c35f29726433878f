"""The front door of a week: an allocation in, every provider's checked master week out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan, RoundPlan, WeekPlan
from optimiser.rounds.build_rounds import BrokenPlanError, prepare_days
from optimiser.rounds.check_week import check_week
from optimiser.rounds.prepare import Day
from optimiser.rounds.warm_up import warm_up
from optimiser.rounds.week_search import WeekRun, WeekSettings, solve_week
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy


def build_week(
    instance: Instance,
    allocation: Allocation,
    *,
    days: Iterable[Weekday | str] = tuple(Weekday),
    providers: Iterable[ProviderId] | None = None,
    travel: TravelModel | None = None,
    settings: WeekSettings | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> Result[WeekPlan]:
    """Build every provider's week that repeats: few different carers for each person, at steady times.

    A carer of one day is the same person on the others, also a nameless one, whose name is then a place in
    the rota that one person fills, or two who take turns: nobody's days off are planned.

    Parameters
    ----------
    days
        Of the week, or their names in English.
    providers
        Whose weeks; everybody's by default.
    travel
        How travel is known; a straight-line estimate by default, and the plan's outputs must say so.
    limits
        For each day of each provider, spent on the week as a whole: a week costs no more than its days.
    executor
        Where the weeks are solved; a process for each core by default.

    Raises
    ------
    BrokenPlanError
        Where a plan fails the independent check: a fault of this program.
    KeyError
        For a provider that the instance does not have.
    """
    began = time.perf_counter()
    wanted = {Weekday(day.lower()) if isinstance(day, str) else day for day in days}
    order = [day for day in Weekday if day in wanted]
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or WeekSettings()
    limits = limits or Limits()
    whose = None if providers is None else sorted(set(providers))
    by_day = [
        prepare_days(instance, allocation, day=day, travel=travel, settings=settings.rounds, providers=whose)
        for day in order
    ]
    warm_up(progress=progress)
    runs = [
        WeekRun(
            days=week,
            carers={each.id: each for each in instance.carers if each.provider == week[0].provider},
            settings=settings,
            limits=limits,
            seed=seed,
        )
        for week in _by_provider(by_day)
    ]
    built = fan_out(solve_week, runs, executor=executor, progress=progress, name="weeks")
    week = to_week(order, [plan for each in built for plan in each.plans])
    held = allocation
    if whose is not None:
        theirs = tuple(each for each in allocation.placements if each.provider in whose)
        held = replace(allocation, placements=theirs)
    breaches = check_week(instance, held, week, travel=travel, rules=settings.rounds.rules)
    if breaches:
        raise BrokenPlanError(breaches)
    components: Counter[str] = Counter()
    for each in built:
        components.update(each.components)
    stops = {each.stopped_by for each in built}
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.TIME if StoppedBy.TIME in stops else StoppedBy.ITERATIONS,
        found=week,
        objective=sum(components.values()),
        bound=None,
        components=dict(components),
        seconds=time.perf_counter() - began,
        iterations=sum(each.iterations for each in built),
        provenance=Provenance(
            solver=f"week of {settings.rounds.solver.name}",
            settings={
                "rules": settings.rounds.rules,
                "weights": settings.rounds.weights,
                "travel": travel.name,
                "usual_time": settings.usual_time,
                "sweeps": settings.sweeps,
            },
            seed=seed,
            limits=limits,
            input_hash=canonical_hash([instance, allocation, [day.value for day in order]]),
            versions=versions(),
        ),
    )


def _by_provider(by_day: Sequence[Sequence[Day]]) -> list[tuple[Day, ...]]:
    """From each day's providers to each provider's days; every day lists the same providers in one order."""
    return list(zip(*by_day, strict=True)) if by_day else []


def to_week(order: Sequence[Weekday], plans: Sequence[RoundPlan]) -> WeekPlan:
    """Plans of any providers and days as one week."""
    return WeekPlan(
        days=tuple(DayPlan(day=day, plans=tuple(plan for plan in plans if plan.day is day)) for day in order)
    )
