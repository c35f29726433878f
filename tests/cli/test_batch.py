"""``carerounds batch`` as a commissioner types it, and what its prospectuses keep to themselves."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from geodata.report import InputError
from instances.batching_file import read_batching
from instances.read import read_instance
from optimiser.batching.rules import BatchRules
from optimiser.cli.main import Exit, run

RULES = """least_packages = 4
most_packages = 12
least_hours = 20
expected_bidders = 1
rural_points = 60
double_handed_points = 40
most_remainder = 60
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("batch")
    county, out = folder / "county", folder / "out"
    (folder / "batching.toml").write_text(RULES, encoding="utf-8")
    assert run(["init", "leicestershire", str(county), "--packages", "400"]) == Exit.DONE
    asked = ["--lots", "WEST-05,WEST-09", "--rules", str(folder / "batching.toml"), "--built", "40"]
    assert run(["batch", str(county), *asked, "--processes", "1", "--out", str(out)]) == Exit.DONE
    return county, out


def test_it_leaves_tables_page_layers_and_prospectuses(made: tuple[Path, Path]) -> None:
    _, out = made
    with (out / "batches.csv").open(encoding="utf-8", newline="") as file:
        batches = list(csv.DictReader(file))
    with (out / "batch_packages.csv").open(encoding="utf-8", newline="") as file:
        packages = list(csv.DictReader(file))
    figures = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert len(batches) == figures["batches"] >= 4
    assert {each.stem for each in (out / "prospectus").iterdir()} == {each["batch_id"] for each in batches}
    assert {each["source"] for each in packages} == {"planned re-tender"}
    assert all(bool(each["batch_id"]) != bool(each["rule"] and each["reason"]) for each in packages)
    assert (out / "batches.gpkg").stat().st_size > 0
    page = (out / "batches.html").read_text(encoding="utf-8")
    assert all(each["batch_id"] in page for each in batches)


def test_a_prospectus_holds_nothing_that_bidders_may_not_see(made: tuple[Path, Path]) -> None:
    county, out = made
    market = read_instance(county)
    shown = [each.read_text(encoding="utf-8") for each in sorted((out / "prospectus").iterdir())]
    assert shown
    for text in shown:
        body = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        assert not re.search(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", body), "a postcode"
        assert not re.search(r"\b\d{1,2}[:.]\d{2}\b", body), "a clock time"
        assert "£" not in body
        assert not re.search(r"pence|pounds|\brate\b|\bprice", body)
        for package in market.packages:
            assert package.id not in body
            assert package.client not in body
            assert package.postcode not in body
        for provider in market.providers:
            assert provider.id not in body
            assert provider.name not in body
        for admission in market.admissions:
            assert f"{admission.rate / 100:.2f}" not in body


def test_areas_are_as_near_as_five_alike(made: tuple[Path, Path]) -> None:
    _, out = made
    sectors: list[str] = []
    for each in (out / "prospectus").iterdir():
        sectors += re.findall(r"<td>([A-Z]{1,2}\d\d? \d)</td>", each.read_text(encoding="utf-8"))
    assert all(sectors.count(each) >= 5 for each in sectors)


def test_which_packages_must_be_said(made: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    county, _ = made
    out = str(county.parent / "none")
    assert run(["batch", str(county), "--out", out]) == Exit.USAGE
    assert "--lots" in capsys.readouterr().err
    assert run(["batch", str(county), "--lots", "WEST-55", "--out", out]) == Exit.USAGE
    assert "did you mean" in capsys.readouterr().err
    assert run(["batch", str(county), "--unsourced", "--out", out]) == Exit.USAGE
    assert not Path(out).exists()


def test_a_rules_file_is_the_defaults_but_for_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "batching.toml"
    path.write_text("", encoding="utf-8")
    assert read_batching(path) == BatchRules()
    path.write_text("whole_rounds = false\nscheme_packages = 0\nmost_hours = 120\n", encoding="utf-8")
    rules = read_batching(path)
    assert (rules.most_remainder, rules.scheme_packages, rules.most_care) == (None, None, 120 * 3600)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("most_hours = ", {"E228"}),
        ("most_hour = 120\nleast_packages = 'many'", {"E331", "E214"}),
        ("least_packages = 30\nscheme_packages = 1\nurban_drive_minutes = 0", {"E332", "E215"}),
        ("connected = 'perhaps'", {"E217"}),
    ],
)
def test_every_fault_of_a_rules_file_is_told_at_once(tmp_path: Path, text: str, codes: set[str]) -> None:
    path = tmp_path / "batching.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_batching(path)
    assert {each.code for each in refused.value.findings} == codes


def test_bids_for_what_was_batched_are_set_beside_its_rounds(
    made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, out = made
    folder, awards = tmp_path / "bids", tmp_path / "awards"
    folder.mkdir()
    for name in ("batches.csv", "batch_packages.csv"):
        (folder / name).write_bytes((out / name).read_bytes())
    with (out / "batches.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names, lots = [each["batch_id"] for each in rows], sorted({each["lot_code"] for each in rows})
    (folder / "competition.toml").write_text(
        'name = "Two lots"\ndeadline = 2027-01-15T12:00:00\nprice_formula = "lowest price over price"\n'
        "price_weight = 100\nfloor = 20.00\nceiling = 30.00\ntravel_hour = 18.00\ndraw_seed = 3\n"
        + "".join(f'[[bidders]]\nprovider_id = "{each}"\nlots = {json.dumps(lots)}\n' for each in "XY"),
        encoding="utf-8",
    )
    bids = [f"X{n},X,{name},24.0{n % 10},hour" for n, name in enumerate(names)]
    bids.append(f"Y0,Y,{names[0]};{names[1]},23.50,hour")
    (folder / "bids.csv").write_text(
        "\n".join(["bid_id,provider_id,batch_ids,price,price_unit", *bids]) + "\n", encoding="utf-8"
    )
    asked = ["compete", str(folder), "--market", str(county), "--out", str(awards)]
    assert run([*asked, "--audit", str(tmp_path / "pack")]) == Exit.DONE
    with (awards / "travel.csv").open(encoding="utf-8", newline="") as file:
        travel = {row["batch_ids"]: float(row["weekly_minutes"]) for row in csv.DictReader(file)}
    assert len(travel) == len(names) + 1
    with (awards / "bundles.csv").open(encoding="utf-8", newline="") as file:
        (bundle,) = csv.DictReader(file)
    saved = travel[names[0]] + travel[names[1]] - travel[";".join(sorted(names[:2]))]
    assert float(bundle["travel_minutes_saved"]) == saved >= 0
    assert run(["compete", "--verify", str(tmp_path / "pack")]) == Exit.DONE

    (folder / "travel.csv").write_bytes((awards / "travel.csv").read_bytes())
    assert run([*asked, "--overwrite"]) == Exit.USAGE
    assert "leave --market out" in capsys.readouterr().err
