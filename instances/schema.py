"""The tables of an instance, said once: readers, writers, Table Schema and documentation follow this page."""

from __future__ import annotations

from geodata.travel import TravelMode
from instances.amounts import Minutes, Money, Number, Whole
from instances.cells import (
    CQC_LOCATION,
    DISTRICT,
    SECTOR,
    Clock,
    DayMask,
    ListOf,
    OneOf,
    Postcode,
    Text,
    YesNo,
)
from instances.columns import Column, Table
from instances.dates import Day
from optimiser.model.calendar import Band, DayType
from optimiser.model.need import ClientGroup, Gender, ServiceKind, SourceRoute, TransferBar
from optimiser.model.supply import ProviderStatus, RateUnit, Rating

HOURLY_RATE = (5, 100)
"""Sensible pounds an hour."""
WEEKLY_RATE = (100, 10_000)
"""Sensible pounds a week, for live-in care."""
LONGEST_VISIT = 720
"""Minutes, for any service but live-in."""
WEEK_MINUTES = 168 * 60

_NAMES = ListOf(Text())
_EASTING = Whole(low=0, high=700_000, unit="m")
_NORTHING = Whole(low=0, high=1_300_000, unit="m")

LOTS = Table(
    name="lots",
    says="One lot of the framework: what providers are admitted to.",
    key=("lot_code",),
    columns=(
        Column(name="lot_code", kind=Text(), says="Code of the lot."),
        Column(name="name", kind=Text(), says="Its name.", default=""),
        Column(name="districts", kind=ListOf(DISTRICT), says="Districts it covers."),
        Column(
            name="localities", kind=_NAMES, says="Localities it is confined to; empty for whole districts.",
            default=frozenset(), optional=True, refers_to="localities",
        ),
    ),
)  # fmt: skip

LOCALITIES = Table(
    name="localities",
    says="One named area on the map, made of postcode sectors.",
    key=("locality_id",),
    may_be_empty=True,
    columns=(
        Column(name="locality_id", kind=Text(), says="Identifier."),
        Column(name="name", kind=Text(), says="Its name.", default=""),
        Column(name="district_gss", kind=DISTRICT, says="District it lies in."),
        Column(
            name="sectors", kind=ListOf(SECTOR), says="Postcode sectors it is made of.", default=frozenset()
        ),
    ),
)

PACKAGES = Table(
    name="packages",
    says="One package: the care one person needs each week.",
    key=("package_id",),
    passed_over=(
        "status", "pcn_code", "uprn", "funding", "carers_default", "time_critical_reason", "pets", "smoker",
        "stairs", "key_safe", "lone_worker_risk", "current_rate", "consent_transfer", "consent_transfer_date",
    ),
    columns=(
        Column(name="package_id", kind=Text(), says="Identifier."),
        Column(name="client_ref", kind=Text(), says="Pseudonym of the person, never a name."),
        Column(
            name="source_route", kind=OneOf(SourceRoute),
            says="How it came to the brokers; empty for community.",
            default=SourceRoute.COMMUNITY, optional=True,
        ),
        Column(name="client_group", kind=OneOf(ClientGroup), says="Whom the care is for."),
        Column(name="service_type", kind=OneOf(ServiceKind), says="Kind of service."),
        Column(name="lot_code", kind=Text(), says="Lot under which it is called off.", refers_to="lots"),
        Column(name="district_gss", kind=DISTRICT, says="District of the home; the postcode must lie in it."),
        Column(name="postcode", kind=Postcode(), says="Of the home. It leaves the engine by no public door."),
        Column(
            name="sector", kind=SECTOR, says="Postcode sector; if given, it must be the postcode's own.",
            default=None, optional=True,
        ),
        Column(
            name="easting", kind=_EASTING, says="National grid, metres; empty for the postcode's own place.",
            default=None, optional=True,
        ),
        Column(name="northing", kind=_NORTHING, says="With `easting`.", default=None, optional=True),
        Column(name="requested_on", kind=Day(), says="When it reached the brokers."),
        Column(name="needed_by", kind=Day(), says="When care must have begun.", default=None, optional=True),
        Column(
            name="planned_end", kind=Day(),
            says="Last day of a short-term package; empty for long-term care.",
            default=None, optional=True,
        ),
        Column(
            name="weekly_minutes",
            kind=Minutes(high=3 * WEEK_MINUTES, why="a week has 168 hours: give minutes a week"),
            says="Carer-minutes a week: the sum over its visits of minutes × carers × days. Empty or 0 "
            "only for a package without visits.",
            default=0,
        ),
        Column(
            name="gender_of_carer", kind=OneOf(Gender), says="That the person needs; empty for either.",
            default=None, optional=True,
        ),
        Column(
            name="language", kind=Text(), says="That a carer must speak; empty where none is asked.",
            default=None, optional=True,
        ),
        Column(
            name="skills", kind=_NAMES, says="Every one of which the carer must have.",
            default=frozenset(), optional=True,
        ),
        Column(
            name="household", kind=Text(), says="Shared by packages of people who live together.",
            default=None, optional=True,
        ),
        Column(
            name="preferred_provider", kind=Text(), says="The person's choice.",
            default=None, optional=True, refers_to="providers",
        ),
        Column(
            name="excluded_providers", kind=_NAMES, says="With whom the relationship has ended before.",
            default=frozenset(), optional=True, refers_to="providers",
        ),
        Column(
            name="current_provider", kind=Text(),
            says="Who gives the care now; may be one that is not in `providers.csv`.",
            default=None, optional=True,
        ),
        Column(
            name="with_provider_since", kind=Day(), says="First day with the current provider.",
            default=None, optional=True,
        ),
        Column(
            name="transfer_consent", kind=YesNo(),
            says="Whether the person agrees to a transfer of care; empty where nobody has asked.",
            default=None, optional=True,
        ),
        Column(
            name="transfer_consent_on", kind=Day(), says="Day of that answer.", default=None, optional=True
        ),
        Column(
            name="transfer_bar", kind=OneOf(TransferBar),
            says="Why nobody asks for a transfer now; empty where nothing speaks against it.",
            default=None, optional=True,
        ),
    ),
)  # fmt: skip

