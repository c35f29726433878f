"""``carerounds compete`` as a category manager meets it."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compete")
    assert run(["compete", "--example", str(folder / "bids")]) == Exit.DONE
    asked = [
        "compete",
        str(folder / "bids"),
        "--out",
        str(folder / "awards"),
        "--audit",
        str(folder / "p.zip"),
    ]
    assert run(asked) == Exit.DONE
    return folder


def test_it_leaves_tables_letters_a_page_and_a_record(decided: Path) -> None:
    awards = list(csv.DictReader((decided / "awards" / "awards.csv").read_text().splitlines()))
    assert [row["outcome"] for row in awards].count("held") == 3
    assert len(awards) == 12
    assert len(list((decided / "awards" / "letters").iterdir())) == 8
    page = (decided / "awards" / "page.html").read_text()
    assert "decided by draw, seed 20270115" in page
    assert page.count("<path") >= 12
    assert "http" not in page.replace("http-equiv", "")
    assert json.loads((decided / "awards" / "record.json").read_text())["status"] == "optimal"


def test_its_tables_say_what_a_panel_asks(decided: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((decided / "awards" / f"{name}.csv").read_text().splitlines()))

    assert {row["ground"] for row in rows("left_out")} == {
        "ceiling",
        "abnormally low price",
        "one bidder only",
    }
    assert [row["bid_id"] for row in rows("bundles") if row["beyond_travel"] == "yes"] == ["A03"]
    assert len({(row["figure"], row["of"], row["moved_by"]) for row in rows("sensitivity")}) == 86
    assert rows("runners_up")
    assert rows("losing_bids")
    assert {row["provider_id"] for row in rows("walking_away")} < {
        row["provider_id"] for row in rows("scores")
    }


def test_the_pack_holds_and_a_changed_one_does_not(decided: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compete", "--verify", str(decided / "p.zip")]) == Exit.DONE
    assert "nothing differs" in capsys.readouterr().out
    broken = decided / "broken"
    with zipfile.ZipFile(decided / "p.zip") as pack:
        pack.extractall(broken)
    bids = broken / "bids.csv"
    bids.write_text(bids.read_text().replace("24.10", "24.20"))
    assert run(["compete", "--verify", str(broken)]) == Exit.INPUT
    assert "E302" in capsys.readouterr().err


def test_broken_bids_are_never_evaluated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compete", "--example", str(tmp_path / "bids")]) == Exit.DONE
    bids = tmp_path / "bids" / "bids.csv"
    bids.write_text(bids.read_text().replace("A01,ASHFIELD,MELTON-1,24.10", "A01,ASHFIELD,MELTON-1,2410"))
    assert run(["compete", str(tmp_path / "bids"), "--out", str(tmp_path / "awards")]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E313" in said
    assert "bids.csv:2" in said
    assert not (tmp_path / "awards").exists()


def test_wrong_usage_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compete"]) == Exit.USAGE
    assert run(["compete", str(tmp_path)]) == Exit.USAGE
    assert run(["compete", str(tmp_path / "nowhere"), "--out", str(tmp_path / "o")]) == Exit.INPUT
    assert run(["compete", "--verify", str(tmp_path / "nowhere")]) == Exit.INPUT
    capsys.readouterr()
