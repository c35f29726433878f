"""A road network as one file (``.npz``): its arrays, and its words as JSON.

============  ================================================================================
code          what is wrong
============  ================================================================================
E407          the file is no road network, is damaged, or was written by another version
============  ================================================================================
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path

import numpy as np

from geodata.report import Report
from geodata.travel.network import RoadNetwork

FORMAT = "carerounds-roads-1"

_ARRAYS = tuple(
    each.name for each in fields(RoadNetwork) if "NDArray" in str(each.type) or each.type == "Ints"
)
_WORDS = ("names", "source", "attribution", "dropped")
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, IndexError, OSError,
    NotImplementedError, MemoryError, RuntimeError,
)  # fmt: skip
# The last three: a flipped bit may ask zipfile for a compression it has not, numpy for an array larger than
# memory, or say that a part is encrypted. All of them mean that the file is damaged.


def write_network(path: Path, network: RoadNetwork) -> None:
    """Write a network; the same network gives the same bytes. The file appears whole or not at all."""
    words = {name: getattr(network, name) for name in _WORDS}
    head = json.dumps({"format": FORMAT, "content": network.content, **words}, ensure_ascii=False, indent=1)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member("network.json"), head.encode())
        for name in _ARRAYS:
            packed = io.BytesIO()
            np.lib.format.write_array(
                packed, np.ascontiguousarray(getattr(network, name)), allow_pickle=False
            )
            archive.writestr(_member(f"{name}.npy"), packed.getvalue())
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        part.write_bytes(whole.getvalue())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _member(name: str) -> zipfile.ZipInfo:
    """A member without the hour of writing."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def read_network(path: Path) -> RoadNetwork:
    """Read what :func:`write_network` wrote.

    Raises
    ------
    InputError
        Where it is not there (E400), or is no such file or damaged (E407).
    """
    report = Report()
    cure = "make it again with carerounds roads build"
    if not path.is_file():
        report.add(
            "E400",
            path.name,
            "there is no such file",
            cure="check the path, or make it: carerounds roads build",
        )
        report.raise_if_any()
    try:
        return _read(path)
    except _DAMAGE as fault:
        message = " ".join(str(fault).split())
        report.add("E407", path.name, f"no road network, or damaged: {message}", cure=cure)
    report.raise_if_any()
    raise AssertionError("a report with an error raises")


def _read(path: Path) -> RoadNetwork:
    with zipfile.ZipFile(path) as archive:
        head = json.loads(archive.read("network.json"))
        if head["format"] != FORMAT:
            raise ValueError(f"its format is {head['format']!r}, expected {FORMAT!r}")
        arrays = {
            name: np.lib.format.read_array(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
            for name in _ARRAYS
        }
    network = RoadNetwork(
        **arrays,
        names=tuple(head["names"]),
        source=head["source"],
        attribution=head["attribution"],
        dropped=tuple((str(what), int(count)) for what, count in head["dropped"]),
    )
    if network.content != head["content"]:
        raise ValueError("its content is not what was written")
    return network
