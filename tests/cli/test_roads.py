"""``carerounds roads``: build, matrix, close, from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from geodata.place import to_degrees
from geodata.travel import read_network
from geodata.travel.many_to_many import lengths_from
from optimiser.cli import roads_folder
from optimiser.cli.main import Exit, run

SPOTS = [(485_900, 308_800), (486_200, 308_830), (490_800, 303_000), (497_000, 306_500)]
PLACES = "place,easting,northing\n" + "".join(f"p{k},{x},{y}\n" for k, (x, y) in enumerate(SPOTS))
WORKS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {"name": "Works", "ways": [338458352, 3062065, 39438868]},
        }
    ],
}


@pytest.fixture(scope="module")
def network(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("roads") / "rutland.npz"
    extract = shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf"
    assert run(["roads", "build", str(extract), "--out", str(out)]) == Exit.DONE
    return out


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(PLACES, encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_network_is_built_and_says_whose_it_is(
    network: Path, capsys: pytest.CaptureFixture[str], shared_data: Path
) -> None:
    assert "OpenStreetMap contributors" in read_network(network).attribution
    again = [
        "roads",
        "build",
        str(shared_data / "geo" / "roads" / "rutland-2018-02-27.osm.pbf"),
        "--out",
        str(network),
    ]
    assert run(again) == Exit.USAGE
    assert run([*again, "--overwrite"]) == Exit.DONE
    said = capsys.readouterr().out
    assert "8,294 links" in said
    assert "OpenStreetMap contributors, ODbL 1.0" in said


def test_what_is_no_extract_is_refused(
    tmp_path: Path, network: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"nothing of the kind")
    out = str(tmp_path / "out.npz")
    assert run(["roads", "build", str(broken), "--out", out]) == Exit.INPUT
    assert run(["roads", "build", str(tmp_path / "none.gpkg"), "--out", out]) == Exit.INPUT
    assert run(["roads", "build", str(network), "--out", out]) == Exit.USAGE
    said = capsys.readouterr().err
    assert "E401" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out.npz").exists()


def test_a_matrix_is_a_table_of_pairs(network: Path, places: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        run(["roads", "matrix", str(network), str(places), "--out", str(out), "--as-of", "2026-11-01"])
        == Exit.DONE
    )
    rows = table(out / "travel_matrix.csv")
    assert len(rows) == 12
    assert list(rows[0]) == ["from_node", "to_node", "mode", "minutes", "metres", "source", "as_of"]
    assert (rows[0]["from_node"], rows[0]["to_node"], rows[0]["as_of"]) == ("p0", "p1", "2026-11-01")
    assert [path.name for path in out.iterdir()] == ["travel_matrix.csv"]
    packed = tmp_path / "packed"
    assert (
        run(["roads", "matrix", str(network), str(places), "--out", str(packed), "--format", "npz"])
        == Exit.DONE
    )
    with np.load(packed / "travel_matrix.npz", allow_pickle=False) as held:
        assert f"{held['seconds'][0, 1] / 60:.2f}" == rows[0]["minutes"]
        assert "OpenStreetMap" in str(held["attribution"])


def test_an_interrupted_matrix_goes_on_where_it_stopped(
    network: Path, places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, asked = tmp_path / "out", []
    monkeypatch.setattr(roads_folder, "_ROWS", 1)

    def interrupted(part: object, rows: object, limit: object) -> object:
        asked.append(rows)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return lengths_from(part, rows, limit)  # type: ignore[arg-type]

    monkeypatch.setattr(roads_folder, "lengths_from", interrupted)
    command = ["roads", "matrix", str(network), str(places), "--out", str(out), "--as-of", "2026-11-01"]
    assert run(command) == Exit.INTERRUPTED
    assert not (out / "travel_matrix.csv").exists()
    assert run([*command, "--mode", "foot"]) == Exit.INPUT, "another matrix is under way in this folder"
    assert run(command) == Exit.DONE
    assert len(asked) == 5
    whole = tmp_path / "whole"
    assert run([*command[:4], "--out", str(whole), "--as-of", "2026-11-01"]) == Exit.DONE
    assert (whole / "travel_matrix.csv").read_bytes() == (out / "travel_matrix.csv").read_bytes()


def test_a_finished_matrix_is_replaced_only_when_asked(
    network: Path, places: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["roads", "matrix", str(network), str(places), "--out", str(out), "--as-of", "2026-11-01"]
    assert run(command) == Exit.DONE
    assert "travel_matrix.csv" in capsys.readouterr().out
    (out / ".parts-of-another").mkdir()
    by_car = (out / "travel_matrix.csv").read_bytes()
    assert run([*command, "--mode", "foot"]) == Exit.INPUT
    assert "E415" in capsys.readouterr().err
    assert (out / "travel_matrix.csv").read_bytes() == by_car
    assert run([*command, "--mode", "foot", "--overwrite"]) == Exit.DONE
    assert [path.name for path in out.iterdir()] == ["travel_matrix.csv"]
    assert table(out / "travel_matrix.csv")[0]["mode"] == "foot"


def test_closures_out_of_force_are_named(
    network: Path, places: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        "name": "Works", "ways": [338458352], "from": "2026-11-30", "to": "2026-12-11",
        "hours": "07:00-19:00",
    }  # fmt: skip
    dated = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": None, "properties": told}],
    }
    closures = tmp_path / "works.geojson"
    closures.write_text(json.dumps(dated), encoding="utf-8")
    command = ["roads", "close", str(network), str(closures), str(places)]
    for given, said in (
        (["--day", "2027-01-04"], "not in force then: Works"),
        (["--day", "2026-12-01", "--hour", "22"], "not in force then: Works"),
        (["--day", "2026-12-01"], "no --hour was given"),
        (["--hour", "8"], "no --day was given"),
    ):
        assert run([*command, "--out", str(tmp_path / f"out{len(given)}{given[-1]}"), *given]) == Exit.DONE
        assert said in capsys.readouterr().out


def test_closing_a_street_says_who_travels_longer(
    network: Path, places: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closures, out = tmp_path / "works.geojson", tmp_path / "out"
    closures.write_text(json.dumps(WORKS), encoding="utf-8")
    assert run(["roads", "close", str(network), str(closures), str(places), "--out", str(out)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "pairs take another time" in said
    assert "cut off: nobody" in said
    assert {path.name for path in out.iterdir()} == {
        "changes.csv",
        "places.csv",
        "closures.geojson",
        "summary.json",
    }
    assert all(row["minutes_more"] for row in table(out / "changes.csv"))
    drawn = json.loads((out / "closures.geojson").read_text(encoding="utf-8"))
    assert {each["geometry"]["type"] for each in drawn["features"]} == {"LineString", "Point"}
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["pairs_lost"] == 0


def test_closing_all_roads_of_a_place_cuts_it_off(
    network: Path, places: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from geodata.place import Place

    box = [
        to_degrees(Place(490_800 + east, 303_000 + north))
        for east, north in ((-1500, -1500), (1500, -1500), (1500, 1500), (-1500, 1500), (-1500, -1500))
    ]
    area = {
        "type": "Feature",
        "properties": {"name": "Flood", "open_to": "none"},
        "geometry": {"type": "Polygon", "coordinates": [box]},
    }
    closures = tmp_path / "flood.geojson"
    closures.write_text(json.dumps({"type": "FeatureCollection", "features": [area]}), encoding="utf-8")
    out = tmp_path / "out"
    assert (
        run(["roads", "close", str(network), str(closures), str(places), "--out", str(out), "--mode", "foot"])
        == Exit.DONE
    )
    assert "cut off: p2" in capsys.readouterr().out


def test_faults_of_places_and_closures_are_told_together(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places, closures = tmp_path / "places.csv", tmp_path / "bow.geojson"
    places.write_text("postcode\nLE15 6AA\nLE99 9ZZ\n", encoding="utf-8")
    bow = [[-0.74, 52.66], [-0.72, 52.68], [-0.72, 52.66], [-0.74, 52.68], [-0.74, 52.66]]
    crossed = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [bow]}}
    closures.write_text(json.dumps({"type": "FeatureCollection", "features": [crossed]}), encoding="utf-8")
    out = tmp_path / "out"
    assert run(["roads", "close", str(network), str(closures), str(places), "--out", str(out)]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E411" in said
    assert "E422" in said
    assert not out.exists()


def test_a_place_in_the_sea_stops_a_matrix(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = tmp_path / "places.csv"
    places.write_text("easting,northing\n486200,308800\n655000,300000\n", encoding="utf-8")
    assert run(["roads", "matrix", str(network), str(places), "--out", str(tmp_path / "out")]) == Exit.INPUT
    assert "E413" in capsys.readouterr().err


def test_a_network_is_not_written_over_its_extract(tmp_path: Path) -> None:
    extract = tmp_path / "roads.osm.pbf"
    extract.write_bytes(b"as it came")
    assert run(["roads", "build", str(extract), "--out", str(extract), "--overwrite"]) == Exit.USAGE
    assert extract.read_bytes() == b"as it came"


def test_names_of_places_are_no_formulas_of_a_spreadsheet(network: Path, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text(PLACES.replace("p0", "=cmd|calc"), encoding="utf-8")
    assert run(["roads", "matrix", str(network), str(places), "--out", str(tmp_path / "out")]) == Exit.DONE
    rows = table(tmp_path / "out" / "travel_matrix.csv")
    assert {row["from_node"] for row in rows} == {"'=cmd|calc", "p1", "p2", "p3"}
    assert {row["to_node"] for row in rows} == {"'=cmd|calc", "p1", "p2", "p3"}


def test_a_damaged_part_of_an_interrupted_matrix_is_worked_out_again(
    network: Path, places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["roads", "matrix", str(network), str(places), "--as-of", "2026-11-01", "--out"]
    assert run([*asked, str(tmp_path / "whole")]) == Exit.DONE

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(roads_folder, "_join", interrupted)
        assert run([*asked, str(tmp_path / "out")]) == Exit.INTERRUPTED
    (part,) = (tmp_path / "out").glob(".parts-*/0*.npz")
    part.write_bytes(part.read_bytes()[:100])
    assert run([*asked, str(tmp_path / "out")]) == Exit.DONE
    whole, again = (tmp_path / folder / "travel_matrix.csv" for folder in ("whole", "out"))
    assert whole.read_bytes() == again.read_bytes()
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["travel_matrix.csv"]
