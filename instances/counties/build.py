"""From a county's plan and a seed to an instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from instances.contract_file import preset
from instances.counties.chance import generator
from instances.counties.contracts import Pricing, Review, admissions_of, ranked_lists_of
from instances.counties.districts import DISTRICTS, District, find_district
from instances.counties.geography import Geography, geography_of
from instances.counties.lots import LotMap
from instances.counties.market import Member, TierPlan, draw_members, thinned
from instances.counties.people import packages_of
from instances.counties.spare import capacities_of
from instances.counties.strata import Stratum, people_by_stratum
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode
from optimiser.model.instance import Assumption, Instance
from optimiser.model.need import Package, ServiceKind

AS_OF = date(2026, 10, 5)
CHOSEN, ENDED = 0.03, 0.02
"""Shares of packages with a provider of the person's own choice, and with one whose relationship ended."""

DrawLots = Callable[[Sequence[District], Sequence[District], Sequence[Stratum], Geography], LotMap]


@dataclass(frozen=True, kw_only=True)
class CountyPlan:
    """Everything a county's generator rests on.

    Attributes
    ----------
    preset
        Name of its contract.
    draw_lots
        From the districts shown, all the county's, its strata and its geography.
    needs_whole_map
        Whether lots can be drawn only on the whole county.
    """

    county: str
    strata: tuple[Stratum, ...]
    tiers: tuple[TierPlan, ...]
    preset: str
    pricing: Pricing
    review: Review
    languages: Mapping[str, float]
    assumptions: tuple[Assumption, ...]
    draw_lots: DrawLots
    needs_whole_map: bool = False


def build(
    plan: CountyPlan, *, district: str | None, packages: int | None, seed: int, tightness: float
) -> Instance:
    """Draw an instance.

    Raises
    ------
    ValueError
        For a district the county does not have (naming those it has), fewer than one package, or a tightness
        that is not positive.
    """
    if not tightness > 0:
        raise ValueError(f"capacity over need must be positive, not {tightness}")
    county, framework = DISTRICTS[plan.county], preset(plan.preset)
    shown = (find_district(plan.county, district),) if district is not None else county
    counts = people_by_stratum(plan.strata, county, within=shown, packages=packages)
    geography = geography_of(county if plan.needs_whole_map else shown)
    lot_map = plan.draw_lots(shown, county, plan.strata, geography)
    people = _people(plan, geography, counts, lot_map, shown, seed)
    let = {package.lot for package in people} if plan.needs_whole_map else {lot.code for lot in lot_map.lots}
    sites = tuple(site for site in lot_map.sites if site.code in let)
    members = draw_members(
        [replace(each, is_gated=framework.tier(each.code).needs_cqc_good) for each in plan.tiers],
        lot_map.sites,
        county=plan.county,
        seed=seed,
        as_of=AS_OF,
        languages=tuple(plan.languages),
        ceiling=framework.ceilings[ServiceKind.PERSONAL_CARE],
    )
    members = thinned(
        members, sites, _hours_by_lot(people) if packages is not None else {s.code: s.hours for s in sites}
    )
    people = _with_relations(people, members, plan.county, seed)
    services = sorted({stratum.service for stratum in plan.strata}, key=lambda each: each.value)
    places = {lot: place for lot, place in lot_map.capacity_places.items() if lot in let}
    used = {locality for lot in lot_map.lots if lot.code in let for locality in lot.localities}
    return Instance(
        county=plan.county,
        as_of=AS_OF,
        framework=framework,
        lots=tuple(lot for lot in lot_map.lots if lot.code in let),
        localities=tuple(each for each in lot_map.localities if each.id in used or not plan.needs_whole_map),
        packages=tuple(people),
        providers=tuple(member.provider for member in members),
        admissions=tuple(admissions_of(members, sites, plan.pricing, plan.review, services, AS_OF)),
        ranked_lists=tuple(ranked_lists_of(members, sites, plan.pricing, plan.review, services)),
        capacities=tuple(
            capacities_of(
                members,
                sites,
                people,
                places,
                county=plan.county,
                seed=seed,
                tightness=tightness,
                as_of=AS_OF,
            )
        ),
        area_kinds=geography.kinds,
        assumptions=plan.assumptions,
    )


def _people(
    plan: CountyPlan,
    geography: Geography,
    counts: Mapping[tuple[str, str], int],
    lot_map: LotMap,
    shown: Sequence[District],
    seed: int,
) -> list[Package]:
    codes = {each.code for each in shown}
    packages: list[Package] = []
    for ground in geography.grounds:
        if ground.district.code in codes:
            packages += packages_of(
                ground,
                [(stratum, counts[stratum.name, ground.district.code]) for stratum in plan.strata],
                county=plan.county,
                seed=seed,
                as_of=AS_OF,
                languages=plan.languages,
                lot_of=lot_map.lot_of,
            )
    return packages


def _hours_by_lot(packages: Sequence[Package]) -> dict[LotCode, float]:
    hours: dict[LotCode, float] = {}
    for package in packages:
        hours[package.lot] = hours.get(package.lot, 0.0) + package.weekly_care / HOUR
    return hours


def _with_relations(
    packages: Sequence[Package], members: Sequence[Member], county: str, seed: int
) -> list[Package]:
    """Give some people a provider they chose or one whose relationship with them has ended."""
    found = []
    by_lot = {
        lot: [m for m in members if m.flaw is None and lot in m.lots] for lot in {p.lot for p in packages}
    }
    for package in packages:
        rng = generator(seed, county, "relations", package.id)
        u, which, other = rng.random(), rng.random(), rng.random()
        able = [member for member in by_lot[package.lot] if _suits(member, package)]
        ended = u > 1 - ENDED
        if u < CHOSEN and len(able) > 1 and not ended:
            package = replace(package, chosen_provider=able[int(which * len(able))].id)
        elif ended and len(able) > 2:
            package = replace(package, excluded_providers=frozenset({able[int(other * len(able))].id}))
        found.append(package)
    return found


def _suits(member: Member, package: Package) -> bool:
    """Whether the provider could have the package, its capacity aside."""
    provider = member.provider
    return (
        package.service in member.services
        and package.client_group in member.groups
        and package.skills <= provider.skills
        and (package.gender_of_carer is None or package.gender_of_carer in provider.genders)
        and (package.language is None or package.language in provider.languages)
    )
