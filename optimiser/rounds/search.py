"""Ruin and recreate with small moves between: the rounds solver.

Insertion builds a first plan. Strings of visits are taken out and put back where they cost least
(Christiaens & Vanden Berghe 2020); between such steps come many small moves; both are accepted by simulated
annealing at one falling temperature, on schedules with ties as exact difference constraints. Heuristic: it
proves nothing, so its results have no bound.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import numpy as np

from optimiser.rounds.chain import Chain, short_leg
from optimiser.rounds.cooling import Cooling, Origin, generations, repeated
from optimiser.rounds.crossing import crossed
from optimiser.rounds.kernels.cache import drop_stale
from optimiser.rounds.kernels.data import COMPONENTS, UNSERVED, make_data
from optimiser.rounds.objective import components
from optimiser.rounds.problem import Plan, Problem
from optimiser.rounds.states import taken_plan
from optimiser.rounds.tighten import is_narrowed_across
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent
from optimiser.solving.provenance import Provenance, canonical_hash, versions
from optimiser.solving.result import Result, Status, StoppedBy, TracePoint

NARROWED_FOR = 0.6
"""Share of a search after which windows are no longer narrowed for the sake of visits that nobody makes."""


PACE = 230
"""Steps for each service that one cooling deserves before there is time for generations."""
LEAST_COOLINGS = 7
"""How many such coolings there must be time for."""
LEARNED_FROM = 4
"""Best plans that others are bred from."""
CROSSINGS = 10
"""How often two plans are crossed before one is bred anew from nothing: what they give need not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuinAndRecreate:
    """The solver's settings.

    Attributes
    ----------
    default_iterations
        Steps of ruin and recreate where the limits name neither iterations nor seconds.
    hot, cold
        First and last temperature, in short legs: the mean over services of the way to the nearest few.
    soft, soft_cold, soft_moves
        How many times hotter such a search begins and ends, and how many times as many small moves it makes,
        where lateness is paid for: costs lie further apart there, and improvements end sooner.
    dear
        How many times its price a round costs when such a search begins, where rounds have one. Hot, a search
        opens rounds for the sake of short ways, and to close one again takes more luck than to shorten a way.
    dear_cold
        How many times hotter a search ends where rounds have a price.
    warm
        First temperature where a start is given: low enough not to lose what is good about it.
    bred
        First temperature of a plan bred from two, where a day has time for generations.
    cycles
        How often a day of up to ``small`` services is cooled down. One that is hot again has forgotten where
        it was, and a small day has more to gain from another try than from a slower one.
    chunk
        Steps between two rounds of small moves, looks at the clock, and reports of progress.
    moves
        Small moves after each chunk.
    """

    default_iterations: int = 4000
    hot: float = 3.0
    cold: float = 0.03
    soft: float = 3.0
    soft_cold: float = 6.0
    soft_moves: int = 3
    dear: float = 2.0
    dear_cold: float = 6.0
    warm: float = 0.5
    bred: float = 0.6
    cycles: int = 5
    small: int = 130
    chunk: int = 100
    moves: int = 16_000

    @property
    def name(self) -> str:
        """Name for provenance."""
        return "ruin and recreate"

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int,
        start: Plan | None = None,
        progress: Reporter = silent,
    ) -> Result[Plan]:
        """Build rounds.

        Limited by iterations, the same seed gives the same plan on any machine and in any process. Limited
        by seconds it does not, and ``stopped_by`` says so.
        """
        began, started = time.perf_counter(), limits.now()
        provenance = Provenance(
            solver=self.name,
            settings=asdict(self),
            seed=seed,
            limits=limits,
            input_hash=canonical_hash(problem),
            versions=versions(),
            start=None if start is None else "given plan",
        )
        if problem.services == 0:
            return _nothing_to_do(provenance, time.perf_counter() - began)
        drop_stale()
        search = _Search(self, problem, limits, started, seed, start, progress)
        done, stopped_by = search.run()
        chain = search.champion
        plan = taken_plan(problem, chain.data, chain.best)
        parts = components(problem, plan)
        return Result(
            status=Status.FEASIBLE,
            stopped_by=stopped_by,
            found=plan,
            objective=sum(parts.values()),
            bound=None,
            components=parts,
            seconds=time.perf_counter() - began,
            iterations=done,
            trace=tuple(search.trace),
            provenance=provenance,
        )


