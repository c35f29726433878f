"""Good packings from a relaxation: rounded by chance, crossed with the best met, bettered by tabu search.

A heuristic: it has no bound of its own. What a relaxation takes most of is likely in a good packing, even
where its value lies far above; tabu search alone is left with up to a tenth less on crowded auctions.
Crossing and bettering are those of a memetic algorithm (Moscato 1989; for packings of sets, Boughaci,
Benhamou & Drias 2009), rounding that of Raghavan & Thompson (1987).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.packing.kernels import filled, tabu
from optimiser.packing.problem import Ints
from optimiser.packing.relaxation import Flags
from optimiser.solving.clock import seconds_to
from optimiser.solving.with_highs import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """Settings.

    Attributes
    ----------
    elite
        Packings kept, each of another value.
    alone
        Of so many mixes one is of the relaxation alone.
    parents
        Weight of each of two packings that are crossed, where the relaxation has one.
    steps, patience
        Of the tabu search, and without a better packing before it begins anew.
    """

    elite: int = 30
    alone: int = 3
    parents: float = 0.6
    steps: int = 1_000
    patience: int = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixes:
    """What a process is handed.

    Attributes
    ----------
    value, conflicts
        ``int64[n]`` and ``bool[n, n]``.
    values
        ``float64[n]``: how far the relaxation takes each set.
    taken
        ``bool[n]``: the best packing known.
    count, idle
        Mixes at the most, and without a better packing; ``None`` for no limit.
    bound
        A packing worth as much ends it.
    """

    settings: Mixing
    value: Ints
    conflicts: Flags
    values: Floats
    taken: Flags
    count: int | None
    idle: int | None
    bound: int
    deadline: float | None
    seed: int


def mixed(run: Mixes) -> Flags:
    """The best packing met; a top-level function for any process."""
    settings, n = run.settings, len(run.value)
    chance = np.random.default_rng(run.seed % 2**63)
    state = chance.integers(1, 2**63, size=1, dtype=np.uint64)
    at, other = np.nonzero(run.conflicts)
    first = np.searchsorted(at, np.arange(n + 1)).astype(np.int64)
    others = other.astype(np.int32)
    worth = 1e-6 * run.value / max(1, int(run.value.max()))
    best = int(run.value[run.taken].sum())
    elite: list[tuple[int, NDArray[np.uint8]]] = [(best, run.taken.astype(np.uint8))]
    turn = since = 0
    while (run.count is None or turn < run.count) and (run.idle is None or since < run.idle):
        if elite[0][0] >= run.bound or seconds_to(run.deadline) == 0.0:
            break
        turn, since = turn + 1, since + 1
        key = run.values * np.sqrt(chance.random(n)) + worth * chance.random(n)
        if turn % settings.alone and len(elite) > settings.alone:
            one, two = (elite[int(k)][1] for k in chance.integers(len(elite), size=2))
            key = (settings.parents * (one.astype(np.float64) + two) + run.values) * chance.random(n) + worth
        begin = filled(np.argsort(-key, kind="stable"), first, others)
        value, found = tabu(run.value, first, others, begin, settings.steps, settings.patience, state)
        if all(value != known for known, _ in elite):
            since = 0 if value > elite[0][0] else since
            elite.append((value, found))
            elite.sort(key=lambda each: -each[0])
            del elite[settings.elite :]
    return elite[0][1].astype(bool)
