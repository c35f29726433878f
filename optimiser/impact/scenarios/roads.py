"""Roads closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from geodata.travel import RoadGraph
from geodata.travel.closures import Closure
from optimiser.impact.scenarios.world import ScenarioError, World


@dataclass(frozen=True, kw_only=True, eq=False)
class RoadsClosed:
    """Closures on the roads of the world, as they hold on a day.

    Attributes
    ----------
    on
        The day; ``None`` for all closures, whatever their dates.
    """

    closures: tuple[Closure, ...]
    on: date | None = None

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        names = ", ".join(each.name for each in self.closures)
        when = "whatever their dates" if self.on is None else f"as they hold on {self.on.isoformat()}"
        return (
            f"Closed: {names}; {when}.",
            "Drivers know of it and take the next fastest way; no queue on the diversion is counted. "
            "Everybody keeps the provider, and rounds are built again.",
        )

    def apply(self, world: World) -> World:
        """The same market on the roads that are left."""
        if not isinstance(world.travel, RoadGraph):
            cure = "say --roads NETWORK, as carerounds roads build writes it"
            raise ScenarioError("closures", "roads can be closed only where travel goes by road", cure)
        closures = (*world.travel.closures, *self.closures)
        return replace(world, travel=replace(world.travel, closures=closures, day=self.on))
