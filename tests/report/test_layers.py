"""The GeoPackage opens, has its layers in the national grid, and is the same file for the same result."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest

from optimiser.report.geopackage import write_geopackage
from optimiser.report.tables import write_tables


@pytest.fixture(scope="module")
def layers(case: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("layers") / "result.gpkg"
    draw(case, path)
    return path


def draw(case: Any, path: Path) -> None:
    write_geopackage(
        path,
        instance=case.instance,
        allocations=case.allocations,
        study=case.study,
        outlines=case.outlines,
    )


def test_layers_are_on_the_national_grid(layers: Path) -> None:
    names = [name for name, _ in pyogrio.list_layers(layers)]
    assert names == ["packages", "rounds", "stops", "districts"]
    assert all(gpd.read_file(layers, layer=name).crs.to_epsg() == 27700 for name in names)


def test_packages_say_who_has_them(case: Any, layers: Path) -> None:
    packages = gpd.read_file(layers, layer="packages").set_index("package")
    assert len(packages) == 40
    for placed in case.allocations["proposal"].solution.placements:
        assert packages.loc[placed.package, "provider"] == placed.provider
    assert not any("postcode" in column for column in packages.columns)


def test_rounds_and_stops_agree(case: Any, layers: Path) -> None:
    rounds = gpd.read_file(layers, layer="rounds")
    stops = gpd.read_file(layers, layer="stops")
    assert set(rounds.scenario) == {"baseline", "proposal"}
    assert rounds.stops.sum() == len(stops)
    proposal = stops[stops.scenario == "proposal"]
    assert len(proposal) == case.study.proposal[0].measures.visits
    assert stops.groupby(["scenario", "carer"]).order.min().eq(1).all()


def test_same_result_same_file(case: Any, layers: Path, tmp_path: Path) -> None:
    again = tmp_path / "result.gpkg"
    draw(case, again)
    draw(case, again)  # a second time over the first
    assert again.read_bytes() == layers.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["result.gpkg"]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_hold_every_fact_once(case: Any, tmp_path: Path) -> None:
    paths = write_tables(
        tmp_path,
        instance=case.instance,
        allocations=case.allocations,
        study=case.study,
        exclusions=case.exclusions,
    )
    tiers, exclusions, measures = (read(path) for path in paths)
    assert sum(int(row["packages"]) for row in tiers) == 80
    assert len(exclusions) == len(case.exclusions)
    keys = [(row["scenario"], row["seed"], row["measure"]) for row in measures]
    assert len(set(keys)) == len(keys) == 2 * len(case.study.seeds) * 13