class _Search:
    """One call of the solver, under way."""

    def __init__(
        self,
        settings: RuinAndRecreate,
        problem: Problem,
        limits: Limits,
        started: float,
        seed: int,
        start: Plan | None,
        progress: Reporter,
    ) -> None:
        self.settings, self.problem, self.limits, self.seed = settings, problem, limits, seed
        self.started, self.start, self.progress = started, start, progress
        self.data = make_data(problem)
        self.champion = self.chain = Chain.begin(problem, self.data, seed, start)
        self.best: list[tuple[int, Plan]] = []
        self.trace = [TracePoint(0, int(self.chain.costs[1]))]
        self.narrowed = is_narrowed_across(problem)
        self.soft = not self.data.flags[0]["rigid"]
        self.dear = settings.dear != 1.0 and problem.weights.round > 0 and start is None
        self.chunk, self.moves = settings.chunk, settings.moves * (settings.soft_moves if self.soft else 1)
        self.done, self.wanted = 0, limits.iterations
        if self.wanted is None and limits.seconds is None:
            self.wanted = settings.default_iterations
        self.leg = short_leg(self.data)
        # Only breeding draws from it: a chain has its own.
        self.chance = np.random.default_rng(seed)

    def run(self) -> tuple[int, StoppedBy]:
        """Cool down as often as planned; steps done, and what stopped the search."""
        begun = 0.0
        for number, cooling in enumerate(self._programme()):
            if number and cooling.origin is not Origin.ON:
                self._learn()
                self.chain = self._bred() if cooling.origin is Origin.BRED else self._anew()
                self._crown(1)
            while (share := self._share()) < cooling.until:
                self._loosen(share)
                self._charge(cooling.price_of_rounds(begun, share))
                self._step(cooling.temperature(begun, share))
            begun = cooling.until
        self._settle()
        stopped_by = StoppedBy.ITERATIONS if self.done == self.wanted else StoppedBy.TIME
        return self.done, stopped_by

    def _programme(self) -> tuple[Cooling, ...]:
        settings, services = self.settings, self.problem.services
        dear_cold = settings.dear_cold if self.problem.weights.round else 1.0
        cold = settings.cold * (settings.soft_cold if self.soft else dear_cold)
        if self.start is not None:
            return repeated(1, settings.warm, cold)
        hot = settings.hot * (settings.soft if self.soft else 1.0)
        if self.soft and self._steps(hot) >= LEAST_COOLINGS * PACE * services:
            self.dear = False  # plans of several chains are held against each other all the time
            return generations(hot, settings.bred, cold)
        times = settings.cycles if services <= settings.small else 1
        self.chunk, self.moves = max(1, self.chunk // times), self.moves // times
        return repeated(times, hot, cold, settings.dear if self.dear else 1.0)

    def _steps(self, hot: float) -> float:
        """Steps that the limits leave time for: as many as they say, or as the first few let expect.

        Where both are limited only the steps count: a plan that they end must not depend on a clock.
        """
        if self.wanted is not None or self.limits.seconds is None:
            return float(self.wanted or 0)
        if self._share() >= 1.0:
            return 0.0
        self._step(hot)  # the first may have to load kernels
        began = self.limits.now()
        self._step(hot)
        spent = max(1e-9, self.limits.now() - began)
        return self.chunk * self.limits.seconds / spent

    def _share(self) -> float:
        """How much of the search is done, by whichever limit is nearer."""
        share = 0.0
        if self.wanted is not None:
            share = self.done / self.wanted if self.wanted else 1.0
        if self.limits.seconds is not None:
            spent = self.limits.now() - self.started
            share = max(share, spent / self.limits.seconds if self.limits.seconds else 1.0)
        return share

    def _step(self, temperature: float) -> None:
        steps = self.chunk if self.wanted is None else min(self.chunk, self.wanted - self.done)
        improved = self.chain.step(steps, self.moves, self.leg * temperature)
        self.done += steps
        self._crown(improved)
        self.progress(
            Progress(
                task="rounds",
                done=self.done,
                total=self.wanted,
                incumbent=float(self._least()),
            )
        )

    def _charge(self, times: float) -> None:
        """Let rounds cost so many times their price, and keep the plan that is best at their price."""
        if self.dear:
            price = self.problem.weights.round
            self.chain.keep(price)
            self.chain.charge(int(price * times))

    def _settle(self) -> None:
        """Let rounds cost their price, and take the plan that is best at it."""
        self._charge(1.0)
        if self.dear:
            self.chain.recall()

    def _crown(self, improved: int) -> None:
        """Note a plan that is better than all before it."""
        if self.chain.costs[1] < self.champion.costs[1]:
            self.champion = self.chain
        cost = self._least()
        if improved and self.champion is self.chain and cost < self.trace[-1].objective:
            self.trace.append(TracePoint(self.done, cost))

    def _least(self) -> int:
        """What the best plan so far costs."""
        if self.dear:
            return self.champion.keep(self.problem.weights.round)
        return int(self.champion.costs[1])

    def _loosen(self, share: float) -> None:
        if self.narrowed and share > NARROWED_FOR and self.chain.best.totals[UNSERVED]:
            self.narrowed = False
            self._settle()
            loosened = self.chain.loosened(self.problem, self.seed)
            if self.champion is self.chain:
                self.champion = loosened
            self.chain, self.data = loosened, loosened.data
            self._crown(1)

    def _learn(self) -> None:
        """Keep what the last cooling came to, if it is among the best and new."""
        cost, plan = int(self.chain.costs[1]), taken_plan(self.problem, self.chain.data, self.chain.best)
        if all(cost != known for known, _ in self.best):
            self.best = sorted([*self.best, (cost, plan)], key=lambda each: each[0])[:LEARNED_FROM]

    def _anew(self) -> Chain:
        return Chain.begin(self.problem, self.data, self._seed())

    def _bred(self) -> Chain:
        if len(self.best) < 2:
            return self._anew()
        chain = Chain.empty(self.problem, self.data, self._seed())
        place = self.data.place[: self.problem.services]
        ways = self.data.seconds[0][np.ix_(place, place)]
        alike = self.data.shifts["alike"].tolist()
        for _ in range(CROSSINGS):
            one, other = self.chance.permutation(len(self.best))[:2]
            plan = crossed(self.problem, ways, alike, self.best[one][1], self.best[other][1], self.chance)
            if chain.put(self.problem, plan):
                break
        chain.fill()
        return chain

    def _seed(self) -> int:
        return int(self.chance.integers(1 << 62))


def _nothing_to_do(provenance: Provenance, seconds: float) -> Result[Plan]:
    return Result(
        status=Status.FEASIBLE,
        stopped_by=StoppedBy.PROOF,
        found=Plan((), ()),
        objective=0,
        bound=None,
        components=dict.fromkeys(COMPONENTS, 0),
        seconds=seconds,
        iterations=0,
        provenance=provenance,
    )
