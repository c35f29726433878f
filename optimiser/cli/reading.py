"""An instance for a command: read whole or refused whole."""

from __future__ import annotations

from pathlib import Path

from geodata.postcodes import PostcodeDirectory, read_directory
from geodata.report import Report
from instances.read import read_instance
from optimiser.model.instance import Instance


def read_market(path: Path, postcodes: Path | None) -> Instance:
    """Instance from a folder or workbook; ``InputError`` with every fault of it, or of the postcode file."""
    return read_instance(path, postcodes=own_directory(postcodes))


def own_directory(path: Path | None) -> PostcodeDirectory | None:
    """A user's own postcode file, or ``None`` for the directory installed."""
    if path is None:
        return None
    report = Report()
    directory = read_directory(path, report)
    report.raise_if_any()
    return directory
