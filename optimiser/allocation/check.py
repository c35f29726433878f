"""The truth about an allocation, worked out again from the instance and from nothing else.

It shares no line with the rules, the models or the solvers: each rule stands here a second time, written from
the contract. An answer that leaves this house has passed it; a saved one can be passed through it years
later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from optimiser.allocation.check_capacity import CapacityLimits
from optimiser.allocation.check_contract import Claim, ContractLimits, Key, choice_of, homes
from optimiser.model.allocation import Allocation, Placement, Rule
from optimiser.model.calendar import Band, DayType
from optimiser.model.identifiers import LotCode, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind, SourceRoute
from optimiser.model.price import last_resort_cost, weekly_cost
from optimiser.model.supply import Admission, ProviderStatus, RateUnit


class Duty(Enum):
    """What an allocation owes beyond who may have which package."""

    COMPLETE = "every package once"
    RECORD = "lot, tier, position and price as the contract has them"
    RANK_FAITHFUL = "rank-faithful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something wrong with an allocation.

    Attributes
    ----------
    provider
        ``None`` where it concerns last resort, or no provider in particular.
    """

    rule: Rule | Duty
    package: PackageId
    provider: ProviderId | None
    message: str

    def __str__(self) -> str:
        who = f" with {self.provider}" if self.provider else ""
        return f"{self.rule.value}: {self.package}{who}: {self.message}"


def check(instance: Instance, allocation: Allocation, *, rank_faithful: bool = True) -> tuple[Breach, ...]:
    """Everything wrong with an allocation; empty where it is sound.

    Parameters
    ----------
    rank_faithful
        Whether its policy promises that no package sits below a better-placed provider with room for it.
    """
    breaches = list(_complete(instance, allocation))
    if breaches:
        return tuple(breaches)  # nothing else can be asked of it
    market = Market(instance)
    packages = instance.package_by_id
    for placement in allocation.placements:
        package = packages[placement.package]
        breaches += [
            Breach(rule=rule, package=package.id, provider=placement.provider, message=message)
            for rule, message in market.refusals(package, placement.provider)
        ]
        breaches += _record(market, package, placement)
    for left in allocation.unplaced:
        due = last_resort_cost(packages[left.package], instance.framework)
        if left.weekly_cost != due:
            breaches.append(
                Breach(
                    rule=Duty.RECORD,
                    package=left.package,
                    provider=None,
                    message=f"costs {left.weekly_cost} pence a week on record, {due} by the last-resort rate",
                )
            )
    breaches += market.overfull(allocation)
    breaches += _parted(market, allocation)
    if rank_faithful:
        breaches += _passed_over(market, allocation)
    return tuple(breaches)


def _complete(instance: Instance, allocation: Allocation) -> Iterator[Breach]:
    packages, providers = {each.id for each in instance.packages}, {each.id for each in instance.providers}
    stands = [each.package for each in allocation.placements] + [each.package for each in allocation.unplaced]
    for missing in sorted(packages - set(stands)):
        yield Breach(rule=Duty.COMPLETE, package=missing, provider=None, message="is neither placed nor left")
    for unknown in sorted(set(stands) - packages):
        yield Breach(
            rule=Duty.COMPLETE, package=unknown, provider=None, message="is no package of this instance"
        )
    for each in allocation.placements:
        if each.provider not in providers:
            yield Breach(
                rule=Duty.COMPLETE, package=each.package, provider=each.provider, message="no such provider"
            )


def _record(market: Market, package: Package, placement: Placement) -> Iterator[Breach]:
    found = market.terms(package, placement.provider)
    if found is None:
        return
    position, admission = found
    due = (package.lot, admission.tier, position, weekly_cost(package, admission))
    told = (placement.lot, placement.tier, placement.position, placement.weekly_cost)
    for name, is_due, is_told in zip(("lot", "tier", "position", "weekly cost"), due, told, strict=True):
        if is_due != is_told:
            yield Breach(
                rule=Duty.RECORD,
                package=package.id,
                provider=placement.provider,
                message=f"{name} is {is_told} on record, {is_due} by the contract",
            )


