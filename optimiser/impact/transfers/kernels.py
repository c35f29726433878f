"""Travel of a book of people, estimated without a plan, and annealing over whole books.

What a call costs is the travel to the people nearest to it that the same provider calls upon at about that
time, a weighted mean of the ``near`` nearest; one that it lacks counts as ``LONELY``. This is the compactness
that allocation follows travel by (:mod:`optimiser.allocation.kernels`), with more weight on who is nearest.

A step of the annealing moves somebody, with or without neighbours, to the provider of somebody nearby; others
may come back in exchange, and whoever is too many for the phase goes home. Only the whole is judged.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimiser.allocation.kernels import LONELY, Calls
from optimiser.rounds.kernels.chance import Bits, below, uniform
from optimiser.rounds.kernels.compiling import entry, inlined, kernel
from optimiser.rounds.problem import Ints

Floats = NDArray[np.float64]

NONE = -1
DAYS = 7.0
DRAFT = 40
"""Units that one step may move."""
GROUP = 5
"""Neighbours that may go with somebody."""
DRAWS = 30
"""How often chance is asked for somebody who comes back or goes home, before the step is given up."""


class Ground(NamedTuple):
    """What does not change. ``k`` units, ``p`` providers, ``c`` candidates.

    ``calls``: travel between units and who is called upon when; ``weight[near]``: of the nearest people, sum
    one; ``people[k]``: packages of a unit; ``home[k]``: option it has now, or −1. ``option[k + 1]`` and
    ``who[c]``: providers that may have a unit; ``use[c + 1]``, ``row``, ``amount``: what it would use with
    each. ``movable``: units, ``may[k]``: whether a unit is one. ``scale[p]``: what a provider's rounds travel
    for each second of its estimate. ``limits``: packages that may move, least saving for each.
    """

    calls: Calls
    weight: Floats
    people: Ints
    home: Ints
    option: Ints
    who: Ints
    use: Ints
    row: Ints
    amount: Ints
    movable: Ints
    may: NDArray[np.bool_]
    scale: Floats
    limits: Ints


class Book(NamedTuple):
    """Who has whom.

    ``at[k]``: option of each unit; units of a provider are the first ``held[p]`` of ``members[p, k]``, and
    ``place_in[k]`` is where a unit stands there; ``free``: of each row; ``total[p]``: estimate in seconds a
    week; ``out[k]``: units not at home, ``place_out[k]`` where each stands there or −1; ``tally``: units and
    packages not at home, and units of the draft. ``draft[3, DRAFT]``: units of a change, where they go, where
    they were; ``stirred``, ``anew``: providers it touches and their totals then; ``nearest[calls, near]``:
    working space.
    """

    at: Ints
    members: Ints
    held: Ints
    place_in: Ints
    free: Ints
    total: Floats
    out: Ints
    place_out: Ints
    tally: Ints
    draft: Ints
    stirred: Ints
    anew: Floats
    nearest: Floats


@kernel
def _calls_of(ground: Ground, book: Book, u: int, q: int) -> float:
    """What the calls of a unit cost among a provider's, in seconds a day."""
    calls, nearest = ground.calls, book.nearest
    first, size, near = calls.first[u], calls.first[u + 1] - calls.first[u], len(ground.weight)
    for k in range(size):
        for c in range(near):
            nearest[k, c] = LONELY
    for j in range(book.held[q]):
        w = book.members[q, j]
        if w == u:
            continue
        about, way = calls.about[w], np.float64(calls.travel[u, w])
        for k in range(size):
            if way < nearest[k, near - 1] and (about >> np.uint64(calls.at[first + k])) & np.uint64(1):
                c = near - 1
                while c > 0 and nearest[k, c - 1] > way:
                    nearest[k, c] = nearest[k, c - 1]
                    c -= 1
                nearest[k, c] = way
    found = 0.0
    for k in range(size):
        for c in range(near):
            found += calls.times[first + k] * ground.weight[c] * nearest[k, c]
    return found


@kernel
def _travel(ground: Ground, book: Book, q: int) -> float:
    """Estimate of a provider, in seconds a week."""
    found = 0.0
    for j in range(book.held[q]):
        found += _calls_of(ground, book, book.members[q, j], q)
    return DAYS * found


