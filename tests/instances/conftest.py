"""One good folder, written once; every test spoils its own copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geodata.postcodes import PostcodeDirectory, registry_directory
from instances.write import write_instance
from tests.instances.small_market import small_market


@pytest.fixture(scope="session")
def good_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("instances") / "good"
    write_instance(small_market(), folder)
    return folder


@pytest.fixture
def folder(good_folder: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "market"
    shutil.copytree(good_folder, copy)
    return copy


@pytest.fixture(scope="session")
def postcodes() -> PostcodeDirectory:
    return registry_directory(["C", "N"])
