"""Travel as an OSRM server's ``table`` service knows it; the council may run one on its own roads.

OSRM (BSD-2-Clause, project-osrm.org) answers ``/table/v1/{profile}/{coordinates}`` with free-flow times and
distances on an OpenStreetMap extract. A server is prepared for one profile: by car, by cycle or on foot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.place import Place
from geodata.travel.matrix import TravelMatrix
from geodata.travel.model import TravelMode, TravelModel
from geodata.travel.osrm_server import OsrmServer, Table, connected

FARTHEST = 1000
"""Metres from a place to the nearest road past which it lies off the server's map."""

# The profiles that come with OSRM walk at 5 km/h and cycle at 15. On Rutland's roads the fastest tenth of
# legs of 2 km or more goes at 5.0, 14.8 and 63 km/h on foot, by cycle and by car (of 1-3 km: 5.0, 14.5, 42).
_LONG_LEG = 2000
_SPEEDS = {TravelMode.FOOT: (0.0, 8.0), TravelMode.CYCLE: (8.0, 22.0), TravelMode.CAR: (22.0, 150.0)}
_TELLING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Osrm:
    """Travel from OSRM servers, one for each mode.

    The same places give the same matrix as long as the servers keep the same map: what they were prepared
    from is for whoever runs them to record. Figures are whole seconds and metres, not the same both ways.

    Attributes
    ----------
    car, cycle, foot
        Server for a mode; ``None`` where there is none.
    otherwise
        What knows travel by the modes without a server. ``None`` refuses them.
    farthest
        Greatest distance in metres between a place and the road the server puts it on.

    Raises
    ------
    ValueError
        Where there is no server at all.
    """

    car: OsrmServer | None = None
    cycle: OsrmServer | None = None
    foot: OsrmServer | None = None
    otherwise: TravelModel | None = None
    farthest: int = FARTHEST

    def __post_init__(self) -> None:
        if not any(self._servers.values()):
            raise ValueError("an OSRM model needs a server for one mode at least")

    @property
    def _servers(self) -> dict[TravelMode, OsrmServer | None]:
        return {TravelMode.CAR: self.car, TravelMode.CYCLE: self.cycle, TravelMode.FOOT: self.foot}

    @property
    def name(self) -> str:
        """Name for provenance: every server by mode, and what is used where there is none."""
        parts = [f"{mode.value}: {server.name}" for mode, server in self._servers.items() if server]
        if self.otherwise is not None and not all(self._servers.values()):
            parts.append(f"otherwise {self.otherwise.name}")
        return "; ".join(parts)

    @property
    def is_estimate(self) -> bool:
        """Whether driving is estimated; each matrix speaks for its own mode."""
        return self.car is None and self.otherwise is not None and self.otherwise.is_estimate

    @property
    def note(self) -> str:
        """Sentence that every report shows beside the figures."""
        return f"Free-flow times of a routing engine, not observed ones ({self.name})."

    def matrix(self, places: Sequence[Place], mode: TravelMode) -> TravelMatrix:
        """Travel between every two of ``places``, as the server for ``mode`` has it.

        Raises
        ------
        InputError
            E436 where places lie too far from any road of the server's map, E437 where its speeds are not
            those of ``mode``, and all that :func:`~geodata.travel.osrm_server.connected` raises.
        ValueError
            Where no server and nothing else knows ``mode``.
        """
        server = self._servers[mode]
        if server is None:
            if self.otherwise is None:
                raise ValueError(f"no OSRM server is given for travel by {mode.value}")
            return self.otherwise.matrix(places, mode)
        apart = sorted(set(places))
        row = {place: at for at, place in enumerate(apart)}
        table = _whole_table(server, apart)
        _on_the_map(server, apart, table, self.farthest)
        _of_the_mode(server, table, mode)
        at = np.array([row[place] for place in places], dtype=np.intp)
        return _as_matrix(table, at, server.name)


def _whole_table(server: OsrmServer, places: Sequence[Place]) -> Table:
    """Table between all places, put together from blocks that the server takes."""
    n = len(places)
    seconds, metres, off = np.zeros((n, n)), np.zeros((n, n)), np.zeros(n)
    if n > 1:
        step = n if n <= server.table_size else server.table_size // 2
        parts = [(at, places[at : at + step]) for at in range(0, n, step)]
        with connected(server) as ask:
            for i, origins in parts:
                for j, destinations in parts:
                    if i == j and len(origins) == 1:
                        continue  # a server refuses a point alone; the rest of its row says where it is
                    block = ask(origins, destinations)
                    here = np.s_[i : i + len(origins), j : j + len(destinations)]
                    seconds[here], metres[here] = block.seconds, block.metres
                    off[i : i + len(origins)] = block.origins_off
    return Table(seconds=seconds, metres=metres, origins_off=off, destinations_off=off)


def _on_the_map(server: OsrmServer, places: Sequence[Place], table: Table, farthest: int) -> None:
    """Refuse places that the server could only put on a road far away."""
    lost = sorted((-table.origins_off[i], place) for i, place in enumerate(places))
    lost = [(-off, place) for off, place in lost if -off > farthest]
    if not lost:
        return
    told = "; ".join(f"{place.easting},{place.northing}: {off / 1000:.1f} km" for off, place in lost[:5])
    more = f", and {len(lost) - 5} more" if len(lost) > 5 else ""
    server.refuse(
        "E436",
        f"{len(lost)} of {len(places)} places lie over {farthest} m from any road it knows ({told}{more})",
        "correct their coordinates, or give the server a map that covers them",
    )


def _of_the_mode(server: OsrmServer, table: Table, mode: TravelMode) -> None:
    """Refuse a server whose speeds are another mode's: it answers to any profile, never saying its own."""
    long = (table.metres >= _LONG_LEG) & (table.seconds > 0)
    if long.sum() < _TELLING:
        return
    fastest = float(np.percentile(3.6 * table.metres[long] / table.seconds[long], 90))
    least, most = _SPEEDS[mode]
    if not least <= fastest < most:
        server.refuse(
            "E437",
            f"its speeds are not those of travel by {mode.value}: {fastest:.0f} km/h on the fastest tenth",
            "name the server that was prepared for this mode; the profile in the address does not choose it",
        )


def _as_matrix(table: Table, at: NDArray[np.intp], source: str) -> TravelMatrix:
    """Whole seconds and metres in the order asked."""
    way = ~(np.isnan(table.seconds) | np.isnan(table.metres))
    np.fill_diagonal(way, True)
    seconds, metres = (
        np.where(way, np.rint(np.where(way, figures, 0)), 0).astype(np.int32)
        for figures in (table.seconds, table.metres)
    )
    for figures in (seconds, metres):
        np.fill_diagonal(figures, 0)
    order = np.ix_(at, at)
    return TravelMatrix(
        seconds=seconds[order],
        metres=metres[order],
        reachable=way[order],
        source=source,
        is_estimate=False,
    )
