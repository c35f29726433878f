"""What is written is read back the same."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instances.published import (
    LUNCH,
    Component,
    PublishedRound,
    PublishedSolution,
    PublishedStop,
    evaluate,
    read_mankowska,
    read_result,
    read_route_text,
    route_text,
    write_result,
)
from tests.instances.published.small_files import MANKOWSKA

TIMES = st.decimals(0, 10_000, places=7).map(Fraction)
STOPS = st.builds(
    PublishedStop,
    patient=st.text(min_size=1, max_size=5),
    service=st.sampled_from(["s1", "s é", LUNCH]),
    start=TIMES,
    end=st.none(),
) | st.builds(PublishedStop, patient=st.none(), service=st.just(LUNCH), start=TIMES, end=st.none())
SOLUTIONS = st.builds(
    PublishedSolution,
    rounds=st.lists(
        st.builds(
            PublishedRound,
            carer=st.text(min_size=1, max_size=4),
            stops=st.lists(STOPS, max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    objective=st.none() | TIMES,
    components=st.none() | st.dictionaries(st.sampled_from(Component), TIMES, max_size=3),
    weighted=st.none(),
    seconds=st.none() | TIMES,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(solution=SOLUTIONS)
def test_a_result_reads_back_the_same(solution: PublishedSolution, tmp_path: Path) -> None:
    assert read_result(write_result(tmp_path / "result.json", solution, overwrite=True)) == solution


def test_a_result_has_the_form_that_was_promised(tmp_path: Path) -> None:
    stop = PublishedStop(patient="p1", service="s1", start=Fraction("20.25"))
    path = write_result(
        tmp_path / "result.json",
        PublishedSolution(
            rounds=(PublishedRound(carer="c1", stops=(stop,)), PublishedRound(carer="c2", stops=())),
            objective=Fraction(100, 3),
            components={Component.TRAVEL_TIME: Fraction(100)},
            seconds=Fraction("1.5"),
        ),
    )
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "objective": 100 / 3,
        "components": {"travel_time": 100},
        "seconds": 1.5,
        "rounds": [
            {"carer": "c1", "stops": [{"patient": "p1", "service": "s1", "start": 20.25}]},
            {"carer": "c2", "stops": []},
        ],
    }
    with pytest.raises(FileExistsError):
        write_result(path, PublishedSolution(rounds=()))


def test_a_start_that_has_no_end_as_a_decimal_is_refused(tmp_path: Path) -> None:
    stop = PublishedStop(patient="p1", service="s1", start=Fraction(1, 3))
    with pytest.raises(ValueError, match="no end"):
        write_result(
            tmp_path / "result.json", PublishedSolution(rounds=(PublishedRound(carer="c", stops=(stop,)),))
        )


def test_routes_start_as_early_as_windows_travel_and_gaps_allow(tmp_path: Path) -> None:
    (tmp_path / "day.txt").write_text(MANKOWSKA, encoding="utf-8")
    day = read_mankowska(tmp_path / "day.txt")
    text = "# Cost = 16.5 Dist = 16.25\n0 3\n0 1 0 0\n1 2 0 0\n2 0 0 0\n1 2\n0 2 1 1\n2 0 1 0\n"
    (tmp_path / "routes.txt").write_text(text, encoding="utf-8")
    solution = read_route_text(tmp_path / "routes.txt", day)
    assert solution.objective == Fraction("16.5")
    assert [[stop.start for stop in each.stops] for each in solution.rounds] == [[20, 35], [40]]
    assert route_text(day, solution).splitlines() == text.splitlines()[1:]
    found = evaluate(day, solution)
    assert found.is_feasible
    assert found.components[Component.TRAVEL_TIME] == Fraction("12.25") + 8
    assert found.objective == Fraction("20.25") / 3
