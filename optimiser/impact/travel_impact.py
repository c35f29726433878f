"""The front door of studies: build the same day under each scenario, seed by seed, and compare."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import Executor
from dataclasses import replace

from geodata.travel import StraightLine, TravelModel
from optimiser.impact.measures import measure
from optimiser.impact.study import DayBuilt, Scenario, Study
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.model.tariff import Tariff
from optimiser.rounds.build_rounds import (
    DayRun,
    RoundSettings,
    confirm,
    prepare_days,
    solve_day,
)
from optimiser.rounds.check import late_visits
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions


def travel_impact(
    instance: Instance,
    baseline: Scenario,
    proposal: Scenario,
    *,
    day: Weekday | str = Weekday.TUESDAY,
    seeds: Iterable[int] = range(5),
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    tariff: Tariff | None = None,
    limits: Limits | None = None,
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> Study:
    """Build one day under both scenarios with every seed, check every plan, and pair the runs.

    Both scenarios get the same windows, carers' rules, travel, prices and seeds; only who has which package
    differs. Packages that only one of them places are left out of both days and named in ``left_out``: a day
    with more care in it has less travel for each hour of it, and that is no saving.

    Parameters
    ----------
    seeds
        One run of each scenario per seed; an interval needs two.

    Raises
    ------
    BrokenPlanError
        Where a plan fails the independent check.
    ValueError
        Without a seed, or with one named twice.
    """
    day = Weekday(day.lower()) if isinstance(day, str) else day
    seeds = tuple(seeds)
    if not seeds or len(set(seeds)) != len(seeds):
        raise ValueError("a study needs at least one seed, each of them once")
    travel = travel or StraightLine(kinds=instance.area_kinds)
    settings = settings or RoundSettings()
    tariff = tariff or Tariff()
    limits = limits or Limits()
    both = set(baseline.allocation.provider_of) & set(proposal.allocation.provider_of)
    left_out = sorted((set(baseline.allocation.provider_of) | set(proposal.allocation.provider_of)) - both)
    scenarios = (_only(baseline, both), _only(proposal, both))
    days = [
        prepare_days(instance, each.allocation, day=day, travel=travel, settings=settings)
        for each in scenarios
    ]
    warm_up(progress=progress)
    runs = [
        DayRun(day=each, solver=settings.solver, limits=limits, seed=seed)
        for prepared in days
        for seed in seeds
        for each in prepared
    ]
    results = iter(
        fan_out(solve_day, runs, executor=executor, progress=progress, name="days of rounds built")
    )
    built: list[tuple[DayBuilt, ...]] = []
    for scenario, prepared in zip(scenarios, days, strict=True):
        of_scenario = []
        for seed in seeds:
            plans = tuple(to_round_plan(each, next(results).solution) for each in prepared)
            plan = DayPlan(day=day, plans=plans)
            confirm(instance, scenario.allocation, plan, travel=travel, rules=settings.rules)
            of_scenario.append(
                DayBuilt(
                    scenario=scenario.name,
                    seed=seed,
                    plans=plan.plans,
                    measures=measure(plan.plans, late_visits=late_visits(instance, plan), tariff=tariff),
                )
            )
        built.append(tuple(of_scenario))
    return Study(
        day=day,
        seeds=seeds,
        baseline=built[0],
        proposal=built[1],
        travel_source=travel.name,
        is_estimate=travel.is_estimate,
        checks={"rounds": "passed"},
        left_out=tuple(left_out),
        provenance=Provenance(
            solver=settings.solver.name,
            settings={
                "rules": settings.rules,
                "weights": settings.weights,
                "tariff": tariff,
                "travel": travel.name,
                "seeds": seeds,
            },
            seed=seeds[0],
            limits=limits,
            input_hash=canonical_hash([instance, baseline.allocation, proposal.allocation, day.value]),
            versions=versions(),
        ),
    )


def _only(scenario: Scenario, packages: Collection[PackageId]) -> Scenario:
    """The scenario with the placements of some packages alone."""
    kept = tuple(each for each in scenario.allocation.placements if each.package in packages)
    return replace(scenario, allocation=replace(scenario.allocation, placements=kept))
