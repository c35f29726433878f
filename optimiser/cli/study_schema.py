"""``study.toml``: what a study and each of its scenarios may say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from geodata.travel import TravelMode
from instances.amounts import Minutes, Money, Whole
from instances.cells import InOrder, Kind, ListOf, OneOf, Text
from instances.columns import Column, Table
from instances.dates import Day
from instances.schema_tariffs import Hundredths
from optimiser.model.calendar import Band, Weekday
from optimiser.model.need import ServiceKind


class ScenarioKind(Enum):
    """Kinds of scenario."""

    POLICY = "policy"
    ZONES = "zones"
    CLOSURES = "closures"
    MERGE = "merge"
    SPLIT = "split"
    EXIT = "exit"
    GUARANTEE = "guarantee"
    TECHNOLOGY = "technology"
    SINGLE_HANDED = "single_handed"
    MODES = "modes"
    DEMAND = "demand"
    PEAK = "peak"


WEEK = "week"

STUDY = Table(
    name="study",
    says="What is asked, of which market, and how it is built.",
    key=(),
    columns=(
        Column(name="name", kind=Text(), says="What the study is called."),
        Column(
            name="question", kind=Text(), says="What it is to answer, in a sentence.", default="",
            optional=True,
        ),
        Column(name="market", kind=Text(), says="Folder or workbook, as seen from the file."),
        Column(
            name="days", kind=InOrder(Text()), default=(Weekday.TUESDAY.value,), optional=True,
            says="Days of the week, or `week` for all seven and continuity over a fortnight; tuesday.",
        ),
        Column(name="runs", kind=Whole(low=1, high=100), says="Seeds; 5.", default=5, optional=True),
        Column(name="seed", kind=Whole(low=0), says="The first of them; 7.", default=7, optional=True),
        Column(
            name="steps", kind=Whole(low=0), default=4000, optional=True,
            says="Search steps for each provider's day; 4,000.",
        ),
    ),
)  # fmt: skip


def _key(name: str, kind: Kind, says: str) -> Column:
    return Column(name=name, kind=kind, says=says, default=None, optional=True)


SCENARIOS = Table(
    name="scenario",
    says="What might be otherwise.",
    key=("name",),
    columns=(
        Column(name="name", kind=Text(), says="What it is called."),
        Column(name="kind", kind=OneOf(ScenarioKind), says="What changes."),
        _key("policy", Text(), "Policy by which everything is placed anew."),
        _key("zones", Text(), "A map or list of zones, as `carerounds zones` reads it."),
        _key("closures", Text(), "Closures of roads, as `--closures` reads them; travel must go by road."),
        _key("on", Day(), "Day on which closures are looked at; all of them without it."),
        _key("lots", ListOf(Text()), "Lots to be merged."),
        _key("lot", Text(), "Lot to be split."),
        _key("localities", ListOf(Text()), "Localities that leave it."),
        _key("code", Text(), "Code of the new lot."),
        _key("provider", Text(), "Provider that leaves, or is guaranteed hours."),
        _key("locality", Text(), "Where hours are guaranteed."),
        _key("hours", Whole(low=1, high=100_000), "Hours a week guaranteed."),
        _key("shortfall_rate", Money(high=1000), "Pounds for each hour short of them."),
        _key("longest_minutes", Minutes(low=1), "Technology takes visits no longer than this."),
        _key("bands", ListOf(OneOf(Band)), "And of these parts of the day."),
        _key("services", ListOf(OneOf(ServiceKind)), "And of these kinds of service."),
        _key("packages", ListOf(Text()), "Packages reviewed to one carer."),
        _key("share", Whole(low=0, high=100), "Per cent of those that a scenario speaks of."),
        _key("seed", Whole(low=0), "Who is drawn; 0."),
        _key("mode", OneOf(TravelMode), "How carers go instead of driving."),
        _key("factor", Hundredths(high=10), "Demand over today's: 1.12 for 12 per cent more."),
        _key("band", OneOf(Band), "Part of the day whose peak moves."),
        _key("later_minutes", Minutes(low=-720, high=720), "By how much; below zero for earlier."),
        _key("wider_minutes", Minutes(low=0, high=720), "By how much each end of a window gives way."),
    ),
)  # fmt: skip

KEYS: Mapping[ScenarioKind, tuple[frozenset[str], frozenset[str]]] = {
    ScenarioKind.POLICY: (frozenset({"policy"}), frozenset()),
    ScenarioKind.ZONES: (frozenset({"zones"}), frozenset()),
    ScenarioKind.CLOSURES: (frozenset({"closures"}), frozenset({"on"})),
    ScenarioKind.MERGE: (frozenset({"lots"}), frozenset()),
    ScenarioKind.SPLIT: (frozenset({"lot", "localities", "code"}), frozenset()),
    ScenarioKind.EXIT: (frozenset({"provider"}), frozenset()),
    ScenarioKind.GUARANTEE: (frozenset({"provider", "locality", "hours"}), frozenset({"shortfall_rate"})),
    ScenarioKind.TECHNOLOGY: (
        frozenset(), frozenset({"longest_minutes", "bands", "services", "share", "seed"}),
    ),
    ScenarioKind.SINGLE_HANDED: (frozenset(), frozenset({"packages", "share", "seed"})),
    ScenarioKind.MODES: (frozenset({"mode", "share"}), frozenset({"seed"})),
    ScenarioKind.DEMAND: (frozenset({"factor"}), frozenset({"seed"})),
    ScenarioKind.PEAK: (frozenset({"band"}), frozenset({"later_minutes", "wider_minutes"})),
}  # fmt: skip
"""Keys that a kind of scenario needs, and those it may have besides."""
