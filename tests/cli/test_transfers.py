"""``carerounds transfers`` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run

QUICK = ["--runs", "1", "--steps", "20"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live") / "book"
    made = ["init", "essex", str(folder), "--district", "Maldon", "--packages", "60", "--live"]
    assert run(made) == Exit.DONE
    return folder


def test_who_may_not_be_moved_is_counted_and_the_list_is_written(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(["transfers", str(book), "--out", str(out), *QUICK]) == Exit.DONE
    said = capsys.readouterr().out
    assert "live packages" in said
    assert "not asked for consent" in said
    assert "nobody is proposed" in said or "exchanges," in said
    assert (out / "transfers.csv").read_text().startswith("exchange")


def test_a_market_that_is_not_there_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "nothing")
    assert run(["transfers", missing, "--out", str(tmp_path / "out"), *QUICK]) == Exit.INPUT
    assert "E2" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
