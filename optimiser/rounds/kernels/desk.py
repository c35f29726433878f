"""Where everything lies: one short array that kernels hand to each other in place of all they work on.

numba passes a tuple of arrays as seven to eleven words an array, copied at every call; the four tuples of a
search are some three hundred and fifty, and copying them took a third of its time. A *desk* holds the address
and the lengths of each array instead. A kernel that is handed a desk opens what it needs
(``data, state = data_at(desk), state_at(desk)``) and pays for nothing that it does not use.

A desk keeps nothing alive: whoever lays it keeps the tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # it has no types
from numba import from_dtype, types
from numba.extending import intrinsic
from numba.np import arrayobj
from numpy.typing import DTypeLike, NDArray

from optimiser.rounds.problem import Ints

Desk = Ints
"""Address and up to three lengths of each array, in words."""

WORDS = 4
"""Of a desk, for each array."""
ARRAYS = 70
DATA, STATE, JOURNAL, BENCH, RUINS = 0, 20, 25, 45, 65
"""Number of the first array of each tuple."""

_Tuple = TypeVar("_Tuple")

_array_in: Any = arrayobj.make_array
_fill: Any = arrayobj.populate_array


def lay(**tuples: Sequence[NDArray[Any]]) -> Desk:
    """Lay a desk with the tuples given by name, as ``lay(data=data, state=state)``; the others stay shut.

    Raises
    ------
    ValueError
        For an array that does not lie in one piece, row by row.
    """
    desk = np.zeros(WORDS * ARRAYS, np.int64)
    first = {"data": DATA, "state": STATE, "journal": JOURNAL, "bench": BENCH, "ruins": RUINS}
    for name, arrays in tuples.items():
        for number, array in enumerate(arrays, start=first[name]):
            if not array.flags.c_contiguous:
                raise ValueError(f"an array of {name} does not lie in one piece")
            desk[WORDS * number] = array.ctypes.data
            desk[WORDS * number + 1 : WORDS * number + 1 + array.ndim] = array.shape
    return desk


def opener(
    kind: type[_Tuple], first: int, arrays: Sequence[tuple[DTypeLike, int]]
) -> Callable[[Desk], _Tuple]:
    """A part of kernels that opens the tuple whose first array has this number.

    Parameters
    ----------
    kind
        A named tuple of arrays.
    arrays
        Type and number of dimensions of each.
    """
    each = [types.Array(from_dtype(np.dtype(dtype)), ndim, "C") for dtype, ndim in arrays]
    tuples: Any = types.BaseTuple
    opened = tuples.from_types(each, kind)

    def open_(typing_context: Any, desk: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            words = _array_in(signature.args[0])(context, builder, arguments[0]).data

            def word(at: int) -> Any:
                return builder.load(builder.gep(words, [ir.Constant(ir.IntType(64), at)]))

            made = []
            for number, array in enumerate(each, start=first):
                size = context.get_abi_sizeof(context.get_data_type(array.dtype))
                shape = [word(WORDS * number + 1 + axis) for axis in range(array.ndim)]
                strides = [ir.Constant(ir.IntType(64), size)]
                for length in reversed(shape[1:]):
                    strides.insert(0, builder.mul(strides[0], length))
                out = _array_in(array)(context, builder)
                _fill(
                    out,
                    data=builder.inttoptr(word(WORDS * number), out.data.type),
                    shape=shape,
                    strides=strides,
                    itemsize=ir.Constant(ir.IntType(64), size),
                    meminfo=None,
                )
                made.append(out._getvalue())
            return context.make_tuple(builder, opened, made)

        return opened(desk), generate

    # numba's stubs call an intrinsic a decorator; what it makes is called from kernels with a desk alone.
    made: Any = intrinsic(open_)
    return made  # type: ignore[no-any-return]  # as numba calls it
