"""The front door of transfers: a live book in, a list of exchanges out, with weeks before and after.

1. The week is built as it is, and each provider's estimate is held against its rounds.
2. Annealing over whole books says which moves are worth making together.
3. Exchanges of those moves are packed exactly; what each saves among the others is worked out again, and
   whoever then saves too little is left out, until all save enough.
4. Weeks of the providers concerned are built before and after. Exchanges of a provider that would be worse
   off are left out, and savings are corrected to what the rounds came to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from geodata.travel import StraightLine, TravelModel
from optimiser.allocation.standing import current
from optimiser.impact.interval import paired_interval
from optimiser.impact.transfers.exchange import Exchange, Move, exchanges, people
from optimiser.impact.transfers.formulation import Packed, pack
from optimiser.impact.transfers.nearness import Nearness, nearness
from optimiser.impact.transfers.plan import Deal, Side, Transfer, Transfers
from optimiser.impact.transfers.pool import among, promising, together
from optimiser.impact.transfers.problem import TransferProblem, transfer_problem
from optimiser.impact.transfers.rules import TransferRules
from optimiser.impact.transfers.weeks import Plans, Weeks, travel_by_provider, travel_by_seed
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import RoundPlan
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
    limits
        Of the rounds of a provider's day.
    """

    steps: int = 300_000
    books: int = 2
    limits: Limits = field(default_factory=lambda: Limits(iterations=2000))


def find_transfers(
    instance: Instance,
    *,
    rules: TransferRules | None = None,
    travel: TravelModel | None = None,
    settings: RoundSettings | None = None,
    search: Search | None = None,
    seeds: Sequence[int] = (0, 1),
    executor: Executor | None = None,
    progress: Reporter = silent,
) -> tuple[Transfers, Plans, Plans]:
    """Find transfers of a live book, with the rounds before and after that their saving is measured on.

    Parameters
    ----------
    seeds
        Weeks are built with each of them, before and after; the first also begins the search.

    Raises
    ------
    NoLiveBookError
        Where no package says who has it.
    BrokenPlanError
        Where rounds fail their independent check: a fault of this program.
    """
    rules, search, settings = rules or TransferRules(), search or Search(), settings or RoundSettings()
    travel = travel or StraightLine(kinds=instance.area_kinds)
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
        seeds=tuple(seeds),
        executor=executor,
        progress=progress,
    )
    before = weeks.build(book)
    near = _calibrated(problem, travel, before)
    pool = promising(
        near,
        steps=search.steps,
        seeds=[seeds[0] + k for k in range(search.books)],
        executor=executor,
        progress=progress,
    )
    packed = packed_until_sound(problem, near, pool, progress=progress)
    return _measured(problem, near, packed, book, weeks, before)


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


def _measured(
    problem: TransferProblem,
    near: Nearness,
    packed: Packed,
    book: Mapping[PackageId, ProviderId],
    weeks: Weeks,
    before: Plans,
) -> tuple[Transfers, Plans, Plans]:
    chosen = list(packed.exchanges)
    known: dict[tuple[ProviderId, frozenset[PackageId]], Plans] = {}
    for attempt in range(ATTEMPTS + 1):
        moved = after_moves(problem, chosen, book)
        after = {**before, **_rebuilt(weeks, book, moved, known)}
        sides = _sides(problem, chosen, book, before, after)
        told = _told(problem, near, chosen, packed, before, after, sides, weeks.seeds)
        left_out = _to_leave_out(problem, chosen, told, final=2 * attempt >= ATTEMPTS)
        if not left_out:
            return told, before, after
        stays = [each for each in chosen if each not in left_out]
        # Some had room only because others made it: what is left is packed again.
        chosen = list(pack(problem, among(near, stays)).exchanges)
    # Whatever is tried somebody is the worse for it: nothing is proposed.
    return _told(problem, near, [], packed, before, before, (), weeks.seeds), before, before


