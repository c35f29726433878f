"""Small problems to batch: homes on a line of sectors, by hand or by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from optimiser.batching.problem import Batch, Batches, BatchingProblem, BatchSource, BuiltRounds, Candidate
from optimiser.batching.rules import BatchRules
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import LotCode, PackageId

LOOSE = BatchRules(
    least_packages=2,
    most_packages=4,
    least_care=4 * HOUR,
    most_care=40 * HOUR,
    most_remainder=None,
    rural_points=100,
    double_points=100,
    night_points=100,
    expected_bidders=0,
    tolerance=0.0,
)


def problem_by_chance(
    seed: int, homes: int = 8, rules: BatchRules = LOOSE, lot: str = "L"
) -> BatchingProblem:
    """Homes along a road of 4 sectors, each touching the next."""
    rng = np.random.default_rng(seed)
    xy = np.column_stack([rng.integers(0, 8000, homes), rng.integers(0, 1500, homes)])
    candidates = tuple(
        Candidate(
            package=PackageId(f"{lot}{n}"),
            lot=LotCode(lot),
            source=BatchSource.RETENDER,
            place=(int(x), int(y)),
            sector=f"AB{1 + int(x) // 2000} 1",
            care=int(rng.integers(3, 15)) * HOUR,
            calls=int(rng.integers(7, 29)),
            is_rural=bool(x > 5000),
            is_double_handed=bool(rng.random() < 0.3),
        )
        for n, (x, y) in enumerate(xy)
    )
    seconds = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1)).astype(np.int64) // 10
    touching = frozenset((f"AB{k} 1", f"AB{k + 1} 1") for k in range(1, 4))
    return BatchingProblem(candidates=candidates, seconds=seconds, touching=touching, rules=rules)


def both(one: BatchingProblem, other: BatchingProblem) -> BatchingProblem:
    """Two lots as one problem."""
    n, m = len(one.candidates), len(other.candidates)
    seconds = np.full((n + m, n + m), 3000, dtype=np.int64)
    seconds[:n, :n], seconds[n:, n:] = one.seconds, other.seconds
    return replace(one, candidates=one.candidates + other.candidates, seconds=seconds)


def partitions(items: Sequence[int]) -> Iterator[list[list[int]]]:
    """All partitions of a few things."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for parts in partitions(rest):
        yield [[first], *parts]
        for k in range(len(parts)):
            yield [*parts[:k], [first, *parts[k]], *parts[k + 1 :]]


class Walking:
    """An engine for tests: a round of three hours for every two packages."""

    name = "walking"

    def __call__(self, packages: Sequence[PackageId]) -> BuiltRounds:
        return BuiltRounds(travel=100 * len(packages), working=(3 * HOUR,) * (len(packages) // 2 or 1))


def by_hand(problem: BatchingProblem, groups: Sequence[Sequence[int]]) -> Batches:
    """Batches of candidates by number; nobody is left out."""
    from optimiser.batching.check import distance_of

    made = []
    for k, group in enumerate(groups):
        names = tuple(problem.candidates[n].package for n in group)
        made.append(
            Batch(
                id=f"B{k}",
                lot=problem.candidates[group[0]].lot,
                packages=names,
                middle=names[0],
                distance=distance_of(problem, names),
                care=sum(problem.candidates[n].care for n in group),
            )
        )
    return Batches(batches=tuple(made), left_out=())
