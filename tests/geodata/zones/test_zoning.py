"""Lists and maps that say in which zone homes are, and two of them side by side."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.localities import sector_graph
from geodata.postcodes import PostcodeDirectory
from geodata.report import Report
from geodata.zones.change import ZoningChange, compare_zonings
from geodata.zones.layer import Detail, ZoneKind, ZoneLayer
from geodata.zones.matching import heirs, matrix
from geodata.zones.sector_map import sector_map
from geodata.zones.zoning import Drawn, Listed, Unit, Zoning, majority_by_sector, sectors_in_several
from geodata.zones.zoning_files import read_zoning

SECTORS = ("AB1 1", "AB1 2", "AB2 1")


def listed(name: str, *zones: str) -> Listed:
    return Listed(name=name, unit=Unit.SECTOR, zone_by_unit=dict(zip(SECTORS, zones, strict=True)))


def halves() -> Drawn:
    """A map that cuts the middle sector in two, at easting 501,000."""
    shapes = [
        shapely.box(500_000, 200_000, 501_000, 201_000),
        shapely.box(501_000, 200_000, 502_000, 201_000),
    ]
    layer = ZoneLayer(
        kind=ZoneKind.LOT, codes=("E", "W"), names=("East", None), said_detail=Detail.FULL,
        shapes=np.array(shapes[::-1], dtype=object),
    )  # fmt: skip
    return Drawn(name="halves", layer=layer)


def compare(
    village: PostcodeDirectory, before: Zoning, after: Zoning, homes: pd.DataFrame | None = None
) -> ZoningChange:
    homes = village.table if homes is None else homes
    return compare_zonings(
        before, after, homes=homes, weights=np.ones(len(homes), dtype=np.int64), ground=village.table,
        graph=sector_graph(village),
    )  # fmt: skip


def test_a_list_is_read_by_whatever_it_goes_by(tmp_path: Path, village: PostcodeDirectory) -> None:
    for unit, place in ((Unit.SECTOR, "AB1 1"), (Unit.POSTCODE, "AB1 1AA"), (Unit.DISTRICT, "E00000001")):
        path = tmp_path / "list.csv"
        path.write_text(f"{unit.value},Zone,name\n{place.lower()},N,North\n", encoding="utf-8")
        found = read_zoning(path, Report())
        assert isinstance(found, Listed)
        assert (found.unit, dict(found.zones)) == (unit, {"N": "North"})
        assert set(found.zone_of(village.table)) == {"N", None}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a,b\n1,2\n", ["E467"]),
        ("sector,name\nAB1 1,x\n", ["E467"]),
        ("sector,zone\n", ["E467"]),
        ("", ["E467"]),
        ("sector,zone\nAB11,N\nAB1 1,\nAB1 2,N\nAB1 2,S\n", ["E468", "E468", "E468"]),
        ("district,zone\nMaldon,N\n", ["E468"]),
    ],
)
def test_spoilt_lists_are_findings(tmp_path: Path, text: str, codes: list[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    report = Report()
    assert read_zoning(path, report) is None
    assert [each.code for each in report.errors] == codes
    assert read_zoning(tmp_path / "nothing.csv", report) is None
    assert report.errors[-1].code in {"E450", *codes}


def test_a_damaged_gz_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(b"no gzip at all")
    report = Report()
    assert read_zoning(path, report) is None
    assert [each.code for each in report.errors] == ["E467"]


def test_homes_that_a_list_does_not_name_are_told(village: PostcodeDirectory) -> None:
    report = Report()
    short = Listed(name="short", unit=Unit.SECTOR, zone_by_unit={"AB1 1": "N"})
    short.judge(village.table, report)
    assert [each.code for each in report.warnings] == ["E462"]
    assert "130 of 200" in report.warnings[0].message


def test_a_map_says_where_homes_are(village: PostcodeDirectory) -> None:
    zones = halves().zone_of(village.table)
    assert (zones == np.where(village.table["easting"] > 501_000, "E", "W")).all()
    assert majority_by_sector(village.table, zones) == {"AB1 1": "W", "AB1 2": "E", "AB2 1": "E"}
    assert sectors_in_several(village.table, zones) == {"AB1 2": ("E", "W")}
    assert dict(halves().zones) == {"E": "East", "W": "W"}


def test_nothing_changes_between_a_zoning_and_itself(village: PostcodeDirectory) -> None:
    for each in (listed("same", "N", "N", "S"), halves()):
        found = compare(village, each, each)
        assert not found.changed.any()
        assert not found.moves
        assert all(one == other for one, other in found.homes)


def test_a_sector_that_changes_is_told_with_its_homes(village: PostcodeDirectory) -> None:
    found = compare(village, listed("a", "N", "N", "S"), listed("b", "N", "S", "S"))
    (move,) = found.moves
    assert (move.sector, move.before, move.after, move.homes, move.changed) == ("AB1 2", "N", "S", 70, 70)
    assert found.homes == {("N", "N"): 70, ("N", "S"): 70, ("S", "S"): 60}


def test_swapping_the_two_turns_the_matrix_round(village: PostcodeDirectory) -> None:
    one, other = listed("a", "N", "N", "S"), halves()
    there, back = compare(village, one, other), compare(village, other, one)
    assert there.homes == {(b, a): n for (a, b), n in back.homes.items()}
    assert (there.changed == back.changed).all()


def test_new_codes_alone_move_nobody(village: PostcodeDirectory) -> None:
    found = compare(village, listed("a", "N", "N", "S"), listed("b", "X1", "X1", "X2"))
    assert found.matched
    assert found.stands_for == {"X1": "N", "X2": "S"}
    assert not found.changed.any()


def test_homes_outside_one_of_the_two_are_kept_in_the_matrix(village: PostcodeDirectory) -> None:
    short = Listed(name="short", unit=Unit.SECTOR, zone_by_unit={"AB1 1": "N"})
    found = compare(village, short, listed("b", "N", "N", "S"))
    assert found.homes == {(None, "N"): 70, (None, "S"): 60, ("N", "N"): 70}
    assert int(found.changed.sum()) == 130


@settings(max_examples=25, deadline=None)
@given(
    before=st.tuples(*[st.sampled_from("NSW")] * 3),
    after=st.tuples(*[st.sampled_from("NSW")] * 3),
    seed=st.integers(0, 99),
)
def test_no_home_is_lost_and_the_order_of_rows_means_nothing(
    village: PostcodeDirectory, before: tuple[str, ...], after: tuple[str, ...], seed: int
) -> None:
    one, other = listed("a", *before), listed("b", *after)
    found = compare(village, one, other)
    assert sum(found.homes.values()) == len(village)
    mixed = village.table.sample(frac=1, random_state=seed)
    again = compare(village, one, other, mixed)
    assert (again.homes, again.moves, again.stands_for) == (found.homes, found.moves, found.stands_for)


def test_the_graph_tells_pieces_borders_and_evenness() -> None:
    path = nx.path_graph(["a", "b", "c", "d"])
    from geodata.place import Place

    for i, node in enumerate(path):
        path.nodes[node]["place"] = Place(1000 * i, 0)
    found = sector_map(path, {"a": "X", "b": "Y", "c": "X", "d": "Y"}, {"a": 3, "b": 1, "c": 1, "d": 1})
    assert [each.pieces for each in found.zones] == [2, 2]
    assert not found.contiguous
    assert found.cut_edges == 3
    assert found.unevenness == pytest.approx(1 / 3)
    assert [each.spread for each in found.zones] == [866, 1000]
    assert sector_map(path, {}, {}).unevenness is None


def test_heirs_share_as_much_as_can_be() -> None:
    shared = {("A", "X"): 5, ("A", "Y"): 4, ("B", "X"): 4, (None, "Y"): 9, ("B", None): 9}
    assert heirs(shared) == {"X": "B", "Y": "A"}
    assert heirs({}) == {}


def test_the_matrix_keeps_what_is_in_no_zone() -> None:
    before, after = np.array(["A", None, None], dtype=object), np.array(["B", "B", None], dtype=object)
    assert matrix(before, after, [2, 3, 4]) == {(None, None): 4, (None, "B"): 3, ("A", "B"): 2}
