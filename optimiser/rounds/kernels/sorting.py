"""Sort a few things by their keys, keeping the order of equals; small, so that it compiles at once."""

from __future__ import annotations

from optimiser.rounds.kernels.compiling import kernel
from optimiser.rounds.problem import Ints


@kernel
def sort_by(items: Ints, keys: Ints, size: int) -> None:
    """Sort ``items[:size]`` and ``keys[:size]`` together by key, in place (insertion sort, stable)."""
    for k in range(1, size):
        item, key, at = items[k], keys[k], k
        while at > 0 and keys[at - 1] > key:
            items[at], keys[at] = items[at - 1], keys[at - 1]
            at -= 1
        items[at], keys[at] = item, key
