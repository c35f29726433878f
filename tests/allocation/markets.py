"""Small random markets with every rule switched on, and a district the size of Maldon."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from optimiser.model.allocation import Rule
from optimiser.model.calendar import HOUR, MINUTE, Band, DayType, Weekday
from optimiser.model.contract import Area, Cap, RuleKind
from optimiser.model.identifiers import DistrictCode, LocalityId, LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.market import Framework, Locality, Lot, Tier
from optimiser.model.need import ClientGroup, Gender, Package, ServiceKind, SourceRoute, Visit, Window
from optimiser.model.supply import (
    Admission,
    Capacity,
    Provider,
    ProviderStatus,
    RankedEntry,
    RankedList,
    RateUnit,
    Rating,
)

AS_OF = date(2026, 9, 14)
DISTRICT = DistrictCode("E07000074")
LOT = LotCode("MALDON")
TOWNS = ((585_000, 207_000), (587_000, 208_500), (595_000, 196_500), (597_500, 199_500), (599_500, 203_500))
SECTORS = ("CM9 5", "CM9 4", "CM0 8", "CM0 7", "CM0 9")
WEEK = frozenset(Weekday)
WEEKDAYS = frozenset(day for day in Weekday if day.day_type is DayType.WEEKDAY)
CALLS = ((7, 10), (12, 14), (16, 17), (19, 21))
FRAMEWORK = Framework(
    name="Test framework",
    version="1",
    tiers=(
        Tier(code=TierCode("T1"), name="Tier 1", needs_cqc_good=True),
        Tier(code=TierCode("T2"), name="Tier 2"),
        Tier(code=TierCode("SPOT"), name="Spot", on_framework=False),
    ),
    ceilings={ServiceKind.PERSONAL_CARE: 3000, ServiceKind.LIVE_IN: 180_000},
    last_resort_rates={
        ServiceKind.PERSONAL_CARE: 3600,
        ServiceKind.NIGHT_AWAKE: 3600,
        ServiceKind.LIVE_IN: 250_000,
    },
)


def window(hour: int, minutes: int = 60) -> Window:
    return Window(hour * HOUR - minutes * MINUTE, hour * HOUR + minutes * MINUTE)


def visit(
    number: int, hour: int, *, minutes: int = 30, carers: int = 1, days: frozenset[Weekday] = WEEK
) -> Visit:
    return Visit(
        number=number, days=days, window=window(hour), service_duration=minutes * MINUTE, carers_needed=carers
    )


def package(name: str, visits: tuple[Visit, ...] = (), **changes: object) -> Package:
    plain = Package(
        id=PackageId(name),
        client=f"client {name}",
        service=ServiceKind.PERSONAL_CARE,
        client_group=ClientGroup.OLDER_PEOPLE,
        route=SourceRoute.COMMUNITY,
        lot=LOT,
        district=DISTRICT,
        postcode="CM9 5AA",
        sector="CM9 5",
        place=Place(585_000, 207_000),
        requested_on=AS_OF,
        visits=visits or (visit(1, 8),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def provider(name: str, **changes: object) -> Provider:
    good = Rating.GOOD
    plain = Provider(
        id=ProviderId(name),
        name=name,
        cqc_overall=good,
        cqc_safe=good,
        cqc_well_led=good,
        languages=frozenset({"en"}),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def admission(name: str, *, tier: str = "T1", rate: int = 2400, **changes: object) -> Admission:
    plain = Admission(
        provider=ProviderId(name),
        lot=LOT,
        service=ServiceKind.PERSONAL_CARE,
        client_groups=frozenset(ClientGroup),
        tier=TierCode(tier),
        rate=rate,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def weekly(name: str, hours: float, **changes: object) -> Capacity:
    return replace(Capacity(provider=ProviderId(name), spare=round(hours * HOUR)), **changes)  # type: ignore[arg-type]


def ranked(
    *names: str, service: ServiceKind = ServiceKind.PERSONAL_CARE, version: str = "2026-09"
) -> RankedList:
    return RankedList(
        version=version,
        lot=LOT,
        service=service,
        effective_from=date(2026, 9, 1),
        effective_to=None,
        entries=tuple(
            RankedEntry(rank=rank, provider=ProviderId(name)) for rank, name in enumerate(names, 1)
        ),
    )


def market(
    packages: list[Package] | tuple[Package, ...],
    providers: list[Provider] | tuple[Provider, ...],
    admissions: list[Admission] | tuple[Admission, ...],
    capacities: list[Capacity] | tuple[Capacity, ...],
    lists: list[RankedList] | tuple[RankedList, ...] = (),
    localities: tuple[Locality, ...] = (),
    framework: Framework = FRAMEWORK,
) -> Instance:
    return Instance(
        county="Essex",
        as_of=AS_OF,
        framework=framework,
        lots=(
            Lot(code=LOT, name="Maldon", districts=frozenset({DISTRICT})),
            Lot(code=LotCode("OTHER"), name="Elsewhere", districts=frozenset({DistrictCode("E07000071")})),
        ),
        localities=localities,
        packages=tuple(packages),
        providers=tuple(providers),
        admissions=tuple(admissions),
        ranked_lists=tuple(lists),
        capacities=tuple(capacities),
        area_kinds=AreaKinds(urban_cells=frozenset({(585_000 // 500, 207_000 // 500)})),
    )


def random_package(rng: random.Random, name: str, providers: list[str]) -> Package:
    town = rng.choices(range(5), (40, 20, 18, 12, 10))[0]
    east, north = TOWNS[town]
    spread = rng.choice((600, 1500, 3500))
    service = rng.choices(
        (ServiceKind.PERSONAL_CARE, ServiceKind.NIGHT_AWAKE, ServiceKind.LIVE_IN), (94, 4, 2)
    )[0]
    if service is ServiceKind.NIGHT_AWAKE:
        visits: tuple[Visit, ...] = (visit(1, 22, minutes=540, days=frozenset(rng.sample(list(Weekday), 3))),)
    elif service is ServiceKind.LIVE_IN:
        visits = (visit(1, 9, minutes=600),)
    else:
        two = 2 if rng.random() < 0.2 else 1
        slots = sorted(rng.sample(range(4), rng.choices((1, 2, 3, 4), (30, 30, 20, 20))[0]))
        days = WEEK if rng.random() < 0.85 else WEEKDAYS
        visits = tuple(
            visit(
                number,
                rng.randint(*CALLS[slot]),
                minutes=rng.choice((30, 30, 45, 60)),
                carers=two,
                days=days,
            )
            for number, slot in enumerate(slots, start=1)
        )
        if rng.random() < 0.03:
            visits = (
                replace(visits[0], service_duration=15 * MINUTE, short_visit_agreed=rng.random() < 0.5),
                *visits[1:],
            )
    return package(
        name,
        visits,
        service=service,
        client_group=rng.choices(tuple(ClientGroup), (60, 20, 12, 8))[0],
        sector=SECTORS[town],
        place=Place(round(rng.gauss(east, spread)), round(rng.gauss(north, spread))),
        requested_on=AS_OF - timedelta(days=rng.randint(0, 60)),
        gender_of_carer=Gender.FEMALE
        if rng.random() < 0.15
        else (Gender.MALE if rng.random() < 0.03 else None),
        language="pl" if rng.random() < 0.03 else None,
        skills=frozenset({"peg"}) if rng.random() < 0.05 else frozenset(),
        chosen_provider=ProviderId(rng.choice(providers)) if rng.random() < 0.05 else None,
        excluded_providers=frozenset({ProviderId(rng.choice(providers))})
        if rng.random() < 0.06
        else frozenset(),
        current_provider=ProviderId(rng.choice(providers)) if rng.random() < 0.1 else None,
        route=rng.choices((SourceRoute.COMMUNITY, SourceRoute.HOSPITAL, SourceRoute.HANDBACK), (60, 30, 10))[
            0
        ],
    )


def random_market(seed: int, *, packages: int = 6, providers: int = 4, tightness: float = 1.0) -> Instance:
    """A market whose capacity in all is about ``1 / tightness`` times its need."""
    rng = random.Random(seed)
    names = [f"PR{number:02d}" for number in range(1, providers + 1)]
    needs = [random_package(rng, f"P{number:04d}", names) for number in range(1, packages + 1)]
    suppliers, admissions, capacities = [], [], []
    wanted: dict[tuple[Band, DayType], int] = {}
    for each in needs:
        for key, seconds in each.demand().items():
            wanted[key] = wanted.get(key, 0) + seconds
    shares = [rng.paretovariate(1.5) for _ in names]
    for name, share in zip(names, shares, strict=True):
        part = share / sum(shares) / tightness * 1.15
        inadequate = rng.random() < 0.06
        suppliers.append(
            provider(
                name,
                status=ProviderStatus.SUSPENDED if rng.random() < 0.04 else ProviderStatus.ACTIVE,
                cqc_safe=Rating.REQUIRES_IMPROVEMENT if inadequate else Rating.GOOD,
                skills=frozenset({"peg"}) if rng.random() < 0.5 else frozenset(),
                languages=frozenset({"en", "pl"}) if rng.random() < 0.3 else frozenset({"en"}),
                genders=frozenset(Gender) if rng.random() < 0.8 else frozenset({Gender.FEMALE}),
            )
        )
        tier = rng.choices(("T1", "T2", "SPOT"), (45, 35, 20))[0]
        if rng.random() < 0.05:
            admissions.append(admission(name, tier=tier, lot=LotCode("OTHER")))
        else:
            groups = frozenset(ClientGroup) if rng.random() < 0.7 else frozenset({ClientGroup.OLDER_PEOPLE})
            base = {"T1": 2350, "T2": 2500, "SPOT": 2800}[tier]
            admissions.append(
                admission(
                    name,
                    tier=tier,
                    rate=base + 5 * rng.randint(-30, 45),
                    supplement=rng.choice((0, 0, 0, 50)),
                    client_groups=groups,
                )
            )
        if rng.random() < 0.5:
            admissions.append(admission(name, tier=tier, rate=2600, service=ServiceKind.NIGHT_AWAKE))
        if rng.random() < 0.4:
            admissions.append(
                admission(
                    name,
                    tier=tier,
                    rate=rng.randint(140, 185) * 1000,
                    rate_unit=RateUnit.WEEK,
                    service=ServiceKind.LIVE_IN,
                )
            )
        hours_only = rng.random() < 0.15
        day_total = 0
        for key in sorted(wanted, key=lambda each: (each[0].value, each[1].value)):
            band, day_type = key
            if hours_only and band not in (Band.NIGHT, Band.LIVE_IN):
                day_total += round(wanted[key] * part)
                continue
            spare = round(wanted[key] * part * rng.uniform(0.6, 1.5) / 900) * 900
            day_total += spare if band not in (Band.NIGHT, Band.LIVE_IN) else 0
            pairs = rng.choice((None, 0, 1, 2, 3)) if band not in (Band.NIGHT, Band.LIVE_IN) else None
            capacities.append(
                Capacity(
                    provider=ProviderId(name),
                    spare=spare,
                    band=band,
                    day_type=day_type,
                    double_up_pairs=pairs,
                )
            )
            if rng.random() < 0.08:
                capacities.append(
                    Capacity(
                        provider=ProviderId(name),
                        spare=spare // 3,
                        band=band,
                        day_type=day_type,
                        locality=LocalityId(rng.choice(("DENGIE", SECTORS[0]))),
                    )
                )
        if hours_only or rng.random() < 0.5:
            capacities.append(Capacity(provider=ProviderId(name), spare=round(0.95 * day_total)))
    order = rng.sample(names, len(names))
    lists = [ranked(*order[: max(1, round(0.8 * len(order)))])]
    localities = (
        Locality(id=LocalityId("DENGIE"), name="Dengie", district=DISTRICT, sectors=frozenset(SECTORS[2:])),
    )
    return market(needs, suppliers, admissions, capacities, lists, localities)


def district(seed: int = 7, *, packages: int = 330, providers: int = 22, tightness: float = 1.0) -> Instance:
    """A district of the size of Maldon."""
    return random_market(seed, packages=packages, providers=providers, tightness=tightness)


def with_every_rule(seed: int, *, packages: int = 4, providers: int = 3, couples: int = 1) -> Instance:
    """A random market under a contract that asks for everything a contract can ask for."""
    instance = random_market(seed, packages=packages, providers=providers, tightness=(0.4, 0.8)[seed % 2])
    terms: Framework = replace(
        instance.framework,
        tiers=tuple(
            replace(tier, most_share=(None, 60)[(seed + n) % 2])
            for n, tier in enumerate(instance.framework.tiers)
        ),
        caps=(Cap(stop_at=50 + seed % 40), Cap(of=Area.LOCALITY, stop_at=70)),
        least_providers=2,
        rules={Rule.LEAST_PROVIDERS: RuleKind.HARD},
        new_starts_a_week=2,
    )
    homes = [
        replace(
            each, household=f"H{n // 2}" if n < 2 * couples else None, requested_on=date(2026, 9, 1 + n % 12)
        )
        for n, each in enumerate(instance.packages)
    ]
    return replace(instance, framework=terms, packages=tuple(homes))
