"""How kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


def kernel(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """Compile to machine code without reference counts.

    Kernels work on arrays that the caller keeps alive and allocate none of their own, so counting references
    to them, at every call and every field of a tuple, would only cost time: several times the work itself.
    """
    compiled: Callable[_Given, _Returned] = njit(cache=True, error_model="numpy", _nrt=False)(function)  # type: ignore[call-overload]
    return compiled