@inlined
def _pass_on(ground: Ground, book: Book, u: int, c: int) -> None:
    """Write a unit down with the provider of an option; totals are the caller's."""
    a, b = ground.who[book.at[u]], ground.who[c]
    end = book.held[a] - 1
    last = book.members[a, end]
    book.members[a, book.place_in[u]] = last
    book.place_in[last] = book.place_in[u]
    book.held[a] = end
    book.members[b, book.held[b]] = u
    book.place_in[u] = book.held[b]
    book.held[b] += 1
    book.at[u] = c


@inlined
def _use(ground: Ground, book: Book, c: int, sign: int) -> None:
    for k in range(ground.use[c], ground.use[c + 1]):
        book.free[ground.row[k]] -= sign * ground.amount[k]


@inlined
def _fits(ground: Ground, book: Book, c: int) -> bool:
    least = np.int64(0)
    for k in range(ground.use[c], ground.use[c + 1]):
        least = min(least, book.free[ground.row[k]])
    return bool(least >= 0)


@entry
def seat(ground: Ground, book: Book, u: int, c: int) -> bool:
    """Move a unit; whether it fits there."""
    a, b = ground.who[book.at[u]], ground.who[c]
    _use(ground, book, book.at[u], -1)
    _use(ground, book, c, 1)
    _pass_on(ground, book, u, c)
    book.total[a] = _travel(ground, book, a)
    book.total[b] = _travel(ground, book, b)
    return _fits(ground, book, c)


@entry
def fill(ground: Ground, book: Book, holder: Ints) -> None:
    """Set an empty book: every unit with its holder."""
    for u in range(len(holder)):
        q = holder[u]
        book.members[q, book.held[q]], book.place_in[u] = u, book.held[q]
        book.held[q] += 1
    for q in range(len(book.total)):
        book.total[q] = _travel(ground, book, q)


@inlined
def _option_with(ground: Ground, u: int, q: int) -> int:
    """Option of a unit with a provider, or none."""
    found = NONE
    for c in range(ground.option[u], ground.option[u + 1]):
        if ground.who[c] == q:
            found = c
    return found


@kernel
def _add(book: Book, u: int, c: int) -> bool:
    """Add a unit to the draft, unless it is there already or the draft is full."""
    size = book.tally[2]
    fresh = size < DRAFT
    for k in range(size):
        fresh = fresh and book.draft[0, k] != u
    if fresh:
        book.draft[0, size], book.draft[1, size], book.draft[2, size] = u, c, book.at[u]
        book.tally[2] = size + 1
    return bool(fresh)


@kernel
def _draft(ground: Ground, book: Book, chance: Bits) -> bool:
    """Draft a step: somebody goes home, or to the provider of a neighbour, with others or in exchange."""
    book.tally[2] = 0
    near = ground.calls.neighbour
    u = ground.movable[below(chance, len(ground.movable))]
    if uniform(chance) < 0.25 and book.tally[0] > 0:
        u = book.out[below(chance, book.tally[0])]
        c = ground.home[u]
    else:
        beside = book.at[near[u, below(chance, near.shape[1])]]
        c = NONE if beside == NONE else _option_with(ground, u, ground.who[beside])
    if c == NONE or c == book.at[u]:
        return False
    a, b = ground.who[book.at[u]], ground.who[c]
    _add(book, u, c)
    if c != ground.home[u] and uniform(chance) < 0.3:
        _draft_with(ground, book, u, b, 2 + below(chance, GROUP))
    if uniform(chance) < 0.5:
        _draft_return(ground, book, chance, a, b)
    return True


@kernel
def _draft_with(ground: Ground, book: Book, u: int, b: int, most: int) -> None:
    """Draft neighbours of a unit, at home with the same provider, to go with it to ``b``."""
    near = ground.calls.neighbour
    for k in range(near.shape[1]):
        w = near[u, k]
        stays = ground.may[w] and book.at[w] == ground.home[w]
        if book.tally[2] < most and stays and ground.who[book.at[w]] == ground.who[book.at[u]]:
            d = _option_with(ground, w, b)
            if d != NONE:
                _add(book, w, d)


