"""Hierarchies of road graphs on disk, so that a county's roads are taken in order once.

The file's name is a hash of all that the order and its weights depend on. What cannot be read is worked out
again; what cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from geodata.travel.expand import SearchGraph
from geodata.travel.many_to_many import Hierarchy

_log = logging.getLogger(__name__)

_LEAST_NODES = 20_000
"""Smaller graphs are worked out faster than files are found."""
_ORDERING = 1
"""Raise when the order or the weights change, so that old files are not used."""
_ARRAYS = ("rank", "start", "upper", "out", "into")
_DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


def cached_hierarchy(
    graph: SearchGraph, folder: Path, work_out: Callable[[SearchGraph], Hierarchy]
) -> Hierarchy:
    """The hierarchy of a graph: from the folder where it is there, else worked out and kept there."""
    if graph.nodes < _LEAST_NODES:
        return work_out(graph)
    path = folder / f"roads-{_key(graph)}.npz"
    try:
        return _read(path, graph)
    except FileNotFoundError:
        pass
    except _DAMAGE as fault:
        _log.warning("%s cannot be used (%s): working it out again", path, fault)
    found = work_out(graph)
    _keep(path, found)
    return found


def _key(graph: SearchGraph) -> str:
    digest = hashlib.sha256(f"{_ORDERING} {graph.nodes}".encode())
    for array in (graph.tail, graph.head, graph.weight):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:32]


def _read(path: Path, graph: SearchGraph) -> Hierarchy:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
        found = Hierarchy(**{name: held[name] for name in _ARRAYS})
    fits = (
        len(found) == len(found.rank) == graph.nodes
        and found.start[-1] == len(found.upper) == len(found.out) == len(found.into)
        and (not len(found.upper) or 0 <= found.upper.min() <= found.upper.max() < graph.nodes)
        and np.array_equal(np.sort(found.rank), np.arange(graph.nodes))
    )
    if not fits:
        raise ValueError("it is of another graph")
    return found


def _keep(path: Path, found: Hierarchy) -> None:
    part = path.with_name(f".{path.stem}-{uuid.uuid4().hex}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(part, **{name: getattr(found, name) for name in _ARRAYS})
        part.replace(path)
    except OSError as fault:
        _log.info("not kept on disk: %s", fault)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
