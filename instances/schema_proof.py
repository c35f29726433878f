"""The tables an allocation is defended with: decisions, shortages, and how people and providers fare."""

from __future__ import annotations

from instances.amounts import Money, Number, Whole
from instances.cells import Text
from instances.columns import Column, Table

COUNT = Whole(low=0, high=10_000_000)
HOURS = Number()
SHARE = Number()
DIFFERENCE = Money(low=-1_000_000)

DECISIONS = Table(
    name="decisions",
    says="Why one package stands where it stands.",
    key=("package_id",),
    may_be_empty=True,
    columns=(
        Column(name="package_id", kind=Text(), says="Package.", refers_to="packages"),
        Column(name="lot_code", kind=Text(), says="Lot.", refers_to="lots"),
        Column(
            name="provider_id", kind=Text(), says="Who has it; empty for last resort.", default=None,
            refers_to="providers",
        ),
        Column(
            name="position", kind=Whole(low=1, high=1_000_000), says="Its place in the order of call-off.",
        ),
        Column(name="weekly_cost_pounds", kind=Money(), says="A week."),
        Column(name="eligible", kind=COUNT, says="Providers that may have it by every rule."),
        Column(name="asked_before", kind=COUNT, says="Of them, those asked before who has it."),
        Column(
            name="runner_up", kind=Text(), default=None, refers_to="providers",
            says="The next in order with room as things stand; empty for last resort.",
        ),
        Column(
            name="margin_pounds", kind=DIFFERENCE,
            says="What the runner-up costs more a week than who has it; less where negative.",
        ),
        Column(name="excluded", kind=Text(), says="How many others each rule keeps out.", default=""),
        Column(
            name="cause", kind=Text(), default=None,
            says="Of last resort: nobody, too large, shortage, packing or unproven.",
        ),
        Column(name="why", kind=Text(), says="In words, with the room that was missing."),
    ),
)  # fmt: skip

SHORTAGES = Table(
    name="shortages",
    says="A proof of shortage, cut by lot, district and part of the week: where, when and by how many hours.",
    key=("supply", "shortage", "lot_code", "district_gss", "band", "day_type"),
    may_be_empty=True,
    columns=(
        Column(
            name="supply", kind=Text(),
            says="`all` providers, or those of the `framework` alone, without spot.",
        ),
        Column(name="shortage", kind=Whole(low=1, high=1_000_000), says="Number, the widest first."),
        Column(name="counts", kind=Text(), says="`care` in carer-hours, or `pairs` in hours of two carers."),
        Column(name="lot_code", kind=Text(), says="Lot.", refers_to="lots"),
        Column(name="district_gss", kind=Text(), says="District."),
        Column(name="band", kind=Text(), says="Part of the day."),
        Column(name="day_type", kind=Text(), says="Weekday or weekend."),
        Column(name="packages", kind=COUNT, says="Packages there that want care then."),
        Column(name="wanted_hours", kind=HOURS, says="That they want a week."),
        Column(name="shortage_wanted_hours", kind=HOURS, says="Wanted a week in the whole of the shortage."),
        Column(
            name="shortage_capacity_hours", kind=HOURS,
            says="What all who may serve have for it; the same on all lines of the shortage.",
        ),
        Column(
            name="shortage_short_hours", kind=HOURS,
            says="Missing a week at the least; the same on all lines of the shortage: do not add these up.",
        ),
        Column(name="providers", kind=Text(), says="All who may serve, separated by `;`.", default=""),
    ),
)  # fmt: skip

FAIRNESS = Table(
    name="fairness",
    says="How one group of people fares. The council's own: it shows small counts.",
    key=("by", "group"),
    may_be_empty=True,
    columns=(
        Column(name="by", kind=Text(), says="What tells groups apart."),
        Column(name="group", kind=Text(), says="Which of them."),
        Column(name="packages", kind=COUNT, says="Packages."),
        Column(name="placed", kind=COUNT, says="Placed with a provider.", default=None),
        Column(name="first_tier", kind=COUNT, says="Of them, in the first tier.", default=None),
        Column(name="placed_share", kind=SHARE, says="Placed of all.", default=None),
        Column(name="weekly_hours", kind=HOURS, says="Carer-hours a week.", default=None),
        Column(name="placed_hours", kind=HOURS, says="Of them placed.", default=None),
        Column(name="wait_days", kind=Number(), says="Mean days since the request.", default=None),
        Column(
            name="wait_ratio", kind=Number(), default=None,
            says="Against everybody's; above 1.25 is for a person to look into.",
        ),
    ),
)  # fmt: skip

PROVIDER_SIZES = Table(
    name="provider_sizes",
    says="How providers of one size fare.",
    key=("size",),
    may_be_empty=True,
    columns=(
        Column(name="size", kind=Text(), says="By hours a week offered."),
        Column(name="providers", kind=COUNT, says="Providers."),
        Column(name="offers", kind=COUNT, says="Packages for which one of them was asked."),
        Column(name="placed", kind=COUNT, says="Packages they have."),
        Column(name="capacity_hours", kind=HOURS, says="Carer-hours a week offered."),
        Column(name="placed_hours", kind=HOURS, says="Of them placed."),
        Column(name="use", kind=SHARE, says="Share of the hours that is used.", default=None),
    ),
)  # fmt: skip

SHADOW_PRICES = Table(
    name="shadow_prices",
    says="What one hour a week more of a provider's capacity would save, at the margin; an estimate.",
    key=("provider_id", "locality", "band", "day_type", "counts"),
    may_be_empty=True,
    columns=(
        Column(name="provider_id", kind=Text(), says="Provider.", refers_to="providers"),
        Column(name="locality", kind=Text(), says="Locality; empty for everywhere.", default=None),
        Column(name="band", kind=Text(), says="Part of the day; empty for the whole week.", default=None),
        Column(name="day_type", kind=Text(), says="Weekday or weekend; empty for all.", default=None),
        Column(name="counts", kind=Text(), says="`care`, or `pairs` of carers."),
        Column(name="pounds_an_hour", kind=Money(), says="Saved a week for an hour a week more."),
    ),
)  # fmt: skip

PROOF_TABLES = (DECISIONS, SHORTAGES, SHADOW_PRICES, FAIRNESS, PROVIDER_SIZES)
