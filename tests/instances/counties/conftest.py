"""The instances, drawn once for all tests."""

from __future__ import annotations

import pytest

from instances.counties import essex, leicester, leicestershire, norfolk
from optimiser.model.instance import Instance


@pytest.fixture(scope="session")
def maldon() -> Instance:
    return essex(district="Maldon", seed=7)


@pytest.fixture(scope="session")
def whole_essex() -> Instance:
    return essex(seed=7)


@pytest.fixture(scope="session")
def whole_norfolk() -> Instance:
    return norfolk(seed=7)


@pytest.fixture(scope="session")
def city() -> Instance:
    return leicester(seed=7)


@pytest.fixture(scope="session")
def whole_leicestershire() -> Instance:
    return leicestershire(seed=7)


@pytest.fixture(scope="session", params=["Essex", "Norfolk", "Leicester", "Leicestershire"])
def county(request: pytest.FixtureRequest) -> Instance:
    """Each county whole."""
    name = {"Leicester": "city"}.get(request.param, f"whole_{request.param.lower()}")
    instance: Instance = request.getfixturevalue(name)
    return instance
