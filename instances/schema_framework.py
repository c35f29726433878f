"""``framework.toml`` as tables: a workbook carries them as sheets, and one reader serves both."""

from __future__ import annotations

from dataclasses import replace

from instances.amounts import Minutes, Money, Whole
from instances.cells import OneOf, Text, YesNo
from instances.columns import Column, Table
from instances.dates import Day
from instances.schema import WEEK_MINUTES
from optimiser.model.allocation import Rule
from optimiser.model.contract import Aim, Area, RuleKind
from optimiser.model.need import ServiceKind

_PERCENT = Whole(low=0, high=100, unit="%")
_SHARE = Whole(low=1, high=100, unit="%")

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
            name="least_providers", kind=Whole(low=2, high=10),
            says="That each locality with as many packages is to have (rule B8).",
            default=None, optional=True,
        ),
        Column(
            name="new_starts_a_week", kind=Whole(low=0, high=1000),
            says="Most packages a provider may begin in a week, where it has not said itself.",
            default=None, optional=True,
        ),
        Column(
            name="urban_cell_metres", kind=Whole(low=50, high=10_000, unit="m"),
            says="Side of the squares in `urban_cells.csv`.", default=500, optional=True,
        ),
    ),
)  # fmt: skip

OF_AN_INSTANCE = ("county", "as_of", "urban_cell_metres")
"""What the first of these tables says of an instance and not of its contract."""

CONTRACT = replace(
    FRAMEWORK, columns=tuple(each for each in FRAMEWORK.columns if each.name not in OF_AN_INSTANCE)
)
"""The same of a rules file, which is the contract alone."""

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
        Column(
            name="least_share", kind=_PERCENT,
            says="Of a lot's hours, that its providers are to have together at the least (rule B8).",
            default=None, optional=True,
        ),
        Column(
            name="most_share", kind=_PERCENT,
            says="Of a lot's hours, that its providers may have together.", default=None, optional=True,
        ),
        Column(
            name="offered_after", kind=Text(), says="A tier before it that must have been asked.",
            default=None, optional=True, refers_to="tiers",
        ),
    ),
)  # fmt: skip


def _rates(name: str, says: str, *, optional: bool = False) -> Table:
    return Table(
        name=name,
        says=says,
        key=("service_type",),
        may_be_empty=True,
        optional=optional,
        columns=(
            Column(name="service_type", kind=OneOf(ServiceKind), says="Kind of service."),
            Column(name="rate", kind=Money(high=10_000), says="Pounds an hour, or a week for live-in care."),
        ),
    )


CEILINGS = _rates("ceilings", "Most that may be paid for one kind of service.")
LAST_RESORT_RATES = _rates(
    "last_resort_rates", "What the council expects to pay when nobody can take a package."
)

FLOORS = _rates("floors", "A price below which one kind of service is referred (rule E6).", optional=True)

RULES = Table(
    name="rules",
    says="How one rule binds, where not by its default ([rules.md](rules.md)).",
    key=("rule",),
    may_be_empty=True,
    optional=True,
    columns=(
        Column(name="rule", kind=OneOf(Rule), says="Number and name of the rule."),
        Column(name="kind", kind=OneOf(RuleKind), says="How it binds."),
    ),
)

CAPS = Table(
    name="caps",
    says="Most that any one provider may have of a lot's or locality's hours (rule B9).",
    key=(),
    may_be_empty=True,
    optional=True,
    columns=(
        Column(
            name="of", kind=OneOf(Area), says="Of what; empty for a lot.", default=Area.LOT, optional=True
        ),
        Column(
            name="tier", kind=Text(), says="Whose providers it binds; empty for all.",
            default=None, optional=True, refers_to="tiers",
        ),
        Column(name="warn_at", kind=_SHARE, says="Told above it.", default=None, optional=True),
        Column(name="stop_at", kind=_SHARE, says="Refused above it.", default=None, optional=True),
    ),
)  # fmt: skip

GUARANTEES = Table(
    name="guarantees",
    says="Hours bought in advance of a provider in a locality.",
    key=("provider_id", "locality"),
    may_be_empty=True,
    optional=True,
    columns=(
        Column(name="provider_id", kind=Text(), says="Whose.", refers_to="providers"),
        Column(name="locality", kind=Text(), says="Where.", refers_to="localities"),
        Column(
            name="weekly_minutes", kind=Minutes(low=1, high=1000 * WEEK_MINUTES),
            says="Carer-minutes a week guaranteed.",
        ),
        Column(
            name="shortfall_rate", kind=Money(high=1000), says="Pounds that an hour short of it costs.",
        ),
    ),
)  # fmt: skip

POLICIES = Table(
    name="policies",
    says="One objective of a policy of the framework's own, first to last.",
    key=("policy", "objective"),
    may_be_empty=True,
    optional=True,
    columns=(
        Column(name="policy", kind=Text(), says="Name of the policy."),
        Column(name="objective", kind=OneOf(Aim), says="To have less of."),
        Column(
            name="tolerance", kind=Whole(low=0, high=1000, unit="per mille"),
            says="Of the value found, that later objectives may spend.", default=0, optional=True,
        ),
    ),
)  # fmt: skip

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

FRAMEWORK_TABLES = (
    FRAMEWORK,
    TIERS,
    CEILINGS,
    LAST_RESORT_RATES,
    FLOORS,
    RULES,
    CAPS,
    GUARANTEES,
    POLICIES,
    ASSUMPTIONS,
)
"""Together ``framework.toml`` of a folder; each a sheet of a workbook."""
