"""The front door of studies of scenarios: worlds beside a base, run by run, taken up where they stopped.

The base is the plan there is: whoever has a provider keeps it, and the rest are placed in the order of
call-off as brokers do it. Every scenario begins from there. It is given the same windows, carers, rules,
prices and seeds, and its rounds are built and checked in the same way: run ``i`` of a scenario differs from
run ``i`` of the base by the scenario alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from optimiser.allocation.allocate import allocate
from optimiser.allocation.standing import current, going_on
from optimiser.impact.as_driven import AsDriven, as_driven
from optimiser.impact.figures import Figures, figures_of
from optimiser.impact.overlap import providers_per_sector
from optimiser.impact.scenarios.world import Scenario, World
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId
from optimiser.model.rounds import DayPlan
from optimiser.model.tariff import Tariff
from optimiser.rounds.build_rounds import RoundSettings, build_rounds
from optimiser.rounds.week import build_week
from optimiser.rounds.week_search import WeekSettings
from optimiser.solving.fan_out import workers
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import canonical_hash, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """How every world of a study is looked at.

    Attributes
    ----------
    days
        Built together where they are several: carers then go on from day to day.
    seeds
        One run of each world per seed; an interval needs two.
    limits
        For each provider's day.
    """

    days: tuple[Weekday, ...] = (Weekday.TUESDAY,)
    seeds: tuple[int, ...] = tuple(range(5))
    limits: Limits = field(default_factory=Limits)
    tariff: Tariff = field(default_factory=Tariff)
    rounds: RoundSettings = field(default_factory=RoundSettings)

    def __post_init__(self) -> None:
        if not self.days or len(set(self.days)) != len(self.days):
            raise ValueError("a study builds at least one day, each once")
        if not self.seeds or len(set(self.seeds)) != len(self.seeds):
            raise ValueError("a study needs at least one seed, each of them once")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldRuns:
    """One world: how its packages were placed, and its runs.

    Attributes
    ----------
    unplaced_care, care
        Carer-seconds a week with nobody, and in all.
    weekly_cost
        Pence that the council pays, last resort included.
    moved
        Packages that have another provider than in the base; those with nobody in either are not counted.
    providers
        Effective number of providers a postcode sector, mean over hours.
    figures
        In the order of the study's seeds.
    """

    name: str
    assumptions: tuple[str, ...]
    unplaced: int
    unplaced_care: int
    care: int
    weekly_cost: int
    moved: int
    providers: float | None
    figures: tuple[Figures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStudy:
    """A base and its scenarios, run by run."""

    plan: StudyPlan
    base: WorldRuns
    scenarios: tuple[WorldRuns, ...]
    base_kept: int
    travel_source: str
    is_estimate: bool
    versions: Mapping[str, str]


def study_scenarios(
    base: World,
    scenarios: Mapping[str, Scenario],
    plan: StudyPlan,
    *,
    finished: Mapping[str, Figures] | None = None,
    keep: Callable[[str, Figures], None] | None = None,
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> ScenarioStudy:
    """Build every world with every seed, check every plan, and measure it.

    Parameters
    ----------
    scenarios
        By name, in the order they are told.
    finished
        Runs from before by key: they are not built again.
    keep
        Called with key and figures as each run ends.

    Raises
    ------
    ScenarioError
        Before any run, where a scenario does not fit the market.
    BrokenPlanError
        Where a plan fails the independent check: a fault of this program.
    """
    progress(Progress(task="placing packages: as they are"))
    kept = len(current(base.instance))
    standing = replace(base, instance=going_on(base.instance, _placed(base, plan).provider_of))
    # Placed once more: whoever is left may find room once others are no new start, in the base as elsewhere.
    held = _placed(standing, plan)
    worlds = {name: scenario.apply(standing) for name, scenario in scenarios.items()}
    total = (1 + len(worlds)) * len(plan.seeds)
    runs = _Runs(
        plan=plan,
        base=standing,
        held=held,
        finished=finished or {},
        keep=keep,
        total=total,
        progress=progress,
    )
    with workers(executor, total) as pool:
        as_is = runs.of("as it is", standing, held, (), pool)
        found = []
        for name, world in worlds.items():
            progress(Progress(task=f"placing packages: {name}"))
            allocation = _placed(world, plan)
            found.append(runs.of(name, world, allocation, scenarios[name].assumptions, pool))
    return ScenarioStudy(
        plan=plan,
        base=as_is,
        scenarios=tuple(found),
        base_kept=kept,
        travel_source=base.travel.name,
        is_estimate=base.travel.is_estimate,
        versions=versions(),
    )


def _placed(world: World, plan: StudyPlan) -> Allocation:
    return allocate(
        world.instance, policy=world.policy, travel=world.travel, seed=plan.seeds[0], keep=not world.anew
    ).solution


@dataclass(slots=True, kw_only=True)
class _Runs:
    """Runs as they are done: counts them, and asks what is finished before it builds."""

    plan: StudyPlan
    base: World
    held: Allocation
    finished: Mapping[str, Figures]
    keep: Callable[[str, Figures], None] | None
    total: int
    progress: Reporter
    done: int = 0

    def of(
        self,
        name: str,
        world: World,
        allocation: Allocation,
        assumptions: tuple[str, ...],
        pool: Executor,
    ) -> WorldRuns:
        """All runs of a world."""
        packages = world.instance.package_by_id
        return WorldRuns(
            name=name,
            assumptions=assumptions,
            unplaced=len(allocation.unplaced),
            unplaced_care=sum(packages[each.package].weekly_care for each in allocation.unplaced),
            care=sum(each.weekly_care for each in world.instance.packages),
            weekly_cost=allocation.weekly_cost,
            moved=_moved(self.held.provider_of, allocation),
            providers=providers_per_sector(world.instance, allocation),
            figures=tuple(self._run(world, allocation, seed, pool) for seed in self.plan.seeds),
        )

    def _run(self, world: World, allocation: Allocation, seed: int, pool: Executor) -> Figures:
        elsewhere = world.travel.name != self.base.travel.name
        base = run_key(self.base, self.held, self.plan, seed) if elsewhere else ""
        key = run_key(world, allocation, self.plan, seed, base)
        found = self.finished.get(key)
        if found is None:
            days = _built(world, allocation, self.plan, seed, pool)
            found = figures_of(world.instance, days, travel=world.travel, tariff=self.plan.tariff)
            if elsewhere:
                found = replace(found, as_driven=self._as_driven(world, seed, pool))
            if self.keep is not None:
                self.keep(key, found)
        self.done += 1
        self.progress(Progress(task="worlds built", done=self.done, total=self.total))
        return found

    def _as_driven(self, world: World, seed: int, pool: Executor) -> AsDriven:
        """The base's rounds, built as they were, on another world's roads."""
        days = _built(self.base, self.held, self.plan, seed, pool)
        plans = tuple(plan for day in days for plan in day.plans)
        return as_driven(self.base.instance, plans, world.travel)


def run_key(world: World, allocation: Allocation, plan: StudyPlan, seed: int, base: str = "") -> str:
    """What tells one run from another: all that could change its figures.

    Parameters
    ----------
    base
        Key of the base's run, for a world on other roads, which is measured by the base's rounds too.
    """
    asked = [
        world.instance, world.travel.name, allocation, [day.value for day in plan.days], seed, plan.limits,
        plan.tariff, plan.rounds.rules, plan.rounds.weights, plan.rounds.solver.name, versions(),
    ]  # fmt: skip
    return canonical_hash([*asked, base])


def _built(
    world: World, allocation: Allocation, plan: StudyPlan, seed: int, pool: Executor
) -> Sequence[DayPlan]:
    if len(plan.days) == 1:
        return (
            build_rounds(
                world.instance, allocation, day=plan.days[0], travel=world.travel, settings=plan.rounds,
                limits=plan.limits, seed=seed, executor=pool,
            ).solution,
        )  # fmt: skip
    return build_week(
        world.instance, allocation, days=plan.days, travel=world.travel,
        settings=WeekSettings(rounds=plan.rounds), limits=plan.limits, seed=seed, executor=pool,
    ).solution.days  # fmt: skip


def _moved(had: Mapping[PackageId, str], allocation: Allocation) -> int:
    """Packages of both worlds that another provider has now."""
    now = allocation.provider_of
    return sum(package in now and now[package] != provider for package, provider in had.items())
