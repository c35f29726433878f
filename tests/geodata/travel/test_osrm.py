"""The adapter against answers that a real server gave (osrm_recorded.json), and against broken ones.

The map behind them is made up: a street with a side street, a one-way street that nobody comes back from, and
an island. ``test_osrm_real.py`` asks a real server the same where one is installed.
"""

from __future__ import annotations

import json
import pickle
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from geodata.report import InputError
from geodata.travel import StraightLine, TravelMode
from geodata.travel.osrm import Osrm
from geodata.travel.osrm_server import OsrmServer
from geodata.travel.own_network import outside_addresses

RECORDED = json.loads((Path(__file__).parent / "osrm_recorded.json").read_text(encoding="utf-8"))
PLACES = [Place(*each) for each in RECORDED["places"]]
A, B, SIDE, ONE_WAY_END, ISLAND, CORNER = PLACES

Answer = tuple[int, Any]


@dataclass
class Fake:
    """A server on 127.0.0.1 that answers as it is told, and remembers what it was asked."""

    answer: Callable[[str], Answer]
    url: str = ""
    asked: list[str] = field(default_factory=list)


def recorded(path: str) -> Answer:
    """What the real server said; coordinates may differ by the metres that a datum grid makes."""
    for known, (status, body) in RECORDED["answers"].items():
        theirs, ours = (
            re.split(r"[^0-9.;,-]", re.sub(r"^.*/driving/", "", each))[0] for each in (known, path)
        )
        if known.partition("?")[2] == path.partition("?")[2] and same(theirs, ours):
            return status, body
    return 404, "not recorded"


def same(a: str, b: str) -> bool:
    points = (each.partition("?")[0].rpartition("/")[2] for each in (a, b))
    x, y = ([float(n) for n in re.split("[;,]", each)] for each in points)
    return len(x) == len(y) and bool(np.allclose(x, y, rtol=0, atol=2e-4))


@pytest.fixture
def fake() -> Iterator[Fake]:
    told = Fake(answer=recorded)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.asked.append(self.path)
            status, body = told.answer(self.path)
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://192.0.2.1/")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def by_car(fake: Fake, **settings: Any) -> Osrm:
    return Osrm(car=OsrmServer(url=fake.url, **{"table_size": 4, "attempts": 1, **settings}))


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(InputError) as refused:
        ask()
    assert len(refused.value.findings) == 1
    return str(refused.value)


def square(n: int, seconds: float = 60.0, metres: float = 900.0) -> dict[str, Any]:
    """A sound answer for ``n`` points."""
    off = [{"distance": 3.0}] * n
    rest = np.eye(n) == 0
    return {
        "code": "Ok",
        "durations": (rest * seconds).tolist(),
        "distances": (rest * metres).tolist(),
        "sources": off,
        "destinations": off,
    }


def test_figures_are_whole_and_the_mask_says_where_there_is_no_way(fake: Fake) -> None:
    matrix = by_car(fake).matrix(PLACES, TravelMode.CAR)
    at = {place: i for i, place in enumerate(PLACES)}
    assert matrix.seconds.dtype == np.int32
    assert (matrix.seconds[at[A], at[B]], matrix.metres[at[A], at[B]]) == (126, 1401)
    assert matrix.seconds[at[A], at[SIDE]] != matrix.seconds[at[SIDE], at[A]]  # a turn costs more one way
    assert matrix.reachable[at[A], at[ONE_WAY_END]]
    assert not matrix.reachable[at[ONE_WAY_END], at[A]]
    assert matrix.reachable[at[ISLAND]].tolist() == [place == ISLAND for place in PLACES]
    assert not matrix.seconds[~matrix.reachable].any()
    assert not matrix.is_estimate
    assert matrix.source == f"OSRM {fake.url} (driving)"


def test_no_request_holds_more_points_than_the_server_takes(fake: Fake) -> None:
    by_car(fake).matrix(PLACES, TravelMode.CAR)
    assert len(fake.asked) == 9
    assert max(path.count(";-") + path.count(";0.") + 1 for path in fake.asked) == 4


def test_the_order_of_places_changes_nothing_else_and_equal_places_are_asked_once(fake: Fake) -> None:
    straight = by_car(fake).matrix(PLACES, TravelMode.CAR)
    order = [3, 0, 5, 5, 2, 1, 4, 0]
    shuffled = by_car(fake).matrix([PLACES[i] for i in order], TravelMode.CAR)
    for name in ("seconds", "metres", "reachable"):
        assert (getattr(shuffled, name) == getattr(straight, name)[np.ix_(order, order)]).all()
    assert shuffled.seconds[2, 3] == 0
    assert len(set(fake.asked)) == 9


def test_a_place_left_over_by_the_blocks_is_not_asked_alone(fake: Fake) -> None:
    """A real server refuses a table of one point."""
    fake.answer = lambda path: (200, between(path))
    matrix = by_car(fake).matrix(PLACES[:5], TravelMode.CAR)
    assert matrix.reachable.all()
    assert (matrix.seconds[np.eye(5) == 0] == 60).all()
    assert all(path.count(";-") for path in fake.asked)


