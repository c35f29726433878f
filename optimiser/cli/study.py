"""``carerounds study``: what a way of placing packages does to travel."""

from __future__ import annotations

from typing import Annotated

import typer

from optimiser.cli.options import (
    Day,
    DayName,
    Gap,
    Instance_,
    Out,
    Overwrite,
    PolicyName,
    Seconds,
    Seed,
    Steps,
)

Runs = Annotated[int, typer.Option(help="How many seeds; the interval comes from their differences.", min=1)]


def study(
    instance: Instance_,
    out: Out,
    baseline: PolicyName = PolicyName.cascade,
    proposal: PolicyName = PolicyName.coherent,
    day: Day = DayName.tuesday,
    runs: Runs = 5,
    steps: Steps = 4000,
    gap: Gap = 0.0001,
    seconds: Seconds = None,
    seed: Seed = 7,
    overwrite: Overwrite = False,
) -> None:
    """Place packages two ways, build the same day under both, and show the difference on a page."""
    from instances.read import read_instance
    from optimiser.cli.comparison import compare
    from optimiser.cli.outputs import write_study_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show import show_comparison
    from optimiser.cli.staging import staged
    from optimiser.solving.limits import Limits

    market = read_instance(instance)
    with staged(out, overwrite=overwrite) as folder, on_stderr() as progress:
        compared = compare(
            market,
            baseline=baseline.value,
            proposal=proposal.value,
            day=day.value,
            seeds=range(seed, seed + runs),
            allocation_limits=Limits(gap=gap, seconds=seconds),
            round_limits=Limits(iterations=steps),
            progress=progress,
        )
        write_study_folder(folder, compared, progress=progress)
    show_comparison(compared)
    print(f"written to {out}: open report.html")
