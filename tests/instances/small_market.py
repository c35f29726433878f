"""A small market at Maldon, by hand: fifteen packages, three providers, real postcodes."""

from __future__ import annotations

from datetime import date

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.travel import TravelMode
from optimiser.model.allocation import Rule
from optimiser.model.calendar import Band, DayType, Weekday
from optimiser.model.contract import Aim, Area, Cap, Guarantee, PolicyStep, RuleKind
from optimiser.model.identifiers import (
    CarerId,
    DistrictCode,
    LocalityId,
    LotCode,
    PackageId,
    ProviderId,
    TierCode,
)
from optimiser.model.instance import Assumption, Instance
from optimiser.model.market import Framework, Locality, Lot, Tier
from optimiser.model.need import ClientGroup, Gender, Package, ServiceKind, SourceRoute, Visit, Window
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

MALDON = DistrictCode("E07000074")
BRAINTREE = DistrictCode("E07000067")
EVERY_DAY = frozenset(Weekday)
WEEKDAYS = frozenset(day for day in Weekday if day.day_type is DayType.WEEKDAY)
LOT, LIVE_IN_LOT = LotCode("MAL-PC"), LotCode("ESX-LI")


def visit(number: int, earliest: int, latest: int, minutes: int, **more: object) -> Visit:
    """A visit every day, times in minutes past midnight."""
    days = more.pop("days", EVERY_DAY)
    return Visit(
        number=number,
        days=days,  # type: ignore[arg-type]
        window=Window(earliest * 60, latest * 60),
        service_duration=minutes * 60,
        **more,  # type: ignore[arg-type]
    )


def package(number: int, postcode: str, place: Place, *visits: Visit, **more: object) -> Package:
    """A package of personal care at Maldon."""
    known: dict[str, object] = {
        "service": ServiceKind.PERSONAL_CARE,
        "client_group": ClientGroup.OLDER_PEOPLE,
        "route": SourceRoute.COMMUNITY,
        "lot": LOT,
        "district": MALDON,
        "requested_on": date(2026, 3, number),
    }
    return Package(
        id=PackageId(f"P{number:03d}"),
        client=f"C{number:03d}",
        postcode=postcode,
        sector=postcode[:-2],
        place=place,
        visits=visits,
        **{**known, **more},  # type: ignore[arg-type]
    )


def admission(provider: str, rate: int, tier: str, **more: object) -> Admission:
    """An admission to the personal-care lot for older people."""
    known: dict[str, object] = {
        "lot": LOT,
        "service": ServiceKind.PERSONAL_CARE,
        "client_groups": frozenset({ClientGroup.OLDER_PEOPLE, ClientGroup.PHYSICAL_DISABILITY}),
    }
    return Admission(
        provider=ProviderId(provider),
        tier=TierCode(tier),
        rate=rate,
        **{**known, **more},  # type: ignore[arg-type]
    )