def _rebuilt(
    weeks: Weeks,
    book: Mapping[PackageId, ProviderId],
    moved: Mapping[PackageId, ProviderId],
    known: dict[tuple[ProviderId, frozenset[PackageId]], Plans],
) -> Plans:
    """Weeks of the providers concerned; none is built twice for the same people."""
    concerned = sorted({who for p in moved if moved[p] != book[p] for who in (moved[p], book[p])})
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
    return {key: plan for who in concerned for key, plan in known[who, held[who]].items()}


def _to_leave_out(
    problem: TransferProblem, chosen: Sequence[Exchange], told: Transfers, *, final: bool
) -> set[Exchange]:
    """Exchanges that save too little once corrected, and the poorer half of those of whoever is worse off."""
    by_moves = {frozenset(t.package for t in deal.transfers): deal for deal in told.deals}

    def deal_of(each: Exchange) -> Deal:
        return by_moves[frozenset(p for m in each.moves for p in problem.units[m.unit].members)]

    least = problem.rules.least_saving
    out = {e for e in chosen if deal_of(e).saving < least * people(problem, e.moves)}
    for who in (each.provider for each in told.sides if each.is_worse_off):
        theirs = sorted(
            (e for e in chosen if _concerns(problem, e, who)), key=lambda e: (deal_of(e).each, e.moves)
        )
        out |= set(theirs if final else theirs[: -(-len(theirs) // 2)])
    return out


def _concerns(problem: TransferProblem, each: Exchange, who: ProviderId) -> bool:
    return any(who in (m.to, problem.units[m.unit].provider) for m in each.moves)


def after_moves(
    problem: TransferProblem, chosen: Sequence[Exchange], book: Mapping[PackageId, ProviderId]
) -> dict[PackageId, ProviderId]:
    """The book once exchanges are made."""
    moved = dict(book)
    for each in chosen:
        for move in each.moves:
            moved |= dict.fromkeys(problem.units[move.unit].members, move.to)
    return moved


def _sides(
    problem: TransferProblem,
    chosen: Sequence[Exchange],
    book: Mapping[PackageId, ProviderId],
    before: Plans,
    after: Plans,
) -> tuple[Side, ...]:
    moved = after_moves(problem, chosen, book)
    given = Counter(book[p] for p in moved if moved[p] != book[p])
    taken = Counter(moved[p] for p in moved if moved[p] != book[p])
    ways = [travel_by_provider(each) for each in (before, after)]
    packages = problem.instance.package_by_id
    care: list[Counter[ProviderId]] = []
    for held in (book, moved):
        hours: Counter[ProviderId] = Counter()
        for package, who in held.items():
            if packages[package].service.enters_day_rounds:
                hours[who] += packages[package].weekly_care
        care.append(hours)
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


def _told(
    problem: TransferProblem,
    near: Nearness,
    chosen: Sequence[Exchange],
    packed: Packed,
    before: Plans,
    after: Plans,
    sides: tuple[Side, ...],
    seeds: Sequence[int],
) -> Transfers:
    ways = travel_by_seed(before, seeds), travel_by_seed(after, seeds)
    true = (sum(ways[0]) - sum(ways[1])) / len(seeds)
    alone = among(near, chosen)
    said = sum(alone.values())
    # The estimate says how a saving is shared out, the rounds say how much there is to share.
    factor = max(0.0, true / said) if said else 0.0
    order = sorted(chosen, key=lambda e: (-alone[e] / people(problem, e.moves), e.moves))
    deals = tuple(
        _deal(problem, each, number, round(alone[each] * factor)) for number, each in enumerate(order, 1)
    )
    reasons = Counter(u.reason for u in problem.units for _ in u.members if u.reason is not None)
    total, curve, moved, saved = sum(ways[0]) / len(seeds), [], 0, 0
    for deal in deals:
        moved, saved = moved + len(deal.transfers), saved + deal.saving
        curve.append((moved, saved / total if total else 0.0))
    return Transfers(
        deals=deals,
        live=problem.live,
        movable=sum(len(u.members) for u in problem.units if u.reason is None),
        held=dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        estimated=together(near, chosen),
        bound=packed.bound,
        saving=paired_interval(ways[0], ways[1]),
        before=ways[0],
        after=ways[1],
        sides=sides,
        seeds=tuple(seeds),
        curve=tuple(curve),
    )


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
