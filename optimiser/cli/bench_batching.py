"""``carerounds bench batching``: batches beside peers, in one table."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@click.option("--lots", required=True, help="Lots let again, commas between.")
@click.option("--rules", type=options.PATH, help="Rules file (batching.toml); the documented defaults else.")
@options.day
@click.option(
    "--built", type=click.IntRange(0), default=500, show_default=True,
    help="Batches of each lot whose rounds are built before the best are chosen.",
)  # fmt: skip
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Cores to use.")
@options.seed
def batching(
    instance: Path, lots: str, rules: Path | None, day: str, built: int, processes: int, seed: int
) -> None:
    """Batch the packages of some lots by ours, k-means, SKATER and max-p, and print the table.

    All are given the same packages, what stays together, sizes and rounds engine; the peers' numbers of
    batches are the best of five. Needs the extra "bench".
    """
    from benchmarks.batching import compare, table
    from benchmarks.machine import machine
    from instances.batching_file import read_batching
    from optimiser.batching.problem import BatchSource
    from optimiser.batching.rules import BatchRules
    from optimiser.cli.batching import Batching, problem_of
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import read_market
    from optimiser.impact.batch_rounds import BatchRounds
    from optimiser.rounds.warm_up import warm_up

    asked = BatchRules() if rules is None else read_batching(rules)
    market = read_market(instance, None)
    named = [each.strip() for each in lots.split(",")]
    options.known("--lots", named, market.lot_by_code)
    chosen = {each.id: BatchSource.RETENDER for each in market.packages if each.lot in named and each.visits}
    task = Batching(
        instance=market, chosen=chosen, rules=asked, day=day, built=built, processes=processes, seed=seed
    )
    problem, _ = problem_of(task)
    with on_stderr() as progress:
        warm_up(progress=progress)
        engine = BatchRounds.of(market, chosen, day=day)
        judge = BatchRounds.of(market, chosen, day=day, steps=2000, seed=seed + 1000)
        lines = compare(
            problem, engine, judge, seed=seed, processes=processes, built=built, progress=progress
        )
    print(f"{market.county}, lots {', '.join(named)}: {len(problem.candidates)} packages, seed {seed}")
    print(table(lines), end="")
    print(", ".join(f"{name} {what}" for name, what in machine().items()))
