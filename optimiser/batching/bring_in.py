"""Units that set partitioning left out, into batches near them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimiser.batching.columns import Pool
from optimiser.batching.desk import Choosing, Chosen, Desk
from optimiser.batching.units import Part


def brought_in(part: Part, pool: Pool, desk: Desk, most: float, chosen: Chosen, settings: Choosing) -> Chosen:
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
