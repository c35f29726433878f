"""Batches held against their problem, by code that shares nothing with what found them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx

from optimiser.batching.problem import Batch, Batches, BatchingProblem, Candidate, RoundsEngine
from optimiser.batching.rules import BatchRule
from optimiser.model.identifiers import LotCode, PackageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that is broken; ``rule`` is ``None`` where the answer is no answer at all."""

    rule: BatchRule | None
    subject: str
    message: str


def check(
    problem: BatchingProblem, answer: Batches, engine: RoundsEngine | None = None
) -> tuple[Breach, ...]:
    """Every breach of an answer; with an engine, its rounds are built again."""
    return tuple(_breaches(problem, answer, engine))


def distance_of(problem: BatchingProblem, packages: tuple[PackageId, ...]) -> int:
    """Least over the packages of the seconds a week that it takes to reach every call from one of them."""
    number = {each.package: n for n, each in enumerate(problem.candidates)}
    those = [number[each] for each in packages]
    return min(
        sum(problem.candidates[i].calls * int(problem.seconds[i, middle]) for i in those) for middle in those
    )


def _breaches(problem: BatchingProblem, answer: Batches, engine: RoundsEngine | None) -> Iterator[Breach]:
    by_name = {each.package: each for each in problem.candidates}
    held = Counter(package for batch in answer.batches for package in batch.packages)
    held.update(each.package for each in answer.left_out)
    for package, times in held.items():
        if package not in by_name:
            yield Breach(rule=None, subject=package, message="is no package to be batched")
        elif times > 1:
            yield Breach(rule=None, subject=package, message="stands twice")
    for package in by_name:
        if package not in held:
            yield Breach(rule=None, subject=package, message="is neither in a batch nor left out")
    if set(held) - set(by_name):
        return
    for batch in answer.batches:
        yield from _batch(problem, batch, [by_name[each] for each in batch.packages], engine)
    yield from _together(problem, answer)
    yield from _number(problem, answer)


def _batch(
    problem: BatchingProblem, batch: Batch, those: list[Candidate], engine: RoundsEngine | None
) -> Iterator[Breach]:
    rules = problem.rules

    def breach(rule: BatchRule | None, message: str) -> Breach:
        return Breach(rule=rule, subject=batch.id, message=message)

    if any(each.lot != batch.lot for each in those):
        yield breach(None, f"holds packages of other lots than {batch.lot}")
    if not rules.least_packages <= len(those) <= rules.most_packages:
        yield breach(BatchRule.SIZE, f"has {len(those)} packages")
    care = sum(each.care for each in those)
    if care != batch.care:
        yield breach(None, f"claims {batch.care} s of care and has {care}")
    if distance_of(problem, batch.packages) != batch.distance:
        yield breach(None, f"claims a distance of {batch.distance} s")
    if not rules.least_care <= care <= rules.most_care:
        yield breach(BatchRule.HOURS, f"wants {care / 3600:.2f} h a week")
    yield from _compact(problem, batch, those)
    yield from _mix(problem, batch, those)
    rounds = batch.rounds
    if engine is not None and engine(batch.packages) != rounds:
        yield breach(None, "its rounds are not those that the engine builds")
    if rounds is not None and rules.most_remainder is not None:
        short = [each for each in rounds.working if each < rules.short_round]
        if 100 * sum(short) > rules.most_remainder * sum(rounds.working):
            said = f"{sum(short)} of {sum(rounds.working)} s of work lie in {len(short)} short rounds"
            yield breach(BatchRule.ROUNDS, said)


def _compact(problem: BatchingProblem, batch: Batch, those: list[Candidate]) -> Iterator[Breach]:
    number = {each.package: n for n, each in enumerate(problem.candidates)}
    far = 0
    for a, one in enumerate(those):
        for other in those[:a]:
            drive = int(problem.seconds[number[one.package], number[other.package]])
            is_urban = not one.is_rural and not other.is_rural
            far += drive > (problem.rules.urban_drive if is_urban else problem.rules.rural_drive)
    if far:
        yield Breach(
            rule=BatchRule.DRIVE, subject=batch.id, message=f"{far} pairs of homes lie too far apart"
        )
    if problem.rules.is_connected:
        graph = nx.Graph(list(problem.touching))
        graph.add_nodes_from(each.sector for each in those)
        inside = graph.subgraph({each.sector for each in those})
        if not nx.is_connected(inside):
            pieces = nx.number_connected_components(inside)
            message = f"its sectors are in {pieces} pieces"
            yield Breach(rule=BatchRule.CONNECTED, subject=batch.id, message=message)


def _mix(problem: BatchingProblem, batch: Batch, those: list[Candidate]) -> Iterator[Breach]:
    lot = [each for each in problem.candidates if each.lot == batch.lot]
    rules = problem.rules
    for rule, points, has in (
        (BatchRule.RURAL, rules.rural_points, lambda each: each.is_rural),
        (BatchRule.DOUBLE, rules.double_points, lambda each: each.is_double_handed),
        (BatchRule.NIGHT, rules.night_points, lambda each: each.is_at_night),
    ):
        here, there = sum(map(has, those)), sum(map(has, lot))
        if 100 * abs(here * len(lot) - there * len(those)) > points * len(lot) * len(those):
            message = f"{here} of {len(those)} packages, against {there} of {len(lot)} in the lot"
            yield Breach(rule=rule, subject=batch.id, message=message)


def _together(problem: BatchingProblem, answer: Batches) -> Iterator[Breach]:
    where: dict[PackageId, str] = {each.package: "left out" for each in answer.left_out}
    where |= {package: batch.id for batch in answer.batches for package in batch.packages}
    groups: dict[tuple[LotCode, object], list[PackageId]] = {}
    for each in problem.candidates:
        if problem.rules.households_together and each.household is not None:
            groups.setdefault((each.lot, each.household), []).append(each.package)
    scheme = problem.rules.scheme_packages
    places: dict[tuple[LotCode, object], list[PackageId]] = {}
    for each in problem.candidates:
        places.setdefault((each.lot, each.place), []).append(each.package)
    care = {each.package: each.care for each in problem.candidates}
    if scheme is not None:
        groups |= {
            key: those
            for key, those in places.items()
            if scheme <= len(those) <= problem.rules.most_packages
            and sum(care[each] for each in those) <= problem.rules.most_care
        }
    for (lot, _), those in sorted(groups.items(), key=lambda item: (item[0][0], item[1])):
        if len({where.get(each) for each in those}) > 1:
            named = ", ".join(those)
            yield Breach(rule=BatchRule.TOGETHER, subject=lot, message=f"{named} are apart")


def _number(problem: BatchingProblem, answer: Batches) -> Iterator[Breach]:
    made = Counter(batch.lot for batch in answer.batches)
    for lot, count in sorted(made.items()):
        if count <= problem.rules.expected_bidders:
            message = f"{count} batches for {problem.rules.expected_bidders} expected bidders"
            yield Breach(rule=BatchRule.NUMBER, subject=lot, message=message)
