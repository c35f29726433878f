"""Which batches are made: by distance first, then by the rounds that the engine builds for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimiser.batching.columns import Generated, Pool
from optimiser.batching.formulation import Cap, master
from optimiser.batching.pricing import Floats
from optimiser.batching.problem import BuiltRounds, Candidate, Ints, RoundsEngine
from optimiser.batching.units import Part
from optimiser.model.calendar import HOUR
from optimiser.solving.clock import Clock
from optimiser.solving.with_highs import optimise


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Settings.

    Attributes
    ----------
    evaluations
        Batches whose rounds are built, where the limits name no iterations; twice as many while some of those
        that would be made are no whole number of rounds.
    nodes, gap
        Of each set partitioning; and the share of the bound within which the first may stop.
    some
        Batches of the pool that the first is of; four times as many where they do not suffice.
    enough
        Share of the tolerated distance within which no more is asked of the first.
    first
        Share of the rounds built that are of the batches that column generation left, nearest first.
    wave
        Rounds built between two set partitionings.
    stub
        Price in seconds of travel of a second's work in short rounds that is more than the rules allow, while
        batches are sought; what is chosen has none.
    starts
        Partitions from which searches by rounds begin at the most: further ones while packages are left out.
    repairs
        Rounds built at the most to bring in what was left out.
    near
        Batches around a unit that are looked at for that.
    """

    evaluations: int = 500
    nodes: int = 60
    gap: float = 0.01
    some: int = 300
    enough: float = 0.7
    first: float = 0.3
    wave: int = 100
    stub: int = 10
    starts: int = 4
    repairs: int = 1200
    near: int = 8


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
        rounds = self.ask(number)
        return rounds.travel + self.stub * rounds.remainder(self.part.rules) // 100 + HOUR * rounds.unserved

    def is_whole(self, number: int) -> bool:
        """Whether a batch is a whole number of rounds."""
        rounds = self.ask(number)
        return rounds.are_whole(self.part.rules)


def nearest(
    part: Part,
    pool: Pool,
    generated: Generated,
    penalties: Ints,
    start: Chosen,
    settings: Choosing,
    seed: int,
) -> Chosen:
    """Batches of little distance, from a known answer on."""
    order = np.argsort(reduced_costs(pool, generated), kind="stable")
    chosen = start
    enough = generated.bound / (1 - settings.enough * part.rules.tolerance)
    for many in (settings.some, 4 * settings.some):
        if not chosen.short and value_of(pool, penalties, chosen) <= enough:
            break
        among = sorted({*order[:many].tolist(), *chosen.batches})
        model = master(
            [pool.members[k] for k in among],
            [pool.distance[k] for k in among],
            penalties,
            part.rules.least_batches,
        )
        found = optimise(
            model,
            start=_as_values(among, chosen, len(part)),
            nodes=settings.nodes,
            gap=settings.gap * generated.bound,
            seed=seed,
        )
        chosen = _better(_taken(among, found.values, len(part)), chosen, pool, penalties)
    return chosen


def _better(one: Chosen, other: Chosen, pool: Pool, penalties: Ints) -> Chosen:
    def value(each: Chosen) -> tuple[bool, float]:
        return each.short or not each.batches, value_of(pool, penalties, each)

    return min(one, other, key=value)


def _as_values(among: Sequence[int], chosen: Chosen, n: int) -> Floats:
    """A known answer as values of the model's columns."""
    values = np.zeros(len(among) + n + 1)
    place = {k: i for i, k in enumerate(among)}
    values[[place[k] for k in chosen.batches]] = 1.0
    values[[len(among) + u for u in chosen.left_out]] = 1.0
    return values


def reduced_costs(pool: Pool, generated: Generated) -> Floats:
    """What each batch of the pool adds to the relaxation, at the least."""
    distance = np.array(pool.distance, dtype=np.float64) - generated.least_price
    return np.asarray(distance - [generated.prices[list(each)].sum() for each in pool.members])


