"""Travel by road: the travel model over a road network."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.place import Place
from geodata.travel.closures import Closure, closed_to, content_of
from geodata.travel.many_to_many import Lengths
from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode
from geodata.travel.network import RoadNetwork
from geodata.travel.network_file import read_network
from geodata.travel.roads import Roads, lengths_between, roads_of


@dataclass(frozen=True, kw_only=True, eq=False)
class RoadGraph:
    """Travel along real roads, the fastest way, free of traffic unless an hour is given.

    Places are put on the nearest road of the mode (:mod:`geodata.travel.snap`). What takes longer than the
    limit, or lies farther than a kilometre from every road, counts as not reachable. Pickles without what it
    has worked out.

    Attributes
    ----------
    network
        The roads.
    hour
        Hour of a working day, 0 to 23, whose traffic cars meet
        (:func:`geodata.travel.speeds.peak_factor`); ``None`` for empty roads.
    limit_seconds
        Longest travel that is looked for, walks at the ends not counted; ``None`` for any.
    closures
        Roads closed. Those in force on the day, at the hour, count.
    day
        ``None`` for all closures, whatever their dates.
    """

    network: RoadNetwork
    hour: int | None = None
    limit_seconds: int | None = None
    closures: tuple[Closure, ...] = ()
    day: date | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: self.__dict__[each.name] for each in fields(self)}

    @classmethod
    def read(cls, path: Path, *, hour: int | None = None, limit_seconds: int | None = None) -> RoadGraph:
        """Over a network written by ``carerounds roads build``; ``InputError`` where it is none."""
        return cls(network=read_network(path), hour=hour, limit_seconds=limit_seconds)

    @property
    def name(self) -> str:
        """Name for provenance: the network's hash and each setting that changes the figures."""
        hour = "" if self.hour is None else f", {self.hour}:00"
        limit = "" if self.limit_seconds is None else f", up to {self.limit_seconds} s"
        closed = f", closures {content_of(self.closures)}" if self.closures else ""
        day = f", {self.day}" if self.closures and self.day else ""
        return f"road network {self.network.content}{hour}{limit}{closed}{day}"

    @property
    def is_estimate(self) -> bool:
        """Never: it is known from roads, though for a driver who keeps to a documented profile."""
        return False

    @cached_property
    def _by_car(self) -> Roads:
        return self._roads(TravelMode.CAR)

    @cached_property
    def _by_cycle(self) -> Roads:
        return self._roads(TravelMode.CYCLE)

    @cached_property
    def _on_foot(self) -> Roads:
        return self._roads(TravelMode.FOOT)

    def _roads(self, mode: TravelMode) -> Roads:
        return roads_of(self.network, mode, hour=self.hour, closed=self.closed_to(mode))

    def closed_to(self, mode: TravelMode) -> NDArray[np.bool_]:
        """``bool[2, m]``: links closed to a mode, forward and backward."""
        return closed_to(self.network, self.closures, mode, day=self.day, hour=self.hour)

    def roads(self, mode: TravelMode) -> Roads:
        """What ways of a mode need; worked out once."""
        if mode is TravelMode.CAR:
            return self._by_car
        return self._by_cycle if mode is TravelMode.CYCLE else self._on_foot

    def matrix(
        self, places: Sequence[Place], mode: TravelMode, *, executor: Executor | None = None
    ) -> TravelMatrix:
        """Travel between every two of ``places``; equal places are zero apart.

        Parameters
        ----------
        executor
            Where rows are worked out; ``None`` for here and now.

        Raises
        ------
        ValueError
            Where two places are 37 hours apart or more.
        """
        distinct = sorted(set(places))
        roads = self.roads(mode)
        found = lengths_between(
            roads, roads.snap(distinct), limit_seconds=self.limit_seconds, executor=executor
        )
        if distinct != list(places):
            found = _arranged(found, distinct, places)
        return self.as_matrix(found, mode)

    def as_matrix(self, found: Lengths, mode: TravelMode) -> TravelMatrix:
        """Lengths as a matrix that says where they come from; staying in a place takes no time."""
        np.fill_diagonal(found.reachable, val=True)
        return TravelMatrix(
            seconds=found.seconds,
            metres=found.metres,
            reachable=found.reachable,
            source=f"{self.name}, {mode.value} ({self.network.source})",
            is_estimate=self.is_estimate,
        )


def _arranged(found: Lengths, distinct: list[Place], places: Sequence[Place]) -> Lengths:
    """Rows and columns in the order asked; equal places share theirs."""
    number = {place: k for k, place in enumerate(distinct)}
    own = np.array([number[place] for place in places])
    np.fill_diagonal(found.reachable, val=True)
    return Lengths(*(each[np.ix_(own, own)] for each in (found.seconds, found.metres, found.reachable)))
