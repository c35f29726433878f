"""The adapter against a real ``osrm-routed``, where one is installed.

``CAREROUNDS_OSRM`` names the folder of its programs; the profiles lie in ``../share/profiles`` beside it, as
in the wheel of ``osrm-bindings``. Where they are absent these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from geodata.place import Place, to_degrees
from geodata.report import InputError
from geodata.travel import TravelMode
from geodata.travel.osrm import Osrm
from geodata.travel.osrm_server import OsrmServer

RECORDED = json.loads((Path(__file__).parent / "osrm_recorded.json").read_text(encoding="utf-8"))

# The made-up map of the recorded answers: nodes in national-grid metres, ways by node, one-way or not.
NODES = {
    1: (500_000, 300_000), 2: (501_000, 300_000), 3: (502_000, 300_000), 4: (503_000, 300_000),
    5: (502_000, 301_000), 6: (510_000, 300_000), 7: (511_000, 300_000), 8: (503_000, 301_500),
}  # fmt: skip
WAYS = [((1, 2, 3, 4), "no"), ((3, 5), "no"), ((4, 8), "yes"), ((6, 7), "no")]


@pytest.fixture(scope="module")
def programs() -> Path:
    """Folder of OSRM's programs."""
    named = os.environ.get("CAREROUNDS_OSRM")
    found = None if named else shutil.which("osrm-routed")
    folder = Path(named) if named else Path(found).resolve().parent if found else None
    if folder is None or not (folder / "osrm-routed").is_file():
        pytest.skip("no OSRM server installed: set CAREROUNDS_OSRM to the folder of osrm-routed")
    return folder


def tiny_map(path: Path) -> None:
    lines = ['<osm version="0.6">']
    for node, place in NODES.items():
        longitude, latitude = to_degrees(Place(*place))
        lines.append(f'<node id="{node}" lat="{latitude:.7f}" lon="{longitude:.7f}" version="1"/>')
    for way, (nodes, one_way) in enumerate(WAYS, start=1):
        through = "".join(f'<nd ref="{node}"/>' for node in nodes)
        tags = f'<tag k="highway" v="tertiary"/><tag k="oneway" v="{one_way}"/>'
        lines.append(f'<way id="{way}" version="1">{through}{tags}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")


@contextmanager
def serving(programs: Path, roads: Path, profile: str, table_size: int) -> Iterator[str]:
    """Prepare an extract and serve it on a free port of this machine."""
    shares = (programs.parent / "share" / "profiles", Path("/usr/share/osrm/profiles"))
    script = next(each / f"{profile}.lua" for each in shares if each.is_dir())
    base = roads.with_name(roads.name.split(".")[0])
    for command in (["osrm-extract", "-p", script, "-t", "1", roads], ["osrm-contract", "-t", "1", base]):
        subprocess.run(
            [programs / command[0], *command[1:]], check=True, capture_output=True, cwd=roads.parent
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [programs / "osrm-routed", "-i", "127.0.0.1", "-p", str(port), "-t", "1",
         "--max-table-size", str(table_size), base],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_a_real_server_says_what_was_recorded(programs: Path, tmp_path: Path) -> None:
    places = [Place(*each) for each in RECORDED["places"]]
    tiny_map(tmp_path / "tiny.osm")
    with serving(programs, tmp_path / "tiny.osm", "car", 4) as url:
        matrix = Osrm(car=OsrmServer(url=url, table_size=4)).matrix(places, TravelMode.CAR)
        with pytest.raises(InputError, match="E434"):
            Osrm(car=OsrmServer(url=url, table_size=6)).matrix(places, TravelMode.CAR)
        with pytest.raises(InputError, match="E433"):
            Osrm(car=OsrmServer(url=f"{url}/map", table_size=4)).matrix(places, TravelMode.CAR)
        with pytest.raises(InputError, match="E436"):
            Osrm(car=OsrmServer(url=url, table_size=4)).matrix(
                [*places, Place(400_000, 300_000)], TravelMode.CAR
            )
    row = {place: at for at, place in enumerate(sorted(places))}
    for path, (status, body) in RECORDED["answers"].items():
        if status == 200 and "sources=" not in path:
            at = sorted(row[place] for place in places_in(path, places))
            block = [[places.index(sorted(places)[i]) for i in at]] * 2
            durations = np.array(body["durations"], dtype=float)
            assert (matrix.reachable[np.ix_(*block)] == np.isfinite(durations)).all()
            assert np.abs(matrix.seconds[np.ix_(*block)] - np.nan_to_num(durations)).max() <= 1


def places_in(path: str, places: list[Place]) -> list[Place]:
    """Those whose coordinates a recorded request holds."""
    pairs = path.partition("?")[0].rpartition("/")[2].split(";")
    points = np.array([[float(n) for n in pair.split(",")] for pair in pairs])
    return [p for p in places if np.abs(points - to_degrees(p)).max(axis=1).min() < 2e-4]


def test_on_rutland_it_says_what_the_reference_says(
    programs: Path, tmp_path: Path, shared_data: Path
) -> None:
    extract = tmp_path / "rutland.osm.pbf"
    shutil.copyfile(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf", extract)
    reference = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    places = [Place(int(x), int(y)) for x, y in zip(reference["east"], reference["north"], strict=True)]
    with serving(programs, extract, "car", 100) as url:
        matrix = Osrm(car=OsrmServer(url=url)).matrix(places, TravelMode.CAR)
    assert matrix.reachable.all()
    # Places are whole metres here and were degrees there: a few stand on another road's side.
    errs = np.abs(matrix.seconds - reference["seconds"])
    assert np.median(errs) < 0.5
    assert np.corrcoef(matrix.seconds.ravel(), reference["seconds"].ravel())[0, 1] > 0.9999


@pytest.mark.parametrize(("profile", "mode"), [("foot", TravelMode.FOOT), ("bicycle", TravelMode.CYCLE)])
def test_a_server_prepared_for_walking_or_cycling_is_told_from_one_for_cars(
    programs: Path, tmp_path: Path, shared_data: Path, profile: str, mode: TravelMode
) -> None:
    extract = tmp_path / "rutland.osm.pbf"
    shutil.copyfile(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf", extract)
    reference = np.load(shared_data / "geo" / "roads" / "rutland_osrm_ref.npz")
    places = [
        Place(int(x), int(y)) for x, y in zip(reference["east"][:50], reference["north"][:50], strict=True)
    ]
    with serving(programs, extract, profile, 100) as url:
        server = OsrmServer(url=url)
        own = Osrm(**{mode.value: server}).matrix(places, mode)  # type: ignore[arg-type]
        assert own.reachable.all()
        with pytest.raises(InputError, match="E437"):
            Osrm(car=server).matrix(places, TravelMode.CAR)
