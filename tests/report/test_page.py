"""The page is one file, asks the network for nothing, and lets no text of the data become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from optimiser.report.page import write_page
from optimiser.report.summary import summary

HOSTILE = '</script><b onmouseover="alert(1)">Care & "Co"</b><!--'


def draw(case: Any, folder: Path, **more: Any) -> str:
    path = folder / "report.html"
    write_page(
        path,
        instance=case.instance,
        allocations=case.allocations,
        study=case.study,
        exclusions=case.exclusions,
        outlines=more.pop("outlines", case.outlines),
        settlements=case.settlements,
        summary=summary(
            instance=case.instance, allocations=case.allocations, study=case.study, checks=case.checks
        ),
        **more,
    )
    return path.read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._inside = tag == "script"
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def parse(page: str) -> Elements:
    elements = Elements()
    elements.feed(page)
    return elements


@pytest.fixture(scope="module")
def page(case: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw(case, tmp_path_factory.mktemp("page"))


def test_nothing_is_fetched(page: str) -> None:
    elements = parse(page).found
    assert not [tag for tag, _ in elements if tag in ("iframe", "object", "embed", "img", "video", "base")]
    for tag, attributes in elements:
        for name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (tag, name, value)
    assert "@import" not in page
    assert not re.search(r"url\(", page)
    assert "fetch(" not in page
    assert "XMLHttpRequest" not in page


def test_policy_forbids_the_network(page: str) -> None:
    policies = [each for tag, each in parse(page).found if tag == "meta" and "http-equiv" in each]
    assert policies[0]["content"] is not None
    assert policies[0]["content"].startswith("default-src 'none'")


def test_parts_stand_in_their_order(page: str) -> None:
    ids = [each["id"] for tag, each in parse(page).found if tag in ("section", "header") and "id" in each]
    assert ids == [
        "finding",
        "estimated",
        "packages",
        "order",
        "shortfall",
        "exclusions",
        "rounds",
        "day",
        "comparison",
        "placements",
        "provenance",
    ]


def test_it_says_what_it_is(page: str) -> None:
    assert "not for publication" in page
    assert "Synthetic data" in page
    assert "Travel is an estimate." in page
    assert "Contains OS data" in page
    assert "Contains Royal Mail data" in page
    assert "GeoNames" in page


def test_recorded_data_are_not_called_synthetic(case: Any, tmp_path: Path) -> None:
    recorded = replace(case, instance=replace(case.instance, assumptions=()))
    assert "Synthetic data" not in draw(recorded, tmp_path)


def test_no_postcode_and_no_pseudonym_is_on_it(case: Any, page: str) -> None:
    for package in case.instance.packages:
        assert package.postcode not in page
        assert package.client not in page


def test_figures_for_scripts_are_json(case: Any, page: str) -> None:
    data = json.loads(parse(page).scripts[0])
    assert len(data["packages"]) == len(case.instance.packages)
    stops = sum(len(each["s"]) for each in data["days"]["proposal"])
    assert stops == case.study.proposal[0].measures.visits


def test_hostile_names_stay_text(case_of: Callable[..., Any], tmp_path: Path) -> None:
    names = (HOSTILE, *[f"Provider {number}" for number in range(2, 7)])
    page = draw(case_of(30, names=names, seeds=2), tmp_path, title=HOSTILE)
    elements = parse(page)
    assert HOSTILE not in page
    assert not [1 for _, attributes in elements.found if "onmouseover" in attributes]
    assert len(elements.scripts) == 2
    assert any(each["name"] == HOSTILE for each in json.loads(elements.scripts[0])["providers"])


def test_one_seed_claims_no_interval(case_of: Callable[..., Any], tmp_path: Path) -> None:
    page = draw(case_of(12, seeds=1), tmp_path)
    assert "one run only: no interval" in page


def test_no_outline_is_needed(case: Any, tmp_path: Path) -> None:
    page = draw(case, tmp_path, outlines=None)
    assert json.loads(parse(page).scripts[0])["outlines"] == []


def test_same_input_same_page(case: Any, page: str, tmp_path: Path) -> None:
    assert draw(case, tmp_path) == page


@pytest.mark.slow
def test_a_large_county_stays_small(case_of: Callable[..., Any], tmp_path: Path) -> None:
    page = draw(case_of(2500, seeds=1), tmp_path)
    assert len(page.encode()) < 8_000_000
