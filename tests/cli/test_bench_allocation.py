"""``carerounds bench allocation``: a published file solved, and its result looked at again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run

SMALL = "2 3\n 4 5 6\n 7 8 9\n 1 2 3\n 3 2 1\n 4 4\n"


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    (tmp_path / "small").write_text(SMALL)
    return ["bench", "allocation", "--case", str(tmp_path / "small"), "--format", "gap"]


def test_a_file_is_solved_written_and_checked(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result.json"
    assert run([*given, "--seconds", "5", "--seed", "3", "--out", str(out)]) == Exit.DONE
    said = json.loads(out.read_text())
    assert (said["objective"], said["bound"], len(said["agents"])) == (18, 18.0, 3)
    assert said["seconds"] >= 0
    assert said["provenance"]["seed"] == 3
    assert run([*given, "--check", str(out)]) == Exit.DONE
    assert "as claimed" in capsys.readouterr().out
    assert run([*given, "--iterations", "1", "--out", str(out)]) == Exit.USAGE  # it is there already


def test_a_file_that_cannot_be_solved_has_no_result(given: list[str], tmp_path: Path) -> None:
    Path(given[3]).write_text(SMALL.replace("4 4", "0 0"))
    assert run([*given, "--seconds", "5", "--out", str(tmp_path / "result.json")]) == Exit.NO_SOLUTION
    assert not (tmp_path / "result.json").exists()


@pytest.mark.parametrize(
    "more", [[], ["--out", "a", "--check", "b"], ["--seconds", "1", "--iterations", "1", "--out", "a"]]
)
def test_options_that_do_not_go_together_are_refused(given: list[str], more: list[str]) -> None:
    assert run([*given, *more]) == Exit.USAGE
