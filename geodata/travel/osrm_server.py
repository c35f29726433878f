"""One OSRM server: where it may stand, how it is asked for a table, and what is wrong when it cannot say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from geodata.place import Place, to_degrees
from geodata.report import Finding, InputError
from geodata.travel.own_network import outside_addresses

if TYPE_CHECKING:
    import urllib3

TABLE_SIZE = 100
"""Most points in one request: what ``osrm-routed`` allows unless started with ``--max-table-size``."""

# A server that is starting or short of room says one of these; what is wrong with the request stays wrong.
_PASSING = (429, 502, 503, 504)
_TOO_LONG = (413, 414, 431)
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmServer:
    """Where an OSRM server listens, and how patiently it is asked.

    Coordinates of homes are sent to it. So it is only ever the server that the user names: no proxy from the
    environment is used, no redirection followed, and a server whose address is not on this machine or a
    private network is refused unless ``outside`` says that it may be (:mod:`geodata.travel.own_network`).

    Attributes
    ----------
    url
        As ``http://127.0.0.1:5000``; a path in front of ``/table`` is kept.
    profile
        The word in the address. A bare ``osrm-routed`` ignores it: one server, one profile.
    outside
        Whether homes may be sent to a server outside this machine and its private networks.
    table_size
        Most points in one request, 2 at least; the server's ``--max-table-size``, or less.
    attempts
        How often an answer is asked for before giving up.
    patience
        Longest wait for one answer, in seconds.

    Raises
    ------
    InputError
        E430 where the address is not one of a server.
    ValueError
        Where a number is too small.
    """

    url: str
    profile: str = "driving"
    outside: bool = False
    table_size: int = TABLE_SIZE
    attempts: int = 3
    patience: float = 30.0

    def __post_init__(self) -> None:
        if self.table_size < 2 or self.attempts < 1 or self.patience <= 0:
            raise ValueError("at least 2 points in a table, 1 attempt and some patience")
        fault = _fault_of(self.url) or ("" if self.profile.isalnum() else f"no profile: {self.profile!r}")
        if fault:
            self.refuse("E430", fault, "write it as http://127.0.0.1:5000, without name or password")

    @property
    def name(self) -> str:
        """``OSRM http://127.0.0.1:5000 (driving)``."""
        return f"OSRM {self.url} ({self.profile})"

    def require_own(self) -> None:
        """Refuse a server that stands outside and may not, before a single home is sent to it.

        Raises
        ------
        InputError
            E431 where it does, E432 where nobody knows its name.
        """
        if self.outside:
            return
        host = str(urlsplit(self.url).hostname)
        try:
            strange = outside_addresses(host)
        except OSError as error:
            self.refuse("E432", f"no such host: {error}", "check the name; is this machine on its network?")
        if strange:
            self.refuse(
                "E431",
                f"{host} ({strange[0]}) is on no network of your own; where people live would be sent to it",
                "run a server of your own, or say that homes may be sent there: --osrm-outside",
            )

    def refuse(self, code: str, message: str, cure: str) -> NoReturn:
        """Raise :class:`InputError` about this server."""
        raise InputError([Finding(code=code, file=self.url, message=message, cure=cure)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A server's answer.

    Attributes
    ----------
    seconds, metres
        ``float64[m, n]``, row = from, column = to; ``nan`` where there is no way through.
    origins_off, destinations_off
        ``float64[m]``, ``float64[n]``: metres from each point to the road the server put it on.
    """

    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    origins_off: NDArray[np.float64]
    destinations_off: NDArray[np.float64]


Ask = Callable[[Sequence[Place], Sequence[Place]], Table]


@contextmanager
def connected(server: OsrmServer) -> Iterator[Ask]:
    """A way to ask ``server`` for tables, over one connection that is kept open.

    Raises
    ------
    InputError
        E431 where it stands outside and may not, E432 where it does not answer, E433 where it refuses, E434
        where a table is too large for it, E435 where its answer cannot be understood, E436 where it finds no
        road for a point, E438 where the library that asks is not installed.
    """
    library = _library(server)
    server.require_own()
    retries = library.Retry(
        total=server.attempts - 1,
        backoff_factor=0.2,
        backoff_max=2.0,
        status_forcelist=_PASSING,
        respect_retry_after_header=False,  # it could ask for an hour
        raise_on_status=False,
    )
    timeout = library.Timeout(connect=min(5.0, server.patience), read=server.patience)
    with library.PoolManager(retries=retries, timeout=timeout) as pool:
        yield lambda origins, destinations: _table(server, pool, origins, destinations)


def _fault_of(url: str) -> str:
    """What is wrong with an address, or nothing."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"not an address: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "not the address of a server"
    if parts.username is not None or parts.query or parts.fragment or url.endswith("/"):
        return "more in the address than a server and a path"
    return ""


def _library(server: OsrmServer) -> Any:
    """``urllib3``, which comes with the ``osrm`` extra."""
    try:
        import urllib3
    except ImportError:
        server.refuse("E438", "the library that asks it is not installed", "pip install 'carerounds[osrm]'")
    return urllib3


def _table(
    server: OsrmServer, pool: urllib3.PoolManager, origins: Sequence[Place], destinations: Sequence[Place]
) -> Table:
    """One request and its answer."""
    import urllib3

    url = f"{server.url}/table/v1/{server.profile}/{_query(origins, destinations)}"
    points = len(origins) + (0 if destinations is origins else len(destinations))
    try:
        response = pool.request("GET", url, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        _silent(server, _why(error))
    if response.status in _PASSING:
        _silent(server, f"it is busy ({response.status})")
    if response.status in _TOO_LONG:
        _too_large(server, points)
    try:
        answer = json.loads(response.data, parse_constant=_no_number)
        code, said = str(answer["code"]), str(answer.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        if response.status != 200:
            _refused(server, f"it answers {response.status}")
        _misunderstood(server, "it is not that of an OSRM server")
    if code != "Ok":
        _complaint(server, code, said, points)
    return _read(server, answer, origins, destinations)


def _query(origins: Sequence[Place], destinations: Sequence[Place]) -> str:
    """Coordinates and options; points that are origins and destinations both are sent once."""
    asked = "annotations=duration,distance&generate_hints=false"
    points = list(origins)
    if destinations is not origins:
        m, n = len(origins), len(destinations)
        points += destinations
        asked += "&sources=" + ";".join(map(str, range(m)))
        asked += "&destinations=" + ";".join(map(str, range(m, m + n)))
    # Six decimals are a tenth of a metre: the same road is found as for the whole metre.
    return ";".join("{:.6f},{:.6f}".format(*to_degrees(each)) for each in points) + "?" + asked


def _read(
    server: OsrmServer, answer: dict[str, Any], origins: Sequence[Place], destinations: Sequence[Place]
) -> Table:
    """The table in an answer; E435 where a part is missing or of the wrong shape or sign."""
    try:
        seconds, metres = (np.array(answer[key], dtype=float) for key in ("durations", "distances"))
        off = [np.array([p["distance"] for p in answer[key]], float) for key in ("sources", "destinations")]
    except (KeyError, TypeError, ValueError) as error:
        _misunderstood(server, f"durations, distances or waypoints are missing or no numbers ({error})")
    asked = (len(origins), len(destinations))
    if seconds.shape != asked or metres.shape != asked or (len(off[0]), len(off[1])) != asked:
        _misunderstood(server, f"a table of {asked[0]} × {asked[1]} was asked for, {seconds.shape} came")
    # A few distances along one stretch of road come out below zero, their times right (osrm-backend #5855).
    metres = np.where(metres < 0, _straight_metres(origins, destinations), metres)
    numbers = np.concatenate([seconds.ravel(), metres.ravel(), *off])
    if (numbers < 0).any() or (numbers > _LARGEST).any():
        _misunderstood(server, "a time or distance is below zero or too large to be one")
    return Table(seconds=seconds, metres=metres, origins_off=off[0], destinations_off=off[1])


def _straight_metres(origins: Sequence[Place], destinations: Sequence[Place]) -> NDArray[np.float64]:
    """``float64[m, n]``: no road is shorter."""
    start, end = (
        np.array([(each.easting, each.northing) for each in them], dtype=float)
        for them in (origins, destinations)
    )
    return np.asarray(np.hypot(*np.moveaxis(start[:, None] - end[None], 2, 0)))


def _complaint(server: OsrmServer, code: str, said: str, points: int) -> NoReturn:
    """What the server itself says is wrong."""
    if code == "TooBig":
        _too_large(server, points)
    if code == "NoSegment":
        cure = "give the server a map that covers every home, and no small --default-radius"
        server.refuse("E436", f"it finds no road for a point: {said}", cure)
    _refused(server, f"it answers {code}{': ' if said else ''}{said}")


def _refused(server: OsrmServer, what: str) -> NoReturn:
    cure = "check the address, and that an OSRM server for this profile listens there"
    server.refuse("E433", f"it has no table of profile {server.profile!r}: {what}", cure)


def _too_large(server: OsrmServer, points: int) -> NoReturn:
    cure = f"start it with --max-table-size {server.table_size} or more"
    server.refuse("E434", f"a table of {points} points is too large for it", cure)


def _misunderstood(server: OsrmServer, what: str) -> NoReturn:
    cure = "is it OSRM's own table service? One that knows no annotations=duration,distance is too old"
    server.refuse("E435", f"its answer cannot be understood: {what}", cure)


def _silent(server: OsrmServer, why: str) -> NoReturn:
    tries = f"{server.attempts} attempt{'s' if server.attempts > 1 else ''}"
    cure = "start the server, or correct its address and port"
    server.refuse("E432", f"no answer after {tries}: {why}", cure)


def _why(error: Exception) -> str:
    """The reason under an error's wrappings, without the homes in its address."""
    from urllib3 import exceptions

    reason = getattr(error, "reason", None) or error
    if isinstance(reason, exceptions.NameResolutionError):
        return "no host has that name"
    if isinstance(reason, exceptions.NewConnectionError):
        return "nothing listens there"
    if isinstance(reason, exceptions.TimeoutError):
        return "it takes too long"
    return f"the connection breaks ({type(reason).__name__})"


def _no_number(text: str) -> NoReturn:
    """``NaN`` and ``Infinity`` are Python's extension to JSON; a server that sends one is not understood."""
    raise ValueError(text)
