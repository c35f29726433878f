"""From a transfer problem to the arrays that the kernels work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.travel import TravelMode, TravelModel
from optimiser.impact.transfers.kernels import NONE, Book, Ground, fill
from optimiser.impact.transfers.problem import TransferProblem
from optimiser.model.calendar import HOUR, MINUTE
from optimiser.model.identifiers import ProviderId
from optimiser.rounds.problem import Ints

ROUND = 30 * MINUTE
"""What the rounds engine takes a round to cost: a leg that is dearer is not driven, a round is begun."""
APART = 30 * MINUTE
"""Time that may lie between two visits and count for nothing: windows leave so much room."""
ALONE = 5 * MINUTE
"""Way counted where no visit follows: nobody saves travel by being left alone."""


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
        n, p = len(self.ground.unit), len(self.providers)
        book = Book(
            at=self.ground.home.copy(),
            members=np.zeros((p, n), np.int64),
            held=np.zeros(p, np.int64),
            place_in=np.zeros(n, np.int64),
            near=np.full((n, 2), NONE, np.int64),
            price=np.zeros((n, 2), np.int64),
            ways=np.zeros((n, 2), np.int64),
            free=self.free.copy(),
            total=np.zeros(p, np.int64),
            moved=np.zeros(1, np.int64),
            draft=np.zeros((3, 4), np.int64),
        )
        fill(self.ground, book, self.holder)
        return book

    def scaled(self, travel: Mapping[ProviderId, int], estimate: Ints) -> Nearness:
        """The same, with each provider's estimate held against what its rounds travel a week."""
        known = np.array([travel.get(each, 0) for each in self.providers], np.float64)
        usual = known.sum() / max(1.0, estimate.sum() / 2)
        scale = np.full(len(known), usual)
        # A provider with little work says little about its own ratio: the usual one counts as an hour of it.
        some = estimate > 0
        scale[some] = (known[some] + usual * 36_000) / (estimate[some] / 2 + 36_000)
        return Nearness(
            ground=self.ground._replace(scale=scale),
            providers=self.providers,
            numbered=self.numbered,
            holder=self.holder,
            free=self.free,
        )


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
    homes = sorted({packages[m].place for each in units for m in each.members})
    position = {place: k for k, place in enumerate(homes)}
    visits = [
        (
            u,
            position[packages[m].place],
            visit.wished_start,
            visit.service_duration,
            visit.carers_needed * len(visit.days),
        )
        for u, each in enumerate(units)
        for m in each.members
        if packages[m].service.enters_day_rounds
        for visit in packages[m].visits
    ]
    matrix = travel.matrix(homes, TravelMode.CAR)
    seconds = np.where(matrix.reachable, matrix.seconds, HOUR).astype(np.int32)
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
    unit, place, time, duration, weight = (np.array(each, np.int64) for each in zip(*visits, strict=True))
    ground = Ground(
        unit=unit,
        place=place,
        time=time,
        duration=duration,
        weight=weight,
        first=np.searchsorted(unit, np.arange(len(units) + 1)).astype(np.int64),
        seconds=seconds,
        people=np.array([len(each.members) for each in units], np.int64),
        home=np.array(home, np.int64),
        option=np.array(option, np.int64),
        who=np.array(who, np.int64),
        use=np.array(use, np.int64),
        row=np.array(row, np.int64),
        amount=np.array(amount, np.int64),
        movable=np.array(movable, np.int64),
        scale=np.ones(len(names)),
        limits=np.array([ROUND, APART, problem.most_moved, rules.least_saving, ALONE], np.int64),
    )
    return Nearness(
        ground=ground,
        providers=tuple(names),
        numbered=tuple(numbered),
        holder=np.array([number[each.provider] for each in units], np.int64),
        free=np.array(problem.free, np.int64),
    )
