"""``carerounds batch``: packages to batches, with a prospectus for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimiser.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.batching.problem import BatchSource
    from optimiser.model.identifiers import PackageId
    from optimiser.model.instance import Instance


@click.command()
@options.instance
@click.option("--lots", help="Lots let again as planned, commas between: all their packages.")
@click.option("--exit", "exits", multiple=True, help="A provider that ends: all it holds. May be repeated.")
@click.option("--handed-back", is_flag=True, help="Packages that providers have handed back.")
@click.option("--unsourced", is_flag=True, help="Packages that --allocation leaves to the last resort.")
@click.option("--pocket", "pockets", multiple=True, help="A locality bought as guaranteed hours.")
@click.option("--allocation", type=options.PATH, help="Folder that allocate wrote: who holds what.")
@click.option("--rules", type=options.PATH, help="Rules file (batching.toml); the documented defaults else.")
@options.out
@options.day
@click.option(
    "--built",
    type=click.IntRange(0),
    default=500,
    show_default=True,
    help="Batches of each lot whose rounds are built before the best are chosen.",
)
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Cores to use.")
@options.travel
@options.seed
@options.postcodes
@options.overwrite
def batch(
    instance: Path,
    lots: str | None,
    exits: tuple[str, ...],
    handed_back: bool,
    unsourced: bool,
    pockets: tuple[str, ...],
    allocation: Path | None,
    rules: Path | None,
    out: Path,
    day: str,
    built: int,
    processes: int,
    seed: int,
    postcodes: Path | None,
    overwrite: bool,
    travel: options.TravelAsked,
) -> None:
    """Group packages into batches to be bid for together, and write a prospectus for each.

    Say which packages: --lots, --exit, --handed-back, --unsourced or --pocket, or several of them. Each batch
    keeps rules B2 to B6 (docs/formats.md, batching.toml); what fits no batch is listed with the rule that
    kept it out. The page, tables and layers are for use inside the council; a prospectus may go to bidders.
    """
    from instances.batching_file import read_batching
    from optimiser.batching.rules import BatchRules
    from optimiser.cli.batch_folder import write_batch_folder
    from optimiser.cli.batching import Batching, make
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.reading import own_directory, read_market
    from optimiser.cli.show_batches import show_batches
    from optimiser.cli.staging import staged
    from optimiser.cli.travel import travel_of

    asked = BatchRules() if rules is None else read_batching(rules)
    market = read_market(instance, postcodes)
    chosen = _chosen(market, lots, exits, handed_back, unsourced, pockets, allocation)
    if not chosen:
        raise click.UsageError("no package is to be batched: none is of that lot, provider, locality or list")
    task = Batching(
        instance=market,
        chosen=chosen,
        rules=asked,
        day=day,
        built=built,
        processes=processes,
        seed=seed,
        travel=travel_of(travel, market),
        directory=own_directory(postcodes),
    )
    inputs = tuple(each for each in (instance, allocation, rules, *travel.files) if each is not None)
    with staged(out, overwrite=overwrite, inputs=inputs) as folder, on_stderr() as progress:
        made = make(task, progress=progress)
        write_batch_folder(folder, made)
    show_batches(made)
    print(f"written to {out}: batches.csv, batch_packages.csv, batches.html, batches.gpkg, prospectus/")


def _chosen(
    market: Instance,
    lots: str | None,
    exits: tuple[str, ...],
    handed_back: bool,
    unsourced: bool,
    pockets: tuple[str, ...],
    allocation: Path | None,
) -> Mapping[PackageId, BatchSource]:
    """Packages that the options name; a usage error for a name that nothing has."""
    from instances.results import missing_packages, read_allocation
    from optimiser.batching.sources import sources
    from optimiser.model.identifiers import LocalityId, LotCode, ProviderId

    of_lots = [each.strip() for each in lots.split(",")] if lots else []
    if not (of_lots or exits or handed_back or unsourced or pockets):
        raise click.UsageError(
            "say which packages to batch: --lots, --exit, --handed-back, --unsourced or --pocket"
        )
    if unsourced and allocation is None:
        raise click.UsageError("--unsourced needs --allocation: which packages have nobody")
    options.known("--lots", of_lots, market.lot_by_code)
    options.known("--exit", exits, market.provider_by_id)
    options.known("--pocket", pockets, (each.id for each in market.localities))
    placed = None
    if allocation is not None:
        placed = read_allocation(allocation, market)
        missing_packages(placed, market).raise_if_any()
    return sources(
        market,
        handed_back=handed_back,
        exits=[ProviderId(each) for each in exits],
        allocation=placed,
        unsourced=unsourced,
        pockets=[LocalityId(each) for each in pockets],
        lots=[LotCode(each) for each in of_lots],
    )
