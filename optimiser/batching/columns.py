"""Column generation for one lot: batches worth having until none is left, and the bound that follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from optimiser.batching.formulation import master
from optimiser.batching.kernels import least_worth
from optimiser.batching.pricing import Floats, Rows, searched, settled
from optimiser.batching.problem import Ints
from optimiser.batching.units import Part
from optimiser.model.calendar import HOUR
from optimiser.solving.clock import Clock
from optimiser.solving.with_highs import Relaxed, relax


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Settings of column generation.

    Attributes
    ----------
    passes
        Most masters solved.
    steps
        Of the local search that prices a middle.
    every
        Masters between two bounds.
    quiet
        Batches found in a pass up to which every middle is priced exactly.
    proofs
        Most times that this is done.
    near
        Share of the bound within which the relaxation counts as solved.
    halvings
        Of the price of hours, where a middle is bounded.
    smooth
        Share of the prices that gave the best bound so far, in those that batches are sought at (Wentges
        1997): duals of a young master swing.
    slack
        Share of a batch's distance within which the engine settles a middle.
    small
        Units up to which every batch there is goes into the pool.
    most_settled, nodes
        Middles that one proof has the engine settle, and nodes for each; others keep the table's bound.
    """

    passes: int = 60
    steps: int = 25
    every: int = 4
    quiet: int = 4
    proofs: int = 4
    near: float = 0.003
    halvings: int = 12
    smooth: float = 0.5
    slack: float = 0.005
    small: int = 12
    most_settled: int = 30
    nodes: int = 40


@dataclass(slots=True, kw_only=True, eq=False)
class Pool:
    """Batches known so far, each once, with its middle and distance."""

    part: Part
    members: list[tuple[int, ...]] = field(default_factory=list)
    middle: list[int] = field(default_factory=list)
    distance: list[int] = field(default_factory=list)
    number: dict[tuple[int, ...], int] = field(default_factory=dict)

    def add(self, units: tuple[int, ...]) -> int:
        """Number of a batch that keeps the rules, new or known."""
        if units in self.number:
            return self.number[units]
        middle, distance = self.part.middle_of(units)
        self.number[units] = len(self.members)
        self.members.append(units)
        self.middle.append(middle)
        self.distance.append(distance)
        return self.number[units]

    def __len__(self) -> int:
        return len(self.members)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Generated:
    """What column generation ends with.

    Attributes
    ----------
    bound
        No solution costs less.
    value
        Of the relaxation over the pool.
    prices, least_price
        Duals of units and of the number of batches.
    """

    bound: float
    value: float
    prices: Floats
    least_price: float
    passes: int


def add_all(part: Part, pool: Pool) -> None:
    """Every batch there is, for lots of a few units."""
    for size in range(1, len(part) + 1):
        for units in combinations(range(len(part)), size):
            if part.allows(units):
                pool.add(units)


def most_batches(part: Part) -> int:
    """More than so many batches there cannot be."""
    rules = part.rules
    return int(min(part.count.sum() // rules.least_packages, part.care.sum() // max(1, rules.least_care)))


def generate(
    part: Part, pool: Pool, rows: Rows, penalties: Ints, settings: Generation, clock: Clock
) -> Generated:
    """Fill the pool; the bound holds whenever it stops."""
    if len(part) <= settings.small:
        add_all(part, pool)
    bound, proofs, stale = 0.0, 0, 0
    best: tuple[Floats, float] | None = None
    for passes in range(1, settings.passes + 1):
        solved = _relaxed(part, pool, penalties)
        value = solved.value
        prices = np.minimum(solved.duals[: len(part)], penalties)
        least_price = max(0.0, float(solved.duals[len(part)]))
        is_last = passes == settings.passes or clock.is_over()
        mixed = _mixed(prices, least_price, best, settings.smooth if stale < 2 and not is_last else 0.0)
        found = sum(
            _add(part, pool, searched(part, rows, j, mixed[0], settings.steps), prices, least_price)
            for j in range(len(part.middles))
        )
        is_quiet = found <= settings.quiet or is_last
        if passes % settings.every == 1 or is_quiet:
            here, more = lower_bound(part, pool, rows, mixed, settings, exact=is_quiet)
            proofs += is_quiet
            stale = 0 if here > bound else stale + 1
            if here > bound:
                bound, best = here, mixed
            is_done = value - bound <= settings.near * abs(value) or proofs >= settings.proofs
            if is_last or is_done or (not found and not more and stale > 2):
                break
    solved = _relaxed(part, pool, penalties)
    return Generated(
        bound=min(bound, solved.value),
        value=solved.value,
        prices=np.minimum(solved.duals[: len(part)], penalties),
        least_price=max(0.0, float(solved.duals[len(part)])),
        passes=passes,
    )


def _mixed(
    prices: Floats, least_price: float, best: tuple[Floats, float] | None, smooth: float
) -> tuple[Floats, float]:
    """Prices between those of the master and those of the best bound, in whole seconds."""
    if best is not None:
        prices = smooth * best[0] + (1 - smooth) * prices
        least_price = smooth * best[1] + (1 - smooth) * least_price
    return np.floor(prices), float(np.floor(least_price))


def _relaxed(part: Part, pool: Pool, penalties: Ints) -> Relaxed:
    return relax(master(pool.members, pool.distance, penalties, part.rules.least_batches))


def _add(part: Part, pool: Pool, units: tuple[int, ...] | None, prices: Floats, least_price: float) -> bool:
    """Keep a batch that is worth more than it costs; whether it was kept."""
    if units is None or units in pool.number:
        return False
    distance = part.middle_of(units)[1]
    if distance - prices[list(units)].sum() - least_price >= -1.0:
        return False
    pool.add(units)
    return True


def lower_bound(
    part: Part, pool: Pool, rows: Rows, prices: tuple[Floats, float], settings: Generation, *, exact: bool
) -> tuple[float, int]:
    """What no solution costs less than, at whole prices not above those of leaving units out.

    Parameters
    ----------
    exact
        Whether middles that the table leaves below zero are settled by the engine; what it finds goes into
        the pool.

    Returns
    -------
    tuple
        The bound, and how many batches were found.
    """
    per_unit, least_price = prices
    rules, found = part.rules, 0
    band = np.concatenate([part.band[0], part.band[1]], axis=1)
    worth = np.array([_least(part, j, per_unit, band, settings.halvings) for j in range(len(part.middles))])
    worth -= least_price
    if exact:
        gap = settings.slack * float(np.median(pool.distance)) if len(pool) else 0.0
        for j in np.argsort(worth, kind="stable")[: settings.most_settled]:
            if worth[j] >= 0:
                break
            priced = settled(part, rows, int(j), per_unit.astype(np.int64), gap, settings.nodes)
            worth[j] = max(worth[j], priced.bound - least_price)
            if priced.units is not None and part.allows(priced.units):
                found += _add(part, pool, priced.units, per_unit, least_price)
    negative = np.sort(np.minimum(worth, 0.0))[: most_batches(part)]
    # A second off for what sums of fractions may have lost.
    return float(per_unit.sum() + least_price * rules.least_batches + negative.sum()) - 1.0, found


def _least(part: Part, middle: int, prices: Floats, band: Ints, halvings: int) -> float:
    unit = int(part.unit_of[middle])
    worth: float = least_worth(
        unit,
        part.distance[:, middle] - prices,
        part.care / HOUR,
        part.rules.least_packages,
        part.rules.most_packages,
        part.rules.most_care / HOUR,
        part.count,
        part.kinds[0],
        part.kinds[1],
        ~part.far[unit],
        band,
        halvings,
    )
    return worth