def until_all_are_in(
    part: Part,
    pool: Pool,
    generated: Generated,
    penalties: Ints,
    starts: Sequence[Chosen],
    desk: Desk,
    settings: Choosing,
    seed: int,
    clock: Clock,
) -> Chosen:
    """The best of a few searches by rounds: a further one while packages are left out, or distance is far.

    Each knows the batches whose rounds were built before.
    """
    near = generated.bound / (1 - part.rules.tolerance)
    best, waiting, tried = starts[0], list(starts), set[tuple[int, ...]]()
    for again in range(settings.starts):
        start = waiting.pop(0)
        tried.add(start.batches)
        more = replace(settings, evaluations=len(desk.built) + settings.evaluations)
        found = by_rounds(part, pool, generated, penalties, start, desk, more, seed + again, clock)
        if not again or value_of(pool, penalties, found) < value_of(pool, penalties, best):
            best = found
        if clock.is_over() or (not best.left_out and value_of(pool, penalties, best) <= near):
            break
        nearer = _nearest_whole(part, pool, desk, penalties, best, settings, seed)
        is_new = nearer.batches not in tried and nearer.batches != best.batches
        if is_new and value_of(pool, penalties, nearer) < value_of(pool, penalties, best):
            waiting.insert(0, nearer)
        if not waiting:
            break
    return best


def _nearest_whole(
    part: Part, pool: Pool, desk: Desk, penalties: Ints, chosen: Chosen, settings: Choosing, seed: int
) -> Chosen:
    """Of batches known to be whole numbers of rounds, those of least distance."""
    whole = sorted({*(k for k in desk.built if desk.is_whole(k)), *chosen.batches})
    distance = [float(pool.distance[k]) for k in whole]
    return _solve(
        part, pool, desk, penalties, np.inf, whole, settings, seed, start=chosen, costs=distance, nodes=1000
    )


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
    most = max(value_of(pool, penalties, start), generated.bound / (1 - rules.tolerance) * 0.9999)
    reduced = reduced_costs(pool, generated)
    likely = [int(k) for k in np.argsort(reduced, kind="stable") if reduced[k] <= most - generated.bound]
    for number in [*start.batches, *likely[: int(settings.first * settings.evaluations)]]:
        desk.ask(number)
    rng = np.random.default_rng(seed)
    current = start
    while True:
        among = sorted(desk.built)
        found = _solve(part, pool, desk, penalties, most, among, settings, seed, start=current)
        current = _cheaper(found, current, desk, penalties)
        is_whole = all(map(desk.is_whole, current.batches))
        if clock.is_over() or len(desk.built) >= settings.evaluations * (1 if is_whole else 2):
            break
        built = len(desk.built)
        current = _improved(part, pool, desk, most, current, settings, rng)
        if len(desk.built) == built:
            break
    whole = [k for k in sorted(desk.built) if desk.is_whole(k)]
    fits = set(current.batches) <= set(whole)
    final = _solve(part, pool, desk, penalties, most, whole, settings, seed, start=current if fits else None)
    if fits:
        final = _cheaper(final, current, desk, penalties)
    final = _brought_in(part, pool, desk, most, final, settings)
    whole = [k for k in sorted(desk.built) if desk.is_whole(k)]
    return _evened(part, pool, desk, penalties, most, whole, final, settings, seed)


def _brought_in(
    part: Part, pool: Pool, desk: Desk, most: float, chosen: Chosen, settings: Choosing
) -> Chosen:
    """Units left out into batches near them, another moved on where need be; every batch stays whole.

    Set partitioning knows only batches whose rounds were built: for want of one of them it leaves units out.
    """
    if chosen.short or not chosen.batches:
        return chosen
    batches, out = list(chosen.batches), list(chosen.left_out)
    ends = len(desk.built) + settings.repairs
    for unit in chosen.left_out:
        for changed in _ways_in(part, pool, batches, unit, settings.near):
            if len(desk.built) >= ends:
                break
            if not all(part.allows(members) for members in changed.values()):
                continue
            numbers = {at: pool.add(members) for at, members in changed.items()}
            after = [numbers.get(at, k) for at, k in enumerate(batches)]
            if sum(pool.distance[k] for k in after) > most or not all(map(desk.is_whole, numbers.values())):
                continue
            batches = after
            out.remove(unit)
            break
    return Chosen(batches=tuple(sorted(batches)), left_out=tuple(out))


