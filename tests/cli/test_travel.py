"""Travel by the roads or the server that a user names, from the command line to the figures."""

from __future__ import annotations

import csv
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geodata.place import from_degrees
from geodata.travel import write_network
from geodata.travel.network import RoadNetwork
from optimiser.cli.main import Exit, run

ATTRIBUTION = "Roads: whoever drew them."
STEP = 2000  # metres between the made-up roads: no home is farther than a kilometre from one
WEST, SOUTH, ACROSS, UP = 580_000, 186_000, 18, 18


def grid(*, seconds_per_km: int = 90) -> RoadNetwork:
    """Roads made up over Maldon, each 1.5 times as long as it looks, gone along at 40 km/h."""
    nodes = [(WEST + STEP * i, SOUTH + STEP * j) for j in range(UP) for i in range(ACROSS)]
    ends = [(j * ACROSS + i, j * ACROSS + i + 1) for j in range(UP) for i in range(ACROSS - 1)]
    ends += [(j * ACROSS + i, (j + 1) * ACROSS + i) for j in range(UP - 1) for i in range(ACROSS)]
    tail, head = np.array(ends, dtype=np.int32).T
    m, metres = len(ends), STEP * 1.5
    xy = np.array(nodes)
    return RoadNetwork(
        node_xy=xy.astype(np.float64),
        node_delay=np.zeros(len(nodes), dtype=np.int32),
        node_closed=np.zeros(len(nodes), dtype=np.bool_),
        link_tail=tail,
        link_head=head,
        link_decimetres=np.full(m, round(10 * metres), dtype=np.int32),
        milliseconds=np.full((3, 2, m), round(metres * seconds_per_km), dtype=np.int32),
        passable=np.ones((3, 2, m), dtype=np.bool_),
        link_class=np.ones(m, dtype=np.uint8),
        link_flags=np.zeros(m, dtype=np.uint8),
        link_name=np.zeros(m, dtype=np.int32),
        link_way=np.arange(m, dtype=np.int64),
        shape_start=np.arange(0, 2 * m + 1, 2, dtype=np.int32),
        shape=(10 * np.stack([xy[tail], xy[head]], axis=1).reshape(-1, 2)).astype(np.int32),
        names=("",),
        source="a grid made up for a test",
        attribution=ATTRIBUTION,
    )


@pytest.fixture(scope="module")
def maldon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market") / "maldon"
    drawn = ["init", "essex", str(folder), "--district", "Maldon", "--packages", "25"]
    assert run(drawn) == Exit.DONE
    return folder


@pytest.fixture(scope="module")
def placed(maldon: Path) -> Path:
    folder = maldon.parent / "placed"
    assert run(["allocate", str(maldon), "--policy", "ranked", "--out", str(folder)]) == Exit.DONE
    return folder


@pytest.fixture(scope="module")
def roads(maldon: Path) -> Path:
    path = maldon.parent / "grid.roads"
    write_network(path, grid())
    return path


