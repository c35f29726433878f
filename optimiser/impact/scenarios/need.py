"""Need otherwise: technology for visits, one carer where two came, more people, another peak."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimiser.impact.scenarios.drawn import drawn
from optimiser.impact.scenarios.world import ScenarioError, World, require
from optimiser.model.calendar import DAY, MINUTE, Band
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind, Visit, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyInstead:
    """Technology takes the place of visits of a kind: a prompt to take medicine, a call on a screen.

    Attributes
    ----------
    longest
        Visits that last no longer, in seconds; ``None`` for any length.
    bands, services
        Of the visits; empty for all.
    share
        Of such visits, drawn by seed.
    """

    longest: int | None = None
    bands: frozenset[Band] = frozenset()
    services: frozenset[ServiceKind] = frozenset()
    share: float = 1.0
    seed: int = 0

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        kinds = [
            f"of at most {self.longest // MINUTE} minutes" if self.longest is not None else "",
            f"at {', '.join(sorted(each.value for each in self.bands))}" if self.bands else "",
            f"of {', '.join(sorted(each.value for each in self.services))}" if self.services else "",
        ]
        told = " ".join(each for each in kinds if each) or "of any kind"
        return (
            f"Technology takes the place of {self.share:.0%} of single-handed visits {told}, drawn by seed "
            f"{self.seed}. It costs nothing here, works, and everybody agrees to it: the study says what the "
            "visits cost, not whether the technology would do.",
        )

    def apply(self, world: World) -> World:
        """The market without those visits; a package without any visit left is gone."""
        asked = {
            package.visit_id(visit): visit.days
            for package in world.instance.packages
            for visit in package.visits
            if self._is_of_the_kind(package, visit)
        }
        gone = drawn(asked, self.share, self.seed)
        packages = []
        for each in world.instance.packages:
            left = tuple(visit for visit in each.visits if each.visit_id(visit) not in gone)
            if left or not each.visits:
                packages.append(replace(each, visits=left))
        return replace(world, instance=replace(world.instance, packages=tuple(packages)))

    def _is_of_the_kind(self, package: Package, visit: Visit) -> bool:
        return (
            visit.carers_needed == 1
            and package.service.enters_day_rounds
            and (self.longest is None or visit.service_duration <= self.longest)
            and (not self.bands or package.band_of(visit) in self.bands)
            and (not self.services or package.service in self.services)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleHanded:
    """Double-handed care reviewed to one carer, for packages that are named or a share of all.

    Attributes
    ----------
    packages
        By name; empty for a share of those with a double-handed visit.
    """

    packages: frozenset[PackageId] = frozenset()
    share: float = 1.0
    seed: int = 0

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        whose = (
            f"{len(self.packages)} packages that are named"
            if self.packages
            else f"{self.share:.0%} of double-handed packages, drawn by seed {self.seed},"
        )
        return (
            f"{whose[0].upper()}{whose[1:]} need one carer after review, for visits as long as before. "
            "Equipment, and the time of the review itself, are not counted.",
        )

    def apply(self, world: World) -> World:
        """The market after the reviews."""
        instance = world.instance
        for package in sorted(self.packages):
            require("packages", package, instance.package_by_id, "package")
        double = [each.id for each in instance.packages if each.is_double_handed]
        those = self.packages or drawn(double, self.share, self.seed)
        packages = tuple(
            replace(each, visits=tuple(replace(visit, carers_needed=1) for visit in each.visits))
            if each.id in those
            else each
            for each in instance.packages
        )
        return replace(world, instance=replace(instance, packages=packages))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandGrown:
    """Demand times a factor: as many more people as a forecast says, or fewer."""

    factor: float
    seed: int = 0

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"Demand is {self.factor:.2f} times today's. New people live where people of today do and need "
            f"what they need (drawn by seed {self.seed}); they have no provider yet and are placed in the "
            "order of call-off within the room there is today.",
        )

    def apply(self, world: World) -> World:
        """The market with more or fewer packages."""
        instance = world.instance
        whole = int(self.factor)
        every = [each.id for each in instance.packages]
        further = drawn(every, self.factor - whole, self.seed)
        packages: list[Package] = []
        for each in instance.packages:
            copies = whole + (each.id in further)
            packages += [_copy(each, number, instance) for number in range(copies)]
        return replace(world, instance=replace(instance, packages=tuple(packages)))


def _copy(package: Package, number: int, instance: Instance) -> Package:
    """The package itself first; after that somebody like them who is new."""
    if number == 0:
        return package
    return replace(
        package,
        id=PackageId(f"{package.id}+{number}"),
        client=f"{package.client}+{number}",
        household=None,
        requested_on=instance.as_of,
        needed_by=None,
        chosen_provider=None,
        excluded_providers=frozenset(),
        current_provider=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakMoved:
    """Visits of a band that are not time-critical may start earlier, later, or in more of the day.

    Attributes
    ----------
    later
        Seconds by which their windows move; below zero for earlier.
    wider
        Seconds by which each end of a window gives way.
    """

    band: Band
    later: int = 0
    wider: int = 0

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        way = "later" if self.later >= 0 else "earlier"
        return (
            f"Visits at {self.band.value} that are not time-critical move {abs(self.later) // MINUTE} "
            f"minutes {way}, and their windows open {self.wider // MINUTE} minutes on each side. "
            "Everybody agrees.",
        )

    def apply(self, world: World) -> World:
        """The market with other windows."""
        if not self.later and not self.wider:
            raise ScenarioError(
                "later_minutes", "the peak stays as it is", "say later_minutes or wider_minutes"
            )
        packages = tuple(
            replace(each, visits=tuple(self._moved(each, visit) for visit in each.visits))
            for each in world.instance.packages
        )
        return replace(world, instance=replace(world.instance, packages=packages))

    def _moved(self, package: Package, visit: Visit) -> Visit:
        if visit.time_critical or package.band_of(visit) is not self.band:
            return visit
        earliest = max(0, visit.window.earliest + self.later - self.wider)
        latest = min(2 * DAY, visit.window.latest + self.later + self.wider)
        if latest < earliest:
            return visit
        ideal = None if visit.ideal is None else min(max(visit.ideal + self.later, earliest), latest)
        return replace(visit, window=Window(earliest, latest), ideal=ideal)
