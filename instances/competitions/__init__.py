"""Made-up mini-competitions, to look at and to start from; no real company is in them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from instances.new_files import write_folder

EXAMPLE = "three-lots"
"""Three neighbouring lots: eight bidders, twelve batches, forty bids."""


def example_files(name: str = EXAMPLE) -> dict[str, bytes]:
    """Bytes of a competition's files, by name."""
    folder = files(__name__) / name
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


def write_example(folder: Path, *, overwrite: bool) -> None:
    """Write the files of the worked competition.

    Raises
    ------
    FileExistsError
        Where the folder holds something, and ``overwrite`` was not given.
    """
    found = example_files()
    write_folder(folder, found, replaces=set(found), overwrite=overwrite)