@pytest.fixture(scope="module")
def tuesday(maldon: Path, placed: Path, roads: Path) -> Path:
    folder = maldon.parent / "tuesday"
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50"]
    assert run([*built, "--roads", str(roads), "--out", str(folder)]) == Exit.DONE
    return folder


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """An OSRM server of straight lines at 36 km/h, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            data = json.dumps(table(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}", asked
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def table(path: str) -> dict[str, Any]:
    points, _, options = path.rpartition("/")[2].partition("?")
    places = [from_degrees(*map(float, pair.split(","))) for pair in points.split(";")]
    xy = np.array([(place.easting, place.northing) for place in places], dtype=float)
    picked = re.search(r"sources=([\d;]+)&destinations=([\d;]+)", options)
    both = [[int(n) for n in part.split(";")] for part in picked.groups()] if picked else None
    rows, columns = both or (list(range(len(xy))), list(range(len(xy))))
    metres = np.hypot(*np.moveaxis(xy[rows][:, None] - xy[columns][None], 2, 0))
    return {
        "code": "Ok",
        "distances": metres.tolist(),
        "durations": (metres / 10).tolist(),
        "sources": [{"distance": 5.0}] * len(rows),
        "destinations": [{"distance": 5.0}] * len(columns),
    }


def figures(folder: Path) -> dict[str, Any]:
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


def test_rounds_by_road_are_not_those_by_straight_lines_and_say_so(
    maldon: Path, placed: Path, roads: Path, tuesday: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50"]
    assert run([*built, "--out", str(tmp_path / "lines")]) == Exit.DONE
    assert "travel is a straight-line estimate" in capsys.readouterr().out
    lines, by_road = figures(tmp_path / "lines"), figures(tuesday)
    assert by_road["rounds"]["rounds"] > lines["rounds"]["rounds"]  # the roads are slow
    speeds = [each["rounds"]["metres"] / each["rounds"]["travel_seconds"] for each in (by_road, lines)]
    assert speeds[0] < speeds[1]
    assert lines["travel"] == {"source": "straight-line estimate", "is_estimate": True, "attributions": []}
    assert not by_road["travel"]["is_estimate"]
    assert by_road["travel"]["attributions"] == [ATTRIBUTION]
    assert grid().content in by_road["travel"]["source"]


def test_where_an_answer_came_from_names_the_network_by_its_content(
    maldon: Path, placed: Path, tuesday: Path, tmp_path: Path
) -> None:
    slower = tmp_path / "slower.roads"
    write_network(slower, grid(seconds_per_km=120))
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50", "--roads", str(slower)]
    assert run([*built, "--out", str(tmp_path / "slow")]) == Exit.DONE
    names = [
        figures(each)["provenance"]["rounds"]["settings"]["travel"] for each in (tuesday, tmp_path / "slow")
    ]
    assert names[0] != names[1]


def test_a_day_holds_only_by_the_roads_it_was_built_on(
    maldon: Path, placed: Path, roads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines"
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50", "--out", str(lines)]
    assert run(built) == Exit.DONE
    asked = ["explain", str(maldon), "--allocation", str(placed), "--rounds", str(lines), "--steps", "0"]
    assert run(asked) == Exit.DONE
    assert run([*asked, "--roads", str(roads)]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E296" in said
    assert "--roads" in said


def test_explain_repair_and_insert_go_by_road(
    maldon: Path,
    placed: Path,
    roads: Path,
    tuesday: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_road = ["--allocation", str(placed), "--roads", str(roads)]
    words = f"travel is from road data: {grid().source}"
    explain = ["explain", str(maldon), *by_road, "--rounds", str(tuesday), "--steps", "0"]
    assert run(explain) == Exit.DONE
    assert words in capsys.readouterr().out
    with (tuesday / "rounds.csv").open(encoding="utf-8") as rows:
        package = next(row["package_id"] for row in csv.DictReader(rows) if row["line"] == "visit")
    ended = tmp_path / "ended"
    repair = ["repair", str(maldon), *by_road, "--rounds", str(tuesday), "--steps", "20"]
    assert run([*repair, "--ended", package, "--out", str(ended)]) == Exit.DONE
    assert words in capsys.readouterr().out
    assert figures(ended)["travel"] == figures(tuesday)["travel"]
    insert = ["insert", str(maldon), *by_road, "--rounds", str(ended), "--package", package]
    assert run(insert) == Exit.DONE
    assert words in capsys.readouterr().out


def test_a_study_by_road_says_so_on_its_page(
    maldon: Path, roads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "study"
    asked = ["study", str(maldon), "--out", str(out), "--runs", "1", "--steps", "20", "--roads", str(roads)]
    assert run(asked) == Exit.DONE
    assert f"(from road data: {grid().source}" in capsys.readouterr().out
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Travel is from road data." in page
    assert ATTRIBUTION in page
    told = figures(out)
    assert told["impact"]["travel_source"] == told["travel"]["source"]
    assert not told["impact"]["travel_is_estimate"]
    assert told["provenance"]["study"]["settings"]["travel"] == told["travel"]["source"]


def test_batches_by_road_say_so_and_carry_no_network_to_other_processes(
    maldon: Path, roads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "batches"
    asked = ["batch", str(maldon), "--lots", "MALDON", "--built", "5", "--processes", "1"]
    assert run([*asked, "--out", str(out), "--roads", str(roads)]) == Exit.DONE
    assert f"travel is from road data: {grid().source}" in capsys.readouterr().out
    page = (out / "batches.html").read_text(encoding="utf-8")
    assert "Travel is from road data" in page
    assert ATTRIBUTION in page
    assert grid().content in figures(out)["provenance"]["settings"]["rounds"]


def test_a_coherent_allocation_goes_by_road(maldon: Path, roads: Path, tmp_path: Path) -> None:
    out = tmp_path / "placed"
    assert run(["allocate", str(maldon), "--out", str(out), "--roads", str(roads)]) == Exit.DONE
    assert grid().content in figures(out)["provenance"]["allocation"]["settings"]["travel"]


def test_a_network_of_somewhere_else_is_refused_before_anything_is_built(
    maldon: Path, placed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = tmp_path / "far.roads"
    away = grid()
    write_network(
        far, replace(away, node_xy=away.node_xy + 100_000, shape=(away.shape + 1_000_000).astype(np.int32))
    )
    asked = ["rounds", str(maldon), "--allocation", str(placed), "--out", str(tmp_path / "no")]
    assert run([*asked, "--roads", str(far)]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E440" in said
    assert "25 of 25 homes" in said
    assert not (tmp_path / "no").exists()


def test_closures_lengthen_the_roads_and_are_named(
    maldon: Path, placed: Path, roads: Path, tuesday: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every second road from west to east is closed for its eastern end."""
    links = grid()
    along = np.flatnonzero(links.link_head - links.link_tail == 1)
    shut = [int(link) for link in along if (links.link_tail[link] // ACROSS) % 2 and link % 3]
    closed, out = tmp_path / "closed.geojson", tmp_path / "closed"
    feature = {"type": "Feature", "geometry": None, "properties": {"name": "works", "ways": shut}}
    closed.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50", "--roads", str(roads)]
    assert run([*built, "--closures", str(closed), "--out", str(out)]) == Exit.DONE
    open_roads, closed_roads = figures(tuesday), figures(out)
    assert closed_roads["rounds"]["metres"] != open_roads["rounds"]["metres"]
    assert closed_roads["travel"]["source"].startswith(open_roads["travel"]["source"] + ", closures ")
    closed.write_text("no closures", encoding="utf-8")
    assert run([*built, "--closures", str(closed), "--out", str(tmp_path / "no")]) == Exit.INPUT
    assert "E420" in capsys.readouterr().err


def test_results_are_not_written_over_the_network(maldon: Path, placed: Path, roads: Path) -> None:
    asked = ["rounds", str(maldon), "--allocation", str(placed), "--roads", str(roads), "--overwrite"]
    assert run([*asked, "--out", str(roads)]) != Exit.DONE
    assert roads.is_file()


def test_rounds_may_ask_a_server(
    maldon: Path,
    placed: Path,
    tmp_path: Path,
    server: tuple[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    url, asked = server
    built = ["rounds", str(maldon), "--allocation", str(placed), "--steps", "50", "--osrm", f"{url}/"]
    assert run([*built, "--out", str(tmp_path / "day")]) == Exit.DONE
    assert f"travel is from road data: car: OSRM {url} (driving)" in capsys.readouterr().out
    assert asked
    told = figures(tmp_path / "day")
    assert "OpenStreetMap" in told["travel"]["attributions"][0]
    assert 9 < told["rounds"]["metres"] / told["rounds"]["travel_seconds"] < 11


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--roads", "a.roads", "--osrm", "http://127.0.0.1:5000"], "give one"),
        (["--osrm-outside"], "give --osrm too"),
        (["--closures", "a.geojson"], "give --roads too"),
        (["--osrm", "tram=http://127.0.0.1:5000"], "none of car, cycle, foot"),
        (["--osrm", "http://127.0.0.1:1", "--osrm", "car=http://127.0.0.1:2"], "two servers"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    maldon: Path,
    placed: Path,
    tmp_path: Path,
    given: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["rounds", str(maldon), "--allocation", str(placed), "--out", str(tmp_path / "no")]
    assert run([*asked, *given]) == Exit.USAGE
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_server_outside_is_refused_before_it_is_asked(
    maldon: Path, placed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["rounds", str(maldon), "--allocation", str(placed), "--out", str(tmp_path / "no")]
    assert run([*asked, "--osrm", "http://192.0.2.1:5000"]) == Exit.INPUT
    assert "E431" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_roads_are_of_rounds_that_a_competition_builds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "example"
    assert run(["compete", "--example", str(folder)]) == Exit.DONE
    asked = ["compete", str(folder), "--out", str(tmp_path / "awards"), "--roads", "a.roads"]
    assert run(asked) == Exit.USAGE
    assert "give --market too" in capsys.readouterr().err
