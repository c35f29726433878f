"""Exchanges tried on weeks of rounds: what they save, who is worse off, what each is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimiser.impact.transfers.exchange import Exchange, people
from optimiser.impact.transfers.nearness import Nearness
from optimiser.impact.transfers.plan import Deal, Side, Transfer
from optimiser.impact.transfers.pool import among
from optimiser.impact.transfers.problem import TransferProblem
from optimiser.impact.transfers.weeks import Plans, Weeks, travel_by_provider, travel_by_seed
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.rounds import RoundPlan

Book = Mapping[PackageId, ProviderId]
Known = dict[tuple[ProviderId, frozenset[PackageId]], Plans]
"""Weeks that were built already, by provider and the people it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What exchanges are tried on: a problem, and weeks of its book as it stands."""

    problem: TransferProblem
    near: Nearness
    book: Book
    weeks: Weeks
    before: Plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Exchanges, and everybody's weeks once they are made."""

    bench: Bench
    chosen: tuple[Exchange, ...]
    after: Plans

    @property
    def saved(self) -> float:
        """Seconds a week, mean over the seeds; less than nothing where more is driven."""
        before, after = self.travel
        return (sum(before) - sum(after)) / len(before)

    @property
    def travel(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Seconds a week by seed, before and after."""
        seeds = self.bench.weeks.seeds
        return travel_by_seed(self.bench.before, seeds), travel_by_seed(self.after, seeds)


def tried(bench: Bench, chosen: Sequence[Exchange], known: Known) -> Trial:
    """Build the weeks of the providers concerned; none is built twice for the same people."""
    moved = after_moves(bench.problem, chosen, bench.book)
    weeks = bench.weeks
    concerned = sorted({who for p in moved if moved[p] != bench.book[p] for who in (moved[p], bench.book[p])})
    held = {who: frozenset(p for p, w in moved.items() if w == who) for who in concerned}
    fresh = [who for who in concerned if (who, held[who]) not in known]
    built = weeks.build(moved, fresh) if fresh else {}
    for who in fresh:
        # Who has nobody left has no plan: an empty week takes the place of the one before.
        plans = {key: plan for key, plan in built.items() if key[2] == who}
        known[who, held[who]] = plans or {
            (seed, day, who): RoundPlan(provider=who, day=day, rounds=())
            for seed in weeks.seeds
            for day in weeks.days
        }
    after = {key: plan for who in concerned for key, plan in known[who, held[who]].items()}
    return Trial(bench=bench, chosen=tuple(chosen), after={**bench.before, **after})


def after_moves(
    problem: TransferProblem, chosen: Sequence[Exchange], book: Book
) -> dict[PackageId, ProviderId]:
    """The book once exchanges are made."""
    moved = dict(book)
    for each in chosen:
        for move in each.moves:
            moved |= dict.fromkeys(problem.units[move.unit].members, move.to)
    return moved


def shares(trial: Trial) -> dict[Exchange, int]:
    """What each exchange saves, in seconds a week.

    The estimate says how a saving is shared out, the rounds say how much there is to share.
    """
    alone = among(trial.bench.near, trial.chosen)
    said = sum(alone.values())
    factor = max(0.0, trial.saved / said) if said else 0.0
    return {each: round(saving * factor) for each, saving in alone.items()}


def too_little(trial: Trial) -> set[Exchange]:
    """Exchanges that save less for each person than is worth it (T3)."""
    problem = trial.bench.problem
    least = problem.rules.least_saving
    return {e for e, saved in shares(trial).items() if saved < least * people(problem, e.moves)}


def concerns(problem: TransferProblem, each: Exchange, who: ProviderId) -> bool:
    """Whether a provider gives or takes in an exchange."""
    return any(who in (m.to, problem.units[m.unit].provider) for m in each.moves)


def sides(trial: Trial) -> tuple[Side, ...]:
    """The weeks of each provider concerned."""
    bench = trial.bench
    moved = after_moves(bench.problem, trial.chosen, bench.book)
    given = Counter(bench.book[p] for p in moved if moved[p] != bench.book[p])
    taken = Counter(moved[p] for p in moved if moved[p] != bench.book[p])
    ways = [travel_by_provider(each) for each in (bench.before, trial.after)]
    care = [_care(bench.problem, held) for held in (bench.book, moved)]
    return tuple(
        Side(
            provider=who,
            given=given[who],
            taken=taken[who],
            travel_before=ways[0].get(who, 0.0),
            travel_after=ways[1].get(who, 0.0),
            contact_before=care[0][who],
            contact_after=care[1][who],
        )
        for who in sorted(given.keys() | taken.keys())
    )


def _care(problem: TransferProblem, held: Book) -> Counter[ProviderId]:
    packages = problem.instance.package_by_id
    hours: Counter[ProviderId] = Counter()
    for package, who in held.items():
        if packages[package].service.enters_day_rounds:
            hours[who] += packages[package].weekly_care
    return hours


def deals(trial: Trial) -> tuple[Deal, ...]:
    """Exchanges in order of saving per person disturbed."""
    problem, saving = trial.bench.problem, shares(trial)
    order = sorted(trial.chosen, key=lambda e: (-saving[e] / people(problem, e.moves), e.moves))
    return tuple(_deal(problem, each, number, saving[each]) for number, each in enumerate(order, 1))


def _deal(problem: TransferProblem, each: Exchange, number: int, saving: int) -> Deal:
    packages = problem.instance.package_by_id
    return Deal(
        number=number,
        kind=each.kind(problem),
        saving=saving,
        transfers=tuple(
            Transfer(
                package=member,
                exchange=number,
                giver=problem.units[move.unit].provider,
                taker=move.to,
                visits=sum(v.carers_needed * len(v.days) for v in packages[member].visits),
            )
            for move in each.moves
            for member in problem.units[move.unit].members
        ),
    )
