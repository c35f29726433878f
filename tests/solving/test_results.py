"""Results say how good they are and refuse to give what they have not got."""

from __future__ import annotations

import pickle
import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.report import Finding, InputError, Report
from optimiser.solving.limits import Limits
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import NoSolutionError, Result, Status, StoppedBy, relative_gap


def _result(objective: int | None, bound: float | None) -> Result[str]:
    return Result(
        status=Status.NOT_FOUND if objective is None else Status.FEASIBLE,
        stopped_by=StoppedBy.TIME,
        found=None if objective is None else "plan",
        objective=objective,
        bound=bound,
        seconds=1.0,
        iterations=1,
        provenance=Provenance(
            solver="none", settings={}, seed=0, limits=Limits(), input_hash="", versions=versions()
        ),
    )


def test_gap_is_relative_to_the_incumbent_and_none_without_a_bound() -> None:
    assert _result(100, 90).gap == pytest.approx(0.1)
    assert _result(100, None).gap is None
    assert _result(None, 3).gap is None
    assert relative_gap(0, 0) == 0
    assert relative_gap(0, 1) is None


def test_asking_for_what_is_not_there_raises() -> None:
    with pytest.raises(NoSolutionError, match="not found"):
        _ = _result(None, None).solution


@pytest.mark.parametrize("limit", ["seconds", "iterations", "gap"])
def test_a_limit_cannot_be_negative(limit: str) -> None:
    with pytest.raises(ValueError, match=limit):
        Limits(**{limit: -1})


def test_errors_cross_processes_whole() -> None:
    finding = Finding(code="E1", file="a.csv", message="wrong", row=3, column="b", cure="mend it")
    error = pickle.loads(pickle.dumps(InputError([finding])))
    assert error.findings == (finding,)
    stopped = pickle.loads(pickle.dumps(NoSolutionError(Status.INFEASIBLE, "why")))
    assert (stopped.status, stopped.message) == (Status.INFEASIBLE, "why")


def test_a_report_keeps_each_finding_once_in_order_of_place() -> None:
    report = Report()
    for row in (9, 2, 9):
        report.add("E2", "b.csv", "wrong", row=row)
    report.add("E1", "a.csv", "wrong")
    assert [(each.file, each.row) for each in report.errors] == [("a.csv", None), ("b.csv", 2), ("b.csv", 9)]
    with pytest.raises(InputError):
        report.raise_if_any()


@dataclass(frozen=True)
class _Held:
    names: frozenset[str]
    counts: dict[str, int]


@given(st.dictionaries(st.text(), st.integers()), st.sets(st.text()), st.randoms())
def test_hashes_do_not_see_the_order_of_sets_and_mappings(counts, names, chance) -> None:
    shuffled = list(counts.items())
    chance.shuffle(shuffled)
    reordered = sorted(names, reverse=True)
    one = canonical_hash(_Held(frozenset(names), counts))
    assert one == canonical_hash(_Held(frozenset(reordered), dict(shuffled)))


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical_hash(object())


def test_seconds_may_be_processor_time() -> None:
    by_the_clock, by_the_processor = Limits(seconds=1.0), Limits(seconds=1.0, processor=True)
    before = by_the_clock.now(), by_the_processor.now()
    time.sleep(0.05)
    assert by_the_clock.now() - before[0] >= 0.05
    assert by_the_processor.now() - before[1] < 0.05, "sleeping takes no processor time"