def small_market() -> Instance:
    """The market; with every optional thing in it somewhere."""
    return Instance(
        county="Essex",
        as_of=date(2026, 3, 31),
        framework=Framework(
            name="Live at Home",
            version="2026",
            tiers=(
                Tier(code=TierCode("T1"), name="Ranked", needs_cqc_good=True),
                Tier(
                    code=TierCode("T2"),
                    name="Spot",
                    on_framework=False,
                    max_weeks=12,
                    least_share=0,
                    most_share=30,
                    offered_after=TierCode("T1"),
                ),
            ),
            rules={Rule.CQC: RuleKind.REPORT, Rule.WEEKS: RuleKind.OFF},
            floors={ServiceKind.PERSONAL_CARE: 2050},
            caps=(Cap(warn_at=40, stop_at=70), Cap(of=Area.LOCALITY, tier=TierCode("T1"), warn_at=60)),
            least_providers=2,
            new_starts_a_week=5,
            guarantees=(
                Guarantee(
                    provider=ProviderId("BRIGHTWAY"),
                    locality=LocalityId("LOC1"),
                    weekly_care=36_000,
                    shortfall_rate=1250,
                ),
            ),
            policies=(
                PolicyStep(policy="near", objective=Aim.UNPLACED),
                PolicyStep(policy="near", objective=Aim.ORDERED_COST, tolerance=5),
                PolicyStep(policy="near", objective=Aim.COMPACTNESS),
            ),
            ceilings={ServiceKind.PERSONAL_CARE: 2650},
            last_resort_rates={ServiceKind.PERSONAL_CARE: 3110, ServiceKind.LIVE_IN: 165000},
            source="https://www.example.org/notice",
        ),
        lots=(
            Lot(code=LOT, name="Maldon personal care", districts=frozenset({MALDON})),
            Lot(
                code=LIVE_IN_LOT,
                name="Live-in",
                districts=frozenset({MALDON, BRAINTREE}),
                localities=frozenset({LocalityId("LOC1")}),
            ),
        ),
        localities=(
            Locality(
                id=LocalityId("LOC1"),
                name="Maldon & Heybridge",
                district=MALDON,
                sectors=frozenset({"CM9 4", "CM9 5"}),
            ),
        ),
        packages=(
            package(
                1,
                "CM9 5AA",
                Place(585387, 206645),
                visit(1, 420, 480, 45, ideal=450 * 60, time_critical=True),
                visit(2, 720, 780, 30, days=WEEKDAYS, min_gap_before=3600),
                gender_of_carer=Gender.FEMALE,
                language="Polish",
                skills=frozenset({"dementia", "peg"}),
                household="H1",
                needed_by=date(2026, 3, 5),
                chosen_provider=ProviderId("BRIGHTWAY"),
                excluded_providers=frozenset({ProviderId("CAREPLUS"), ProviderId("ÉTOILE")}),
                current_provider=ProviderId("someone else"),
            ),
            package(2, "CM9 5AD", Place(585200, 207000), visit(1, 450, 600, 30, carers_needed=2)),
            package(
                3,
                "CM9 5AE",
                Place(585211, 207030),
                visit(1, 480, 480, 1440),
                service=ServiceKind.LIVE_IN,
                lot=LIVE_IN_LOT,
                planned_end=date(2026, 6, 30),
                route=SourceRoute.HOSPITAL,
            ),
            package(4, "CM9 5AF", Place(585443, 206802), visit(1, 1200, 1320, 15, short_visit_agreed=True)),
            *(
                package(number, "CM9 5AG", Place(585360, 206985), visit(1, 480, 600, 30))
                for number in range(5, 16)
            ),
        ),
        providers=(
            Provider(
                id=ProviderId("BRIGHTWAY"),
                name="Brightway Care Ltd",
                branch=Place(585360, 206985),
                cqc_location="1-123456789",
                cqc_overall=Rating.GOOD,
                cqc_safe=Rating.GOOD,
                cqc_well_led=Rating.OUTSTANDING,
                skills=frozenset({"dementia", "peg"}),
                languages=frozenset({"Polish"}),
                is_small=True,
                new_starts_a_week=3,
            ),
            Provider(
                id=ProviderId("CAREPLUS"),
                name="Care, Plus “More”",
                status=ProviderStatus.SUSPENDED,
                status_from=date(2026, 1, 1),
                status_to=date(2026, 4, 30),
                genders=frozenset({Gender.FEMALE}),
            ),
            Provider(id=ProviderId("ÉTOILE"), name="Étoile", genders=frozenset()),
        ),
        admissions=(
            admission("BRIGHTWAY", 2150, "T1", effective_from=date(2026, 1, 1)),
            admission("CAREPLUS", 2399, "T1", supplement=125, effective_to=date(2027, 1, 1)),
            admission(
                "ÉTOILE", 139050, "T2", lot=LIVE_IN_LOT, service=ServiceKind.LIVE_IN, rate_unit=RateUnit.WEEK
            ),
        ),
        ranked_lists=(
            RankedList(
                version="2026-01",
                lot=LOT,
                service=ServiceKind.PERSONAL_CARE,
                effective_from=date(2026, 1, 1),
                effective_to=None,
                entries=(
                    RankedEntry(rank=1, provider=ProviderId("BRIGHTWAY"), price_score=40.0, total=91.3),
                    RankedEntry(rank=2, provider=ProviderId("CAREPLUS"), quality_score=1 / 3),
                ),
            ),
        ),
        capacities=(
            Capacity(provider=ProviderId("BRIGHTWAY"), spare=90_000, as_of=date(2026, 3, 30)),
            Capacity(
                provider=ProviderId("CAREPLUS"),
                spare=3601,
                locality=LocalityId("LOC1"),
                band=Band.MORNING,
                day_type=DayType.WEEKEND,
                double_up_pairs=2,
            ),
        ),
        area_kinds=AreaKinds(urban_cells=frozenset({(1170, 413), (1171, 413)})),
        carers=(
            Carer(
                id=CarerId("K1"),
                provider=ProviderId("BRIGHTWAY"),
                shifts=(
                    Shift(days=WEEKDAYS, start=25200, end=50400),
                    Shift(days=frozenset({Weekday.SATURDAY}), start=79200, end=93600),
                ),
                mode=TravelMode.CYCLE,
                gender=Gender.FEMALE,
                skills=frozenset({"peg"}),
                languages=frozenset({"Polish", "English"}),
                depot=Place(585360, 206985),
                max_week=37 * 3600,
            ),
            Carer(id=CarerId("K2"), provider=ProviderId("CAREPLUS"), shifts=()),
        ),
        assumptions=(
            Assumption(
                topic="Spare capacity", figure="8 % of hours", basis="assumption", source="a round figure"
            ),
        ),
    )
