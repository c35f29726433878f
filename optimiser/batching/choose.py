"""Which batches are made: by distance first, then by the rounds that the engine builds for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from optimiser.batching.bring_in import brought_in
from optimiser.batching.columns import Generated, Pool
from optimiser.batching.desk import Choosing, Chosen, Desk
from optimiser.batching.formulation import Cap, master
from optimiser.batching.pricing import Floats
from optimiser.batching.problem import Ints
from optimiser.batching.units import Part
from optimiser.solving.clock import Clock
from optimiser.solving.with_highs import optimise


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
    final = brought_in(part, pool, desk, most, final, settings)
    whole = [k for k in sorted(desk.built) if desk.is_whole(k)]
    return _evened(part, pool, desk, penalties, most, whole, final, settings, seed)


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
