"""``carerounds init``: write a county to work on."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@click.argument("county", type=click.Choice(options.COUNTIES))
@click.argument("folder", type=options.PATH)
@click.option(
    "--packages",
    type=click.IntRange(1),
    help="How many packages; as published for the area where not given.",
)
@click.option("--district", help="One district, by name or GSS code; the whole county otherwise.")
@click.option(
    "--capacity",
    type=click.IntRange(1),
    help="What usable providers have on weekday mornings, per cent of what is wanted; 112 where not given.",
)
@click.option(
    "--live",
    is_flag=True,
    help="As a book of work that goes on: everybody placed one after the other, as brokers do; who has whom "
    "since when, and who agrees to a transfer, is assumed.",
)
@options.seed
@options.overwrite
def init(
    county: str,
    folder: Path,
    packages: int | None,
    district: str | None,
    capacity: int | None,
    live: bool,
    seed: int,
    overwrite: bool,
) -> None:
    """Write a made-up county at real postcodes, to edit and to work on.

    FOLDER is a folder of CSV tables, or a workbook where its name ends in .xlsx. No real person or company is
    in it. What is published and what is assumed stands in its framework.toml.
    """
    from instances.write import write_instance
    from optimiser.cli.counties import as_live_book, generate

    instance = generate(county, district=district, packages=packages, seed=seed, capacity=capacity)
    if live:
        instance = as_live_book(instance, seed=seed)
    write_instance(instance, folder, overwrite=overwrite)
    hours = sum(package.weekly_care for package in instance.packages) / 3600
    print(
        f"{instance.county}: {len(instance.packages)} packages, {hours:,.0f} hours a week, "
        f"{len(instance.providers)} providers, {len(instance.lots)} lots"
    )
    print(f"written to {folder}; look at it with: carerounds check {folder}")
