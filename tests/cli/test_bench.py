"""``carerounds bench rounds``: published files solved, results looked at again, whole sets measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from instances.published import PublishedSolution, best_known, evaluate, read_day, read_result
from instances.published.solving import PublishedProblem
from optimiser.cli.main import Exit, run
from tests.instances.published.small_files import MANKOWSKA, SOLOMON, UHHC, changed

ANYBODY = changed(UHHC, "metadata.cost_components", {"travel_time": 2, "total_tardiness": 1})
"""Late at a price, so that everybody can be served."""


@pytest.fixture
def files(tmp_path: Path) -> Callable[[str], list[str]]:
    """Options that name a small file of a format, with a list of the best known beside it."""
    (tmp_path / "best_known.csv").write_text(
        "set,instance,patients,carers,objective_best_known,lower_bound,source,time_s\n"
        "mankowska,mankowska,2,2,7.5,,by hand,\n"
        "vrptw-solomon,C0,2,1,15.0,,by hand,\n"
    )
    texts = {"mankowska.txt": MANKOWSKA, "uhhc.json": json.dumps(ANYBODY), "C0.txt": SOLOMON}

    def options(kind: str) -> list[str]:
        name = {"solomon": "C0.txt", "uhhc": "uhhc.json"}.get(kind, f"{kind}.txt")
        path = tmp_path / kind / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(texts[name], encoding="utf-8")
        return ["bench", "rounds", "--case", str(path), "--format", kind]

    return options


Files = Callable[[str], list[str]]


@pytest.mark.parametrize("kind", ["mankowska", "uhhc", "solomon"])
def test_a_published_file_is_solved_judged_and_written(
    kind: str, files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = files(kind), tmp_path / "out" / "result.json"
    assert run([*given, "--iterations", "50", "--seed", "3", "--out", str(out)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "checked independently: passed" in said
    assert "stopped by iterations" in said
    day, solution = read_day(given[3], kind), read_result(out)
    found = evaluate(day, solution)
    assert found.violations == ()
    assert solution.objective is not None
    assert float(solution.objective) == pytest.approx(float(found.objective), rel=1e-12)
    assert set(solution.components or {}) == {cost.component for cost in day.costs}
    assert solution.seconds is not None
    provenance = json.loads(out.read_text())["provenance"]
    assert (provenance["seed"], provenance["stopped_by"]) == (3, "iterations")
    assert provenance["iterations"] == 50
    assert {"file_hash", "input_hash", "versions", "settings"} <= provenance.keys()
    assert run([*given, "--check", str(out)]) == Exit.DONE
    assert "no rule is broken; as claimed" in capsys.readouterr().out


def test_same_seed_and_iterations_same_rounds(files: Files, tmp_path: Path) -> None:
    once, again = tmp_path / "once.json", tmp_path / "again.json"
    for out in (once, again):
        assert run([*files("uhhc"), "--iterations", "200", "--out", str(out)]) == Exit.DONE
    assert read_result(once).rounds == read_result(again).rounds


def test_the_gap_is_to_the_list_beside_the_file_and_names_its_source(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = files("mankowska")
    assert run([*given, "--iterations", "20", "--out", str(tmp_path / "result.json")]) == Exit.DONE
    said = capsys.readouterr().out
    best, objective = best_known(given[3]), read_result(tmp_path / "result.json").objective
    assert best is not None
    assert objective is not None
    gap = best.gap(objective)
    assert gap is not None
    assert f"gap {100 * float(gap):+.2f} %; by hand" in said
    assert best.gap(best.value) == 0
    assert run([*files("uhhc"), "--iterations", "20", "--out", str(tmp_path / "other.json")]) == Exit.DONE
    assert "none listed" in capsys.readouterr().out


def test_vehicles_are_as_many_as_the_best_known_uses_unless_asked(files: Files, tmp_path: Path) -> None:
    given = [*files("solomon"), "--iterations", "20", "--out", str(tmp_path / "result.json"), "--overwrite"]

    def allowed() -> Any:
        return json.loads((tmp_path / "result.json").read_text())["provenance"]["carers"]

    assert run(given) == Exit.DONE
    assert allowed() == 1
    assert run([*given, "--carers", "2"]) == Exit.DONE
    assert allowed() == 2
    assert run([*given, "--carers", "3"]) == Exit.USAGE


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"start": 20', '"start": 2', "E292"),
        ('"objective": ', '"objective": 1', "E293"),
        ('"travel_time": ', '"travel_time": 1', "E293"),
        ('"rounds"', '"sounds"', "E283"),
    ],
)
def test_a_spoilt_result_is_found_out(
    old: str, new: str, code: str, files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = files("mankowska"), tmp_path / "result.json"
    assert run([*given, "--iterations", "20", "--out", str(out)]) == Exit.DONE
    text = out.read_text()
    assert old in text
    out.write_text(text.replace(old, new, 1))
    assert run([*given, "--check", str(out)]) == Exit.INPUT
    said = capsys.readouterr().err
    assert code in said
    assert "result.json" in said


def test_a_wrong_file_is_input_to_mend(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = files("mankowska"), tmp_path / "result.json"
    Path(given[3]).write_text(MANKOWSKA.replace("3.25 0.0 5.0", "3.25 zero 5.0"))
    assert run([*given, "--iterations", "5", "--out", str(out)]) == Exit.INPUT
    assert "E285" in capsys.readouterr().err
    assert run([*given[:3], str(tmp_path / "nowhere"), *given[4:], "--out", str(out)]) == Exit.INPUT
    assert "E281" in capsys.readouterr().err
    assert not out.exists()


def test_nobody_able_is_no_solution(files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, out = files("mankowska"), tmp_path / "result.json"
    Path(given[3]).write_text(MANKOWSKA.replace("a\n1 0\n0 1\n", "a\n1 0\n1 0\n"))
    assert run([*given, "--iterations", "5", "--out", str(out)]) == Exit.NO_SOLUTION
    assert "p2" in capsys.readouterr().err
    assert not out.exists()


def spoil(solution: PublishedSolution, how: str) -> PublishedSolution:
    """The first carer's stops late, or not made."""
    first, *others = solution.rounds
    late = tuple(replace(stop, start=stop.start + 1000) for stop in first.stops)
    return replace(solution, rounds=(replace(first, stops=late if how == "late" else ()), *others))


