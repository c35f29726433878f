"""Two zonings of the same homes: which change zone, and what both look like on the graph of sectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.zones.matching import Pair, heirs, matrix
from geodata.zones.sector_map import SectorMap, sector_map
from geodata.zones.zoning import Zones, Zoning, majority_by_sector, sectors_in_several


@dataclass(frozen=True, eq=False, kw_only=True)
class Side:
    """One of the two zonings, laid over the homes.

    Attributes
    ----------
    names
        Of its zones, by code.
    zone_of
        ``object[n]``: zone of each home.
    by_sector
        Zone that most of each sector's ground is in.
    in_several
        Sectors that a border cuts, with their zones.
    map
        On the graph of sectors, each sector wholly in one zone.
    """

    name: str
    names: Mapping[str, str]
    zone_of: Zones
    by_sector: Mapping[str, str]
    in_several: Mapping[str, tuple[str, ...]]
    map: SectorMap


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorMove:
    """A sector with homes that change zone.

    Attributes
    ----------
    before, after
        Zone of most of its homes.
    homes, changed
        How many it has, and how many of them change.
    """

    sector: str
    before: str | None
    after: str | None
    homes: int
    changed: int


@dataclass(frozen=True, eq=False, kw_only=True)
class ZoningChange:
    """What comes of putting one zoning in the place of another.

    Attributes
    ----------
    stands_for
        Zone before that each zone after is heir to: the one of its code; zones whose code the other zoning
        does not have are matched by the weight they share, one to one. A home changes zone where its zone
        after does not stand for its zone before.
    matched
        Whether any zones were matched by what they share, for want of a common code.
    changed
        ``bool[n]``: homes that change zone.
    homes
        By zone before and after: how many.
    weight
        By zone before and after: their weight.
    moves
        Sectors with a home that changes, in order.
    """

    before: Side
    after: Side
    stands_for: Mapping[str, str]
    matched: bool
    changed: NDArray[np.bool_]
    homes: Mapping[Pair, int]
    weight: Mapping[Pair, int]
    moves: tuple[SectorMove, ...]


def compare_zonings(
    before: Zoning,
    after: Zoning,
    *,
    homes: pd.DataFrame,
    weights: NDArray[np.int64],
    ground: pd.DataFrame,
    graph: nx.Graph,
) -> ZoningChange:
    """Lay two zonings over the same homes.

    Parameters
    ----------
    homes
        Columns as in :data:`geodata.zones.zoning.HOME_COLUMNS`; the order of rows means nothing.
    weights
        Of each home, ``int64[n]``: seconds of care, or one each.
    ground
        Every postcode of the map, in the same columns: says which zone a sector is in, homes or none.
    graph
        Which sectors touch (:func:`geodata.localities.sector_graph`).
    """
    sector_weights: Counter[str] = Counter()
    for sector, weight in zip(homes["sector"], weights.tolist(), strict=True):
        sector_weights[sector] += weight
    one, other = (_side(each, homes, ground, graph, sector_weights) for each in (before, after))
    shared = matrix(one.zone_of, other.zone_of, weights.tolist())
    stands_for, matched = heirs_of(one.names, other.names, shared)
    changed = _changed(one, other, stands_for)
    return ZoningChange(
        before=one,
        after=other,
        stands_for=stands_for,
        matched=matched,
        changed=changed,
        homes=matrix(one.zone_of, other.zone_of),
        weight=shared,
        moves=_moves(homes, changed, one, other),
    )


def _changed(before: Side, after: Side, stands_for: Mapping[str, str]) -> NDArray[np.bool_]:
    """Homes whose zone after does not stand for their zone before; not those in no zone of either."""
    standing = [stands_for.get(each) for each in after.zone_of]
    moved = [one is None or one != other for one, other in zip(before.zone_of, standing, strict=True)]
    nowhere = pd.isna(before.zone_of) & pd.isna(after.zone_of)
    changed: NDArray[np.bool_] = np.array(moved, dtype=np.bool_) & ~nowhere
    return changed


def heirs_of(
    before: Mapping[str, str], after: Mapping[str, str], shared: Mapping[Pair, int]
) -> tuple[dict[str, str], bool]:
    """Zone before that each zone after stands for, and whether any had to be matched by what they share."""
    common = {code: code for code in sorted(set(before) & set(after))}
    rest = {
        (one, other): n for (one, other), n in shared.items() if one not in common and other not in common
    }
    matched = heirs(rest)
    return common | matched, bool(matched)


def _side(
    zoning: Zoning,
    homes: pd.DataFrame,
    ground: pd.DataFrame,
    graph: nx.Graph,
    weights: Mapping[str, float],
) -> Side:
    everywhere = zoning.zone_of(ground)
    by_sector = majority_by_sector(ground, everywhere)
    return Side(
        name=zoning.name,
        names=zoning.zones,
        zone_of=zoning.zone_of(homes),
        by_sector=by_sector,
        in_several=sectors_in_several(ground, everywhere),
        map=sector_map(graph, by_sector, weights),
    )


def _moves(
    homes: pd.DataFrame, changed: NDArray[np.bool_], before: Side, after: Side
) -> tuple[SectorMove, ...]:
    many, moved = Counter(homes["sector"]), Counter(homes["sector"][changed])
    return tuple(
        SectorMove(
            sector=sector,
            before=before.by_sector.get(sector),
            after=after.by_sector.get(sector),
            homes=many[sector],
            changed=count,
        )
        for sector, count in sorted(moved.items())
    )