def _passed_over(market: Market, allocation: Allocation) -> Iterator[Breach]:
    provider_of = allocation.provider_of
    loads = market.loads(allocation)
    kept = {each.package for each in allocation.placements if each.kept}
    for home in market.homes:
        if all(each.id in kept for each in home):
            continue  # decided before, and not now
        now = provider_of.get(home[0].id)
        chosen = market.choices(home)
        for _, provider in market.asked_before(home[0], now, chosen):
            if market.has_room(home, provider, loads, now) and market.may_have(home, provider):
                yield Breach(
                    rule=Rule.CHOICE if provider in chosen else Duty.RANK_FAITHFUL,
                    package=home[0].id,
                    provider=now,
                    message=f"{provider} is to be asked before and has room for it in every row",
                )


def _parted(market: Market, allocation: Allocation) -> Iterator[Breach]:
    provider_of = allocation.provider_of
    for home in market.homes:
        held = {provider_of.get(each.id) for each in home}
        if len(held) > 1:
            names = " and ".join(sorted(each or "last resort" for each in held))
            yield Breach(
                rule=Rule.HOUSEHOLD,
                package=home[0].id,
                provider=provider_of.get(home[0].id),
                message=f"the household is with {names}, and one provider may have it whole",
            )


class Market:
    """The contract read afresh; nothing of it is taken from the solvers' side of the house."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.day = instance.as_of
        self.providers = instance.provider_by_id
        self.capacity = CapacityLimits(instance)
        self._parts: dict[PackageId, tuple[tuple[Band, DayType], ...]] = {}
        self._refused: dict[tuple[PackageId, ProviderId], tuple[tuple[Rule, str], ...]] = {}
        self._orders: dict[tuple[LotCode, ServiceKind], list[Admission]] = {}
        self._held: dict[ProviderId, list[Admission]] = {each.id: [] for each in instance.providers}
        self._serving: dict[tuple[LotCode, ServiceKind], list[Admission]] = {}
        for each in instance.admissions:
            if each.holds_on(self.day):
                self._held[each.provider].append(each)
                self._serving.setdefault((each.lot, each.service), []).append(each)
        self.contract = ContractLimits(instance, lambda package, who: self.may_have([package], who))
        self.homes = tuple(each for home in homes(instance) for each in self._as_they_go(home))

    def _as_they_go(self, home: list[Package]) -> list[list[Package]]:
        """A household whole where a provider may have it and no choice is against it; else each alone."""
        if len(home) == 1:
            return [home]
        able = {
            each.id
            for each in self.instance.providers
            if self.may_have(home, each.id) and self.has_room(home, each.id, {}, None)
        }
        chosen = self.choices(home)
        return [home] if able and len(chosen) <= 1 and chosen <= able else [[each] for each in home]

    def choices(self, home: list[Package]) -> set[ProviderId]:
        """Providers that people of a home chose and that may have them."""
        return {
            who
            for who in choice_of(self.instance, home)
            if any(each.chosen_provider == who and self.may_have([each], who) for each in home)
        }

    def may_have(self, home: list[Package], provider: ProviderId) -> bool:
        """Whether no rule keeps a provider from any of these packages."""
        return not any(refusal for each in home for refusal in self.refusals(each, provider))

    # The order of call-off

    def order(self, lot: LotCode, service: ServiceKind) -> list[Admission]:
        """Admissions in force, in the order they are asked; superseded ones left out."""
        if (lot, service) not in self._orders:
            here = self._serving.get((lot, service), [])
            holding = [
                a
                for a in here
                if any(self._governing(here, a.provider, group) is a for group in a.client_groups)
            ]
            ranked = self.instance.ranked_list(lot, service)
            rank = {entry.provider: entry.rank for entry in (ranked.entries if ranked else ())}

            def key(a: Admission) -> tuple[object, ...]:
                return (
                    self.instance.framework.tier_order(a.tier),
                    rank.get(a.provider, 10**9),
                    a.rate + a.supplement,
                    a.provider,
                    sorted(group.value for group in a.client_groups),
                )

            self._orders[lot, service] = sorted(holding, key=key)
        return self._orders[lot, service]

    @staticmethod
    def _governing(admissions: list[Admission], provider: ProviderId, group: object) -> Admission | None:
        found: Admission | None = None
        for each in admissions:
            if each.provider != provider or group not in each.client_groups:
                continue
            if found is None:
                found = each
                continue
            begun, before = each.effective_from or date.min, found.effective_from or date.min
            cheaper = each.rate + each.supplement < found.rate + found.supplement
            if begun > before or (begun == before and cheaper):
                found = each
        return found

    def terms(self, package: Package, provider: ProviderId) -> tuple[int, Admission] | None:
        """Position and admission of a provider for a package."""
        order = self.order(package.lot, package.service)
        holds = self._governing(order, provider, package.client_group)
        return None if holds is None else (1 + [each is holds for each in order].index(True), holds)

    def asked_before(
        self, package: Package, now: ProviderId | None, chosen: set[ProviderId]
    ) -> Iterator[tuple[int, ProviderId]]:
        """Providers that stand before the present one for this package, the person's choice first of all."""
        if now in chosen:
            return
        here = None if now is None else self.terms(package, now)
        for provider in dict.fromkeys(each.provider for each in self.order(package.lot, package.service)):
            there = self.terms(package, provider)
            if provider == now or there is None:
                continue
            if provider in chosen or here is None or there[0] < here[0]:
                yield there[0], provider

    # Who may have which package

    def refusals(self, package: Package, provider_id: ProviderId) -> tuple[tuple[Rule, str], ...]:
        """Rules that keep a provider from a package under this contract, its loads aside."""
        key = package.id, provider_id
        if key not in self._refused:
            self._refused[key] = tuple(
                (rule, message)
                for rule, message in self._every_refusal(package, provider_id)
                if self.instance.framework.binds(rule)
            )
        return self._refused[key]

    def _every_refusal(self, package: Package, provider_id: ProviderId) -> Iterator[tuple[Rule, str]]:
        provider = self.providers[provider_id]
        here = [a for a in self._held[provider_id] if a.lot == package.lot]
        terms = self.terms(package, provider_id)
        if not here:
            yield Rule.LOT, f"not admitted to {package.lot}"
        elif all(a.service is not package.service for a in here):
            yield Rule.SERVICE, f"not admitted for {package.service.value}"
        elif terms is None:
            yield Rule.CLIENT_GROUP, f"not admitted for {package.client_group.value}"
        same_work = package.current_provider == provider_id
        if provider.status_on(self.day) is not ProviderStatus.ACTIVE and not (
            same_work and package.route in {SourceRoute.REVIEW, SourceRoute.VARIATION}
        ):
            yield Rule.STATUS, provider.status.value
        if provider_id in package.excluded_providers or (
            same_work and package.route in {SourceRoute.HANDBACK, SourceRoute.PROVIDER_EXIT}
        ):
            yield Rule.ENDED, "relationship ended"
        if not package.skills <= provider.skills:
            yield Rule.SKILLS, f"lacks {', '.join(sorted(package.skills - provider.skills))}"
        if package.gender_of_carer is not None and package.gender_of_carer not in provider.genders:
            yield Rule.GENDER, f"no {package.gender_of_carer.value} carer"
        if package.language is not None and package.language not in provider.languages:
            yield Rule.LANGUAGE, f"nobody speaks {package.language}"
        if package.service is ServiceKind.PERSONAL_CARE and any(
            visit.service_duration < 1800 and not visit.short_visit_agreed for visit in package.visits
        ):
            yield Rule.SHORT_VISIT, "a visit under 30 minutes that was not agreed"
        if terms is not None:
            yield from self._by_terms(package, provider_id, terms[1])
        for part in self._parts_of(package):
            if not self.capacity.states(package, provider_id, part):
                yield Rule.CAPACITY, f"no capacity stated for {part[0].value} on a {part[1].value}"
        if any(amount > limit for _, amount, limit in self.capacity.uses(package, provider_id)):
            yield Rule.CAPACITY, "too large for all the capacity it has"

    def _parts_of(self, package: Package) -> tuple[tuple[Band, DayType], ...]:
        """Parts of the week in which a package wants care."""
        if package.id not in self._parts:
            self._parts[package.id] = tuple(package.demand())
        return self._parts[package.id]

    def _by_terms(
        self, package: Package, provider_id: ProviderId, admission: Admission
    ) -> Iterator[tuple[Rule, str]]:
        provider = self.providers[provider_id]
        gate = next(each for each in self.instance.framework.tiers if each.code == admission.tier)
        ratings = (provider.cqc_overall, provider.cqc_safe, provider.cqc_well_led)
        if gate.needs_cqc_good and not all(rating.is_good_or_better for rating in ratings):
            yield Rule.CQC, f"not Good or better in all that {gate.name} asks"
        ceiling = self.instance.framework.ceilings.get(package.service)
        floor = self.instance.framework.floors.get(package.service)
        if package.service is ServiceKind.LIVE_IN:
            price, scale = weekly_cost(package, admission), 1
        elif admission.rate_unit is RateUnit.WEEK:
            price, scale = weekly_cost(package, admission) * 3600, package.weekly_care
        else:
            price, scale = admission.rate + admission.supplement, 1
        if ceiling is not None and price > ceiling * scale:
            yield Rule.PRICE, f"above the ceiling of {ceiling} pence"
        if floor is not None and price < floor * scale:
            yield Rule.FLOOR, f"below the floor of {floor} pence"

    # Limits

    def _claims(self, package: Package, provider: ProviderId) -> Iterator[Claim]:
        """Everything that a package with a provider counts against: what it has, and what it may have."""
        if self.instance.framework.binds(Rule.CAPACITY):
            for row, wanted, limit in self.capacity.uses(package, provider):
                yield (provider, *row), wanted, limit
        found = self.terms(package, provider)
        if found is not None:
            yield from self.contract.claims(package, provider, found[1])

    def loads(self, allocation: Allocation) -> Mapping[Key, int]:
        """What everything placed takes of each limit."""
        packages = self.instance.package_by_id
        found: dict[Key, int] = {}
        for placement in allocation.placements:
            for key, wanted, _ in self._claims(packages[placement.package], placement.provider):
                found[key] = found.get(key, 0) + wanted
        return found

    def has_room(
        self, home: list[Package], provider: ProviderId, loads: Mapping[Key, int], now: ProviderId | None
    ) -> bool:
        """Whether packages fit a provider on top of loads, of which they give up what they take now."""
        more: dict[Key, int] = {}
        most: dict[Key, int] = {}
        for each in home:
            for key, wanted, limit in self._claims(each, provider):
                more[key] = more.get(key, 0) + wanted
                most[key] = limit
        # What a tier has together is given up by moving inside it; nothing else is shared by two providers.
        if now is not None and self.instance.framework.binds(Rule.SHARE):
            for each in home:
                for key, wanted, _ in self._claims(each, now):
                    more[key] = more.get(key, 0) - wanted
        return all(loads.get(key, 0) + more[key] <= limit for key, limit in most.items())

    def overfull(self, allocation: Allocation) -> Iterator[Breach]:
        """One breach for each limit that is passed, told of its last package."""
        packages, loads, told = self.instance.package_by_id, self.loads(allocation), set[Key]()
        for placement in reversed(allocation.placements):
            for key, _, limit in self._claims(packages[placement.package], placement.provider):
                if loads[key] > limit and key not in told:
                    told.add(key)
                    yield Breach(
                        rule=key[0] if isinstance(key[0], Rule) else Rule.CAPACITY,
                        package=placement.package,
                        provider=placement.provider,
                        message=self._too_much(placement.provider, key, loads[key], limit),
                    )

    def _too_much(self, provider: ProviderId, key: Key, load: int, limit: int) -> str:
        if key[0] in (Rule.NEW_STARTS, Rule.LEAST_PROVIDERS):
            return f"{load} packages, where there may be {limit}"
        used, most = load / 3600, limit / 3600
        if isinstance(key[0], Rule):
            return f"{used:.2f} h of {key[-1]}, where there may be {most:.2f} h"
        number = key[1]
        assert isinstance(number, int)
        capacity = self.capacity.held[provider][number]
        part = capacity.band.value if capacity.band else "the week"
        return f"{used:.2f} h of {key[2]} in {part}, where there are {most:.2f} h"
