"""What a command prints when it is done: a few lines a broker reads, not a log."""

from __future__ import annotations

from collections import Counter

from optimiser.cli.comparison import Comparison
from optimiser.impact.interval import Interval
from optimiser.impact.measures import Measures, measure
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.report.wording import number, pounds
from optimiser.rounds.check import late_visits
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
    shown = 5
    for left in placed.unplaced[:shown]:
        print(f"  last resort: {left.package}: {left.reason}")
    if len(placed.unplaced) > shown:
        print(f"  … and {len(placed.unplaced) - shown} more in allocation.csv")


def _by_tier(instance: Instance, allocation: Allocation) -> str:
    counts = Counter(each.tier for each in allocation.placements)
    parts = [f"{counts[tier.code]} {tier.name}" for tier in instance.framework.tiers if counts[tier.code]]
    return ", ".join([*parts, f"{len(allocation.unplaced)} last resort"])


def show_rounds(instance: Instance, result: Result[DayPlan]) -> None:
    """Rounds, travel and what was left, in one breath."""
    plan = result.solution
    measured = measure(plan.plans, late_visits=late_visits(instance, plan))
    print(f"{instance.county}, {plan.day.value}: {measured.rounds} rounds for {measured.visits} carer-visits")
    _show_measures(measured)
    print(f"  {measured.unserved} unserved, {measured.late_visits} late; checked independently: passed")
    print("  travel is a straight-line estimate")


def _show_measures(measured: Measures) -> None:
    print(
        f"  {measured.travel_seconds / 3600:,.1f} h on the road for {measured.contact_seconds / 3600:,.1f} h "
        f"of care: {number(measured.travel_minutes_per_contact_hour, 1)} minutes an hour; "
        f"{measured.miles:,.0f} miles"
    )


def show_comparison(compared: Comparison) -> None:
    """The finding first, then where it comes from."""
    study, instance = compared.study, compared.instance
    show_allocation(instance, compared.allocations["proposal"])
    print(f"the same {study.day.value} built under both, {len(study.seeds)} seeds:")
    for built in (study.baseline[0], study.proposal[0]):
        mean = study.mean(
            study.baseline if built is study.baseline[0] else study.proposal,
            lambda each: each.travel_minutes_per_contact_hour,
        )
        print(
            f"  {built.scenario:<9} {number(mean, 2)} minutes of travel an hour of care, "
            f"{built.measures.rounds} rounds, {built.measures.miles:,.0f} miles, "
            f"{built.measures.unserved} unserved, {built.measures.late_visits} late"
        )
    saving = study.saving(lambda each: each.travel_minutes_per_contact_hour)
    print(f"  travel for an hour of care: {_saved(saving)} (straight-line estimate)")


def _saved(saving: Interval | None) -> str:
    if saving is None:
        return "cannot be compared"
    word = "less" if saving.mean >= 0 else "more"
    said = f"{abs(saving.mean):.1f} % {word}"
    if saving.low is None or saving.high is None:
        return f"{said}, one run, no interval"
    return f"{said}, 95 % interval {saving.low:.1f} to {saving.high:.1f} %"
