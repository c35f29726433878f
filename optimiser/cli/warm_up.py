"""``carerounds warm-up``: compile the kernels ahead of time."""

from __future__ import annotations

import click

from optimiser.cli.progress import on_stderr


@click.command("warm-up")
def warm_up() -> None:
    """Compile the round kernels now, so that the first plan does not wait for them."""
    from optimiser.rounds.warm_up import warm_up as compile_kernels

    with on_stderr() as progress:
        seconds = compile_kernels(progress=progress)
    print(f"kernels ready after {seconds:.1f} s")
