"""A placement explained on the command line, and what would have been."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    market = str(folder / "maldon")
    assert run(["init", "essex", market, "--district", "Maldon", "--packages", "60"]) == Exit.DONE
    out = str(folder / "placed")
    assert run(["allocate", market, "--policy", "ranked", "--out", out]) == Exit.DONE
    return folder


def a_package(placed: Path) -> dict[str, str]:
    """One that has a next best."""
    with (placed / "placed" / "decisions.csv").open(encoding="utf-8") as lines:
        return next(row for row in csv.DictReader(lines) if row["provider_id"] and row["runner_up"])


def asked(placed: Path, *more: str) -> list[str]:
    return ["why", str(placed / "maldon"), "--allocation", str(placed / "placed"), *more]


def test_a_package_is_explained_and_its_next_best_is_solved(
    placed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = a_package(placed)
    assert run(asked(placed, "--package", row["package_id"])) == Exit.DONE
    said = capsys.readouterr().out
    assert f"{row['provider_id']} has it at £" in said
    assert "asked in this order" in said
    assert "room now: the next best" in said
    assert "kept out by a rule" in said
    assert f"what if: {row['package_id']} with {row['runner_up']}" in said
    assert f"{row['package_id']}: {row['provider_id']} → {row['runner_up']}" in said


def test_what_it_would_add_to_rounds_stands_beside_the_order(
    placed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = str(placed / "tuesday")
    built = ["rounds", str(placed / "maldon"), "--allocation", str(placed / "placed"), "--steps", "20"]
    assert run([*built, "--out", rounds]) == Exit.DONE
    row = a_package(placed)
    capsys.readouterr()
    assert run(asked(placed, "--package", row["package_id"], "--rounds", rounds)) == Exit.DONE
    said = capsys.readouterr().out
    order, fits = said.split("what it would add to their rounds on Tuesday")
    assert "asked in this order" in order
    assert row["provider_id"] in fits
    assert row["runner_up"] in fits
    assert "travel is a straight-line estimate" in fits


def test_rounds_without_a_package_are_a_question_without_a_subject(
    placed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who = a_package(placed)["provider_id"]
    assert run(asked(placed, "--without", who, "--rounds", str(placed))) == Exit.USAGE
    assert "--rounds says how --package fits" in capsys.readouterr().err


def test_a_provider_less_and_hours_more_are_solved(placed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    who = a_package(placed)["provider_id"]
    assert run(asked(placed, "--without", who, "--more", f"{who}:morning:weekday:5")) == Exit.DONE
    said = capsys.readouterr().out
    assert f"what if: without {who}" in said
    assert "would stand elsewhere" in said
    assert f"what if: 5 h more at breakfast on weekdays at {who}" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([], "ask with"),
        (["--provider", "PR001"], "name that too"),
        (["--package", "nobody"], "not known"),
        (["--without", "nobody"], "not known"),
        (["--more", "nobody:3"], "not known"),
        (["--more", "{who}:noon:weekday:3"], "PROVIDER:HOURS"),
        (["--more", "{who}:many"], "PROVIDER:HOURS"),
        (["--more", "{who}:inf"], "PROVIDER:HOURS"),
    ],
)
def test_mistakes_are_told(
    placed: Path, more: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    who = a_package(placed)["provider_id"]
    assert run(asked(placed, *(each.format(who=who) for each in more))) == Exit.USAGE
    assert words in capsys.readouterr().err
