"""``carerounds allocate``: packages to providers."""

from __future__ import annotations

from optimiser.cli.options import Gap, Instance_, Out, Overwrite, PolicyName, Seconds, Seed


def allocate(
    instance: Instance_,
    out: Out,
    policy: PolicyName = PolicyName.coherent,
    gap: Gap = 0.0001,
    seconds: Seconds = None,
    seed: Seed = 7,
    overwrite: Overwrite = False,
) -> None:
    """Give each package to one provider, exactly as the contract says, with a reason for every exclusion.

    cascade: one at a time in rank order, as brokers do today. ranked: the contract's order, then cost.
    coherent: the contract's order, then short roads. cost: cheapest.
    """
    from instances.read import read_instance
    from optimiser.allocation.allocate import allocate as solve
    from optimiser.cli.outputs import write_allocation_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show import show_allocation
    from optimiser.cli.staging import staged
    from optimiser.solving.limits import Limits

    market = read_instance(instance)
    with staged(out, overwrite=overwrite) as folder, on_stderr() as progress:
        result = solve(
            market,
            policy=policy.value,
            limits=Limits(gap=gap, seconds=seconds),
            seed=seed,
            progress=progress,
        )
        write_allocation_folder(folder, market, result)
    show_allocation(market, result)
    print(f"written to {out}: allocation.csv, exclusions.csv, summary.json")
