"""Travel between places that are known beforehand: one matrix, looked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata.place import Place
from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode, TravelModel


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownPlaces:
    """Another model's matrix between some places, by one mode.

    For work that asks for many small matrices of the same places, in other processes too: what is sent there
    is the matrix, not the roads, and a server is asked once.

    Attributes
    ----------
    name, is_estimate
        Of the model that the matrix comes from.
    places
        In order and each once; row and column of the matrix.
    mode
        By which it holds.
    """

    name: str
    is_estimate: bool
    places: tuple[Place, ...]
    mode: TravelMode
    known: TravelMatrix

    @classmethod
    def of(cls, model: TravelModel, places: Iterable[Place], mode: TravelMode) -> KnownPlaces:
        """The matrix of ``model`` between ``places``."""
        those = tuple(sorted(set(places)))
        return cls(
            name=model.name,
            is_estimate=model.is_estimate,
            places=those,
            mode=mode,
            known=model.matrix(those, mode),
        )

    @cached_property
    def _row(self) -> dict[Place, int]:
        return {place: row for row, place in enumerate(self.places)}

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        """Travel between every two of ``places``.

        Raises
        ------
        ValueError
            By another mode.
        KeyError
            For a place that is not known.
        """
        if mode is not self.mode:
            raise ValueError(f"travel by {self.mode.value} is known, not by {mode.value}")
        rows = np.array([self._row[place] for place in places], dtype=np.intp)
        at = np.ix_(rows, rows)
        return TravelMatrix(
            seconds=self.known.seconds[at],
            metres=self.known.metres[at],
            reachable=self.known.reachable[at],
            source=self.known.source,
            is_estimate=self.known.is_estimate,
        )
