"""Which batches are made: by distance first, then by the rounds that the engine builds for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimiser.batching.columns import Generated, Pool
from optimiser.batching.formulation import Cap, master
from optimiser.batching.problem import BuiltRounds, Candidate, Ints, RoundsEngine
from optimiser.batching.units import Part
from optimiser.model.calendar import HOUR
from optimiser.solving.clock import Clock
from optimiser.solving.with_highs import optimise

WEEK = 7
"""Days: what leaving a package out costs a week, for one day's rounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Settings.

    Attributes
    ----------
    nodes
        Of each set partitioning.
    first
        Share of the rounds built that are of the batches that column generation left, nearest first.
    wave
        Rounds built between two set partitionings.
    stub
        Price of a short round more than the rules allow, in seconds of travel, while batches are sought;
        what is chosen has none.
    """

    evaluations: int = 500
    nodes: int = 300
    first: float = 0.4
    wave: int = 100
    stub: int = HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Batches by number in the pool, and units left out."""

    batches: tuple[int, ...]
    left_out: tuple[int, ...]
    short: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Desk:
    """Rounds built so far, each batch once."""

    part: Part
    pool: Pool
    engine: RoundsEngine
    candidates: Sequence[Candidate]
    stub: int
    built: dict[int, BuiltRounds] = field(default_factory=dict)

    def ask(self, number: int) -> BuiltRounds:
        """Rounds of a batch of the pool."""
        if number not in self.built:
            names = [self.candidates[n].package for n in self.part.members(self.pool.members[number])]
            self.built[number] = self.engine(names)
        return self.built[number]

    def worth(self, number: int) -> int:
        """Travel of a batch's rounds in seconds, dearer where they are not whole."""
        rounds, rules = self.ask(number), self.part.rules
        short = 0
        if rules.most_short_rounds is not None:
            short = max(0, sum(each < rules.short_round for each in rounds.working) - rules.most_short_rounds)
        return rounds.travel + self.stub * (short + 10 * rounds.unserved)

    def is_whole(self, number: int) -> bool:
        """Whether a batch is a whole number of rounds."""
        rounds = self.ask(number)
        return rounds.are_whole(self.part.rules)


def nearest(part: Part, pool: Pool, penalties: Ints, nodes: int, seed: int) -> Chosen:
    """The batches of the pool of least distance."""
    model = master(pool.members, pool.distance, penalties, part.rules.least_batches)
    return _taken(pool, range(len(pool)), optimise(model, nodes=nodes, seed=seed).values, len(part))


def by_rounds(
    part: Part,
    pool: Pool,
    generated: Generated,
    penalties: Ints,
    start: Chosen,
    desk: Desk,
    settings: Choosing,
    seed: int,
    clock: Clock,
) -> Chosen:
    """Batches whose rounds travel least, no farther from the bound than the rules tolerate; then evenness."""
    rules = part.rules
    most = max(_value(pool, penalties, start), generated.bound / (1 - rules.tolerance) * 0.9999)
    reduced = np.array(pool.distance, dtype=np.float64) - generated.least_price
    reduced -= [generated.prices[list(each)].sum() for each in pool.members]
    likely = [int(k) for k in np.argsort(reduced, kind="stable") if reduced[k] <= most - generated.bound]
    for number in [*start.batches, *likely[: int(settings.first * settings.evaluations)]]:
        desk.ask(number)
    rng = np.random.default_rng(seed)
    current = start
    while True:
        current = _partitioned(part, pool, desk, penalties, most, current, settings, seed)
        if len(desk.built) >= settings.evaluations or clock.is_over():
            break
        if not _improve(part, pool, desk, penalties, most, current, settings, rng):
            break
    whole = [k for k in sorted(desk.built) if desk.is_whole(k)]
    final = _solve(part, pool, desk, penalties, most, whole, settings, seed)
    return _evened(part, pool, desk, penalties, most, whole, final, settings, seed)


def _value(pool: Pool, penalties: Ints, chosen: Chosen) -> float:
    return float(sum(pool.distance[k] for k in chosen.batches) + penalties[list(chosen.left_out)].sum())


