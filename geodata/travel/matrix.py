"""The travel matrix: whole seconds and metres, row = from, column = to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelMatrix:
    """Travel between ``n`` places by one mode.

    Attributes
    ----------
    seconds, metres
        ``int32[n, n]``; row = from, column = to. The diagonal is zero. Meaningless where not reachable.
    reachable
        ``bool[n, n]``: whether there is a way through at all.
    source
        How it is known, in words fit for a report ("straight-line estimate").
    is_estimate
        Whether the figures are estimated and every output must say so.

    Raises
    ------
    ValueError
        Where shapes differ, a reachable entry is negative, or the diagonal is not zero.
    """

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    reachable: NDArray[np.bool_]
    source: str
    is_estimate: bool

    def __post_init__(self) -> None:
        n = self.seconds.shape[0]
        for name in ("seconds", "metres", "reachable"):
            array = getattr(self, name)
            if array.shape != (n, n):
                raise ValueError(f"{name} has shape {array.shape}, expected {(n, n)}")
            array.flags.writeable = False
        # Whole matrices of a county are large: nothing here copies one.
        if any(each.min(where=self.reachable, initial=0) < 0 for each in (self.seconds, self.metres)):
            raise ValueError("travel cannot be negative")
        if np.diagonal(self.seconds).any() or np.diagonal(self.metres).any():
            raise ValueError("staying in a place takes no time: the diagonal must be zero")

    def __len__(self) -> int:
        return int(self.seconds.shape[0])