VISITS = Table(
    name="visits",
    says="One visit of a package, on each of its days.",
    key=("package_id", "visit_no"),
    may_be_empty=True,
    passed_over=("task_group",),
    columns=(
        Column(name="package_id", kind=Text(), says="Package it belongs to.", refers_to="packages"),
        Column(name="visit_no", kind=Whole(low=1, high=99), says="From 1, in the order of the day."),
        Column(name="days", kind=DayMask(), says="On which it is made."),
        Column(name="earliest", kind=Clock(), says="When service may start, at the earliest."),
        Column(name="latest", kind=Clock(), says="When service may start, at the latest; it may end later."),
        Column(
            name="ideal", kind=Clock(),
            says="When the person would like it; empty for any time in the window.",
            default=None, optional=True,
        ),
        Column(
            name="duration_min",
            kind=Minutes(low=15, high=1440, why="a visit takes 15 to 720 minutes; live-in care to 1440"),
            says="Time with the person; above 720 minutes for live-in care only.",
        ),
        Column(
            name="carers_required",
            kind=Whole(low=1, high=3, why="a visit takes 1 carer, or 2 for a double-handed one; 3 at most"),
            says="Carers at once; empty for one.", default=1, optional=True,
        ),
        Column(
            name="time_critical", kind=YesNo(), says="Whether the window is a promise (±30 minutes).",
            default=False, optional=True,
        ),
        Column(
            name="min_gap_before_min", kind=Minutes(high=1440, why="give the gap in minutes, at most a day"),
            says="Least time since the end of the person's visit before.", default=0, optional=True,
        ),
        Column(
            name="short_visit_agreed", kind=YesNo(),
            says="Whether all four conditions for personal care under 30 minutes are met.",
            default=False, optional=True,
        ),
    ),
)  # fmt: skip

