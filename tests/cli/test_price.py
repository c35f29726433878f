"""``carerounds price``: a price from rounds, and carers whose pay falls short."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from optimiser.cli.main import Exit, run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A market of forty packages, and its rounds."""
    folder = tmp_path_factory.mktemp("price")
    market, placed, rounds = (str(folder / name) for name in ("maldon", "placed", "rounds"))
    assert run(["init", "essex", market, "--district", "Maldon", "--packages", "40"]) == Exit.DONE
    allocate = ["allocate", market, "--out", placed, "--policy", "cascade", "--no-explain"]
    assert run(allocate) == Exit.DONE
    assert run(["rounds", market, "--allocation", placed, "--out", rounds, "--steps", "50"]) == Exit.DONE
    return market, rounds


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_prices_add_up_and_say_first_what_they_rest_on(
    built: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market, rounds = built
    assert run(["price", market, "--rounds", rounds, "--out", str(tmp_path / "out")]) == Exit.DONE
    told = capsys.readouterr().out
    assert told.startswith("resting on:")
    assert "none of" in told
    prices = rows(tmp_path / "out" / "prices.csv")
    parts = ("contact", "travel", "waiting", "mileage", "on_costs", "overhead")
    for each in prices:
        assert sum(round(100 * float(each[part])) for part in parts) == round(100 * float(each["total"]))
    hours = [float(each["contact_hours"]) for each in prices if each["area"] == "locality"]
    assert sum(hours) == pytest.approx(float(prices[0]["contact_hours"]), abs=0.2)


def test_pay_for_contact_alone_raises_red_flags(
    built: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market, rounds = built
    asked = ["price", market, "--rounds", rounds, "--paid", "contact", "--out", str(tmp_path / "out")]
    assert run(asked) == Exit.DONE
    assert "RED FLAG" in capsys.readouterr().out
    assert "yes" in {each["below_minimum"] for each in rows(tmp_path / "out" / "pay.csv")}


def test_a_broken_table_of_tariffs_leaves_nothing(
    built: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market, rounds = built
    own = tmp_path / "own.csv"
    own.write_text("figure,effective_from,amount,unit,basis,source\npay,2026-04-01,1271,pence,assumption,x\n")
    asked = ["price", market, "--rounds", rounds, "--tariffs", str(own), "--out", str(tmp_path / "out")]
    assert run(asked) == Exit.INPUT
    told = capsys.readouterr().err
    assert "E521" in told
    assert "E215" in told
    assert not (tmp_path / "out").exists()
