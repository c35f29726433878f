"""The packing core: what conflicts, cliques, a good packing soon, and a proof."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from optimiser.packing.check import check
from optimiser.packing.conflicts import Conflicts, cliques_of, unpacked
from optimiser.packing.guided import Mixes, Mixing, mixed
from optimiser.packing.kernels import tabu
from optimiser.packing.pieces import Piece, components, worthwhile
from optimiser.packing.problem import Ints, Packing, PackingProblem
from optimiser.packing.relaxation import SCALE, Proof, columns, relaxed
from optimiser.packing.search import Block, in_order, packings, search_tree, settle
from optimiser.solving.clock import Clock
from optimiser.solving.fan_out import SerialExecutor, beside, fan_out, workers
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import Provenance, canonical, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy
from optimiser.solving.with_highs import Floats, optimise

MANY = 1_000
"""Sets below which a mix takes about as long whatever their number."""
GLANCE = 0.25
"""Seconds of the engine before anything is begun beside it."""
GRACE = 1.0
"""Seconds beyond the limit in which a process beside this one says what it has found."""
SOON = 2.0
"""Seconds that processes take to begin: what ends sooner is done here, with the same answer."""


class BrokenPackingError(Exception):
    """A packing of ours broke a rule: a fault of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CliqueSearch:
    """Weighted set packing, exact.

    One iteration is a wave of blocks. How many processes there are changes nothing; but where time is
    limited and there are too many packings to search, the engine proves in one process and mixes are made in
    another, and of packings worth as much either may come first.

    Attributes
    ----------
    steps, patience
        Of the first tabu search, and without a better packing before it begins anew.
    mixing, mixes, begun, more
        How a good packing is sought (:mod:`optimiser.packing.guided`): mixes before blocks are searched;
        before the engine has its first moment, and before it has its time.
    patient, idle
        Sets looked at without a better packing (mixes times sets) before no more mixes are made: before the
        engine has its time, and beside it.
    rounds, inner_rounds
        Of cliques that are added to a relaxation: at the root, and below.
    all_of_them
        Packings, as guessed, up to which nothing is relaxed.
    few, some
        Packings, as guessed, up to which the compiled tree takes over: before a relaxation, and after it.
    support_nodes
        Of the compiled tree on what the root's relaxation takes.
    most
        Packings, as guessed, up to which blocks are searched; above, the engine is asked.
    block, width
        Sets of a block, and blocks of a wave.
    processes
        That settle blocks.
    """

    steps: int = 4_000
    patience: int = 500
    mixing: Mixing = field(default_factory=Mixing)
    mixes: int = 100
    begun: int = 30
    more: int = 800
    patient: int = 300_000
    idle: int = 3_000_000
    rounds: int = 20
    inner_rounds: int = 2
    all_of_them: float = 3e6
    few: float = 3e3
    some: float = 1e5
    support_nodes: int = 200_000
    most: float = 1e9
    block: int = 4
    width: int = 16
    processes: int = 2

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "clique search"

    def solve(
        self,
        problem: PackingProblem,
        *,
        limits: Limits,
        seed: int,
        progress: Reporter = silent,
        executor: Executor | None = None,
    ) -> Result[Packing]:
        """Solve until proven, or until limits stop it."""
        begun, run = time.perf_counter(), _Run(self, problem, limits, seed, progress)
        run.solve(executor)
        return run.result(begun)


