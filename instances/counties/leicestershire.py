"""Leicestershire: Help to Live at Home, eighteen lots, each with a lead and others behind it."""

from __future__ import annotations

from datetime import date
from functools import partial

from instances.counties.build import CountyPlan, build
from instances.counties.calibration import LEICESTERSHIRE_2019, SHARED, TIGHTNESS, assumed, published
from instances.counties.contracts import Pricing, Review
from instances.counties.districts import DISTRICTS
from instances.counties.lots import drawn_lots
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

# 1,994 people with 20,317 hours of home care, 67 with 2,892 of reablement: 10.2 and 43.2 hours each.
_OLDER, _CALLS, _SESSIONS = 1570, 314, 110
_SESSION_HOURS = 27.0
_ORDINARY = (20_317 - _SESSIONS * _SESSION_HOURS) / (_OLDER + _CALLS)

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
        groups={_PD: 0.68, _LD: 0.17, _MH: 0.15},
        older=0.0,
    ),
    Stratum(
        name="younger, sessions",
        service=_S.PERSONAL_CARE,
        pattern=Pattern.SESSIONS,
        people=_SESSIONS,
        weekly_hours=_SESSION_HOURS,
        groups={_PD: 0.3, _LD: 0.55, _MH: 0.15},
        older=0.0,
        double_handed=(0.04,),
    ),
    Stratum(
        name="reablement",
        service=_S.REABLEMENT,
        pattern=Pattern.CALLS,
        people=67,
        weekly_hours=2892 / 67,
        groups={_OP: 0.88, _PD: 0.12},
        older=0.88,
        lengths=(0.0, 0.0, 35.0, 65.0),
        double_handed=(0.9, 0.95, 1.0, 1.0),
        short_term_days=(21, 42),
        routes={SourceRoute.HOSPITAL: 0.7, SourceRoute.COMMUNITY: 0.3},
    ),
)

_OFFERED = {_S.PERSONAL_CARE: 1.0, _S.REABLEMENT: 0.85}

TIERS = (
    TierPlan(
        code=TierCode("LEAD"),
        fewest=1,
        most=1,
        hours_each=1129,
        share=0.70,
        rate=2460,
        spread=50,
        lowest=2330,
        highest=2620,
        reach=1.0,
        services=_OFFERED,
        small=0.0,
        most_lots=2,
    ),
    TierPlan(
        code=TierCode("SUPPLEMENTARY"),
        fewest=2,
        most=3,
        hours_each=140,
        share=0.22,
        rate=2560,
        spread=70,
        lowest=2400,
        highest=2740,
        reach=0.7,
        services=_OFFERED,
        small=0.15,
        flaws=((Flaw.SUSPENDED, Flaw.RATING_FELL, Flaw.EMBARGOED), (Flaw.JOINS_LATER, Flaw.LEFT)),
    ),
    TierPlan(
        code=TierCode("CONTINGENCY"),
        fewest=2,
        most=2,
        hours_each=140,
        share=0.08,
        rate=2680,
        spread=60,
        lowest=2550,
        highest=2840,
        reach=0.8,
        services=_OFFERED,
        small=0.2,
        most_lots=6,
        flaws=((Flaw.TOO_DEAR, Flaw.INADEQUATE),),
    ),
)

ASSUMPTIONS = (
    published("home care", "1,994 people, 20,317 hours a week (2019)", LEICESTERSHIRE_2019),
    published("reablement", "67 people, 2,892 hours a week (2019)", LEICESTERSHIRE_2019),
    assumed(
        "reablement",
        "43 hours each are calls of 45 and 60 minutes, up to four a day, by two carers",
        "so long a week leaves nothing else; the figure may count more than contact",
    ),
    assumed(
        "people by kind",
        "1,570 older people, 314 younger with calls and 110 younger with sessions of 27 hours",
        "the report does not split them; the total is kept",
    ),
    published(
        "lots",
        "18 geographic lots on CCG lines, 8 East and 10 West; lead, supplementary and contingency providers",
        LEICESTERSHIRE_2019,
    ),
    assumed(
        "lots",
        "drawn as contiguous groups of whole postcode sectors of about equal need; East: Blaby, "
        "Harborough, Melton, "
        "Oadby and Wigston; West: Charnwood, Hinckley and Bosworth, North West Leicestershire",
        "neither the lots nor the CCG lines are published as maps; sectors on the line go whole to the "
        "nearer half",
    ),
    published(
        "providers", "150 agencies had been cut to nine by November 2016", "Hinckley Times, 5 July 2017"
    ),
    assumed(
        "providers of a lot",
        "one lead, of two lots at most; 2 or 3 supplementary; 2 contingency",
        "not published",
    ),
    assumed("capacity by tier", "lead 70 %, supplementary 22 %, contingency 8 %", "not published"),
    published("spend", "£16.6m a year (2019/20)", LEICESTERSHIRE_2019),
    assumed(
        "rates",
        "lead £23.30 to £26.20, supplementary to £27.40, contingency to £28.40 an hour (2026-27)",
        "the published spend is £13.71 an hour of 2019/20, below today's cost of employment; not used",
    ),
)

_EAST = frozenset({"Blaby", "Harborough", "Melton", "Oadby and Wigston"})
_COUNTY = DISTRICTS["Leicestershire"]

PLAN = CountyPlan(
    county="Leicestershire",
    strata=STRATA,
    tiers=TIERS,
    preset="leicestershire-htlah",
    pricing=Pricing(factors={}, additions={_S.REABLEMENT: 220}),
    review=Review(
        price=40,
        quality=60,
        before="2025-04",
        now="2026-04",
        began=date(2025, 4, 1),
        changed=date(2026, 4, 1),
    ),
    languages={"Gujarati": 0.012, "Punjabi": 0.006, "Polish": 0.003},
    assumptions=(*SHARED, *ASSUMPTIONS),
    draw_lots=partial(
        drawn_lots,
        halves={
            "East": (8, frozenset(each.code for each in _COUNTY if each.name in _EAST)),
            "West": (10, frozenset(each.code for each in _COUNTY if each.name not in _EAST)),
        },
    ),
    needs_whole_map=True,
)


def leicestershire(
    *, district: str | None = None, packages: int | None = None, seed: int = 7, tightness: float = TIGHTNESS
) -> Instance:
    """Leicestershire, or one of its districts with the lots that reach into it.

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
