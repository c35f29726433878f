"""Round-fit: what a package would add to the rounds that a provider has, beside its place in the order.

The rounds stay as they are: every visit is put where the plan as a whole costs least more
(:meth:`optimiser.rounds.loaded_day.LoadedDay.insert`). A package that the provider has already is taken off
its rounds first, so that who has it and who might have it are measured alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geodata.travel import StraightLine, TravelModel
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import Band, Weekday
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.rounds import DayPlan, RoundPlan
from optimiser.rounds.build_rounds import RoundSettings
from optimiser.rounds.loaded_day import LoadedDay, load
from optimiser.rounds.prepare import gather_work, nameless_duties, prepare_part, prepare_work
from optimiser.rounds.room_found import Fit, PackageFits
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.progress import Progress, Reporter, silent

BEGUN = 4
"""Nameless carers of each kind that a provider without any work yet may begin with."""
Wanted = Mapping[PackageId, Sequence[ProviderId]]
"""Which providers are asked about which package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandFit:
    """What a package's visits of one band would add.

    Attributes
    ----------
    visits
        Of the package in the band on that day.
    travel_seconds
        On top of what is driven already; below zero where a detour becomes a way through.
    new_rounds
        Rounds that would be begun for them.
    """

    band: Band
    visits: int
    travel_seconds: int
    new_rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFit:
    """What a package would add to a provider's rounds of one day.

    Attributes
    ----------
    bands
        By part of the day, the bands it has visits in; ``None`` where its visits do not all fit.
    price
        Of all that the plan would cost more, in points; ``None`` where they do not all fit.
    """

    package: PackageId
    provider: ProviderId
    day: Weekday
    bands: tuple[BandFit, ...] | None
    price: int | None

    @property
    def travel_seconds(self) -> int | None:
        """Extra travel of the day; ``None`` where the visits do not all fit."""
        return None if self.bands is None else sum(each.travel_seconds for each in self.bands)

    @property
    def new_rounds(self) -> int | None:
        """Rounds begun for it; ``None`` where the visits do not all fit."""
        return None if self.bands is None else sum(each.new_rounds for each in self.bands)


def round_fits(
    instance: Instance,
    allocation: Allocation,
    plan: DayPlan,
    wanted: Wanted,
    *,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    progress: Reporter = silent,
) -> tuple[RoundFit, ...]:
    """Round-fit of every pair wanted, in order of package and then as its providers were given.

    A provider without rounds on the day is asked as one that begins them all.

    Raises
    ------
    KeyError
        For a package or provider that the instance does not have.
    PlanDoesNotHoldError
        Where the rounds are not of this instance and allocation.
    TooLargeToAskError
        For a package of more than eight visits a day.
    """
    warm_up(progress=progress)
    desk = _Desk(instance, allocation, plan, travel, settings)
    found: dict[tuple[PackageId, ProviderId], RoundFit] = {}
    pairs = [(provider, package) for package in sorted(wanted) for provider in wanted[package]]
    for done, (provider, package) in enumerate(sorted(pairs)):  # each provider's day is loaded once
        found[package, provider] = desk.ask(instance.package_by_id[package], provider)
        progress(Progress(task="asking rounds", done=done + 1, total=len(pairs)))
    return tuple(found[package, provider] for package in sorted(wanted) for provider in wanted[package])


class _Desk:
    """Providers' days, the last one kept ready."""

    def __init__(
        self,
        instance: Instance,
        allocation: Allocation,
        plan: DayPlan,
        travel: TravelModel | None,
        settings: RoundSettings | None,
    ) -> None:
        self.instance, self.allocation, self.plan = instance, allocation, plan
        self.travel = travel or StraightLine(kinds=instance.area_kinds)
        self.settings = settings or RoundSettings()
        self.holder = allocation.provider_of
        self.plan_of = {each.provider: each for each in plan.plans}
        self.ready: tuple[ProviderId, LoadedDay] | None = None

    def ask(self, package: Package, provider: ProviderId) -> RoundFit:
        """One pair."""
        if self.holder.get(package.id) == provider:
            loaded = self._load(provider, without=package.id)
        else:
            if self.ready is None or self.ready[0] != provider:
                self.ready = provider, self._load(provider)
            loaded = self.ready[1]
        return _told(package, loaded.insert(package))

    def _load(self, provider: ProviderId, without: PackageId | None = None) -> LoadedDay:
        plan = self.plan_of.get(provider) or RoundPlan(provider=provider, day=self.plan.day, rounds=())
        packages = [
            self.instance.package_by_id[package]
            for package, holder in self.holder.items()
            if holder == provider and package != without
        ]
        if without is not None:
            plan = _taken_off(plan, without)
        work = gather_work(self.instance, self.instance.provider_by_id[provider], packages, day=plan.day)
        rules, weights = self.settings.rules, self.settings.weights
        day = prepare_work(work, travel=self.travel, rules=rules, weights=weights)
        if not day.duties and not work.carers:
            duties = nameless_duties(work.provider, BEGUN, rules)
            day = prepare_part(work, (), duties, travel=self.travel, rules=rules, weights=weights)
        return load(day, plan, travel=self.travel, settings=self.settings)


def _taken_off(plan: RoundPlan, package: PackageId) -> RoundPlan:
    """The plan without a package's visits; what lies between its neighbours then is for loading to say."""
    rounds = []
    for each in plan.rounds:
        stops = tuple(stop for stop in each.stops if stop.visit.rpartition("/")[0] != package)
        if stops:
            rounds.append(replace(each, stops=stops))
    unserved = tuple(visit for visit in plan.unserved if visit.rpartition("/")[0] != package)
    return replace(plan, rounds=tuple(rounds), unserved=unserved)


def _told(package: Package, asked: PackageFits) -> RoundFit:
    bands = None
    if asked.together is not None:
        band_of = {package.visit_id(visit): package.band_of(visit) for visit in package.visits}
        places = [
            (band_of[visit.visit], fit) for visit, fit in zip(asked.visits, asked.together, strict=True)
        ]
        bands = tuple(_band(band, [fit for at, fit in places if at is band]) for band in Band)
        bands = tuple(each for each in bands if each.visits)
    return RoundFit(
        package=package.id, provider=asked.provider, day=asked.day, bands=bands, price=asked.price
    )


def _band(band: Band, fits: Sequence[Fit]) -> BandFit:
    return BandFit(
        band=band,
        visits=len(fits),
        travel_seconds=sum(each.travel_seconds for each in fits),
        new_rounds=sum(each.components.get("rounds", 0) > 0 for each in fits),
    )
