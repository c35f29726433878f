"""``carerounds demo``: a real piece of Essex from packages to a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimiser.cli.options import County, Seed, Steps


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("out/demo"),
    county: Annotated[County, typer.Option(help="Which county.")] = County.essex,
    district: Annotated[str | None, typer.Option(help="Which of its districts.")] = "Maldon",
    packages: Annotated[int | None, typer.Option(help="How many packages.", min=1)] = None,
    runs: Annotated[int, typer.Option(help="How many seeds for the interval.", min=1)] = 5,
    steps: Steps = 3000,
    seed: Seed = 7,
) -> None:
    """Place Maldon's packages, build a Tuesday's rounds, and compare with calling off in rank.

    Made-up people at real postcodes, a framework shaped on what Essex publishes. Replaces what an earlier
    demo left in the folder.
    """
    from optimiser.cli.comparison import compare
    from optimiser.cli.counties import generate
    from optimiser.cli.outputs import write_study_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show import show_comparison
    from optimiser.cli.staging import staged
    from optimiser.solving.limits import Limits

    with staged(out, overwrite=True) as folder, on_stderr() as progress:
        market = generate(county.value, district=district, packages=packages, seed=seed)
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
