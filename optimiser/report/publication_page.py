"""The page of a publication: a map of demand by area and time of day, a table with filters, no network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from geodata.attribution import ONS_POSTCODES
from optimiser.model.instance import Instance
from optimiser.publishing.cards import OTHERS, Cards
from optimiser.publishing.figures import Table
from optimiser.publishing.round_fit import RoundFit
from optimiser.report.page_data import to_script
from optimiser.report.publication_areas import Areas
from optimiser.report.publication_files import card_row
from optimiser.report.templating import part, templates
from optimiser.report.wording import spoken
from optimiser.report.writing import write_text

MAP_WIDTH = 600
"""Of the map, in its own units."""
DETAIL = 150
"""Metres by which a drawn outline may stray."""


def write_demand_page(path: Path, *, instance: Instance, table: Table, areas: Areas) -> None:
    """Write the page of level A."""
    figures = {"|".join(cell.key): [each.count, each.hours] for cell, each in table.figures.items()}
    levels = [each.value for each in table.levels if each.value != "market"]
    counted = sorted({*table.since.values()} or {table.as_of})
    _write(
        path,
        instance=instance,
        areas=areas,
        kind="demand",
        content={
            "figures": figures,
            "levels": levels,
            "services": _choices({cell.key[2] for cell in table.figures}),
            "bands": _choices({cell.key[3] for cell in table.figures}),
        },
        small=table.small,
        as_of=table.as_of,
        counted=counted,
    )


def write_cards_page(
    path: Path,
    *,
    instance: Instance,
    cards: Cards,
    areas: Areas,
    fits: Mapping[str, RoundFit] | None = None,
    provider: str | None = None,
) -> None:
    """Write the page of level B; for one provider with how well each card fits its rounds."""
    rows = []
    for each in cards.cards:
        row = card_row(each)
        if fits is not None:
            row["round_fit"] = fits[each.reference].value
        rows.append(row)
    _write(
        path,
        instance=instance,
        areas=areas,
        kind="cards",
        content={
            "cards": rows,
            "middles": {
                each.area: [areas.middles[each.area].easting, areas.middles[each.area].northing]
                for each in cards.cards
                if each.area in areas.middles
            },
            "names": dict(zip(areas.outlines["area"], areas.outlines["name"], strict=True)),
        },
        alike=cards.alike,
        as_of=cards.as_of,
        withheld=cards.withheld_shown,
        has_fits=fits is not None,
        provider=provider,
        others=OTHERS,
    )


def _choices(codes: set[str]) -> list[list[str]]:
    order = ["", "morning", "lunch", "tea", "bed", "night", "live_in"]
    known = sorted(codes, key=lambda code: (order.index(code) if code in order else 1, code))
    return [[code, spoken(code)] for code in known]


def _write(
    path: Path, *, instance: Instance, areas: Areas, kind: str, content: Mapping[str, Any], **said: Any
) -> None:
    """Render; ``said`` is what the page's text says of this kind of publication."""
    drawn, frame, height = _paths(areas)
    data = {**content, "outlines": drawn, "frame": frame, "size": [MAP_WIDTH, height]}
    page = templates().get_template("publication.html.j2")
    write_text(
        path,
        page.render(
            kind=kind,
            instance=instance,
            attributions=ONS_POSTCODES,
            data=Markup(to_script(data)),
            style=Markup(part("page.css") + part("publication.css")),
            script=Markup(part("publication.js")),
            **said,
        ),
    )


def _paths(areas: Areas) -> tuple[list[list[str]], list[float], int]:
    """Outlines as SVG paths with level, area and name; the frame in metres; the height of the map."""
    outlines = areas.outlines
    if not len(outlines):
        return [], [0.0, 0.0, 1.0], MAP_WIDTH
    west, south, east, north = (float(each) for each in outlines.total_bounds)
    scale = MAP_WIDTH / max(1.0, east - west)
    found = []
    for row in outlines.itertuples():
        shape = row.geometry.simplify(DETAIL)
        rings = []
        for piece in getattr(shape, "geoms", [shape]):
            for ring in (piece.exterior, *piece.interiors):
                points = [f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.coords[:-1]]
                rings.append("M" + "L".join(points) + "Z")
        found.append([str(row.level), str(row.area), str(row.name), "".join(rings)])
    return found, [west, north, scale], round((north - south) * scale) + 1