def between(path: str) -> dict[str, Any]:
    """A sound answer to any request."""
    n = len(path.partition("?")[0].split(";"))
    if "sources=" not in path:
        return square(n)
    m = len(path.partition("sources=")[2].partition("&")[0].split(";"))
    off = [{"distance": 3.0}]
    return {
        "code": "Ok",
        "durations": np.full((m, n - m), 60.0).tolist(),
        "distances": np.full((m, n - m), 900.0).tolist(),
        "sources": off * m,
        "destinations": off * (n - m),
    }


@pytest.mark.parametrize("places", [[], [A], [A, A]])
def test_nobody_is_asked_about_one_place_alone(fake: Fake, places: list[Place]) -> None:
    matrix = by_car(fake).matrix(places, TravelMode.CAR)
    assert matrix.seconds.shape == (len(places), len(places))
    assert matrix.reachable.all()
    assert not fake.asked


def test_it_is_a_value_that_crosses_processes(fake: Fake) -> None:
    model = by_car(fake)
    assert pickle.loads(pickle.dumps(model)) == model
    assert (pickle.loads(pickle.dumps(model)).matrix(PLACES, TravelMode.CAR).seconds > 0).any()


def test_a_mode_without_a_server_is_known_otherwise_or_not_at_all(fake: Fake) -> None:
    lines = StraightLine(AreaKinds(urban_cells=frozenset()))
    both = Osrm(car=OsrmServer(url=fake.url), otherwise=lines)
    assert both.matrix(PLACES, TravelMode.FOOT).is_estimate
    assert not both.is_estimate
    assert both.name == f"car: OSRM {fake.url} (driving); otherwise {lines.name}"
    assert fake.url in both.note
    assert Osrm(foot=OsrmServer(url=fake.url), otherwise=lines).is_estimate
    with pytest.raises(ValueError, match="no OSRM server is given for travel by foot"):
        by_car(fake).matrix(PLACES, TravelMode.FOOT)
    with pytest.raises(ValueError, match="needs a server"):
        Osrm()


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:5000", "ftp://127.0.0.1", "http://", "http://a:b@127.0.0.1", "http://127.0.0.1:x",
     "http://127.0.0.1/", "http://127.0.0.1?a=b", "http://127.0.0.1:0", "http://[::1", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    assert "E430" in refusal(lambda: OsrmServer(url=url))


def test_a_profile_is_one_word() -> None:
    assert "E430" in refusal(lambda: OsrmServer(url="http://127.0.0.1", profile="../nearest"))


def test_settings_that_ask_for_nothing_are_refused() -> None:
    for wrong in ({"table_size": 1}, {"attempts": 0}, {"patience": 0.0}):
        with pytest.raises(ValueError, match="at least 2 points"):
            OsrmServer(url="http://127.0.0.1", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("172.31.0.1", True), ("192.168.0.9", True), ("::1", True),
        ("fe80::1", True), ("fd00::1", True), ("::ffff:10.0.0.1", True),
        ("8.8.8.8", False), ("172.32.0.1", False), ("192.0.2.1", False), ("100.64.0.1", False),
        ("2001:4860:4860::8888", False), ("::ffff:8.8.8.8", False),
    ],
)  # fmt: skip
def test_only_private_addresses_are_ones_own(address: str, own: bool) -> None:
    assert bool(outside_addresses(address)) is not own


