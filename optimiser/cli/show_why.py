"""One placement, laid out as a broker would tell it."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.travel import TravelModel
from optimiser.allocation.counterfactual import Counterfactual
from optimiser.allocation.decisions import Decision, Option, lacks
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Problem
from optimiser.allocation.words import hours, pounds
from optimiser.cli.travel import travel_words
from optimiser.impact.round_fit import RoundFit
from optimiser.model.instance import Instance

SHOWN = 12


def show_decision(instance: Instance, problem: Problem, decision: Decision) -> None:
    """Who was asked in what order, who was kept out and why, who has it."""
    package = instance.package_by_id[decision.package]
    tiers = {tier.code: tier.name for tier in instance.framework.tiers}
    print(
        f"{package.id}, {hours(package.weekly_care)} a week in {package.sector}, lot {package.lot}, "
        f"requested {package.requested_on:%d %B %Y}"
    )
    others = [each for each in decision.members if each != package.id]
    if others:
        print(f"  decided together with {', '.join(others)}: one household, and all sums are of it whole")
    who = decision.chosen.provider or instance.framework.last_resort_name
    stands = ", from before: it was not opened again" if decision.kept else ""
    print(f"  {who} has it at {pounds(decision.chosen.weekly_cost)} a week{stands}")
    if decision.asked:
        print("  asked in this order")
    wide = max((len(tiers[each.tier]) for each in decision.asked if each.tier), default=0)
    name = max((len(str(each.provider)) for each in decision.asked), default=0)
    for each in decision.asked:
        tier = tiers[each.tier] if each.tier else ""
        print(
            f"  {each.position:>5}  {each.provider!s:<{name}}  {tier:<{wide}}  "
            f"{pounds(each.weekly_cost):>10}  {_outcome(problem, decision, each)}"
        )
    print(f"  kept out by a rule: {len({each.provider for each in decision.excluded})} who serve the lot")
    for kept in decision.excluded[:SHOWN]:
        print(f"         {kept.provider!s:<{name}}  {kept.rule.value}: {kept.reason}")
    if len(decision.excluded) > SHOWN:
        print(f"         … and {len(decision.excluded) - SHOWN} more reasons in exclusions.csv")
    print(f"  not admitted to the lot: {len(decision.outside)}")


def show_round_fit(fits: Sequence[RoundFit], travel: TravelModel) -> None:
    """Round-fit in the order of call-off, and by part of the day."""
    if not fits:
        return
    print(f"what it would add to their rounds on {fits[0].day.value.capitalize()}, in the order of call-off")
    name = max(len(each.provider) for each in fits)
    for each in fits:
        print(f"         {each.provider:<{name}}  {_fit(each)}")
    print("  each visit where the plan as a whole costs least more; the rounds themselves stay as they are;")
    print(f"  travel is {travel_words(travel)}")


def _fit(fit: RoundFit) -> str:
    if fit.bands is None or fit.travel_seconds is None:
        return "its visits do not all fit into the rounds there are"
    if not fit.bands:
        return "no visits that day"
    parts = ", ".join(f"{each.band.value} {_minutes(each.travel_seconds)}" for each in fit.bands)
    begun = f", {fit.new_rounds} more round{'s' if fit.new_rounds != 1 else ''}" if fit.new_rounds else ""
    return f"{_minutes(fit.travel_seconds)} min of travel{begun} ({parts})"


def _minutes(seconds: int) -> str:
    minutes = round(abs(seconds) / 60)
    return "0" if minutes == 0 else f"{'−' if seconds < 0 else '+'}{minutes}"


def _outcome(problem: Problem, decision: Decision, option: Option) -> str:
    if option.provider == decision.chosen.provider:
        return "has it"
    if option.short:
        return lacks(problem, option)
    if option.provider == decision.runner_up.provider:
        return "room now: the next best"
    return "room now"


def show_counterfactual(found: Counterfactual) -> None:
    """What a change comes to, and who would stand elsewhere."""
    print(f"what if: {found.change} (solved again in {found.seconds:.1f} s)")
    told = [each for each in Objective if found.difference(each)]
    for each in told:
        more = found.difference(each)
        figure = each.told(abs(more))
        print(f"  {_NAMES[each]:<34} {figure:>12} a week {'more' if more > 0 else 'less'}")
    if not told:
        print("  no sum changes")
    for each in told:
        between = found.between(each)
        if between is not None and between[0] != between[1]:
            low, high = (_signed(each, value) for value in between)
            print(f"  proven: {_NAMES[each]} differs by {low} to {high} a week")
    print(f"  {len(found.moves)} would stand elsewhere")
    for move in found.moves[:SHOWN]:
        print(f"    {move.package}: {move.before or 'last resort'} → {move.after or 'last resort'}")
    if len(found.moves) > SHOWN:
        print(f"    … and {len(found.moves) - SHOWN} more")


def _signed(objective: Objective, value: int) -> str:
    figure = objective.told(abs(value))
    return f"{'−' if value < 0 else '+'}{figure}"


_NAMES = {
    Objective.UNPLACED: "care with last resort",
    Objective.URGENCY: "urgent care with last resort",
    Objective.CHOICE: "care without the person's choice",
    Objective.TIER: "hours × tier",
    Objective.POSITION: "hours × place in the order",
    Objective.ORDERED_COST: "cost in the order of call-off",
    Objective.COST: "cost",
    Objective.SCORE: "points short of 100",
    Objective.CHANGE: "care that changes hands",
    Objective.SPREAD: "care that providers lose above a tenth",
}
