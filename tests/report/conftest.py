"""A made-up market near Maldon, its two allocations and its study: everything a report is made from."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import geopandas as gpd
import pytest
from shapely.geometry import box

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.settlements import Settlement
from geodata.travel import TravelMode
from optimiser.impact.measures import measure
from optimiser.impact.study import DayBuilt, Study
from optimiser.model.allocation import Allocation, Exclusion, Placement, Rule, Unplaced
from optimiser.model.calendar import HOUR, MINUTE, Weekday
from optimiser.model.identifiers import CarerId, DistrictCode, LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Assumption, Instance
from optimiser.model.market import Framework, Lot, Tier
from optimiser.model.need import ClientGroup, Package, ServiceKind, SourceRoute, Visit, Window
from optimiser.model.rounds import Rest, Round, RoundPlan, Stop
from optimiser.model.supply import Admission, Capacity, Provider, Rating
from optimiser.solving.limits import Limits
from optimiser.solving.provenance import Provenance, versions
from optimiser.solving.result import Result, Status, StoppedBy

MALDON = DistrictCode("E07000074")
LOT = LotCode("MAL")
NAMES = (
    "Blackwater Care",
    "Dengie Home Support",
    "Heybridge Care",
    "Crouch Valley Care",
    "Saltmarsh Homecare",
    "Tillingham Care",
    "St Peter’s Home Care",
    "Burnham Companions",
    "Chelmer Care at Home",
    "Southminster Support",
    "Osea Homecare",
    "Purleigh Care",
    "Wickham Home Care",
    "Tolleshunt Care",
)


@dataclass(frozen=True)
class Case:
    """All that a report is made from."""

    instance: Instance
    allocations: dict[str, Result[Allocation]]
    study: Study
    exclusions: tuple[Exclusion, ...]
    outlines: gpd.GeoDataFrame
    settlements: tuple[Settlement, ...]
    checks: dict[str, str]


def _package(number: int, place: Place, chance: random.Random) -> Package:
    double = chance.random() < 0.18
    starts = [8, 12, 17, 20][: chance.choice([1, 1, 2, 3, 4])]
    visits = []
    for index, hour in enumerate(starts, start=1):
        ideal = hour * HOUR + chance.randrange(-4, 8) * 15 * MINUTE
        visits.append(
            Visit(
                number=index,
                days=frozenset(Weekday),
                window=Window(max(0, ideal - HOUR), ideal + HOUR),
                ideal=ideal,
                service_duration=chance.choice([30, 30, 45, 60]) * MINUTE,
                carers_needed=2 if double else 1,
            )
        )
    return Package(
        id=PackageId(f"P{number:04d}"),
        client=f"C{number:04d}",
        service=ServiceKind.PERSONAL_CARE,
        client_group=ClientGroup.OLDER_PEOPLE,
        route=SourceRoute.COMMUNITY,
        lot=LOT,
        district=MALDON,
        postcode="CM9 9ZZ",
        sector=f"CM9 {number % 6}",
        place=place,
        requested_on=date(2026, 9, 1),
        visits=tuple(visits),
    )


def _provider(number: ProviderId, name: str) -> Provider:
    good = Rating.GOOD
    return Provider(id=number, name=name, cqc_overall=good, cqc_safe=good, cqc_well_led=good)


def _instance(places: Sequence[Place], names: Sequence[str], chance: random.Random) -> Instance:
    ids = [ProviderId(f"PR{number:02d}") for number in range(1, len(names) + 1)]
    tiers = (
        Tier(code=TierCode("tier1"), name="Tier 1", needs_cqc_good=True),
        Tier(code=TierCode("tier2"), name="Tier 2"),
        Tier(code=TierCode("spot"), name="Spot", on_framework=False),
    )
    return Instance(
        county="Essex",
        as_of=date(2026, 9, 7),
        framework=Framework(
            name="Live at Home",
            version="2025",
            tiers=tiers,
            last_resort_rates={ServiceKind.PERSONAL_CARE: 3400},
            source="Essex County Council, procurement notice",
        ),
        lots=(Lot(code=LOT, name="Maldon", districts=frozenset({MALDON})),),
        localities=(),
        packages=tuple(_package(number, place, chance) for number, place in enumerate(places, start=1)),
        providers=tuple(_provider(each, name) for each, name in zip(ids, names, strict=True)),
        admissions=tuple(
            Admission(
                provider=each,
                lot=LOT,
                service=ServiceKind.PERSONAL_CARE,
                client_groups=frozenset(ClientGroup),
                tier=tiers[0 if index < 6 else 1 if index < 11 else 2].code,
                rate=2200 + 15 * index,
            )
            for index, each in enumerate(ids)
        ),
        ranked_lists=(),
        capacities=tuple(
            Capacity(provider=each, spare=(160 + 40 * index) * HOUR) for index, each in enumerate(ids)
        ),
        area_kinds=AreaKinds(urban_cells=frozenset()),
        assumptions=(
            Assumption(topic="visit length", figure="30 to 60 minutes", basis="assumption", source="made up"),
            Assumption(topic="hourly rate", figure="£22 to £24", basis="published", source="fee survey"),
            Assumption(topic="double-handed", figure="18 %", basis="assumption", source="made up"),
        ),
    )


def _provenance(solver: str) -> Provenance:
    return Provenance(
        solver=solver,
        settings={"weights": {"tier": 1000, "rank": 10, "price": 1}, "threads": 1},
        seed=7,
        limits=Limits(seconds=60, gap=0.0001),
        input_hash="5f3a" * 16,
        versions=versions(),
    )


def _allocate(instance: Instance, held: dict[PackageId, int], policy: str) -> Result[Allocation]:
    """Put packages with providers by number; ``-1`` is last resort."""
    placements, unplaced = [], []
    for package in instance.packages:
        index = held[package.id]
        if index < 0:
            reason = "9 of 14 providers serve this lot; all full at breakfast"
            unplaced.append(Unplaced(package=package.id, reason=reason, weekly_cost=45_000))
            continue
        admission = instance.admissions[index]
        placements.append(
            Placement(
                package=package.id,
                provider=admission.provider,
                lot=LOT,
                tier=admission.tier,
                position=index + 1,
                weekly_cost=package.weekly_care * admission.rate // HOUR,
            )
        )
    exact = policy == "ranked"
    return Result(
        status=Status.OPTIMAL if exact else Status.FEASIBLE,
        stopped_by=StoppedBy.PROOF if exact else StoppedBy.ITERATIONS,
        found=Allocation(policy=policy, placements=tuple(placements), unplaced=tuple(unplaced)),
        objective=1_234_567 if exact else 1_300_000,
        components={"price": 1_000_000, "rank": 234_567} if exact else {},
        bound=1_234_560.0 if exact else None,
        seconds=1.8,
        iterations=3,
        provenance=_provenance("HiGHS" if exact else "cascade"),
    )


def _leg(before: Place, after: Place) -> tuple[int, int]:
    metres = round(
        1.35 * ((before.easting - after.easting) ** 2 + (before.northing - after.northing) ** 2) ** 0.5
    )
    return round(60 + 0.09 * metres) if metres else 0, metres


def _plan(instance: Instance, allocation: Allocation, provider: ProviderId, stretch: float) -> RoundPlan:
    """Nearest next visit in time order, up to a carer's shift: rough, but it looks like a day."""
    mine = {package for package, held in allocation.provider_of.items() if held == provider}
    todo = [
        (visit.wished_start, package, visit)
        for package in instance.packages
        if package.id in mine
        for visit in package.visits
        for _ in range(visit.carers_needed)
    ]
    todo.sort(key=lambda each: (each[0], each[1].id))
    rounds: list[tuple[list[Stop], Place]] = []
    for wished, package, visit in todo:
        best: tuple[float, int, int, int, int] | None = None
        for index, (stops, here) in enumerate(rounds):
            seconds, metres = _leg(here, package.place)
            seconds = round(seconds * stretch)
            start = max(wished - 20 * MINUTE, stops[-1].end + seconds)
            shift = start + visit.service_duration - stops[0].start
            again = any(stop.visit == package.visit_id(visit) for stop in stops)
            if start <= wished + 40 * MINUTE and shift < 8 * HOUR and not again:
                cost = seconds + 0.3 * (start - stops[-1].end)
                if best is None or cost < best[0]:
                    best = (cost, index, start, seconds, metres)
        if best is None:
            stop = Stop(
                visit=package.visit_id(visit),
                start=wished,
                end=wished + visit.service_duration,
                travel_seconds=0,
                metres=0,
            )
            rounds.append(([stop], package.place))
        else:
            _, index, start, seconds, metres = best
            end = start + visit.service_duration
            rounds[index][0].append(
                Stop(
                    visit=package.visit_id(visit), start=start, end=end, travel_seconds=seconds, metres=metres
                )
            )
            rounds[index] = (rounds[index][0], package.place)
    return RoundPlan(
        provider=provider,
        day=Weekday.TUESDAY,
        rounds=tuple(
            Round(
                carer=CarerId(f"{provider}-{number:02d}"),
                provider=provider,
                mode=TravelMode.CAR,
                shift_start=7 * HOUR,
                shift_end=22 * HOUR,
                stops=tuple(stops),
                rests=_rests(stops),
            )
            for number, (stops, _) in enumerate(rounds, start=1)
        ),
    )


