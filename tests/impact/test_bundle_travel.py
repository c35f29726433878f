"""Travel of batches served together: what bids ask for, and what rounds say of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.report import InputError
from instances import leicestershire
from instances.competition_file import competition_of
from instances.competitions import write_example
from instances.travel_file import read_packages_of_batches, sets_asked, travel_bytes
from optimiser.impact.batch_rounds import BatchRounds
from optimiser.impact.bundle_travel import STEPS, weekly_travel
from optimiser.model.calendar import Weekday
from optimiser.model.instance import Instance
from optimiser.solving.fan_out import SerialExecutor


@pytest.fixture(scope="module")
def market() -> Instance:
    return leicestershire(seed=3, packages=60)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("travel") / "bids"
    write_example(folder, overwrite=False)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_set_that_is_bid_for_and_its_batches_alone_are_asked(files: dict[str, bytes]) -> None:
    sets = set(sets_asked(files))
    bids = competition_of(files)[0].bids
    assert sets == {bid.batches for bid in bids} | {frozenset({b}) for bid in bids for b in bid.batches}
    assert sets_asked({}) == ()


def test_travel_that_is_written_reads_back(files: dict[str, bytes]) -> None:
    weekly = {each: 60 * n for n, each in enumerate(sets_asked(files), start=5)}
    again, _ = competition_of({**files, "travel.csv": travel_bytes(weekly, "by hand")})
    assert again.travel.weekly == weekly


def test_a_set_travels_as_its_rounds_do_and_no_more_than_its_parts(market: Instance) -> None:
    packages = [each.id for each in market.packages if each.visits]
    held = {"A": packages[:6], "B": packages[6:12], "C": packages[12:15]}
    sets = [frozenset("A"), frozenset("B"), frozenset("AB"), frozenset("C")]
    found = weekly_travel(market, held, sets, seed=4, executor=SerialExecutor())
    assert found == weekly_travel(market, held, sets[::-1], seed=4, executor=SerialExecutor())
    by_hand = 0
    for day in Weekday:
        engine = BatchRounds.of(market, held["C"], day=day, steps=3 * STEPS, seed=4)
        by_hand += engine(held["C"]).travel
    assert found[frozenset("C")] == by_hand
    assert 0 < found[frozenset("AB")] <= found[frozenset("A")] + found[frozenset("B")]


def test_packages_of_batches_are_those_of_the_market(market: Instance, tmp_path: Path) -> None:
    one, two = (each.id for each in market.packages[:2])
    path = tmp_path / "batch_packages.csv"
    lines = ["package_id,lot_code,source,batch_id,rule,reason"]
    lot = market.packages[0].lot
    rows = [f"{one},{lot},planned re-tender,K1,,", f"{two},{lot},planned re-tender,,B2 packages,too few"]
    path.write_text("\n".join([*lines, *rows]) + "\n", encoding="utf-8")
    assert read_packages_of_batches(path, frozenset({"K1"}), market) == {"K1": (one,)}
    path.write_text("\n".join([*lines, *rows, "stranger,L,planned re-tender,K1,,"]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_packages_of_batches(path, frozenset({"K1", "K2"}), market)
    assert {each.code for each in refused.value.findings} == {"E333", "E334"}
    with pytest.raises(InputError, match="E201"):
        read_packages_of_batches(tmp_path / "none.csv", frozenset({"K1"}), market)
