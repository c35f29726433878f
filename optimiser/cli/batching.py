"""What ``batch`` does between reading and writing: the problem, its sectors, rounds, batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geodata.localities import sector_graph
from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.travel import StraightLine, TravelMode, TravelModel
from geodata.travel.known_places import KnownPlaces
from optimiser.batching.prepare import prepare
from optimiser.batching.problem import Batches, BatchingProblem, BatchSource
from optimiser.batching.rules import BatchRules
from optimiser.batching.solve import ColumnsAndRounds
from optimiser.impact.batch_rounds import BatchRounds
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """What is asked.

    Attributes
    ----------
    directory
        Postcodes; ``None`` for those installed.
    built
        Batches of each lot whose rounds are built.
    travel
        How travel is known; ``None`` for straight lines.
    """

    instance: Instance
    chosen: Mapping[PackageId, BatchSource]
    rules: BatchRules
    day: str
    built: int
    processes: int
    seed: int
    travel: TravelModel | None = None
    directory: PostcodeDirectory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of it; ``directory`` holds the postcodes that maps are drawn from."""

    task: Batching
    problem: BatchingProblem
    result: Result[Batches]
    travel: TravelModel
    directory: PostcodeDirectory


def problem_of(task: Batching) -> tuple[BatchingProblem, PostcodeDirectory]:
    """The problem, and the postcodes of the county around it."""
    instance = task.instance
    packages = [instance.package_by_id[each] for each in task.chosen]
    whole = task.directory or registry_directory({each.postcode for each in packages})
    districts = {each.district for each in packages} | {
        code for each in packages for code in instance.lot_by_code[each.lot].districts
    }
    directory = whole.only(sorted(districts))
    problem = prepare(
        instance,
        task.chosen,
        sectors=sector_graph(directory),
        travel=task.travel or StraightLine(kinds=instance.area_kinds),
        rules=task.rules,
    )
    return problem, directory


def make(task: Batching, *, progress: Reporter = silent) -> Made:
    """Batches of what is asked, each lot in a process."""
    progress(Progress(task="drawing the map of sectors"))
    problem, directory = problem_of(task)
    warm_up(progress=progress)
    engine = BatchRounds.of(task.instance, task.chosen, travel=_between_homes(task), day=task.day)
    result = ColumnsAndRounds(processes=task.processes).solve(
        problem, limits=Limits(iterations=task.built), seed=task.seed, engine=engine, progress=progress
    )
    travel = task.travel or StraightLine(kinds=task.instance.area_kinds)
    return Made(task=task, problem=problem, result=result, travel=travel, directory=directory)


def _between_homes(task: Batching) -> TravelModel | None:
    """Travel between the homes of all packages, worked out once where it is not by straight lines."""
    if task.travel is None or isinstance(task.travel, StraightLine):
        return task.travel
    homes = (task.instance.package_by_id[each].place for each in task.chosen)
    return KnownPlaces.of(task.travel, homes, TravelMode.CAR)
