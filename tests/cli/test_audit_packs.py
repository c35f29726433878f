"""Proofs and audit packs as a broker meets them on the command line."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty packages of Maldon, and an eighth of the capacity."""
    folder = tmp_path_factory.mktemp("market") / "maldon"
    assert run(["init", "essex", str(folder), "--district", "Maldon", "--packages", "60"]) == Exit.DONE
    path = folder / "capacity.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        row["spare_minutes"] = f"{int(row['spare_minutes']) // 8}"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def packed(tight: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results and a pack."""
    folder = tmp_path_factory.mktemp("packed")
    asked = ["allocate", str(tight), "--policy", "ranked", "--out", str(folder / "placed")]
    assert run([*asked, "--audit", str(folder / "pack.zip")]) == Exit.DONE
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_shortages_say_where_when_and_by_how_many_hours(
    tight: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["allocate", str(tight), "--policy", "ranked", "--out", str(tmp_path / "placed")]
    assert run(asked) == Exit.DONE
    said = capsys.readouterr().out
    assert "proven short: at least" in said
    assert "who may serve them have" in said
    assert "of last resort: hours are short" in said
    assert "an hour a week more" in said
    lines = rows_of(tmp_path / "placed" / "shortages.csv")
    first = [line for line in lines if (line["supply"], line["shortage"]) == ("all", "1")]
    wanted = sum(float(line["wanted_hours"]) for line in first)
    assert wanted == float(first[0]["shortage_wanted_hours"])
    short = float(first[0]["shortage_short_hours"])
    assert short == wanted - float(first[0]["shortage_capacity_hours"]) > 0


def test_decisions_cover_every_package(packed: Path) -> None:
    placed = {row["package_id"]: row for row in rows_of(packed / "placed" / "allocation.csv")}
    decided = {row["package_id"]: row for row in rows_of(packed / "placed" / "decisions.csv")}
    assert set(decided) == set(placed)
    for name, row in decided.items():
        assert row["provider_id"] == placed[name]["provider_id"]
        assert bool(row["cause"]) == (placed[name]["outcome"] == "last_resort")


def test_a_pack_holds_until_somebody_changes_it(
    tight: Path, packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = packed / "pack.zip"
    assert run(["allocate", "--verify", str(pack)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "60 decisions by policy ranked recomputed, nothing differs" in said
    assert "borne out by a second maximum flow" in said
    assert run(["allocate", str(tight), "--verify", str(pack)]) == Exit.DONE
    assert "is the one it was made on" in capsys.readouterr().out

    folder = tmp_path / "opened"
    with zipfile.ZipFile(pack) as opened:
        opened.extractall(folder)
    assert run(["allocate", "--verify", str(folder)]) == Exit.DONE
    decisions = folder / "decisions.jsonl"
    decisions.write_text(decisions.read_text(encoding="utf-8").replace("PR", "XX", 1), encoding="utf-8")
    assert run(["allocate", "--verify", str(folder)]) == Exit.INPUT
    said = capsys.readouterr().err
    assert "E302" in said
    assert "Traceback" not in said


def test_no_full_postcode_and_no_pseudonym_is_in_a_pack(tight: Path, packed: Path) -> None:
    packages = rows_of(tight / "packages.csv")
    with zipfile.ZipFile(packed / "pack.zip") as opened:
        text = "".join(opened.read(name).decode() for name in opened.namelist())
    for row in packages:
        assert row["postcode"] not in text
        assert row["client_ref"] not in text


def test_what_is_no_pack_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "not.zip").write_text("no")
    (tmp_path / "empty").mkdir()
    for name in ("not.zip", "empty", "nowhere"):
        assert run(["allocate", "--verify", str(tmp_path / name)]) == Exit.INPUT
        assert "E301" in capsys.readouterr().err


def test_a_pack_is_not_overwritten_unasked_and_needs_a_name_of_its_own(
    tight: Path, packed: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "placed")
    asked = ["allocate", str(tight), "--policy", "cascade", "--out", out, "--audit"]
    assert run([*asked, str(packed / "pack.zip")]) == Exit.USAGE
    assert run([*asked, out]) == Exit.USAGE
    assert run([*asked, str(tight)]) == Exit.USAGE
    assert not (tmp_path / "placed").exists()
    assert run([*asked, str(tmp_path / "pack")]) == Exit.DONE
    assert json.loads((tmp_path / "pack" / "run.json").read_text(encoding="utf-8"))["policy"] == "cascade"


def test_reasons_can_be_left_out(tight: Path, tmp_path: Path) -> None:
    out = tmp_path / "placed"
    asked = ["allocate", str(tight), "--policy", "cascade", "--out", str(out), "--no-explain"]
    assert run(asked) == Exit.DONE
    assert {path.name for path in out.iterdir()} == {"allocation.csv", "summary.json"}
