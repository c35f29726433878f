"""From a transfer problem to the arrays that the kernels work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from geodata.travel import TravelModel
from optimiser.allocation.proximity import Proximity
from optimiser.impact.transfers.kernels import DRAFT, NONE, Book, Floats, Ground, fill
from optimiser.impact.transfers.problem import TransferProblem
from optimiser.model.calendar import HOUR
from optimiser.model.identifiers import ProviderId
from optimiser.rounds.problem import Ints

NEAR = 5
"""Nearest people that count, the second for a half of what the first does, the third for a third … Tried
beside ten, and beside plain means of one to ten, on one Tuesday of Leicestershire's live book."""
USUAL = 10 * HOUR
"""A provider with little work says little about its own ratio of travel to estimate: the usual ratio counts
as so much of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nearness:
    """Arrays of a problem.

    Attributes
    ----------
    providers
        What the numbers of providers stand for.
    numbered
        Units of the problem that the arrays have, those with visits on day rounds.
    """

    ground: Ground
    providers: tuple[ProviderId, ...]
    numbered: tuple[int, ...]
    holder: Ints
    free: Ints

    def book(self) -> Book:
        """The book as it stands."""
        k, p = len(self.ground.home), len(self.providers)
        most = int(np.diff(self.ground.calls.first).max(initial=1))
        book = Book(
            at=self.ground.home.copy(),
            members=np.zeros((p, k), np.int64),
            held=np.zeros(p, np.int64),
            place_in=np.zeros(k, np.int64),
            free=self.free.copy(),
            total=np.zeros(p),
            out=np.zeros(k, np.int64),
            place_out=np.full(k, NONE, np.int64),
            tally=np.zeros(4, np.int64),
            draft=np.zeros((3, DRAFT), np.int64),
            stirred=np.zeros(2 * DRAFT, np.int64),
            anew=np.zeros(2 * DRAFT),
            nearest=np.zeros((most, len(self.ground.weight))),
        )
        fill(self.ground, book, self.holder)
        return book

    def scaled(self, travel: Mapping[ProviderId, int], estimate: Floats) -> Nearness:
        """The same, with each provider's estimate held against what its rounds travel a week."""
        known = np.array([travel.get(each, 0) for each in self.providers], np.float64)
        usual = known.sum() / max(1.0, estimate.sum())
        scale = np.full(len(known), usual)
        some = estimate > 0
        scale[some] = (known[some] + usual * USUAL) / (estimate[some] + USUAL)
        return replace(self, ground=self.ground._replace(scale=scale))


def nearness(problem: TransferProblem, travel: TravelModel) -> Nearness:
    """Arrays of a problem, all scales one."""
    packages = problem.instance.package_by_id
    numbered = [
        n
        for n, unit in enumerate(problem.units)
        if any(packages[m].service.enters_day_rounds and packages[m].visits for m in unit.members)
    ]
    units = [problem.units[n] for n in numbered]
    names = sorted({each.provider for each in units} | {who for each in units for who in each.uses})
    number = {name: k for k, name in enumerate(names)}
    option, use = [0], [0]
    who: list[int] = []
    row: list[int] = []
    amount: list[int] = []
    home: list[int] = []
    for each in units:
        at_home = NONE
        for name, uses in (each.uses or {each.provider: ()}).items():
            if name == each.provider:
                at_home = len(who)
            who.append(number[name])
            row += [r for r, _ in uses]
            amount += [a for _, a in uses]
            use.append(len(row))
        home.append(at_home)
        option.append(len(who))
    movable = [u for u, each in enumerate(units) if each.reason is None and each.others and home[u] != NONE]
    rules = problem.rules
    may = np.zeros(len(units), np.bool_)
    may[movable] = True
    order = 1.0 / np.arange(1, NEAR + 1)
    ground = Ground(
        calls=Proximity.of_people(problem.instance, [each.members for each in units], travel).calls,
        weight=order / order.sum(),
        people=np.array([len(each.members) for each in units], np.int64),
        home=np.array(home, np.int64),
        option=np.array(option, np.int64),
        who=np.array(who, np.int64),
        use=np.array(use, np.int64),
        row=np.array(row, np.int64),
        amount=np.array(amount, np.int64),
        movable=np.array(movable, np.int64),
        may=may,
        scale=np.ones(len(names)),
        limits=np.array([problem.most_moved, rules.least_saving], np.int64),
    )
    return Nearness(
        ground=ground,
        providers=tuple(names),
        numbered=tuple(numbered),
        holder=np.array([number[each.provider] for each in units], np.int64),
        free=np.array(problem.free, np.int64),
    )