def _rests(stops: list[Stop]) -> tuple[Rest, ...]:
    for before, after in pairwise(stops):
        if after.start - before.end - after.travel_seconds >= 30 * MINUTE:
            return (Rest(start=before.end, end=before.end + 20 * MINUTE),)
    return ()


def make_case(
    places: Sequence[Place],
    *,
    seeds: int = 4,
    names: Sequence[str] = NAMES,
    outlines: gpd.GeoDataFrame | None = None,
    settlements: Sequence[Settlement] = (),
) -> Case:
    """Make a case at given places: the baseline scatters packages, the proposal keeps neighbours together."""
    chance = random.Random(7)
    instance = _instance(places, names, chance)
    centres = [chance.choice(places) for _ in names]
    before, after = {}, {}
    for package in instance.packages:
        near = sorted(range(len(names)), key=lambda index: _leg(centres[index], package.place)[1])
        before[package.id] = (
            -1 if chance.random() < 0.06 else min(int(chance.expovariate(0.22)), len(names) - 1)
        )
        after[package.id] = (
            -1 if chance.random() < 0.03 else near[min(int(chance.expovariate(1.3)), len(names) - 1)]
        )
    allocations = {
        "baseline": _allocate(instance, before, "cascade"),
        "proposal": _allocate(instance, after, "ranked"),
    }

    def day(scenario: str, seed: int) -> DayBuilt:
        stretch = 1 + 0.02 * random.Random(f"{scenario}{seed}").random()
        allocation = allocations[scenario].solution
        plans = tuple(_plan(instance, allocation, each.id, stretch) for each in instance.providers)
        return DayBuilt(
            scenario=scenario, seed=seed, plans=plans, measures=measure(plans, late_visits=seed % 3)
        )

    study = Study(
        day=Weekday.TUESDAY,
        seeds=tuple(range(1, seeds + 1)),
        baseline=tuple(day("baseline", seed) for seed in range(1, seeds + 1)),
        proposal=tuple(day("proposal", seed) for seed in range(1, seeds + 1)),
        travel_source="straight-line estimate",
        is_estimate=True,
        checks={"rounds": "passed"},
        provenance=_provenance("insertion and local search"),
    )
    exclusions = tuple(
        Exclusion(
            package=left.package,
            provider=each.id,
            rule=rule,
            reason="6 h 30 at breakfast wanted, 4 h 15 free",
        )
        for left in allocations["proposal"].solution.unplaced
        for index, each in enumerate(instance.providers)
        for rule in [list(Rule)[(index * 3) % len(Rule)] if index % 3 else Rule.CAPACITY]
    )
    square = gpd.GeoDataFrame(
        {"district": ["Maldon"]}, geometry=[box(582_000, 195_000, 604_000, 213_000)], crs="EPSG:27700"
    )
    return Case(
        instance=instance,
        allocations=allocations,
        study=study,
        exclusions=exclusions,
        outlines=square if outlines is None else outlines,
        settlements=tuple(settlements) or (Settlement("Maldon", Place(585_000, 206_900), 14_220),),
        checks={"allocation": "passed", "rounds": "passed"},
    )


@pytest.fixture(scope="session")
def case_of() -> Callable[..., Case]:
    """Maker of cases: ``case_of(packages, **more)``."""

    def make(packages: int, **more: object) -> Case:
        chance = random.Random(packages)
        places = [
            Place(chance.randrange(583_000, 603_000), chance.randrange(196_000, 212_000))
            for _ in range(packages)
        ]
        return make_case(places, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def case(case_of: Callable[..., Case]) -> Case:
    """Forty packages, fourteen providers."""
    return case_of(40)
