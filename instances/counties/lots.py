"""Lots and localities, drawn on real postcode sectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from geodata.localities import SectorGroup, grow_localities, sector_graph
from geodata.place import Place
from geodata.postcodes import PostcodeDirectory
from geodata.zones.drawing import one_piece_each
from instances.counties.districts import District
from instances.counties.geography import Geography, Ground, towns
from instances.counties.market import Site
from instances.counties.people import Draft
from instances.counties.strata import Stratum, residents
from instances.counties.visits import NIGHTS_A_WEEK
from optimiser.model.identifiers import DistrictCode, LocalityId, LotCode
from optimiser.model.market import Locality, Lot

ADULTS_OF_A_LOCALITY = 28_000
DRAWN_WITH = 1
"""Seed of the drawing of localities and lots: they stay where they are when the people change."""


@dataclass(frozen=True, kw_only=True)
class LotMap:
    """How a county is let.

    Attributes
    ----------
    sites
        The same lots as the market sees them.
    lot_of
        Lot of a package.
    capacity_places
        What a provider's capacity in a lot is confined to, where it serves several.
    """

    lots: tuple[Lot, ...]
    localities: tuple[Locality, ...]
    sites: tuple[Site, ...]
    lot_of: Callable[[Draft], LotCode]
    capacity_places: Mapping[LotCode, LocalityId]


def weekly_hours(stratum: Stratum) -> float:
    """Hours a week of one person of a stratum, on average."""
    if stratum.weekly_hours is not None:
        return stratum.weekly_hours
    return stratum.night_hours * NIGHTS_A_WEEK if stratum.night_hours else 168.0


def hours_in(strata: Sequence[Stratum], district: District, county: Sequence[District]) -> float:
    """Hours a week that a district is expected to want."""
    return sum(s.people * weekly_hours(s) * residents(s, district, county) for s in strata)


def lots_by_district(
    shown: Sequence[District],
    county: Sequence[District],
    strata: Sequence[Stratum],
    geography: Geography,
    supplements: Mapping[str, int],
) -> LotMap:
    """One lot a district; localities of about 28,000 adults inside.

    The sites are the whole county's: the market is drawn for all of it.
    """
    codes = {district.code: _slug(district.name) for district in county}
    return LotMap(
        lots=tuple(
            Lot(code=codes[each.code], name=each.name, districts=frozenset({each.code})) for each in shown
        ),
        localities=tuple(
            locality
            for ground in geography.grounds
            for locality in localities_of(ground, geography.directory)
        ),
        sites=tuple(
            Site(
                code=codes[each.code],
                hours=hours_in(strata, each, county),
                middle=Place(each.easting, each.northing),
                supplement=supplements.get(each.name, 0),
            )
            for each in county
        ),
        lot_of=lambda draft: codes[draft.ground.district.code],
        capacity_places={codes[each.code]: LocalityId(each.code) for each in shown},
    )


def _slug(name: str) -> LotCode:
    return LotCode(name.upper().replace("'", "").replace(" ", "-"))


def localities_of(ground: Ground, directory: PostcodeDirectory) -> list[Locality]:
    """Contiguous localities of a district, each named after its largest settlement."""
    district = ground.district
    graph = sector_graph(directory.only([district.code]))
    many = max(1, min(len(graph), round(district.adults / ADULTS_OF_A_LOCALITY)))
    groups = grow_localities(graph, many, seed=DRAWN_WITH, weights=_weights([ground], {district.code: 1.0}))
    names = _names(groups, [ground], district.name)
    return [
        Locality(
            id=LocalityId(f"{_slug(district.name)}-{number}"),
            name=name,
            district=district.code,
            sectors=frozenset(group.sectors),
        )
        for number, (group, name) in enumerate(zip(groups, names, strict=True), start=1)
    ]


def _weights(grounds: Sequence[Ground], shares: Mapping[DistrictCode, float]) -> dict[str, float]:
    """Weight of each sector: how much of the need it is expected to have."""
    weights: dict[str, float] = {}
    for ground in grounds:
        scale = shares[ground.district.code] / float(ground.older.sum())
        for sector, weight in zip(ground.sectors, ground.older, strict=True):
            weights[str(sector)] = weights.get(str(sector), 0.0) + float(weight) * scale
    return weights


def _names(groups: Sequence[SectorGroup], grounds: Sequence[Ground], without: str) -> list[str]:
    """Largest settlement of each group, told by the postcode nearest to it; ``without`` one, that name.

    Names that would stand twice are numbered.
    """
    group_of = {sector: number for number, group in enumerate(groups) for sector in group.sectors}
    ground_of = {ground.district.code: ground for ground in grounds}
    largest: dict[int, str] = {}
    for town in sorted(towns(), key=lambda each: (-each.population, each.name)):
        ground = ground_of.get(town.district)
        if ground is not None:
            away = (ground.eastings - town.place.easting) ** 2 + (ground.northings - town.place.northing) ** 2
            largest.setdefault(group_of[str(ground.sectors[int(np.argmin(away))])], town.name)
    plain = [largest.get(number, without) for number in range(len(groups))]
    twice = {name for name, count in Counter(plain).items() if count > 1}
    return [f"{name} {number}" if name in twice else name for number, name in enumerate(plain, start=1)]


# --- lots smaller than a district -------------------------------------------------------------------------


def drawn_lots(
    _shown: Sequence[District],
    county: Sequence[District],
    strata: Sequence[Stratum],
    geography: Geography,
    *,
    halves: Mapping[str, tuple[int, frozenset[DistrictCode]]],
) -> LotMap:
    """Lots drawn as contiguous groups of whole sectors, so many in each half of the county.

    Parameters
    ----------
    halves
        By name: how many lots, and which districts. A sector that lies in both halves goes whole to the one
        that has more of its postcodes; one that this would cut off from its half goes to the other.
    """
    hours = {each.code: hours_in(strata, each, county) for each in county}
    weights = _weights(geography.grounds, hours)
    graph = sector_graph(geography.directory)
    groups: list[tuple[str, SectorGroup]] = []
    for name, (many, sectors) in _halved(halves, graph, geography).items():
        drawn = grow_localities(graph.subgraph(sectors), many, seed=DRAWN_WITH, weights=weights)
        groups += [(f"{name.upper()}-{number:02d}", group) for number, group in enumerate(drawn, start=1)]
    lot_of_sector = {sector: LotCode(code) for code, group in groups for sector in group.sectors}
    homes = _homes(geography)
    lots, localities, sites = [], [], []
    names = _names([group for _, group in groups], geography.grounds, "Outskirts")
    for (code, group), label in zip(groups, names, strict=True):
        counts = sum((homes[sector] for sector in group.sectors), Counter[DistrictCode]())
        locality = LocalityId(f"{code}-AREA")
        main = min(counts, key=lambda each: (-counts[each], each))
        lots.append(
            Lot(code=LotCode(code), name=label, districts=frozenset(counts), localities=frozenset({locality}))
        )
        localities.append(Locality(id=locality, name=label, district=main, sectors=frozenset(group.sectors)))
        sites.append(Site(code=LotCode(code), hours=group.weight, middle=group.centre))
    return LotMap(
        lots=tuple(lots),
        localities=tuple(localities),
        sites=tuple(sites),
        lot_of=lambda draft: lot_of_sector[draft.sector],
        capacity_places={lot.code: next(iter(lot.localities)) for lot in lots},
    )


def _homes(geography: Geography) -> dict[str, Counter[DistrictCode]]:
    """Postcodes of each sector by district."""
    homes: dict[str, Counter[DistrictCode]] = {}
    for ground in geography.grounds:
        for sector, count in Counter(ground.sectors.tolist()).items():
            homes.setdefault(sector, Counter())[ground.district.code] += count
    return homes


def _halved(
    halves: Mapping[str, tuple[int, frozenset[DistrictCode]]], graph: nx.Graph, geography: Geography
) -> dict[str, tuple[int, list[str]]]:
    one, other = halves
    homes = _homes(geography)
    side = {
        sector: one
        if 2 * sum(n for code, n in counts.items() if code in halves[one][1]) >= sum(counts.values())
        else other
        for sector, counts in homes.items()
    }
    side = one_piece_each(graph, side)
    return {half: (halves[half][0], [s for s in sorted(graph) if side[s] == half]) for half in (one, other)}
