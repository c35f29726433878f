"""Publications as files: a table for a spreadsheet and GeoJSON for a map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely

from geodata.attribution import ONS_POSTCODES, acknowledgement
from geodata.place import to_degrees
from optimiser.model.identifiers import DistrictCode
from optimiser.publishing.cards import Card, Cards
from optimiser.publishing.figures import Table
from optimiser.publishing.round_fit import RoundFit
from optimiser.report.publication_areas import Areas
from optimiser.report.writing import write_csv, write_json

HIDDEN = "*"
"""Stands for a figure that is not shown: none, few, or as many as would tell on another."""
DEMAND_HEADING = (
    "level",
    "area",
    "name",
    "service",
    "band",
    "packages",
    "hours_a_week",
    "hours_each",
    "since",
)
CARD_HEADING = (
    "reference", "nearness", "area", "service", "carers", "gender_of_carer", "hours_a_week", "bands",
    "start_by", "skills",
)  # fmt: skip


def write_demand(folder: Path, table: Table, areas: Areas) -> None:
    """``demand.csv`` and ``demand.geojson``."""
    names = dict(zip(areas.outlines["area"], areas.outlines["name"], strict=True))
    rows = []
    for cell, figure in table.figures.items():
        level, area, service, band = cell.key
        by_district = level == "district" and area is not None
        since = table.since.get(DistrictCode(str(area))) if by_district else None
        shown = (_shown(figure.count), _shown(figure.hours), figure.hours_each)
        rows.append((level, area, names.get(area), service or "all", band or "any", *shown, since))
    write_csv(folder / "demand.csv", DEMAND_HEADING, rows)
    features = []
    drawn = areas.in_degrees()
    for row in drawn.itertuples():
        figures = {
            f"{each.key[2] or 'all'}|{each.key[3] or 'any'}": {
                "packages": _shown(figure.count),
                "hours_a_week": _shown(figure.hours),
            }
            for each, figure in table.figures.items()
            if each.key[:2] == (row.level, row.area)
        }
        if figures:
            properties = {"level": row.level, "area": row.area, "name": row.name, "figures": figures}
            features.append(_feature(shapely.geometry.mapping(row.geometry), properties))
    _write_features(folder / "demand.geojson", features)


def write_cards(folder: Path, cards: Cards, areas: Areas, fits: Mapping[str, RoundFit] | None = None) -> None:
    """``cards.csv`` and ``cards.geojson``, with the fit to a provider's own rounds where it was asked for."""
    heading = CARD_HEADING if fits is None else (*CARD_HEADING, "round_fit")
    rows = [
        (*card_row(each).values(), *(() if fits is None else (fits[each.reference].value,)))
        for each in cards.cards
    ]
    write_csv(folder / "cards.csv", heading, rows)
    features = []
    for each in cards.cards:
        middle = areas.middles.get(each.area)
        if middle is not None:
            longitude, latitude = to_degrees(middle)
            point = {"type": "Point", "coordinates": [round(longitude, 4), round(latitude, 4)]}
            properties: dict[str, Any] = card_row(each)
            if fits is not None:
                properties["round_fit"] = fits[each.reference].value
            features.append(_feature(point, properties))
    _write_features(folder / "cards.geojson", features)


def card_row(card: Card) -> dict[str, Any]:
    """A card in words and figures, in the order of :data:`CARD_HEADING`."""
    low, high = card.hours
    values = (
        card.reference,
        card.nearness,
        card.area,
        card.service.replace("_", " "),
        card.carers,
        card.gender,
        f"over {low}" if high is None else f"{low} to {high}",
        ";".join(band.value.replace("_", " ") for band in card.bands),
        card.start_by.isoformat(),
        ";".join(skill.replace("_", " ") for skill in card.skills),
    )
    return dict(zip(CARD_HEADING, values, strict=True))


def _shown(figure: int | None) -> int | str:
    return HIDDEN if figure is None else figure


def _feature(geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": dict(geometry), "properties": dict(properties)}


def _write_features(path: Path, features: list[dict[str, Any]]) -> None:
    content = {
        "type": "FeatureCollection",
        "attribution": acknowledgement(ONS_POSTCODES),
        "features": features,
    }
    write_json(path, json.loads(json.dumps(content)))
