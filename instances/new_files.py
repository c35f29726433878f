"""Files that are there whole or not at all: written beside, then renamed."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path


def write_file(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write one file.

    Raises
    ------
    FileExistsError
        Where it is there already, and ``overwrite`` was not given.
    """
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already: name another, or ask for it to be overwritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_folder(
    path: Path, files: Mapping[str, bytes], *, replaces: Collection[str], overwrite: bool
) -> None:
    """Write a folder of files.

    Parameters
    ----------
    replaces
        Names, in small letters, of the files that go when the folder is overwritten, written anew or not; all
        others stay.

    Raises
    ------
    FileExistsError
        Where the folder is there already and holds anything, and ``overwrite`` was not given.
    """
    path = path.resolve()
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"{path} is a file; give the name of a folder")
    if path.exists() and any(path.iterdir()) and not overwrite:
        raise FileExistsError(f"{path} is not empty: name another folder, or ask for it to be overwritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    new, old = _beside(path), _beside(path)
    try:
        new.mkdir()
        for name, data in files.items():
            (new / name).write_bytes(data)
        if path.exists():
            path.rename(old)
        try:
            new.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
    if old.exists():
        for kept in old.iterdir():
            if kept.name.casefold() not in replaces:
                kept.rename(path / kept.name)
        shutil.rmtree(old)


def _beside(path: Path) -> Path:
    """A name that nothing has, in the same folder: renaming must not cross file systems."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}")
