"""A pack of a mini-competition: it holds as it was written, and what was changed in it is found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from instances.competition_file import competition_of
from instances.competition_pack import RECORD, RUN, competition_pack, verify
from instances.competitions import example_files
from optimiser.competition.evaluate import evaluate
from optimiser.solving.sealing import MANIFEST, sha256


@pytest.fixture(scope="module")
def pack() -> Mapping[str, bytes]:
    files = example_files()
    competition, _ = competition_of(files)
    return competition_pack(files, competition, evaluate(competition), decided_at="2027-01-16T09:00:00+00:00")


def resealed(pack: Mapping[str, bytes], name: str, data: bytes) -> Mapping[str, bytes]:
    """The pack with a file changed by somebody who also changes the manifest."""
    manifest = json.loads(pack[MANIFEST])
    manifest["files"][name] = sha256(data)
    return {**pack, name: data, MANIFEST: json.dumps(manifest).encode()}


def codes(pack: Mapping[str, bytes]) -> set[str]:
    return {each.code for each in verify(pack).errors}


def edited(pack: Mapping[str, bytes], name: str, edit: Any) -> bytes:
    content = json.loads(pack[name])
    edit(content)
    return json.dumps(content).encode()


def test_it_holds_as_it_was_written(pack: Mapping[str, bytes]) -> None:
    assert not verify(pack).findings
    assert b"bid A01" in pack["model.lp"]
    assert b"maximis" in pack["mathematics.txt"] or b"worth" in pack["mathematics.txt"]


def test_a_file_changed_without_the_manifest(pack: Mapping[str, bytes]) -> None:
    assert codes({**pack, "bids.csv": pack["bids.csv"].replace(b"24.10", b"24.00")}) == {"E302"}
    assert codes({name: data for name, data in pack.items() if name != RECORD}) == {"E301"}
    assert codes({**pack, MANIFEST: b"[]"}) == {"E301"}


def test_a_price_changed_with_the_manifest(pack: Mapping[str, bytes]) -> None:
    data = pack["bids.csv"].replace(b"A06,ASHFIELD,SOAR-1,24.90", b"A06,ASHFIELD,SOAR-1,24.80")
    assert data != pack["bids.csv"]
    assert codes(resealed(pack, "bids.csv", data)) == {"E306", "E309"}


def test_an_award_changed_on_record(pack: Mapping[str, bytes]) -> None:
    def give(content: dict[str, Any]) -> None:
        content["accepted"] = [each for each in content["accepted"] if each != "F01"]

    assert codes(resealed(pack, RECORD, edited(pack, RECORD, give))) == {"E306", "E309"}

    def both(content: dict[str, Any]) -> None:
        content["accepted"].append("A01")

    assert {"E304", "E309"} <= codes(resealed(pack, RECORD, edited(pack, RECORD, both)))


def test_figures_changed_on_record(pack: Mapping[str, bytes]) -> None:
    parts = ("scores", "without", "changes", "losing", "bundles", "awards", "referred")

    def drop(content: dict[str, Any]) -> None:
        for part in parts:
            content[part] = content[part][1:]

    found = verify(resealed(pack, RECORD, edited(pack, RECORD, drop))).errors
    assert {each.code for each in found} == {"E309"}
    assert {each.message.split()[0] for each in found} == set(parts)


def test_a_run_that_says_nothing(pack: Mapping[str, bytes]) -> None:
    assert codes(resealed(pack, RUN, b"{}")) == {"E301"}
