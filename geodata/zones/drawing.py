"""Drawing zones out of sectors: contiguous, of nearly equal weight, compact; so many in each part.

Groups grown by :func:`geodata.localities.grow_localities` are the start. Sectors on a border then change
sides, or two change places, by simulated annealing (Kirkpatrick et al. 1983, Science 220), never so that a
zone falls into pieces. What is sought is a weight within the tolerance first, compactness after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from geodata.localities import grow_localities, in_one_piece

TOLERANCE = 0.05
"""Difference from the mean weight that costs little: only its own size."""
STEPS = 30_000
_STARTS = 6  # drawings begun anew; the best is kept
_FIRST_HEAT, _LAST_HEAT = 0.3, 0.0002
# What a mean zone's weight costs beyond the tolerance, and in another zone than today's; a round zone's
# spread costs about a sixth.
_EXCESS, _MOVED = 5.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the map that zones keep within.

    Attributes
    ----------
    number
        Of zones in it; at least one.
    today
        Zone of each of its sectors as it is, to be kept where that can be; ``None`` to draw anew. As many
        zones as ``number``, each in one piece.
    """

    name: str
    number: int
    sectors: frozenset[str]
    today: Mapping[str, str] | None = None


def draw_zones(
    graph: nx.Graph,
    parts: Sequence[Part],
    weights: Mapping[str, float],
    *,
    seed: int,
    tolerance: float = TOLERANCE,
    steps: int = STEPS,
) -> dict[str, str]:
    """Zone of each sector: ``EAST-01`` where its part has a name, ``01`` where it has none.

    Weights are held against the mean of the part: what a part has more than another, its zones have more. The
    same graph, parts, weights and seed give the same zones, in whatever order they come.

    Parameters
    ----------
    graph
        From :func:`geodata.localities.sector_graph`.
    weights
        Of each sector, 0 or more; missing ones weigh 0.

    Raises
    ------
    ValueError
        Where a part or one of its zones today lies in pieces, it has fewer sectors than zones, or not as many
        zones today.
    """
    found: dict[str, str] = {}
    for each in sorted(parts, key=lambda part: part.name):
        inside = graph.subgraph(each.sectors)
        if not nx.is_connected(inside):
            raise ValueError(f"part {each.name!r} does not lie in one piece")
        own = _Drawing.of(inside, weights, each, tolerance)
        starts = [own.annealed(inside, weights, steps, seed * _STARTS + start) for start in range(_STARTS)]
        found |= own.named(min(starts, key=own.cost), each.name)
    return dict(sorted(found.items()))


def one_piece_each(graph: nx.Graph, side: Mapping[str, str]) -> dict[str, str]:
    """Give what is cut off from its part's largest piece to the part that most of its neighbours are in.

    Parameters
    ----------
    side
        Part of each sector of the graph.
    """
    found = dict(side)
    for part in sorted(set(side.values())):
        inside = graph.subgraph([sector for sector in sorted(graph) if found.get(sector) == part])
        pieces = sorted(
            (sorted(each) for each in nx.connected_components(inside)), key=lambda p: (-len(p), p)
        )
        for piece in pieces[1:]:
            around = [found[o] for s in piece for o in sorted(graph[s]) if found.get(o, part) != part]
            if around:
                found |= dict.fromkeys(piece, min(set(around), key=lambda each: (-around.count(each), each)))
    return found


