from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def published_file(shared_data: Path) -> Callable[[str], Path]:
    """Path of a published file; skips where it is absent."""

    def find(name: str) -> Path:
        path = shared_data / "rounds" / name
        if not path.is_file():
            pytest.skip(f"published files absent: {name}")
        return path

    return find
