"""The mathematics of :mod:`optimiser.competition.problem` in PuLP, letter for letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any

from optimiser.competition.problem import AwardProblem, Bidder, Entry

if TYPE_CHECKING:
    import pulp


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The problem in PuLP, which minimises: what is lost against nothing.

    Attributes
    ----------
    x, z
        Variable of each bid, and of each batch that is not awarded.
    unit
        By which the objective was divided.
    """

    lp: pulp.LpProblem
    x: dict[str, pulp.LpVariable]
    z: dict[str, pulp.LpVariable]
    unit: int


def build_model(
    problem: AwardProblem,
    others: Sequence[frozenset[str]] = (),
    required: Sequence[frozenset[str]] = (),
) -> Model:
    """Model of a problem.

    Parameters
    ----------
    others
        Award sets that are not to be found again: any other differs from each of them in a bid.
    required
        Sets of bids of each of which one is accepted at the least.
    """
    import pulp

    lp = pulp.LpProblem("awards", pulp.LpMinimize)
    x = {each.bid: lp.add_variable(f"x_{j}", cat="Binary") for j, each in enumerate(problem.entries)}
    z = {each.id: lp.add_variable(f"z_{i}", cat="Binary") for i, each in enumerate(problem.batches)}
    worth = [(x[each.bid], -each.worth) for each in problem.entries]
    worth += [(z[each.id], each.unawarded) for each in problem.batches]
    unit = gcd(*(value for _, value in worth)) or 1
    lp += pulp.LpAffineExpression([(variable, value // unit) for variable, value in worth if value])
    for i, batch in enumerate(problem.batches):
        of = [(x[each.bid], 1) for each in problem.entries if batch.id in each.batches]
        lp += pulp.LpAffineExpression([*of, (z[batch.id], 1)]) == 1, f"one_{i}"
    for number, (row, most) in enumerate(_rows(problem, x, lp)):
        shared = gcd(*(amount for _, amount in row)) or 1  # small figures are what the engine is sure of
        terms = [(variable, amount // shared) for variable, amount in row]
        lp += pulp.LpAffineExpression(terms) <= most // shared, f"rule_{number}"
    for number, found in enumerate(others):
        row = [(variable, 1 if bid in found else -1) for bid, variable in x.items()]
        lp += pulp.LpAffineExpression(row) <= len(found) - 1, f"other_{number}"
    for number, bids in enumerate(required):
        lp += pulp.LpAffineExpression([(x[bid], 1) for bid in sorted(bids)]) >= 1, f"required_{number}"
    return Model(lp=lp, x=x, z=z, unit=unit)


_Row = tuple[list[tuple[Any, int]], int]


def _rows(problem: AwardProblem, x: dict[str, Any], lp: Any) -> Iterator[_Row]:
    """Rows of either/or sets, of bidders, and of shares: terms, and what they may not exceed."""
    for alternatives in problem.either_or:
        yield [(x[bid], 1) for bid in sorted(alternatives)], 1
    for b, bidder in enumerate(problem.bidders):
        mine = [each for each in problem.entries if each.bidder == bidder.id]
        if mine:
            yield from _of_bidder(problem, b, bidder, mine, x, lp)
    yield from _of_shares(problem, x)


def _of_bidder(
    problem: AwardProblem, b: int, bidder: Bidder, mine: Sequence[Entry], x: dict[str, Any], lp: Any
) -> Iterator[_Row]:
    rules, batches = problem.rules, problem.batch_by_id
    care = [(x[each.bid], problem.care_of(each)) for each in mine]
    if bidder.most_care is not None:
        yield care, bidder.most_care
    if rules.most_share is not None:
        yield care, sum(each.weekly_care for each in problem.batches) * rules.most_share // 100
    if rules.most_batches is not None:
        yield [(x[each.bid], len(each.batches)) for each in mine], rules.most_batches
    if rules.most_lots is not None:
        lots = sorted({batches[batch].lot for each in mine for batch in each.batches})
        y = {lot: lp.add_variable(f"y_{b}_{number}", cat="Binary") for number, lot in enumerate(lots)}
        yield [(variable, 1) for variable in y.values()], rules.most_lots
        for each in mine:
            for lot in sorted({batches[batch].lot for batch in each.batches}):
                yield [(x[each.bid], 1), (y[lot], -1)], 0
    if rules.two_in_a_locality:
        for locality in sorted({batches[batch].locality for each in mine for batch in each.batches}):
            here = {each.id for each in problem.batches if each.locality == locality}
            able = {each.bidder for each in problem.entries if each.batches & here}
            if len(here) > 1 and len(able) > 1:
                inside = [(x[each.bid], len(each.batches & here)) for each in mine if each.batches & here]
                yield inside, len(here) - 1


def _of_shares(problem: AwardProblem, x: dict[str, Any]) -> Iterator[_Row]:
    """Shares of what is awarded, as sums of what lies above and below them."""
    who = {each.id: each for each in problem.bidders}
    care = [(each, problem.care_of(each)) for each in problem.entries]
    for band in problem.rules.bands:
        inside = [(each, hours, 100 * (who[each.bidder].tier == band.tier)) for each, hours in care]
        if band.most < 100:
            yield [(x[each.bid], (counts - band.most) * hours) for each, hours, counts in inside], 0
        if band.least > 0:
            yield [(x[each.bid], (band.least - counts) * hours) for each, hours, counts in inside], 0
    reserve = problem.rules.small_reserve
    if reserve:
        yield [(x[each.bid], (reserve - 100 * who[each.bidder].is_small) * hours) for each, hours in care], 0
