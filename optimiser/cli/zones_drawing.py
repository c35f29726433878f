"""``zones draw``: zones of even need out of a market's sectors, and what it leaves in its folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click
import networkx as nx

from geodata.localities import sector_graph
from geodata.postcodes import PostcodeDirectory
from geodata.zones.drawing import Part, draw_zones, one_piece_each
from geodata.zones.matching import Pair, heirs
from geodata.zones.sector_map import SectorMap, sector_map
from geodata.zones.zoning import Listed, Zoning, majority_by_sector
from optimiser.cli.zones_reading import directory_of_market
from optimiser.impact.realignment import lots_as_zoning
from optimiser.model.instance import Instance
from optimiser.report.writing import write_csv, write_json
from optimiser.report.zone_tables import map_figures
from optimiser.solving.progress import Progress, Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawAsked:
    """What is drawn.

    Attributes
    ----------
    numbers
        Of zones by part; the part without a name is the whole map.
    parts
        Which part each place is in; ``None`` for the whole map.
    keep
        Whether the lots as they are are changed as little as evenness asks.
    tolerance
        Share of the mean hours that a zone may lie off it before it counts for much.
    """

    instance: Instance
    numbers: Mapping[str, int]
    parts: Zoning | None
    directory: PostcodeDirectory | None
    keep: bool
    tolerance: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The zones drawn, and the lots as they are, on the graph of sectors."""

    zones: SectorMap
    lots: SectorMap


def draw_zones_of(task: DrawAsked, folder: Path, progress: Reporter) -> Drawing:
    """Do it, and write ``zones.csv``, ``lots.csv`` and ``summary.json``.

    A zone takes code and name of the lot whose hours it shares most, so that the two can be compared.
    """
    progress(Progress(task="reading postcodes"))
    directory = directory_of_market(task.instance, task.directory)
    graph = sector_graph(directory)
    care: Counter[str] = Counter()
    for package in task.instance.packages:
        care[package.sector] += package.weekly_care
    lots = lots_as_zoning(task.instance)
    now = majority_by_sector(directory.table, lots.zone_of(directory.table))
    parts = [replace(each, today=now) if task.keep else each for each in _parts(task, directory, graph)]
    progress(Progress(task="drawing zones"))
    try:
        drawn = draw_zones(graph, parts, care, seed=task.seed, tolerance=task.tolerance)
    except ValueError as fault:  # lots that cannot be kept, or a part in pieces
        raise click.UsageError(f"cannot be drawn: {fault}") from fault
    found = _named(drawn, now, care)
    names = {code: lots.zones.get(code, code) for code in found.values()}
    drawing = Drawing(zones=sector_map(graph, found, care), lots=sector_map(graph, now, care))
    write_csv(
        folder / "zones.csv", ("sector", "zone", "name"),
        ((sector, code, names[code]) for sector, code in sorted(found.items())),
    )  # fmt: skip
    _write_lots(folder, lots)
    write_json(
        folder / "summary.json",
        {
            "seed": task.seed,
            "zones": map_figures(drawing.zones, hours=True),
            "lots": map_figures(drawing.lots, hours=True),
        },
    )
    return drawing


def _parts(task: DrawAsked, directory: PostcodeDirectory, graph: nx.Graph) -> list[Part]:
    if task.parts is None:
        return [_part("", task.numbers[""], frozenset(graph))]
    known = task.parts.zones
    missing = sorted(set(task.numbers) ^ set(known))
    if missing:
        raise click.BadParameter(
            f"say how many zones each part has: {', '.join(sorted(known))}", param_hint="--number"
        )
    side = majority_by_sector(directory.table, task.parts.zone_of(directory.table))
    nowhere = sorted(set(graph) - set(side))
    if nowhere:
        raise click.BadParameter(
            f"{len(nowhere)} sectors lie in no part, {nowhere[0]} first", param_hint="--parts"
        )
    side = one_piece_each(graph, side)
    return [
        _part(name, number, frozenset(each for each in graph if side[each] == name))
        for name, number in sorted(task.numbers.items())
    ]


def _part(name: str, number: int, sectors: frozenset[str]) -> Part:
    if len(sectors) < number:
        where = f"part {name}" if name else "the market"
        raise click.BadParameter(
            f"{where} has {len(sectors)} sectors: they make no {number} zones", param_hint="--number"
        )
    return Part(name=name, number=number, sectors=sectors)


def _named(drawn: Mapping[str, str], now: Mapping[str, str], care: Mapping[str, int]) -> dict[str, str]:
    """Zones under the code of the lot they share most hours with; a zone beyond the lots keeps its own."""
    shared: Counter[Pair] = Counter()
    for sector, zone in drawn.items():
        shared[now.get(sector), zone] += care.get(sector, 0)
    heir = heirs(shared)
    return {sector: heir.get(zone, f"NEW-{zone}") for sector, zone in drawn.items()}


def _write_lots(folder: Path, lots: Listed) -> None:
    names = lots.zones
    write_csv(
        folder / "lots.csv", (lots.unit.value, "zone", "name"),
        ((unit, code, names[code]) for unit, code in sorted(lots.zone_by_unit.items())),
    )  # fmt: skip
