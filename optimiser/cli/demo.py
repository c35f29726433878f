"""``carerounds demo``: a real piece of Essex from packages to a page."""

from __future__ import annotations

from pathlib import Path

import click

from optimiser.cli import options


@click.command()
@click.option(
    "--out",
    type=options.PATH,
    default=Path("out/demo"),
    show_default=True,
    help="Folder for the results.",
)
@click.option(
    "--county",
    type=click.Choice(options.COUNTIES),
    default="essex",
    show_default=True,
    help="Which county.",
)
@click.option("--district", default="Maldon", show_default=True, help="Which of its districts.")
@click.option("--packages", type=click.IntRange(1), help="How many packages.")
@options.runs
@options.steps
@options.seed
def demo(
    out: Path, county: str, district: str, packages: int | None, runs: int, steps: int, seed: int
) -> None:
    """Place Maldon's packages, build a Tuesday's rounds, and compare with calling off in rank.

    Made-up people at real postcodes, a framework shaped on what Essex publishes. Replaces what an earlier
    demo left in the folder.
    """
    from optimiser.cli.comparison import compare
    from optimiser.cli.counties import generate
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show_study import show_comparison
    from optimiser.cli.staging import staged
    from optimiser.cli.study_folder import write_study_folder
    from optimiser.solving.limits import Limits

    with staged(out, overwrite=True) as folder, on_stderr() as progress:
        market = generate(county, district=district, packages=packages, seed=seed)
        compared = compare(
            market,
            baseline="cascade",
            proposal="coherent",
            day="tuesday",
            seeds=range(seed, seed + runs),
            allocation_limits=Limits(gap=0.0001),
            round_limits=Limits(iterations=steps),
            progress=progress,
        )
        write_study_folder(folder, compared, progress=progress)
    show_comparison(compared)
    print(f"written to {out}: open {out / 'report.html'} in a browser, {out / 'result.gpkg'} in QGIS")
