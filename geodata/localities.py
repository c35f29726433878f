"""Localities drawn from postcodes: which sectors touch, and groups of them of about equal weight."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from geodata.place import Place
from geodata.postcodes import PostcodeDirectory
from geodata.tessellation import one_label_a_place, sides_of, triangles_of, without_strays

LONGEST_CONTACT = 3_000
"""Metres between neighbouring postcodes past which their sectors do not touch: an estuary, or the rim."""

_STARTS = 6  # sets of seeds tried; the best is kept
_RECENTRINGS = 8


@dataclass(frozen=True, slots=True)
class SectorGroup:
    """A contiguous group of postcode sectors.

    Attributes
    ----------
    sectors
        In order of name.
    weight
        Sum of its sectors' weights.
    centre
        Mean place of its sectors, by weight.
    """

    sectors: tuple[str, ...]
    weight: float
    centre: Place


def sector_graph(directory: PostcodeDirectory, *, longest_contact: int = LONGEST_CONTACT) -> nx.Graph:
    """Which sectors touch.

    Two sectors touch where the Voronoi cells of two of their postcodes share an edge and those postcodes
    lie no more than ``longest_contact`` metres apart. A postcode that stands alone among another sector's,
    as at sorting offices, touches nothing. What is still cut off after that, an island, a far shore or a
    sector of post boxes alone, is tied to the rest by the shortest line there is, marked ``tied``: the
    graph is always in one piece.

    Parameters
    ----------
    directory
        Sectors are taken as far as their postcodes are in it: pass ``directory.only(districts)`` for one
        county.

    Returns
    -------
    networkx.Graph
        Nodes are sectors, with ``place`` (:class:`Place`) and ``postcodes`` (a count); edges have ``metres``
        between the two places and ``tied`` (bool).
    """
    graph = nx.Graph()
    counts = directory.table["sector"].value_counts()
    for sector, place in sorted(directory.sector_places().items()):
        graph.add_node(sector, place=place, postcodes=int(counts[sector]))
    for one, other in sorted(_contacts(directory, longest_contact)):
        graph.add_edge(one, other, metres=_metres(graph, one, other), tied=False)
    _tie(graph)
    return graph


def _contacts(directory: PostcodeDirectory, longest: int) -> set[tuple[str, str]]:
    """Pairs of sectors that touch, the names in order."""
    xy, names = one_label_a_place(directory.xy, directory.table["sector"].to_numpy(dtype=object))
    names = without_strays(xy, names)
    sides = np.unique(sides_of(triangles_of(xy)), axis=0)
    length = np.hypot(*(xy[sides[:, 0]] - xy[sides[:, 1]]).T)
    pairs = zip(*names[sides[length <= longest]].T, strict=True) if len(sides) else ()
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


def _metres(graph: nx.Graph, one: str, other: str) -> float:
    a, b = graph.nodes[one]["place"], graph.nodes[other]["place"]
    return float(np.hypot(a.easting - b.easting, a.northing - b.northing))


def _tie(graph: nx.Graph) -> None:
    """Join the pieces, each time the smallest to its nearest sector elsewhere."""
    while True:
        pieces = sorted(
            (sorted(piece) for piece in nx.connected_components(graph)), key=lambda p: (len(p), p)
        )
        if len(pieces) < 2:
            return
        inside = pieces[0]
        outside = sorted(set(graph) - set(inside))
        metres, one, other = min((_metres(graph, a, b), a, b) for a in inside for b in outside)
        graph.add_edge(one, other, metres=metres, tied=True)


def grow_localities(
    graph: nx.Graph, number: int, *, seed: int, weights: Mapping[str, float] | None = None
) -> tuple[SectorGroup, ...]:
    """Divide sectors into contiguous groups of about equal weight.

    Seeds are spread out, each drawn with a chance that grows with its distance from those already drawn;
    the lightest group then takes the nearest sector that touches it, until none is left. Groups are grown
    again from their centres a few times, then sectors on a border change sides while that evens the weights
    out and leaves both groups in one piece. The best of several starts is kept. Groups of whole sectors
    cannot be quite equal. The same graph, weights and seed give the same groups.

    Parameters
    ----------
    graph
        From :func:`sector_graph`; in one piece.
    number
        How many groups.
    weights
        Weight of each sector, 0 or more; missing ones weigh 0. ``None``: its count of postcodes.

    Returns
    -------
    tuple of SectorGroup
        From north-west to south-east by the sum of easting and southing; none is empty.

    Raises
    ------
    ValueError
        Where there are fewer sectors than groups, no group is asked, the graph is in pieces or a weight is
        negative.
    """
    if not 1 <= number <= len(graph):
        raise ValueError(f"{len(graph)} sectors cannot make {number} groups")
    if not nx.is_connected(graph):
        raise ValueError("the sectors are not in one piece")
    growth = _Growth.of(graph, weights)
    rng = np.random.default_rng(seed)
    best = min((growth.attempt(number, rng) for _ in range(_STARTS)), key=growth.cost)
    groups = [growth.group([i for i, owner in enumerate(best) if owner == k]) for k in range(number)]
    return tuple(sorted(groups, key=lambda g: (g.centre.easting - g.centre.northing, g.sectors)))


@dataclass(frozen=True, slots=True, eq=False)
class _Growth:
    """The graph as arrays: sectors by number, in order of name."""

    sectors: tuple[str, ...]
    xy: NDArray[np.float64]
    weight: NDArray[np.float64]
    neighbours: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, graph: nx.Graph, weights: Mapping[str, float] | None) -> _Growth:
        sectors = tuple(sorted(graph))
        number = {sector: i for i, sector in enumerate(sectors)}
        places = [graph.nodes[sector]["place"] for sector in sectors]
        given = (
            [graph.nodes[sector]["postcodes"] for sector in sectors]
            if weights is None
            else [weights.get(sector, 0.0) for sector in sectors]
        )
        weight = np.array(given, dtype=np.float64)
        if (weight < 0).any() or not np.isfinite(weight).all():
            raise ValueError("a sector's weight must be 0 or more")
        return cls(
            sectors=sectors,
            xy=np.array([(place.easting, place.northing) for place in places], dtype=np.float64),
            weight=weight,
            neighbours=tuple(tuple(sorted(number[n] for n in graph[sector])) for sector in sectors),
        )

    def attempt(self, number: int, rng: np.random.Generator) -> list[int]:
        """Group of each sector, from one set of seeds."""
        seeds = self._spread_seeds(number, rng)
        best = self._grown(seeds)
        owner = best
        for _ in range(_RECENTRINGS):
            recentred = [
                self._middle([i for i, k in enumerate(owner) if k == group]) for group in range(number)
            ]
            if recentred == seeds:
                break
            seeds, owner = recentred, self._grown(recentred)
            best = min(best, owner, key=self.cost)
        return self._evened(list(best), number)

    def cost(self, owner: list[int]) -> float:
        """Unevenness first, then how far sectors lie from their group's middle: lower is better."""
        totals = np.bincount(owner, weights=self.weight)
        mean = max(float(totals.mean()), 1e-9)
        unevenness = float(np.sqrt(((totals - mean) ** 2).mean())) / mean
        members = np.bincount(owner)
        centres = np.column_stack([np.bincount(owner, weights=axis) / members for axis in self.xy.T])
        spread = float(np.hypot(*(self.xy - centres[owner]).T).mean())
        return unevenness + spread / max(1.0, float(np.hypot(*np.ptp(self.xy, axis=0))))

    def group(self, members: list[int]) -> SectorGroup:
        weight = self.weight[members]
        x, y = np.average(self.xy[members], axis=0, weights=weight if weight.sum() > 0 else None)
        names = tuple(self.sectors[i] for i in members)
        return SectorGroup(names, float(weight.sum()), Place(round(float(x)), round(float(y))))

    def _spread_seeds(self, number: int, rng: np.random.Generator) -> list[int]:
        seeds = [int(rng.integers(len(self.sectors)))]
        nearest = ((self.xy - self.xy[seeds[0]]) ** 2).sum(axis=1)
        while len(seeds) < number:
            chance = np.where(np.isin(np.arange(len(self.sectors)), seeds), 0.0, np.maximum(nearest, 1e-6))
            seeds.append(int(rng.choice(len(self.sectors), p=chance / chance.sum())))
            nearest = np.minimum(nearest, ((self.xy - self.xy[seeds[-1]]) ** 2).sum(axis=1))
        return seeds

    def _middle(self, members: list[int]) -> int:
        """Sector nearest to the middle of its group."""
        centre = self.xy[members].mean(axis=0)
        return members[int(((self.xy[members] - centre) ** 2).sum(axis=1).argmin())]

    def _grown(self, seeds: list[int]) -> list[int]:
        """Let the lightest group that can still grow take its nearest free neighbour, until all are taken."""
        owner = [-1] * len(self.sectors)
        totals = [0.0] * len(seeds)
        free: list[dict[int, float]] = [{} for _ in seeds]

        def take(group: int, sector: int) -> None:
            owner[sector] = group
            totals[group] += float(self.weight[sector])
            for other in self.neighbours[sector]:
                if owner[other] < 0:
                    free[group][other] = float(((self.xy[other] - self.xy[seeds[group]]) ** 2).sum())
            for each in free:
                each.pop(sector, None)

        for group, sector in enumerate(seeds):
            take(group, sector)
        while any(free):
            group = min((k for k in range(len(seeds)) if free[k]), key=lambda k: (totals[k], k))
            take(group, min(free[group], key=lambda sector: (free[group][sector], sector)))
        return owner

    def _evened(self, owner: list[int], number: int) -> list[int]:
        """Move sectors across borders while that lowers the cost; groups stay in one piece."""
        cost = self.cost(owner)
        improved = True
        while improved:
            improved = False
            totals = np.bincount(owner, weights=self.weight, minlength=number)
            moves = {
                (float(totals[owner[other]] - totals[owner[sector]]), sector, owner[other])
                for sector in range(len(owner))
                for other in self.neighbours[sector]
                if totals[owner[other]] < totals[owner[sector]]
            }
            for _, sector, group in sorted(moves):
                if not self._can_leave(sector, owner):
                    continue
                moved = [*owner[:sector], group, *owner[sector + 1 :]]
                if (lower := self.cost(moved)) < cost - 1e-12:
                    owner, cost, improved = moved, lower, True
                    break
        return owner

    def _can_leave(self, sector: int, owner: list[int]) -> bool:
        """Whether the rest of its group stays in one piece without it, and is not nothing."""
        rest = {i for i, group in enumerate(owner) if group == owner[sector] and i != sector}
        return in_one_piece(rest, self.neighbours)


def in_one_piece(members: Collection[int], neighbours: Sequence[Sequence[int]]) -> bool:
    """Whether some sectors, by number, touch one another all the way; not where there is none."""
    if not members:
        return False
    waiting = [min(members)]
    reached = set(waiting)
    while waiting:
        for other in neighbours[waiting.pop()]:
            if other in members and other not in reached:
                reached.add(other)
                waiting.append(other)
    return len(reached) == len(members)
