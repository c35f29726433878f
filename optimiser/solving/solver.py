"""What a solver looks like: a frozen dataclass whose fields are its settings."""

from __future__ import annotations

from typing import Protocol, TypeVar

from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import Result

P = TypeVar("P", contravariant=True)
S = TypeVar("S")


class Solver(Protocol[P, S]):
    """Problem in, Result out; neither is changed on the way.

    A heuristic's ``bound`` is ``None`` and its status is never ``OPTIMAL``. Infeasible is a result,
    not an exception. One thread unless told otherwise.
    """

    @property
    def name(self) -> str:
        """Name for provenance."""
        ...

    def solve(
        self,
        problem: P,
        *,
        limits: Limits,
        seed: int,
        start: S | None = None,
        progress: Reporter = silent,
    ) -> Result[S]:
        """Solve ``problem`` within ``limits``."""
        ...