@dataclass(frozen=True, eq=False, kw_only=True)
class _Drawing:
    """One part as arrays: sectors by number, in order of name; ``owner`` is the zone of each."""

    sectors: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    weight: tuple[float, ...]
    neighbours: tuple[tuple[int, ...], ...]
    zones: int
    mean: float
    tolerance: float
    scale: float
    today: tuple[int, ...] | None

    @classmethod
    def of(cls, graph: nx.Graph, weights: Mapping[str, float], part: Part, tolerance: float) -> _Drawing:
        zones = part.number
        sectors = tuple(sorted(graph))
        number = {sector: i for i, sector in enumerate(sectors)}
        places = [graph.nodes[each]["place"] for each in sectors]
        x, y = (
            tuple(float(value) for value in axis)
            for axis in zip(*((p.easting, p.northing) for p in places), strict=True)
        )
        weight = tuple(float(weights.get(each, 0.0)) for each in sectors)
        area = max(1.0, (max(x) - min(x)) * (max(y) - min(y)))
        return cls(
            sectors=sectors,
            x=x,
            y=y,
            weight=weight,
            neighbours=tuple(tuple(sorted(number[n] for n in graph[each])) for each in sectors),
            zones=zones,
            mean=max(sum(weight) / zones, 1e-9),
            tolerance=tolerance,
            scale=area / zones,
            today=None if part.today is None else _numbered(graph, sectors, part.today, zones),
        )

    def cost(self, owner: list[int]) -> float:
        """Cost of a division."""
        return sum(self.cost_of(k, each) for k, each in enumerate(self.members(owner)))

    def members(self, owner: list[int]) -> list[set[int]]:
        """Sectors of each zone."""
        return [{i for i, zone in enumerate(owner) if zone == k} for k in range(self.zones)]

    def cost_of(self, zone: int, members: set[int]) -> float:
        """Cost of one zone: mean square distance from its middle, weight off the mean, weight moved."""
        many = len(members)
        total = sum(self.weight[i] for i in members)
        x, y = sum(self.x[i] for i in members) / many, sum(self.y[i] for i in members) / many
        square = sum((self.x[i] - x) ** 2 + (self.y[i] - y) ** 2 for i in members) / many
        off = abs(total - self.mean) / self.mean
        cost = square / self.scale + off + _EXCESS * max(0.0, off - self.tolerance)
        if self.today is not None:
            cost += _MOVED * sum(self.weight[i] for i in members if self.today[i] != zone) / self.mean
        return cost

    def annealed(self, graph: nx.Graph, weights: Mapping[str, float], steps: int, seed: int) -> list[int]:
        """Best division met from one start; contiguous at every step, as the start is."""
        owner = list(self.today) if self.today is not None else self._grown(graph, weights, seed)
        members = self.members(owner)
        costs = [self.cost_of(k, each) for k, each in enumerate(members)]
        best, lowest = list(owner), sum(costs)
        rng = np.random.default_rng(seed)
        picks, chances = rng.integers(len(owner), size=steps), rng.random((steps, 3))
        for step in range(steps):
            moves = self._move(int(picks[step]), owner, chances[step])
            changed = _after(moves, owner, members)
            fresh = {k: self.cost_of(k, each) if each else inf for k, each in changed.items()}
            rise = sum(fresh[k] - costs[k] for k in changed)
            heat = _FIRST_HEAT * (_LAST_HEAT / _FIRST_HEAT) ** (step / steps)
            if not moves or (rise > 0 and chances[step, 2] >= exp(-min(rise / heat, 700.0))):
                continue
            if not all(in_one_piece(each, self.neighbours) for each in changed.values()):
                continue
            for i, zone in moves:
                owner[i] = zone
            for k, each in changed.items():
                members[k], costs[k] = each, fresh[k]
            if sum(costs) < lowest - 1e-9:
                best, lowest = list(owner), sum(costs)
        return best

    def _grown(self, graph: nx.Graph, weights: Mapping[str, float], seed: int) -> list[int]:
        groups = grow_localities(graph, self.zones, seed=seed, weights=weights)
        zone_of = {sector: number for number, group in enumerate(groups) for sector in group.sectors}
        return [zone_of[sector] for sector in self.sectors]

    def _move(self, sector: int, owner: list[int], chance: NDArray[np.float64]) -> list[tuple[int, int]]:
        """A sector into the zone of a neighbour; every other time one of that zone's comes back for it."""
        others = sorted({owner[i] for i in self.neighbours[sector]} - {owner[sector]})
        if not others:
            return []
        zone = others[int(chance[0] * len(others))]
        moves = [(sector, zone)]
        if chance[1] < 0.5:
            back = [
                i for i, own in enumerate(owner)
                if own == zone and any(owner[n] == owner[sector] for n in self.neighbours[i])
            ]  # fmt: skip
            moves.append((back[int(2 * chance[1] * len(back))], owner[sector]))
        return moves

    def named(self, owner: list[int], part: str) -> dict[str, str]:
        """Zone codes from north-west to south-east."""
        inside = self.members(owner)
        along = [float(np.mean([self.x[i] - self.y[i] for i in sorted(each)])) for each in inside]
        order = sorted(range(self.zones), key=lambda k: (along[k], min(inside[k])))
        prefix = f"{part.upper()}-" if part else ""
        code = {k: f"{prefix}{place:02d}" for place, k in enumerate(order, start=1)}
        return {self.sectors[i]: code[k] for i, k in enumerate(owner)}


def _numbered(
    graph: nx.Graph, sectors: Sequence[str], today: Mapping[str, str], zones: int
) -> tuple[int, ...]:
    """Number of each sector's zone today, in order of code."""
    codes = sorted({today[sector] for sector in sectors if sector in today})
    if len(codes) != zones or any(sector not in today for sector in sectors):
        raise ValueError(f"the part has {len(codes)} zones today, and {zones} are asked")
    for code in codes:
        if not nx.is_connected(graph.subgraph([each for each in sectors if today[each] == code])):
            raise ValueError(f"zone {code!r} does not lie in one piece today")
    return tuple(codes.index(today[sector]) for sector in sectors)


def _after(moves: list[tuple[int, int]], owner: list[int], members: list[set[int]]) -> dict[int, set[int]]:
    """Sectors of the zones that some moves touch, once they are made; by zone, in order."""
    touched = sorted({owner[i] for i, _ in moves} | {zone for _, zone in moves})
    changed = {k: set(members[k]) for k in touched}
    for i, zone in moves:
        changed[owner[i]].discard(i)
        changed[zone].add(i)
    return changed