def _ways_in(
    part: Part, pool: Pool, batches: Sequence[int], unit: int, near: int
) -> Iterator[dict[int, tuple[int, ...]]]:
    """Batches changed so that a unit is in one: alone, then with another moved on; the nearest first."""

    def nearest_to(one: int, but: int | None = None) -> list[int]:
        way = [int(part.distance[one, pool.middle[k]]) for k in batches]
        return [at for at in np.argsort(way, kind="stable").tolist() if at != but][:near]

    homes = nearest_to(unit)
    for at in homes:
        yield {at: tuple(sorted({*pool.members[batches[at]], unit}))}
    for at in homes:
        inside = pool.members[batches[at]]
        for other in sorted(
            inside, key=lambda each: (-int(part.distance[each, pool.middle[batches[at]]]), each)
        ):
            rest = {*inside, unit} - {other}
            for to in nearest_to(other, but=at)[:2]:
                yield {
                    at: tuple(sorted(rest)),
                    to: tuple(sorted({*pool.members[batches[to]], other})),
                }


def _cheaper(one: Chosen, other: Chosen, desk: Desk, penalties: Ints) -> Chosen:
    """The answer whose rounds travel less, packages left out counted."""

    def value(each: Chosen) -> tuple[bool, float]:
        out = float(penalties[list(each.left_out)].sum())
        return each.short or not each.batches, sum(map(desk.worth, each.batches)) + out

    return min(one, other, key=value)


def value_of(pool: Pool, penalties: Ints, chosen: Chosen) -> float:
    """Distance of batches, and what leaving the others out costs."""
    return float(sum(pool.distance[k] for k in chosen.batches) + penalties[list(chosen.left_out)].sum())


def _improved(
    part: Part,
    pool: Pool,
    desk: Desk,
    most: float,
    current: Chosen,
    settings: Choosing,
    rng: np.random.Generator,
) -> Chosen:
    """Better after moves between two batches, until a wave of rounds is built or nothing is left to try."""
    batches = list(current.batches)
    total, begun = float(sum(pool.distance[k] for k in batches)), len(desk.built)
    if len(batches) < 2:
        return current
    for _ in range(200 * settings.wave):
        if len(desk.built) - begun >= settings.wave:
            break
        at = int(rng.integers(len(batches)))
        if rng.random() < 0.5:  # what is not whole needs it most
            at = max(
                range(len(batches)), key=lambda b: (not desk.is_whole(batches[b]), b == at, rng.random())
            )
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
    return Chosen(batches=tuple(sorted(batches)), left_out=current.left_out)


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
    start: Chosen | None = None,
    costs: Sequence[float] | None = None,
    travel: float | None = None,
    nodes: int | None = None,
) -> Chosen:
    members = [pool.members[k] for k in among]
    worth = [float(desk.worth(k)) for k in among]
    daily = [float(each) for each in penalties]
    # Where rounds cannot be whole within the distance allowed, more is left out, and that counts below.
    caps = [Cap(batches=[float(pool.distance[k]) for k in among], left_out=[0.0] * len(part), most=most)]
    if travel is not None:
        caps.append(Cap(batches=worth, left_out=daily, most=travel))
    model = master(members, costs or worth, daily, part.rules.least_batches, caps)
    values = None if start is None else _as_values(among, start, len(part))
    found = optimise(model, start=values, nodes=nodes or settings.nodes, seed=seed)
    return _taken(among, found.values, len(part))


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
    travel += float(penalties[list(chosen.left_out)].sum())
    off = [round(abs(each - mean) / 60) for each in care]
    even = _solve(
        part, pool, desk, penalties, most, whole, settings, seed, start=chosen, costs=off, travel=travel
    )
    same = len(even.batches) == len(chosen.batches) and len(even.left_out) <= len(chosen.left_out)
    return even if same and not even.short else chosen


def _taken(among: Iterable[int], values: Floats | None, n: int) -> Chosen:
    numbers = list(among)
    if values is None:
        return Chosen(batches=(), left_out=tuple(range(n)), short=True)
    k = len(numbers)
    return Chosen(
        batches=tuple(numbers[i] for i in np.flatnonzero(values[:k] > 0.5)),
        left_out=tuple(np.flatnonzero(values[k : k + n] > 0.5).tolist()),
        short=bool(values[-1] > 1e-6),
    )
