"""Attack: what is listed at all. Nobody learns from it where, or in which week, the first one asked."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.postcodes import PostcodeDirectory, registry_directory
from optimiser.cli.publishing import make_demand
from optimiser.model.identifiers import DistrictCode, PackageId
from optimiser.model.instance import Instance
from optimiser.publishing.demand import LEVELS
from optimiser.publishing.history import Kept
from optimiser.report.publication_areas import areas_of
from optimiser.report.publication_files import write_demand
from optimiser.solving.progress import silent
from tests.instances.small_market import small_market
from tests.publishing.people import CHELMSFORD, DAY, MALDON, people

ROCHFORD = DistrictCode("E07000075")


@pytest.fixture(scope="module")
def directory() -> PostcodeDirectory:
    return registry_directory(["C", "S"])


def market(number: int) -> Instance:
    """People of Maldon and Chelmsford, in a market that buys in Rochford too."""
    whole = small_market()
    everywhere = frozenset({MALDON, CHELMSFORD, ROCHFORD})
    lot = replace(whole.lots[0], districts=everywhere)
    bought = whole.framework.last_resort_rates
    packages = tuple(replace(each, lot=lot.code) for each in people(1, number) if each.service in bought)
    return replace(
        whole, as_of=DAY, lots=(lot,), packages=packages, localities=(), providers=(), admissions=(),
        ranked_lists=(), capacities=(), carers=(), framework=replace(whole.framework, guarantees=(), caps=()),
    )  # fmt: skip


def table(of: Instance, folder: Path, directory: PostcodeDirectory) -> list[dict[str, str]]:
    made = make_demand(of, of.packages, Kept(), levels=LEVELS, small=7, directory=directory, progress=silent)
    assert made.table is not None
    write_demand(folder, made.table, areas_of(of, directory))
    with (folder / "demand.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_first_package_of_an_area_adds_no_row_and_no_date(
    tmp_path: Path, directory: PostcodeDirectory
) -> None:
    before = market(60)
    first = replace(before.packages[0], id=PackageId("NEW"), district=ROCHFORD, sector="SS4 1")
    after = replace(before, packages=(*before.packages, first))
    one, other = table(before, tmp_path / "1", directory), table(after, tmp_path / "2", directory)
    of_rochford = [row for row in one if row["area"] == ROCHFORD]
    assert of_rochford
    assert all(row["packages"] == "*" and row["since"] == str(DAY) for row in of_rochford)
    assert of_rochford == [row for row in other if row["area"] == ROCHFORD]
    listed = [
        [(row["level"], row["area"], row["service"], row["band"]) for row in rows] for rows in (one, other)
    ]
    assert listed[0] == listed[1]
    assert "SS4" in {row["area"] for row in one}


def test_maps_of_cards_draw_the_same_areas_whoever_has_care(
    directory: PostcodeDirectory,
) -> None:
    drawn = [set(areas_of(market(number), directory).outlines["area"]) for number in (1, 60)]
    assert drawn[0] == drawn[1]
