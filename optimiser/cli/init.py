"""``carerounds init``: write a county to work on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimiser.cli.options import County, Overwrite, Seed


def init(
    county: Annotated[County, typer.Argument(help="Which county's framework and places.")],
    folder: Annotated[Path, typer.Argument(help="Where to write it; a name ending in .xlsx is a workbook.")],
    packages: Annotated[
        int | None, typer.Option(help="How many packages; as published for the area where not given.", min=1)
    ] = None,
    district: Annotated[
        str | None, typer.Option(help="One district, by name or GSS code; the whole county otherwise.")
    ] = None,
    seed: Seed = 7,
    overwrite: Overwrite = False,
) -> None:
    """Write a made-up county at real postcodes, to edit and to work on.

    No real person or company is in it. What is published and what is assumed stands in its framework.toml.
    """
    from instances.write import write_instance
    from optimiser.cli.counties import generate

    instance = generate(county.value, district=district, packages=packages, seed=seed)
    write_instance(instance, folder, overwrite=overwrite)
    hours = sum(package.weekly_care for package in instance.packages) / 3600
    print(
        f"{instance.county}: {len(instance.packages)} packages, {hours:,.0f} hours a week, "
        f"{len(instance.providers)} providers, {len(instance.lots)} lots"
    )
    print(f"written to {folder}; look at it with: carerounds check {folder}")
