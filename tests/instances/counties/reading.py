"""The rules read once more, plainly: who may have a package, and what a call-off in rank would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from optimiser.model.allocation import Rule
from optimiser.model.calendar import Band, DayType
from optimiser.model.identifiers import LotCode, PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package, ServiceKind
from optimiser.model.supply import Admission, Provider, ProviderStatus


@dataclass(frozen=True, kw_only=True)
class Market:
    """What holds on the instance's day, looked up once."""

    instance: Instance
    admitted: Mapping[tuple[LotCode, ServiceKind], Mapping[ProviderId, Admission]]
    lots: Mapping[ProviderId, frozenset[LotCode]]
    spare: Mapping[ProviderId, Mapping[tuple[Band, DayType], int]]
    pairs: Mapping[ProviderId, Mapping[tuple[Band, DayType], int]]

    @classmethod
    def of(cls, instance: Instance) -> Market:
        admitted: dict[tuple[LotCode, ServiceKind], dict[ProviderId, Admission]] = {}
        lots: dict[ProviderId, set[LotCode]] = {}
        for each in instance.admissions:
            if each.holds_on(instance.as_of):
                admitted.setdefault((each.lot, each.service), {})[each.provider] = each
                lots.setdefault(each.provider, set()).add(each.lot)
        spare: dict[ProviderId, dict[tuple[Band, DayType], int]] = {}
        pairs: dict[ProviderId, dict[tuple[Band, DayType], int]] = {}
        for row in instance.capacities:
            if row.band and row.day_type and row.locality is None:
                spare.setdefault(row.provider, {})[row.band, row.day_type] = row.spare
                pairs.setdefault(row.provider, {})[row.band, row.day_type] = row.double_up_pairs or 0
        return cls(
            instance=instance,
            admitted=admitted,
            lots={provider: frozenset(held) for provider, held in lots.items()},
            spare=spare,
            pairs=pairs,
        )

    def broken(self, package: Package, provider: Provider) -> set[Rule]:
        """Every rule that keeps a provider from a package."""
        found: set[Rule] = set()
        admission = self.admitted.get((package.lot, package.service), {}).get(provider.id)
        if package.lot not in self.lots.get(provider.id, frozenset()):
            found.add(Rule.LOT)
        elif admission is None:
            found.add(Rule.SERVICE)
        elif package.client_group not in admission.client_groups:
            found.add(Rule.CLIENT_GROUP)
        if admission is not None:
            found |= self._by_admission(package, provider, admission)
        if provider.status_on(self.instance.as_of) is not ProviderStatus.ACTIVE:
            found.add(Rule.STATUS)
        if not package.skills <= provider.skills:
            found.add(Rule.SKILLS)
        if package.gender_of_carer and package.gender_of_carer not in provider.genders:
            found.add(Rule.GENDER)
        if package.language and package.language not in provider.languages:
            found.add(Rule.LANGUAGE)
        if provider.id in package.excluded_providers:
            found.add(Rule.ENDED)
        if package.chosen_provider not in (None, provider.id):
            found.add(Rule.CHOICE)
        if any(v.service_duration < 1800 and not v.short_visit_agreed for v in package.visits):
            found.add(Rule.SHORT_VISIT)
        spare = self.spare.get(provider.id, {})
        if any(spare.get(part, 0) < wanted for part, wanted in package.demand().items()):
            found.add(Rule.CAPACITY)
        return found

    def _by_admission(self, package: Package, provider: Provider, admission: Admission) -> set[Rule]:
        found: set[Rule] = set()
        tier = self.instance.framework.tiers[self.instance.framework.tier_order(admission.tier)]
        ratings = (provider.cqc_overall, provider.cqc_safe, provider.cqc_well_led)
        if tier.needs_cqc_good and not all(rating.is_good_or_better for rating in ratings):
            found.add(Rule.CQC)
        ceiling = self.instance.framework.ceilings.get(package.service)
        if ceiling is not None and admission.rate + admission.supplement > ceiling:
            found.add(Rule.PRICE)
        return found


def call_off_in_rank(instance: Instance) -> Counter[str]:
    """Whole hours a week by tier, last resort as ``""``, when packages are placed as they came in."""
    market = Market.of(instance)
    order = {tier.code: number for number, tier in enumerate(instance.framework.tiers)}
    left = {provider: dict(parts) for provider, parts in market.spare.items()}
    hours: Counter[str] = Counter()
    sequence: dict[tuple[LotCode, ServiceKind], list[ProviderId]] = {}
    for (lot, service), admitted in market.admitted.items():
        ranked = instance.ranked_list(lot, service)
        ranks = {entry.provider: entry.rank for entry in ranked.entries} if ranked else {}
        sequence[lot, service] = sorted(
            admitted, key=lambda p: (order[admitted[p].tier], ranks.get(p, 999), admitted[p].rate, p)
        )
    providers = instance.provider_by_id
    for package in sorted(instance.packages, key=lambda each: (each.requested_on, each.id)):
        tier = ""
        wanted = package.demand()
        for candidate in sequence.get((package.lot, package.service), []):
            if market.broken(package, providers[candidate]):
                continue
            if all(left[candidate].get(part, 0) >= seconds for part, seconds in wanted.items()):
                for part, seconds in wanted.items():
                    left[candidate][part] -= seconds
                tier = market.admitted[package.lot, package.service][candidate].tier
                break
        hours[tier] += package.weekly_care // 3600
    return hours


def beyond_everyone(instance: Instance) -> list[PackageId]:
    """Packages that no provider could have were it the only one."""
    market = Market.of(instance)
    providers = instance.provider_by_id
    return [
        package.id
        for package in instance.packages
        if all(
            market.broken(package, providers[candidate])
            for candidate in market.admitted.get((package.lot, package.service), {})
        )
    ]
