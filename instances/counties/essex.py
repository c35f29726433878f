"""Essex: Live at Home, a ranked framework of two tiers on twelve district lots, spot providers after it."""

from __future__ import annotations

from datetime import date
from functools import partial

from instances.counties.build import CountyPlan, build
from instances.counties.calibration import ESSEX_2019, ESSEX_MARKET, SHARED, TIGHTNESS, assumed, published
from instances.counties.contracts import Pricing, Review
from instances.counties.lots import lots_by_district
from instances.counties.market import Flaw, TierPlan
from instances.counties.strata import Pattern, Stratum
from optimiser.model.identifiers import TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import ClientGroup, ServiceKind, SourceRoute

_OP, _PD, _LD, _MH = (
    ClientGroup.OLDER_PEOPLE,
    ClientGroup.PHYSICAL_DISABILITY,
    ClientGroup.LEARNING_DISABILITY,
    ClientGroup.MENTAL_HEALTH,
)
_S = ServiceKind
_NIGHT_GROUPS = {_OP: 0.15, _PD: 0.40, _LD: 0.37, _MH: 0.08}

# 7,465 people and 183,000 hours a week: 68,000 + 76,000 of personal care, 22,000 of nights, 14,000 of live-in
# care, and 3,000 that the published parts leave over.
STRATA = (
    Stratum(
        name="older, calls",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.CALLS,
        people=5014,
        weekly_hours=68_000 / 5014,
        groups={_OP: 1.0},
        older=1.0,
    ),
    Stratum(
        name="younger, calls",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.CALLS,
        people=782,
        weekly_hours=14.0,
        groups={_PD: 0.68, _LD: 0.17, _MH: 0.15},
        older=0.0,
    ),
    Stratum(
        name="younger, sessions",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.SESSIONS,
        people=880,
        weekly_hours=(76_000 - 782 * 14.0) / 880,
        groups={_PD: 0.30, _LD: 0.58, _MH: 0.12},
        older=0.0,
        double_handed=(0.05,),
    ),
    Stratum(
        name="reablement",
        service=_S.REABLEMENT,
        pattern=Pattern.CALLS,
        people=300,
        weekly_hours=10.0,
        groups={_OP: 0.86, _PD: 0.14},
        older=0.86,
        short_term_days=(21, 42),
        routes={SourceRoute.HOSPITAL: 0.7, SourceRoute.COMMUNITY: 0.3},
    ),
    Stratum(
        name="night awake",
        service=_S.NIGHT_AWAKE,
        pattern=Pattern.NIGHTS,
        people=174,
        night_hours=10,
        groups=_NIGHT_GROUPS,
        older=0.15,
    ),
    Stratum(
        name="night sleep",
        service=_S.NIGHT_SLEEP,
        pattern=Pattern.NIGHTS,
        people=232,
        night_hours=9,
        groups=_NIGHT_GROUPS,
        older=0.15,
    ),
    Stratum(
        name="live-in",
        service=_S.LIVE_IN,
        pattern=Pattern.LIVE_IN,
        people=83,
        groups={_OP: 0.11, _PD: 0.50, _LD: 0.32, _MH: 0.07},
        older=0.11,
    ),
)

_OFFERED = {
    _S.PERSONAL_CARE: 1.0,
    _S.REABLEMENT: 0.5,
    _S.NIGHT_AWAKE: 0.55,
    _S.NIGHT_SLEEP: 0.0,
    _S.LIVE_IN: 0.4,
}

TIERS = (
    TierPlan(
        code=TierCode("T1"),
        fewest=4,
        most=9,
        hours_each=950,
        share=0.60,
        rate=2490,
        spread=75,
        lowest=2320,
        highest=2700,
        reach=0.65,
        services=_OFFERED,
        small=0.0,
        flaws=((Flaw.RATING_FELL,),),
    ),
    TierPlan(
        code=TierCode("T2"),
        fewest=5,
        most=12,
        hours_each=450,
        share=0.28,
        rate=2540,
        spread=95,
        lowest=2240,
        highest=2790,
        reach=0.5,
        services=_OFFERED,
        small=0.25,
        flaws=(
            (Flaw.SUSPENDED, Flaw.EMBARGOED, Flaw.INADEQUATE),
            (Flaw.JOINS_LATER, Flaw.LEFT),
            (Flaw.TOO_DEAR,),
        ),
    ),
    TierPlan(
        code=TierCode("SPOT"),
        fewest=2,
        most=5,
        hours_each=350,
        share=0.12,
        rate=2740,
        spread=60,
        lowest=2600,
        highest=2890,
        reach=0.4,
        services=_OFFERED,
        small=0.4,
        is_ranked=False,
        flaws=((Flaw.TOO_DEAR,),),
    ),
)

