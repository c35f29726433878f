"""``study.toml`` read: a study's question, its market, and its scenarios as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.report import Report
from geodata.travel import RoadGraph, TravelModel
from geodata.travel.closures_file import read_closures
from geodata.zones.zoning import Zoning
from geodata.zones.zoning_files import read_zoning
from instances.rows import Row, Values, read_values
from instances.tables import RawTable, bytes_of
from instances.toml_tables import read_list, read_single, say_unknown_keys, toml_content
from optimiser.allocation.policy import policy_called
from optimiser.cli.study_schema import KEYS, SCENARIOS, STUDY, WEEK, ScenarioKind
from optimiser.impact.scenarios.lots import LotsMerged, LotSplit
from optimiser.impact.scenarios.need import DemandGrown, PeakMoved, SingleHanded, TechnologyInstead
from optimiser.impact.scenarios.policy import PolicyChange
from optimiser.impact.scenarios.roads import RoadsClosed
from optimiser.impact.scenarios.supply import GuaranteedHours, ModeShare, ProviderExit
from optimiser.impact.scenarios.world import Scenario, ScenarioError, World
from optimiser.impact.scenarios.zones import ZonesRedrawn
from optimiser.model.calendar import HOUR, Weekday
from optimiser.model.instance import Instance


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyFile:
    """A study file, before its market is known.

    Attributes
    ----------
    market
        Path of the market.
    files
        Everything else that is read: results are not written over it.
    rows
        Scenarios as they stand.
    """

    path: Path
    name: str
    question: str
    market: Path
    days: tuple[Weekday, ...]
    seeds: tuple[int, ...]
    steps: int
    rows: tuple[Row, ...]
    report: Report

    @property
    def files(self) -> tuple[Path, ...]:
        """The file itself, and maps and closures that it names."""
        named = [row.values.get(key) for row in self.rows for key in ("zones", "closures")]
        return (self.path, *(self.path.parent / each for each in named if each is not None))


def read_study(path: Path) -> StudyFile:
    """A study file; ``InputError`` with everything that is wrong with it, as far as it can tell alone."""
    report = Report()
    data = bytes_of(path, report)
    content = toml_content(data, path.name, report)
    report.raise_if_any()
    assert content is not None
    say_unknown_keys(content, (STUDY.name, SCENARIOS.name), "", path.name, report)
    found: dict[str, RawTable] = {}
    read_single(content.get(STUDY.name, {}), STUDY, path.name, report, found)
    read_list(content.get(SCENARIOS.name, []), SCENARIOS, {}, path.name, report, found)
    study = read_values(found.get(STUDY.name), STUDY.name, report)
    scenarios = read_values(found.get(SCENARIOS.name), SCENARIOS.name, report, twice="E523")
    days = _days(study)
    for row in scenarios.rows:
        _check_keys(row)
    report.raise_if_any()
    values = study.rows[0].values
    return StudyFile(
        path=path,
        name=values["name"],
        question=values["question"],
        market=path.parent / values["market"],
        days=days,
        seeds=tuple(range(values["seed"], values["seed"] + values["runs"])),
        steps=values["steps"],
        rows=scenarios.rows,
        report=report,
    )


def _days(study: Values) -> tuple[Weekday, ...]:
    (row,) = study.rows or (None,)
    if row is None or not row.has("days"):
        return ()
    words = [each.casefold() for each in row["days"]]
    if words == [WEEK]:
        return tuple(Weekday)
    known = {each.value: each for each in Weekday}
    unknown = [each for each in words if each not in known]
    if unknown or not words:
        row.reject(
            "E216", "days", f"{', '.join(unknown) or 'nothing'!r} is no day", "give days, or week alone"
        )
        return ()
    return tuple(day for day in Weekday if day.value in words)


def _check_keys(row: Row) -> None:
    """What a kind of scenario needs is there, and nothing that it would pass over in silence."""
    if not row.has("kind"):
        return
    needed, further = KEYS[row["kind"]]
    for key in sorted(needed):
        if row.values.get(key) is None and key not in row.bad:
            row.reject("E524", key, f"a scenario of kind {row['kind'].value} needs {key}", "add the key")
    given = {key for key, value in row.values.items() if value is not None} - {"name", "kind"}
    for key in sorted(given - needed - further):
        known = ", ".join(sorted(needed | further))
        message = f"a scenario of kind {row['kind'].value} says nothing of {key}"
        row.reject("E525", key, message, f"delete it; keys of this kind: {known}")


def scenarios_of(
    study: StudyFile,
    market: Instance,
    travel: TravelModel,
    on_ground: Callable[[Instance, Zoning], ZonesRedrawn],
) -> Mapping[str, Scenario]:
    """Scenarios as values, each tried on the market as it stands.

    Parameters
    ----------
    on_ground
        What a zoning needs beside it: postcodes and which sectors touch.

    Raises
    ------
    InputError
        With everything that does not fit: E526, and what the files that scenarios name are told of.
    """
    found: dict[str, Scenario] = {}
    for row in study.rows:
        try:
            scenario = _scenario(row, study, market, travel, on_ground)
            if scenario is not None:
                scenario.apply(World(instance=market, travel=travel))
                found[row["name"]] = scenario
        except ScenarioError as fault:
            row.reject("E526", fault.key, f"{row['name']}: {fault.message}", fault.cure)
    study.report.raise_if_any()
    return found


def _scenario(
    row: Row,
    study: StudyFile,
    market: Instance,
    travel: TravelModel,
    on_ground: Callable[[Instance, Zoning], ZonesRedrawn],
) -> Scenario | None:
    """The value a row stands for; ``None`` where a file it names is at fault, and the report says so."""
    values: dict[str, Any] = {key: value for key, value in row.values.items() if value is not None}
    kind, folder = values["kind"], study.path.parent
    if kind is ScenarioKind.ZONES:
        zoning = read_zoning(folder / values["zones"], study.report)
        return None if zoning is None else on_ground(market, zoning)
    if kind is ScenarioKind.CLOSURES:
        if not isinstance(travel, RoadGraph):
            return RoadsClosed(closures=(), on=values.get("on"))  # refuses by itself, in its own words
        closures = read_closures(folder / values["closures"], travel.network, study.report)
        return RoadsClosed(closures=closures, on=values.get("on"))
    if kind is ScenarioKind.POLICY:
        try:
            policy_called(values["policy"], market.framework)
        except ValueError as fault:
            raise ScenarioError("policy", str(fault), "name one that the market knows") from fault
        return PolicyChange(policy=values["policy"])
    return _plain(kind, values)


def _plain(kind: ScenarioKind, values: Mapping[str, Any]) -> Scenario:
    """A scenario that needs nothing but its own keys."""
    share, seed = values.get("share", 100) / 100, values.get("seed", 0)
    if kind is ScenarioKind.MERGE:
        return LotsMerged(lots=values["lots"])
    if kind is ScenarioKind.SPLIT:
        return LotSplit(lot=values["lot"], localities=values["localities"], code=values["code"])
    if kind is ScenarioKind.EXIT:
        return ProviderExit(provider=values["provider"])
    if kind is ScenarioKind.GUARANTEE:
        return GuaranteedHours(
            provider=values["provider"],
            locality=values["locality"],
            weekly_care=values["hours"] * HOUR,
            shortfall_rate=values.get("shortfall_rate", 0),
        )
    if kind is ScenarioKind.TECHNOLOGY:
        return TechnologyInstead(
            longest=values.get("longest_minutes"),
            bands=values.get("bands", frozenset()),
            services=values.get("services", frozenset()),
            share=share,
            seed=seed,
        )
    if kind is ScenarioKind.SINGLE_HANDED:
        return SingleHanded(packages=values.get("packages", frozenset()), share=share, seed=seed)
    if kind is ScenarioKind.MODES:
        return ModeShare(mode=values["mode"], share=share, seed=seed)
    if kind is ScenarioKind.DEMAND:
        return DemandGrown(factor=values["factor"] / 100, seed=seed)
    return PeakMoved(
        band=values["band"], later=values.get("later_minutes", 0), wider=values.get("wider_minutes", 0)
    )
