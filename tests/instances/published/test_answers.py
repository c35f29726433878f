"""A published day solved is worth what the evaluator says; a result looked at again is found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from instances.published import (
    Breach,
    BrokenSolutionError,
    answer,
    evaluate,
    look_again,
    read_day,
    read_result,
    write_result,
)
from optimiser.solving.limits import Limits
from optimiser.solving.result import NoSolutionError
from tests.instances.published.data import FORMATS, names
from tests.instances.published.small_files import HHCRSP, MANKOWSKA, SOLOMON, UHHC, changed

SMALL = {
    "mankowska": MANKOWSKA,
    "kummer": json.dumps(HHCRSP),
    "italian": json.dumps(HHCRSP),
    "uhhc": json.dumps(changed(UHHC, "metadata.cost_components", {"travel_time": 2, "total_tardiness": 1})),
    "solomon": SOLOMON,
}
FEW = Limits(iterations=30)


@pytest.mark.parametrize("kind", SMALL)
def test_every_format_is_solved_exactly(kind: str, tmp_path: Path) -> None:
    (tmp_path / "day").write_text(SMALL[kind], encoding="utf-8")
    day = read_day(tmp_path / "day", kind)
    found = answer(day, limits=FEW, seed=1)
    assert found.solution.objective == found.evaluation.objective == evaluate(day, found.solution).objective
    assert found.evaluation.is_feasible
    path = write_result(tmp_path / "result", found.solution, provenance=found.provenance(tmp_path / "day"))
    again = read_result(path)
    assert again.rounds == found.solution.rounds
    assert look_again(day, again, "result")[1].errors == ()


def test_a_claim_may_be_cut_but_not_bettered(tmp_path: Path) -> None:
    (tmp_path / "day").write_text(MANKOWSKA, encoding="utf-8")
    day = read_day(tmp_path / "day", "mankowska")
    solution = answer(day, limits=FEW, seed=1).solution
    assert solution.objective is not None
    nearly = replace(solution, objective=solution.objective + Fraction(1, 10**12))
    assert not look_again(day, nearly, "result")[1].errors
    better = replace(solution, objective=solution.objective - Fraction(1, 10**6))
    assert [each.code for each in look_again(day, better, "result")[1].errors] == ["E293"]
    assert not look_again(day, replace(solution, objective=None, components=None), "result")[1].errors
    nobody = replace(solution, rounds=())
    assert {each.code for each in look_again(day, nobody, "result")[1].errors} == {"E292", "E293"}


def test_who_cannot_be_served_is_named(tmp_path: Path) -> None:
    (tmp_path / "day").write_text(SOLOMON.replace("200", "20"), encoding="utf-8")
    day = read_day(tmp_path / "day", "solomon")
    assert answer(day, limits=FEW, seed=1).evaluation.is_feasible
    with pytest.raises(NoSolutionError, match="1 who must be served"):
        answer(day, limits=FEW, seed=1, carers=1)


def test_a_broken_answer_names_the_rules(tmp_path: Path) -> None:
    (tmp_path / "day").write_text(MANKOWSKA, encoding="utf-8")
    day = read_day(tmp_path / "day", "mankowska")
    rounds = answer(day, limits=FEW, seed=1).solution
    found = evaluate(day, replace(rounds, rounds=(*rounds.rounds, rounds.rounds[0])))
    error = BrokenSolutionError(found.violations)
    assert [each.breach for each in error.violations] == [Breach.TWICE]
    assert "two rounds" in str(error)


@pytest.mark.parametrize(
    ("name", "kind"), [(names(folder, "*.*")[0], kind) for folder, kind in FORMATS.items()]
)
def test_published_files_are_solved_without_breaking_a_rule(
    name: str, kind: str, published_file: Callable[[str], Path]
) -> None:
    day = read_day(published_file(name), kind)
    found = answer(day, limits=Limits(iterations=100), seed=1)
    assert found.evaluation.is_feasible
