"""Every figure the generators rest on: what is published, where, and what is assumed."""

from __future__ import annotations

from optimiser.model.instance import Assumption

ESSEX_2019 = (
    "Essex County Council, Home Care (Jan 2019) and Provider Hub, Long Term Domiciliary Care (Feb 2022)"
)
ESSEX_MARKET = "Essex County Council, Market Position Statement (Mar 2025)"
NORFOLK_2017 = "Norfolk County Council, Home care (2017)"
LEICESTER = "Leicester City Council, Domiciliary (home) care for adults"
LEICESTERSHIRE_2019 = (
    "Leicestershire County Council scrutiny report, Domiciliary Care Service post November 2020 (2 Sep 2019)"
)
HOMECARE_ASSOCIATION = "Homecare Association, fee rates for state-funded homecare in 2025-26 (5 Jun 2025)"
ONS_MID_2020 = "Office for National Statistics, mid-2020 population estimates (OGL v3)"
TORBAY = "Torbay Council, home care: visit lengths of the median provider (2022)"
CUMBERLAND = "Cumberland Council, Homecare"

TIGHTNESS = 1.12
"""Capacity of usable providers over need, unless asked otherwise (assumption)."""


def published(topic: str, figure: str, source: str) -> Assumption:
    """A figure somebody published."""
    return Assumption(topic=topic, figure=figure, basis="published", source=source)


def assumed(topic: str, figure: str, why: str) -> Assumption:
    """A figure nobody published, and what it was chosen by."""
    return Assumption(topic=topic, figure=figure, basis="assumption", source=why)


SHARED = (
    published("homes", "real postcodes, terminated ones included", "ONS Postcode Directory (OGL v3)"),
    published(
        "settlements",
        "GeoNames cities500, square root of people per postcode, 0.6 to 1.6",
        "GeoNames, CC BY 4.0",
    ),
    assumed(
        "homes",
        "every postcode in use stands for about as many homes; rural squares 1.15 for older people",
        "no register of people may be used; district totals are kept",
    ),
    published(
        "need by district",
        "older people by residents aged 75 and over, others by residents of 18 to 64",
        ONS_MID_2020,
    ),
    assumed(
        "need by district",
        "need is in proportion to those residents",
        "no council publishes its packages by district",
    ),
    published("visit lengths", "15/30/45/60 minutes: 1.6/72.0/18.0/8.4 %", TORBAY),
    assumed(
        "visit lengths",
        "large packages of working-age adults are one to three sessions of up to 12 hours a day",
        "calls of an hour cannot make up the published hours",
    ),
    assumed(
        "time of day",
        "about 40/22/20/18 % of visits in morning, lunch, tea and bed",
        "no published distribution found",
    ),
    published(
        "windows", "07-10, 09-11:30, 11:30-14:30, 18-22", "Southwark Council, When home care is available"
    ),
    assumed(
        "windows",
        "tea 16-18; long sessions may start up to an hour either way",
        "the published slots leave tea open",
    ),
    published("time-critical visits", "plus or minus 30 minutes", "Essex Provider Hub, KPI 3"),
    assumed("time-critical visits", "15 % of calls", "no published share found"),
    assumed(
        "gaps",
        "2 hours between a person's calls; 4 hours for 10 % of packages, as for paracetamol-type medication",
        "spacing as vendors describe it; less where the windows leave less",
    ),
    published("double-handed care", "24 % of calls", CUMBERLAND),
    assumed(
        "double-handed care",
        "15 to 25 % of packages; one carer suffices at 35 % of their lunches and 15 % of teas",
        "no national figure found",
    ),
    assumed(
        "days",
        "about 90 % of packages every day, the rest weekdays only or three days",
        "Caire: about 90 % of home care repeats",
    ),
    assumed("gender of carer", "16 % ask for a woman, 4 % for a man", "no published share found"),
    assumed(
        "skills",
        "by client group, see people.py; providers hold each with a share, see market.py",
        "no published share found",
    ),
    assumed("couples", "3 % of packages share a home with another", "no published share found"),
    published(
        "routes",
        "20 % after discharge from hospital",
        "HFAnalyticsLab (the Health Foundation's analysts), home care analysis",
    ),
    assumed("routes", "the other 80 % split over six routes, see people.py", "no published split found"),
    assumed(
        "requests",
        "spread evenly over the last 12 weeks",
        "the instances re-place a whole county's care, to be of a county's size",
    ),
    assumed(
        "short visits",
        "0.3 % of packages have a call under 30 minutes that was not agreed (rule E9)",
        "so that the rule is seen at work",
    ),
    assumed("choice and ended relationships", "3 % and 2 % of packages", "no published share found"),
    assumed(
        "providers",
        "invented, every one: names, branches, ratings, skills, prices",
        "no real company appears",
    ),
    assumed(
        "capacity",
        "weekday mornings by default 1.12 of what is wanted, over all tiers; 1.15 times that at weekends, "
        "1.45 to 1.7 times that for lunch, tea and bed: whoever is on duty in the morning is on duty later",
        "no council publishes spare capacity; parameter `tightness`",
    ),
    assumed(
        "pairs of carers",
        "1.2 for each carer free at once, at 2 hours of care each in a band",
        "no published figure found",
    ),
    published("rates", "average fee paid by councils £24.10 an hour (2025-26)", HOMECARE_ASSOCIATION),
    published(
        "rates",
        "National Living Wage £12.21 (2025-26), £12.71 (2026-27)",
        "GOV.UK, as reported by the Homecare Association",
    ),
    assumed(
        "rates",
        "raised by 4.1 % with the National Living Wage to 2026-27; spread by tier; nights, live-in and "
        "reablement by factor",
        "no council publishes its providers' rates",
    ),
    published("last resort", "minimum price for homecare £32.14 an hour (2025-26)", "Homecare Association"),
    assumed(
        "last resort",
        "£34 an hour of day care, and other kinds in proportion",
        "a little over the minimum price, at short notice",
    ),
)
