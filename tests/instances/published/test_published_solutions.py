"""Every published solution at hand is worth what its publication says, to the last digit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from instances.published import (
    Component,
    PublishedDay,
    PublishedSolution,
    as_reckoned,
    best_known,
    evaluate,
    read_day,
    read_result,
    read_route_text,
    read_solution,
    route_text,
    without_noise,
    write_result,
)
from tests.instances.published.data import instance_of, names

SOLUTIONS = names("solutions", "**/*.json")
Find = Callable[[str], Path]
EXACT = Fraction(0)


@pytest.fixture(scope="module")
def read(published_file: Find) -> Callable[[str], tuple[PublishedDay, PublishedSolution, Path]]:
    @cache
    def both(name: str) -> tuple[PublishedDay, PublishedSolution, Path]:
        solution = published_file(name)
        instance, kind = instance_of(name)
        return read_day(published_file(instance), kind), read_solution(solution), published_file(instance)

    return both


Read = Callable[[str], tuple[PublishedDay, PublishedSolution, Path]]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_total_and_every_component_are_the_published_ones(name: str, read: Read) -> None:
    day, solution, path = read(name)
    found = evaluate(as_reckoned(day), solution, tolerance=EXACT)
    assert found.violations == ()
    best = best_known(path)
    assert best is not None
    if solution.objective is not None:
        assert found.objective == solution.objective
        assert found.objective >= best.value
    else:
        assert abs(found.objective - best.value) <= Fraction(1, 20_000)  # the list has four decimals
    if solution.weighted is not None:
        assert set(solution.weighted) == {cost.component for cost in day.costs}
        for cost in day.costs:
            worth = found.components[cost.component] * (1 if cost.hard else cost.weight)
            assert worth == solution.weighted[cost.component], cost.component


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_file_as_it_stands_gives_the_same_within_what_was_rounded(name: str, read: Read) -> None:
    day, solution, _ = read(name)
    reckoned = evaluate(as_reckoned(day), solution).objective
    legs = sum(len(each.stops) + 1 for each in solution.rounds)
    assert abs(evaluate(day, solution).objective - reckoned) <= legs * Fraction(1, 2000)
    if day.format == "italian":
        assert evaluate(without_noise(day), solution).objective == reckoned
        assert evaluate(day, solution, tolerance=Fraction(1)).is_feasible
    else:
        assert evaluate(day, solution, tolerance=Fraction(1, 2000)).is_feasible


@pytest.mark.parametrize("name", SOLUTIONS)
def test_nothing_shorter_than_what_is_asked_hides_in_the_ends(name: str, read: Read) -> None:
    day, solution, _ = read(name)
    durations = {(p.id, s.service): Fraction(s.duration, day.scale) for p in day.patients for s in p.services}
    for each in solution.rounds:
        for stop in each.stops:
            if stop.is_lunch:
                assert day.lunch is not None
                assert stop.end == stop.start + Fraction(day.lunch.minimum, day.scale)
            else:
                assert stop.end == stop.start + durations[str(stop.patient), stop.service]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_result_reads_back_the_same(name: str, read: Read, tmp_path: Path) -> None:
    _, solution, _ = read(name)
    written = PublishedSolution(rounds=solution.rounds, objective=Fraction(7, 8), seconds=Fraction(10))
    assert read_result(write_result(tmp_path / "result.json", written)) == written


@pytest.mark.parametrize("name", [name for name in SOLUTIONS if "/mankowska/" in name])
def test_as_route_text_it_is_worth_no_more_when_every_start_is_as_early_as_can_be(
    name: str, read: Read, tmp_path: Path
) -> None:
    day, solution, _ = read(name)
    text = tmp_path / "routes.txt"
    text.write_text(route_text(day, solution), encoding="utf-8")
    found = evaluate(day, read_route_text(text, day), tolerance=EXACT)
    asked = evaluate(day, solution)
    assert found.is_feasible
    assert found.components[Component.TRAVEL_TIME] == asked.components[Component.TRAVEL_TIME]
    assert abs(found.objective - asked.objective) < Fraction(1, 20)
