"""The rules of the contract that speak of many packages at once, read a second time for the checker.

Like :mod:`optimiser.allocation.check`, it shares no line with what builds or solves the problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from optimiser.model.allocation import Rule
from optimiser.model.contract import Area
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.supply import Admission

Key = tuple[object, ...]
"""Names a limit: the rule first, or else the provider whose capacity it is."""
Claim = tuple[Key, int, int]
"""A limit, how much of it a package wants with a provider, and how much there is."""


class ContractLimits:
    """What the contract lets a provider or a tier have, beyond what each may do for one package.

    Parameters
    ----------
    may_have
        Whether no rule of eligibility keeps a provider from a package.
    """

    def __init__(self, instance: Instance, may_have: Callable[[Package, ProviderId], bool]) -> None:
        self.instance, self.may_have = instance, may_have
        self.framework = instance.framework
        self.starts = {each.id: each.new_starts_a_week for each in instance.providers}
        self._shares: dict[Key, int] = {}
        self._several: dict[str, bool] = {}

    def claims(self, package: Package, provider: ProviderId, admission: Admission) -> Iterator[Claim]:
        """Limits that a package with a provider counts against."""
        if self.framework.binds(Rule.NEW_STARTS):
            most = self.starts[provider]
            most = self.framework.new_starts_a_week if most is None else most
            if most is not None and package.current_provider != provider:
                yield (Rule.NEW_STARTS, provider), 1, most
        if self.framework.binds(Rule.CAP):
            yield from self._caps(package, provider, admission)
        if self.framework.binds(Rule.SHARE):
            share = self.framework.tier(admission.tier).most_share
            if share is not None and package.weekly_care:
                limit = self._share(Area.LOT, package.lot, share)
                yield (Rule.SHARE, admission.tier, package.lot), package.weekly_care, limit
        if self.framework.binds(Rule.LEAST_PROVIDERS) and self.framework.least_providers is not None:
            for place in self._places(package):
                if self._has_several(place):
                    count = len(self._inside(Area.LOCALITY, place))
                    yield (Rule.LEAST_PROVIDERS, provider, place), 1, count - 1

    def _caps(self, package: Package, provider: ProviderId, admission: Admission) -> Iterator[Claim]:
        for number, cap in enumerate(self.framework.caps):
            binds = cap.tier is None or cap.tier == admission.tier
            if cap.stop_at is None or not binds or not package.weekly_care:
                continue
            places = [str(package.lot)] if cap.of is Area.LOT else self._places(package)
            for place in places:
                limit = self._share(cap.of, place, cap.stop_at)
                yield (Rule.CAP, number, provider, place), package.weekly_care, limit

    def _places(self, package: Package) -> list[str]:
        return [each.id for each in self.instance.localities if package.sector in each.sectors]

    def _inside(self, area: Area, place: str) -> list[Package]:
        if area is Area.LOT:
            return [each for each in self.instance.packages if each.lot == place]
        sectors = next(each.sectors for each in self.instance.localities if each.id == place)
        return [each for each in self.instance.packages if each.sector in sectors]

    def _share(self, area: Area, place: str, percent: int) -> int:
        key = (area, place, percent)
        if key not in self._shares:
            hours = [each.weekly_care for each in self._inside(area, place)]
            self._shares[key] = max(max(hours), sum(hours) * percent // 100)
        return self._shares[key]

    def _has_several(self, place: str) -> bool:
        """Whether a locality has two packages, and two providers each of which may have one of them."""
        if place not in self._several:
            inside = self._inside(Area.LOCALITY, place)
            able = 0
            for provider in self.instance.providers if len(inside) > 1 else ():
                able += any(self.may_have(package, provider.id) for package in inside)
                if able == 2:
                    break
            self._several[place] = able == 2
        return self._several[place]


def homes(instance: Instance) -> Iterator[list[Package]]:
    """Packages of one household, lot and kind of service, in order of request; each other package alone."""
    binds = instance.framework.binds(Rule.HOUSEHOLD)
    done = set[str]()
    groups: dict[tuple[object, ...], list[Package]] = {}
    for each in instance.packages:
        if binds and each.household is not None:
            groups.setdefault((each.household, each.lot, each.service), []).append(each)
    for each in instance.packages:
        if each.id in done:
            continue
        shared = binds and each.household is not None
        home = groups[each.household, each.lot, each.service] if shared else [each]
        done |= {member.id for member in home}
        yield sorted(home, key=lambda member: (member.requested_on, member.id))


def choice_of(instance: Instance, home: Sequence[Package]) -> set[ProviderId]:
    """Providers that people of a home have chosen, where the contract lets them."""
    if not instance.framework.binds(Rule.CHOICE):
        return set()
    return {each.chosen_provider for each in home if each.chosen_provider is not None}
