"""CP-SAT on the same problem: exact on small days, and the proof that the search finds what there is.

The whole of :class:`~optimiser.rounds.problem.Problem` is stated, with the objective of
:mod:`optimiser.rounds.objective`. Start times are free here: the search takes the least ones and settles them
to wait less, which is best for whatever only grows with time (lateness, extra) but not always for waiting,
paid time, or for a rest that a later beginning would have spared. An optimum of this engine is therefore
never worse than the search's plan, and equal to the best plan on least starts where nothing but lateness and
extra time depends on starts and no rest does.

A circuit for every shift chooses its services and their order; about fourteen visits are within reach.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from optimiser.rounds.engine_result import engine_result
from optimiser.rounds.problem import FIRST, FORBIDDEN, NEVER, NOWHERE, Plan, PlannedRound, Problem
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.result import Result, Status, StoppedBy


@dataclass(frozen=True, slots=True)
class Proof:
    """What came back: a plan or none, a bound, whether there is anything left to prove, and the work done."""

    plan: Plan | None
    bound: float | None
    proven: bool
    infeasible: bool
    conflicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithCpSat:
    """CP-SAT, exact.

    Attributes
    ----------
    default_seconds
        Budget where the limits name neither seconds nor iterations.
    workers
        Threads. With one, and limited by iterations, the same seed gives the same plan.
    """

    default_seconds: float = 60.0
    workers: int = 1

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "cp-sat"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Build rounds, and prove how good they are.

        Iterations are conflicts. ``start`` is where it begins, and says what locked rounds hold. Runs in a
        process of its own and reports no progress.
        """
        began = time.perf_counter()
        context = multiprocessing.get_context("spawn")
        # OR-Tools and highspy each bring a HiGHS: the two cannot live in one process.
        with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
            proof = pool.submit(self.prove, problem, limits, seed, start).result()
        result = engine_result(
            problem,
            proof.plan,
            engine=self.name,
            settings={"workers": self.workers},
            seed=seed,
            limits=limits,
            seconds=time.perf_counter() - began,
        )
        return replace(
            result,
            status=_status(proof),
            stopped_by=_stopped_by(proof, limits),
            bound=proof.bound,
            iterations=proof.conflicts,
            provenance=replace(result.provenance, start=None if start is None else "given plan"),
        )

    def prove(self, problem: Problem, limits: Limits, seed: int, start: Plan | None = None) -> Proof:
        """The same in this process, which must not have loaded highspy."""
        from ortools.sat.python import cp_model

        stated = _Model(problem, start, cp_model.CpModel())
        solver = cp_model.CpSolver()
        given = solver.parameters
        given.num_workers = self.workers
        given.random_seed = seed % 2**31
        if limits.seconds is not None:
            given.max_time_in_seconds = limits.seconds
        elif limits.iterations is None:
            given.max_time_in_seconds = self.default_seconds
        if limits.iterations is not None:
            given.max_number_of_conflicts = limits.iterations
        if limits.gap is not None:
            given.relative_gap_limit = limits.gap
        status = solver.solve(stated.model)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        return Proof(
            plan=stated.plan(solver) if found else None,
            bound=float(solver.best_objective_bound) if found else None,
            proven=status == cp_model.OPTIMAL,
            infeasible=status == cp_model.INFEASIBLE,
            conflicts=int(solver.num_conflicts),
        )


def _status(proof: Proof) -> Status:
    if proof.infeasible:
        return Status.INFEASIBLE
    if proof.plan is None:
        return Status.NOT_FOUND
    return Status.OPTIMAL if proof.proven else Status.FEASIBLE


def _stopped_by(proof: Proof, limits: Limits) -> StoppedBy:
    if proof.proven or proof.infeasible:
        return StoppedBy.GAP if limits.gap else StoppedBy.PROOF
    return StoppedBy.TIME if limits.iterations is None else StoppedBy.ITERATIONS


@dataclass(slots=True)
class _Shift:
    """Variables of one shift: ``arc[i, j]``, a depot being ``None``; ``rest[i]`` or of FIRST; times."""

    arc: dict[tuple[int | None, int | None], Any] = field(default_factory=dict)
    takes: dict[int, Any] = field(default_factory=dict)
    rest: dict[int, Any] = field(default_factory=dict)
    used: Any = None
    closing: Any = 0
    missed: Any = 0
    first: Any = None
    last: Any = None
    back: Any = None
    extra: Any = None


