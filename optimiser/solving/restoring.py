"""Values from their canonical form: what :func:`~optimiser.solving.provenance.canonical` did, undone.

Driven by the annotations of our frozen dataclasses and by nothing in the text itself, so that a file can make
no value but the ones its type allows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


class RestoringError(ValueError):
    """A text does not hold the value it should; says where and what."""


def restored(kind: Any, plain: Any, where: str = "value") -> Any:
    """The value of a type that a canonical form stands for.

    Raises
    ------
    RestoringError
        Where it is none of that type; the value's own checks included.
    """
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__  # a NewType
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(inside, plain, where)
    if origin is tuple or origin in (frozenset, set):
        return _several(origin, inside, plain, where)
    if origin is not None and issubclass(origin, Mapping):
        _must(isinstance(plain, dict), where, "a mapping", plain)
        return {
            restored(inside[0], key, f"{where} key"): restored(inside[1], each, f"{where}.{key}")
            for key, each in plain.items()
        }
    if dataclasses.is_dataclass(kind):
        return _record(kind, plain, where)
    return _single(kind, plain, where)


def _either(inside: tuple[Any, ...], plain: Any, where: str) -> Any:
    if plain is None and NoneType in inside:
        return None
    rest = [each for each in inside if each is not NoneType]
    if len(rest) != 1:
        raise RestoringError(f"{where}: no way to tell which of {rest} is meant")
    return restored(rest[0], plain, where)


def _several(origin: Any, inside: tuple[Any, ...], plain: Any, where: str) -> Any:
    _must(isinstance(plain, list), where, "a list", plain)
    if origin is tuple and inside[-1] is not Ellipsis:
        _must(len(plain) == len(inside), where, f"{len(inside)} values", plain)
        kinds = zip(inside, plain, strict=True)
        return tuple(restored(kind, each, f"{where}[{n}]") for n, (kind, each) in enumerate(kinds))
    return origin(restored(inside[0], each, f"{where}[{n}]") for n, each in enumerate(plain))


def _record(kind: Any, plain: Any, where: str) -> Any:
    _must(isinstance(plain, dict), where, kind.__name__, plain)
    hints = get_type_hints(kind)
    fields = {each.name: each for each in dataclasses.fields(kind) if each.init and each.compare}
    unknown = sorted(set(plain) - set(fields))
    if unknown:
        raise RestoringError(f"{where}: {kind.__name__} has no {', '.join(unknown)}")
    values = {name: restored(hints[name], each, f"{where}.{name}") for name, each in plain.items()}
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise RestoringError(f"{where}: {error}") from error


def _single(kind: Any, plain: Any, where: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        known = {each.value: each for each in kind}
        if not isinstance(plain, str | int) or plain not in known:
            raise RestoringError(f"{where}: {plain!r} is no {kind.__name__}")
        return known[plain]
    if kind is date:
        _must(isinstance(plain, str), where, "a date", plain)
        try:
            return date.fromisoformat(plain)
        except ValueError as error:
            raise RestoringError(f"{where}: {error}") from error
    if kind is int and isinstance(plain, str) and plain.lstrip("-").isdigit():
        return int(plain)  # a mapping's key
    is_it = type(plain) is kind or (kind is float and type(plain) is int)
    _must(is_it, where, getattr(kind, "__name__", str(kind)), plain)
    return plain


def _must(holds: bool, where: str, what: str, plain: Any) -> None:
    if not holds:
        raise RestoringError(f"{where}: {what} was expected, not {str(plain)[:40]!r}")
