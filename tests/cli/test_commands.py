"""The commands, as a broker types them: what they print, write and answer to the shell."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run


@pytest.fixture(scope="module")
def maldon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market") / "maldon"
    assert run(["init", "essex", str(folder), "--district", "Maldon", "--packages", "60"]) == Exit.DONE
    return folder


def test_help_teaches_and_loads_no_engine() -> None:
    code = (
        "import sys; from optimiser.cli.main import run; run(['--help']); "
        "heavy = {'numpy', 'pandas', 'pulp', 'numba', 'ortools', 'geopandas'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in (
        "demo",
        "init",
        "check",
        "allocate",
        "batch",
        "rounds",
        "explain",
        "study",
        "warm-up",
        "bench",
    ):
        assert command in done.stdout
    assert "Exit codes" in done.stdout


def test_check_says_what_is_there(maldon: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(maldon)]) == Exit.DONE
    out = capsys.readouterr().out
    assert "is sound" in out
    assert "60 packages" in out


def test_a_county_is_drawn_as_tight_as_asked(tmp_path: Path) -> None:
    spare = []
    for per_cent in ("80", "160"):
        folder = tmp_path / per_cent
        drawn = ["init", "essex", str(folder), "--district", "Maldon", "--packages", "60"]
        assert run([*drawn, "--capacity", per_cent]) == Exit.DONE
        rows = csv.DictReader((folder / "capacity.csv").read_text(encoding="utf-8").splitlines())
        spare.append(sum(int(row["spare_minutes"]) for row in rows))
    assert 1.8 < spare[1] / spare[0] < 2.2


def test_a_broken_folder_is_input_to_mend(
    maldon: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in maldon.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    lines = (broken / "visits.csv").read_text().splitlines()
    (broken / "visits.csv").write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    for command in (["check", str(broken)], ["allocate", str(broken), "--out", str(tmp_path / "out")]):
        assert run(command) == Exit.INPUT
        said = capsys.readouterr().err
        assert "packages.csv" in said
        assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_allocate_under_another_contract(
    maldon: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        'preset = "essex-2025"\nnew_starts_a_week = 1\n\n'
        '[[policies]]\npolicy = "few"\nobjective = "unplaced"\n'
        '[[policies]]\npolicy = "few"\nobjective = "ordered cost"\n'
    )
    for n, given in enumerate((["essex-2025"], [str(rules), "--own-policy", "few"])):
        out = tmp_path / f"out{n}"
        command = ["allocate", str(maldon), "--out", str(out), "--policy", "cascade", "--rules", *given]
        assert run(command) == Exit.DONE
    told = capsys.readouterr().out
    assert "B9 cap of one provider" in told
    summary = [json.loads((tmp_path / f"out{n}/summary.json").read_text()) for n in (0, 1)]
    hashes = [each["provenance"]["allocation"]["rules_hash"] for each in summary]
    assert hashes[0] != hashes[1]
    assert summary[1]["placed"] < summary[0]["placed"]
    assert {each["rule"] for each in summary[0]["notes"]} >= {"B9 cap of one provider"}
    assert run(["allocate", str(maldon), "--out", str(tmp_path / "no"), "--rules", "leicester"]) == Exit.INPUT
    assert "E233" in capsys.readouterr().err
    wrong = ["allocate", str(maldon), "--out", str(tmp_path / "no"), "--own-policy", "few"]
    assert run(wrong) == Exit.USAGE


def test_allocate_then_rounds(maldon: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    placed, tuesday = tmp_path / "placed", tmp_path / "tuesday"
    assert run(["allocate", str(maldon), "--out", str(placed)]) == Exit.DONE
    assert run(
        ["rounds", str(maldon), "--allocation", str(placed), "--out", str(tuesday), "--steps", "200"]
    ) == (Exit.DONE)
    assert {path.name for path in placed.iterdir()} == {
        "allocation.csv", "decisions.csv", "exclusions.csv", "fairness.csv", "provider_sizes.csv",
        "shadow_prices.csv", "shortages.csv", "summary.json",
    }  # fmt: skip
    assert {path.name for path in tuesday.iterdir()} == {"rounds.csv", "summary.json"}
    figures = json.loads((placed / "summary.json").read_text())
    assert figures["placed"] + figures["last_resort"] == figures["packages"] == 60
    assert figures["allocation"]["gap"] <= 0.0001
    assert figures["checks"]["allocation"] == "passed"
    day = json.loads((tuesday / "summary.json").read_text())
    assert day["rounds"]["unserved"] == 0
    assert day["checks"]["rounds"] == "passed"
    assert "straight-line estimate" in capsys.readouterr().out


def test_a_week_then_repair_and_insert(
    maldon: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed, week, mended = tmp_path / "placed", tmp_path / "week", tmp_path / "mended"
    assert run(["allocate", str(maldon), "--out", str(placed)]) == Exit.DONE
    built = ["rounds", str(maldon), "--allocation", str(placed), "--week", "--steps", "50"]
    assert run([*built, "--day", "monday", "--out", str(week)]) == Exit.USAGE
    assert run([*built, "--out", str(week)]) == Exit.DONE
    figures = json.loads((week / "summary.json").read_text())["week"]
    assert len(figures["days"]) == 7
    assert 0 < figures["usual_carer_share"] <= 1
    assert "usual carer" in capsys.readouterr().out

    lines = (week / "rounds.csv").read_text().splitlines()
    heading = lines[0].split(",")
    rows = [dict(zip(heading, line.split(","), strict=False)) for line in lines[1:]]
    tuesday = [row for row in rows if row["day"] == "tuesday"]
    away = next(row["carer"] for row in tuesday if row["line"] == "shift")
    given = [str(maldon), "--allocation", str(placed), "--rounds", str(week)]
    repaired = ["repair", *given, "--absent", away, "--steps", "50", "--out", str(mended)]
    assert run(repaired) == Exit.DONE
    day = json.loads((mended / "summary.json").read_text())
    assert day["absent"] == [away]
    assert day["changes"]
    assert away not in (mended / "rounds.csv").read_text()
    assert "keep their carer" in capsys.readouterr().out

    assert run(["repair", *given, "--absent", f"{away}x", "--out", str(tmp_path / "no")]) == Exit.USAGE
    assert f"did you mean '{away}'" in capsys.readouterr().err
    visit = next(row["package_id"] for row in tuesday if row["line"] == "visit")
    assert run(["insert", *given, "--package", visit]) == Exit.USAGE
    assert "already" in capsys.readouterr().err
    ended = tmp_path / "ended"
    assert run(["repair", *given, "--ended", visit, "--steps", "50", "--out", str(ended)]) == Exit.DONE
    capsys.readouterr()
    assert run(["insert", *given[:-1], str(ended), "--package", visit]) == Exit.DONE
    said = capsys.readouterr().out
    assert visit in said
    assert "minutes of travel" in said
    assert run(["insert", *given[:-1], str(ended), "--package", visit, "--day", "monday"]) == Exit.USAGE


def test_explain_says_what_a_broker_asks(
    maldon: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed, tuesday, why = tmp_path / "placed", tmp_path / "tuesday", tmp_path / "why"
    assert run(["allocate", str(maldon), "--out", str(placed)]) == Exit.DONE
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50"]
    assert run([*built, "--out", str(tuesday)]) == Exit.DONE
    whole = (tuesday / "rounds.csv").read_text()
    given = ["explain", str(maldon), "--allocation", str(placed), "--rounds", str(tuesday)]
    capsys.readouterr()
    assert run([*given, "--steps", "0"]) == Exit.DONE
    said = capsys.readouterr().out
    assert "0 visits unserved" in said
    assert "busy at once" in said
    assert "wish" not in said

    lines = whole.splitlines()
    rows = [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
    gone = _of_a_round_on_its_own(rows)
    kept = []
    for row in rows:
        if (row["provider_id"], row["round_no"]) != (gone["provider_id"], gone["round_no"]):
            kept.append(row)
        elif row["line"] == "visit":
            told = {name: row[name] for name in ("day", "provider_id", "visit_id", "package_id")}
            kept.append({**dict.fromkeys(row, ""), **told, "line": "unserved"})
    texts = [lines[0], *(",".join(row.values()) for row in kept)]
    (tuesday / "rounds.csv").write_text("\n".join(texts) + "\n")
    asked = [*given, "--provider", gone["provider_id"], "--steps", "20", "--out", str(why)]
    assert run(asked) == Exit.DONE
    assert f"{gone['visit_id']}: " in capsys.readouterr().out
    assert {path.name for path in why.iterdir()} == {"busiest.csv", "unserved.csv", "wishes.csv"}
    assert gone["visit_id"] in (why / "unserved.csv").read_text()
    assert run([*given, "--package", "nobody"]) == Exit.USAGE

    carer = next(row["carer"] for row in rows if row["line"] == "shift")
    (tuesday / "rounds.csv").write_text(whole.replace(carer, "Somebody else"))
    capsys.readouterr()
    assert run(given) == Exit.INPUT
    assert "E296" in capsys.readouterr().err


def _of_a_round_on_its_own(rows: list[dict[str, str]]) -> dict[str, str]:
    """The first visit of a round that nobody else comes along on."""
    visits = [row for row in rows if row["line"] == "visit"]
    often = Counter(row["visit_id"] for row in visits)
    shared = {(row["provider_id"], row["round_no"]) for row in visits if often[row["visit_id"]] > 1}
    return next(row for row in visits if (row["provider_id"], row["round_no"]) not in shared)


def test_results_are_not_overwritten_unasked(
    maldon: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    assert run(["allocate", str(maldon), "--out", str(tmp_path)]) == Exit.USAGE
    assert "--overwrite" in capsys.readouterr().err
    assert run(["allocate", str(maldon), "--out", str(tmp_path), "--policy", "cascade", "--overwrite"]) == 0
    assert (tmp_path / "mine.txt").read_text() == "keep me"
    assert (tmp_path / "allocation.csv").exists()


def test_study_leaves_a_page_and_its_figures(maldon: Path, tmp_path: Path) -> None:
    out = tmp_path / "saved"
    done = run(["study", str(maldon), "--out", str(out), "--runs", "2", "--steps", "100"])
    assert done == Exit.DONE
    figures = json.loads((out / "summary.json").read_text())
    assert figures["checks"] == {"allocation": "passed", "rounds": "passed"}
    assert len(figures["impact"]["interval_percent"]) == 2
    page = (out / "report.html").read_text()
    assert "<html" in page
    assert (out / "result.gpkg").stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["allocate"], Exit.USAGE, "Missing argument"),
        (["allocate", "nowhere", "--out", "out", "--policy", "guess"], Exit.USAGE, "guess"),
        (["check", "no such folder"], Exit.INPUT, "no such folder"),
        (["init", "essex", "unused", "--district", "Malden"], Exit.INPUT, "E291"),
        (["nonsense"], Exit.USAGE, "nonsense"),
    ],
)
def test_mistakes_are_told_in_one_message(
    arguments: list[str],
    code: Exit,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_is_called_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("instances.read.read_with_report", fail)
    assert run(["check", "anything"]) == Exit.BUG
    assert "not of your data" in capsys.readouterr().err


def test_an_interrupted_run_leaves_nothing_behind(
    maldon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optimiser.cli.outputs.write_json", interrupt)
    out = tmp_path / "out"
    assert run(["allocate", str(maldon), "--out", str(out), "--policy", "cascade"]) == Exit.INTERRUPTED
    assert list(tmp_path.iterdir()) == []


def test_progress_speaks_only_when_it_takes_long(capsys: pytest.CaptureFixture[str]) -> None:
    from optimiser.cli.progress import on_stderr
    from optimiser.solving.progress import Progress

    with on_stderr() as told:
        told(Progress(task="thinking", done=1, total=10))
        assert capsys.readouterr().err == ""
        told.began = time.monotonic() - 60  # type: ignore[attr-defined] # the only clock there is
        told(Progress(task="thinking", done=5, total=10))
    assert "thinking 5 of 10" in capsys.readouterr().err