@kernel
def _draft_return(ground: Ground, book: Book, chance: Bits, a: int, b: int) -> None:
    """Draft some of those whom ``b`` has to go to ``a``, no more than go the other way."""
    back = 1 + below(chance, book.tally[2])
    for _ in range(DRAWS):
        if back > 0 and book.held[b] > 0:
            w = book.members[b, below(chance, book.held[b])]
            if ground.may[w]:
                d = _option_with(ground, w, a)
                if d != NONE and _add(book, w, d):
                    back -= 1


@kernel
def _make_room(ground: Ground, book: Book, chance: Bits) -> int:
    """Send home who is too many for the phase; packages not at home after the draft."""
    moved = book.tally[1]
    for k in range(book.tally[2]):
        u = book.draft[0, k]
        leaves, is_out = book.draft[1, k] != ground.home[u], book.at[u] != ground.home[u]
        moved += ground.people[u] * (int(leaves) - int(is_out))
    for _ in range(DRAWS):
        if moved > ground.limits[0] and book.tally[0] > 0:
            u = book.out[below(chance, book.tally[0])]
            if _add(book, u, ground.home[u]):
                moved -= ground.people[u]
    return int(moved)


@kernel
def _make(ground: Ground, book: Book) -> float:
    """Make a draft; by how much the estimate rises, not a number where it does not fit."""
    size, stirred = book.tally[2], 0
    for k in range(size):
        _use(ground, book, book.draft[2, k], -1)
        _use(ground, book, book.draft[1, k], 1)
        _pass_on(ground, book, book.draft[0, k], book.draft[1, k])
    fits = True
    for k in range(size):
        fits = fits and _fits(ground, book, book.draft[1, k])
    if not fits:
        return np.nan
    rise = 0.0
    for k in range(2 * size):
        q = ground.who[book.draft[1 + k % 2, k // 2]]
        seen = False
        for j in range(stirred):
            seen = seen or book.stirred[j] == q
        if not seen:
            book.stirred[stirred], book.anew[stirred] = q, _travel(ground, book, q)
            rise += ground.scale[q] * (book.anew[stirred] - book.total[q])
            stirred += 1
    book.tally[3] = stirred
    return rise


@kernel
def _undo(ground: Ground, book: Book) -> None:
    for k in range(book.tally[2] - 1, -1, -1):
        _use(ground, book, book.draft[1, k], -1)
        _use(ground, book, book.draft[2, k], 1)
        _pass_on(ground, book, book.draft[0, k], book.draft[2, k])


@kernel
def _keep(ground: Ground, book: Book) -> None:
    """Take over the totals of a draft that was made, and who is out by it."""
    for j in range(book.tally[3]):
        book.total[book.stirred[j]] = book.anew[j]
    for k in range(book.tally[2]):
        u = book.draft[0, k]
        is_out, stands = book.at[u] != ground.home[u], book.place_out[u]
        if is_out and stands == NONE:
            book.out[book.tally[0]], book.place_out[u] = u, book.tally[0]
            book.tally[0] += 1
        elif not is_out and stands != NONE:
            book.tally[0] -= 1
            last = book.out[book.tally[0]]
            book.out[stands], book.place_out[last] = last, stands
            book.place_out[u] = NONE


@inlined
def _copy(source: Ints, target: Ints) -> None:
    for k in range(len(source)):
        target[k] = source[k]


@entry
def anneal(
    ground: Ground, book: Book, best: Ints, chance: Bits, steps: int, hot: float, cold: float
) -> float:
    """Anneal over who has whom; ``best[k]`` are the options of the best book. Returns what it saves."""
    now = least = 0.0
    _copy(book.at, best)
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        if not _draft(ground, book, chance):
            continue
        moved = _make_room(ground, book, chance)
        if moved > ground.limits[0]:
            continue
        rise = _make(ground, book) + float(ground.limits[1] * (moved - book.tally[1]))
        if rise < -heat * np.log(max(uniform(chance), 1e-300)):
            _keep(ground, book)
            book.tally[1] = moved
            now += rise
            if now < least - 1e-6:
                least = now
                _copy(book.at, best)
        else:
            _undo(ground, book)
    return float(-least)
