"""Small worlds for studies: the market at Maldon, and travel made twice as long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.place import Place
from geodata.travel import StraightLine, TravelMatrix, TravelMode
from instances import essex
from optimiser.impact.scenarios.world import World
from optimiser.model.calendar import Weekday
from optimiser.solving.limits import Limits
from tests.instances.small_market import small_market


def small_world() -> World:
    """The market with fifteen packages, on straight lines."""
    market = small_market()
    return World(instance=market, travel=StraightLine(kinds=market.area_kinds))


def maldon(packages: int = 40) -> World:
    """Maldon, with nameless carers enough to make every visit."""
    market = essex(district="Maldon", packages=packages)
    return World(instance=market, travel=StraightLine(kinds=market.area_kinds))


@dataclass(frozen=True, slots=True)
class Slower:
    """Another travel model, every time and distance doubled."""

    of: StraightLine

    @property
    def name(self) -> str:
        return f"twice {self.of.name}"

    @property
    def is_estimate(self) -> bool:
        return True

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        once = self.of.matrix(places, mode)
        return TravelMatrix(
            seconds=2 * once.seconds,
            metres=2 * once.metres,
            reachable=once.reachable,
            source=self.name,
            is_estimate=True,
        )


@dataclass(frozen=True, slots=True)
class Nothing:
    """A scenario in which everything stays."""

    assumptions: tuple[str, ...] = ("Nothing is otherwise.",)

    def apply(self, world: World) -> World:
        return world


FEW = Limits(iterations=30)
TUESDAY = (Weekday.TUESDAY,)
