"""Norfolk as it was in 2017: strategic providers, then an accredited list for short placements, then spot."""

from __future__ import annotations

from datetime import date
from functools import partial

from instances.counties.build import CountyPlan, build
from instances.counties.calibration import NORFOLK_2017, SHARED, TIGHTNESS, assumed, published
from instances.counties.contracts import Pricing, Review
from instances.counties.lots import lots_by_district
from instances.counties.market import Flaw, TierPlan
from instances.counties.strata import Pattern, Stratum
from optimiser.model.identifiers import TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, ServiceKind

_OP, _PD, _LD, _MH = (
    ClientGroup.OLDER_PEOPLE,
    ClientGroup.PHYSICAL_DISABILITY,
    ClientGroup.LEARNING_DISABILITY,
    ClientGroup.MENTAL_HEALTH,
)
_S = ServiceKind

# Leicestershire's 1,994 people for its 67,488 residents of 75 and over, times Norfolk's 107,561.
PEOPLE = 3178
_NIGHTS = 40
_OLDER, _CALLS, _SESSIONS = 2528, 460, 150
HOURS_A_PERSON = 10.2
_SESSION_HOURS = 30.0
_NIGHT_HOURS = 9 * 5.75
_ORDINARY = (PEOPLE * HOURS_A_PERSON - _SESSIONS * _SESSION_HOURS - _NIGHTS * _NIGHT_HOURS) / (
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
        groups={_PD: 0.7, _LD: 0.15, _MH: 0.15},
        older=0.0,
    ),
    Stratum(
        name="younger, sessions",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.SESSIONS,
        people=_SESSIONS,
        weekly_hours=_SESSION_HOURS,
        groups={_PD: 0.35, _LD: 0.5, _MH: 0.15},
        older=0.0,
        double_handed=(0.04,),
    ),
    Stratum(
        name="night sleep",
        service=_S.NIGHT_SLEEP,
        pattern=Pattern.NIGHTS,
        people=_NIGHTS,
        night_hours=9,
        groups={_OP: 0.4, _PD: 0.35, _LD: 0.25},
        older=0.4,
    ),
)

UPRATING = 12.71 / 7.50
"""National Living Wage of 2026-27 over that of 2017-18."""
SPOT_2017 = 1708
SPOT_NOW = round(SPOT_2017 * UPRATING)

_OFFERED = {_S.PERSONAL_CARE: 1.0, _S.NIGHT_SLEEP: 0.4}

TIERS = (
    TierPlan(
        code=TierCode("STRATEGIC"),
        fewest=3,
        most=5,
        hours_each=900,
        share=0.72,
        rate=2620,
        spread=60,
        lowest=2480,
        highest=2760,
        reach=0.6,
        services=_OFFERED,
        small=0.0,
        flaws=((Flaw.RATING_FELL,),),
    ),
    TierPlan(
        code=TierCode("ACCREDITED"),
        fewest=4,
        most=8,
        hours_each=250,
        share=0.20,
        rate=2740,
        spread=70,
        lowest=2560,
        highest=2890,
        reach=0.5,
        services=_OFFERED,
        small=0.3,
        is_ranked=False,
        flaws=(
            (Flaw.SUSPENDED, Flaw.INADEQUATE, Flaw.EMBARGOED),
            (Flaw.JOINS_LATER, Flaw.LEFT),
            (Flaw.TOO_DEAR,),
        ),
    ),
    TierPlan(
        code=TierCode("SPOT"),
        fewest=2,
        most=4,
        hours_each=200,
        share=0.08,
        rate=SPOT_NOW,
        spread=0,
        lowest=SPOT_NOW,
        highest=SPOT_NOW,
        reach=0.4,
        services=_OFFERED,
        small=0.5,
        is_ranked=False,
        flaws=((Flaw.TOO_DEAR,),),
    ),
)

ASSUMPTIONS = (
    published(
        "tiers",
        "strategic providers on a framework; an accredited list for placements of 3 to 4 months when "
        "no strategic provider can pick up at once",
        NORFOLK_2017,
    ),
    assumed(
        "tiers", "16 weeks on the accredited list", "the middle of the published 3 to 4 months, in weeks"
    ),
    published("spot rate", "£17.08 an hour (2017)", NORFOLK_2017),
    assumed(
        "spot rate",
        f"£{SPOT_NOW / 100:.2f} an hour in 2026-27",
        "£17.08 raised with the National Living Wage, £7.50 (2017-18) to £12.71 (2026-27)",
    ),
    published(
        "strategic rates",
        "bands of £16.68, £18.72 and £20.76 an hour (April 2018)",
        "norfolkkpwah.com, Banded pricing",
    ),
    assumed(
        "strategic rates",
        "£24.80 to £27.60 an hour in 2026-27",
        "below the uprated spot rate; the bands are not used",
    ),
    assumed(
        "people",
        f"{PEOPLE:,}",
        "Leicestershire's people in home care for each resident of 75 and over "
        "(1,994 for 67,488), times Norfolk's 107,561; no head-count of Norfolk's was found",
    ),
    assumed(
        "hours",
        f"{HOURS_A_PERSON} a week for each person",
        "Leicestershire's published mean, the safest figure",
    ),
    assumed(
        "lots",
        "the seven districts",
        "the lots of 2017 are not published; the primary care networks of today have no open map",
    ),
    assumed(
        "ranking",
        "strategic providers 30 price, 70 quality; the accredited list by price",
        "the weights of Norfolk's later frameworks; those of 2017 were not found",
    ),
    assumed("capacity by tier", "strategic 72 %, accredited 20 %, spot 8 %", "not published"),
    assumed(
        "localities",
        "contiguous groups of sectors of about 28,000 adults, drawn, not published",
        "no map of primary care networks was found",
    ),
    assumed(
        "rural supplement",
        "£0.50 an hour in North Norfolk, Breckland and King's Lynn and West Norfolk",
        "long journeys; amounts are not published",
    ),
)

PLAN = CountyPlan(
    county="Norfolk",
    strata=STRATA,
    tiers=TIERS,
    preset="norfolk-2017",
    pricing=Pricing(factors={_S.NIGHT_SLEEP: 0.53}, additions={}),
    review=Review(
        price=30,
        quality=70,
        before="2026-03",
        now="2026-09",
        began=date(2026, 3, 1),
        changed=date(2026, 9, 1),
    ),
    languages={"Portuguese": 0.004, "Lithuanian": 0.002, "Polish": 0.002},
    assumptions=(*SHARED, *ASSUMPTIONS),
    draw_lots=partial(
        lots_by_district,
        supplements={"North Norfolk": 50, "Breckland": 50, "King's Lynn and West Norfolk": 50},
    ),
)


def norfolk(
    *, district: str | None = None, packages: int | None = None, seed: int = 7, tightness: float = TIGHTNESS
) -> Instance:
    """Norfolk, or one of its districts: strategic providers, accredited list, spot.

    Parameters
    ----------
    district
        Name in any case, or GSS code; ``None`` for the whole county.
    packages
        How many, with the same mix and the same hours for each person; ``None`` for the assumed number, or
        the district's share of it.
    tightness
        Capacity of providers that may be given work, over the hours of day care wanted.

    Raises
    ------
    ValueError
        For an unknown district (naming the known), fewer than one package or a tightness not positive.
    """
    return build(PLAN, district=district, packages=packages, seed=seed, tightness=tightness)
