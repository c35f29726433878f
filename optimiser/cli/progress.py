"""Progress on stderr, for anything that takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from optimiser.solving.progress import Progress, Reporter

PATIENCE = 2.0
"""Seconds of silence before the first word."""
PACE = 5.0
"""Seconds between lines where stderr is no terminal."""


class Told:
    """One task at a time: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self._said = 0.0
        self._task = ""
        self._bar: Bar | None = None
        self._row: TaskID | None = None

    def __call__(self, progress: Progress) -> None:
        """Tell where the work is, if it has taken long enough to be worth a word."""
        now = time.monotonic()
        if progress.task != self._task:
            self.began = now if self._task else self.began
            self._task = progress.task
        if now - self.began < PATIENCE and not progress.task.startswith("compiling"):
            return
        if sys.stderr.isatty():
            self._draw(progress)
        elif now - self._said >= PACE:
            self._said = now
            share = f" {progress.done} of {progress.total}" if progress.total else ""
            print(f"{progress.task}{share} · {now - self.began:.0f} s", file=sys.stderr, flush=True)

    def _draw(self, progress: Progress) -> None:
        if self._bar is None or self._row is None:
            self._bar = _bar()
            self._bar.start()
            self._row = self._bar.add_task(progress.task, total=progress.total)
        self._bar.update(self._row, description=progress.task, completed=progress.done, total=progress.total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def on_stderr() -> Iterator[Reporter]:
    """A reporter that prints, while the work goes on."""
    told = Told()
    try:
        yield told
    finally:
        told.close()
