"""A run of restricted models: parts opened, then waves of them worked on side by side, and what comes of it.

The settings are those of :class:`optimiser.assignment.restricted.RestrictedModels`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.assignment.allot import allotted
from optimiser.assignment.check import check
from optimiser.assignment.formulation import build_model
from optimiser.assignment.known_part import KnownPart, Settling, work_on
from optimiser.assignment.neighbourhood import Losses
from optimiser.assignment.open_part import Opened, Opening, open_part, reduced_losses
from optimiser.assignment.parts import Flags, binding, components, keeping
from optimiser.assignment.problem import Assignment, AssignmentProblem, Ints, is_feasible
from optimiser.assignment.solve import BrokenAssignmentError
from optimiser.assignment.tables import Part, possible, without_hope
from optimiser.assignment.walk import Walk, Walked
from optimiser.solving.clock import Clock
from optimiser.solving.fan_out import fan_out
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter
from optimiser.solving.provenance import Provenance, canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint, relative_gap
from optimiser.solving.with_highs import Outcome

if TYPE_CHECKING:
    from optimiser.assignment.restricted import RestrictedModels


class RestrictedRun:
    """What is known so far, and how it came about."""

    def __init__(
        self,
        solver: RestrictedModels,
        problem: AssignmentProblem,
        limits: Limits,
        seed: int,
        progress: Reporter,
    ) -> None:
        self.solver, self.problem, self.limits, self.seed = solver, problem, limits, seed
        self.progress, self.clock = progress, Clock.of(limits)
        self.chance = np.random.default_rng(seed % 2**63)
        self.open_parts: list[KnownPart] = []
        self.trace: list[TracePoint] = []
        self.iterations = 0
        self.hopeless = ""
        self.known_bound: int | None = None  # of the problem as it was before rows were allotted
        self.is_apart = False

    def apart(
        self,
        joining: Flags,
        nested: Sequence[Ints],
        kept: Sequence[Ints],
        start: Ints | None,
        pool: Executor,
    ) -> RestrictedRun | None:
        """A run to its end with joining rows allotted to parts; ``None`` where that parts nothing."""
        self.progress(Progress(task="relaxing"))
        split = allotted(
            self.problem,
            joining,
            nested=nested,
            kept=kept,
            start=start,
            deadline=self.clock.deadline(),
            small=self.solver.small,
            nodes=self._whole_nodes(self.solver.begun),
            executor=pool,
        )
        if split is None:
            return None
        left = replace(self.limits, seconds=self.clock.left())
        run = RestrictedRun(self.solver, split.problem, left, self.seed, self.progress)
        run.known_bound, run.is_apart = split.bound, True
        if not kept:  # what is kept in every piece says nothing of what is kept in all together
            self.known_bound = split.bound
        fits = start is not None and is_feasible(split.problem, start)
        if kept and not fits:
            return None
        run.open(split.nested, kept, start if fits else None, pool)
        while run.goes_on():
            run.wave(pool)
        return run

    def goes_on_after(self, apart: RestrictedRun) -> bool:
        """Whether a run with rows allotted leaves something to win; its effort counts here."""
        self.iterations, self.trace = apart.iterations, apart.trace
        # Short in the pieces is not short in the whole: that nothing was found there says nothing here.
        if apart.chosen is None:
            return True
        spent = self.limits.iterations is not None and self.iterations >= self.limits.iterations
        return not (apart._is_close() or self.clock.is_over() or spent)

    def open(
        self,
        nested: Sequence[Ints],
        kept: Sequence[Ints],
        start: Ints | None,
        pool: Executor,
        better: Ints | None = None,
    ) -> None:
        """Cut into parts, relax each, and find a first answer; ``better`` is another that is known."""
        self.progress(Progress(task="relaxing"))
        alone = without_hope(self.problem, possible(self.problem))
        if len(alone):
            self.hopeless = f"job {alone[0]} must be taken, and no agent has room for it even alone"
            return
        parts = components(self.problem, binding(self.problem, nested))
        starts = [_within(part, start) for part in parts]
        if kept:
            parts = [_keeping(part, kept, own) for part, own in zip(parts, starts, strict=True)]
        openings = [self._opening(part, own) for part, own in zip(parts, starts, strict=True)]
        found = fan_out(open_part, openings, executor=pool)
        if any(each.infeasible for each in found):
            self.hopeless = "capacity is short: even in parts, not all that must be taken can be"
        self.open_parts = [self._opened(part, each) for part, each in zip(parts, found, strict=True)]
        for each in self.open_parts:
            known = _within(each.part, better)
            if known is not None:
                each.offer(known)
        self._tell()

    def _opening(self, part: Part, start: Ints | None) -> Opening:
        return Opening(
            problem=part.problem,
            start=start,
            whole_nodes=self._whole_nodes(self.solver.begun) if self._is_small(part) else None,
            nodes=self.solver.nodes,
            tolerance=self.solver.opening_tolerance,
            deadline=self.clock.deadline(),
            seed=self.seed,
        )

    def _opened(self, part: Part, found: Opened) -> KnownPart:
        part = replace(part, problem=found.problem)
        loss, out, bound = reduced_losses(part.problem, found.price)
        losses = Losses(candidate=loss, left_out=out, price=found.price)
        proven = bound if found.bound is None else max(bound, found.bound)
        asked = self.solver.begun + 1 if self._is_small(part) else 0
        each = KnownPart(part=part, chosen=None, bound=proven, losses=losses, value=None, asked=asked)
        if found.chosen is not None:
            each.offer(found.chosen)
        return each

    @property
    def value(self) -> int | None:
        """Cost of the best assignment; ``None`` while a part has none."""
        values = [each.value for each in self.open_parts]
        return None if None in values else sum(each for each in values if each is not None)

    @property
    def chosen(self) -> Ints | None:
        """The best assignment; ``None`` while a part has none."""
        if self.hopeless or self.value is None:
            return None
        chosen = np.full(self.problem.jobs, -1, dtype=np.int64)
        for each in self.open_parts:
            own = each.chosen if each.chosen is not None else np.empty(0, dtype=np.int64)
            taken = own >= 0
            chosen[each.part.jobs[taken]] = each.part.candidates[own[taken]]
        return chosen

    @property
    def bound(self) -> int:
        """Cost that no assignment undercuts."""
        if self.is_apart and self.known_bound is not None:
            return self.known_bound
        summed = sum(each.bound for each in self.open_parts)
        return summed if self.known_bound is None else max(summed, self.known_bound)

    def goes_on(self) -> bool:
        """Whether there is anything left to win, and leave to try."""
        if self.hopeless or self.clock.is_over() or self._is_close() or not self._live():
            return False
        return self.limits.iterations is None or self.iterations < self.limits.iterations

    def _is_close(self) -> bool:
        value = self.value
        gap = None if value is None else relative_gap(value, self.bound)
        return gap is not None and gap <= (self.limits.gap or 0.0)

    def _live(self) -> list[int]:
        """Numbers of parts in which something is left to try."""
        return [n for n, each in enumerate(self.open_parts) if each.gap > 0 and not self._is_spent(each)]

    def _is_spent(self, part: KnownPart) -> bool:
        if part.value is None:
            return part.asked >= max(1, self.solver.proofs)
        most = self.solver.proofs if self._may_be_whole(part.part) else 0
        tries = 1 if self._is_small(part.part) else self.solver.patience * (most + 1 if most else 20)
        return part.asked >= most and part.stale >= tries

    def _is_small(self, part: Part) -> bool:
        return len(part.problem.agent) <= self.solver.small

    def _may_be_whole(self, part: Part) -> bool:
        return len(part.problem.agent) <= self.solver.largest

    def _whole_nodes(self, asked: int) -> int:
        return int(self.solver.proof_nodes * self.solver.growth**asked)

    def wave(self, pool: Executor) -> None:
        """Work on some parts side by side, and keep what is better."""
        live = self._live()
        weight = np.array([self.open_parts[n].gap for n in live], dtype=float)
        some = min(len(live), self.solver.width)
        drawn = [live[k] for k in self.chance.choice(len(live), some, replace=False, p=weight / weight.sum())]
        # The longest first, so that no process waits for them at the end.
        drawn.sort(key=lambda n: (not self._wants_whole(self.open_parts[n]), -self.open_parts[n].size))
        # Where few parts are left, several walks of each: what one gains seldom stands in another's way.
        copies = max(1, self.solver.width // (2 * len(drawn)))
        drawn = [
            number
            for number in drawn
            for _ in range(1 if self._wants_whole(self.open_parts[number]) else copies)
        ]
        tasks = [self._task(self.open_parts[number]) for number in drawn]
        done = fan_out(work_on, tasks, executor=pool)
        self.iterations += 1
        for number, task, what in zip(drawn, tasks, done, strict=True):
            if isinstance(what, Walked):
                self.open_parts[number].take_walk(what)
            elif isinstance(task, Settling):
                self.open_parts[number].take_whole(task, what)
                if what.outcome is Outcome.INFEASIBLE:
                    self.hopeless = "no assignment keeps every capacity"
        self._tell()

    def _wants_whole(self, part: KnownPart) -> bool:
        """Whether it is the engine's turn: without an answer there is nothing to be a neighbour of."""
        stands_still = part.stale >= self.solver.patience
        is_whole = self._is_small(part.part) or (stands_still and self._may_be_whole(part.part))
        return part.chosen is None or (is_whole and part.asked < self.solver.proofs)

    def _task(self, part: KnownPart) -> Walk | Settling:
        problem, solver = part.part.problem, self.solver
        seed = int(self.chance.integers(2**31))
        if part.chosen is not None and not self._wants_whole(part):
            return Walk(
                problem=problem,
                losses=part.losses,
                chosen=part.chosen,
                bound=part.bound,
                jobs=solver.jobs,
                seeds=solver.seeds,
                agents=solver.agents,
                count=solver.walk,
                nodes=solver.nodes,
                tolerance=solver.tolerance,
                deadline=self.clock.deadline(),
                seed=seed,
            )
        model = build_model(problem, np.arange(len(problem.agent)))
        return Settling(
            model=model,
            start=None if part.chosen is None else model.values(part.chosen),
            nodes=self._whole_nodes(part.asked),
            deadline=self.clock.deadline(),
            seed=seed,
        )

    def _tell(self) -> None:
        value = self.value
        if value is not None and (not self.trace or value < self.trace[-1].objective):
            self.trace.append(TracePoint(self.iterations, value))
        self.progress(Progress(task="assigning", done=self.iterations, incumbent=value, bound=self.bound))

    def result(self, begun: float, of: AssignmentProblem | None = None) -> Result[Assignment]:
        """What came of it, checked independently, against the problem as it was before rows were allotted."""
        asked = of or self.problem
        value = None if self.hopeless else self.value
        found = None
        chosen = self.chosen
        if chosen is not None:
            found = Assignment.of(chosen)
            verdict = check(asked, found.candidates)
            if verdict.breaches or verdict.cost != value:
                raise BrokenAssignmentError(f"{verdict.breaches[:3]}, cost {verdict.cost} for {value}")
        status = Status.INFEASIBLE if self.hopeless else Status.NOT_FOUND
        if value is not None:
            status = Status.OPTIMAL if self._is_close() else Status.FEASIBLE
        return Result(
            status=status,
            stopped_by=self._why(value),
            found=found,
            objective=value,
            bound=None if self.hopeless else float(self.bound),
            message=self.hopeless,
            components={} if value is None else {"cost": value},
            seconds=time.perf_counter() - begun,
            iterations=self.iterations,
            trace=tuple(self.trace),
            provenance=Provenance(
                solver=self.solver.name,
                settings=canonical(replace(self.solver, processes=1)),
                seed=self.seed,
                limits=self.limits,
                input_hash=canonical_hash(asked),
                versions=versions(),
            ),
        )

    def _why(self, value: int | None) -> StoppedBy:
        if self.hopeless or value == self.bound:
            return StoppedBy.PROOF
        if self._is_close():
            return StoppedBy.GAP
        return StoppedBy.TIME if self.clock.is_over() else StoppedBy.ITERATIONS


def _keeping(part: Part, kept: Sequence[Ints], start: Ints | None) -> Part:
    if start is None or (start < 0).any():
        raise ValueError("what is to be kept needs a start within the capacities that leaves nobody out")
    return keeping(part, kept, start)


def _within(part: Part, chosen: Ints | None) -> Ints | None:
    """An assignment of the whole problem as one of a part; ``None`` where it takes what the part has not."""
    if chosen is None:
        return None
    number = {int(each): k for k, each in enumerate(part.candidates)}
    own = [number.get(int(each), -2) if each >= 0 else -1 for each in chosen[part.jobs]]
    found = np.array(own, dtype=np.int64)
    return None if (found == -2).any() or not is_feasible(part.problem, found) else found
