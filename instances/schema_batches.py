"""The tables of batching: its rules file, batches, and the packages in and out of them."""

from __future__ import annotations

from instances.amounts import Hours, Minutes, Whole
from instances.cells import Kind, OneOf, Text, YesNo
from instances.columns import Column, Table
from optimiser.batching.problem import BatchSource
from optimiser.batching.rules import BatchRule

_POINTS = Whole(low=0, high=100, unit="points")
_HOURS = Whole(low=1, high=100_000, unit="hours")
_PACKAGES = Whole(low=1, high=10_000, unit="packages")


def _rule(name: str, kind: Kind, says: str, default: object) -> Column:
    return Column(name=name, kind=kind, says=says, default=default, optional=True)


BATCHING = Table(
    name="batching",
    says="What is asked of batches; a key that is left out has its default.",
    key=(),
    optional=True,
    columns=(
        _rule("least_packages", _PACKAGES, "Fewest packages of a batch (rule B2); 8 by default.", 8),
        _rule("most_packages", _PACKAGES, "Most (B2); 20.", 20),
        _rule("least_hours", _HOURS, "Fewest carer-hours a week of a batch (B2); 60.", 60),
        _rule("most_hours", _HOURS, "Most (B2); 150.", 150),
        _rule(
            "whole_rounds", YesNo(),
            "Whether a batch must be a whole number of carers' rounds (B2); yes.", True,
        ),
        _rule(
            "short_round_minutes", Minutes(low=0, high=1440),
            "Of the rounds that the rounds engine builds, those that work less are short (B2); 60.", 3600,
        ),
        _rule(
            "most_remainder", Whole(low=0, high=100, unit="per cent"),
            "Of the day's work, that may lie in short rounds (B2); 10.", 10,
        ),
        _rule(
            "urban_drive_minutes", Minutes(low=1, high=600),
            "Longest drive between two urban homes of a batch (B3); 20.", 1200,
        ),
        _rule(
            "rural_drive_minutes", Minutes(low=1, high=600),
            "The same where one of the two is rural (B3); 35.", 2100,
        ),
        _rule("connected", YesNo(), "Whether a batch's sectors must be in one piece (B3); yes.", True),
        _rule(
            "rural_points", _POINTS,
            "Points by which a batch's share of rural packages may lie from the lot's (B4); 10. "
            "100 asks nothing.", 10,
        ),
        _rule("double_handed_points", _POINTS, "The same of double-handed packages (B4); 10.", 10),
        _rule("night_points", _POINTS, "The same of packages with nights (B4); 10.", 10),
        _rule("households_together", YesNo(), "Whether households stay together (B5); yes.", True),
        _rule(
            "scheme_packages", Whole(low=0, high=1000),
            "From how many packages at one place on it is a scheme, whose packages stay together (B5); 3. "
            "0: none is.", 3,
        ),
        _rule(
            "expected_bidders", Whole(low=0, high=1000),
            "In each lot; it is cut into at least one batch more (B6); 4.", 4,
        ),
        _rule(
            "left_out_hours", _HOURS,
            "What leaving a package out costs, in hours of travel a week; 14.", 14,
        ),
        _rule(
            "tolerance", Whole(low=0, high=500, unit="per mille"),
            "By how much distance may lie above its bound for rounds that travel less; 50.",
            50,
        ),
        _rule(
            "even_tolerance", Whole(low=0, high=500, unit="per mille"),
            "Share of the rounds' travel that evenness of hours may cost; 5.", 5,
        ),
    ),
)  # fmt: skip

BATCHES = Table(
    name="batches",
    says="One batch.",
    key=("batch_id",),
    may_be_empty=True,
    columns=(
        Column(name="batch_id", kind=Text(), says="Its name: lot and number."),
        Column(name="lot_code", kind=Text(), says="Lot.", refers_to="lots"),
        Column(name="packages", kind=Whole(low=1), says="How many."),
        Column(name="weekly_hours", kind=Hours(), says="Carer-hours a week."),
        Column(name="rural", kind=Whole(low=0), says="Packages that are rural."),
        Column(name="double_handed", kind=Whole(low=0), says="Packages with double-handed visits."),
        Column(name="nights", kind=Whole(low=0), says="Packages with nights."),
        Column(name="sectors", kind=Text(), says="Postcode sectors, `;` between."),
        Column(
            name="longest_drive_minutes", kind=Minutes(), says="Between the two homes farthest apart.",
        ),
        Column(
            name="rounds", kind=Whole(low=0), says="Carers' rounds on the planning day.", default=None,
        ),
        Column(
            name="short_rounds", kind=Whole(low=0), says="Of those, short ones.", default=None,
        ),
        Column(
            name="travel_minutes", kind=Minutes(), says="That its rounds travel on that day.", default=None,
        ),
        Column(
            name="distance_minutes", kind=Minutes(),
            says="A week, if every call were reached from the batch's middle: what is bounded.",
        ),
    ),
)  # fmt: skip

BATCH_PACKAGES = Table(
    name="batch_packages",
    says="One package that was to be batched.",
    key=("package_id",),
    may_be_empty=True,
    columns=(
        Column(name="package_id", kind=Text(), says="Package.", refers_to="packages"),
        Column(name="lot_code", kind=Text(), says="Lot.", refers_to="lots"),
        Column(name="source", kind=OneOf(BatchSource), says="How it came to be batched (B1)."),
        Column(name="batch_id", kind=Text(), says="Batch; empty where none holds it.", default=None),
        Column(name="rule", kind=OneOf(BatchRule), says="Rule that kept it out.", default=None),
        Column(name="reason", kind=Text(), says="In a sentence.", default=None),
    ),
)  # fmt: skip

BATCH_TABLES = (BATCHES, BATCH_PACKAGES)