class _Run:
    """What is known so far, and how it came about."""

    def __init__(
        self, solver: CliqueSearch, problem: PackingProblem, limits: Limits, seed: int, progress: Reporter
    ) -> None:
        self.solver, self.problem, self.limits, self.seed = solver, problem, limits, seed
        self.progress, self.clock = progress, Clock.of(limits)
        self.state = np.array([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64)
        self.iterations = 0
        self.pieces: list[Piece] = []

    def solve(self, executor: Executor | None) -> None:
        """Cut into pieces; each to the end."""
        sets = worthwhile(self.problem)
        some = self.problem.some(sets)
        conflicts = Conflicts.of(some)
        whole = unpacked(conflicts.bits, some.sets).astype(bool)
        count, label = components(conflicts)
        rows = cliques_of(some, conflicts)
        for piece in range(count):
            own = np.flatnonzero(label == piece)
            number = np.full(some.sets, -1)
            number[own] = np.arange(len(own))
            within = [number[row] for row in rows if label[row[0]] == piece]
            self.pieces.append(
                Piece(
                    sets=sets[own],
                    value=some.value[own],
                    conflicts=whole[np.ix_(own, own)],
                    rows=within,
                    of_items=len(within),
                    taken=np.zeros(len(own), dtype=bool),
                    bound=int(some.value[own].sum()),
                )
            )
        for each in self.pieces:
            self._piece(each, executor)
            self._tell()

    def _piece(self, piece: Piece, executor: Executor | None) -> None:
        if len(piece.value) == 1:
            piece.taken[:] = True
            return
        if packings(piece.conflicts) <= self.solver.all_of_them:
            self._first(piece, np.zeros(len(piece.value)))
            self._by_search(piece, None, executor)
            return
        proof = self._relax(piece, 0)
        self._first(piece, proof.values)
        if piece.is_proven or self.clock.is_over():
            return
        proof = self._relax(piece, self.solver.rounds)
        alive = np.flatnonzero(proof.may_better(piece.best))
        if piece.is_proven or not len(alive):
            piece.bound = piece.best
            return
        is_few = packings(piece.conflicts[np.ix_(alive, alive)]) <= self.solver.most
        count = self.solver.mixes if is_few else self.solver.begun
        piece.offer(np.flatnonzero(mixed(self._mixes(piece, proof, count))))
        alive = np.flatnonzero(proof.may_better(piece.best))
        if piece.is_proven or not len(alive):
            piece.bound = piece.best
            return
        if packings(piece.conflicts[np.ix_(alive, alive)]) > self.solver.most:
            self._by_engine(piece, proof, alive, executor)
            return
        taken = np.flatnonzero(proof.values > 1e-6)
        support = search_tree(
            piece.value[taken],
            piece.conflicts[np.ix_(taken, taken)],
            piece.best,
            deadline=self.clock.deadline(),
            nodes=self.solver.support_nodes,
        )
        if support.sets is not None:
            piece.offer(taken[support.sets])
        self._by_search(piece, proof, executor)

    def _relax(self, piece: Piece, rounds: int) -> Proof:
        left = self.clock.left()
        proof = relaxed(piece.value, piece.conflicts, piece.rows, rounds=rounds, seconds=left)
        piece.rows += proof.rows
        if proof.is_whole:
            piece.offer(np.flatnonzero(proof.values > 0.5))
        piece.bound = max(piece.best, min(piece.bound, proof.bound // SCALE))
        return proof

    def _first(self, piece: Piece, values: Floats) -> None:
        """A good packing soon: what the relaxation takes most of, bettered by tabu search."""
        if piece.is_proven:
            return
        taken = np.zeros(len(piece.value), dtype=np.uint8)
        blocked = np.zeros(len(piece.value), dtype=bool)
        for j in np.lexsort((-piece.value, -np.round(values, 6))):
            if not blocked[j]:
                taken[j] = 1
                blocked |= piece.conflicts[j]
        at, other = np.nonzero(piece.conflicts)
        first = np.searchsorted(at, np.arange(len(piece.value) + 1)).astype(np.int64)
        steps, patience = self.solver.steps, self.solver.patience
        _, found = tabu(
            piece.value,
            first,
            other.astype(np.int32),
            taken,
            steps,
            patience,
            self.state,
        )
        piece.offer(np.flatnonzero(found))
        piece.bound = max(piece.best, piece.bound)

    def _mixes(self, piece: Piece, proof: Proof, count: int | None, idle: int | None = None) -> Mixes:
        return Mixes(
            settings=self.solver.mixing,
            value=piece.value,
            conflicts=piece.conflicts,
            values=proof.values,
            taken=piece.taken,
            count=count,
            idle=None if idle is None else idle // max(MANY, len(piece.value)),
            bound=piece.bound,
            deadline=self.clock.deadline(),
            seed=self.seed + (0 if idle is None else 1 if count is not None else 2),
        )

    def _by_engine(self, piece: Piece, proof: Proof, alive: Ints, executor: Executor | None) -> None:
        """Where too many packings are left: HiGHS over the cliques of items, and mixes beside it."""
        if self.clock.left() is None or self.solver.processes < 2 or executor is not None:
            piece.offer(np.flatnonzero(mixed(self._mixes(piece, proof, None, self.solver.idle))))
            self._settle(piece, np.flatnonzero(proof.may_better(piece.best)))
            return
        self._settle(piece, alive, seconds=GLANCE)  # what ends at once needs no more
        if piece.is_proven:
            return
        more = self._mixes(piece, proof, self.solver.more, self.solver.patient)
        piece.offer(np.flatnonzero(mixed(more)))
        alive = np.flatnonzero(proof.may_better(piece.best))
        with beside(mixed, self._mixes(piece, proof, None, self.solver.idle)) as mixes:
            self._settle(piece, alive)
            found = None if piece.is_proven else mixes.answer(GRACE)
        piece.offer(None if found is None else np.flatnonzero(found))
        piece.bound = max(piece.best, piece.bound)

    def _settle(self, piece: Piece, alive: Ints, seconds: float = np.inf) -> None:
        """The engine on sets that may still matter.

        Over the cliques of items alone: more rows say more, and slow every relaxation by more than that.
        """
        if piece.is_proven or not len(alive):
            piece.bound = piece.best
            return
        number = np.full(len(piece.value), -1)
        number[alive] = np.arange(len(alive))
        rows = [number[row][number[row] >= 0] for row in piece.rows[: piece.of_items]]
        model = columns(piece.value[alive], [row for row in rows if len(row) > 1])
        left, start = self.clock.left(), piece.taken[alive].astype(np.float64)
        inside = int(piece.value[alive][piece.taken[alive]].sum()) == piece.best
        solved = optimise(
            model,
            start=start if inside else None,
            seconds=left if left is None else min(left, seconds),
            seed=self.seed,
            nodes=self.limits.iterations,
        )
        if solved.values is not None:
            piece.offer(alive[solved.values > 0.5])
        if solved.bound is not None:
            piece.bound = max(piece.best, min(piece.bound, -solved.bound))
        self.iterations += 1

    def _by_search(self, piece: Piece, proof: Proof | None, executor: Executor | None) -> None:
        """Where many do: blocks in waves, the first of them here, for processes take time to begin.

        Without a proof, there are so few packings that the compiled tree takes all blocks.
        """
        solver, begun = self.solver, time.perf_counter()
        alive = np.arange(len(piece.value))
        if proof is not None:
            alive = np.flatnonzero(proof.may_better(piece.best))
        order, bound = in_order(piece.conflicts, alive), piece.bound * SCALE
        member = np.zeros((len(piece.rows), len(piece.value)), dtype=bool)
        for number, row in enumerate(piece.rows):
            member[number, row] = True
        begin, open_ = 0, -1
        with SerialExecutor() as here, workers(executor, solver.width, solver.processes) as pool:
            while begin < len(order) and not self._is_over():
                blocks = [
                    Block(
                        value=piece.value,
                        conflicts=piece.conflicts,
                        rows=member,
                        order=order,
                        begin=at,
                        end=min(at + solver.block, len(order)),
                        best=piece.best,
                        bound=bound,
                        few=solver.few if proof is not None else np.inf,
                        some=solver.some,
                        rounds=solver.inner_rounds,
                        deadline=self.clock.deadline(),
                    )
                    for at in range(begin, min(begin + solver.block * solver.width, len(order)), solver.block)
                ]
                is_soon = executor is None and time.perf_counter() - begun < SOON
                done = fan_out(settle, blocks, executor=here if is_soon else pool)
                for each in sorted(done, key=lambda each: -each.best):
                    piece.offer(each.sets)
                open_ = max([open_, *(each.bound for each in done)])
                begin = blocks[-1].end
                self.iterations += 1
                self._tell()
        if begin < len(order):
            open_ = max(open_, bound)
        piece.bound = max(piece.best, min(piece.bound, open_ // SCALE if open_ >= 0 else piece.best))

    def _is_over(self) -> bool:
        most = self.limits.iterations
        return self.clock.is_over() or (most is not None and self.iterations >= most)

    @property
    def value(self) -> int:
        return sum(each.best for each in self.pieces)

    @property
    def bound(self) -> int:
        return sum(each.bound for each in self.pieces)

    def _tell(self) -> None:
        self.progress(Progress(task="choosing", done=self.iterations, incumbent=self.value, bound=self.bound))

    def result(self, begun: float) -> Result[Packing]:
        """What came of it, checked independently."""
        for each in self.pieces:
            if len(each.value) == 1:
                each.bound = each.best
        taken = sorted(int(n) for each in self.pieces for n in each.sets[each.taken])
        verdict = check(self.problem, taken)
        if verdict.breaches or verdict.value != self.value:
            raise BrokenPackingError(f"{verdict.breaches[:3]}, worth {verdict.value} for {self.value}")
        proven = self.bound <= self.value
        stopped = StoppedBy.TIME if self.clock.is_over() else StoppedBy.ITERATIONS
        return Result(
            status=Status.OPTIMAL if proven else Status.FEASIBLE,
            stopped_by=StoppedBy.PROOF if proven else stopped,
            found=Packing(sets=tuple(taken)),
            objective=self.value,
            bound=float(self.bound),
            components={"value": self.value},
            seconds=time.perf_counter() - begun,
            iterations=self.iterations,
            provenance=Provenance(
                solver=self.solver.name,
                settings=canonical(self.solver),
                seed=self.seed,
                limits=self.limits,
                input_hash=canonical_hash(self.problem),
                versions=versions(),
            ),
        )
