"""The protocol every way of knowing travel times fits: straight lines today, road graphs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from geodata.place import Place
from geodata.travel.matrix import TravelMatrix


class TravelMode(Enum):
    """How a carer gets from visit to visit."""

    CAR = "car"
    CYCLE = "cycle"
    FOOT = "foot"


class TravelModel(Protocol):
    """Anything that can say how long it takes from place to place.

    Implementations are frozen values: the same places give the same matrix, in any process.
    """

    @property
    def name(self) -> str:
        """Short name for provenance, with whatever setting changes the figures."""
        ...

    @property
    def is_estimate(self) -> bool:
        """Whether outputs must call the figures estimates."""
        ...

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        """Travel between every two of ``places``, row = from, column = to.

        Equal places are zero apart; order of ``places`` is kept.
        """
        ...
