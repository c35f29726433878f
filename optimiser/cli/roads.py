"""``carerounds roads``: road networks from map data, matrices of travel, and what closing roads does."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimiser.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geodata.report import Report
    from geodata.travel import RoadNetwork
    from geodata.travel.places_file import NamedPlaces

MODES = ("car", "cycle", "foot")
NETWORK = click.argument("network", type=options.PATH)
PLACES = click.argument("places", type=options.PATH)
MODE = click.option("--mode", type=click.Choice(MODES), default="car", show_default=True, help="Who travels.")
HOUR = click.option(
    "--hour",
    type=click.IntRange(0, 23),
    help="Hour of a working day: its traffic, and closures with hours; without it all are in force.",
)
DAY = click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day, for closures with dates; without it all are in force.",
)


@click.group()
def roads() -> None:
    """Real roads: networks, travel matrices, closures."""


@roads.command()
@click.argument("extract", type=options.PATH)
@click.option("--out", type=options.PATH, required=True, help="Network file to write (.npz).")
@options.overwrite
def build(extract: Path, out: Path, overwrite: bool) -> None:
    """Read an OpenStreetMap extract (.osm.pbf) or OS Open Roads (.gpkg) into a network file.

    The file carries the attribution that its licence asks for; print it wherever its figures are shown.
    """
    from geodata.travel import write_network
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show_roads import show_network
    from optimiser.solving.progress import Progress

    if out.is_dir():
        raise IsADirectoryError(f"{out} is a folder: name a file for the network")
    if out.exists() and extract.exists() and out.samefile(extract):
        raise FileExistsError(f"{out} is what is being read: name another file for the network")
    if out.exists() and not overwrite:
        raise FileExistsError(f"{out} is there already: name another file, or add --overwrite")
    with on_stderr() as progress:
        progress(Progress(task=f"reading {extract.name}"))
        network = _read_extract(extract)
        progress(Progress(task="writing"))
        write_network(out, network)
    show_network(network)
    print(f"written to {out}")


@roads.command()
@NETWORK
@PLACES
@options.out
@MODE
@HOUR
@DAY
@click.option("--closures", type=options.PATH, help="Closures in force, as GeoJSON.")
@click.option("--limit", type=click.IntRange(1), metavar="MINUTES", help="Leave out what takes longer.")
@click.option(
    "--format", "format_", type=click.Choice(("csv", "npz")), default="csv", show_default=True,
    help="A table of pairs, or arrays for programs.",
)  # fmt: skip
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day written into the table; today else.")
@options.postcodes
@options.overwrite
def matrix(
    network: Path, places: Path, out: Path, mode: str, hour: int | None, day: date | None,
    closures: Path | None, limit: int | None, format_: str, as_of: date | None, postcodes: Path | None,
    overwrite: bool,
) -> None:  # fmt: skip
    """Travel between every two places of a csv (postcode, or easting and northing).

    Where it was interrupted, the same command goes on.
    """
    from geodata.report import Report
    from geodata.travel import RoadGraph, TravelMode
    from geodata.travel.closures_file import read_closures
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.roads_folder import MatrixTask, write_matrix

    report = Report()
    roads_read = _read_network(network)
    those = _read_places(places, postcodes, report)
    shut = read_closures(closures, roads_read, report) if closures is not None else ()
    report.raise_if_any()
    _warn(report)
    graph = RoadGraph(
        network=roads_read,
        hour=hour,
        limit_seconds=limit * 60 if limit else None,
        closures=shut,
        day=_day(day),
    )
    task = MatrixTask(
        graph=graph,
        places=those,
        mode=TravelMode(mode),
        as_of=_day(as_of) or datetime.now(tz=UTC).date(),
        format=format_,
        overwrite=overwrite,
    )
    with on_stderr() as progress:
        written = write_matrix(out, task, progress=progress)
    print(f"{len(those):,} places, {written:,} pairs by {mode}, {graph.name}")
    print(roads_read.attribution)
    print(f"written to {out}: {task.file_name}")


@roads.command()
@NETWORK
@click.argument("closures", type=options.PATH)
@PLACES
@options.out
@MODE
@HOUR
@DAY
@options.postcodes
@options.overwrite
def close(
    network: Path, closures: Path, places: Path, out: Path, mode: str, hour: int | None, day: date | None,
    postcodes: Path | None, overwrite: bool,
) -> None:  # fmt: skip
    """What closing roads (GeoJSON) does to travel between places: longer ways, and who is cut off."""
    from geodata.report import Report
    from geodata.travel import RoadGraph, TravelMode
    from geodata.travel.closures_file import read_closures
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.roads_folder import CLOSURE_FILES, CloseTask, study_closures, write_closures
    from optimiser.cli.show_roads import show_closures
    from optimiser.cli.staging import staged
    from optimiser.solving.progress import Progress

    report = Report()
    roads_read = _read_network(network)
    those = _read_places(places, postcodes, report)
    shut = read_closures(closures, roads_read, report)
    report.raise_if_any()
    _warn(report)
    graph = RoadGraph(network=roads_read, hour=hour, day=_day(day))
    task = CloseTask(graph=graph, places=those, mode=TravelMode(mode), closures=shut)
    inputs = (network, closures, places)
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        study = study_closures(task, progress=progress)
        progress(Progress(task="writing"))
        write_closures(folder, study)
    show_closures(study)
    print(roads_read.attribution)
    print(f"written to {out}: {', '.join(CLOSURE_FILES)}")


def _day(given: date | None) -> date | None:
    """A day, of what click calls one."""
    return None if given is None else date(given.year, given.month, given.day)


def _read_extract(path: Path) -> RoadNetwork:
    from geodata.travel.open_roads import read_open_roads
    from geodata.travel.osm import SUFFIXES, read_osm

    name = path.name.lower()
    if name.endswith(".gpkg"):
        return read_open_roads(path)
    if name.endswith(SUFFIXES):
        return read_osm(path)
    raise click.BadParameter(f"{path.name}: give an .osm.pbf or a .gpkg", param_hint="EXTRACT")


def _read_network(path: Path) -> RoadNetwork:
    """A network file; an extract is refused with the command that makes one."""
    from geodata.travel import read_network
    from geodata.travel.osm import SUFFIXES

    if path.name.lower().endswith((*SUFFIXES, ".gpkg")):
        raise click.BadParameter(f"build a network first: carerounds roads build {path.name} --out roads.npz")
    return read_network(path)


def _read_places(path: Path, postcodes: Path | None, report: Report) -> NamedPlaces:
    from geodata.postcodes import PostcodeDirectory, registry_directory
    from geodata.travel.places_file import read_places
    from optimiser.cli.reading import own_directory

    own = own_directory(postcodes)

    def directory(asked: Sequence[str]) -> PostcodeDirectory | None:
        if own is not None:
            return own
        letters = []
        for letter in sorted({each[0].upper() for each in asked if each}):
            with suppress(ValueError):  # no postcode begins so
                registry_directory([letter])
                letters.append(letter)
        return registry_directory(letters) if letters else None

    return read_places(path, directory, report)


def _warn(report: Report) -> None:
    """Warnings go to stderr; the work goes on."""
    import sys

    from geodata.report import format_findings

    for line in format_findings(report.warnings):
        print(line, file=sys.stderr)