def _improve(
    part: Part,
    pool: Pool,
    desk: Desk,
    penalties: Ints,
    most: float,
    current: Chosen,
    settings: Choosing,
    rng: np.random.Generator,
) -> bool:
    """Try moves between two batches until a wave of rounds is built; whether any could be tried."""
    batches = list(current.batches)
    total, begun = _value(pool, penalties, current), len(desk.built)
    if len(batches) < 2:
        return False
    for _ in range(200 * settings.wave):
        if len(desk.built) - begun >= settings.wave or len(desk.built) >= settings.evaluations:
            break
        at = int(rng.integers(len(batches)))
        unit = int(rng.choice(pool.members[batches[at]]))
        away = part.distance[:, pool.middle[batches[at]]].astype(np.float64)
        ways = [float(part.distance[unit, pool.middle[k]]) for k in batches]
        order = [b for b in np.argsort(ways, kind="stable") if b != at]
        to = int(order[min(int(rng.geometric(0.6)) - 1, len(order) - 1)])
        one, other = set(pool.members[batches[at]]), set(pool.members[batches[to]])
        one.discard(unit)
        other.add(unit)
        if rng.random() < 0.7:
            back = sorted(other - {unit}, key=lambda u: (away[u], u))
            swap = back[min(int(rng.geometric(0.35)) - 1, len(back) - 1)]
            other.discard(swap)
            one.add(swap)
        pair = tuple(sorted(one)), tuple(sorted(other))
        if not (part.allows(pair[0]) and part.allows(pair[1])):
            continue
        numbers = pool.add(pair[0]), pool.add(pair[1])
        distance = sum(pool.distance[k] for k in numbers)
        after = total + distance - pool.distance[batches[at]] - pool.distance[batches[to]]
        if after > most:
            continue
        if sum(map(desk.worth, numbers)) < desk.worth(batches[at]) + desk.worth(batches[to]):
            batches[at], batches[to] = numbers
            total = after
    return len(desk.built) > begun


def _partitioned(
    part: Part,
    pool: Pool,
    desk: Desk,
    penalties: Ints,
    most: float,
    current: Chosen,
    settings: Choosing,
    seed: int,
) -> Chosen:
    """The best of all rounds built so far; the current answer where the engine finds none."""
    found = _solve(part, pool, desk, penalties, most, sorted(desk.built), settings, seed)
    return found if found.batches else current


def _solve(
    part: Part,
    pool: Pool,
    desk: Desk,
    penalties: Ints,
    most: float,
    among: Sequence[int],
    settings: Choosing,
    seed: int,
    *,
    costs: Sequence[float] | None = None,
    travel: float | None = None,
) -> Chosen:
    members = [pool.members[k] for k in among]
    worth = [float(desk.worth(k)) for k in among]
    daily = [float(each) / WEEK for each in penalties]
    caps = [Cap(batches=[float(pool.distance[k]) for k in among], left_out=penalties.tolist(), most=most)]
    if travel is not None:
        caps.append(Cap(batches=worth, left_out=daily, most=travel))
    # Where rounds cannot be whole within the distance allowed, more is left out, and that counts.
    caps[0] = Cap(batches=caps[0].batches, left_out=[0.0] * len(part), most=most)
    model = master(members, costs or worth, daily, part.rules.least_batches, caps)
    return _taken(pool, among, optimise(model, nodes=settings.nodes, seed=seed).values, len(part))


def _evened(
    part: Part,
    pool: Pool,
    desk: Desk,
    penalties: Ints,
    most: float,
    whole: Sequence[int],
    chosen: Chosen,
    settings: Choosing,
    seed: int,
) -> Chosen:
    """As many batches, and as little left out, whose hours differ less, for hardly more travel."""
    if not chosen.batches or chosen.short:
        return chosen
    care = [int(part.care[list(pool.members[k])].sum()) for k in whole]
    mean = sum(int(part.care[list(pool.members[k])].sum()) for k in chosen.batches) / len(chosen.batches)
    travel = sum(desk.worth(k) for k in chosen.batches) * (1 + part.rules.even_tolerance)
    travel += float(penalties[list(chosen.left_out)].sum()) / WEEK
    off = [round(abs(each - mean) / 60) for each in care]
    even = _solve(part, pool, desk, penalties, most, whole, settings, seed, costs=off, travel=travel)
    same = len(even.batches) == len(chosen.batches) and len(even.left_out) <= len(chosen.left_out)
    return even if same and not even.short else chosen


def _taken(pool: Pool, among: Iterable[int], values: np.typing.NDArray[np.float64] | None, n: int) -> Chosen:
    numbers = list(among)
    if values is None:
        return Chosen(batches=(), left_out=tuple(range(n)), short=True)
    k = len(numbers)
    return Chosen(
        batches=tuple(numbers[i] for i in np.flatnonzero(values[:k] > 0.5)),
        left_out=tuple(np.flatnonzero(values[k : k + n] > 0.5).tolist()),
        short=bool(values[-1] > 1e-6),
    )
