"""Each placement can be put before a challenge: who could, who could not and why, the next best."""

from __future__ import annotations

import pytest

from optimiser.allocation.allocate import allocate
from optimiser.allocation.decisions import Decision, by_rule, decide, in_words
from optimiser.allocation.explain import explain, seats_of
from optimiser.allocation.problem import Problem, build_problem
from optimiser.allocation.room import Room
from optimiser.allocation.rules import Terms
from optimiser.model.allocation import Rule
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode
from optimiser.model.instance import Instance
from tests.allocation.markets import admission, market, package, provider, random_market, ranked, weekly

STREET = market(
    [package("P1"), package("P2")],
    [provider("A"), provider("B"), provider("C"), provider("D")],
    [
        admission("A", rate=2400),
        admission("B", rate=2500),
        admission("C", rate=3100),
        admission("D", lot=LotCode("OTHER")),
    ],
    [weekly("A", 5.5), weekly("B", 10), weekly("C", 10)],
    [ranked("A", "B", "C")],
)


def decided(instance: Instance, policy: str = "ranked") -> tuple[Problem, list[Decision]]:
    problem = build_problem(instance)
    seats = seats_of(problem, dict(allocate(instance, policy=policy).solution.provider_of))
    return problem, list(decide(instance, problem, seats, Terms.of(instance)))


def test_the_chosen_the_passed_the_next_best_and_its_price() -> None:
    problem, both = decided(STREET)
    down = next(each for each in both if each.chosen.provider == "B")
    assert [each.provider for each in down.asked] == ["A", "B"]
    assert [each.provider for each in down.passed] == ["A"]
    assert (down.passed[0].short[0].wanted, down.passed[0].short[0].free) == (3.5 * HOUR, 2 * HOUR)
    assert (down.runner_up.provider, down.margin) == (None, 12600 - 8750)
    assert in_words(problem, down) == (
        "B has it, number 2 in the order of call-off; A was asked before: "
        "1 h 30 more in the week needed (3 h 30 wanted, 2 h free); next best last resort, "
        "£38.50 a week dearer"
    )
    up = next(each for each in both if each.chosen.provider == "A")
    assert (up.runner_up.provider, up.margin) == ("B", 350)


def test_everybody_else_has_a_rule_and_those_outside_the_lot_are_counted() -> None:
    _, both = decided(STREET)
    assert [(each.provider, each.rule) for each in both[0].excluded] == [("C", Rule.PRICE)]
    assert both[0].outside == ("D",)
    assert by_rule(both[0]) == {Rule.LOT: 1, Rule.PRICE: 1}


@pytest.mark.parametrize("seed", range(10))
def test_a_whole_book_says_what_one_package_asked_alone_says(seed: int) -> None:
    instance = random_market(seed, packages=15, providers=6, tightness=1.3)
    problem, found = decided(instance)
    seats = seats_of(problem, dict(allocate(instance, policy="ranked").solution.provider_of))
    room = Room(problem, seats)
    for need, decision in zip(problem.needs, found, strict=True):
        alone = explain(instance, problem, seats, need.package)
        assert [each.provider for each in alone.asked] == [each.provider for each in decision.asked]
        inside = [each for each in alone.excluded if each.provider not in decision.outside]
        assert list(decision.excluded) == inside
        assert {each.provider for each in alone.excluded} - {each.provider for each in inside} == set(
            decision.outside
        )
        for each in decision.passed:
            assert each.short, "a rank-faithful answer passes over nobody with room"
        if decision.runner_up.provider is not None:
            of = {each.provider: each for each in need.candidates}
            assert room.fits(of[decision.runner_up.provider])
        assert in_words(problem, decision)
