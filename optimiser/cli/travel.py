"""How a command knows travel: straight lines, or the roads or routing server that its user names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from geodata.travel.model import TravelMode, TravelModel

if TYPE_CHECKING:
    from pathlib import Path

    from geodata.travel import RoadGraph
    from geodata.travel.osrm import Osrm
    from optimiser.cli.options import TravelAsked
    from optimiser.model.instance import Instance


def travel_of(asked: TravelAsked, market: Instance) -> TravelModel:
    """The travel model that was asked for; straight lines where nothing was.

    Raises
    ------
    click.UsageError
        Where options do not go together, or a mode is none or named twice.
    InputError
        Where the network, the closures or the server's address cannot be used.
    """
    from geodata.travel import StraightLine

    _check(asked)
    if asked.roads is not None:
        return _roads(asked.roads, asked.closures, market)
    lines = StraightLine(kinds=market.area_kinds)
    return _osrm(asked, lines) if asked.osrm else lines


def travel_words(travel: TravelModel) -> str:
    """``a straight-line estimate``, or by which roads it is known; after "travel is"."""
    from geodata.travel import RoadGraph, StraightLine

    if isinstance(travel, StraightLine):
        return f"a {travel.name}"
    drawn = f"{travel.network.source}, " if isinstance(travel, RoadGraph) else ""
    return f"{'partly estimated' if travel.is_estimate else 'from road data'}: {drawn}{travel.name}"


def travel_figures(travel: TravelModel) -> dict[str, Any]:
    """What ``summary.json`` says of travel."""
    return {
        "source": travel.name,
        "is_estimate": travel.is_estimate,
        "attributions": list(attributions_of(travel)),
    }


def attributions_of(travel: TravelModel) -> tuple[str, ...]:
    """What the licence of the roads asks every output to say."""
    from geodata.attribution import OPENSTREETMAP
    from geodata.travel import RoadGraph
    from geodata.travel.osrm import Osrm

    if isinstance(travel, RoadGraph):
        return (travel.network.attribution,)
    return (OPENSTREETMAP,) if isinstance(travel, Osrm) else ()


def _check(asked: TravelAsked) -> None:
    if asked.roads is not None and asked.osrm:
        raise click.UsageError("--roads and --osrm both say how travel is known: give one")
    if asked.closures is not None and asked.roads is None:
        raise click.UsageError("--closures closes roads of a network: give --roads too")
    if asked.outside and not asked.osrm:
        raise click.UsageError("--osrm-outside is of an OSRM server: give --osrm too")


def _roads(path: Path, closures: Path | None, market: Instance) -> RoadGraph:
    """The roads of a network that reaches every home; E440 where it is a map of somewhere else."""
    from geodata.report import Finding, InputError, Report, format_findings
    from geodata.travel import RoadGraph, read_network
    from geodata.travel.closures_file import read_closures
    from geodata.travel.snap import FARTHEST

    network, report = read_network(path), Report()
    closed = () if closures is None else read_closures(closures, network, report)
    report.raise_if_any()
    for line in format_findings(report.warnings):
        print(line, file=sys.stderr)
    graph = RoadGraph(network=network, closures=closed)
    homes = [each.place for each in market.packages]
    reached = graph.roads(TravelMode.CAR).snap(homes).on_road
    off = [each.id for each, near in zip(market.packages, reached, strict=True) if not near]
    if off:
        shown = ", ".join(off[:5]) + (f" and {len(off) - 5} more" if len(off) > 5 else "")
        message = f"{len(off)} of {len(homes)} homes lie over {FARTHEST} m from any road of it: {shown}"
        cure = "build the network from an extract that covers the market, or correct the coordinates"
        raise InputError([Finding(code="E440", file=path.name, message=message, cure=cure)])
    return graph


def _osrm(asked: TravelAsked, lines: TravelModel) -> Osrm:
    """A server for each mode named; ``foot=http://…`` names one, a bare address is the cars'."""
    from geodata.travel.osrm import Osrm
    from geodata.travel.osrm_server import OsrmServer

    servers: dict[str, OsrmServer] = {}
    modes = [mode.value for mode in TravelMode]
    for text in asked.osrm:
        mode, named, url = text.partition("=")
        if not named or "/" in mode:
            mode, url = TravelMode.CAR.value, text
        if mode not in modes:
            raise click.BadParameter(f"{mode!r} is none of {', '.join(modes)}", param_hint="--osrm")
        if mode in servers:
            raise click.BadParameter(f"two servers for travel by {mode}", param_hint="--osrm")
        servers[mode] = OsrmServer(url=url.rstrip("/"), outside=asked.outside)
        servers[mode].require_own()
    return Osrm(car=servers.get("car"), cycle=servers.get("cycle"), foot=servers.get("foot"), otherwise=lines)