class _Model:
    """The problem, stated; every method a family of constraints."""

    def __init__(self, problem: Problem, start: Plan | None, model: Any) -> None:
        self.problem, self.model = problem, model
        self.locked = {each.shift: each for each in start.rounds} if start is not None else {}
        ends = [int(each) for each in problem.shift_end]
        begins = [int(each) for each in problem.shift_start]
        self.low, self.high = min(begins, default=0), max(ends, default=0)
        self.span = max(0, self.high - self.low)
        self.cost: list[Any] = []
        self.made = [model.new_bool_var(f"made {v}") for v in range(problem.visits)]
        self.at = [self._start(i) for i in range(problem.services)]
        self.shifts = [self._circuit(r) for r in range(problem.shifts)]
        self._make_whole_visits()
        for r in range(problem.shifts):
            self._rest(r)
            self._time(r)
            self._hold(r)
        self._link()
        self._late()
        self._price()
        if start is not None:
            self._hint(start)
        model.minimize(sum(self.cost))

    def _start(self, i: int) -> Any:
        """Start of a service: in one of its windows, if it is made at all."""
        from ortools.sat.python import cp_model

        p = self.problem
        again = int(p.again[i])
        windows = [
            (max(int(p.earliest[i]), self.low), min(int(p.latest[i]), self.high, again - 1)),
            (max(again, int(p.earliest[i]), self.low), min(int(p.again_latest[i]), self.high)),
        ]
        windows = [[a, b] for a, b in windows if a <= b]  # type: ignore[misc] # as CP-SAT takes them
        if not windows:
            self.model.add(self.made[p.visit[i]] == 0)
            return self.model.new_constant(self.low)
        return self.model.new_int_var_from_domain(cp_model.Domain.from_intervals(windows), f"start {i}")

    def _leg(self, matrix: Any, r: int, i: int | None, j: int | None) -> int:
        """Entry between two services of a shift, ``None`` for its depots; FORBIDDEN where there is no way."""
        p = self.problem
        a = int(p.depot_from[r] if i is None else p.place[i])
        b = int(p.depot_to[r] if j is None else p.place[j])
        return 0 if NOWHERE in (a, b) else int(matrix[p.mode[r], a, b])

    def _circuit(self, r: int) -> _Shift:
        """Which services a shift makes, in which order: a circuit through the depot."""
        p, model, shift = self.problem, self.model, _Shift()
        may = [i for i in range(p.services) if p.preference[i, r] != FORBIDDEN]
        shift.used = model.new_bool_var(f"used {r}")
        shift.takes = {i: model.new_bool_var(f"{i} on {r}") for i in may}
        arcs = [(0, 0, ~shift.used)] + [(i + 1, i + 1, ~shift.takes[i]) for i in may]
        ends: list[int | None] = [None, *may]
        for i in ends:
            for j in ends:
                if i == j or min(self._leg(p.gap, r, i, j), self._leg(p.seconds, r, i, j)) < 0:
                    continue
                arc = model.new_bool_var(f"{i} to {j} on {r}")
                shift.arc[i, j] = arc
                arcs.append((0 if i is None else i + 1, 0 if j is None else j + 1, arc))
        for i in may:
            model.add_implication(shift.takes[i], shift.used)
        model.add_circuit(arcs)
        model.add(sum(int(p.demand[i]) * shift.takes[i] for i in may) <= min(int(p.capacity[r]), 1 << 40))
        return shift

    def _make_whole_visits(self) -> None:
        """All services of a visit or none, no carer twice at one."""
        p = self.problem
        for i in range(p.services):
            on = [shift.takes[i] for shift in self.shifts if i in shift.takes]
            self.model.add(sum(on) == self.made[p.visit[i]])
        for v in range(p.visits):
            members = [i for i in range(p.services) if p.visit[i] == v]
            for carer in {int(each) for each in p.carer}:
                both = [
                    self.shifts[r].takes[i]
                    for r in range(p.shifts)
                    for i in members
                    if p.carer[r] == carer and i in self.shifts[r].takes
                ]
                if len(members) > 1 and len(both) > 1:
                    self.model.add_at_most_one(both)

    def _rest(self, r: int) -> None:
        """At most one rest: between two services, or anywhere where it has hours of its own."""
        p, model, shift = self.problem, self.model, self.shifts[r]
        if not p.rest[r]:
            return
        windowed = p.rest_to[r] < NEVER
        for i in shift.takes:
            shift.rest[i] = model.new_bool_var(f"rest after {i} on {r}")
            model.add_implication(shift.rest[i], shift.takes[i])
            if windowed:
                ends = self.at[i] + int(p.duration[i])
                model.add(ends <= int(p.rest_to[r])).only_enforce_if(shift.rest[i])
            elif (i, None) in shift.arc:
                model.add_implication(shift.rest[i], ~shift.arc[i, None])
        if windowed and max(p.rest_from[r], p.shift_start[r]) <= p.rest_to[r]:
            shift.rest[FIRST] = model.new_bool_var(f"rest first on {r}")
            model.add_implication(shift.rest[FIRST], shift.used)
        model.add_at_most_one(shift.rest.values())
        if windowed:
            shift.closing = model.new_bool_var(f"rest closes {r}")
            for i in shift.takes:
                if (i, None) in shift.arc:
                    here = [shift.rest[i], shift.arc[i, None]]
                    model.add(shift.closing == 1).only_enforce_if(here)
                    model.add(shift.closing == 0).only_enforce_if([shift.rest[i], ~shift.arc[i, None]])
            model.add(shift.closing <= sum(shift.rest[i] for i in shift.takes))
            shift.missed = model.new_bool_var(f"rest missed on {r}")
            model.add(sum(shift.rest.values()) + shift.missed == shift.used)
            if p.rest_price[r] < 0:
                model.add(shift.missed == 0)

    def _time(self, r: int) -> None:
        """One service after the other, between the shift's start and its end; a rest where it is due."""
        p, model, shift = self.problem, self.model, self.shifts[r]
        rest, rest_from = int(p.rest[r]), int(p.rest_from[r])
        begins, ends = int(p.shift_start[r]), int(p.shift_end[r])
        shift.first = model.new_int_var(self.low, self.high, f"first {r}")
        shift.last = model.new_int_var(self.low, self.high, f"last {r}")
        shift.back = model.new_int_var(self.low, self.high, f"back {r}")
        shift.extra = model.new_int_var(0, max(0, ends - int(p.shift_due[r])), f"extra {r}")
        model.add(shift.extra >= shift.back - int(p.shift_due[r])).only_enforce_if(shift.used)
        model.add(shift.back <= ends).only_enforce_if(shift.used)
        model.add(shift.first == shift.last).only_enforce_if(~shift.used)
        model.add(shift.back == shift.last).only_enforce_if(~shift.used)
        several = model.new_bool_var(f"several on {r}")
        for (i, j), arc in shift.arc.items():
            leg = self._leg(p.gap, r, i, j)
            before = begins if i is None else self.at[i] + int(p.duration[i])
            then = shift.back if j is None else self.at[j]
            rested = shift.rest.get(FIRST if i is None else i)
            model.add(then >= before + leg).only_enforce_if(arc)
            if rested is not None:
                model.add(then >= before + rest + leg).only_enforce_if(arc, rested)
                model.add(then >= max(rest_from, begins) + rest + leg).only_enforce_if(arc, rested)
            if i is None and j is not None:
                model.add(shift.first == self.at[j]).only_enforce_if(arc)
            if i is not None and j is None:
                model.add(shift.last == before).only_enforce_if(arc)
            if i is not None and j is not None:
                model.add_implication(arc, several)
        if rest and p.rest_to[r] >= NEVER:
            due = [several, *(~each for each in shift.rest.values())]
            longest = min(int(p.rest_after[r]), self.span)
            model.add(shift.last - shift.first <= longest).only_enforce_if(due)

    def _hold(self, r: int) -> None:
        """A locked round stays as the start has it; without one it stays empty."""
        shift = self.shifts[r]
        if not self.problem.locked[r]:
            return
        if r not in self.locked:
            self.model.add(shift.used == 0)
            return
        order = [None, *self.locked[r].services, None]
        for i, j in pairwise(order):
            self.model.add(shift.arc.get((i, j), 0) == 1)

    def _link(self) -> None:
        p = self.problem
        for a, b, lag in zip(p.link_from, p.link_to, p.link_lag, strict=True):
            both = [self.made[p.visit[a]], self.made[p.visit[b]]]
            self.model.add(self.at[b] >= self.at[a] + int(lag)).only_enforce_if(both)

    def _late(self) -> None:
        """Lateness of every made service against the window it starts in."""
        p, w, model = self.problem, self.problem.weights, self.model
        most = model.new_int_var(0, self.span, "most lateness")
        for i in range(p.services):
            late = model.new_int_var(0, self.span, f"late {i}")
            made, due, again = self.made[p.visit[i]], int(p.due[i]), int(p.again[i])
            if again < NEVER:
                second = model.new_bool_var(f"second window of {i}")
                model.add(self.at[i] >= again).only_enforce_if(second)
                model.add(self.at[i] < again).only_enforce_if(~second)
                model.add(late >= self.at[i] - due).only_enforce_if(made, ~second)
                model.add(late >= self.at[i] - int(p.again_due[i])).only_enforce_if(made, second)
            elif due < NEVER:
                model.add(late >= self.at[i] - due).only_enforce_if(made)
            model.add(most >= late)
            self.cost.append(w.lateness * late)
        self.cost.append(w.most_lateness * most)

    def _price(self) -> None:
        """Everything else that is paid for, as :func:`optimiser.rounds.objective.components` has it."""
        p, w, model = self.problem, self.problem.weights, self.model
        self.cost += [int(p.price[v]) * ~self.made[v] for v in range(p.visits)]
        loads = []
        idlest = model.new_int_var(0, 1 << 40, "idlest")
        longest_wait = model.new_int_var(0, self.span, "longest wait")
        for r, shift in enumerate(self.shifts):
            rest = int(p.rest[r])
            travel = sum(self._leg(p.seconds, r, i, j) * arc for (i, j), arc in shift.arc.items())
            work = sum(int(p.duration[i]) * on for i, on in shift.takes.items())
            inside = sum(
                self._leg(p.gap, r, i, j) * arc
                for (i, j), arc in shift.arc.items()
                if i is not None and j is not None
            )
            to_first = sum(self._leg(p.gap, r, i, j) * arc for (i, j), arc in shift.arc.items() if i is None)
            rested = sum(shift.rest.values())
            between = sum(each for i, each in shift.rest.items() if i != FIRST) - shift.closing
            leaves = shift.first - to_first - rest * shift.rest.get(FIRST, 0)
            waiting = shift.last - shift.first - work - inside - rest * between
            length = int(p.shift_due[r] - p.shift_start[r])
            loads.append(travel + work)
            model.add(idlest >= length + shift.extra - travel - work - rest * rested)
            if w.most_waiting:
                self._wait(r, longest_wait)
            self.cost += [
                w.travel * travel,
                w.waiting * waiting,
                w.paid * (shift.back - leaves),
                w.round * shift.used,
                w.extra * shift.extra,
                w.missed_rest * max(0, int(p.rest_price[r])) * shift.missed,
                w.preference * sum(int(p.preference[i, r]) * on for i, on in shift.takes.items()),
            ]
        self.cost += [w.most_waiting * longest_wait, w.idle * idlest]
        if w.balance:
            for load in loads:
                apart = model.new_int_var(0, 1 << 40, "apart")
                model.add(len(loads) * apart >= len(loads) * load - sum(loads))
                model.add(len(loads) * apart >= sum(loads) - len(loads) * load)
                self.cost.append(w.balance * apart)

    def _wait(self, r: int, longest: Any) -> None:
        p, shift = self.problem, self.shifts[r]
        for (i, j), arc in shift.arc.items():
            if i is not None and j is not None:
                busy = int(p.duration[i]) + self._leg(p.gap, r, i, j) + int(p.rest[r]) * shift.rest.get(i, 0)
                self.model.add(longest >= self.at[j] - self.at[i] - busy).only_enforce_if(arc)

    def _hint(self, start: Plan) -> None:
        for each in start.rounds:
            order = [None, *each.services, None]
            for pair in pairwise(order):
                if pair in self.shifts[each.shift].arc:
                    self.model.add_hint(self.shifts[each.shift].arc[pair], 1)

    def plan(self, solver: Any) -> Plan:
        """The plan that was found."""
        rounds = []
        for r, shift in enumerate(self.shifts):
            services = tuple(self._order(shift, solver))
            if services:
                rested = [i for i, each in shift.rest.items() if solver.boolean_value(each)]
                starts = tuple(int(solver.value(self.at[i])) for i in services)
                rounds.append(PlannedRound(r, services, starts, rested[0] if rested else None))
        unserved = (v for v, made in enumerate(self.made) if not solver.boolean_value(made))
        return Plan(tuple(rounds), tuple(unserved))

    @staticmethod
    def _order(shift: _Shift, solver: Any) -> Iterator[int]:
        following = {i: j for (i, j), arc in shift.arc.items() if solver.boolean_value(arc)}
        at = following.get(None)
        while at is not None:
            yield at
            at = following[at]
