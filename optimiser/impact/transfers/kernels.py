"""How far apart a provider's visits lie, kept up to date as people change provider, and annealing over that.

Each visit of the week costs half of the way to the cheapest of its provider's other visits that could come
after it, and half of the way to the cheapest that could come before it; cheapest by the way and half of the
wait, as the rounds engine prices them. Where that costs more than a round, the engine would begin one, and a
fixed way is counted. It is what a round's legs come to when rounds are good, without a round being built:
microseconds for a change, and people who live near each other are seen to be worth moving together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.rounds.kernels.chance import Bits, below, uniform
from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.problem import Ints

FAR = 1 << 40
NONE = -1


class Ground(NamedTuple):
    """What does not change. ``n`` visits of ``k`` units, ``p`` providers, ``c`` candidates.

    ``unit[n]``, ``place[n]``, ``time[n]``: wished start, seconds past midnight; ``duration[n]``: seconds;
    ``weight[n]``: carer-visits a week; ``first[k + 1]``: visits of unit ``u`` are
    ``first[u] : first[u + 1]``; ``seconds`` between places; ``people[k]``: packages of a unit; ``home[k]``:
    option it has now, or −1. ``option[k + 1]`` and ``who[c]``: providers that may have a unit;
    ``use[c + 1]``, ``row``, ``amount``: what it would use with each. ``movable``: units. ``scale[p]``: what
    a provider's rounds travel for each second of its estimate. ``limits``: price of a round in seconds, time
    that may lie between visits for nothing, packages that may move, least saving for each, way counted where
    no visit follows.
    """

    unit: Ints
    place: Ints
    time: Ints
    duration: Ints
    weight: Ints
    first: Ints
    seconds: NDArray[np.int32]
    people: Ints
    home: Ints
    option: Ints
    who: Ints
    use: Ints
    row: Ints
    amount: Ints
    movable: Ints
    scale: NDArray[np.float64]
    limits: Ints


class Book(NamedTuple):
    """Who has whom.

    ``at[k]``: option of each unit; visits of a provider are the first ``held[p]`` of ``members[p, n]``, and
    ``place_in[n]`` is where a visit stands there; ``near[n, 2]``, ``price[n, 2]``, ``ways[n, 2]``: the visit
    after and before, its price and its way; ``free``: of each row; ``total[p]``: estimate in half seconds a
    week; ``moved[1]``: packages not at home; ``draft[3, 4]``: units of a change, where they go, where they
    were.
    """

    at: Ints
    members: Ints
    held: Ints
    place_in: Ints
    near: Ints
    price: Ints
    ways: Ints
    free: Ints
    total: Ints
    moved: Ints
    draft: Ints


@inlined
def _price(ground: Ground, v: int, w: int, side: int) -> int:
    """Price of going from ``v`` to ``w``, on side 1 the other way round: the way, and half of the wait."""
    way = np.int64(ground.seconds[ground.place[v], ground.place[w]])
    later = ground.time[w] - ground.time[v]
    busy = ground.duration[v]
    if side:
        later, busy = -later, ground.duration[w]
    if later < -ground.limits[1]:
        return FAR
    apart = abs(later - busy - way) - ground.limits[1]
    return int(way + (apart // 2 if apart > 0 else 0))


@inlined
def _note(ground: Ground, book: Book, v: int, w: int, side: int, price: int) -> None:
    """Take a visit for the one that follows on a side. Where a round costs less than the way, none does."""
    book.price[v, side], book.near[v, side] = price, w
    if price < ground.limits[0]:
        book.ways[v, side] = ground.seconds[ground.place[v], ground.place[w]]
    else:
        book.ways[v, side] = ground.limits[4]


@kernel
def _scan(ground: Ground, book: Book, v: int, p: int) -> None:
    """Set what lies before and after a visit among a provider's."""
    u = ground.unit[v]
    for side in range(2):
        book.price[v, side], book.near[v, side], book.ways[v, side] = FAR, NONE, ground.limits[4]
        for k in range(book.held[p]):
            w = book.members[p, k]
            if ground.unit[w] != u:
                price = _price(ground, v, w, side)
                if price < book.price[v, side]:
                    _note(ground, book, v, w, side, price)


@inlined
def _cost(ground: Ground, book: Book, v: int) -> int:
    return int(ground.weight[v] * (book.ways[v, 0] + book.ways[v, 1]))


@kernel
def _leave(ground: Ground, book: Book, u: int, p: int) -> None:
    """Take a unit's visits from a provider."""
    begin, end = ground.first[u], ground.first[u + 1]
    for v in range(begin, end):
        book.total[p] -= _cost(ground, book, v)
        k, last = book.place_in[v], book.members[p, book.held[p] - 1]
        book.members[p, k] = last
        book.place_in[last] = k
        book.held[p] -= 1
    for k in range(book.held[p]):
        w = book.members[p, k]
        for side in range(2):
            near = book.near[w, side]
            if begin <= near < end:
                book.total[p] -= _cost(ground, book, w)
                _scan(ground, book, w, p)
                book.total[p] += _cost(ground, book, w)
                break


