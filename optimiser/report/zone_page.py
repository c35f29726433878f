"""The page of a comparison of zonings: one self-contained HTML file, at the level of postcode sectors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import networkx as nx
from markupsafe import Markup

from geodata.report import Finding
from geodata.zones.change import Side, ZoningChange
from optimiser.impact.realignment import Outcome, Realignment
from optimiser.model.calendar import HOUR
from optimiser.model.instance import Instance
from optimiser.report.templating import part, templates
from optimiser.report.writing import write_text
from optimiser.report.zone_map import WIDTH, zone_maps


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShown:
    """Homes that go from one zone to another; outcomes are counts, ``None`` without a market."""

    before: str
    before_name: str
    after: str
    after_name: str
    homes: int
    hours: float | None
    outcomes: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShown:
    """A zone before or after."""

    code: str
    name: str
    sectors: int
    weight: float
    off: float | None
    pieces: int
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderShown:
    """A provider with packages that change zone."""

    name: str
    outcomes: tuple[int, ...]


def write_zone_page(
    path: Path,
    *,
    change: ZoningChange,
    outlines: gpd.GeoDataFrame,
    graph: nx.Graph,
    warnings: tuple[Finding, ...],
    attributions: tuple[str, ...],
    instance: Instance | None = None,
    realignment: Realignment | None = None,
) -> None:
    """Write the page.

    Parameters
    ----------
    outlines
        Sectors, columns ``sector`` and ``geometry``, in EPSG:27700.
    instance, realignment
        Of the market; ``None`` where postcodes alone were compared.
    """
    page = templates().get_template("zones.html.j2")
    write_text(
        path,
        page.render(
            change=change,
            realignment=realignment,
            county=None if instance is None else instance.county,
            as_of=None if instance is None else _day(instance.as_of),
            noun="postcode" if realignment is None else "package",
            outcome=Outcome,
            outcomes=tuple(Outcome),
            maps=zone_maps(change, outlines, graph),
            width=WIDTH,
            pairs=_pairs(change, realignment),
            sides=tuple(
                (side, _zones(side, hours=realignment is not None)) for side in (change.before, change.after)
            ),
            providers=() if instance is None or realignment is None else _providers(instance, realignment),
            warnings=warnings,
            attributions=attributions,
            style=Markup(part("page.css")),
        ),
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _pairs(change: ZoningChange, realignment: Realignment | None) -> tuple[PairShown, ...]:
    """Pairs of zones with homes that change, the most homes first."""
    outcomes = {} if realignment is None else realignment.by_pair()
    shown = [
        PairShown(
            before=before or "none",
            before_name=_name(change.before, before),
            after=after or "none",
            after_name=_name(change.after, after),
            homes=homes,
            hours=None if realignment is None else change.weight[before, after] / HOUR,
            outcomes=None
            if realignment is None
            else tuple(outcomes[before, after][each] for each in Outcome),
        )
        for (before, after), homes in change.homes.items()
        if before is None or after is None or change.stands_for.get(after) != before
        if not (before is None and after is None)
    ]
    return tuple(sorted(shown, key=lambda each: (-each.homes, each.before, each.after)))


def _name(side: Side, zone: str | None) -> str:
    """Name of a zone; empty where it has none but its code."""
    name = "" if zone is None else side.names.get(zone, "")
    return "" if name == zone else name


def _zones(side: Side, *, hours: bool) -> tuple[ZoneShown, ...]:
    unit = HOUR if hours else 1
    mean = sum(each.weight for each in side.map.zones) / max(1, len(side.map.zones))
    return tuple(
        ZoneShown(
            code=each.zone,
            name=side.names.get(each.zone, each.zone),
            sectors=len(each.sectors),
            weight=each.weight / unit,
            off=None if mean <= 0 else 100 * (each.weight / mean - 1),
            pieces=each.pieces,
            spread=each.spread / 1000,
        )
        for each in side.map.zones
    )


def _providers(instance: Instance, realignment: Realignment) -> tuple[ProviderShown, ...]:
    """Providers whose packages change zone, those who would lose most first."""
    shown = [
        ProviderShown(
            name=instance.provider_by_id[provider].name,
            outcomes=tuple(counts[each] for each in (Outcome.STAYS, Outcome.MAY_STAY, Outcome.MUST_MOVE)),
        )
        for provider, counts in realignment.by_provider().items()
    ]
    return tuple(sorted(shown, key=lambda each: (-each.outcomes[2], -sum(each.outcomes), each.name)))
