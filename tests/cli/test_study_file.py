"""``carerounds study study.toml``: scenarios from a file, and everything that can be wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run

STUDY = """\
[study]
name = "Maldon otherwise"
question = "What if a provider left?"
market = "maldon"
runs = 2
seed = 1
steps = 20

[[scenario]]
name = "Split"
kind = "split"
lot = "MALDON"
localities = ["MALDON-2"]
code = "MALDON-B"

[[scenario]]
name = "One carer"
kind = "single_handed"
share = 50
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    made = ["init", "essex", str(folder / "maldon"), "--district", "Maldon", "--packages", "30"]
    assert run(made) == Exit.DONE
    return folder


def test_a_study_leaves_a_page_with_assumptions_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    assert run(["study", str(folder / "study.toml"), "--out", str(folder / "out")]) == Exit.DONE
    said = capsys.readouterr().out
    assert said.index("assumed:") < said.index("Split:\n")
    page = (folder / "out" / "study.html").read_text(encoding="utf-8")
    assert page.index("What was assumed") < page.index("Who pays")
    summary = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
    split = summary["scenarios"][0]["measures"]["travel_minutes_per_contact_hour"]
    assert (split["difference"], split["low"], split["high"]) == (0, 0, 0)
    assert len((folder / "out" / "runs.jsonl").read_text().splitlines()) == 6
    assert not (folder / "out.runs.jsonl").exists()


def test_everything_wrong_with_a_file_is_told_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = STUDY + (
        '\n[[scenario]]\nname = "Split"\nkind = "exit"\n'
        '\n[[scenario]]\nname = "Peak"\nkind = "peak"\nband = "breakfast"\nshare = 3\n'
        '\n[[scenario]]\nname = "What"\nkind = "weather"\n'
    )
    (folder / "wrong.toml").write_text(wrong.replace("runs = 2", "runs = 0"), encoding="utf-8")
    assert run(["study", str(folder / "wrong.toml"), "--out", str(folder / "no")]) == Exit.INPUT
    said = capsys.readouterr().err
    for code in ("E215", "E216", "E523", "E524", "E525"):
        assert code in said, code
    assert not (folder / "no").exists()


def test_what_the_file_says_is_not_said_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    again = ["study", str(folder / "study.toml"), "--runs", "9", "--out", str(folder / "no")]
    assert run(again) == Exit.USAGE
    assert "drop --runs" in capsys.readouterr().err


def test_scenarios_that_do_not_fit_the_market_are_told_with_the_nearest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = STUDY.replace('lot = "MALDON"', 'lot = "MALDEN"') + (
        '\n[[scenario]]\nname = "Bridge"\nkind = "closures"\nclosures = "bridge.geojson"\n'
        '\n[[scenario]]\nname = "Policy"\nkind = "policy"\npolicy = "cheapest"\n'
    )
    (folder / "unfit.toml").write_text(wrong, encoding="utf-8")
    assert run(["study", str(folder / "unfit.toml"), "--out", str(folder / "no")]) == Exit.INPUT
    said = capsys.readouterr().err
    assert said.count("E526") == 3
    assert "did you mean 'MALDON'?" in said
    assert "--roads" in said
    assert not (folder / "no").exists()
