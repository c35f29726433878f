"""``carerounds allocate``: packages to providers."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@options.out
@options.policy("--policy", "coherent", "How packages are placed.")
@options.gap
@options.seconds
@options.seed
@options.postcodes
@options.overwrite
@click.option("--own-policy", help="A policy that the contract itself defines, instead of --policy.")
@click.option(
    "--rules",
    help="A preset (essex-2025, norfolk-principal, …) or rules file instead of the instance's contract.",
)
def allocate(
    instance: Path,
    out: Path,
    policy: str,
    gap: float,
    seconds: float | None,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
    rules: str | None,
    own_policy: str | None,
) -> None:
    """Give each package to one provider, exactly as the contract says, with a reason for every exclusion.

    cascade: one at a time in rank order, as brokers do today. ranked: the contract's order, then cost.
    coherent: the contract's order, then short roads. cost: cheapest.
    """
    from optimiser.allocation.allocate import allocate as solve
    from optimiser.allocation.notes import notes
    from optimiser.allocation.policy import policies_of
    from optimiser.cli.outputs import write_allocation_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import read_market
    from optimiser.cli.show import show_allocation, show_notes
    from optimiser.cli.staging import staged
    from optimiser.solving.limits import Limits

    market = read_market(instance, postcodes, rules)
    if own_policy is not None:
        options.known("--own-policy", [own_policy], (each.name for each in policies_of(market.framework)))
    inputs = (instance,) if rules is None or not Path(rules).exists() else (instance, Path(rules))
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        result = solve(
            market,
            policy=own_policy or policy,
            limits=Limits(gap=gap, seconds=seconds),
            seed=seed,
            progress=progress,
        )
        told = notes(market, result.solution)
        write_allocation_folder(folder, market, result, told)
    show_allocation(market, result)
    show_notes(told)
    print(f"written to {out}: allocation.csv, exclusions.csv, summary.json")
