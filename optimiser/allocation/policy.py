"""What counts as better: objectives, and policies that order them.

A policy names, in order, objectives that are *proven* one after the other by an exact engine, each within the
gap asked for and each kept by those that follow. It may then spend a stated share of ordered cost on drawing
each provider's people together, by search. Only what is proven enters a result's objective, bound and gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile
from typing import assert_never

from optimiser.allocation.call_off import BEST_SCORE
from optimiser.allocation.guarantees import Promise
from optimiser.allocation.problem import Candidate, Need, Problem
from optimiser.allocation.words import hours, pounds
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Aim
from optimiser.model.identifiers import ProviderId
from optimiser.model.market import Framework

Seats = tuple[int | None, ...]
"""For each need the index of its candidate, or ``None`` for the provider of last resort."""


class Objective(Enum):
    """Something to have less of; each is a sum over packages, in whole units.

    Weekly cost and spread of change have a part that no single package adds: see :func:`shortfalls`.
    """

    UNPLACED = "unplaced"
    """Carer-seconds a week left to the provider of last resort."""
    URGENCY = "urgency"
    """Carer-seconds a week left to last resort, times :attr:`~optimiser.allocation.problem.Need.urgency`."""
    CHOICE = "choice"
    """Carer-seconds a week of people whose own choice could have served them and does not (O8)."""
    TIER = "tier"
    """Carer-seconds a week times the tier: 0 for the first, 1 for the next; last resort last."""
    POSITION = "position"
    """Carer-seconds a week times the position in the order of call-off; last resort stands after the last."""
    ORDERED_COST = "ordered cost"
    """Pence a week, raised so that no provider counts as cheaper than one before it in the order of call-off
    (:func:`~optimiser.allocation.problem.ordered_costs`). Its optima are rank-faithful."""
    COST = "weekly cost"
    """Pence a week, last resort included; and what guaranteed hours cost that nobody uses."""
    SCORE = "score"
    """Carer-seconds a week times the tenths of a point that the provider's score is short of 100. Last resort
    stands as far below nothing as the best is above it: no score is a reason to leave care unplaced."""
    CHANGE = "change"
    """Carer-seconds a week of people who leave a provider whose work with them goes on."""
    SPREAD = "spread of change"
    """Carer-seconds a week that providers lose above a tenth of what they have
    (:mod:`~optimiser.allocation.held`): change that no single one has to bear."""

    @property
    def is_money(self) -> bool:
        """Whether it counts pence; else it counts seconds, or seconds times a step."""
        return self in (Objective.COST, Objective.ORDERED_COST)

    def told(self, value: int) -> str:
        """A value a week in words."""
        if self.is_money:
            return pounds(value)
        if self is Objective.SCORE:
            return f"{value / HOUR / 10:,.0f} hours × points"
        if self is Objective.URGENCY:
            return f"{value / HOUR:,.0f} hours × days"
        return hours(value)

    def of(self, problem: Problem, need: Need, candidate: Candidate | None) -> int:
        """What one package adds with a candidate, or with last resort."""
        match self:
            case Objective.UNPLACED:
                return need.weight if candidate is None else 0
            case Objective.URGENCY:
                return need.weight * need.urgency if candidate is None else 0
            case Objective.CHOICE:
                missed = need.has_choice and not (candidate is not None and candidate.is_choice)
                return need.weight if missed else 0
            case Objective.TIER:
                if candidate is None:
                    return need.weight * problem.tiers
                return 0 if candidate.is_choice else need.weight * candidate.tier_order
            case Objective.POSITION:
                if candidate is None:
                    return need.weight * need.last_position
                return 0 if candidate.is_choice else need.weight * candidate.position
            case Objective.ORDERED_COST:
                return need.last_resort_ordered_cost if candidate is None else candidate.ordered_cost
            case Objective.COST:
                return need.last_resort_cost if candidate is None else candidate.weekly_cost
            case Objective.SCORE:
                if candidate is None:
                    return need.weight * 2 * BEST_SCORE
                return 0 if candidate.is_choice else need.weight * (BEST_SCORE - candidate.score)
            case Objective.CHANGE:
                to = None if candidate is None else candidate.provider
                return sum(seconds for provider, seconds in need.held if provider != to)
            case Objective.SPREAD:
                return 0
            case _:
                assert_never(self)

    def promises(self, problem: Problem) -> Mapping[int, Promise]:
        """What no single package adds to it, by number in ``problem.promises``."""
        return {g: each for g, each in enumerate(problem.promises) if each.aim.value == self.value}

    def total(self, problem: Problem, seats: Seats) -> int:
        """Of an allocation."""
        total = sum(
            self.of(problem, need, None if seat is None else need.candidates[seat])
            for need, seat in zip(problem.needs, seats, strict=True)
        )
        promises = self.promises(problem)
        paid = shortfalls(problem, seats) if promises else ()
        return total + sum(paid[g] for g in promises)

    def floor(self, problem: Problem) -> int:
        """What no allocation can be below: each package with its best candidate, capacity aside."""
        return sum(
            min(self.of(problem, need, each) for each in (*need.candidates, None)) for need in problem.needs
        )


def shortfalls(problem: Problem, seats: Seats) -> list[int]:
    """What each promise counts for hours that it is short of."""
    used = used_of_promises(problem, seats)
    return [each.cost(seconds) for each, seconds in zip(problem.promises, used, strict=True)]


def used_of_promises(problem: Problem, seats: Seats) -> list[int]:
    """Seconds a week that are used of each promise."""
    used, made_to = [0] * len(problem.promises), dict[ProviderId, list[int]]()
    for g, promise in enumerate(problem.promises):
        made_to.setdefault(promise.provider, []).append(g)
    for need, seat in zip(problem.needs, seats, strict=True) if made_to else ():
        if seat is not None:
            for g in made_to.get(need.candidates[seat].provider, ()):
                used[g] += problem.promises[g].used_by(need.members)
    return used


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An ordered list of what counts.

    Attributes
    ----------
    proven
        Objectives solved exactly, the first before the second; at least one, unless packages go one by one.
    tolerances
        Per mille of each proven value that later objectives may spend; none where it is empty.
    spent_on_compactness
        Share of the least ordered cost that may be spent on drawing each provider's people together, after
        the proof and by search; ``None`` where travel does not count.
    is_rank_faithful
        Whether no package may sit below a better-placed provider that has room for it.
    one_by_one
        Whether packages are placed one at a time, as they came: the practice of today.
    """

    name: str
    proven: tuple[Objective, ...] = ()
    tolerances: tuple[int, ...] = ()
    spent_on_compactness: float | None = None
    is_rank_faithful: bool = True
    one_by_one: bool = False

    def __post_init__(self) -> None:
        if not self.proven and not self.one_by_one:
            raise ValueError(f"policy {self.name} has nothing to prove")
        if self.tolerances and len(self.tolerances) != len(self.proven):
            raise ValueError(f"policy {self.name} has {len(self.tolerances)} tolerances")
        spent = self.spent_on_compactness
        if spent is not None and not (spent >= 0 and self.is_rank_faithful):
            raise ValueError(
                f"policy {self.name} draws people together only rank-faithfully, for a share from 0"
            )

    def __str__(self) -> str:
        return self.name


