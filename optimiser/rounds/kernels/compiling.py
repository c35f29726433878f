"""How kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


def kernel(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """Compile to machine code, to be called by other kernels only; without reference counts.

    Kernels work on arrays that the caller keeps alive and allocate none of their own, so counting references
    to them, at every call and every field of a tuple, would only cost time: several times the work itself.
    What Python would need to call them takes longer to compile than they do themselves.
    """
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled: Callable[_Given, _Returned] = njit(cache=True, error_model="numpy", _nrt=False, **options)(  # type: ignore[call-overload]
        function
    )
    return compiled


def inlined(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """A small kernel, or one with a single caller, that is to be part of its caller.

    A tuple of arrays travels as some two hundred words, which takes longer than most small kernels do.
    """
    compiled: Callable[_Given, _Returned] = njit(  # type: ignore[call-overload]
        cache=True,
        error_model="numpy",
        forceinline=True,
        _nrt=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )(function)
    return compiled


def entry(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """A kernel that Python calls too."""
    compiled: Callable[_Given, _Returned] = njit(  # type: ignore[call-overload]
        cache=True, error_model="numpy", _nrt=False, no_cfunc_wrapper=True
    )(function)
    return compiled