PROVIDERS = Table(
    name="providers",
    says="One provider: who supplies care.",
    key=("provider_id",),
    passed_over=("cqc_provider_id", "ods_code", "tier"),
    columns=(
        Column(name="provider_id", kind=Text(), says="Identifier."),
        Column(name="name", kind=Text(), says="Its name."),
        Column(
            name="branch_postcode", kind=Postcode(),
            says="Of its registered branch.", default=None, optional=True
        ),
        Column(
            name="branch_easting", kind=_EASTING,
            says="National grid, metres; empty for the postcode's own place.",
            default=None, optional=True,
        ),
        Column(
            name="branch_northing", kind=_NORTHING, says="With `branch_easting`.", default=None, optional=True
        ),
        Column(
            name="status", kind=OneOf(ProviderStatus),
            says="Whether new work may go to it; empty for active.",
            default=ProviderStatus.ACTIVE, optional=True,
        ),
        Column(name="status_from", kind=Day(), says="First day of the status.", default=None, optional=True),
        Column(name="status_to", kind=Day(), says="Last day of the status.", default=None, optional=True),
        Column(
            name="cqc_location_id", kind=CQC_LOCATION, says="Its location with the Care Quality Commission.",
            default=None, optional=True,
        ),
        Column(
            name="cqc_overall", kind=OneOf(Rating), says="Overall rating; empty for not rated.",
            default=Rating.NOT_RATED, optional=True,
        ),
        Column(
            name="cqc_safe", kind=OneOf(Rating),
            says="Rating for *Safe*.", default=Rating.NOT_RATED, optional=True
        ),
        Column(
            name="cqc_well_led", kind=OneOf(Rating), says="Rating for *Well-led*.",
            default=Rating.NOT_RATED, optional=True,
        ),
        Column(
            name="skills", kind=_NAMES, says="That at least one of its carers has.",
            default=frozenset(), optional=True,
        ),
        Column(
            name="languages", kind=_NAMES, says="That at least one of its carers speaks.",
            default=frozenset(), optional=True,
        ),
        Column(
            name="genders", kind=ListOf(OneOf(Gender), empty="none"), says="Of its carers; empty for both.",
            default=frozenset(Gender), optional=True,
        ),
        Column(
            name="sme_vcse", kind=YesNo(), says="Whether it is a small or voluntary organisation.",
            default=False, optional=True,
        ),
        Column(
            name="new_starts_a_week", kind=Whole(low=0, high=1000),
            says="Most packages it can begin in a week; empty where it has not said.",
            default=None, optional=True,
        ),
    ),
)  # fmt: skip

PROVIDER_LOTS = Table(
    name="provider_lots",
    says="One provider's admission to a lot for one kind of service, and its price there.",
    key=("provider_id", "lot_code", "service_type", "client_group", "effective_from"),
    columns=(
        Column(name="provider_id", kind=Text(), says="Provider.", refers_to="providers"),
        Column(name="lot_code", kind=Text(), says="Lot.", refers_to="lots"),
        Column(name="service_type", kind=OneOf(ServiceKind), says="Kind of service."),
        Column(name="client_group", kind=ListOf(OneOf(ClientGroup)), says="Client groups it covers."),
        Column(name="tier", kind=Text(), says="Tier of the framework.", refers_to="tiers"),
        Column(
            name="rate",
            kind=Money(high=10_000, why="give pounds an hour for each carer, or a week for live-in care"),
            says="Pounds an hour for each carer (5 to 100), or a week for live-in care (100 to 10,000).",
        ),
        Column(
            name="rate_unit", kind=OneOf(RateUnit), says="What the rate is paid for; empty for hour.",
            default=RateUnit.HOUR, optional=True,
        ),
        Column(
            name="zone_supplement", kind=Money(high=100), says="Pounds an hour on top in this lot.",
            default=0, optional=True,
        ),
        Column(name="effective_from", kind=Day(), says="First day.", default=None, optional=True),
        Column(name="effective_to", kind=Day(), says="Last day.", default=None, optional=True),
    ),
)  # fmt: skip

RANKED_LIST = Table(
    name="ranked_list",
    says="One line of a ranked list: the order of call-off in a lot for one kind of service, from one date.",
    key=("list_version", "lot_code", "service_type", "provider_id"),
    may_be_empty=True,
    columns=(
        Column(name="list_version", kind=Text(), says="Version, as 2026-09."),
        Column(name="lot_code", kind=Text(), says="Lot.", refers_to="lots"),
        Column(name="service_type", kind=OneOf(ServiceKind), says="Kind of service."),
        Column(name="rank", kind=Whole(low=1, high=9999), says="1 is offered first."),
        Column(name="provider_id", kind=Text(), says="Provider.", refers_to="providers"),
        Column(name="price_score", kind=Number(), says="As evaluated.", default=None, optional=True),
        Column(name="quality_score", kind=Number(), says="As evaluated.", default=None, optional=True),
        Column(name="total", kind=Number(), says="As evaluated.", default=None, optional=True),
        Column(
            name="effective_from", kind=Day(), says="First day of the version; the same on all its lines."
        ),
        Column(name="effective_to", kind=Day(), says="Last day of the version.", default=None, optional=True),
    ),
)

