"""Leicester: one city, two lots, thirty framework providers without promise of volume, hospital bridging."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from geodata.place import Place
from instances.counties.build import CountyPlan, build
from instances.counties.calibration import (
    LEICESTER,
    LEICESTERSHIRE_2019,
    SHARED,
    TIGHTNESS,
    assumed,
    published,
)
from instances.counties.contracts import Pricing, Review
from instances.counties.districts import District
from instances.counties.geography import Geography
from instances.counties.lots import LotMap, hours_in, localities_of
from instances.counties.market import Flaw, Site, TierPlan
from instances.counties.people import Draft
from instances.counties.strata import Pattern, Stratum
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode, TierCode
from optimiser.model.instance import Instance
from optimiser.model.market import Lot
from optimiser.model.need import ClientGroup, ServiceKind, SourceRoute

_OP, _PD, _LD, _MH = (
    ClientGroup.OLDER_PEOPLE,
    ClientGroup.PHYSICAL_DISABILITY,
    ClientGroup.LEARNING_DISABILITY,
    ClientGroup.MENTAL_HEALTH,
)
_S = ServiceKind

GENERAL, HIGH = LotCode("GENERAL"), LotCode("HIGH-DEPENDENCY")
HIGH_HOURS = 21
"""Hours a week from which a package is of high dependency, as every double-handed one is."""
_HIGH_SHARE = 0.55

PEOPLE = 1800
HOURS_A_PERSON = 10.2
_OLDER, _CALLS, _SESSIONS, _BRIDGING = 1210, 430, 120, 40
_SESSION_HOURS, _BRIDGING_HOURS = 27.0, 9.0
_ORDINARY = (PEOPLE * HOURS_A_PERSON - _SESSIONS * _SESSION_HOURS - _BRIDGING * _BRIDGING_HOURS) / (
    _OLDER + _CALLS
)

_DOUBLE = (0.10, 0.19, 0.32, 0.50)
"""Shares of double-handed packages by calls a day: fewer hours a person than in Essex, as many "
"double-handed."""

STRATA = (
    Stratum(
        name="older, calls",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.CALLS,
        people=_OLDER,
        weekly_hours=_ORDINARY,
        double_handed=_DOUBLE,
        groups={_OP: 1.0},
        older=1.0,
    ),
    Stratum(
        name="younger, calls",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.CALLS,
        people=_CALLS,
        weekly_hours=_ORDINARY,
        double_handed=_DOUBLE,
        groups={_PD: 0.62, _LD: 0.16, _MH: 0.22},
        older=0.0,
    ),
    Stratum(
        name="younger, sessions",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.SESSIONS,
        people=_SESSIONS,
        weekly_hours=_SESSION_HOURS,
        groups={_PD: 0.3, _LD: 0.5, _MH: 0.2},
        older=0.0,
        double_handed=(0.04,),
    ),
    Stratum(
        name="hospital bridging",
        service=_S.BRIDGING,
        pattern=Pattern.CALLS,
        people=_BRIDGING,
        weekly_hours=_BRIDGING_HOURS,
        groups={_OP: 0.85, _PD: 0.15},
        older=0.85,
        short_term_days=(14, 42),
        routes={SourceRoute.HOSPITAL: 1.0},
        same_day=True,
    ),
)

TIERS = (
    TierPlan(
        code=TierCode("FRAMEWORK"),
        fewest=21,
        most=21,
        hours_each=380,
        share=1.0,
        rate=2480,
        spread=85,
        lowest=2290,
        highest=2690,
        reach=0.77,
        services={_S.PERSONAL_CARE: 1.0},
        is_ranked=False,
        small=0.25,
        most_lots=2,
        flaws=((Flaw.SUSPENDED, Flaw.EMBARGOED), (Flaw.RATING_FELL, Flaw.TOO_DEAR)),
    ),
    TierPlan(
        code=TierCode("BRIDGING"),
        fewest=1,
        most=1,
        hours_each=380,
        share=1.0,
        rate=2690,
        spread=20,
        lowest=2600,
        highest=2780,
        reach=1.0,
        services={_S.BRIDGING: 1.0},
        is_ranked=False,
        small=0.0,
        most_lots=2,
    ),
)

