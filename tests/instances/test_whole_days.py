"""What only shows when a person's day, or a whole result, is looked at together."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.report import InputError
from instances import essex, read_allocation, read_with_report, write_allocation, write_instance
from instances.results import missing_packages
from optimiser.allocation.allocate import allocate


def _with_gap(folder: Path, row: int, minutes: int) -> None:
    lines = (folder / "visits.csv").read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("min_gap_before_min")
    cells = lines[row - 1].split(",")
    cells[column] = str(minutes)
    lines[row - 1] = ",".join(cells)
    (folder / "visits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_gap_that_leaves_no_time_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "market"
    write_instance(essex(district="Maldon", packages=12, seed=7), folder)
    lines = (folder / "visits.csv").read_text(encoding="utf-8").splitlines()
    row = next(n for n, line in enumerate(lines, 1) if line.split(",")[1] == "2")
    _with_gap(folder, row, 1200)
    found, report = read_with_report(folder)
    assert found is not None
    assert [(each.code, each.row, each.column) for each in report.warnings] == [("E275", row, "latest")]


def test_a_truncated_allocation_is_told(tmp_path: Path) -> None:
    market = essex(district="Maldon", packages=12, seed=7)
    path = write_allocation(tmp_path, allocate(market, policy="cascade").solution, market)
    assert len(read_allocation(path, market).placements) > 0
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:5]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        missing_packages(read_allocation(path, market), market).raise_if_any()
    assert [each.code for each in caught.value.findings] == ["E265"]
    assert "8 of 12 packages" in str(caught.value)
