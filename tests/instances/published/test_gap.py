"""Published GAP files: read as they stand, refused with a code where they are not what they should be."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from geodata.report import InputError
from instances.claims import write_claims
from instances.gap import best_known_gap, look_again_gap, read_gap, read_gap_result

SMALL = "2 3\n 4 5 6\n 7 8 9\n 1 2 3\n 3 2 1\n 4 4\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "small"
    path.parent.mkdir()
    path.write_text(SMALL)
    (tmp_path / "best_known.csv").write_text(
        "kind,set,instance,agents,jobs,sense,best_known,proven,best_bound,source\n"
        "gap,made,small,2,3,min,18,yes,18,by hand\n"
    )
    return path


def codes(path: Path, text: str | bytes) -> list[str]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_gap(path)
    return [finding.code for finding in caught.value.findings]


def test_a_file_is_read_agent_by_agent(file: Path) -> None:
    problem = read_gap(file)
    assert (problem.jobs, problem.agents) == (3, 2)
    assert problem.cost.reshape(3, 2).tolist() == [[4, 7], [5, 8], [6, 9]]
    assert problem.use_amount.reshape(3, 2).tolist() == [[1, 3], [2, 2], [3, 1]]
    assert problem.capacity.tolist() == [4, 4]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\xff\xfe\x00", "E281"),
        ("", "E282"),
        ("0 3", "E282"),
        (SMALL + "7", "E284"),
        (SMALL.rsplit(" ", 1)[0], "E284"),
        (SMALL.replace("9", "nine"), "E285"),
        (SMALL.replace("9", "9.5"), "E285"),
        (SMALL.replace("4 4", "4 -4"), "E285"),
        (SMALL.replace("9", "9" * 12), "E285"),
    ],
)
def test_what_is_wrong_has_a_code(file: Path, text: str | bytes, code: str) -> None:
    assert codes(file, text) == [code]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="E281"):
        read_gap(tmp_path / "nowhere")


def test_the_best_known_is_the_one_listed(file: Path) -> None:
    best = best_known_gap(file)
    assert best is not None
    assert (best.value, best.bound, best.gap(18), best.gap(27)) == (18, 18, 0.0, 0.5)
    assert best_known_gap(file.parent / "other") is None
    assert best_known_gap(file.parent.parent / "small") is None


def test_a_damaged_list_is_refused(file: Path) -> None:
    list_ = file.parent.parent / "best_known.csv"
    list_.write_text(list_.read_text().replace("18,yes", "many,yes"))
    with pytest.raises(InputError, match="E285"):
        best_known_gap(file)


def test_a_result_is_read_as_written_and_looked_at_again(file: Path, tmp_path: Path) -> None:
    problem, out = read_gap(file), tmp_path / "result.json"
    chosen = {"agents": [0, 0, 1]}
    write_claims(out, objective=18, bound=18.0, seconds=0.1, chosen=chosen, provenance={}, overwrite=False)
    result = read_gap_result(out)
    cost, report = look_again_gap(problem, result, str(out))
    assert (cost, report.findings, result.bound) == (18, [], 18.0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agents": [0, 0, 0]}, "E297"),
        ({"agents": [0, 0]}, "E297"),
        ({"agents": [0, 0, 2]}, "E297"),
        ({"objective": 17}, "E298"),
        ({"bound": 19.0}, "E298"),
        ({"agents": [0, 0, None]}, "E285"),
        ({"agents": [0, 0, -1]}, "E285"),
        ({"objective": "18"}, "E285"),
        ({"agents": 3}, "E283"),
    ],
)
def test_a_planted_fault_in_a_result_is_found(
    file: Path, tmp_path: Path, change: dict[str, object], code: str
) -> None:
    out = tmp_path / "result.json"
    out.write_text(json.dumps({"objective": 18, "bound": 18, "agents": [0, 0, 1]} | change))
    with pytest.raises(InputError, match=code):
        look_again_gap(read_gap(file), read_gap_result(out), str(out))[1].raise_if_any()


def test_numbers_may_be_laid_out_in_any_way(file: Path) -> None:
    before = read_gap(file)
    file.write_text(" ".join(SMALL.split()))
    assert np.array_equal(before.cost, read_gap(file).cost)
