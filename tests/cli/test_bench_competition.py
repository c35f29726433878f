"""``carerounds bench competition``: published auctions read, solved, and their results looked at again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geodata.report import InputError
from instances.auctions import read_auction
from optimiser.cli.main import Exit, run

CATS = """%% a comment
% another
goods 3
bids 4
dummy 1

0\t10.5\t0\t1\t#
1\t6\t0\t3\t#
2\t5.25\t1\t3\t#
7\t2\t2\t#
"""
LAU_GOH = "3 3\n5.5 1 2\n4 1\n3.25 2 3\n"


@pytest.fixture
def cats(tmp_path: Path) -> list[str]:
    (tmp_path / "cats.txt").write_text(CATS)
    return ["bench", "competition", "--case", str(tmp_path / "cats.txt"), "--format", "cats"]


def test_a_file_is_solved_written_and_checked(
    cats: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result.json"
    assert run([*cats, "--seconds", "5", "--seed", "3", "--out", str(out)]) == Exit.DONE
    said = json.loads(out.read_text())
    assert (said["objective"], said["bound"], said["winners"]) == (12.5, 12.5, [0, 7])
    assert said["seconds"] >= 0
    assert said["provenance"]["seed"] == 3
    assert run([*cats, "--check", str(out)]) == Exit.DONE
    assert "as claimed" in capsys.readouterr().out
    assert run([*cats, "--iterations", "1", "--out", str(out)]) == Exit.USAGE  # it is there already


def test_bids_of_lau_and_goh_are_numbered_by_their_lines(tmp_path: Path) -> None:
    (tmp_path / "in1").write_text(LAU_GOH)
    case = ["bench", "competition", "--case", str(tmp_path / "in1"), "--format", "lau-goh"]
    assert run([*case, "--iterations", "5", "--out", str(tmp_path / "r.json")]) == Exit.DONE
    said = json.loads((tmp_path / "r.json").read_text())
    assert (said["objective"], said["winners"]) == (7.25, [2, 3])


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"winners": [0, 1]}, {"E297"}),
        ({"winners": [0, 0]}, {"E297"}),
        ({"winners": [5]}, {"E297"}),
        ({"objective": 13}, {"E298"}),
        ({"bound": 12}, {"E298"}),
        ({"winners": ["x"]}, {"E285"}),
        ({"objective": "much"}, {"E285"}),
    ],
)
def test_a_result_that_does_not_hold_is_refused(
    cats: list[str],
    tmp_path: Path,
    change: dict[str, object],
    codes: set[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = {"objective": 12.5, "bound": 12.5, "winners": [0, 7]} | change
    (tmp_path / "forged.json").write_text(json.dumps(said))
    assert run([*cats, "--check", str(tmp_path / "forged.json")]) == Exit.INPUT
    told = capsys.readouterr().err
    assert all(code in told for code in codes)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("8\tcheap\t2\t#", "E285"),
        ("8\t-3\t2\t#", "E285"),
        ("8\t3\ttwo\t#", "E285"),
        ("8\tnan\t2\t#", "E285"),
        ("8\t3\t2\t2\t#", "E286"),
        ("7\t3\t2\t#", "E286"),
        ("8\t3\t#", "E284"),
        ("8\t99999999999.5\t2\t#", "E285"),
    ],
)
def test_a_bad_line_is_told_with_its_row(tmp_path: Path, line: str, code: str) -> None:
    (tmp_path / "bad").write_text(CATS + line + "\n")
    with pytest.raises(InputError) as raised:
        read_auction(tmp_path / "bad", "cats")
    (finding,) = raised.value.findings
    assert finding.code == code
    assert finding.row == 11


def test_what_is_no_auction_is_refused(tmp_path: Path) -> None:
    for text, format_, code in (
        ("", "cats", "E282"),
        ("goods 2\n", "cats", "E282"),
        ("5", "lau-goh", "E282"),
    ):
        (tmp_path / "empty").write_text(text)
        with pytest.raises(InputError) as raised:
            read_auction(tmp_path / "empty", format_)
        assert {each.code for each in raised.value.findings} == {code}
    with pytest.raises(ValueError, match="no format"):
        read_auction(tmp_path / "empty", "xml")


def test_options_that_do_not_go_together_are_refused(cats: list[str]) -> None:
    for more in ([], ["--out", "a", "--check", "b"], ["--seconds", "1", "--iterations", "1", "--out", "a"]):
        assert run([*cats, *more]) == Exit.USAGE
