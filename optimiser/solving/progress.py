"""How long work tells where it is. The library reports; only the command line prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a piece of work is.

    Attributes
    ----------
    task
        What is being done, in words for a user.
    done, total
        In the task's own unit; ``total`` is ``None`` where it is not known.
    incumbent, bound
        Objective so far and the bound on it, where there are any.
    """

    task: str
    done: int = 0
    total: int | None = None
    incumbent: float | None = None
    bound: float | None = None


Reporter: TypeAlias = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Report nothing."""
