"""Files that are kept together with the SHA-256 of each: a later reader sees whether one was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

MANIFEST = "manifest.json"


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def as_json(value: Any) -> bytes:
    """JSON that people can read and that a later run can compare byte by byte."""
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def sealed(files: Mapping[str, bytes], kind: str) -> dict[str, bytes]:
    """The files and their manifest.

    Parameters
    ----------
    kind
        What the pack is, with the version of its form.
    """
    manifest = {"format": kind, "files": {name: sha256(data) for name, data in sorted(files.items())}}
    return {**files, MANIFEST: as_json(manifest)}


def seal_of(files: Mapping[str, bytes]) -> str:
    """First letters of the manifest's hash, to be noted elsewhere: who changes a file must change them."""
    return sha256(files[MANIFEST])[:16]


class SealFault(Enum):
    """What is wrong with a pack as a whole."""

    NO_PACK = "no pack of this kind"
    MISSING = "the file is missing"
    CHANGED = "the file is not as it was written"
    STRANGE = "the file is no part of the pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One file of a pack that cannot be trusted."""

    file: str
    fault: SealFault
    message: str


def broken(files: Mapping[str, bytes], kind: str, needed: Iterable[str]) -> Iterator[Broken]:
    """Every file that is missing or not as it was written; one fault alone where there is no manifest."""
    try:
        manifest = json.loads(files[MANIFEST])
        due = dict(manifest["files"])
        if manifest["format"] != kind:
            raise ValueError(manifest["format"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        message = f"no audit pack of ours ({type(error).__name__}: {error})"
        yield Broken(file=MANIFEST, fault=SealFault.NO_PACK, message=message)
        return
    for name in sorted({*needed, *due}):
        if name not in files:
            yield Broken(file=name, fault=SealFault.MISSING, message=SealFault.MISSING.value)
        elif due.get(name) != sha256(files[name]):
            yield Broken(file=name, fault=SealFault.CHANGED, message=SealFault.CHANGED.value)
    for name in sorted(files.keys() - due.keys() - {MANIFEST}):
        yield Broken(file=name, fault=SealFault.STRANGE, message=SealFault.STRANGE.value)
