"""``carerounds rounds``: an allocation to carers' rounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimiser.cli.options import Day, DayName, Instance_, Out, Overwrite, Seed, Steps


def rounds(
    instance: Instance_,
    allocation: Annotated[
        Path, typer.Option(help="Folder that allocate wrote, or its allocation.csv.", exists=False)
    ],
    out: Out,
    day: Day = DayName.tuesday,
    steps: Steps = 4000,
    seed: Seed = 7,
    overwrite: Overwrite = False,
) -> None:
    """Build every provider's rounds for one day and check them.

    Travel times are estimated from straight lines; real roads, estuaries and closures are not known to them.
    """
    from instances.read import read_instance
    from instances.results import read_allocation
    from optimiser.cli.outputs import write_rounds_folder
    from optimiser.cli.progress import on_stderr
    from optimiser.cli.show import show_rounds
    from optimiser.cli.staging import staged
    from optimiser.rounds.build_rounds import build_rounds
    from optimiser.solving.limits import Limits

    market = read_instance(instance)
    placed = read_allocation(allocation, market)
    with staged(out, overwrite=overwrite) as folder, on_stderr() as progress:
        result = build_rounds(
            market, placed, day=day.value, limits=Limits(iterations=steps), seed=seed, progress=progress
        )
        write_rounds_folder(folder, market, result)
    show_rounds(market, result)
    print(f"written to {out}: rounds.csv, summary.json")
