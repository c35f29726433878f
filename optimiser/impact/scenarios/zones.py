"""Zones redrawn: every package called off under the lot that its new zone stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import networkx as nx
import pandas as pd

from geodata.zones.zoning import Zoning
from optimiser.impact.realignment import Outcome, holders_of, lots_as_zoning, realign
from optimiser.impact.scenarios.world import World
from optimiser.model.identifiers import LotCode, PackageId


@dataclass(frozen=True, kw_only=True, eq=False)
class ZonesRedrawn:
    """A zoning in the place of today's lots.

    Attributes
    ----------
    ground, graph
        Every postcode of the market and which of its sectors touch, as
        :func:`optimiser.impact.realignment.realign` asks for them.
    """

    zoning: Zoning
    ground: pd.DataFrame
    graph: nx.Graph

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"Lots follow {self.zoning.name}. A provider admitted to the lot that a new zone stands for "
            "keeps the package; people who chose their provider keep it; the others' packages are placed in "
            "the order of call-off, and each of them would have to be asked.",
            "A home that lies in no new zone stays in its lot. Nobody's rates, ranks or room change.",
        )

    def apply(self, world: World) -> World:
        """The same packages under the lots of the new zones."""
        instance = world.instance
        found = realign(
            instance, lots_as_zoning(instance), self.zoning, holders=holders_of(instance),
            ground=self.ground, graph=self.graph,
        )  # fmt: skip
        lot_of: dict[PackageId, LotCode] = {
            each.package: each.lot
            for each in found.changes
            if each.lot is not None and each.outcome is not Outcome.MAY_STAY
        }
        packages = tuple(replace(each, lot=lot_of.get(each.id, each.lot)) for each in instance.packages)
        reached = {each.code: set(each.districts) for each in instance.lots}
        for each in packages:
            reached[each.lot].add(each.district)
        lots = tuple(replace(each, districts=frozenset(reached[each.code])) for each in instance.lots)
        return replace(world, instance=replace(instance, packages=packages, lots=lots))
