"""What stays together, and one lot's packages as arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from optimiser.batching.problem import BatchingProblem, Candidate, Ints
from optimiser.batching.rules import BatchRules
from optimiser.model.identifiers import LotCode

Flags = NDArray[np.bool_]

KINDS = 3
"""Shares that have a band: rural, double-handed, night."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One lot: units ``u`` that go into batches whole, and packages ``j`` that may be a batch's middle.

    Attributes
    ----------
    units
        Candidates of each unit, by their number in the problem.
    middles
        Candidates that may be a middle, by number, one for each place of a unit; the unit of each is in
        ``unit_of``.
    count, care
        ``int64[u]``: packages, and carer-seconds a week.
    distance
        ``int64[u, j]``: seconds a week to reach all calls of a unit from a middle.
    excess
        ``int64[2 * KINDS, u]``: what a unit adds to how far a batch lies above and below each band; a
        batch keeps a band where its sum is not above zero. In whole numbers: packages, times ``scale``.
    scale
        A hundred times the packages of the lot.
    kinds
        ``int64[KINDS, u]``: rural, double-handed and night packages.
    band
        ``int64[KINDS, n, 2]``: least and most of each that a batch of n packages may hold.
    far
        ``bool[u, u]``: units that may not share a batch.
    touch
        ``bool[u, u]``: units of one sector, or of sectors that touch.
    sectors
        Of each unit.
    """

    lot: LotCode
    units: tuple[tuple[int, ...], ...]
    middles: Ints
    unit_of: Ints
    count: Ints
    care: Ints
    distance: Ints
    excess: Ints
    scale: int
    kinds: Ints
    band: Ints
    far: Flags
    touch: Flags
    sectors: tuple[frozenset[str], ...]
    rules: BatchRules

    def __len__(self) -> int:
        return len(self.units)

    def members(self, batch: Iterable[int]) -> tuple[int, ...]:
        """Candidates of some units, in order."""
        return tuple(sorted(each for u in batch for each in self.units[u]))

    def middle_of(self, batch: Sequence[int]) -> tuple[int, int]:
        """The best middle of a batch, by its place in ``middles``, and the distance from it."""
        inside = np.flatnonzero(np.isin(self.unit_of, batch))
        totals = self.distance[np.ix_(np.asarray(batch, dtype=np.int64), inside)].sum(axis=0)
        best = int(totals.argmin())
        return int(inside[best]), int(totals[best])

    def is_in_one_piece(self, batch: Sequence[int]) -> bool:
        """Whether the sectors of a batch are connected."""
        left, waiting = set(batch), [batch[0]]
        left.discard(batch[0])
        while waiting:
            at = waiting.pop()
            near = [u for u in left if self.touch[at, u]]
            left.difference_update(near)
            waiting += near
        return not left

    def allows(self, batch: Sequence[int]) -> bool:
        """Whether a batch keeps every rule but those that need its rounds."""
        rules, those = self.rules, list(batch)
        if not those or not rules.least_packages <= self.count[those].sum() <= rules.most_packages:
            return False
        if not rules.least_care <= self.care[those].sum() <= rules.most_care:
            return False
        if (self.excess[:, those].sum(axis=1) > 0).any() or self.far[np.ix_(those, those)].any():
            return False
        return not rules.is_connected or self.is_in_one_piece(those)


def units_of(problem: BatchingProblem, lot: LotCode) -> list[tuple[int, ...]]:
    """Candidates of a lot that stay together, in order (rule B5)."""
    own = [n for n, each in enumerate(problem.candidates) if each.lot == lot]
    rules = problem.rules
    households, schemes = defaultdict(list), defaultdict(list)
    for n in own:
        each = problem.candidates[n]
        if rules.households_together and each.household is not None:
            households[each.household].append(n)
        schemes[each.place].append(n)
    graph = nx.Graph()
    graph.add_nodes_from(own)
    for members in households.values():
        nx.add_path(graph, members)
    for members in schemes.values():
        care = sum(problem.candidates[n].care for n in members)
        if rules.is_scheme(len(members), care):
            nx.add_path(graph, members)
    return sorted(tuple(sorted(each)) for each in nx.connected_components(graph))


def part_of(problem: BatchingProblem, lot: LotCode, units: Sequence[tuple[int, ...]]) -> Part:
    """Arrays of some of a lot's units; bands are those of all the lot's candidates."""
    everybody = [each for each in problem.candidates if each.lot == lot]
    members = [n for unit in units for n in unit]
    number = {n: at for at, n in enumerate(members)}
    places = [{problem.candidates[n].place: n for n in reversed(unit)} for unit in units]
    middles = [n for unit in places for n in sorted(unit.values())]
    unit_of = np.array([u for u, unit in enumerate(units) for _ in unit], dtype=np.int64)
    candidates = [problem.candidates[n] for n in members]
    seconds = problem.seconds[np.ix_(members, members)]
    calls = np.array([each.calls for each in candidates], dtype=np.int64)
    limit = np.array([[problem.drive_limit(a, b) for b in members] for a in members], dtype=np.int64)
    pairs = (seconds > limit.reshape(seconds.shape)) & (unit_of[:, None] != unit_of[None, :])
    n = len(units)
    far = np.zeros((n, n), dtype=bool)
    np.logical_or.at(far, (unit_of[:, None], unit_of[None, :]), pairs)
    inside = [number[each] for each in middles]
    distance = np.zeros((n, len(middles)), dtype=np.int64)
    np.add.at(distance, unit_of, calls[:, None] * seconds[:, inside])
    care = _summed(unit_of, n, (each.care for each in candidates))
    count = _summed(unit_of, n, (1 for _ in candidates))
    sectors = tuple(frozenset(problem.candidates[i].sector for i in unit) for unit in units)
    return Part(
        lot=lot,
        units=tuple(units),
        middles=np.array(middles, dtype=np.int64),
        unit_of=unit_of[inside],
        count=count,
        care=care,
        distance=distance,
        excess=_excess(problem.rules, everybody, _held(candidates, unit_of, n), count),
        scale=100 * len(everybody),
        kinds=_held(candidates, unit_of, n),
        band=_bands(problem.rules, everybody),
        far=far,
        touch=_touch(sectors, problem.touching),
        sectors=sectors,
        rules=problem.rules,
    )


def _summed(unit_of: Ints, n: int, values: Iterable[int]) -> Ints:
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, unit_of, np.fromiter(values, np.int64))
    return total


def _kinds(each: Candidate) -> tuple[int, int, int]:
    return (int(each.is_rural), int(each.is_double_handed), int(each.is_at_night))


def _held(own: Sequence[Candidate], unit_of: Ints, n: int) -> Ints:
    return np.array([_summed(unit_of, n, (_kinds(each)[kind] for each in own)) for kind in range(KINDS)])


def _points(rules: BatchRules) -> tuple[int, int, int]:
    return (rules.rural_points, rules.double_points, rules.night_points)


def _excess(rules: BatchRules, everybody: Sequence[Candidate], held: Ints, count: Ints) -> Ints:
    """Rows above and below each band: :math:`100 N a_u - (100 A + p N) n_u`, and the same from below."""
    total = len(everybody)
    rows = []
    for kind, points in enumerate(_points(rules)):
        whole = sum(_kinds(each)[kind] for each in everybody)
        rows.append(100 * total * held[kind] - (100 * whole + points * total) * count)
        rows.append((100 * whole - points * total) * count - 100 * total * held[kind])
    return np.array(rows, dtype=np.int64)


def _bands(rules: BatchRules, everybody: Sequence[Candidate]) -> Ints:
    """Least and most of each kind that batches of each size may hold."""
    total = len(everybody)
    sizes = np.arange(rules.most_packages + 1)
    bands = []
    for kind, points in enumerate(_points(rules)):
        whole = sum(_kinds(each)[kind] for each in everybody)
        least = -((points * total - 100 * whole) * sizes // (100 * total))
        most = (100 * whole + points * total) * sizes // (100 * total)
        bands.append(np.column_stack([np.maximum(least, 0), np.minimum(most, sizes)]))
    return np.array(bands, dtype=np.int64)


def _touch(sectors: Sequence[frozenset[str]], touching: frozenset[tuple[str, str]]) -> Flags:
    names = sorted(set().union(*sectors)) if sectors else []
    number = {name: i for i, name in enumerate(names)}
    near = np.eye(len(names), dtype=bool)
    for one, other in touching:
        if one in number and other in number:
            near[number[one], number[other]] = near[number[other], number[one]] = True
    inside = np.zeros((len(sectors), len(names)), dtype=bool)
    for u, held in enumerate(sectors):
        inside[u, [number[name] for name in held]] = True
    return np.asarray((inside.astype(np.int64) @ near.astype(np.int64) @ inside.T.astype(np.int64)) > 0)
