"""Whole partitions of a lot by simulated annealing: a first answer, and batches to begin with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimiser.batching.kernels import annealed
from optimiser.batching.pricing import Rows
from optimiser.batching.problem import Ints
from optimiser.batching.units import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Annealing:
    """Settings.

    Attributes
    ----------
    moves
        Of one run.
    numbers, starts
        Of batches that are tried, from the fewest on; and runs of each. One run is held fast by the bands of
        shares where another is not.
    hot, cold
        First and last temperature, in a unit's median way to its neighbours.
    dear, dearest
        Least and greatest price of anything broken, in the same.
    keep
        Partitions kept of each run.
    neighbours
        Units near a unit, into whose batches it is shifted.
    """

    moves: int = 300_000
    numbers: int = 6
    starts: int = 3
    hot: float = 0.5
    cold: float = 0.002
    dear: float = 2.0
    dearest: float = 200.0
    keep: int = 60
    neighbours: int = 20


def partitions(
    part: Part, rows: Rows, batches: int, penalties: Ints, settings: Annealing, seed: int
) -> list[list[tuple[int, ...]]]:
    """Partitions of a lot into at most so many batches, best first; units in no batch are left out."""
    n = len(part)
    if n == 0 or batches == 0:
        return []
    state = np.array([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64)
    most = max(np.bincount(part.unit_of).max(), 1)
    middles = np.full((n, most), -1, dtype=np.int64)
    for u in range(n):
        own = np.flatnonzero(part.unit_of == u)
        middles[u, : len(own)] = own
    to_units = np.array([part.distance[:, middles[u, 0]] for u in range(n)])
    near = np.argsort(to_units, axis=1, kind="stable")[:, : min(n, settings.neighbours)]
    step = float(np.median(np.sort(to_units, axis=1)[:, : max(2, n // batches)]))
    holder = _started(to_units, part, batches, state)
    _, best, kept, count = annealed(
        holder,
        batches,
        part.distance.astype(np.float64),
        middles,
        near,
        penalties.astype(np.float64),
        rows.load,
        rows.low,
        rows.high,
        part.far,
        part.touch,
        part.rules.is_connected,
        settings.dear * step,
        settings.dearest * step,
        settings.hot * step,
        settings.cold * step,
        settings.moves,
        settings.keep,
        state,
    )
    found = []
    for held in [best, *kept[:count][::-1]]:
        groups = [tuple(np.flatnonzero(held == b).tolist()) for b in range(batches)]
        found.append([each for each in groups if part.allows(each)])
    return found


def _started(to_units: Ints, part: Part, batches: int, state: np.typing.NDArray[np.uint64]) -> Ints:
    """Each unit with the nearest of so many spread-out units."""
    n = len(part)
    first = int(state[0] % np.uint64(n))
    heads = [first]
    while len(heads) < min(batches, n):
        heads.append(int(to_units[heads].min(axis=0).argmax()))
    return np.asarray(to_units[heads].argmin(axis=0), dtype=np.int64)