@pytest.mark.parametrize("how", ["late", "not made"])
def test_an_answer_that_breaks_a_rule_is_a_fault_of_ours_and_is_not_written(
    how: str,
    files: Files,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    true = PublishedProblem.solution
    monkeypatch.setattr(PublishedProblem, "solution", lambda self, plan: spoil(true(self, plan), how))
    out = tmp_path / "result.json"
    assert run([*files("mankowska"), "--iterations", "5", "--out", str(out)]) == Exit.BUG
    assert "not of your data: BrokenSolutionError" in capsys.readouterr().err
    assert not out.exists()


def test_an_interrupted_run_leaves_nothing_behind(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optimiser.rounds.chain.Chain.step", interrupt)
    given = files("mankowska")
    before = sorted(tmp_path.rglob("*"))
    arguments = [*given, "--iterations", "5", "--out", str(tmp_path / "out" / "result.json")]
    assert run(arguments) == Exit.INTERRUPTED
    assert sorted(tmp_path.rglob("*")) == before


def test_a_result_is_not_overwritten_unasked(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = files("mankowska"), tmp_path / "result.json"
    out.write_text("keep me")
    assert run([*given, "--out", str(out)]) == Exit.USAGE
    assert "--overwrite" in capsys.readouterr().err
    assert run([*given, "--out", given[3], "--overwrite"]) == Exit.USAGE
    assert run([*given, "--out", str(tmp_path)]) == Exit.USAGE
    assert out.read_text() == "keep me"
    assert run([*given, "--iterations", "5", "--out", str(out), "--overwrite"]) == Exit.DONE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--case FILE or --suite"),
        (["--case", "a", "--suite", "all"], "--case FILE or --suite"),
        (["--case", "a", "--out", "b"], "--format is missing"),
        (["--case", "a", "--format", "uhhc"], "--out is missing"),
        (["--suite", "all"], "--out is missing"),
        (["--case", "a", "--format", "uhhc", "--out", "b", "--seconds", "1", "--iterations", "1"], "either"),
        (["--case", "a", "--format", "uhhc", "--out", "b", "--seconds", "nan"], "nan"),
        (["--case", "a", "--format", "uhhc", "--out", "b", "--seconds", "0"], "0"),
        (["--case", "a", "--format", "uhhc", "--out", "b", "--seeds", "2"], "--seeds goes with --suite"),
        (["--case", "a", "--format", "uhhc", "--out", "b", "--carers", "2"], "solomon"),
        (["--case", "a", "--format", "uhhc", "--check", "b", "--out", "c"], "--check"),
        (["--suite", "all", "--out", "b", "--check", "c"], "--check goes with --case"),
        (["--case", "a", "--format", "vrp", "--out", "b"], "vrp"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["bench", "rounds", *arguments]) == Exit.USAGE
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_suite_of_files_whose_names_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "data" / "rounds" / "mankowska", tmp_path / "out"
    folder.mkdir(parents=True)
    for name in ("small_1.txt", "small_2.txt", "large_1.txt"):
        (folder / name).write_text(MANKOWSKA)
    monkeypatch.setenv("CAREROUNDS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("benchmarks.published.start_up", lambda: {"cold": 1.0, "warm": 0.1})
    given = [
        "bench",
        "rounds",
        "--suite",
        "mankowska",
        "--iterations",
        "5",
        "--seeds",
        "1",
        "--out",
        str(out),
    ]
    assert run([*given, "--only", "tiny*"]) == Exit.USAGE
    assert "no file of mankowska fits tiny*" in capsys.readouterr().err
    assert run([*given, "--only", "small*"]) == Exit.DONE
    assert len((out / "runs.jsonl").read_text().splitlines()) == 3
    assert run(given) == Exit.DONE  # goes on with the others
    runs = [json.loads(line) for line in (out / "runs.jsonl").read_text().splitlines()[1:]]
    assert sorted(each["instance"] for each in runs) == ["large_1", "small_1", "small_2"]


@pytest.mark.parametrize("suite", ["kummer", "all"])
def test_absent_data_is_said_plainly(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAREROUNDS_DATA", str(tmp_path / "nothing"))
    assert run(["bench", "rounds", "--suite", suite, "--out", str(tmp_path / "out")]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E294" in said
    assert "CAREROUNDS_DATA" in said
    assert list(tmp_path.iterdir()) == []


def test_a_suite_writes_its_table_and_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "data" / "rounds" / "mankowska", tmp_path / "out"
    folder.mkdir(parents=True)
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text(MANKOWSKA)
    monkeypatch.setenv("CAREROUNDS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("benchmarks.published.start_up", lambda: {"cold": 1.0, "warm": 0.1})
    given = ["bench", "rounds", "--suite", "all", "--iterations", "5", "--out", str(out)]
    assert run([*given, "--seeds", "1", "--solutions"]) == Exit.DONE
    said = capsys.readouterr().out
    assert "no files of kummer: left out" in said
    assert "| mankowska 2 | 2 | 2 | 0 | – |" in said
    lines = (out / "runs.jsonl").read_text().splitlines(keepends=True)
    assert len(lines) == 3
    kept = read_result(out / "rounds" / "mankowska" / "one-7.json")
    assert evaluate(read_day(folder / "one.txt", "mankowska"), kept).is_feasible
    (out / "runs.jsonl").write_text("".join(lines[:2]) + lines[2][:20])  # torn off in the middle of a line
    assert run([*given, "--seeds", "2"]) == Exit.DONE
    again = (out / "runs.jsonl").read_text().splitlines(keepends=True)
    assert again[:2] == lines[:2]
    assert len(again) == 5
    results = json.loads((out / "results.json").read_text())
    assert len(results["runs"]) == 4
    assert results["start"] == {"cold": 1.0, "warm": 0.1}
    assert (out / "table.md").read_text() in capsys.readouterr().out
    assert run([*given[:-3], "6", *given[-2:], "--seeds", "1"]) == Exit.INPUT  # other limits are not mixed in
    said = capsys.readouterr().err
    assert "E295" in said
    assert "limits" in said
    (out / "runs.jsonl").write_text("nonsense\n")
    assert run(given) == Exit.INPUT
    assert "E295" in capsys.readouterr().err
