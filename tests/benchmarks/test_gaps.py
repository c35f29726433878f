"""The table says what the runs say."""

from __future__ import annotations

import pytest

from benchmarks.gaps import rows, table
from benchmarks.runs import Run


def a_run(instance: str, seed: int, gap: float | None, *, patients: int = 50, of: str = "kummer") -> Run:
    return Run(
        set=of,
        instance=instance,
        patients=patients,
        carers=5,
        seed=seed,
        best_known=100.0,
        objective=None if gap is None else 100 * (1 + gap),
        gap=gap,
        core=0.5 if seed == 1 else 1.0,
        fault="nobody was there" if gap is None else "",
    )


RUNS = (
    a_run("large", 1, 0.02, patients=300),
    a_run("a", 1, -0.01),
    a_run("a", 2, 0.05),
    a_run("a", 3, 0.02),
    a_run("b", 1, 0.01),
    a_run("b", 2, None),
    a_run("day", 1, 0.0, of="uhhc-bazirha"),
)


def test_a_row_holds_mean_worst_median_and_best() -> None:
    found = {row["family"]: row for row in rows(RUNS)}
    assert list(found) == ["kummer 50", "kummer 300", "kummer, all", "kummer, 200 and more", "uhhc-bazirha"]
    row = found["kummer 50"]
    assert (row["files"], row["runs"], row["without_answer"]) == (2, 5, 1)
    assert row["mean_gap"] == pytest.approx((0.02 + 0.01) / 2)  # a mean of files, whatever their runs
    assert (row["worst_median"], row["worst_file"], row["best_gap"]) == (0.02, "a", -0.01)
    assert found["kummer, all"]["mean_gap"] == pytest.approx((0.02 + 0.01 + 0.02) / 3)


def test_the_table_names_what_it_was_measured_on_and_every_run_without_answer() -> None:
    heading = {
        "limits": {"seconds": 10.0, "iterations": None, "processor": False},
        "processes": 2,
        "machine": {"processor": "p", "cores": 4, "system": "s"},
        "versions": {"python": "3.11"},
    }
    text = table(RUNS, heading=heading, start={"cold": 12.0, "warm": 0.5})
    assert "| uhhc-bazirha | 1 | 1 | 0 | 100.00 | 100.00 | +0.00 % | +0.00 % | day | +0.00 % |" in text
    assert "10 s a run, seeds 1, 2, 3; 2 at a time on a core each, a run having 50 to 100 % of it" in text
    assert "12.0 s cold, 0.5 s warm" in text
    assert "b, seed 2: nobody was there" in text
    assert rows([a_run("c", 1, None)])[0]["mean_gap"] is None
