"""``framework.toml`` as five tables: a workbook carries them as sheets, and one reader serves both."""

from __future__ import annotations

from instances.amounts import Money, Whole
from instances.cells import OneOf, Text, YesNo
from instances.columns import Column, Table
from instances.dates import Day
from optimiser.model.need import ServiceKind

FRAMEWORK = Table(
    name="framework",
    says="The framework contract and the day the instance speaks of.",
    key=(),
    columns=(
        Column(name="name", kind=Text(), says="Of the framework."),
        Column(name="version", kind=Text(), says="Of the framework.", default="", optional=True),
        Column(name="county", kind=Text(), says="Whose market it is."),
        Column(name="as_of", kind=Day(), says="The day the instance speaks of."),
        Column(name="source", kind=Text(), says="Where it is published.", default="", optional=True),
        Column(
            name="last_resort_name", kind=Text(), says="Who takes what nobody could.",
            default="Provider of last resort", optional=True,
        ),
        Column(
            name="urban_cell_metres", kind=Whole(low=50, high=10_000, unit="m"),
            says="Side of the squares in `urban_cells.csv`.", default=500, optional=True,
        ),
    ),
)  # fmt: skip

TIERS = Table(
    name="tiers",
    says="One step in the order of call-off, first to last.",
    key=("code",),
    columns=(
        Column(name="code", kind=Text(), says="Code of the tier."),
        Column(name="name", kind=Text(), says="Its name.", default="", optional=True),
        Column(
            name="needs_cqc_good", kind=YesNo(),
            says="Whether a provider must be Good or better overall, for Safe and for Well-led.",
            default=False, optional=True,
        ),
        Column(
            name="on_framework", kind=YesNo(), says="Whether it belongs to the framework; spot does not.",
            default=True, optional=True,
        ),
        Column(
            name="max_weeks", kind=Whole(low=1, high=520), says="For how long it may hold a package.",
            default=None, optional=True,
        ),
    ),
)  # fmt: skip


def _rates(name: str, says: str) -> Table:
    return Table(
        name=name,
        says=says,
        key=("service_type",),
        may_be_empty=True,
        columns=(
            Column(name="service_type", kind=OneOf(ServiceKind), says="Kind of service."),
            Column(name="rate", kind=Money(high=10_000), says="Pounds an hour, or a week for live-in care."),
        ),
    )


CEILINGS = _rates("ceilings", "Most that may be paid for one kind of service.")
LAST_RESORT_RATES = _rates(
    "last_resort_rates", "What the council expects to pay when nobody can take a package."
)

ASSUMPTIONS = Table(
    name="assumptions",
    says="One figure the instance rests on, and what it rests on itself.",
    key=(),
    may_be_empty=True,
    columns=(
        Column(name="topic", kind=Text(), says="What it is about."),
        Column(name="figure", kind=Text(), says="The figure.", default=""),
        Column(
            name="basis",
            kind=Text(),
            says="`published` or `assumption`.",
            default="assumption",
            optional=True,
        ),
        Column(name="source", kind=Text(), says="Where it is from.", default="", optional=True),
    ),
)

FRAMEWORK_TABLES = (FRAMEWORK, TIERS, CEILINGS, LAST_RESORT_RATES, ASSUMPTIONS)
"""Together ``framework.toml`` of a folder; each a sheet of a workbook."""
