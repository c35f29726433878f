"""The market: who the providers are, which lots they are admitted to, at what price, in what order.

It is drawn for the whole county, so that a district drawn alone meets the providers it meets in the county.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

import numpy as np

from geodata.place import Place
from instances.counties.chance import Rng, generator
from instances.counties.geography import Town, neighbours, towns
from instances.counties.names import provider_names
from optimiser.model.identifiers import LotCode, ProviderId, TierCode
from optimiser.model.need import ClientGroup, Gender, ServiceKind
from optimiser.model.supply import Provider, ProviderStatus, Rating

S = ServiceKind
NIGHTS = frozenset({S.NIGHT_AWAKE, S.NIGHT_SLEEP})

# Share of providers that have each skill; of those who take the client group at all for the last three.
SKILLS_HELD: Mapping[str, float] = {
    "hoist": 0.88,
    "dementia": 0.92,
    "catheter": 0.75,
    "end_of_life": 0.70,
    "stoma": 0.65,
    "peg": 0.45,
    "spinal_injury": 0.35,
    "epilepsy": 0.65,
}
SKILLS_OF_A_GROUP: Mapping[str, tuple[ClientGroup, float]] = {
    "learning_disability": (ClientGroup.LEARNING_DISABILITY, 0.95),
    "autism": (ClientGroup.LEARNING_DISABILITY, 0.80),
    "mental_health": (ClientGroup.MENTAL_HEALTH, 0.95),
}


class Flaw(Enum):
    """Why a provider on the books gets no new work today: each shows one rule of eligibility at work."""

    RATING_FELL = "rated Requires Improvement for Safe, which its tier does not admit"
    INADEQUATE = "rated Inadequate, and embargoed for it"
    SUSPENDED = "suspended"
    EMBARGOED = "embargoed"
    TOO_DEAR = "dearer than the ceiling"
    JOINS_LATER = "joins at the next date"
    LEFT = "left at the last review"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPlan:
    """How a tier is filled.

    Attributes
    ----------
    fewest, most
        Usable providers in a lot; between these by the lot's hours.
    hours_each
        Hours a week for each provider that the number aims at.
    share
        Of the lot's whole capacity.
    rate, spread, lowest, highest
        Personal care in pence an hour: mean, standard deviation, bounds.
    reach
        Share of places taken by providers of neighbouring lots where there are any.
    services
        What its providers may offer, and the share that does. Both kinds of night come together.
    flaws
        One flawed provider a lot for each inner tuple, its flaws taking turns from lot to lot.
    is_ranked
        Whether it stands on the ranked lists.
    small
        Share of its providers that are small.
    most_lots
        That one provider serves in this tier.
    is_gated
        Whether the contract asks for CQC Good: taken from it when a county is drawn.
    """

    code: TierCode
    fewest: int
    most: int
    hours_each: int
    share: float
    rate: int
    spread: int
    lowest: int
    highest: int
    reach: float
    services: Mapping[ServiceKind, float]
    flaws: tuple[tuple[Flaw, ...], ...] = ()
    is_ranked: bool = True
    small: float = 0.1
    most_lots: int = 4
    is_gated: bool = False

    def places(self, hours: float) -> int:
        """Usable providers in a lot of so many hours a week."""
        return int(min(self.most, max(self.fewest, round(hours * self.share / self.hours_each))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A lot as the market sees it.

    Attributes
    ----------
    hours
        A week, as published or assumed for the county.
    middle
        For who is whose neighbour.
    supplement
        Pence an hour that most providers ask on top here, for distance.
    """

    code: LotCode
    hours: float
    middle: Place
    supplement: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A provider in its tier.

    Attributes
    ----------
    lots
        In the order it joined them, home first.
    rate, old_rate
        Pence an hour of personal care, now and under the list before.
    quality, old_quality
        From 0 to 100.
    size
        Against the others of its tier.
    does_all
        Whether it covers every service of its tier, client group, skill and language.
    is_newcomer
        Whether it joined at the last review, and so is not on the list before.
    """

    plan: TierPlan
    provider: Provider
    lots: tuple[LotCode, ...]
    services: frozenset[ServiceKind]
    groups: frozenset[ClientGroup]
    rate: int
    old_rate: int
    quality: float
    old_quality: float
    size: float
    does_all: bool = False
    flaw: Flaw | None = None
    is_newcomer: bool = False

    @property
    def id(self) -> ProviderId:
        """Of its provider."""
        return self.provider.id


@dataclass(frozen=True, slots=True)
class _Slot:
    """A provider to be: its tier, its lots, whether it covers everything, its flaw."""

    plan: TierPlan
    lots: tuple[LotCode, ...]
    does_all: bool
    flaw: Flaw | None


def draw_members(
    plans: Sequence[TierPlan],
    sites: Sequence[Site],
    *,
    county: str,
    seed: int,
    as_of: date,
    languages: Sequence[str],
    ceiling: int,
) -> tuple[Member, ...]:
    """Draw the county's providers, tier by tier and lot by lot.

    In every tier of every lot one provider covers every service of the tier, client group, skill and
    language, so that nobody's needs are beyond the whole market.
    """
    slots: list[_Slot] = []
    for plan in plans:
        slots += _slots(plan, sites, generator(seed, county, "market", plan.code))
    names = provider_names(county, len(slots), generator(seed, county, "names"))
    middles = {site.code: site.middle for site in sites}
    members = []
    for number, (slot, name) in enumerate(zip(slots, names, strict=True), start=1):
        rng = generator(seed, county, "provider", str(number))
        members.append(_member(slot, ProviderId(f"PR{number:03d}"), name, middles[slot.lots[0]], rng,
                               as_of, languages, ceiling))  # fmt: skip
    return tuple(members)


def _slots(plan: TierPlan, sites: Sequence[Site], rng: Rng) -> list[_Slot]:
    near = neighbours([site.middle for site in sites])
    usable: list[list[LotCode]] = []
    does_all: list[bool] = []
    flawed: list[_Slot] = []
    for row, site in enumerate(sites):
        around = {sites[other].code for other in near[row]}
        wanted = plan.places(site.hours)
        joining = [i for i, lots in enumerate(usable) if lots[0] in around and len(lots) < plan.most_lots]
        joining = [joining[i] for i in rng.permutation(len(joining))][: int(wanted * plan.reach)]
        for i in joining:
            usable[i].append(site.code)
        covered = any(does_all[i] for i in joining)
        for _ in range(wanted - len(joining)):
            usable.append([site.code])
            does_all.append(not covered)
            covered = True
        flawed += [_Slot(plan, (site.code,), True, kinds[row % len(kinds)]) for kinds in plan.flaws]
    return [
        _Slot(plan, tuple(lots), every, None) for lots, every in zip(usable, does_all, strict=True)
    ] + flawed


def _member(
    slot: _Slot,
    number: ProviderId,
    name: str,
    middle: Place,
    rng: Rng,
    as_of: date,
    languages: Sequence[str],
    ceiling: int,
) -> Member:
    plan = slot.plan
    groups = frozenset(ClientGroup) if slot.does_all else _groups(rng)
    services = _services(plan, slot.does_all, rng)
    is_small = not slot.does_all and rng.random() < plan.small
    quality = float(np.clip(rng.normal(70, 9), 40, 95))
    rate = int(np.clip(rng.normal(plan.rate, plan.spread), plan.lowest, plan.highest))
    if slot.flaw is Flaw.TOO_DEAR:
        rate = ceiling + 40 + int(rng.integers(0, 160))
    return Member(
        plan=plan,
        provider=_standing(
            Provider(
                id=number,
                name=name,
                branch=_branch(middle, rng),
                skills=_skills(groups, slot.does_all, rng),
                languages=frozenset(t for t in languages if slot.does_all or rng.random() < 0.35),
                genders=_genders(slot.does_all, is_small, rng),
                is_small=is_small,
            ),
            slot.flaw,
            plan,
            quality,
            as_of,
            rng,
        ),
        lots=slot.lots,
        services=services,
        groups=groups,
        rate=rate,
        old_rate=round(rate * float(rng.uniform(0.945, 0.985))),
        quality=round(quality, 1),
        old_quality=round(float(np.clip(quality + rng.normal(0, 5), 40, 95)), 1),
        size=float(rng.lognormal(0.0, 0.35)) * (0.3 if is_small else 1.0),
        does_all=slot.does_all,
        flaw=slot.flaw,
        is_newcomer=not slot.does_all and rng.random() < 0.12,
    )


def _branch(middle: Place, rng: Rng) -> Place:
    """Middle of one of the larger settlements about: a branch is on a high street somewhere."""

    def away(town: Town) -> float:
        return float(np.hypot(town.place.easting - middle.easting, town.place.northing - middle.northing))

    near = sorted(towns(), key=lambda town: (away(town), town.name))[:10]
    largest = sorted(near, key=lambda town: (-town.population, town.name))[:4]
    return largest[int(rng.integers(len(largest)))].place


def _standing(
    provider: Provider, flaw: Flaw | None, plan: TierPlan, quality: float, as_of: date, rng: Rng
) -> Provider:
    """The provider with its status and ratings."""
    overall = Rating.OUTSTANDING if quality > 84 else Rating.GOOD
    if not plan.is_gated and quality < 60:
        overall = Rating.REQUIRES_IMPROVEMENT if rng.random() < 0.6 else Rating.NOT_RATED
    safe = well_led = Rating.GOOD if overall.is_good_or_better else overall
    if flaw is Flaw.RATING_FELL:
        overall, safe, well_led = Rating.GOOD, Rating.REQUIRES_IMPROVEMENT, Rating.GOOD
    if flaw is Flaw.INADEQUATE:
        overall = safe = well_led = Rating.INADEQUATE
    rated = replace(provider, cqc_overall=overall, cqc_safe=safe, cqc_well_led=well_led)
    if flaw in (Flaw.SUSPENDED, Flaw.EMBARGOED, Flaw.INADEQUATE):
        held = ProviderStatus.SUSPENDED if flaw is Flaw.SUSPENDED else ProviderStatus.EMBARGOED
        return replace(rated, status=held, status_from=as_of - timedelta(days=int(rng.integers(5, 40))))
    return rated


def _groups(rng: Rng) -> frozenset[ClientGroup]:
    u = rng.random()
    if u < 0.06:
        return frozenset({ClientGroup.OLDER_PEOPLE})
    if u < 0.14:
        return frozenset({ClientGroup.LEARNING_DISABILITY, ClientGroup.MENTAL_HEALTH})
    groups = {ClientGroup.OLDER_PEOPLE, ClientGroup.PHYSICAL_DISABILITY}
    more = rng.random(2)
    if more[0] < 0.85:
        groups.add(ClientGroup.LEARNING_DISABILITY)
    if more[1] < 0.80:
        groups.add(ClientGroup.MENTAL_HEALTH)
    return frozenset(groups)


def _services(plan: TierPlan, does_all: bool, rng: Rng) -> frozenset[ServiceKind]:
    drawn = rng.random(len(plan.services))
    offered = {s for (s, share), u in zip(plan.services.items(), drawn, strict=True) if does_all or u < share}
    if offered & NIGHTS:
        offered |= NIGHTS & set(plan.services)
    return frozenset(offered or set(list(plan.services)[:1]))


def _skills(groups: frozenset[ClientGroup], does_all: bool, rng: Rng) -> frozenset[str]:
    drawn = rng.random(len(SKILLS_HELD) + len(SKILLS_OF_A_GROUP))
    shares = {
        **SKILLS_HELD,
        **{name: share if group in groups else 0.0 for name, (group, share) in SKILLS_OF_A_GROUP.items()},
    }
    return frozenset(n for (n, share), u in zip(shares.items(), drawn, strict=True) if does_all or u < share)


def _genders(does_all: bool, is_small: bool, rng: Rng) -> frozenset[Gender]:
    if not does_all and rng.random() < (0.4 if is_small else 0.12):
        return frozenset({Gender.FEMALE})
    return frozenset(Gender)


def thinned(
    members: Sequence[Member], sites: Sequence[Site], hours: Mapping[LotCode, float]
) -> tuple[Member, ...]:
    """Fewer usable providers in lots with less care than the county's, so that each still has a fair amount.

    At least two stay in every tier of a lot where there were two, the one that covers everything among them.

    Parameters
    ----------
    hours
        A week, really wanted in each lot.
    """
    gone: set[tuple[ProviderId, LotCode]] = set()
    for site in sites:
        for code in dict.fromkeys(member.plan.code for member in members):
            usable = [m for m in members if site.code in m.lots and m.plan.code == code and m.flaw is None]
            ratio = hours.get(site.code, 0.0) / max(site.hours, 1e-9)
            kept = max(2, round(len(usable) * min(1.0, 2 * ratio)))
            usable.sort(key=lambda member: (not member.does_all, member.id))
            gone |= {(member.id, site.code) for member in usable[kept:]}
    shown = {site.code for site in sites}
    left = [
        replace(m, lots=tuple(lot for lot in m.lots if lot in shown and (m.id, lot) not in gone))
        for m in members
    ]
    return tuple(member for member in left if member.lots)
