"""What a command prints when it is done: a few lines a broker reads, not a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from geodata.travel import TravelModel
from optimiser.allocation.notes import Note
from optimiser.cli.travel import travel_words
from optimiser.impact.continuity import continuity
from optimiser.impact.measures import Measures, measure
from optimiser.model.allocation import Allocation
from optimiser.model.calendar import MINUTE, clock
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan, WeekPlan
from optimiser.report.finding import proof_clause
from optimiser.report.wording import count, number, pounds
from optimiser.rounds.changes import Change, ChangeKind, Repaired
from optimiser.rounds.check import late_visits
from optimiser.rounds.explain import QUARTER, QuarterHour, Wish
from optimiser.rounds.explain_day import Explained
from optimiser.rounds.room_found import PackageFits
from optimiser.solving.result import Result


def show_allocation(instance: Instance, result: Result[Allocation]) -> None:
    """Placed by tier, left over and why, cost, and how good it is."""
    placed = result.solution
    print(f"{instance.county}, {instance.framework.name}, policy {placed.policy}")
    share = f"{len(placed.placements)} of {len(instance.packages)}"
    print(f"  {share} packages placed ({_by_tier(instance, placed)})")
    print(f"  {pounds(placed.weekly_cost)} a week, last resort included")
    gap = (
        "no bound: a rule of thumb, not an optimum" if result.gap is None else f"gap {100 * result.gap:.3f} %"
    )
    print(f"  {result.status.value}, {gap}, {result.seconds:.1f} s; checked independently: passed")
    opened = len(instance.packages) - sum(each.kept for each in placed.placements)
    of_these = f"of {count(opened, 'package')} not kept, " if opened < len(instance.packages) else ""
    print(f"  {of_these}{proof_clause(result)}")
    shown = 5
    for left in placed.unplaced[:shown]:
        print(f"  last resort: {left.package}: {left.reason}")
    if len(placed.unplaced) > shown:
        print(f"  … and {len(placed.unplaced) - shown} more in allocation.csv")


def show_standing(allocation: Allocation, before: Mapping[PackageId, ProviderId]) -> None:
    """How much stands of an earlier allocation, and whose provider is another."""
    kept = sum(each.kept for each in allocation.placements)
    now = {each.package: str(each.provider) for each in allocation.placements}
    now |= {each.package: "last resort" for each in allocation.unplaced}
    moved = [(name, who) for name, who in sorted(before.items()) if name in now and now[name] != who]
    without = sum(name not in before for name in now)
    ended = sum(name not in now for name in before)
    print(f"  from before: {kept} kept, {len(moved)} moved, {without} had nobody, {ended} ended")
    shown = 5
    for name, who in moved[:shown]:
        print(f"  moved: {name} from {who} to {now[name]}")
    if len(moved) > shown:
        print(f"  … and {len(moved) - shown} more in allocation.csv")


def show_notes(notes: Sequence[Note]) -> None:
    """What the contract asks to be told, the first few of each rule."""
    shown = 3
    for rule in dict.fromkeys(note.rule for note in notes):
        of_rule = [note for note in notes if note.rule is rule]
        for note in of_rule[:shown]:
            print(f"  {note}")
        if len(of_rule) > shown:
            print(f"  … and {len(of_rule) - shown} more under {rule.value}")


def _by_tier(instance: Instance, allocation: Allocation) -> str:
    counts = Counter(each.tier for each in allocation.placements)
    parts = [f"{counts[tier.code]} {tier.name}" for tier in instance.framework.tiers if counts[tier.code]]
    return ", ".join([*parts, f"{len(allocation.unplaced)} last resort"])


def show_rounds(instance: Instance, result: Result[DayPlan], travel: TravelModel) -> None:
    """Rounds, travel and what was left, in one breath."""
    plan = result.solution
    measured = measure(plan.plans, late_visits=late_visits(instance, plan))
    day = plan.day.value.capitalize()
    print(f"{instance.county}, {day}: {measured.rounds} rounds for {measured.visits} carer-visits")
    _show_measures(measured)
    print(f"  {measured.unserved} unserved, {measured.late_visits} late; checked independently: passed")
    print(f"  travel is {travel_words(travel)}")


def show_week(instance: Instance, result: Result[WeekPlan], travel: TravelModel) -> None:
    """A week in one breath: rounds, travel, and what it is like for the people."""
    week = result.solution
    measured = measure(week.plans, late_visits=sum(late_visits(instance, day) for day in week.days))
    kept = continuity(week.plans)
    print(f"{instance.county}, a week: {measured.rounds} rounds for {measured.visits} carer-visits")
    _show_measures(measured)
    print(
        f"  {number(100 * (kept.usual_carer_share or 0))} % of visits by the person's usual carer, "
        f"{number(kept.carers_per_person, 1)} carers a person, "
        f"{number(100 * (kept.steady_share or 0))} % within half an hour of the usual time"
    )
    print(f"  {measured.unserved} unserved, {measured.late_visits} late; checked independently: passed")
    print(f"  travel is {travel_words(travel)}")


_QUIET = frozenset({ChangeKind.KEPT, ChangeKind.ENDED})


def _changed(change: Change) -> str:
    """What a repair did to one visit, in words: who came and who comes, when it began and begins."""
    before, after = (
        " and ".join(carers) + (f" at {clock(start)}" if start is not None else "") or "nobody"
        for carers, start in (
            (change.carers_before, change.start_before),
            (change.carers_after, change.start_after),
        )
    )
    return f"{change.visit}, {change.kind.value}: {before} before, {after} now"


def show_repair(
    instance: Instance, result: Result[Repaired], travel: TravelModel, *, shown: int = 10
) -> None:
    """What changed, by kind and for whom, and how much stayed."""
    repaired = result.solution
    kinds = Counter(each.kind.value for each in repaired.changes)
    day = repaired.plan.day.value.capitalize()
    print(f"{instance.county}, {day} repaired: {len(repaired.plan.rounds)} rounds")
    print("  visits: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    if repaired.same_carer_share is not None:
        share = number(100 * repaired.same_carer_share, 1)
        print(f"  {share} % of the visits of carers still there keep their carer")
    moved = [each for each in repaired.changes if each.kind not in _QUIET]
    moved.sort(key=lambda each: (each.kind is not ChangeKind.LOST, each.kind is ChangeKind.TIME, each.visit))
    for each in moved[:shown]:
        print(f"  {_changed(each)}")
    if len(moved) > shown:
        print(f"  … and {len(moved) - shown} more in summary.json")
    print(f"  checked independently: passed; travel is {travel_words(travel)}")


def show_fits(instance: Instance, asked: Sequence[PackageFits], *, shown: int = 3) -> None:
    """For each provider the cheapest rounds for each visit, or the nearest misses."""
    for each in asked:
        name = instance.provider_by_id[each.provider].id
        if each.together is None:
            print(f"{name}: not all visits fit beside one another")
        else:
            print(f"{name}: {(each.travel_seconds or 0) / 60:+.0f} minutes of travel for all visits")
        for visit in each.visits:
            for fit in visit.fits[:shown]:
                others = f" with {', '.join(fit.others)}" if fit.others else ""
                times = (
                    f"{clock(fit.start)}–{clock(fit.latest)}" if fit.latest > fit.start else clock(fit.start)
                )
                opened = ", a new round" if fit.new_round else ""
                extra = f"{fit.travel_seconds / 60:+.0f} min{opened}"
                print(f"  {visit.visit} {fit.carer}{others}: {times}, {extra}")
            if not visit.fits:
                for miss in visit.misses[:shown]:
                    print(f"  {visit.visit} not by {miss}")


def show_explained(
    instance: Instance, explained: Sequence[Explained], travel: TravelModel, *, shown: int = 5
) -> None:
    """For each provider why visits are left out, what wishes cost, and when most carers are needed."""
    for each in explained:
        print(f"{instance.provider_by_id[each.provider].id}: {count(len(each.unserved), 'visit')} unserved")
        for left in each.unserved[:shown]:
            print(f"  {left}")
        _and_more(len(each.unserved) - shown)
        dear = [wish for wish in each.wishes or () if wish.points > 0]
        for wish in dear[:shown]:
            print(f"  {wish.package} wishes {wish.wish}: {_cost_of(wish)}")
        _and_more(len(dear) - shown)
        if each.wishes:
            free = len(each.wishes) - len(dear)
            print(f"  {count(len(each.wishes), 'wish', 'wishes')} priced; {free} at no cost that was found")
        for line in _busiest(each.busiest, shown):
            print(f"  {line}")
    if any(each.wishes for each in explained):
        print("what a wish costs is the difference of two searches: an estimate, surer with more --steps")
    print(f"travel is {travel_words(travel)}")


def _and_more(left: int) -> None:
    if left > 0:
        print(f"  … and {left} more (--out writes all)")


def _cost_of(wish: Wish) -> str:
    """How much more of everything there is with the wish than without, in words."""
    minutes = round(wish.travel_seconds / MINUTE)
    parts = [
        f"{count(abs(more), noun)} {'more' if more > 0 else 'fewer'}"
        for more, noun in ((wish.unserved, "unserved visit"), (wish.rounds, "round"))
        if more
    ]
    if minutes:
        parts.append(f"{count(abs(minutes), 'minute')} {'more' if minutes > 0 else 'less'} travel")
    return ", ".join(parts) or "hardly any travel: waiting, or a carer who suits less"


def _busiest(quarters: Sequence[QuarterHour], most: int) -> list[str]:
    """Stretches in which as many carers are busy, busiest first."""
    stretches: list[tuple[int, int, int, int]] = []
    for each in sorted(quarters, key=lambda each: each.start):
        if stretches and stretches[-1][1:] == (each.start, each.needed, each.on_duty):
            stretches[-1] = (stretches[-1][0], each.start + QUARTER, each.needed, each.on_duty)
        else:
            stretches.append((each.start, each.start + QUARTER, each.needed, each.on_duty))
    stretches.sort(key=lambda each: (-each[2], each[3], each[0]))
    return [
        f"{clock(start)}–{clock(end)}: {needed} of {count(on_duty, 'carer')} on duty busy at once"
        for start, end, needed, on_duty in stretches[:most]
    ]


def _show_measures(measured: Measures) -> None:
    print(
        f"  {measured.travel_seconds / 3600:,.1f} h on the road for {measured.contact_seconds / 3600:,.1f} h "
        f"of care: {number(measured.travel_minutes_per_contact_hour, 1)} minutes an hour; "
        f"{measured.miles:,.0f} miles"
    )
