"""Progress on stderr, for anything that takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.solving.progress import Progress, Reporter

PATIENCE = 2.0
"""Seconds of silence before the first word."""
PACE = 5.0
"""Seconds between lines where stderr is no terminal."""


class _Told:
    """Progress as text: one line that rewrites itself on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.said = 0.0
        self.task = ""
        self.is_terminal = sys.stderr.isatty()
        self.open_line = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.task != self.task:
            self.task, self.began = progress.task, min(now, self.began if not self.task else now)
        pace = 0.2 if self.is_terminal else PACE
        if now - self.began < PATIENCE and not progress.task.startswith("compiling"):
            return
        if now - self.said < pace:
            return
        self.said = now
        share = f" {progress.done} of {progress.total}" if progress.total else ""
        text = f"{progress.task}{share} · {now - self.began:.0f} s"
        if self.is_terminal:
            print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)
            self.open_line = True
        else:
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        if self.open_line:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


@contextmanager
def on_stderr() -> Iterator[Reporter]:
    """A reporter that prints, while the work goes on."""
    told = _Told()
    try:
        yield told
    finally:
        told.close()
