"""A world that a study looks at, and what a scenario is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from geodata.travel import TravelModel
from optimiser.model.instance import Instance, suggest


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A market, its roads, and how packages are placed in it.

    Attributes
    ----------
    instance
        With everybody's present provider: who may keep a package keeps it.
    policy
        How the packages that nobody may keep are placed.
    anew
        Whether nobody keeps anything and all are placed by the policy.
    """

    instance: Instance
    travel: TravelModel
    policy: str = "cascade"
    anew: bool = False


class Scenario(Protocol):
    """What might be otherwise: a frozen value, so that the same scenario makes the same world."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted, in sentences."""
        ...

    def apply(self, world: World) -> World:
        """The world as it would be; :class:`ScenarioError` where it cannot be."""
        ...


class ScenarioError(ValueError):
    """A scenario does not fit its market.

    Attributes
    ----------
    key
        What of it does not fit, as a study file names it.
    """

    def __init__(self, key: str, message: str, cure: str) -> None:
        super().__init__(key, message, cure)  # what __init__ was given, so that it crosses processes whole
        self.key = key
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return self.message


def require(key: str, asked: str, known: Iterable[str], kind: str) -> None:
    """Raise :class:`ScenarioError` where something named is not there."""
    names = set(known)
    if asked not in names:
        raise ScenarioError(key, f"the market has no {kind} called {asked!r}", suggest(asked, names))
