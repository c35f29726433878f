"""Rounds of the providers concerned, built before and after with the same seeds and the same budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from geodata.travel import TravelModel
from optimiser.model.allocation import Allocation, Placement
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan, RoundPlan, WeekPlan
from optimiser.rounds.build_rounds import DayRun, RoundSettings, confirm, prepare_days, solve_day
from optimiser.rounds.round_plan import to_round_plan
from optimiser.rounds.week import build_week
from optimiser.rounds.week_search import WeekSettings
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent

Plans = Mapping[tuple[int, Weekday, ProviderId], RoundPlan]
"""By seed, day and provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """How weeks are built.

    Attributes
    ----------
    days
        Built; a saving a week is what they come to over seven days.
    """

    instance: Instance
    travel: TravelModel
    settings: RoundSettings
    limits: Limits
    seeds: Sequence[int]
    days: Sequence[Weekday] = tuple(Weekday)
    executor: Executor | None = None
    progress: Reporter = silent

    def build(
        self, book: Mapping[PackageId, ProviderId], providers: Iterable[ProviderId] | None = None
    ) -> dict[tuple[int, Weekday, ProviderId], RoundPlan]:
        """Checked rounds of some providers under a book, on every day with every seed.

        Raises
        ------
        BrokenPlanError
            Where a plan fails the independent check.
        """
        held = as_allocation(self.instance, book, None if providers is None else frozenset(providers))
        prepared = [
            each
            for day in self.days
            for each in prepare_days(self.instance, held, day=day, travel=self.travel, settings=self.settings)
        ]
        runs = [
            DayRun(day=each, solver=self.settings.solver, limits=self.limits, seed=seed)
            for seed in self.seeds
            for each in prepared
        ]
        # Long ones first, or one core waits for the other at the end.
        order = sorted(range(len(runs)), key=lambda k: (-runs[k].day.problem.services, k))
        solved = fan_out(
            solve_day,
            [runs[k] for k in order],
            executor=self.executor,
            progress=self.progress,
            name="days of rounds built",
        )
        found: dict[tuple[int, Weekday, ProviderId], RoundPlan] = {}
        for k, result in zip(order, solved, strict=True):
            run = runs[k]
            found[run.seed, run.day.day, run.day.provider] = to_round_plan(run.day, result.solution)
        for seed in self.seeds:
            for day in self.days:
                plan = DayPlan(
                    day=day, plans=tuple(p for (s, d, _), p in found.items() if s == seed and d is day)
                )
                confirm(self.instance, held, plan, travel=self.travel, rules=self.settings.rules)
        return found

    def master(self, book: Mapping[PackageId, ProviderId], providers: Iterable[ProviderId]) -> WeekPlan:
        """Checked week that repeats, with named places in the rota, under a book; with the first seed."""
        return build_week(
            self.instance,
            as_allocation(self.instance, book, None),
            days=self.days,
            providers=providers,
            travel=self.travel,
            settings=WeekSettings(rounds=self.settings),
            limits=self.limits,
            seed=self.seeds[0],
            executor=self.executor,
            progress=self.progress,
        ).solution


def as_allocation(
    instance: Instance, book: Mapping[PackageId, ProviderId], providers: frozenset[ProviderId] | None
) -> Allocation:
    """A book as the rounds engine wants it: no price and no rank matter there."""
    packages = instance.package_by_id
    return Allocation(
        policy="as it stands",
        placements=tuple(
            Placement(
                package=package,
                provider=who,
                lot=packages[package].lot,
                tier=TierCode(""),
                position=1,
                weekly_cost=0,
                kept=True,
            )
            for package, who in book.items()
            if providers is None or who in providers
        ),
        unplaced=(),
    )


def travel_by_provider(plans: Plans, weight: float = 1.0) -> dict[ProviderId, float]:
    """Seconds over all days, mean over the seeds."""
    seeds = {seed for seed, _, _ in plans}
    found: dict[ProviderId, float] = {}
    for (_, _, provider), plan in plans.items():
        found[provider] = found.get(provider, 0.0) + weight * plan.travel_seconds / len(seeds)
    return found


def travel_by_seed(plans: Plans, seeds: Sequence[int]) -> tuple[int, ...]:
    """Seconds over all days and providers."""
    return tuple(
        sum(plan.travel_seconds for (each, _, _), plan in plans.items() if each == seed) for seed in seeds
    )
