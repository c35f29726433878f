"""``carerounds publish`` as a broker types it: look, release, and be refused."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from instances.read import read_instance
from optimiser.cli.main import Exit, run
from optimiser.publishing.log import private_of

POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publish")
    county = str(folder / "county")
    assert run(["init", "leicester", county, "--packages", "260"]) == Exit.DONE
    for level in "AB":
        asked = ["--out", str(folder / level), "--log", str(folder / "log.jsonl"), "--by", "A. Broker"]
        assert run(["publish", county, "--level", level, *asked]) == Exit.DONE
    return folder


def test_what_leaves_names_nobody_and_no_home(released: Path) -> None:
    market = read_instance(released / "county")
    files = [each for level in "AB" for each in (released / level).iterdir()]
    assert {each.name for each in files} == {
        "demand.csv", "demand.geojson", "demand.html", "cards.csv", "cards.geojson", "cards.html",
    }  # fmt: skip
    for path in files:
        text = path.read_text(encoding="utf-8")
        body = re.sub(r"<style>.*?</style>|<path.*?>|var\(--\w+\)", "", text, flags=re.DOTALL)
        assert not CLOCK.search(body), path
        assert "http://" not in body.replace("http://www.w3.org", "")
        for package in market.packages:
            assert package.id not in body
            assert package.client not in body
            assert package.postcode not in body
    for name in ("B/cards.csv", "A/demand.csv"):
        assert not POSTCODE.search((released / name).read_text(encoding="utf-8"))


def test_no_small_figure_stands_in_the_public_table(released: Path) -> None:
    with (released / "A" / "demand.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["packages"] == "*" or int(row["packages"]) >= 10 for row in rows)
    assert all(row["hours_a_week"] == "*" for row in rows if row["packages"] == "*")
    assert any(row["packages"] != "*" for row in rows)


def test_the_log_holds_no_package_and_its_lines_hang_together(released: Path) -> None:
    log = released / "log.jsonl"
    text = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [each["level"] for each in lines] == ["A", "B"]
    assert all(each["by"] == "A. Broker" and each["files"] for each in lines)
    assert lines[0]["previous"] == ""
    assert lines[1]["previous"]
    assert not any(each.id in text for each in read_instance(released / "county").packages)
    assert private_of(log).exists()


def test_a_second_one_of_the_same_day_is_refused(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--log", str(released / "log.jsonl"), "--by", "A. Broker", "--out", str(released / "again")]
    assert run(["publish", str(released / "county"), "--level", "B", *asked]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E471" in said
    assert "E472" in said
    assert not (released / "again").exists()


def test_a_preview_says_what_is_withheld_and_writes_nothing(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(released.rglob("*"))
    assert run(["publish", str(released / "county"), "--level", "B", "--preview"]) == Exit.DONE
    said = capsys.readouterr().out
    assert "withheld" in said
    assert "nothing was written" in said
    assert sorted(released.rglob("*")) == before


@pytest.mark.parametrize("spoil", ["line", "private", "county", "first"])
def test_a_log_that_is_not_as_it_was_written_is_refused(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: str
) -> None:
    log = tmp_path / "log.jsonl"
    shutil.copy(released / "log.jsonl", log)
    shutil.copy(private_of(released / "log.jsonl"), private_of(log))
    text = log.read_text(encoding="utf-8")
    private = private_of(log).read_text(encoding="utf-8")
    if spoil == "line":
        log.write_text(text.replace("A. Broker", "B. Broker", 1), encoding="utf-8")
    elif spoil == "first":
        log.write_text("not JSON\n" + text, encoding="utf-8")
    elif spoil == "private":
        private_of(log).write_text(private[:200], encoding="utf-8")
    else:
        private_of(log).write_text(private.replace("Leicester", "Rutland", 1), encoding="utf-8")
    asked = ["publish", str(released / "county"), "--level", "A", "--preview", "--log", str(log)]
    assert run(asked) == Exit.INPUT
    code = {"line": "E470", "first": "E470", "private": "E474", "county": "E475"}[spoil]
    assert code in capsys.readouterr().err


def test_options_that_do_not_go_together_are_refused(released: Path, tmp_path: Path) -> None:
    county, out = str(released / "county"), str(tmp_path / "out")
    for asked in (
        ["--level", "A"],
        ["--level", "A", "--preview", "--out", out],
        ["--level", "A", "--preview", "--hide-up-to", "6"],
        ["--level", "B", "--preview", "--alike", "4"],
        ["--level", "B", "--preview", "--provider", "PR001"],
        ["--level", "A", "--preview", "--areas", "street"],
        ["--level", "A", "--out", out, "--by", "A", "--log", f"{out}/log.jsonl"],
    ):
        assert run(["publish", county, *asked]) == Exit.USAGE, asked
    assert not Path(out).exists()
