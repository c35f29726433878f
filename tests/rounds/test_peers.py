"""Other engines on the same problem, and the second opinion on what a plan costs."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from benchmarks.peers.sound import faults
from benchmarks.peers.with_pyvrp import WithPyvrp
from benchmarks.peers.with_vroom import WithVroom
from optimiser.rounds.in_order import plan_in_order
from optimiser.rounds.objective import components
from optimiser.rounds.problem import FIRST, NEVER, NOWHERE, Problem
from optimiser.rounds.rules import Weights
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.with_ortools import WithOrtools
from optimiser.solving.limits import Limits
from optimiser.solving.result import NoSolutionError, Status
from tests.rounds.small_days import broken, cost, random_problem


@pytest.mark.parametrize("seed", range(30))
def test_the_kernels_and_the_second_opinion_agree(seed: int) -> None:
    problem = random_problem(seed, visits=10, shifts=4)
    result = RuinAndRecreate().solve(problem, limits=Limits(iterations=200), seed=seed)
    assert components(problem, result.solution) == dict(result.components)
    assert sum(components(problem, result.solution).values()) == cost(problem, result.solution)


@pytest.mark.parametrize("seed", [5, 8, 19, 21, 23])
def test_ortools_breaks_nothing_and_is_priced_alike(seed: int) -> None:
    problem = random_problem(seed, visits=5, shifts=4)
    never = 10**9
    problem = replace(problem, rest=problem.rest * 0, rest_after=problem.rest_after * 0 + never)
    result = WithOrtools().solve(problem, limits=Limits(seconds=0.3), seed=0)
    assert broken(problem, result.solution) == []
    assert result.objective == cost(problem, result.solution)
    assert result.bound is None


def test_ortools_says_when_it_serves_not_everybody() -> None:
    problem = random_problem(2, visits=8, shifts=1)
    problem = replace(problem, rest=problem.rest * 0)
    result = WithOrtools().solve(problem, limits=Limits(seconds=0.3), seed=0)
    assert result.status is Status.NOT_FOUND
    with pytest.raises(NoSolutionError, match="serves everybody"):
        _ = result.solution


def test_ortools_leaves_out_what_nobody_can_make_if_it_may() -> None:
    problem = random_problem(2, visits=8, shifts=1)
    problem = replace(problem, rest=problem.rest * 0)
    result = WithOrtools(optional=True).solve(problem, limits=Limits(seconds=0.3), seed=0)
    assert result.solution.unserved
    assert faults(problem, result.solution) == []


@pytest.mark.parametrize("seed", range(6))
def test_ortools_takes_breaks_where_we_do(seed: int) -> None:
    problem = random_problem(seed, visits=5, shifts=4)
    middle = (problem.shift_start + problem.shift_end) // 2
    problem = replace(problem, rest_from=middle - 1800, rest_to=middle + 1800)
    result = WithOrtools().solve(problem, limits=Limits(seconds=0.3), seed=0)
    if result.found is None:
        pytest.skip("OR-Tools serves everybody or nobody")
    assert faults(problem, result.found) == []
    assert all(planned.rest_after is not None for planned in result.found.rounds)


def test_ortools_keeps_second_windows_demand_and_preferences() -> None:
    problem = replace(plain_problem(3), weights=Weights(waiting=0))
    n, m = problem.services, problem.shifts
    first_gone = problem.earliest.copy()
    preference = np.where(np.arange(m) == 1, 0, 5000) * np.ones((n, 1), np.int64)
    problem = replace(
        problem,
        latest=first_gone,
        due=first_gone,
        again=first_gone + 3600,
        again_due=first_gone + 7200,
        again_latest=first_gone + 7200,
        shift_start=problem.shift_start * 0,
        shift_end=problem.shift_end * 0 + 40_000,
        preference=preference,
        demand=np.ones(n, np.int64),
        capacity=np.full(m, 3),
    )
    result = WithOrtools().solve(problem, limits=Limits(seconds=0.5), seed=0)
    ours = RuinAndRecreate().solve(problem, limits=Limits(iterations=500), seed=0)
    assert faults(problem, result.solution) == []
    assert max(len(each.services) for each in result.solution.rounds) <= 3
    assert ours.objective is not None
    assert ours.objective <= result.objective <= 1.1 * ours.objective


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "rest that is due only in long days"),
        ({"weights": Weights(balance=1)}, "uneven loads"),
        ({"weights": Weights(most_waiting=1)}, "worst lateness or wait"),
        ({"locked": np.ones(3, np.int64)}, "stay as they are"),
        ({"price": np.full(5, 10)}, "leave out"),
    ],
)
def test_ortools_refuses_what_it_cannot_state(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        WithOrtools().solve(replace(random_problem(1), **change), limits=Limits(seconds=0.1), seed=0)


def plain_problem(seed: int, *, visits: int = 8, shifts: int = 5) -> Problem:
    """A small day that every engine can state: one carer a visit, no ties, rests, lateness or preferences."""
    drawn = random_problem(seed, visits=visits, shifts=shifts)
    first = np.unique(drawn.visit, return_index=True)[1]
    of_services = ("earliest", "latest", "duration", "place", "visit")
    none = np.zeros(0, np.int64)
    return replace(
        drawn,
        **{name: getattr(drawn, name)[first] for name in of_services},
        **dict.fromkeys(("link_from", "link_to", "link_lag"), none),
        **dict.fromkeys(("again", "again_due", "again_latest", "price", "demand"), none),
        due=drawn.latest[first],
        preference=np.minimum(drawn.preference[first], 0),
        rest=drawn.rest * 0,
        rest_after=drawn.rest_after * 0 + NEVER,
        weights=Weights(waiting=0, round=0),
    )


def peers() -> list[Any]:
    return [
        pytest.param(
            engine,
            id=f"{engine.name} {engine}",
            marks=pytest.mark.skipif(find_spec(module) is None, reason=f"{module}: pip install '.[bench]'"),
        )
        for module, engine in (
            ("vroom", WithVroom()),
            ("pyvrp", WithPyvrp()),
            ("pyvrp", WithPyvrp(optional=True)),
            ("ortools", WithOrtools()),
            ("ortools", WithOrtools(optional=True)),
        )
    ]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("engine", peers())
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_each_engine_is_sound_and_ours_is_no_worse(engine: Any, seed: int) -> None:
    problem = plain_problem(seed)
    ours = RuinAndRecreate().solve(problem, limits=Limits(iterations=500), seed=seed)
    assert faults(problem, ours.solution) == []
    result = engine.solve(problem, limits=Limits(seconds=0.3), seed=seed)
    if result.found is None:
        assert ours.solution.unserved, "everybody can be served"
        return
    assert faults(problem, result.found) == []
    assert broken(problem, result.found) == []
    assert result.bound is None
    assert ours.objective is not None
    assert ours.objective <= result.objective


@pytest.mark.parametrize("engine", peers()[:3])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"weights": Weights(waiting=5)}, "a price on waiting"),
        ({"weights": Weights(waiting=0, paid=5)}, "a price on paid time"),
        ({"rest": np.full(5, 600), "rest_after": np.full(5, 60)}, "rest that is due only in long days"),
        ({"rest": np.full(5, 600), "rest_to": np.full(5, 9000)}, "rest with hours of its own"),
        ({"visit": np.array([0, 0, 1, 2, 3, 4, 5, 6])}, "several carers"),
        (
            {"link_from": np.array([0]), "link_to": np.array([1]), "link_lag": np.array([0])},
            "tied in time",
        ),
        ({"preference": np.full((8, 5), 3)}, "preferences"),
    ],
)
def test_engines_say_everything_they_cannot_state(engine: Any, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        engine.solve(replace(plain_problem(0), **change), limits=Limits(seconds=0.1), seed=0)


def test_an_engine_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, engine in (("vroom", WithVroom()), ("pyvrp", WithPyvrp())):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ImportError, match=r"carerounds\[bench\]"):
            engine.solve(plain_problem(0), limits=Limits(seconds=0.1), seed=0)


@pytest.mark.parametrize("seed", range(20))
def test_rounds_end_within_their_shift(seed: int) -> None:
    """Shifts that end at different times, and waits that hide where a moved tail must be back."""
    problem = plain_problem(seed, visits=24, shifts=6)
    problem = replace(problem, latest=problem.latest + 7200, due=problem.latest + 7200)
    result = RuinAndRecreate().solve(problem, limits=Limits(iterations=400), seed=seed)
    assert faults(problem, result.solution) == []


def test_a_plan_in_order_waits_for_ties_rests_and_second_windows() -> None:
    problem = plain_problem(0, visits=3, shifts=2)
    problem = replace(
        problem,
        earliest=np.array([0, 0, 0]),
        latest=np.array([90_000, 600, 90_000]),
        duration=np.array([600, 600, 600]),
        again=np.array([NEVER, 50_000, NEVER]),
        again_latest=np.array([NEVER, 90_000, NEVER]),
        shift_start=np.array([1200, 1200]),
        depot_from=np.array([NOWHERE, NOWHERE]),
        link_from=np.array([1]),
        link_to=np.array([2]),
        link_lag=np.array([100]),
        rest=np.array([600, 0]),
        rest_from=np.array([3000, 0]),
    )
    plan = plan_in_order(problem, {0: [0, 1], 1: [2]}, {0: FIRST})
    assert plan is not None
    assert plan.rounds[0].starts == (3600, 50_000)
    assert plan.rounds[1].starts == (50_100,)
    assert plan.unserved == ()
    assert plan_in_order(replace(problem, again_latest=np.full(3, 40_000)), {0: [0, 1]}) is None
    crossed = replace(
        problem, link_from=np.array([1, 2]), link_to=np.array([2, 1]), link_lag=np.array([9, 9])
    )
    assert plan_in_order(crossed, {0: [0, 1], 1: [2]}) is None
