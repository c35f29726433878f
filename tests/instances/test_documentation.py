"""The pages say what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import instances
from instances.documentation import up_to_date

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"\bE[1-9][0-9]{2}\b")


def codes_in(*folders: str) -> set[str]:
    return {
        code
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        for code in re.findall(r"[\"'](E[1-9][0-9]{2})[\"']", path.read_text(encoding="utf-8"))
    }


def index() -> list[str]:
    return re.findall(
        r"^\| (E[0-9]{3}) \|", (ROOT / "docs/errors.md").read_text(encoding="utf-8"), re.MULTILINE
    )


def test_the_columns_in_the_documentation_are_those_of_the_schema() -> None:
    page = ROOT / "docs/formats.md"
    text = page.read_text(encoding="utf-8")
    assert text == up_to_date(text), "write instances.documentation.up_to_date(text) to docs/formats.md"
    with pytest.raises(ValueError, match="needs the lines"):
        up_to_date("no marks")


def test_every_code_stands_in_the_error_index_once_and_in_order() -> None:
    listed = index()
    assert set(listed) == codes_in("geodata", "optimiser", "instances", "benchmarks")
    assert listed == sorted(set(listed))


def test_every_code_of_the_reader_has_a_test() -> None:
    tested = {
        code
        for path in (ROOT / "tests").rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert {code for code in index() if code.startswith("E2")} <= tested


def test_public_names_are_found_and_cheap() -> None:
    assert set(dir(instances)) == set(instances.__all__)
    assert callable(instances.read_instance)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = instances.nothing
    asked = "import sys, instances; print('pandas' in sys.modules or 'openpyxl' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert said.stdout.strip() == "False"
