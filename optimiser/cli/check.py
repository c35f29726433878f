"""``carerounds check``: whether a folder is fit to work on."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@options.instance
@options.postcodes
def check(instance: Path, postcodes: Path | None) -> None:
    """Read an instance and say everything that is wrong with it, all at once.

    INSTANCE is a folder of CSV tables or an .xlsx workbook.
    """
    from geodata.report import InputError, format_findings
    from instances.read import read_with_report
    from optimiser.cli.reading import own_directory

    found, report = read_with_report(instance, postcodes=own_directory(postcodes))
    for line in format_findings(report.warnings):
        print(line)
    if found is None:
        raise InputError(report.errors)
    hours = sum(package.weekly_care for package in found.packages) / 3600
    doubles = sum(package.is_double_handed for package in found.packages)
    print(f"{instance} is sound: {found.county} on {found.as_of:%d %B %Y}, {found.framework.name}")
    print(
        f"  {len(found.packages):,} packages, {hours:,.0f} hours of care a week, {doubles} double-handed\n"
        f"  {len(found.providers)} providers, {len(found.lots)} lots, {len(found.localities)} localities, "
        f"{len(found.carers)} named carers"
    )
    if report.warnings:
        print(f"  {len(report.warnings)} warnings above: work goes on as they say")
