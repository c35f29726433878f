"""Supply otherwise: a provider gone, hours guaranteed in a pocket, carers who walk or cycle."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geodata.travel import TravelMode
from optimiser.impact.scenarios.drawn import drawn
from optimiser.impact.scenarios.world import ScenarioError, World, require
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Guarantee
from optimiser.model.identifiers import LocalityId, ProviderId
from optimiser.model.need import SourceRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderExit:
    """A provider gives up all it has."""

    provider: ProviderId

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"{self.provider} leaves; its packages are placed with the others in the order of call-off, "
            "within the room they have today. None of its carers goes over to another provider.",
        )

    def apply(self, world: World) -> World:
        """The market without it."""
        instance, gone = world.instance, self.provider
        require("provider", gone, instance.provider_by_id, "provider")
        packages = tuple(
            replace(
                each,
                route=SourceRoute.PROVIDER_EXIT if each.current_provider == gone else each.route,
                chosen_provider=None if each.chosen_provider == gone else each.chosen_provider,
            )
            for each in instance.packages
        )
        lists = [
            replace(each, entries=tuple(entry for entry in each.entries if entry.provider != gone))
            for each in instance.ranked_lists
        ]
        guarantees = tuple(each for each in instance.framework.guarantees if each.provider != gone)
        return replace(
            world,
            instance=replace(
                instance,
                framework=replace(instance.framework, guarantees=guarantees),
                packages=packages,
                admissions=tuple(each for each in instance.admissions if each.provider != gone),
                ranked_lists=tuple(each for each in lists if each.entries),
                capacities=tuple(each for each in instance.capacities if each.provider != gone),
                carers=tuple(each for each in instance.carers if each.provider != gone),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteedHours:
    """Hours a week in a locality that one provider is paid for, used or not.

    Attributes
    ----------
    weekly_care
        Carer-seconds.
    shortfall_rate
        Pence for each hour short of it.
    """

    provider: ProviderId
    locality: LocalityId
    weekly_care: int
    shortfall_rate: int

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"{self.provider} is guaranteed {self.weekly_care / HOUR:,.0f} hours a week in {self.locality}. "
            "Packages there go over to it, the earliest asked for first, until the hours are used, where the "
            "contract and its room allow; each person would have to be asked.",
        )

    def apply(self, world: World) -> World:
        """The market with the guarantee, and its hours filled as far as may be."""
        instance = world.instance
        require("provider", self.provider, instance.provider_by_id, "provider")
        by_id = {each.id: each for each in instance.localities}
        require("locality", self.locality, by_id, "locality")
        inside = [
            each
            for each in instance.packages
            if each.sector in by_id[self.locality].sectors and each.service.enters_day_rounds
        ]
        left = self.weekly_care
        goes = set()
        for each in sorted(inside, key=lambda each: (each.requested_on, each.id)):
            chosen = each.chosen_provider not in (None, self.provider)
            if not chosen and self.provider not in each.excluded_providers and each.weekly_care <= left:
                goes.add(each.id)
                left -= each.weekly_care
        guarantee = Guarantee(
            provider=self.provider,
            locality=self.locality,
            weekly_care=self.weekly_care,
            shortfall_rate=self.shortfall_rate,
        )
        framework = replace(instance.framework, guarantees=(*instance.framework.guarantees, guarantee))
        packages = tuple(
            replace(each, current_provider=self.provider, route=SourceRoute.REVIEW)
            if each.id in goes
            else each
            for each in instance.packages
        )
        return replace(world, instance=replace(instance, framework=framework, packages=packages))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeShare:
    """A share of the carers who drive go on foot or by cycle instead."""

    mode: TravelMode
    share: float
    seed: int = 0

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        way = {TravelMode.CYCLE: "cycle", TravelMode.FOOT: "walk", TravelMode.CAR: "drive"}[self.mode]
        return (
            f"{self.share:.0%} of the carers who drive, drawn by seed {self.seed}, {way} instead. Hours, "
            "windows and who has which package stay; what they cannot reach in time is left to drivers.",
        )

    def apply(self, world: World) -> World:
        """The market with other modes."""
        instance = world.instance
        if not instance.carers:
            cure = "add carers.csv: of nameless carers nobody knows who drives"
            raise ScenarioError("mode", "the market names no carers", cure)
        drivers = [each.id for each in instance.carers if each.mode is TravelMode.CAR]
        those = drawn(drivers, self.share, self.seed)
        carers = tuple(
            replace(each, mode=self.mode) if each.id in those else each for each in instance.carers
        )
        return replace(world, instance=replace(instance, carers=carers))