ASSUMPTIONS = (
    published("people and hours", "7,465 adults, 183,000 hours a week (2017/18)", ESSEX_2019),
    published("personal care", "144,000 hours a week, 47 % of them (68,000) for older people", ESSEX_2019),
    published("nights", "22,000 hours a week of sitting and sleeping", ESSEX_2019),
    published("live-in", "14,000 hours a week; 89 % of live-in care is for working-age adults", ESSEX_2019),
    assumed(
        "live-in",
        "14,000 hours are taken as all of it: 83 people at 168 hours",
        "the other reading, 14,000 for working-age adults alone, adds 1,730 hours (1 % of the total)",
    ),
    assumed("reablement", "300 people at 10 hours", "the published parts add up to 180,000 of 183,000 hours"),
    assumed(
        "people by kind",
        "5,014 older and 1,662 younger people with personal care, 880 of the latter in long "
        "sessions of 74 hours a week on average; 174 waking and 232 sleeping nights",
        "chosen to give the published hours; the head-count is carried over between years in the source",
    ),
    assumed(
        "nights",
        "10 hours waking from about 22:00, 9 hours sleeping; 5.75 nights a week on average",
        "provider pages say 22:00-08:00 and 8 hours or more",
    ),
    published(
        "framework",
        "twelve district lots; Tier 1 of up to ten providers, unlimited Tier 2; four service types; "
        "half price, half quality; two lists a year, one in force from 13 September 2026",
        "FTS 009540-2025; Essex Provider Hub, Performance management",
    ),
    published("tier 1", "CQC Good or better overall, for Safe and for Well-led", "Essex Live at Home 2021"),
    published("framework share", "92 % of new provision goes to framework providers", ESSEX_MARKET),
    assumed(
        "capacity by tier",
        "Tier 1 60 %, Tier 2 28 %, spot 12 %",
        "so that about the published 92 % finds a place on the framework",
    ),
    assumed(
        "providers of a lot",
        "4 to 10 in Tier 1, 8 to 15 in Tier 2, 3 to 6 spot",
        "up to ten in Tier 1 is published, the rest is not",
    ),
    assumed(
        "localities",
        "contiguous groups of sectors of about 28,000 adults, drawn, not published",
        "no map of primary care networks was found",
    ),
    assumed(
        "rural supplement",
        "Maldon £0.60, Uttlesford £0.60, Tendring £0.50, Braintree £0.35 an hour",
        "supply gaps are where travel is long, often rural (Essex MPS 2025); amounts are not published",
    ),
)

PLAN = CountyPlan(
    county="Essex",
    strata=STRATA,
    tiers=TIERS,
    preset="essex-2025",
    pricing=Pricing(
        factors={_S.NIGHT_AWAKE: 0.88, _S.NIGHT_SLEEP: 0.53}, additions={_S.REABLEMENT: 220}, weekly=158_000
    ),
    review=Review(
        price=50,
        quality=50,
        before="2026-03",
        now="2026-09",
        began=date(2026, 3, 15),
        changed=date(2026, 9, 13),
    ),
    languages={"Polish": 0.004, "Bengali": 0.003, "Turkish": 0.002},
    assumptions=(*SHARED, *ASSUMPTIONS),
    draw_lots=partial(
        lots_by_district, supplements={"Maldon": 60, "Uttlesford": 60, "Tendring": 50, "Braintree": 35}
    ),
)


def essex(
    *, district: str | None = None, packages: int | None = None, seed: int = 7, tightness: float = TIGHTNESS
) -> Instance:
    """Essex, or one of its districts: 7,465 packages, or as many as asked, under the ranked framework.

    The same people and providers stand in a district whether it is drawn alone or in the county.

    Parameters
    ----------
    district
        Name in any case, or GSS code; ``None`` for the whole county.
    packages
        How many, with the same mix and the same hours for each person; ``None`` for the published number, or
        the district's share of it.
    tightness
        Capacity of providers that may be given work, over the hours of day care wanted.

    Raises
    ------
    ValueError
        For an unknown district (naming the known), fewer than one package or a tightness not positive.
    """
    return build(PLAN, district=district, packages=packages, seed=seed, tightness=tightness)
