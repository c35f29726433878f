"""Tonight's new packages on a live county book: seconds of the whole command, everything explained.

``python -m benchmarks.tonight --out FOLDER``. Essex is placed once; then so many packages are drawn that
are new tonight, and what all the others use is taken out of the providers' spare capacity. Each size is
placed by ``carerounds allocate`` under ``ranked``, from start to files: certificates of shortage,
exclusions and next-best choices included. The least of some turns counts.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from benchmarks.county import Memory, command
from benchmarks.machine import machine
from instances import essex, write_instance
from instances.new_files import write_file
from optimiser.allocation.allocate import allocate
from optimiser.allocation.capacity import RowKind
from optimiser.allocation.explain import seats_of
from optimiser.allocation.problem import Prepared
from optimiser.allocation.room import Room
from optimiser.model.allocation import Allocation
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.solving.limits import Limits

POLICY = "ranked"


def live(county: Instance, prepared: Prepared, placed: Allocation, new: Collection[PackageId]) -> Instance:
    """The new packages alone, with what those who are placed leave of every provider's hours.

    Pairs of carers stay as they are stated: what they leave over cannot be stated in whole pairs.
    """
    standing = {each: who for each, who in placed.provider_of.items() if each not in new}
    problem = prepared.problem
    room = Room(problem, seats_of(problem, standing))
    free = {
        (row.provider, row.locality, row.band, row.day_type): room.free(number)
        for number, row in enumerate(problem.rows)
        if row.kind is RowKind.CARE
    }
    capacities = [
        replace(each, spare=free[each.provider, each.locality, each.band, each.day_type])
        for each in county.capacities
    ]
    packages = tuple(each for each in county.packages if each.id in new)
    return replace(county, packages=packages, capacities=tuple(capacities))


def measured(folder: Path, out: Path, *more: object) -> tuple[float, int]:
    """Seconds and megabytes of one placing; a fault ends the benchmark."""
    begun = time.perf_counter()
    running = command("allocate", folder, "--policy", POLICY, "--out", out, "--overwrite", *more)
    most = Memory(running.pid)
    _, errors = running.communicate()
    took, megabytes = time.perf_counter() - begun, most.stop()
    if running.returncode:
        raise click.ClickException(errors)
    return took, megabytes


def explained(out: Path) -> tuple[int, int]:
    """Packages with an answer, and exclusions with a reason."""
    rows = [sum(1 for _ in (out / name).open()) - 1 for name in ("allocation.csv", "exclusions.csv")]
    return rows[0], rows[1]


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for markets and answers.")
@click.option("--packages", "sizes", type=int, multiple=True, default=(60, 125, 250, 500, 1000))
@click.option("--turns", type=int, default=3, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
def main(out: Path, sizes: tuple[int, ...], turns: int, seed: int) -> None:
    """Measure every size, then the whole book, and write the figures."""
    county = essex(seed=seed)
    prepared = Prepared.of(county)
    placed = allocate(county, policy="cost", limits=Limits(seconds=45), seed=seed, prepared=prepared).solution
    click.echo(f"book: {Counter(each.tier for each in placed.placements)}", err=True)
    chance = np.random.default_rng(seed)
    drawn = chance.permutation(sorted(each.package for each in placed.placements)).tolist()
    figures: list[dict[str, object]] = []
    first = None
    for size in sizes:
        folder, answer = out / f"tonight-{size}", out / f"placed-{size}"
        write_instance(live(county, prepared, placed, set(drawn[:size])), folder, overwrite=True)
        runs = [measured(folder, answer) for _ in range(turns)]
        packages, exclusions = explained(answer)
        least = min(seconds for seconds, _ in runs)
        first = first or least / packages
        figures.append(
            {
                "packages": packages,
                "seconds": [round(seconds, 2) for seconds, _ in runs],
                "exclusions": exclusions,
                "megabytes": max(megabytes for _, megabytes in runs),
            }
        )
        each = least / packages / first
        click.echo(
            f"{packages} packages: {least:.2f} s, {each:.2f} of the first's each; {exclusions} exclusions"
        )
    content = json.dumps({"machine": machine(), "policy": POLICY, "sizes": figures}, indent=1)
    write_file(out / "tonight.json", (content + "\n").encode(), overwrite=True)


if __name__ == "__main__":
    main()
