"""Batches beside peers: the same packages, sizes and rounds engine; travel, rules broken, time.

What a method leaves out is told, and travel is compared on equal terms: for each of its packages left out, a
method's travel is raised by the mean travel of the packages it did batch. Rounds are judged by more steps and
another seed than anybody saw.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.peers.batching import PEERS, Peer, groups_of, places_of
from optimiser.batching.check import check, distance_of
from optimiser.batching.problem import Batch, Batches, BatchingProblem, RoundsEngine
from optimiser.batching.rules import NO_LIMIT, BatchRule, BatchRules
from optimiser.batching.solve import ColumnsAndRounds, only
from optimiser.batching.units import part_of, units_of
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent

OURS, WITHOUT_MIX = "ours", "ours without the mix"
SIZES = (BatchRule.SIZE, BatchRule.HOURS)
"""Rules that peers are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One method.

    Attributes
    ----------
    travel
        Seconds on the planning day over all batches, raised for packages left out.
    broken
        How often each rule is broken.
    gap
        To the bound on distance; ``None`` where the method has none.
    """

    method: str
    batches: int
    left_out: int
    rounds: int
    travel: int
    distance: int
    broken: Counter[str]
    seconds: float
    gap: float | None = None

    @property
    def keeps_sizes(self) -> bool:
        """Whether every batch is within the least and most of packages and hours."""
        return not any(self.broken[rule.value] for rule in SIZES)


def compare(
    problem: BatchingProblem,
    engine: RoundsEngine,
    judge: RoundsEngine,
    *,
    seed: int,
    processes: int,
    built: int,
    progress: Reporter = silent,
) -> tuple[Line, ...]:
    """Ours first, then ours without the mix, then each peer at its best number of batches.

    No peer knows the mix (rule B4): ours without it is on their terms, and shows what the mix costs.
    """
    lines = list[Line]()
    for name, asked in ((OURS, problem), (WITHOUT_MIX, replace(problem, rules=_without_mix(problem.rules)))):
        begun = time.perf_counter()
        result = ColumnsAndRounds(processes=processes).solve(
            asked, limits=Limits(iterations=built), seed=seed, engine=engine, progress=progress
        )
        took = time.perf_counter() - begun
        lines.append(replace(_line(name, problem, result.solution, engine, judge, took), gap=result.gap))
    for name, peer in PEERS:
        begun = time.perf_counter()
        tried = [best for lot in problem.lots if (best := _best(only(problem, lot), peer, engine, seed))]
        found = Batches(batches=tuple(each for those in tried for each in those), left_out=())
        lines.append(_line(name, problem, found, engine, judge, time.perf_counter() - begun))
    return tuple(lines)


def _without_mix(rules: BatchRules) -> BatchRules:
    return replace(rules, rural_points=NO_LIMIT, double_points=NO_LIMIT, night_points=NO_LIMIT)


def _best(problem: BatchingProblem, peer: Peer, engine: RoundsEngine, seed: int) -> tuple[Batch, ...] | None:
    """A peer's batches of one lot, at the number at which sizes are broken least and rounds travel least."""
    (lot,) = problem.lots
    part = part_of(problem, lot, units_of(problem, lot))
    xy, rules = places_of(problem, part), problem.rules
    fewest = max(rules.least_batches, int(-(-int(part.care.sum()) // rules.most_care)))
    best: tuple[tuple[int, int], tuple[Batch, ...]] | None = None
    for number in range(fewest, fewest + 5):
        try:
            groups = groups_of(part, peer(part, xy, number, seed))
        except ValueError:
            continue  # SKATER has no answer where a piece of its graph is too small for so many
        made = []
        for k, units in enumerate(groups, start=1):
            names = tuple(problem.candidates[n].package for n in part.members(units))
            middle, distance = part.middle_of(units)
            made.append(
                Batch(
                    id=f"{lot}-P{k:02d}",
                    lot=lot,
                    packages=names,
                    middle=problem.candidates[int(part.middles[middle])].package,
                    distance=distance,
                    care=int(part.care[list(units)].sum()),
                    rounds=engine(names),
                )
            )
        breaches = check(problem, Batches(batches=tuple(made), left_out=()))
        key = (
            sum(each.rule in SIZES for each in breaches),
            sum(each.rounds.travel for each in made if each.rounds is not None),
        )
        if best is None or key < best[0]:
            best = key, tuple(made)
    return None if best is None else best[1]


def _line(
    method: str,
    problem: BatchingProblem,
    batches: Batches,
    engine: RoundsEngine,
    judge: RoundsEngine,
    seconds: float,
) -> Line:
    judged = [judge(each.packages) for each in batches.batches]
    breaches = [each for each in check(problem, batches) if each.rule is not None]
    held = sum(len(each.packages) for each in batches.batches)
    travel = sum(each.travel for each in judged)
    out = len(problem.candidates) - held
    return Line(
        method=method,
        batches=len(batches.batches),
        left_out=out,
        rounds=sum(len(each.working) for each in judged),
        travel=round(travel * (1 + out / held)) if held else 0,
        distance=sum(distance_of(problem, each.packages) for each in batches.batches),
        broken=Counter(each.rule.value for each in breaches if each.rule is not None),
        seconds=seconds,
    )


def table(lines: Sequence[Line]) -> str:
    """A row a method."""
    ours = lines[0]
    rows = [
        "| method | batches | left out | rounds | travel, min a day | against ours | rules broken"
        " | sizes kept | gap | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each in lines:
        against = "–" if each is ours else f"{100 * (each.travel / max(1, ours.travel) - 1):+.1f} %"
        broken = ", ".join(f"{rule} {times}" for rule, times in sorted(each.broken.items())) or "none"
        gap = "–" if each.gap is None else f"{100 * each.gap:.2f} %"
        kept = "yes" if each.keeps_sizes else "no"
        rows.append(
            f"| {each.method} | {each.batches} | {each.left_out} | {each.rounds} | {each.travel / 60:.0f} | "
            f"{against} | {broken} | {kept} | {gap} | {each.seconds:.1f} |"
        )
    fair = [each for each in lines if each.keeps_sizes and each.method not in (OURS, WITHOUT_MIX)]
    best = min(fair, key=lambda each: each.travel, default=None)
    if best is None or not best.travel:
        return "\n".join([*rows, "", "No peer keeps the sizes."]) + "\n"
    rows.append("")
    for each in lines:
        if each.method in (OURS, WITHOUT_MIX):
            more = 100 * (each.travel / best.travel - 1)
            rows.append(
                f"{each.method}: {more:+.1f} % beside the best peer that keeps the sizes ({best.method}).  "
            )
    return "\n".join(rows) + "\n"


def of_lots(problem: BatchingProblem, lots: Sequence[str]) -> BatchingProblem:
    """The problem of some lots."""
    own = [n for n, each in enumerate(problem.candidates) if each.lot in lots]
    return BatchingProblem(
        candidates=tuple(problem.candidates[n] for n in own),
        seconds=problem.seconds[np.ix_(own, own)],
        touching=problem.touching,
        rules=problem.rules,
    )
