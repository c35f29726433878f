"""``carerounds publish`` as a broker types it: look, release, and be refused."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.report import InputError
from instances.read import read_instance
from optimiser.cli import publishing
from optimiser.cli.main import Exit, run
from optimiser.cli.publishing import cards_again, make_cards, open_of
from optimiser.publishing.history import Kept
from optimiser.publishing.live_demand import NotSafeError
from optimiser.publishing.log import add_to_log, private_of, read_kept

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


def test_a_preview_with_the_log_says_that_a_release_would_be_refused(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--level", "B", "--preview", "--log", str(released / "log.jsonl")]
    assert run(["publish", str(released / "county"), *asked]) == Exit.DONE
    said = capsys.readouterr()
    assert "could not be released yet" in said.err
    assert "E471" in said.err
    assert "nothing was written" in said.out


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


def test_what_cannot_be_made_safe_is_refused_and_nothing_is_written(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsafe(*asked: object, **others: object) -> None:
        raise NotSafeError(())

    monkeypatch.setattr(publishing, "live_demand", unsafe)
    asked = ["--out", str(tmp_path / "A"), "--log", str(tmp_path / "log.jsonl"), "--by", "A. Broker"]
    assert run(["publish", str(released / "county"), "--level", "A", *asked]) == Exit.INPUT
    assert "E476" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_allocation_that_leaves_nobody_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, placed = str(tmp_path / "county"), str(tmp_path / "placed")
    assert run(["init", "leicester", county, "--packages", "12", "--capacity", "400"]) == Exit.DONE
    assert run(["allocate", county, "--out", placed]) == Exit.DONE
    capsys.readouterr()
    assert run(["publish", county, "--allocation", placed, "--level", "B", "--preview"]) == Exit.DONE
    assert "places every package" in capsys.readouterr().out


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county short of carers: its market, what is placed of it, a day's rounds, and the cards."""
    folder = tmp_path_factory.mktemp("short")
    county, placed = str(folder / "county"), str(folder / "placed")
    with_placed = ["--allocation", placed]
    assert run(["init", "leicester", county, "--packages", "120", "--capacity", "40"]) == Exit.DONE
    assert run(["allocate", county, "--out", placed, "--gap", "0.5"]) == Exit.DONE
    assert run(["rounds", county, *with_placed, "--out", str(folder / "day"), "--steps", "0"]) == Exit.DONE
    asked = ["--out", str(folder / "cards"), "--log", str(folder / "log.jsonl"), "--by", "A. Broker"]
    assert run(["publish", county, *with_placed, "--level", "B", *asked]) == Exit.DONE
    return folder


def for_provider(short: Path, provider: str, out: Path) -> list[str]:
    return [
        "publish", str(short / "county"), "--allocation", str(short / "placed"), "--level", "B",
        "--provider", provider, "--rounds", str(short / "day"), "--out", str(out),
        "--log", str(short / "log.jsonl"), "--by", "A. Broker",
    ]  # fmt: skip


def cards_in(folder: Path) -> list[dict[str, str]]:
    with (folder / "cards.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_next_best_packages_are_the_same_cards_with_a_fit(short: Path) -> None:
    out = short / "next"
    assert run(for_provider(short, "PR001", out)) == Exit.DONE
    cards, theirs = cards_in(short / "cards"), cards_in(out)
    fits = [card.pop("round_fit") for card in theirs]
    assert theirs == cards, "nothing more is told of a package than all providers see"
    assert set(fits) <= {"good", "fair", "poor", "not said"}
    assert set(fits) - {"not said"}
    page = (out / "cards.html").read_text(encoding="utf-8")
    assert "Next best packages" in page
    assert "straight-line estimate" in page
    market = read_instance(short / "county")
    assert not any(each.id in page or each.postcode in page for each in market.packages)


def test_a_provider_without_rounds_that_day_has_no_fit(
    short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (short / "day" / "rounds.csv").open(encoding="utf-8", newline="") as file:
        busy = {row["provider_id"] for row in csv.DictReader(file)}
    idle = min(each.id for each in read_instance(short / "county").providers if each.id not in busy)
    assert run(for_provider(short, idle, tmp_path / "next")) == Exit.USAGE
    assert "no rounds on tuesday" in capsys.readouterr().err
    assert not (tmp_path / "next").exists()


def copied(released: Path, folder: Path) -> Path:
    """The log and what is kept beside it, elsewhere."""
    log = folder / "log.jsonl"
    for path in (log, private_of(log)):
        shutil.copy(released / path.name, path)
    return log


@pytest.mark.parametrize("spoil", ["gone", "empty", "cut"])
def test_a_log_taken_away_or_cut_short_is_no_new_beginning(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: str
) -> None:
    log = copied(released, tmp_path)
    text = log.read_text(encoding="utf-8")
    if spoil == "gone":
        log.unlink()
    else:
        log.write_text("" if spoil == "empty" else text.splitlines(keepends=True)[0], encoding="utf-8")
    asked = ["--out", str(tmp_path / "out"), "--log", str(log), "--by", "A. Broker"]
    assert run(["publish", str(released / "county"), "--level", "B", *asked]) == Exit.INPUT
    assert ("E474" if spoil == "cut" else "E470") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_of_two_publications_at_once_one_is_released(released: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    kept = read_kept(log, "Leicester")  # what both have read
    add_to_log(log, {"by": "first"}, kept)
    with pytest.raises(InputError, match="E477"):
        add_to_log(log, {"by": "second"}, kept)
    read_kept(log, "Leicester")
    lock = tmp_path / ".log.jsonl.lock"
    lock.touch()
    with pytest.raises(InputError, match=r"delete \.log\.jsonl\.lock"):
        add_to_log(log, {"by": "third"}, read_kept(log, "Leicester"))
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


def test_what_cannot_be_written_is_not_logged(released: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "log.jsonl", tmp_path / "out"
    (out / "cards.csv").mkdir(parents=True)
    asked = ["--level", "B", "--out", str(out), "--log", str(log), "--overwrite", "--by"]
    assert run(["publish", str(released / "county"), *asked, "A. Broker"]) == Exit.USAGE
    assert run(["publish", str(released / "county"), *asked, "a\udcff"]) == Exit.USAGE
    assert {each.name for each in tmp_path.rglob("*")} == {"out", "cards.csv"}


def test_cards_shown_again_are_those_released_or_none(released: Path) -> None:
    market = read_instance(released / "county")
    packages = open_of(market, None)
    made = make_cards(market, packages, Kept(county=market.county), alike=5)
    again = cards_again(market, packages, made.kept)
    assert again is not None
    assert again.cards == made.cards
    assert made.cards is not None
    name = next(name for name, step in made.cards.shown.items() if step == 0)
    moved = tuple(replace(each, sector="LE1 9") if each.id == name else each for each in packages)
    assert cards_again(market, moved, made.kept) is None
