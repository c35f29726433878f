"""Batches: as good as brute force finds them, checked by code of its own, the same whoever solves them."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from optimiser.batching.check import check, distance_of
from optimiser.batching.desk import Choosing
from optimiser.batching.partition import Annealing
from optimiser.batching.problem import Batches, BatchingProblem, BuiltRounds
from optimiser.batching.rules import BatchRule, BatchRules
from optimiser.batching.solve import ColumnsAndRounds
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import PackageId
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from optimiser.solving.result import Result
from tests.batching.small_batches import LOOSE, Walking, both, by_hand, partitions, problem_by_chance

QUICK = ColumnsAndRounds(
    annealing=Annealing(moves=3000, keep=30), choosing=Choosing(gap=0.0, evaluations=40, wave=20)
)


def solve(problem: BatchingProblem, seed: int = 1, engine: Walking | None = None) -> Result[Batches]:
    return QUICK.solve(problem, limits=Limits(), seed=seed, engine=engine, executor=SerialExecutor())


def brute(problem: BatchingProblem) -> int:
    """Least distance and price of all partitions in which a batch of one alone is left out."""
    best, price = None, problem.rules.left_out
    for parts in partitions(list(range(len(problem.candidates)))):
        groups = [each for each in parts if len(each) > 1]
        found = by_hand(problem, groups)
        if any(
            each.rule is not None for each in check(problem, found) if each.rule is not BatchRule.TOGETHER
        ):
            continue
        value = found.distance + price * (len(problem.candidates) - sum(map(len, groups)))
        best = value if best is None else min(best, value)
    assert best is not None
    return best


@pytest.mark.parametrize("seed", range(20))
def test_no_partition_is_better(seed: int) -> None:
    problem = problem_by_chance(seed, homes=7)
    result, best = solve(problem), brute(problem)
    # What fits no batch at all has no price of ours.
    lost = problem.rules.left_out * len(result.solution.left_out) - result.components["left out"]
    assert result.bound + lost <= best + 1e-6
    assert result.objective == best - lost


def test_sectors_of_each_batch_are_in_one_piece() -> None:
    problem = problem_by_chance(3, homes=14)
    sector = {each.package: each.sector for each in problem.candidates}
    graph = nx.Graph(list(problem.touching))
    for batch in solve(problem).solution.batches:
        assert nx.is_connected(graph.subgraph({sector[each] for each in batch.packages}))


def test_rows_processes_and_names_change_nothing() -> None:
    problem = both(problem_by_chance(1, homes=10), problem_by_chance(2, homes=10, lot="M"))
    told = solve(problem, engine=Walking())
    order = np.random.default_rng(0).permutation(len(problem.candidates))
    shuffled = replace(
        problem,
        candidates=tuple(problem.candidates[n] for n in order),
        seconds=problem.seconds[np.ix_(order, order)],
    )
    again = solve(shuffled, engine=Walking())
    assert told.solution == again.solution
    assert told.provenance.input_hash == again.provenance.input_hash
    renamed = replace(
        problem,
        candidates=tuple(replace(each, package=PackageId(f"X{each.package}")) for each in problem.candidates),
    )
    assert [each.packages for each in solve(renamed, engine=Walking()).solution.batches] == [
        tuple(f"X{name}" for name in each.packages) for each in told.solution.batches
    ]
    beside = replace(QUICK, processes=2).solve(problem, limits=Limits(), seed=1, engine=Walking())
    assert beside.solution == told.solution


def two_each(rules: BatchRules = LOOSE, **changes: object) -> BatchingProblem:
    problem = problem_by_chance(5, homes=8, rules=rules)
    first = replace(problem.candidates[0], **changes)
    return replace(problem, candidates=(first, *problem.candidates[1:]))


def rules_broken(problem: BatchingProblem, groups: list[list[int]]) -> set[BatchRule | None]:
    return {each.rule for each in check(problem, by_hand(problem, groups))}


PAIRS = [[0, 1], [2, 3], [4, 5], [6, 7]]
ANYWHERE = replace(LOOSE, is_connected=False, most_care=1000 * HOUR, least_care=1)


def test_the_checker_sees_sizes_and_hours() -> None:
    assert rules_broken(two_each(ANYWHERE), PAIRS) == set()
    assert BatchRule.SIZE in rules_broken(two_each(ANYWHERE), [[0, 1, 2, 3, 4], [5, 6, 7]])
    assert rules_broken(two_each(replace(ANYWHERE, most_care=2 * HOUR)), PAIRS) == {BatchRule.HOURS}


def test_the_checker_sees_drives_and_pieces() -> None:
    near = replace(ANYWHERE, urban_drive=1, rural_drive=1)
    assert rules_broken(two_each(near), PAIRS) == {BatchRule.DRIVE}
    apart = two_each(replace(ANYWHERE, is_connected=True), sector="ZZ9 9")
    assert BatchRule.CONNECTED in rules_broken(apart, PAIRS)


@pytest.mark.parametrize(
    ("points", "rule", "change"),
    [
        ("rural_points", BatchRule.RURAL, "is_rural"),
        ("double_points", BatchRule.DOUBLE, "is_double_handed"),
        ("night_points", BatchRule.NIGHT, "is_at_night"),
    ],
)
def test_the_checker_sees_the_mix(points: str, rule: BatchRule, change: str) -> None:
    problem = two_each(replace(ANYWHERE, **{points: 10}))
    even = replace(
        problem,
        candidates=tuple(replace(each, **{change: n < 2}) for n, each in enumerate(problem.candidates)),
    )
    assert rule in rules_broken(even, PAIRS)


def test_the_checker_sees_households_schemes_and_the_number() -> None:
    problem = two_each(ANYWHERE)
    living = tuple(
        replace(each, household="H" if n in (0, 7) else None) for n, each in enumerate(problem.candidates)
    )
    assert rules_broken(replace(problem, candidates=living), PAIRS) == {BatchRule.TOGETHER}
    scheme = tuple(
        replace(each, place=(1, 1) if n in (0, 3, 7) else each.place)
        for n, each in enumerate(problem.candidates)
    )
    assert rules_broken(replace(problem, candidates=scheme), PAIRS) == {BatchRule.TOGETHER}
    assert rules_broken(two_each(replace(ANYWHERE, expected_bidders=4)), PAIRS) == {BatchRule.NUMBER}


def test_the_checker_sees_short_rounds_and_packages_lost() -> None:
    problem = two_each(replace(ANYWHERE, most_remainder=10))
    made = by_hand(problem, PAIRS)
    short = replace(made.batches[0], rounds=BuiltRounds(travel=1, working=(1800, 3600, 3600)))
    wrong = replace(made, batches=(short, *made.batches[1:]))
    assert {each.rule for each in check(problem, wrong)} == {BatchRule.ROUNDS}
    assert {each.message for each in check(problem, replace(made, batches=made.batches[1:]))} == {
        "is neither in a batch nor left out"
    }


def test_what_fits_no_batch_is_named_with_its_rule() -> None:
    problem = problem_by_chance(1, homes=10)
    large = replace(problem.candidates[0], care=50 * HOUR)
    left = solve(replace(problem, candidates=(large, *problem.candidates[1:]))).solution.left_out
    assert (large.package, BatchRule.HOURS) in [(each.package, each.rule) for each in left]
    few = solve(replace(problem, rules=replace(problem.rules, expected_bidders=9))).solution
    assert not few.batches
    assert {each.rule for each in few.left_out} == {BatchRule.NUMBER}


def test_a_distance_is_that_of_the_best_middle() -> None:
    problem = problem_by_chance(4, homes=3)
    names = tuple(each.package for each in problem.candidates)
    ways = [
        sum(c.calls * int(problem.seconds[i, j]) for i, c in enumerate(problem.candidates)) for j in range(3)
    ]
    assert distance_of(problem, names) == min(ways)
