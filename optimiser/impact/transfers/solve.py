"""The front door of transfers: a live book in, a list of exchanges out, with weeks before and after.

1. The week is built as it is, and each provider's estimate is held against its rounds.
2. Annealing over whole books says which moves are worth making together.
3. Exchanges of those moves are packed exactly; what each saves among the others is worked out again, and
   whoever then saves too little is left out, until all save enough.
4. Weeks of the providers concerned are built. Exchanges of a provider that would be worse off are left out,
   and those that save too little once corrected to what the rounds came to.
5. What is left is measured on other weeks, with other seeds and another budget: the choice was fitted to the
   first ones and flatters itself on them. Only what then saves too little goes; nobody is chosen anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from geodata.travel import StraightLine, TravelModel
from optimiser.allocation.standing import current
from optimiser.impact.interval import paired_interval
from optimiser.impact.transfers.elsewhere import carers_of, elsewhere
from optimiser.impact.transfers.exchange import Exchange, Move, exchanges, people
from optimiser.impact.transfers.formulation import Packed, pack
from optimiser.impact.transfers.nearness import Nearness, nearness
from optimiser.impact.transfers.plan import Elsewhere, Transfers, tolerance
from optimiser.impact.transfers.pool import among, promising, together
from optimiser.impact.transfers.problem import TransferProblem, transfer_problem
from optimiser.impact.transfers.rules import TransferRules
from optimiser.impact.transfers.trial import (
    Bench,
    Known,
    Trial,
    after_moves,
    concerns,
    deals,
    shares,
    sides,
    too_little,
    tried,
)
from optimiser.impact.transfers.weeks import Plans, Weeks, travel_by_provider
from optimiser.model.instance import Instance
from optimiser.rounds.build_rounds import RoundSettings
from optimiser.rounds.warm_up import warm_up
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent

ATTEMPTS = 8
"""How often exchanges of providers that would be worse off are left out and weeks built again."""


class NoLiveBookError(ValueError):
    """No package has a provider today: there is nothing to transfer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How much is spent.

    Attributes
    ----------
    steps
        Of each annealing.
    books
        Annealings, from different seeds.
    limits, measured
        Of the rounds of a provider's day: on the weeks that the list is chosen by, and on those that what it
        saves is measured on.
    """

    steps: int = 300_000
    books: int = 2
    limits: Limits = field(default_factory=lambda: Limits(iterations=2000))
    measured: Limits = field(default_factory=lambda: Limits(iterations=3000))


def find_transfers(
    instance: Instance,
    *,
    rules: TransferRules | None = None,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    search: Search | None = None,
    chosen_on: Sequence[int] = (0,),
    seeds: Sequence[int] = (1001, 1002, 1003),
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> tuple[Transfers, Plans, Plans]:
    """Find transfers of a live book, with the rounds before and after that their saving is measured on.

    Parameters
    ----------
    chosen_on
        Seeds of the weeks that the list is chosen by; the first also begins the search.
    seeds
        Of the weeks that the saving is measured on.

    Raises
    ------
    ValueError
        Where a seed is in both.
    NoLiveBookError
        Where no package says who has it.
    BrokenPlanError
        Where rounds fail their independent check: a fault of this program.
    """
    rules, search, settings = rules or TransferRules(), search or Search(), settings or RoundSettings()
    travel = travel or StraightLine(kinds=instance.area_kinds)
    if set(chosen_on) & set(seeds):
        raise ValueError("a saving is not measured on the weeks that the list was chosen by")
    book = dict(current(instance))
    if not book:
        raise NoLiveBookError("no package has a current provider")
    warm_up(progress=progress)
    problem = transfer_problem(instance, rules)
    weeks = Weeks(
        instance=instance,
        travel=travel,
        settings=settings,
        limits=search.limits,
        seeds=tuple(chosen_on),
        executor=executor,
        progress=progress,
    )
    before = weeks.build(book)
    near = _calibrated(problem, travel, before)
    pool = promising(
        near,
        steps=search.steps,
        seeds=[chosen_on[0] + k for k in range(search.books)],
        executor=executor,
        progress=progress,
    )
    packed = packed_until_sound(problem, near, pool, progress=progress)
    chosen = _chosen(Bench(problem=problem, near=near, book=book, weeks=weeks, before=before), packed)
    other = replace(weeks, limits=search.measured, seeds=tuple(seeds))
    bench = Bench(problem=problem, near=near, book=book, weeks=other, before=other.build(book))
    trial = _measured(bench, chosen.chosen)
    first = sum(chosen.travel[0]) / len(chosen_on)
    found = replace(
        _told(trial, packed),
        chosen_on=tuple(chosen_on),
        chosen_saving=100 * chosen.saved / first if first else None,
        elsewhere=_elsewhere(trial),
    )
    return found, bench.before, trial.after


def _calibrated(problem: TransferProblem, travel: TravelModel, before: Plans) -> Nearness:
    near = nearness(problem, travel)
    known = {who: round(seconds) for who, seconds in travel_by_provider(before).items()}
    return near.scaled(known, near.book().total)


def packed_until_sound(
    problem: TransferProblem, near: Nearness, pool: Mapping[Move, int], *, progress: Reporter = silent
) -> Packed:
    """Pack, see what each saves among the others, correct, and pack again until nobody saves too little."""
    savings = {each: sum(pool[move] for move in each.moves) for each in exchanges(problem, pool)}
    while True:
        packed = pack(problem, savings, progress=progress)
        least = problem.rules.least_saving
        true = among(near, packed.exchanges)
        short = [e for e, saved in true.items() if saved < least * people(problem, e.moves)]
        if not short:
            return packed
        for each in short:
            savings[each] = true[each]


def _chosen(bench: Bench, packed: Packed) -> Trial:
    """Leave out who saves too little and whom a provider is worse off by, until nobody is."""
    chosen: Sequence[Exchange] = packed.exchanges
    known: Known = {}
    for attempt in range(ATTEMPTS + 1):
        trial = tried(bench, chosen, known)
        left_out = too_little(trial) | _harmful(trial, final=2 * attempt >= ATTEMPTS)
        if not left_out:
            return trial
        chosen = _packed_again(bench, chosen, left_out)
    # Whatever is tried somebody is the worse for it: nothing is proposed.
    return tried(bench, (), known)


def _packed_again(bench: Bench, chosen: Sequence[Exchange], left_out: set[Exchange]) -> tuple[Exchange, ...]:
    """Some had room only because others made it: what is left is packed again."""
    stays = [each for each in chosen if each not in left_out]
    return pack(bench.problem, among(bench.near, stays)).exchanges


def _harmful(trial: Trial, *, final: bool) -> set[Exchange]:
    """Of each provider that is worse off, the poorer half of its exchanges; all of them at last."""
    problem, saving = trial.bench.problem, shares(trial)
    allowed = tolerance(problem.rules.beyond_noise, len(trial.bench.weeks.seeds))
    out: set[Exchange] = set()
    for who in (each.provider for each in sides(trial) if each.is_worse_off(allowed)):
        theirs = sorted(
            (e for e in trial.chosen if concerns(problem, e, who)),
            key=lambda e: (saving[e] / people(problem, e.moves), e.moves),
        )
        out |= set(theirs if final else theirs[: -(-len(theirs) // 2)])
    return out


def _measured(bench: Bench, chosen: Sequence[Exchange]) -> Trial:
    """Measure, and strike what saves too little: a tail by the estimate, so that nothing is fitted anew."""
    known: Known = {}
    while True:
        trial = tried(bench, chosen, known)
        left_out = too_little(trial)
        if not left_out:
            return trial
        chosen = _packed_again(bench, chosen, left_out)


def _elsewhere(trial: Trial) -> Elsewhere | None:
    """Carers of those who do not move, from weeks with named places in the rota."""
    bench = trial.bench
    moved = after_moves(bench.problem, trial.chosen, bench.book)
    who = {name for p in moved if moved[p] != bench.book[p] for name in (moved[p], bench.book[p])}
    if not who:
        return None
    was, becomes = (carers_of(bench.weeks.master(book, who).plans) for book in (bench.book, moved))
    return elsewhere(was, becomes, frozenset(p for p in moved if moved[p] != bench.book[p]))


def _told(trial: Trial, packed: Packed) -> Transfers:
    problem, (before, after) = trial.bench.problem, trial.travel
    reasons = Counter(u.reason for u in problem.units for _ in u.members if u.reason is not None)
    listed = deals(trial)
    total, curve, moved, saved = sum(before) / len(before), [], 0, 0
    for deal in listed:
        moved, saved = moved + len(deal.transfers), saved + deal.saving
        curve.append((moved, saved / total if total else 0.0))
    return Transfers(
        deals=listed,
        live=problem.live,
        movable=sum(len(u.members) for u in problem.units if u.reason is None),
        held=dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        estimated=together(trial.bench.near, trial.chosen),
        packed=packed.saving,
        bound=packed.bound,
        saving=paired_interval(before, after),
        before=before,
        after=after,
        sides=sides(trial),
        seeds=tuple(trial.bench.weeks.seeds),
        beyond=problem.rules.beyond_noise,
        curve=tuple(curve),
    )
