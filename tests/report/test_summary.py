"""The summary holds what is promised, in plain values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from optimiser.report.summary import summary
from optimiser.report.writing import write_json


@pytest.fixture(scope="module")
def found(case: Any) -> dict[str, Any]:
    return summary(instance=case.instance, allocations=case.allocations, study=case.study, checks=case.checks)


def test_every_package_is_placed_or_left(case: Any, found: dict[str, Any]) -> None:
    assert found["packages"] == len(case.instance.packages) == found["placed"] + found["last_resort"]
    assert sum(found["placed_by_tier"].values()) == found["placed"]
    assert list(found["placed_by_tier"]) == ["tier1", "tier2", "spot"]


def test_promised_keys_are_there(found: dict[str, Any]) -> None:
    assert {"weekly_hours", "weekly_cost_pence", "provenance"} <= found.keys()
    assert {"policy", "status", "objective", "bound", "gap", "seconds"} <= found["allocation"].keys()
    assert {
        "visits",
        "unserved",
        "rounds",
        "travel_seconds",
        "contact_seconds",
        "late_visits",
    } <= found["rounds"].keys()
    for scenario in ("baseline", "proposal"):
        assert found["impact"][scenario]["travel_minutes_per_contact_hour"] > 0
    low, high = found["impact"]["interval_percent"]
    assert low <= found["impact"]["saving_percent"] <= high
    assert found["checks"] == {"allocation": "passed", "rounds": "passed"}


def test_the_day_told_is_the_first_seed_of_the_proposal(case: Any, found: dict[str, Any]) -> None:
    first = case.study.proposal[0]
    assert found["rounds"]["seed"] == first.seed
    assert found["rounds"]["travel_seconds"] == first.measures.travel_seconds


def test_it_survives_json(found: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "deep" / "summary.json"
    write_json(path, found)
    assert json.loads(path.read_text(encoding="utf-8")) == found
    assert [each.name for each in path.parent.iterdir()] == ["summary.json"]


def test_what_json_cannot_hold_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    write_json(path, {"gap": None})
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"gap": float("inf")})
    assert json.loads(path.read_text(encoding="utf-8")) == {"gap": None}
    assert [each.name for each in tmp_path.iterdir()] == ["summary.json"]
