"""``carerounds transfers``: who might change provider, by consent, so that everybody drives less."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@options.out
@click.option(
    "--phase-share",
    type=options.Finite(0, 100, min_open=True),
    default=5.0,
    show_default=True,
    help="Most of the live packages that this phase may move, in per cent (T4).",
)
@click.option(
    "--least-minutes",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Minutes a week that each package moved must save (T3).",
)
@click.option(
    "--longest-cycle",
    type=click.IntRange(1, 6),
    default=3,
    show_default=True,
    help="Most moves that one exchange makes: 1 for single moves, 2 for swaps, 3 for cycles and chains.",
)
@click.option(
    "--beyond-noise",
    type=options.Finite(0, 100),
    default=0.0,
    show_default=True,
    help="Per cent by which a provider's travel may rise beyond what rounds built twice differ by.",
)
@click.option(
    "--runs",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Weeks that the saving is measured on, none of which the list was chosen by; an interval needs two.",
)
@click.option(
    "--steps",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="Search steps for each provider's day; half as many again where the saving is measured.",
)
@options.seed
@options.postcodes
@options.overwrite
def transfers(
    instance: Path,
    out: Path,
    phase_share: float,
    least_minutes: int,
    longest_cycle: int,
    beyond_noise: float,
    runs: int,
    steps: int,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
) -> None:
    """Find transfers of care between providers that save travel for all concerned.

    INSTANCE is a live book: its packages name their `current_provider`. Nobody is moved whose consent is not
    on record in `transfer_consent`.
    """
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import read_market
    from optimiser.cli.show_transfers import show_transfers
    from optimiser.cli.staging import staged
    from optimiser.cli.transfer_folder import look_for_transfers, write_transfer_folder
    from optimiser.impact.transfers.rules import TransferRules
    from optimiser.impact.transfers.solve import Search
    from optimiser.solving.limits import Limits

    market = read_market(instance, postcodes)
    rules = TransferRules(
        phase_share=phase_share,
        least_saving=60 * least_minutes,
        longest=longest_cycle,
        beyond_noise=beyond_noise / 100,
    )
    search = Search(limits=Limits(iterations=steps), measured=Limits(iterations=-(-3 * steps // 2)))
    with staged(out, overwrite=overwrite, inputs=(instance,)) as folder, on_stderr() as progress:
        found = look_for_transfers(
            market, str(instance), rules, search, seed=seed, runs=runs, progress=progress
        )
        write_transfer_folder(folder, market, found)
    show_transfers(found)
    print(f"written to {out}: open transfers.csv")