ASSUMPTIONS = (
    published("people", "just over 1,800", LEICESTER),
    published("hours", "10.2 a week for each person, in Leicestershire", LEICESTERSHIRE_2019),
    assumed(
        "hours",
        "10.2 a week for each person in the city too",
        "the published 'just under 270,000 hours' is no year of "
        "this contract (2.9 hours a person) and is not used; a contract of about £23.8m a year would mean "
        "about 15",
    ),
    published(
        "framework", "two lots, General and High Dependency; 30 providers; no guarantee of volume", "ASC0307"
    ),
    assumed(
        "framework",
        "26 of the 30 may be given work today; CQC Good or better is asked for; no ranked list, so the "
        "cheapest comes first",
        "no order of call-off is published",
    ),
    assumed(
        "high dependency",
        f"double-handed, or {HIGH_HOURS} hours a week and more",
        "the line between the lots is not published",
    ),
    published(
        "bridging",
        "same-day response on discharge until the long-term package is arranged, joint with the CCG",
        LEICESTER,
    ),
    assumed(
        "bridging",
        "40 people at 9 hours, all asked for on the day, ending after 14 to 42 days; one service, a tier "
        "of its own",
        "no number is published",
    ),
    assumed(
        "languages",
        "Gujarati 12 %, Punjabi 4 %, Urdu 2.5 %, Hindi 1.5 %, Bengali 1 %, Polish 1 %, Somali 1 %",
        "shares of people who need a carer speaking the language are not published; order as in the census",
    ),
    assumed(
        "localities",
        "contiguous groups of sectors of about 28,000 adults, drawn, not published",
        "no map of primary care networks was found",
    ),
)


def draw_lots(
    shown: Sequence[District], county: Sequence[District], strata: Sequence[Stratum], geography: Geography
) -> LotMap:
    """Both lots cover the whole city; what a person needs says which is theirs."""
    (city,) = shown
    hours = hours_in(strata, city, county)
    middle = Place(city.easting, city.northing)
    return LotMap(
        lots=(
            Lot(code=GENERAL, name="General", districts=frozenset({city.code})),
            Lot(code=HIGH, name="High Dependency", districts=frozenset({city.code})),
        ),
        localities=tuple(localities_of(geography.grounds[0], geography.directory)),
        sites=(
            Site(code=GENERAL, hours=hours * (1 - _HIGH_SHARE), middle=middle),
            Site(code=HIGH, hours=hours * _HIGH_SHARE, middle=middle),
        ),
        lot_of=_lot_of,
        capacity_places={},
    )


def _lot_of(draft: Draft) -> LotCode:
    return HIGH if draft.is_double_handed or draft.weekly_care >= HIGH_HOURS * HOUR else GENERAL


PLAN = CountyPlan(
    county="Leicester",
    strata=STRATA,
    tiers=TIERS,
    preset="leicester",
    pricing=Pricing(factors={}, additions={_S.BRIDGING: 250}),
    review=Review(
        price=50,
        quality=50,
        before="2026-04",
        now="2026-10",
        began=date(2026, 4, 1),
        changed=date(2026, 10, 1),
    ),
    languages={
        "Gujarati": 0.12,
        "Punjabi": 0.04,
        "Urdu": 0.025,
        "Hindi": 0.015,
        "Bengali": 0.01,
        "Polish": 0.01,
        "Somali": 0.01,
    },
    assumptions=(*SHARED, *ASSUMPTIONS),
    draw_lots=draw_lots,
)


def leicester(
    *, district: str | None = None, packages: int | None = None, seed: int = 7, tightness: float = TIGHTNESS
) -> Instance:
    """Leicester: about 1,800 people, 30 framework providers, and the bridging service.

    Parameters
    ----------
    district
        ``None``, "Leicester" or its GSS code: the city is one district.
    packages
        How many, with the same mix and the same hours for each person; ``None`` for the published number.
    tightness
        Capacity of providers that may be given work, over the hours of day care wanted; below 1 there is a
        shortage to prove.

    Raises
    ------
    ValueError
        For any other district, fewer than one package or a tightness that is not positive.
    """
    return build(PLAN, district=district, packages=packages, seed=seed, tightness=tightness)
