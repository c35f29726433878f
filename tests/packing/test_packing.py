"""The packing core against trying everything, and what its results promise."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from optimiser.packing.check import check
from optimiser.packing.conflicts import Conflicts, cliques_of, unpacked
from optimiser.packing.guided import Mixes, Mixing, mixed
from optimiser.packing.pieces import worthwhile
from optimiser.packing.problem import PackingProblem
from optimiser.packing.relaxation import SCALE, relaxed
from optimiser.packing.search import in_order, packings, search_tree
from optimiser.packing.solve import CliqueSearch
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.limits import Limits
from optimiser.solving.result import Status, StoppedBy

HERE = SerialExecutor()
WAYS = {
    "as it is": CliqueSearch(),
    "by relaxations": CliqueSearch(all_of_them=0.0, most=np.inf, few=2.0, some=8.0, block=1, width=3),
    "by the engine": CliqueSearch(all_of_them=0.0, most=0.0),
    "by the tree": CliqueSearch(all_of_them=np.inf),
}
"""Every way through the core, whatever the problem's size."""


def random_problem(seed: int, sets: int = 14, items: int = 9) -> PackingProblem:
    chance = np.random.default_rng(seed)
    return PackingProblem.of(
        [
            (
                int(chance.integers(-2, 40)),
                chance.choice(items, int(chance.integers(1, 5)), replace=False).tolist(),
            )
            for _ in range(sets)
        ]
    )


def conflict_free(problem: PackingProblem, taken: tuple[int, ...]) -> bool:
    held = [item for each in taken for item in problem.items_of(each).tolist()]
    return len(held) == len(set(held))


def brute_force(problem: PackingProblem) -> int:
    """Most value of any packing."""
    best = 0
    for size in range(1, problem.sets + 1):
        some = [each for each in combinations(range(problem.sets), size) if conflict_free(problem, each)]
        if not some:
            break
        best = max(best, *(int(problem.value[list(each)].sum()) for each in some))
    return best


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(40))
def test_it_is_what_trying_everything_finds(seed: int, way: str) -> None:
    problem = random_problem(seed, sets=6 + seed % 9, items=4 + seed % 8)
    result = WAYS[way].solve(problem, limits=Limits(), seed=seed, executor=HERE)
    assert result.objective == result.bound == brute_force(problem)
    assert (result.status, result.stopped_by) == (Status.OPTIMAL, StoppedBy.PROOF)
    verdict = check(problem, result.solution.sets)
    assert (verdict.value, verdict.breaches) == (result.objective, ())


@pytest.mark.parametrize("seed", range(6))
def test_every_way_agrees_on_larger_problems(seed: int) -> None:
    problem = random_problem(seed, sets=90, items=(12, 30, 60)[seed % 3])
    found = [way.solve(problem, limits=Limits(), seed=1, executor=HERE) for way in WAYS.values()]
    assert len({each.objective for each in found}) == 1
    assert all(each.bound == each.objective for each in found)


def test_processes_and_the_order_of_sets_change_nothing() -> None:
    problem = random_problem(3, sets=120, items=30)
    solver = CliqueSearch(all_of_them=0.0, most=np.inf, few=50.0, some=200.0, width=4)
    few = Limits(iterations=2)
    one = solver.solve(problem, limits=few, seed=5, executor=HERE)
    two = solver.solve(problem, limits=few, seed=5)
    assert (one.solution, one.bound) == (two.solution, two.bound)
    turned = problem.some(np.arange(problem.sets)[::-1].copy())
    assert solver.solve(turned, limits=Limits(), seed=5, executor=HERE).objective == (
        solver.solve(problem, limits=Limits(), seed=5, executor=HERE).objective
    )


def test_out_of_time_it_still_has_a_packing_and_a_true_bound() -> None:
    problem = random_problem(8, sets=60, items=20)
    best = CliqueSearch().solve(problem, limits=Limits(), seed=1, executor=HERE).objective
    assert best is not None
    for way in WAYS.values():
        result = way.solve(problem, limits=Limits(seconds=0.0), seed=1, executor=HERE)
        assert result.objective is not None
        assert result.bound is not None
        assert result.objective <= best <= result.bound
        short = way.solve(problem, limits=Limits(iterations=0), seed=1, executor=HERE)
        assert short.bound is not None
        assert best <= short.bound


def test_with_a_limit_of_time_the_engine_and_mixes_work_side_by_side() -> None:
    problem = random_problem(8, sets=90, items=30)
    way = WAYS["by the engine"]
    both = way.solve(problem, limits=Limits(seconds=60.0), seed=1)
    assert both.status is Status.OPTIMAL
    assert both.objective == way.solve(problem, limits=Limits(), seed=1, executor=HERE).objective


