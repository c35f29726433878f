"""Winners, exactly: set packing where nothing else is ruled, else a mixed-integer model; and every tie."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, isfinite
from typing import Any

from optimiser.competition.check import check
from optimiser.competition.formulation import Model, build_model
from optimiser.competition.problem import AwardProblem, AwardSet
from optimiser.packing.problem import PackingProblem
from optimiser.packing.solve import CliqueSearch
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import Provenance, canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy
from optimiser.solving.with_pulp import run


class UnsoundAwardsError(Exception):
    """An award set of ours broke a rule: a fault of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Winners:
    """Exact winner determination.

    Attributes
    ----------
    packing
        Solver where no side rule is on.
    """

    packing: CliqueSearch = field(default_factory=CliqueSearch)

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "winners"

    def decide(
        self,
        problem: AwardProblem,
        *,
        limits: Limits,
        seed: int,
        others: Sequence[frozenset[str]] = (),
        required: Sequence[frozenset[str]] = (),
        progress: Reporter = silent,
    ) -> Result[AwardSet]:
        """The award set of the most worth, and a bound on any.

        Parameters
        ----------
        others
            Award sets that are not to be found again.
        required
            Sets of bids of each of which one is accepted at the least.

        Returns
        -------
        A result without a solution where ``others`` or ``required`` leave none; nothing awarded is an award
        set too.
        """
        begun = time.perf_counter()
        if problem.has_side_rules or others or required:
            model = build_model(problem, others, required)
            found, bound, nodes, stopped = self._by_model(model, limits, seed, progress)
        else:
            found, bound, nodes, stopped = self._by_packing(problem, limits, seed, progress)
        if found is None and not others and not required:
            found = []  # nothing awarded keeps every rule: all that time left
        worth = None
        if found is not None:
            verdict = check(problem, found)
            lacking = any(not each & set(found) for each in required)
            if verdict.breaches or lacking or frozenset(found) in others:
                raise UnsoundAwardsError(verdict.breaches[:3])
            worth = verdict.worth
        proven = worth is not None and bound is not None and bound <= worth
        status = Status.NOT_FOUND if worth is None else Status.OPTIMAL if proven else Status.FEASIBLE
        if worth is None and stopped is StoppedBy.PROOF:
            status = Status.INFEASIBLE
        return Result(
            status=status,
            stopped_by=StoppedBy.PROOF if proven else stopped,
            found=None if found is None else AwardSet(bids=tuple(found)),
            objective=worth,
            bound=None if bound is None or worth is None else float(max(bound, worth)),
            components={} if worth is None else {"worth": worth},
            seconds=time.perf_counter() - begun,
            iterations=nodes,
            provenance=Provenance(
                solver=self.name,
                settings=canonical(self),
                seed=seed,
                limits=limits,
                input_hash=canonical_hash(problem),
                versions=versions(),
            ),
        )

    def _by_packing(
        self, problem: AwardProblem, limits: Limits, seed: int, progress: Reporter
    ) -> tuple[list[str] | None, int | None, int, StoppedBy]:
        """Batches and either/or sets as items; a bid's value is what it saves against awarding nothing."""
        item = {each.id: number for number, each in enumerate(problem.batches)}
        lost = {each.id: each.unawarded for each in problem.batches}
        sets = [
            (
                each.worth + sum(lost[batch] for batch in each.batches),
                [
                    *(item[batch] for batch in each.batches),
                    *(len(item) + n for n, of in enumerate(problem.either_or) if each.bid in of),
                ],
            )
            for each in problem.entries
        ]
        result = self.packing.solve(PackingProblem.of(sets), limits=limits, seed=seed, progress=progress)
        nothing = sum(lost.values())
        bids = sorted(problem.entries[number].bid for number in result.solution.sets)
        return bids, int(result.bound or 0) - nothing, result.iterations, result.stopped_by

    def _by_model(
        self, model: Model, limits: Limits, seed: int, progress: Reporter
    ) -> tuple[list[str] | None, int | None, int, StoppedBy]:
        options: dict[str, Any] = {"random_seed": seed % 2**31, "mip_rel_gap": limits.gap or 0.0}
        if limits.iterations is not None:
            options["mip_max_nodes"] = limits.iterations
        values, info = run(
            model.lp,
            None,
            options,
            threads=1,
            seconds=limits.seconds,
            progress=progress,
            task="choosing winners",
            unit=model.unit,
        )
        # Whole in its unit, so that the bound may be rounded up; a hair off for the engine's tolerance.
        bound = -ceil(info["bound"] - 1e-5) * model.unit if isfinite(info["bound"]) else None
        if values is None:
            return None, None, int(info["nodes"]), info["stopped_by"]
        bids = sorted(bid for bid, variable in model.x.items() if values[variable.name] > 0.5)
        return bids, bound, int(info["nodes"]), info["stopped_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Award sets of the most worth.

    Attributes
    ----------
    sets
        All that were found, the first as decided.
    all_found
        Whether it is proven that there are no others.
    """

    sets: tuple[AwardSet, ...]
    all_found: bool


def ties(
    problem: AwardProblem,
    first: Result[AwardSet],
    *,
    limits: Limits,
    seed: int,
    most: int = 100,
    winners: Winners | None = None,
) -> Ties:
    """Every other award set worth as much: bids that differ by nothing but who is left out count as others.

    Parameters
    ----------
    first
        Proven: of what is not, nobody knows what is as good.
    most
        Sets after which it is enough.
    """
    winners = winners or Winners()
    found = [first.solution]
    ends = None if limits.seconds is None else time.perf_counter() + limits.seconds
    while first.status is Status.OPTIMAL and len(found) < most:
        left = None if ends is None else max(0.0, ends - time.perf_counter())
        another = winners.decide(
            problem,
            limits=replace(limits, seconds=left),
            seed=seed,
            others=[frozenset(each.bids) for each in found],
        )
        if another.found is None:
            return Ties(sets=tuple(found), all_found=another.status is Status.INFEASIBLE)
        if another.objective != first.objective:
            proven = another.bound is not None and first.objective is not None
            return Ties(sets=tuple(found), all_found=proven and (another.bound or 0) < (first.objective or 0))
        found.append(another.solution)
    return Ties(sets=tuple(found), all_found=False)
