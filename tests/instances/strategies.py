"""Instances out of thin air, for properties: small, and as odd as the model allows."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.postcodes import Postcode, registry_directory
from geodata.travel import TravelMode
from optimiser.model.allocation import Allocation, Placement, Rule, Unplaced
from optimiser.model.calendar import Band, DayType, Weekday
from optimiser.model.contract import RULE_KINDS, Aim, Area, Cap, Guarantee, PolicyStep
from optimiser.model.instance import Assumption, Instance
from optimiser.model.market import Framework, Locality, Lot, Tier
from optimiser.model.need import ClientGroup, Gender, Package, ServiceKind, SourceRoute, Visit, Window
from optimiser.model.rounds import Rest, Round, RoundPlan, Stop
from optimiser.model.supply import (
    Admission,
    Capacity,
    Carer,
    Provider,
    ProviderStatus,
    RankedEntry,
    RankedList,
    RateUnit,
    Rating,
    Shift,
)

DISTRICTS = ("E07000074", "E07000067")

# Text as people write it: accents, commas, quotation marks, line breaks, spaces at the ends; never nothing.
characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")) | st.sampled_from(
    "\n\t,;\"'="
)
texts = st.text(characters, min_size=1, max_size=12).filter(
    # What begins as a formula is refused: see test_cells.
    lambda text: bool(text.strip()) and text.strip()[0] not in "=+-@"
)
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
word_sets = st.frozensets(words, max_size=3)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
periods = st.tuples(st.none() | days, st.none() | days).map(
    lambda both: tuple(sorted(both)) if None not in both else both  # type: ignore[type-var]
)
masks = st.frozensets(st.sampled_from(Weekday), min_size=1)
genders = st.sampled_from(Gender)


@cache
def homes() -> tuple[Postcode, ...]:
    """A few dozen real postcodes in two districts."""
    directory = registry_directory(["C"])
    names = [name for code in DISTRICTS for name in directory.in_district(code)["postcode"][::100]]
    return tuple(found for name in names if (found := directory.find(name)) is not None)


def near(place: Place) -> st.SearchStrategy[Place]:
    """Places within three kilometres."""
    steps = st.integers(-2000, 2000)
    return st.builds(lambda x, y: Place(place.easting + x, place.northing + y), steps, steps)


@st.composite
def visits(draw: Any, number: int, service: ServiceKind) -> Visit:
    """A visit in an hour of its own, so that no two of a package overlap."""
    earliest = (number - 1) * 5 * 3600 + draw(st.integers(0, 3600))
    latest = earliest + draw(st.integers(0, 3600))
    return Visit(
        number=number,
        days=draw(masks),
        window=Window(earliest, latest),
        service_duration=draw(st.integers(15 * 60, 3 * 3600)),
        carers_needed=draw(st.integers(1, 3)),
        ideal=draw(st.none() | st.integers(earliest, latest)),
        time_critical=draw(st.booleans()),
        min_gap_before=draw(st.integers(0, 86_400)),
        short_visit_agreed=draw(st.booleans()),
    )


@st.composite
def packages(draw: Any, name: str, lots: tuple[Lot, ...], providers: list[str]) -> Package:
    """A package at a real postcode, in a lot that covers it."""
    lot = draw(st.sampled_from(lots))
    home = draw(st.sampled_from([each for each in homes() if each.district in lot.districts]))
    service = draw(st.sampled_from(ServiceKind))
    requested, end = sorted(draw(st.tuples(days, days)))
    return Package(
        id=name,  # type: ignore[arg-type]
        client=draw(texts),
        service=service,
        client_group=draw(st.sampled_from(ClientGroup)),
        route=draw(st.sampled_from(SourceRoute)),
        lot=lot.code,
        district=home.district,  # type: ignore[arg-type]
        postcode=home.postcode,
        sector=home.sector,
        place=draw(st.just(home.place) | near(home.place)),
        requested_on=requested,
        visits=tuple(draw(visits(n, service)) for n in range(1, draw(st.integers(1, 4)))),
        needed_by=draw(st.none() | days),
        planned_end=draw(st.sampled_from([None, end])),
        gender_of_carer=draw(st.none() | genders),
        language=draw(st.none() | texts),
        skills=draw(word_sets),
        household=draw(st.none() | texts),
        chosen_provider=draw(st.none() | st.sampled_from(providers)),
        excluded_providers=draw(st.frozensets(st.sampled_from(providers), max_size=2)),
        current_provider=draw(st.none() | texts),
    )


@st.composite
def _provider(draw: Any, name: str) -> Provider:
    begin, end = draw(periods)
    places = st.sampled_from([each.place for each in homes()])
    return Provider(
        id=name,  # type: ignore[arg-type]
        name=draw(texts),
        branch=draw(st.none() | places),
        status=draw(st.sampled_from(ProviderStatus)),
        status_from=begin,
        status_to=end,
        cqc_location=draw(st.none() | st.sampled_from(["1-123456789", "REF00"])),
        cqc_overall=draw(st.sampled_from(Rating)),
        cqc_safe=draw(st.sampled_from(Rating)),
        cqc_well_led=draw(st.sampled_from(Rating)),
        skills=draw(word_sets),
        languages=draw(word_sets),
        genders=draw(st.frozensets(genders)),
        is_small=draw(st.booleans()),
        new_starts_a_week=draw(st.none() | st.integers(0, 1000)),
    )


@st.composite
def _admission(draw: Any, provider: str, lot: Lot, tiers: list[str]) -> Admission:
    begin, end = draw(periods)
    unit = draw(st.sampled_from(RateUnit))
    return Admission(
        provider=provider,  # type: ignore[arg-type]
        lot=lot.code,
        service=draw(st.sampled_from(ServiceKind)),
        client_groups=draw(st.frozensets(st.sampled_from(ClientGroup), min_size=1)),
        tier=draw(st.sampled_from(tiers)),
        rate=draw(st.integers(500, 10_000) if unit is RateUnit.HOUR else st.integers(10_000, 1_000_000)),
        rate_unit=unit,
        supplement=draw(st.integers(0, 10_000)),
        effective_from=begin,
        effective_to=end,
    )


@st.composite
def _ranked_list(draw: Any, version: str, lot: Lot, providers: list[str]) -> RankedList:
    begin, end = sorted(draw(st.tuples(days, days)))
    scores = st.none() | st.floats(allow_nan=False, allow_infinity=False)
    ranked = draw(st.lists(st.sampled_from(providers), min_size=1, unique=True))
    return RankedList(
        version=version,
        lot=lot.code,
        service=draw(st.sampled_from(ServiceKind)),
        effective_from=begin,
        effective_to=draw(st.sampled_from([None, end])),
        entries=tuple(
            RankedEntry(
                rank=draw(st.integers(1, 9999)),
                provider=provider,  # type: ignore[arg-type]
                price_score=draw(scores),
                quality_score=draw(scores),
                total=draw(scores),
            )
            for provider in ranked
        ),
    )


@st.composite
def _capacity(draw: Any, provider: str, localities: list[str]) -> Capacity:
    banded = draw(st.booleans())
    return Capacity(
        provider=provider,  # type: ignore[arg-type]
        spare=draw(st.integers(0, 10_000_000)),
        locality=draw(st.none() | st.sampled_from([*localities, DISTRICTS[0], "CM9 5"])),
        band=draw(st.sampled_from(Band)) if banded else None,
        day_type=draw(st.sampled_from(DayType)) if banded else None,
        double_up_pairs=draw(st.none() | st.integers(0, 10_000)),
        as_of=draw(st.none() | days),
    )


shifts = st.builds(
    lambda days, start, length: Shift(days=days, start=start, end=start + length),
    masks, st.integers(0, 90_000), st.integers(1, 80_000),
)  # fmt: skip


def _are_apart(held: set[Shift]) -> bool:
    """Whether no two shifts overlap on a day they share."""
    return not any(
        one.days & other.days and one.start < other.end and other.start < one.end
        for one, other in combinations(held, 2)
    )


@st.composite
def _carer(draw: Any, name: str, providers: list[str]) -> Carer:
    return Carer(
        id=name,  # type: ignore[arg-type]
        provider=draw(st.sampled_from(providers)),
        shifts=tuple(draw(st.sets(shifts, max_size=2).filter(_are_apart))),
        mode=draw(st.sampled_from(TravelMode)),
        gender=draw(st.none() | genders),
        skills=draw(word_sets),
        languages=draw(word_sets),
        depot=draw(st.none() | st.builds(Place, st.integers(0, 700_000), st.integers(0, 1_300_000))),
        max_week=draw(st.none() | st.integers(0, 168 * 3600)),
    )


def names(most: int) -> st.SearchStrategy[list[str]]:
    """Identifiers, as odd as they come, but fit for a list with semicolons."""
    fit = texts.map(str.strip).filter(lambda text: ";" not in text and "/" not in text)
    return st.lists(fit, min_size=1, max_size=most, unique=True)


@st.composite
def instances(draw: Any) -> Instance:
    """Any instance whose tables can hold it."""
    localities, tiers, providers = draw(names(2)), draw(names(3)), draw(names(3))
    covered = st.frozensets(st.sampled_from(DISTRICTS), min_size=1)
    lots = tuple(
        Lot(
            code=code,
            name=draw(texts),
            districts=draw(covered),
            localities=draw(st.frozensets(st.sampled_from(localities))),
        )
        for code in draw(names(2))
    )
    rates = st.fixed_dictionaries(
        {
            each: st.integers(10_000, 1_000_000) if each is ServiceKind.LIVE_IN else st.integers(500, 10_000)
            for each in ServiceKind
        }
    )
    ceilings = {service: rate for service, rate in draw(rates).items() if draw(st.booleans())}
    side = draw(st.sampled_from([250, 500, 1000]))
    squares = st.tuples(st.integers(0, 600), st.integers(0, 1200))
    return Instance(
        county=draw(texts),
        as_of=draw(days),
        framework=Framework(
            name=draw(texts),
            version=draw(texts),
            tiers=tuple(
                Tier(
                    code=code,
                    name=draw(texts),
                    needs_cqc_good=draw(st.booleans()),
                    on_framework=draw(st.booleans()),
                    max_weeks=draw(st.none() | st.integers(1, 520)),
                    least_share=draw(st.none() | st.integers(0, 40)),
                    most_share=draw(st.none() | st.integers(40, 100)),
                    offered_after=draw(st.none() | st.sampled_from(tiers[:place])) if place else None,
                )
                for place, code in enumerate(tiers)
            ),
            ceilings=ceilings,
            last_resort_rates=draw(rates),
            last_resort_name=draw(texts),
            source=draw(texts),
            **draw(terms(tiers, providers, localities)),
        ),
        lots=lots,
        localities=tuple(
            Locality(
                id=name,
                name=draw(texts),
                district=draw(st.sampled_from(DISTRICTS)),
                sectors=draw(st.frozensets(st.sampled_from(["CM9 5", "CO5 0", "CM77 8"]))),
            )
            for name in localities
        ),
        packages=tuple(draw(packages(name, lots, providers)) for name in draw(names(3))),
        providers=tuple(draw(_provider(name)) for name in providers),
        admissions=tuple(draw(_admission(provider, lots[0], tiers)) for provider in providers),
        ranked_lists=tuple(draw(_ranked_list(version, lots[-1], providers)) for version in draw(names(2))),
        capacities=tuple(draw(_capacity(provider, localities)) for provider in providers),
        area_kinds=AreaKinds(urban_cells=draw(st.frozensets(squares, max_size=3)), cell_metres=side),
        carers=tuple(draw(_carer(name, providers)) for name in draw(names(2))),
        assumptions=tuple(
            Assumption(topic=draw(texts), figure=draw(texts), basis=draw(texts), source=draw(texts))
            for _ in range(draw(st.integers(0, 2)))
        ),
    )


@st.composite
def terms(draw: Any, tiers: list[str], providers: list[str], localities: list[str]) -> dict[str, Any]:
    """Terms of a contract that contradict neither each other nor the market."""
    ruled = draw(st.frozensets(st.sampled_from(Rule)))
    services = draw(st.frozensets(st.sampled_from(ServiceKind)))
    pairs = [(provider, place) for provider in providers for place in localities]
    guaranteed = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=2)) if pairs else []
    aims = draw(st.lists(st.sampled_from([a for a in Aim if a is not Aim.COMPACTNESS]), unique=True))
    return {
        "rules": {rule: draw(st.sampled_from(RULE_KINDS[rule])) for rule in ruled},
        "floors": {kind: 10_000 if kind is ServiceKind.LIVE_IN else 500 for kind in services},
        "caps": tuple(
            Cap(
                of=draw(st.sampled_from(Area)),
                tier=draw(st.none() | st.sampled_from(tiers)),
                warn_at=draw(st.none() | st.integers(1, 40)),
                stop_at=draw(st.integers(41, 100)),
            )
            for _ in range(draw(st.integers(0, 2)))
        ),
        "least_providers": draw(st.none() | st.just(2)),
        "new_starts_a_week": draw(st.none() | st.integers(0, 1000)),
        "guarantees": tuple(
            Guarantee(
                provider=provider,  # type: ignore[arg-type]
                locality=place,  # type: ignore[arg-type]
                weekly_care=draw(st.integers(60, 10**6)),
                shortfall_rate=draw(st.integers(0, 100_000)),
            )
            for provider, place in guaranteed
        ),
        "policies": tuple(
            PolicyStep(policy="own", objective=aim, tolerance=draw(st.integers(0, 1000))) for aim in aims
        ),
    }


@st.composite
def allocations(draw: Any, instance: Instance) -> Allocation:
    """Any allocation of an instance's packages, sensible or not."""
    pence = st.integers(0, 100_000_000)
    placements, unplaced = [], []
    for package in instance.packages:
        if draw(st.booleans()):
            placements.append(
                Placement(
                    package=package.id,
                    provider=draw(st.sampled_from(instance.providers)).id,
                    lot=package.lot,
                    tier=draw(st.sampled_from(instance.framework.tiers)).code,
                    position=draw(st.integers(1, 1_000_000)),
                    weekly_cost=draw(pence),
                )
            )
        else:
            unplaced.append(Unplaced(package=package.id, reason=draw(texts), weekly_cost=draw(pence)))
    return Allocation(policy=draw(texts), placements=tuple(placements), unplaced=tuple(unplaced))