@pytest.mark.parametrize("seed", range(20))
def test_mixes_keep_what_is_known_and_better_it(seed: int) -> None:
    problem = random_problem(seed, sets=14)
    sets = worthwhile(problem)
    some = problem.some(sets)
    whole = unpacked(Conflicts.of(some).bits, some.sets).astype(bool)
    taken = np.zeros(some.sets, dtype=bool)
    taken[int(seed % some.sets)] = True
    run = Mixes(
        settings=Mixing(steps=20, patience=10),
        value=some.value,
        conflicts=whole,
        values=relaxed(some.value, whole, [], rounds=0, seconds=None).values,
        taken=taken,
        count=30,
        idle=None,
        bound=int(some.value.sum()),
        deadline=None,
        seed=seed,
    )
    found = np.flatnonzero(mixed(run))
    assert not whole[np.ix_(found, found)].any()
    assert some.value[taken].sum() <= some.value[found].sum() <= brute_force(problem)
    assert (np.flatnonzero(mixed(run)) == found).all(), "a seed and a number of mixes give one answer"
    assert (mixed(replace(run, count=0)) == taken).all()


def test_nothing_to_take_is_worth_nothing() -> None:
    for sets in ([], [(-3, [0]), (0, [1])]):
        result = CliqueSearch().solve(PackingProblem.of(sets), limits=Limits(), seed=1)
        assert (result.objective, result.bound, result.solution.sets) == (0, 0.0, ())


def test_conflicts_are_those_of_items_and_cliques_are_cliques() -> None:
    problem = random_problem(2, sets=70, items=12)
    conflicts = Conflicts.of(problem)
    whole = unpacked(conflicts.bits, problem.sets).astype(bool)
    for a, b in combinations(range(problem.sets), 2):
        assert whole[a, b] == whole[b, a] == (not conflict_free(problem, (a, b)))
    assert not whole.diagonal().any()
    for row in cliques_of(problem, conflicts):
        assert whole[np.ix_(row, row)].sum() == len(row) * (len(row) - 1)
        assert not whole[row].all(axis=0).any(), "it could grow"


@pytest.mark.parametrize("seed", range(10))
def test_a_relaxation_proves_what_it_says(seed: int) -> None:
    problem = random_problem(seed)
    whole = unpacked(Conflicts.of(problem).bits, problem.sets).astype(bool)
    value = np.maximum(problem.value, 0)
    best = brute_force(problem)
    for rounds in (0, 5):
        proof = relaxed(value, whole, [], rounds=rounds, seconds=None)
        assert proof.bound >= best * SCALE
        alive = proof.may_better(best - 1)
        for j in range(problem.sets):  # a set in a best packing is never excluded
            rest = [k for k in range(problem.sets) if k != j and not whole[j, k]]
            with_j = value[j] + brute_force(problem.some(np.array(rest, dtype=np.int64)))
            assert alive[j] or with_j < best


def test_what_another_set_beats_is_left_out() -> None:
    problem = PackingProblem.of([(5, [0, 1]), (6, [0]), (4, [2]), (4, [2]), (0, [3]), (7, [0, 2])])
    assert worthwhile(problem).tolist() == [1, 2, 5]


def test_a_tree_cut_short_bounds_what_it_has_not_seen() -> None:
    problem = random_problem(1, sets=200, items=40)
    whole = unpacked(Conflicts.of(problem).bits, problem.sets).astype(bool)
    value = np.maximum(problem.value, 1)
    cut = search_tree(value, whole, 0, deadline=None, nodes=1)
    full = search_tree(value, whole, 0, deadline=None)
    assert full.bound == -1
    assert cut.bound < 0 or cut.bound >= full.best * SCALE


def test_those_with_few_compatible_sets_come_first() -> None:
    whole = unpacked(Conflicts.of(random_problem(4, sets=30, items=8)).bits, 30).astype(bool)
    order = in_order(whole, np.arange(30))
    assert sorted(order.tolist()) == list(range(30))
    free = ~whole
    assert free[order[0]].sum() == free.sum(axis=1).min()


def test_packings_are_guessed_in_the_right_order_of_size() -> None:
    nobody, everybody = np.zeros((10, 10), dtype=bool), ~np.eye(10, dtype=bool)
    assert packings(nobody) == pytest.approx(2**10 - 1)
    assert packings(everybody) == pytest.approx(10)


@pytest.mark.parametrize(
    ("first", "item", "value", "says"),
    [
        ([0, 1], [0, 1], [3], "follow one another"),
        ([0, 2], [0, 5], [3], "not there"),
        ([0, 2], [1, 1], [3], "in order"),
        ([0, 1], [0], [10**12], "above"),
    ],
)
def test_arrays_that_contradict_one_another_are_refused(
    first: list[int], item: list[int], value: list[int], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        PackingProblem(value=np.array(value), first=np.array(first), item=np.array(item), items=2)


def test_a_broken_packing_is_seen() -> None:
    problem = PackingProblem.of([(3, [0, 1]), (2, [1]), (1, [2])])
    assert check(problem, [0, 2]).value == 4
    assert "item 1" in check(problem, [0, 1]).breaches[0]
    assert "twice" in check(problem, [2, 2]).breaches[0]
    assert "no set 7" in check(problem, [7]).breaches[0]
