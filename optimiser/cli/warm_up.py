"""``carerounds warm-up``: compile the kernels ahead of time."""

from __future__ import annotations

import click

from optimiser.cli.progress import on_stderr


@click.command("warm-up")
def warm_up() -> None:
    """Compile all kernels now, so that the first plan or county does not wait for them."""
    from geodata.travel.warm_up import warm_up as for_roads
    from optimiser.allocation.warm_up import warm_up as for_allocation
    from optimiser.assignment.warm_up import warm_up as for_assignment
    from optimiser.packing.warm_up import warm_up as for_packing
    from optimiser.rounds.warm_up import warm_up as for_rounds

    with on_stderr() as progress:
        seconds = for_rounds(progress=progress) + for_allocation(progress=progress)
        seconds += for_assignment() + for_packing() + for_roads()
    print(f"kernels ready after {seconds:.1f} s")