def test_nothing_is_sent_outside_unless_it_may_be(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    monkeypatch.setattr("geodata.travel.osrm_server.outside_addresses", lambda _: ("192.0.2.1",))
    said = refusal(lambda: by_car(fake).matrix(PLACES, TravelMode.CAR))
    assert "E431" in said
    assert "--osrm-outside" in said
    assert not fake.asked
    assert by_car(fake, outside=True).matrix(PLACES, TravelMode.CAR).reachable.any()


def test_a_name_with_one_address_outside_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", ("10.0.0.1", 0)), (0, 0, 0, "", ("192.0.2.1", 0))]
    monkeypatch.setattr("geodata.travel.own_network.socket.getaddrinfo", lambda *_, **__: both)
    assert outside_addresses("roads.example") == ("192.0.2.1",)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert by_car(fake).matrix(PLACES, TravelMode.CAR).reachable.any()


def test_no_redirection_is_followed(fake: Fake) -> None:
    fake.answer = lambda _: (307, "")
    assert "E433" in refusal(lambda: by_car(fake).matrix(PLACES, TravelMode.CAR))
    assert len(fake.asked) == 1


def test_no_server_is_said_after_the_attempts_allowed() -> None:
    with socket.socket() as held:  # bound and not listening: nobody else can take the port
        held.bind(("127.0.0.1", 0))
        server = OsrmServer(url=f"http://127.0.0.1:{held.getsockname()[1]}", attempts=2)
        said = refusal(lambda: Osrm(car=server).matrix(PLACES, TravelMode.CAR))
    assert "E432" in said
    assert "nothing listens there" in said
    assert "2 attempts" in said


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        server = OsrmServer(url=url, attempts=1, patience=0.05)
        assert "takes too long" in refusal(lambda: Osrm(car=server).matrix(PLACES, TravelMode.CAR))


def test_a_host_without_an_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("geodata.travel.own_network.socket.getaddrinfo", unknown)
    server = OsrmServer(url="http://roads.example")
    assert "E432" in refusal(lambda: Osrm(car=server).matrix(PLACES, TravelMode.CAR))


def test_a_busy_server_is_asked_again(fake: Fake) -> None:
    fake.answer = lambda path: (503, "") if len(fake.asked) == 1 else recorded(path)
    assert by_car(fake, attempts=2).matrix(PLACES, TravelMode.CAR).reachable.any()
    fake.answer = lambda _: (503, "")
    assert "it is busy (503)" in refusal(lambda: by_car(fake, attempts=2).matrix(PLACES, TravelMode.CAR))


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"code": "InvalidUrl", "message": "URL string malformed"}, "E433"),
        (400, {"code": "InvalidService", "message": "Service table not found!"}, "E433"),
        (404, "<html>not here</html>", "E433"),
        (400, {"code": "TooBig", "message": "Too many table coordinates"}, "E434"),
        (414, "", "E434"),
        (400, {"code": "NoSegment", "message": "no matching segment for coordinate 2"}, "E436"),
        (200, "<html>welcome</html>", "E435"),
        (200, [], "E435"),
        (200, {"durations": []}, "E435"),
        (200, {**square(4), "distances": None}, "E435"),
        (200, {**square(4), "durations": [[0, 1], [1]]}, "E435"),
        (200, {**square(4), "durations": [["a"] * 4] * 4}, "E435"),
        (200, {**square(4), "sources": [{}] * 4}, "E435"),
        (200, {**square(4), "sources": []}, "E435"),
        (200, square(5), "E435"),
        (200, square(4, seconds=-1), "E435"),
        (200, square(4, metres=1e300), "E435"),
        (200, json.dumps(square(4)).replace("60.0", "NaN"), "E435"),
    ],
)
def test_every_refusal_and_every_broken_answer_has_its_code(
    fake: Fake, status: int, body: Any, code: str
) -> None:
    fake.answer = lambda _: (status, body)
    assert code in refusal(lambda: by_car(fake).matrix(PLACES[:4], TravelMode.CAR))


def test_what_the_real_server_says_to_a_wrong_request_is_understood(fake: Fake) -> None:
    too_large = by_car(fake, table_size=6)
    assert "E434" in refusal(lambda: too_large.matrix(PLACES, TravelMode.CAR))
    wrong = [body for path, (_, body) in RECORDED["answers"].items() if path.startswith("/map/")]
    fake.answer = lambda _: (400, wrong[0])
    assert "InvalidUrl" in refusal(lambda: by_car(fake).matrix(PLACES, TravelMode.CAR))


def test_a_distance_below_zero_is_no_shorter_than_the_straight_line(fake: Fake) -> None:
    near = [Place(500_000, 300_000), Place(500_003, 300_004)]
    fake.answer = lambda _: (200, square(2, seconds=0.4, metres=-1.0))
    assert by_car(fake).matrix(near, TravelMode.CAR).metres.tolist() == [[0, 5], [5, 0]]


def test_places_off_the_map_are_told_all_at_once(fake: Fake) -> None:
    off = square(4)
    off["sources"] = [{"distance": d} for d in (10.0, 5_800.0, 999.0, 12_000.0)]
    fake.answer = lambda _: (200, off)
    said = refusal(lambda: by_car(fake).matrix(PLACES[:4], TravelMode.CAR))
    assert "E436" in said
    assert "2 of 4 places" in said
    assert "12.0 km; " in said
    assert "5.8 km" in said


@pytest.mark.parametrize(
    ("mode", "kmh", "sound"),
    [
        (TravelMode.FOOT, 5, True), (TravelMode.FOOT, 15, False), (TravelMode.CYCLE, 5, False),
        (TravelMode.CYCLE, 15, True), (TravelMode.CYCLE, 50, False), (TravelMode.CAR, 15, False),
        (TravelMode.CAR, 50, True),
    ],
)  # fmt: skip
def test_speeds_tell_a_server_prepared_for_another_mode(
    fake: Fake, mode: TravelMode, kmh: int, sound: bool
) -> None:
    fake.answer = lambda _: (200, square(4, seconds=3600 * 3 / kmh, metres=3000))
    server = OsrmServer(url=fake.url, table_size=4, attempts=1)
    model = Osrm(car=server, cycle=server, foot=server)
    if sound:
        assert model.matrix(PLACES[:4], mode).reachable.all()
    else:
        assert "E437" in refusal(lambda: model.matrix(PLACES[:4], mode))


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    said = refusal(lambda: by_car(fake).matrix(PLACES, TravelMode.CAR))
    assert "E438" in said
    assert "carerounds[osrm]" in said


def test_a_refusal_names_no_home(fake: Fake) -> None:
    fake.answer = lambda _: (500, "")
    assert "0.52" not in refusal(lambda: by_car(fake).matrix(PLACES, TravelMode.CAR))