@st.composite
def _round(draw: Any, provider: str) -> Round:
    seconds, times = st.integers(0, 86_400), st.integers(0, 48 * 3600)
    made = draw(st.lists(names(1), max_size=3, unique_by=lambda each: each[0]))
    return Round(
        carer=draw(names(1))[0],
        provider=provider,  # type: ignore[arg-type]
        mode=draw(st.sampled_from(TravelMode)),
        shift_start=draw(times),
        shift_end=draw(times),
        stops=tuple(
            Stop(
                visit=f"{package[0]}/{draw(st.integers(1, 9))}",  # type: ignore[arg-type]
                start=draw(times),
                end=draw(times),
                travel_seconds=draw(seconds),
                metres=draw(seconds),
            )
            for package in made
        ),
        rests=tuple(Rest(start=draw(times), end=draw(times)) for _ in range(draw(st.integers(0, 2)))),
        home_seconds=draw(seconds),
        home_metres=draw(seconds),
    )


@st.composite
def round_plans(draw: Any) -> list[RoundPlan]:
    """Plans of some providers on some days."""
    keys = st.tuples(st.sampled_from(Weekday), words, st.none() | words)
    return [
        RoundPlan(
            provider=provider,
            day=day,
            rounds=tuple(draw(_round(provider)) for _ in range(draw(st.integers(0, 2)))),
            unserved=tuple(f"{name}/1" for name in draw(st.lists(words, max_size=2))),  # type: ignore[misc]
            locality=locality,
        )
        for day, provider, locality in draw(st.lists(keys, max_size=3, unique=True))
    ]
