"""The tables of results: who has which package, and who drives where."""

from __future__ import annotations

from enum import Enum

from geodata.travel import TravelMode
from instances.amounts import Money, Whole
from instances.cells import ClockSeconds, OneOf, Text, YesNo
from instances.columns import Column, Table
from instances.schema_proof import PROOF_TABLES
from optimiser.model.calendar import Weekday


class Outcome(Enum):
    """What became of a package."""

    PLACED = "placed"
    LAST_RESORT = "last_resort"


class Line(Enum):
    """What a line of ``rounds.csv`` says."""

    SHIFT = "shift"
    """Opens a round: carer, mode, start and end of the shift."""
    VISIT = "visit"
    REST = "rest"
    HOME = "home"
    """The leg from the last stop to the depot."""
    UNSERVED = "unserved"
    """A visit no round could take."""
    NO_ROUNDS = "no_rounds"
    """A plan without rounds and without visits."""


ALLOCATION = Table(
    name="allocation",
    says="What became of one package.",
    key=("package_id",),
    may_be_empty=True,
    columns=(
        Column(name="package_id", kind=Text(), says="Package.", refers_to="packages"),
        Column(
            name="provider_id", kind=Text(), says="Provider; empty for last resort.",
            default=None, refers_to="providers",
        ),
        Column(
            name="provider_name", kind=Text(), says="Its name; not read back.", default=None, optional=True,
        ),
        Column(name="lot_code", kind=Text(), says="Lot.", default=None, refers_to="lots"),
        Column(name="tier", kind=Text(), says="Tier of the provider.", default=None, refers_to="tiers"),
        Column(
            name="position", kind=Whole(low=1, high=1_000_000),
            says="Place in the order of call-off, over all tiers.", default=None,
        ),
        Column(name="weekly_cost_pounds", kind=Money(), says="A week."),
        Column(name="outcome", kind=OneOf(Outcome), says="Placed, or left to the provider of last resort."),
        Column(name="reason", kind=Text(), says="Why nobody could take it.", default=""),
        Column(
            name="policy", kind=Text(),
            says="By which packages were placed; the same on all lines.", default="",
        ),
        Column(
            name="kept", kind=YesNo(), says="Whether it stands from before and was not opened again.",
            default=False, optional=True,
        ),
    ),
)  # fmt: skip

ROUNDS = Table(
    name="rounds",

    says="One line of a carer's round: its shift, a stop, a rest, the way home; or an unserved visit.",
    key=(),
    may_be_empty=True,
    columns=(
        Column(name="day", kind=OneOf(Weekday), says="Day of the week."),
        Column(name="provider_id", kind=Text(), says="Provider."),
        Column(name="locality", kind=Text(), says="Locality; empty for everywhere.", default=None),
        Column(name="line", kind=OneOf(Line), says="What the line says."),
        Column(
            name="round_no", kind=Whole(low=1, high=100_000),
            says="Number of the round in its plan.", default=None
        ),
        Column(name="carer", kind=Text(), says="Carer, or the name of a round.", default=None),
        Column(
            name="mode", kind=OneOf(TravelMode), says="How the carer travels; on shift lines.", default=None,
        ),
        Column(
            name="stop", kind=Whole(low=1, high=10_000),
            says="Number of the stop in its round.", default=None,
        ),
        Column(name="visit_id", kind=Text(), says="Visit: package, `/`, number.", default=None),
        Column(name="package_id", kind=Text(), says="Package; not read back.", default=None, optional=True),
        Column(name="start", kind=ClockSeconds(), says="Of service, rest or shift.", default=None),
        Column(name="end", kind=ClockSeconds(), says="Of service, rest or shift.", default=None),
        Column(
            name="travel_seconds", kind=Whole(low=0, high=172_800, unit="s"), says="From the stop before.",
            default=None,
        ),
        Column(
            name="metres", kind=Whole(low=0, high=10_000_000, unit="m"),
            says="From the stop before.", default=None
        ),
    ),
)  # fmt: skip

RESULT_TABLES = (ALLOCATION, *PROOF_TABLES, ROUNDS)
