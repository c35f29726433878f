"""Travel of batches served together: the rounds of each set that is bid for, and of its parts alone (B10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from geodata.travel import TravelModel
from optimiser.batching.problem import RoundsEngine
from optimiser.impact.batch_rounds import BatchRounds
from optimiser.model.calendar import Weekday
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.solving.fan_out import fan_out
from optimiser.solving.progress import Reporter, silent

STEPS = 10
"""Of the search for each package of a set: as many for every set, or a larger one would look the worse."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayOfSet:
    """One set on one day: what a process is handed."""

    engine: RoundsEngine
    packages: tuple[PackageId, ...]


def weekly_travel(
    instance: Instance,
    held: Mapping[str, Iterable[PackageId]],
    sets: Iterable[frozenset[str]],
    *,
    travel: TravelModel | None = None,
    seed: int = 0,
    processes: int | None = None,
    progress: Reporter = silent,
    executor: Executor | None = None,
) -> dict[frozenset[str], int]:
    """Seconds a week that the rounds of each set of batches travel, all seven days.

    Whoever serves several batches may keep their rounds apart: together they travel no more than their parts,
    where those are among the sets. (The engine weighs carers' time as well, and would rather drive a little
    farther with fewer rounds.)

    Parameters
    ----------
    held
        Packages of each batch.
    sets
        Sets of batches, each served together.
    travel
        How travel is known; a straight-line estimate by default. Every process gets a copy.

    Raises
    ------
    KeyError
        For a batch of which ``held`` says nothing, or a package that the instance does not have.
    """
    asked = sorted(set(sets), key=sorted)
    runs = []
    for batches in asked:
        packages = tuple(sorted({package for batch in batches for package in held[batch]}))
        for day in Weekday:
            engine = BatchRounds.of(
                instance, packages, travel=travel, day=day, steps=STEPS * len(packages), seed=seed
            )
            runs.append(DayOfSet(engine=engine, packages=packages))
    seconds = fan_out(
        _travel, runs, executor=executor, processes=processes, progress=progress, name="rounds of batches"
    )
    days = len(Weekday)
    found = {batches: sum(seconds[n * days : (n + 1) * days]) for n, batches in enumerate(asked)}
    for batches, together in found.items():
        alone = [found.get(frozenset({each})) for each in batches]
        if None not in alone:
            found[batches] = min(together, sum(each for each in alone if each is not None))
    return found


def _travel(run: DayOfSet) -> int:
    return run.engine(run.packages).travel
