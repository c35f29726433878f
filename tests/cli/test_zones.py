"""``carerounds zones`` as a commissioner types it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from instances.read import read_instance
from optimiser.cli.main import Exit, run

HALVES = """district,zone
E07000129,East
E07000131,East
E07000133,East
E07000135,East
E07000130,West
E07000132,West
E07000134,West
"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zones") / "county"
    assert run(["init", "leicestershire", str(folder), "--packages", "300"]) == Exit.DONE
    (folder.parent / "halves.csv").write_text(HALVES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def drawn(county: Path) -> Path:
    out = county.parent / "drawn"
    asked = ["--number", "East=8", "--number", "West=10", "--parts", str(county.parent / "halves.csv")]
    assert (
        run(["zones", "draw", str(county), *asked, "--keep", "--within", "8", "--out", str(out)]) == Exit.DONE
    )
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_zones_are_drawn_eight_east_ten_west_in_one_piece_and_more_even(drawn: Path) -> None:
    figures = json.loads((drawn / "summary.json").read_text(encoding="utf-8"))
    zones = {each["zone"] for each in rows(drawn / "zones.csv")}
    assert sorted(zone[:4] for zone in zones) == ["EAST"] * 8 + ["WEST"] * 10
    assert figures["zones"]["contiguous"]
    assert figures["zones"]["unevenness"] < figures["lots"]["unevenness"]
    assert {each["sector"] for each in rows(drawn / "zones.csv")} == {
        each["sector"] for each in rows(drawn / "lots.csv")
    }


def test_a_comparison_leaves_tables_figures_and_a_page(
    county: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = county.parent / "compared"
    after = str(drawn / "zones.csv")
    assert (
        run(["zones", "compare", str(county), after, "--market", str(county), "--out", str(out)]) == Exit.DONE
    )
    assert "of 300 packages change zone" in capsys.readouterr().out
    assert {each.name for each in out.iterdir()} == {
        "changes.csv",
        "matrix.csv",
        "summary.json",
        "zones.html",
    }
    figures = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    matrix, changes = rows(out / "matrix.csv"), rows(out / "changes.csv")
    assert sum(int(each["packages"]) for each in matrix) == figures["packages"] == 300
    moved = [each for each in matrix if each["zone_before"] != each["zone_after"]]
    assert sum(int(each["packages"]) for each in moved) == len(changes) == figures["packages_changing_zone"]
    assert sum(each["packages"] for each in figures["outcomes"].values()) == len(changes)


def test_the_page_shows_sectors_and_no_home(county: Path, drawn: Path) -> None:
    out = county.parent / "shown"
    after = str(drawn / "zones.csv")
    assert (
        run(["zones", "compare", str(county), after, "--market", str(county), "--out", str(out)]) == Exit.DONE
    )
    page = (out / "zones.html").read_text(encoding="utf-8")
    market = read_instance(county)
    for package in market.packages:
        assert package.postcode not in page
        assert package.id not in page
        assert package.client not in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "Zones redrawn" in page


def test_the_same_zoning_twice_moves_nobody(county: Path, drawn: Path) -> None:
    out = county.parent / "same"
    lots = str(drawn / "lots.csv")
    assert run(["zones", "compare", lots, lots, "--market", str(county), "--out", str(out)]) == Exit.DONE
    assert rows(out / "changes.csv") == []
    assert "Nobody" in (out / "zones.html").read_text(encoding="utf-8")


def test_the_order_of_rows_of_a_list_means_nothing(county: Path, drawn: Path) -> None:
    head, *lines = (drawn / "zones.csv").read_text(encoding="utf-8").splitlines()
    mixed = county.parent / "mixed" / "zones.csv"
    mixed.parent.mkdir()
    mixed.write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")
    said = []
    for number, after in enumerate((drawn / "zones.csv", mixed)):
        out = county.parent / f"order{number}"
        command = ["zones", "compare", str(county), str(after), "--market", str(county), "--out", str(out)]
        assert run(command) == Exit.DONE
        said.append({each.name: each.read_bytes() for each in out.iterdir()})
    assert said[0] == said[1]


def test_without_a_market_postcodes_are_counted(drawn: Path) -> None:
    out = drawn.parent / "postcodes"
    command = ["zones", "compare", str(drawn / "lots.csv"), str(drawn / "zones.csv"), "--out", str(out)]
    assert run(command) == Exit.DONE
    changes = rows(out / "changes.csv")
    assert list(changes[0]) == ["sector", "zone_before", "zone_after", "postcodes", "postcodes_changing"]
    page = (out / "zones.html").read_text(encoding="utf-8")
    assert "postcodes</strong> would be in another zone" in page


def test_a_zoning_of_somewhere_else_is_a_finding(
    county: Path, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = tmp_path / "away.csv"
    away.write_text("sector,zone\nCM9 5,A\n", encoding="utf-8")
    out = tmp_path / "out"
    command = [
        "zones",
        "compare",
        str(away),
        str(drawn / "zones.csv"),
        "--market",
        str(county),
        "--out",
        str(out),
    ]
    assert run(command) == Exit.INPUT
    assert "E469" in capsys.readouterr().err
    assert not out.exists()


def test_a_map_and_a_list_can_be_compared(county: Path, drawn: Path, tmp_path: Path) -> None:
    east, west = (shapely.box(x, 280_000, x + 50_000, 340_000) for x in (455_000, 405_000))
    line = gpd.GeoDataFrame({"lot_code": ["EAST-01", "WEST-01"]}, geometry=[east, west], crs=27700)
    line.to_file(tmp_path / "two.gpkg")
    command = [
        "zones",
        "compare",
        str(drawn / "lots.csv"),
        str(tmp_path / "two.gpkg"),
        "--market",
        str(county),
    ]
    out = tmp_path / "out"
    assert run([*command, "--detail", "full", "--out", str(out)]) == Exit.DONE
    matrix = rows(out / "matrix.csv")
    assert {each["zone_after"] for each in matrix} == {"EAST-01", "WEST-01"}
    assert sum(int(each["packages"]) for each in matrix) == 300


@pytest.fixture
def checked(tmp_path: Path) -> tuple[Path, Path]:
    postcodes = tmp_path / "postcodes.csv"
    postcodes.write_text(
        "postcode,easting,northing,district,live\nCM9 5AA,585387,206645,E07000074,1\n"
        "CM9 5AB,585400,206700,E07000067,0\nCM9 5AD,640000,206700,E07000074,1\n",
        encoding="utf-8",
    )
    layer = tmp_path / "districts.gpkg"
    gpd.GeoDataFrame(
        {"lad24_code": ["E07000074"]}, geometry=[shapely.box(580_000, 200_000, 600_000, 210_000)], crs=27700
    ).to_file(layer)
    return postcodes, layer


def test_a_check_lists_disagreements_and_counts_those_in_use(
    checked: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = [
        "zones",
        "check",
        *map(str, checked),
        "--live",
        "live",
        "--on",
        "2026-10-05",
        "--out",
        str(out),
    ]
    assert run(command) == Exit.DONE
    said = capsys.readouterr()
    assert "1 of 3 agree" in said.out
    assert "E461" in said.err
    assert "E462" in said.err
    assert [(each["postcode"], each["cause"]) for each in rows(out / "disagreements.csv")] == [
        ("CM9 5AB", "code not in the layer"),
        ("CM9 5AD", "outside every zone"),
    ]
    figures = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert figures["live"]["postcodes"] == 2
    assert figures["layer"]["detail"] == "simplified"


def test_postcodes_and_layer_the_wrong_way_round_are_a_usage_error(
    checked: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["zones", "check", *map(str, reversed(checked)), "--out", str(tmp_path / "out")]
    assert run(command) == Exit.USAGE
    assert "the postcodes come first" in capsys.readouterr().err


def test_all_faults_of_both_files_come_at_once_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["zones", "check", str(tmp_path / "no.csv"), str(tmp_path / "no.gpkg"), "--out", str(out)]
    assert run(command) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E101" in said
    assert "E450" in said
    assert "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize(
    "asked",
    [
        ["--number", "many"],
        ["--number", "0"],
        ["--number", "East=8"],
        ["--number", "500"],
        ["--number", "5", "--keep"],
    ],
)
def test_numbers_that_cannot_be_drawn_are_a_usage_error(
    county: Path, tmp_path: Path, asked: list[str]
) -> None:
    assert run(["zones", "draw", str(county), *asked, "--out", str(tmp_path / "out")]) == Exit.USAGE
    assert not (tmp_path / "out").exists()


def test_parts_must_be_named_as_they_are(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--number", "North=8", "--parts", str(county.parent / "halves.csv")]
    assert run(["zones", "draw", str(county), *asked, "--out", str(tmp_path / "out")]) == Exit.USAGE
    assert "East, West" in capsys.readouterr().err


def test_who_has_a_package_may_come_from_an_allocation(county: Path, drawn: Path, tmp_path: Path) -> None:
    placed, out = tmp_path / "placed", tmp_path / "out"
    assert run(["allocate", str(county), "--policy", "cascade", "--out", str(placed)]) == Exit.DONE
    after = str(drawn / "zones.csv")
    command = ["zones", "compare", str(county), after, "--allocation", str(placed), "--out", str(out)]
    assert run(command) == Exit.USAGE
    assert run([*command, "--market", str(county)]) == Exit.DONE
    assert {each["outcome"] for each in rows(out / "changes.csv")} - {"no provider yet"}