DUTY_FIRST = (Objective.UNPLACED, Objective.CHOICE)
DUTIES = (Objective.UNPLACED, Objective.URGENCY, Objective.CHOICE)
"""Of people, before anything of money or order: none of them is raised by moving a package up the order."""
RAISED_BY_THE_ORDER = frozenset({Objective.COST, Objective.SCORE, Objective.CHANGE, Objective.SPREAD})
"""What moving a package up the order may raise."""

CASCADE = Policy(name="cascade", one_by_one=True)
RANKED = Policy(name="ranked", proven=(*DUTY_FIRST, Objective.ORDERED_COST))
COHERENT = Policy(name="coherent", proven=DUTY_FIRST, spent_on_compactness=0.005)
COST = Policy(name="cost", proven=(Objective.COST,), is_rank_faithful=False)
SCORED = Policy(name="scored", proven=(Objective.SCORE,), is_rank_faithful=False)

POLICIES = (CASCADE, RANKED, COHERENT, COST, SCORED)


def policies_of(framework: Framework) -> Iterator[Policy]:
    """Policies that a contract defines itself.

    They are rank-faithful where they count ordered cost or position before anything that moving a package up
    the order may raise, and never weekly cost.
    """
    for name in dict.fromkeys(step.policy for step in framework.policies):
        steps = [step for step in framework.policies if step.policy == name]
        aims = [step.objective for step in steps]
        spent = None
        if aims[-1] is Aim.COMPACTNESS:
            *steps, ordered, _ = steps
            spent = ordered.tolerance / 1000
        proven = [Objective(step.objective.value) for step in steps]
        first = list(takewhile(lambda each: each not in RAISED_BY_THE_ORDER, proven))
        ordered_by = spent is not None or bool({Objective.ORDERED_COST, Objective.POSITION} & set(first))
        yield Policy(
            name=name,
            proven=tuple(proven) or (Objective.UNPLACED,),
            tolerances=tuple(step.tolerance for step in steps) or (0,),
            spent_on_compactness=spent,
            is_rank_faithful=ordered_by and Objective.COST not in proven,
        )


def policy_called(name: str, framework: Framework | None = None) -> Policy:
    """Policy of a name, as a user types it: one of the contract's own, or of the house.

    Raises
    ------
    ValueError
        For a name that no policy has, listing those there are.
    """
    own = () if framework is None else tuple(policies_of(framework))
    for each in (*own, *POLICIES):
        if each.name == name:
            return each
    names = ", ".join(each.name for each in (*POLICIES, *own))
    raise ValueError(f"no policy called {name!r}; there are {names}")
