"""A layer held against postcodes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.report import Report
from geodata.zones.agreement import Cause, agreement
from geodata.zones.codes import CodeHistory, CodeVersion
from geodata.zones.layer import Detail, ZoneKind, ZoneLayer
from geodata.zones.stated import StatedZones, read_stated

SHAPES = [shapely.box(500_000, 200_000, 501_000, 201_000), shapely.box(501_000, 200_000, 502_000, 201_000)]
LAYER = ZoneLayer(
    kind=ZoneKind.WARD, codes=("A", "B"), names=(None, None), said_detail=Detail.FULL,
    shapes=np.array(SHAPES, dtype=object),
)  # fmt: skip
ROWS = """pcds,east,north,ward,live
AB1 1AA,500500,200500,A,1
AB1 1AB,501000,200500,B,1
AB1 1AD,501100,200500,A,0
AB1 1AE,501900,200500,A,1
AB1 1AF,509000,200500,A,1
AB1 1AG,500500,200600,C,0
AB1 1AH,500500,200700,,1
"""


def stated(folder: Path, text: str = ROWS, live: str | None = "live") -> tuple[StatedZones | None, Report]:
    path = folder / "postcodes.csv"
    path.write_text(text, encoding="utf-8")
    report = Report()
    return read_stated(path, "ward", live, report), report


def test_every_disagreement_has_its_cause_and_distance(tmp_path: Path) -> None:
    rows, _ = stated(tmp_path)
    assert rows is not None
    found = agreement(LAYER, rows)
    # Corners of two squares stand off by 707 m: that is how coarse the layer is, whatever is said of it.
    assert [(each.postcode[-2:], each.cause, each.metres) for each in found.disagreements] == [
        ("AD", Cause.NEAR_BORDER, 100),
        ("AE", Cause.ELSEWHERE, 900),
        ("AF", Cause.OUTSIDE, 8000),
        ("AG", Cause.CODE_NOT_IN_LAYER, None),
    ]
    assert (found.total.postcodes, found.total.compared, found.total.agreeing) == (7, 6, 2)
    assert found.live is not None
    assert found.not_live is not None
    assert (found.live.postcodes, found.live.agreeing, found.not_live.agreeing) == (5, 2, 0)


def test_on_a_border_the_zone_stated_is_believed(tmp_path: Path) -> None:
    rows, _ = stated(tmp_path)
    assert rows is not None
    found = agreement(LAYER, rows)
    assert found.several == 1
    assert "AB1 1AB" not in {each.postcode for each in found.disagreements}


def test_a_code_of_another_year_is_told_apart_from_a_wrong_zone(tmp_path: Path) -> None:
    from datetime import date

    rows, _ = stated(tmp_path)
    assert rows is not None
    history = CodeHistory(
        versions=(
            CodeVersion(code="C", valid_to=date(2020, 12, 31), successors=frozenset({"A"})),
            CodeVersion(code="A", valid_from=date(2021, 1, 1)),
        )
    )
    causes = {each.postcode[-2:]: each.cause for each in agreement(LAYER, rows, history).disagreements}
    assert causes["AG"] is Cause.RECODED
    assert causes["AD"] is Cause.NEAR_BORDER


def test_the_order_of_rows_means_nothing(tmp_path: Path) -> None:
    head, *lines = ROWS.splitlines()
    one, _ = stated(tmp_path)
    other, _ = stated(tmp_path, "\n".join([head, *reversed(lines)]) + "\n")
    assert one is not None
    assert other is not None
    assert agreement(LAYER, one).disagreements == agreement(LAYER, other).disagreements


def test_doterm_says_who_is_in_use(tmp_path: Path) -> None:
    rows, _ = stated(tmp_path, ROWS.replace("live\n", "doterm\n").replace(",1\n", ",\n"), live="doterm")
    assert rows is not None
    assert rows.live is not None
    assert rows.live.tolist() == [True, True, False, True, True, False, True]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ward\nA\n", ["E103", "E103", "E103", "E467"]),
        (ROWS.replace("AB1 1AA", "nonsense"), ["E104"]),
        (ROWS.replace("500500,200500", "5005000,200500"), ["E105"]),
        ("pcds,east,north,ward,live\n", ["E109"]),
        ("", ["E102"]),
    ],
)
def test_spoilt_postcodes_are_findings(tmp_path: Path, text: str, codes: list[str]) -> None:
    rows, report = stated(tmp_path, text)
    assert rows is None
    assert [each.code for each in report.errors] == codes


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    report = Report()
    assert read_stated(tmp_path / "nothing.csv", "ward", None, report) is None
    assert [each.code for each in report.errors] == ["E101"]