CAPACITY = Table(
    name="capacity",
    says="Spare care one provider can give each week.",
    key=("provider_id", "locality", "band", "day_type"),
    may_be_empty=True,
    columns=(
        Column(name="provider_id", kind=Text(), says="Provider.", refers_to="providers"),
        Column(
            name="locality", kind=Text(),
            says="Locality, district or sector it is confined to; empty for all.",
            default=None, optional=True,
        ),
        Column(
            name="band", kind=OneOf(Band),
            says="Part of the day; empty, with `day_type`, for the whole week of "
            "day care.", default=None, optional=True,
        ),
        Column(name="day_type", kind=OneOf(DayType), says="With `band`.", default=None, optional=True),
        Column(
            name="spare_minutes",
            kind=Minutes(high=10_000_000, why="give carer-minutes a week"),
            says="Carer-minutes a week, over all days of the day type.",
        ),
        Column(
            name="double_up_pairs", kind=Whole(low=0, high=10_000), says="Pairs of carers free at once.",
            default=None, optional=True,
        ),
        Column(name="as_of", kind=Day(), says="When it was stated.", default=None, optional=True),
    ),
)  # fmt: skip

CARERS = Table(
    name="carers",
    says="One carer (a provider's own table).",
    key=("carer_ref",),
    optional=True,
    may_be_empty=True,
    passed_over=("contract_min",),
    columns=(
        Column(name="carer_ref", kind=Text(), says="Pseudonym of the carer, never a name."),
        Column(name="provider_id", kind=Text(), says="Provider.", refers_to="providers"),
        Column(
            name="mode", kind=OneOf(TravelMode), says="How the carer travels; empty for car.",
            default=TravelMode.CAR, optional=True,
        ),
        Column(name="gender", kind=OneOf(Gender), says="Of the carer.", default=None, optional=True),
        Column(name="skills", kind=_NAMES, says="Of the carer.", default=frozenset(), optional=True),
        Column(name="languages", kind=_NAMES, says="Of the carer.", default=frozenset(), optional=True),
        Column(
            name="base_sector", kind=SECTOR,
            says="Where rounds start and end: the middle of this postcode sector.",
            default=None, optional=True,
        ),
        Column(
            name="base_easting", kind=_EASTING,
            says="The same to the metre, national grid; wins over the sector.",
            default=None, optional=True,
        ),
        Column(
            name="base_northing", kind=_NORTHING, says="With `base_easting`.", default=None, optional=True,
        ),
        Column(
            name="max_week_min", kind=Minutes(high=WEEK_MINUTES, why="a week has 168 hours (10,080 minutes)"),
            says="Most working time a week.", default=None, optional=True,
        ),
    ),
)  # fmt: skip

AVAILABILITY = Table(
    name="availability",
    says="When one carer works.",
    key=("carer_ref", "days", "start", "end"),
    optional=True,
    may_be_empty=True,
    columns=(
        Column(name="carer_ref", kind=Text(), says="Carer.", refers_to="carers"),
        Column(name="days", kind=DayMask(), says="On which the shift is worked."),
        Column(name="start", kind=Clock(), says="Start of the shift."),
        Column(name="end", kind=Clock(), says="End of the shift."),
    ),
)

URBAN_CELLS = Table(
    name="urban_cells",
    says="One square of the national grid that counts as urban. Left out, they are found from the postcodes.",
    key=("easting", "northing"),
    optional=True,
    may_be_empty=True,
    columns=(
        Column(name="easting", kind=_EASTING, says="South-west corner, a multiple of the side."),
        Column(name="northing", kind=_NORTHING, says="South-west corner, a multiple of the side."),
    ),
)

TABLES = (
    LOTS, LOCALITIES, PACKAGES, VISITS, PROVIDERS, PROVIDER_LOTS, RANKED_LIST, CAPACITY,
    CARERS, AVAILABILITY, URBAN_CELLS,
)  # fmt: skip
"""Each a CSV file of a folder, or a sheet of a workbook."""
