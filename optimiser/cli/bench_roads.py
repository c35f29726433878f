"""``carerounds bench roads``: matrices of a county's roads beside peers, in one table."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@click.argument("graph", type=options.PATH)
@click.option("--places", type=click.IntRange(2), default=2000, show_default=True, help="Postcodes drawn.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    metavar="MINUTES",
    help="Of the second run.",
)
@options.seed
def roads(graph: Path, places: int, limit: int, seed: int) -> None:
    """Work out a matrix on a made-up county (synthetic_roads/*.npz) by ours and by peers.

    Processor seconds, compiling not counted. Peers need the extra "bench"; those not installed are left out.
    """
    import numpy as np

    from benchmarks.machine import machine
    from benchmarks.roads import compare, limited_is_exact, read_surrogate, table
    from optimiser.cli.progress import on_stderr

    county, postcodes = read_surrogate(graph)
    if places > len(postcodes):
        raise click.BadParameter(f"the graph has {len(postcodes):,} postcodes", param_hint="--places")
    drawn = np.random.default_rng(seed).choice(postcodes, places, replace=False)
    with on_stderr() as progress:
        lines = compare(county, drawn, limit_seconds=limit * 60, progress=progress)
    print(f"{graph.name}: {county[0]:,} nodes, {len(county[1]):,} arcs; {places:,} places, seed {seed}")
    print(table(lines), end="")
    print(
        f"limit leaves out what takes longer, and nothing else: {limited_is_exact(county, drawn, limit * 60)}"
    )
    print(", ".join(f"{name} {what}" for name, what in machine().items()))
