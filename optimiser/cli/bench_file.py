"""What the commands for one published file share: options, refusals, the result file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimiser.cli import options

if TYPE_CHECKING:
    from optimiser.solving.limits import Limits
    from optimiser.solving.result import Result

SECONDS = 60.0
"""Default: what the published tables are measured at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solving:
    """A published file to be solved.

    Attributes
    ----------
    out
        Where the result goes.
    seconds, iterations
        Never both; ``None`` for both means :data:`SECONDS`.
    """

    case: Path
    format: str
    out: Path
    seconds: float | None
    iterations: int | None
    seed: int
    processes: int

    @property
    def limits(self) -> Limits:
        """As asked, or the default."""
        from optimiser.solving.limits import Limits

        unlimited = self.seconds is None and self.iterations is None
        return Limits(seconds=SECONDS if unlimited else self.seconds, iterations=self.iterations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """A result to be looked at again, without solving."""

    case: Path
    format: str
    result: Path


def one_file(
    *, formats: Sequence[str], iterations: str, processes: click.IntRange, cores: str
) -> Callable[[Callable[[Solving | Checking], None]], Callable[..., None]]:
    """Options of a command that solves one published file, or checks a result of it.

    Parameters
    ----------
    iterations, cores
        What an iteration is called, and what several processes do.
    """
    given = (
        click.option(
            "--case", type=options.PATH, required=True, help="One published file to solve, or to check."
        ),
        click.option(
            "--format", "format_", type=click.Choice(formats), required=True, help="Format of that file."
        ),
        click.option(
            "--seconds",
            type=options.Finite(0, min_open=True),
            help=f"Solving time, compiling not counted; {SECONDS:g} unless --iterations is given.",
        ),
        click.option(
            "--iterations",
            type=click.IntRange(0),
            help=f"{iterations} instead of seconds: the same seed then gives the same answer.",
        ),
        options.seed,
        click.option("--processes", type=processes, default=2, show_default=True, help=cores),
        click.option(
            "--check", type=options.PATH, help="A result to verify against --case, without solving."
        ),
        click.option("--out", type=options.PATH, help="Result file."),
        options.overwrite,
    )

    def with_options(command: Callable[[Solving | Checking], None]) -> Callable[..., None]:
        @wraps(command)
        def called(**values: Any) -> None:
            command(_asked(**values))

        for option in reversed(given):
            called = option(called)
        return called

    return with_options


def _asked(
    *,
    case: Path,
    format_: str,
    seconds: float | None,
    iterations: int | None,
    check: Path | None,
    out: Path | None,
    overwrite: bool,
    **more: int,
) -> Solving | Checking:
    """What to do; before any work, a refusal of what does not go together or would lose a file."""
    if (check is None) == (out is None):
        raise click.UsageError("give either --out, where the result goes, or --check, a result to verify")
    if seconds is not None and iterations is not None:
        raise click.UsageError("give either --seconds or --iterations")
    if check is not None:
        return Checking(case=case, format=format_, result=check)
    assert out is not None
    if out.exists() and not overwrite:
        raise FileExistsError(f"{out} is there already: name another file, or add --overwrite")
    return Solving(case=case, format=format_, out=out, seconds=seconds, iterations=iterations, **more)


def write(
    asked: Solving,
    result: Result[Any],
    *,
    objective: float,
    bound: float | None,
    chosen: Mapping[str, Sequence[int | None]],
) -> None:
    """Write the result file, with figures in the published file's own unit."""
    from instances.claims import write_claims

    write_claims(
        asked.out,
        objective=objective,
        bound=bound,
        seconds=result.seconds,
        chosen=chosen,
        provenance=result.provenance.as_dict() | {"stopped_by": result.stopped_by.value},
        overwrite=True,
    )


def borne_out(objective: float | None) -> str:
    """The end of what is said of a result that holds."""
    return "as claimed" if objective is not None else "nothing was claimed"
