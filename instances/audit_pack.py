"""An audit pack as a folder or one ``.zip``, whole or not at all."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from geodata.report import Report
from instances.new_files import write_file, write_folder

STAMP = (1980, 1, 1, 0, 0, 0)
"""Of every file in a zip: the same pack is the same bytes."""
LARGEST = 2 * 1024**3
"""Bytes a file of a pack may unpack to."""


def write_pack(path: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> None:
    """Write a pack: one ``.zip`` where the name ends so, else a folder.

    Raises
    ------
    FileExistsError
        Where something is there already and ``overwrite`` was not given.
    """
    if path.suffix.casefold() != ".zip":
        write_folder(path, files, replaces={name.casefold() for name in files}, overwrite=overwrite)
        return
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in sorted(files.items()):
            pack.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    write_file(path, out.getvalue(), overwrite=overwrite)


def read_pack(path: Path) -> Mapping[str, bytes]:
    """Files of a pack by name.

    Raises
    ------
    InputError
        Where there is none, or it cannot be read.
    """
    report = Report()
    cure = "name the folder or .zip that --audit wrote"
    try:
        if path.is_dir():
            return {each.name: each.read_bytes() for each in sorted(path.iterdir()) if each.is_file()}
        with zipfile.ZipFile(path) as pack:
            found = {}
            for each in pack.infolist():
                if each.file_size > LARGEST:
                    raise zipfile.BadZipFile(f"{each.filename} is too large")
                found[each.filename] = pack.read(each)
            return found
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        report.add("E301", str(path), f"the pack cannot be read: {said}", cure=cure)
    report.raise_if_any()
    raise AssertionError("unreachable")
