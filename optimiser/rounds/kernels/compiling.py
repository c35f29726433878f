"""How kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit, typeof

_Given = ParamSpec("_Given")
_Returned = TypeVar("_Returned")


def kernel(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """Compile to machine code, to be called by other kernels only: from Python it would crash the process.

    What Python would need to call them takes longer to compile than they do themselves.
    """
    return _compiled(function, no_cpython_wrapper=True)


def inlined(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """A small kernel, or one with a single caller, that is to be part of its caller.

    A tuple of arrays travels as some two hundred words, which takes longer than most small kernels do.
    """
    return _compiled(function, no_cpython_wrapper=True, forceinline=True)


def entry(function: Callable[_Given, _Returned]) -> Callable[_Given, _Returned]:
    """A kernel that Python calls too."""
    return _compiled(function)


def _compiled(function: Callable[_Given, _Returned], **more: bool) -> Callable[_Given, _Returned]:
    """Compile without reference counts.

    Kernels work on arrays that the caller keeps alive and allocate none of their own, so counting references
    to them, at every call and every field of a tuple, would only cost time: several times the work itself.
    """
    # numba's stubs do not list these options; a numba without them refuses them by name.
    compiled: Callable[_Given, _Returned] = njit(  # type: ignore[call-overload]  # stubs lack options
        cache=True, error_model="numpy", _nrt=False, no_cfunc_wrapper=True, **more
    )(function)
    return compiled


def compile_for(function: Callable[_Given, _Returned], *given: _Given.args, **_: _Given.kwargs) -> None:
    """Compile a kernel for arguments of these types without calling it; where that was done, load it."""
    # The decorators hand back numba's dispatcher, which the type of a plain function does not show.
    types = tuple(typeof(each) for each in given)  # type: ignore[no-untyped-call]  # numba has no types
    function.compile(types)  # type: ignore[attr-defined]  # a dispatcher
