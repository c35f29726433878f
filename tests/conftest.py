"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data, beside the repository unless CAREROUNDS_DATA says otherwise."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CAREROUNDS_DATA") or default)
    if not folder.is_dir():
        pytest.skip("shared data absent: set CAREROUNDS_DATA")
    return folder