@kernel
def _join(ground: Ground, book: Book, u: int, p: int) -> None:
    """Give a unit's visits to a provider."""
    begin, end = ground.first[u], ground.first[u + 1]
    for v in range(begin, end):
        for k in range(book.held[p]):
            w = book.members[p, k]
            for side in range(2):
                price = _price(ground, w, v, side)
                if price < book.price[w, side]:
                    book.total[p] -= _cost(ground, book, w)
                    _note(ground, book, w, v, side, price)
                    book.total[p] += _cost(ground, book, w)
        _scan(ground, book, v, p)
        book.total[p] += _cost(ground, book, v)
    for v in range(begin, end):
        k = book.held[p]
        book.members[p, k], book.place_in[v] = v, k
        book.held[p] = k + 1


@kernel
def _seat(ground: Ground, book: Book, u: int, c: int) -> None:
    """Move a unit to the provider of an option; rows may be overdrawn afterwards."""
    now = book.at[u]
    for k in range(ground.use[now], ground.use[now + 1]):
        book.free[ground.row[k]] += ground.amount[k]
    for k in range(ground.use[c], ground.use[c + 1]):
        book.free[ground.row[k]] -= ground.amount[k]
    _leave(ground, book, u, ground.who[now])
    _join(ground, book, u, ground.who[c])
    book.moved[0] += ground.people[u] * (int(c != ground.home[u]) - int(now != ground.home[u]))
    book.at[u] = c


@inlined
def _fits(ground: Ground, book: Book, c: int) -> bool:
    least = np.int64(0)
    for k in range(ground.use[c], ground.use[c + 1]):
        least = min(least, book.free[ground.row[k]])
    return bool(least >= 0)


@entry
def seat(ground: Ground, book: Book, u: int, c: int) -> bool:
    """Move a unit; whether it fits there."""
    _seat(ground, book, u, c)
    return _fits(ground, book, c)


@entry
def fill(ground: Ground, book: Book, holder: Ints) -> None:
    """Set an empty book: every unit with its holder."""
    for u in range(len(holder)):
        p = holder[u]
        for v in range(ground.first[u], ground.first[u + 1]):
            k = book.held[p]
            book.members[p, k], book.place_in[v] = v, k
            book.held[p] = k + 1
    for u in range(len(holder)):
        p = holder[u]
        for v in range(ground.first[u], ground.first[u + 1]):
            _scan(ground, book, v, p)
            book.total[p] += _cost(ground, book, v)


@inlined
def _worth(ground: Ground, book: Book) -> float:
    """Seconds a week, and what each package moved must save at least."""
    found = 0.0
    for p in range(len(book.total)):
        found += ground.scale[p] * book.total[p]
    return found / 2 + float(ground.limits[3] * book.moved[0])


@inlined
def _copy(source: Ints, target: Ints) -> None:
    for k in range(len(source)):
        target[k] = source[k]


@kernel
def _draw_option(ground: Ground, chance: Bits, u: int) -> int:
    return int(ground.option[u] + below(chance, ground.option[u + 1] - ground.option[u]))


@entry
def anneal(
    ground: Ground, book: Book, best: Ints, chance: Bits, steps: int, hot: float, cold: float
) -> float:
    """Anneal over who has whom; ``best[k]`` are the options of the best book. Returns its worth."""
    units = ground.movable
    moving, option, before = book.draft[0], book.draft[1], book.draft[2]
    now = _worth(ground, book)
    least = now
    _copy(book.at, best)
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        u = units[below(chance, len(units))]
        c = _draw_option(ground, chance, u)
        if uniform(chance) < 0.3:
            c = ground.home[u]
        if c == book.at[u]:
            continue
        moving[0], option[0], size = u, c, 1
        came, went = ground.who[book.at[u]], ground.who[c]
        if uniform(chance) < 0.5:
            # Somebody in return, from where the first has gone.
            for _ in range(8):
                w = units[below(chance, len(units))]
                if w != u and ground.who[book.at[w]] == went:
                    for d in range(ground.option[w], ground.option[w + 1]):
                        if ground.who[d] == came:
                            moving[1], option[1], size = w, d, 2
                    if size == 2:
                        break
        more = 0
        for k in range(size):
            w = moving[k]
            more += ground.people[w] * (int(option[k] != ground.home[w]) - int(book.at[w] != ground.home[w]))
        if book.moved[0] + more > ground.limits[2]:
            # Somebody else goes home, to make room in the phase.
            for _ in range(200):
                w = units[below(chance, len(units))]
                if book.at[w] != ground.home[w] and w != moving[0] and (size == 1 or w != moving[1]):
                    moving[size], option[size] = w, ground.home[w]
                    size += 1
                    break
        for k in range(size):
            before[k] = book.at[moving[k]]
            _seat(ground, book, moving[k], option[k])
        held = book.moved[0] <= ground.limits[2]
        for k in range(size):
            held = held and _fits(ground, book, option[k])
        then = _worth(ground, book) if held else 0.0
        if held and then < now - heat * np.log(max(uniform(chance), 1e-300)):
            now = then
            if now < least:
                least = now
                _copy(book.at, best)
        else:
            for k in range(size - 1, -1, -1):
                _seat(ground, book, moving[k], before[k])
    return float(least)
