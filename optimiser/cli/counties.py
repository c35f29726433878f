"""Generators by name, and an unknown district as a finding."""

from __future__ import annotations

from geodata.report import Finding, InputError
from instances.counties import essex, leicester, leicestershire, norfolk
from instances.counties.calibration import TIGHTNESS
from instances.counties.live import live_book
from optimiser.allocation.allocate import allocate
from optimiser.model.instance import Instance

GENERATORS = {
    "essex": essex,
    "norfolk": norfolk,
    "leicester": leicester,
    "leicestershire": leicestershire,
}


def generate(
    county: str, *, district: str | None, packages: int | None, seed: int, capacity: int | None = None
) -> Instance:
    """Generate a county; ``InputError`` where it has no such district.

    Parameters
    ----------
    capacity
        Of usable providers on weekday mornings, in per cent of need; ``None`` for the usual.
    """
    tightness = TIGHTNESS if capacity is None else capacity / 100
    try:
        return GENERATORS[county](district=district, packages=packages, seed=seed, tightness=tightness)
    except ValueError as error:
        raise InputError(
            [Finding(code="E291", file="command line", message=str(error), column="--district")]
        ) from error


def as_live_book(instance: Instance, *, seed: int) -> Instance:
    """The county as brokers would have placed it, one package after the other, and as work that goes on."""
    placed = allocate(instance, policy="cascade", seed=seed).solution
    return live_book(instance, placed.provider_of, seed=seed)
