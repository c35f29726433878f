"""``carerounds why``: one placement explained, and what would have been, solved anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimiser.cli import options

if TYPE_CHECKING:
    from geodata.travel import TravelModel
    from optimiser.allocation.counterfactual import Raise
    from optimiser.allocation.decisions import Decision
    from optimiser.impact.round_fit import RoundFit
    from optimiser.model.allocation import Allocation
    from optimiser.model.identifiers import PackageId
    from optimiser.model.instance import Instance
    from optimiser.model.rounds import DayPlan


@click.command()
@options.instance
@click.option(
    "--allocation", type=options.PATH, required=True, help="allocation.csv, or the folder that holds it."
)
@click.option("--package", help="The package to explain; solves what its next best would have cost.")
@click.option("--provider", help="With --package: what if this provider had it?")
@click.option("--without", multiple=True, help="What if this provider took nothing? May be repeated.")
@click.option(
    "--more",
    multiple=True,
    help="What if a provider had more hours a week? PR024:6, or PR024:morning:weekday:6. May be repeated.",
)
@click.option(
    "--rounds",
    type=options.PATH,
    help="With --package: folder that rounds wrote; says beside each place in the order what the package "
    "would add to that provider's rounds.",
)
@options.day
@options.travel
@options.seconds
@options.seed
@options.postcodes
def why(
    instance: Path,
    allocation: Path,
    package: str | None,
    provider: str | None,
    without: tuple[str, ...],
    more: tuple[str, ...],
    rounds: Path | None,
    day: str,
    seconds: float | None,
    seed: int,
    postcodes: Path | None,
    travel: options.TravelAsked,
) -> None:
    """Why a package is with whom it is, and what would have been otherwise.

    Every "what if" is solved again from the answer, and changes as few packages as it can. An allocation that
    was drawn together for short roads is measured by what its policy proves, without the roads.
    """
    from instances.results import read_allocation
    from optimiser.allocation.counterfactual import (
        Change,
        Fix,
        ImpossibleChangeError,
        Remove,
        baseline,
        counterfactual,
    )
    from optimiser.allocation.decisions import decide
    from optimiser.allocation.explain import seats_of
    from optimiser.allocation.policy import policy_called
    from optimiser.allocation.problem import build_problem
    from optimiser.allocation.rules import Terms
    from optimiser.allocation.standing import going_on
    from optimiser.cli.reading import day_of, of_known_providers, of_this_market, read_market
    from optimiser.cli.show_why import show_counterfactual, show_decision, show_round_fit
    from optimiser.cli.travel import travel_of
    from optimiser.model.identifiers import PackageId, ProviderId
    from optimiser.solving.limits import Limits

    if provider is not None and package is None:
        raise click.UsageError("--provider says who might have had --package: name that too")
    if rounds is not None and package is None:
        raise click.UsageError("--rounds says how --package fits into rounds: name that too")
    if package is None and not without and not more:
        raise click.UsageError("ask with --package, --without or --more")
    market = read_market(instance, postcodes)
    providers = [each.id for each in market.providers]
    options.known("--package", [package] if package else [], market.package_by_id)
    options.known("--provider", [provider] if provider else [], providers)
    options.known("--without", without, providers)
    changes: list[Change] = [Remove(provider=ProviderId(each)) for each in without]
    changes += [_more(each, providers) for each in more]
    placed = read_allocation(allocation, market)
    kept = {each.package: each.provider for each in placed.placements if each.kept}
    market = going_on(market, kept)
    terms = Terms.of(market)
    problem = build_problem(market, terms)
    seats = seats_of(problem, dict(placed.provider_of))
    if package is not None:
        decided = decide(market, problem, seats, terms, kept=kept)
        decision = next(each for each in decided if package in each.members)
        show_decision(market, problem, decision)
        if rounds is not None:
            by = travel_of(travel, market)
            plan = day_of(rounds, day, market)
            of_known_providers(rounds, plan, market)
            with of_this_market(rounds):
                show_round_fit(_fits(market, placed, plan, decision, PackageId(package), by), by)
        held = placed.provider_of.get(PackageId(package))
        if held is not None and decision.chosen.provider is None:
            reasons = [
                f"{each.rule.value}: {each.reason}" for each in decision.excluded if each.provider == held
            ]
            print(f"  {allocation} has it with {held}, who may not have it as the contract stands")
            print(
                f"  ({'; '.join(reasons) or 'not admitted to the lot'}): what follows counts it as left over"
            )
        who = decision.runner_up.provider if provider is None else ProviderId(provider)
        changes.insert(0, Fix(package=PackageId(package), provider=who))
    base = baseline(
        market,
        problem,
        seats,
        policy=policy_called(placed.policy or "ranked", market.framework),
        limits=Limits(gap=1e-4, seconds=seconds),
        seed=seed,
    )
    for change in changes:
        try:
            show_counterfactual(counterfactual(base, change))
        except ImpossibleChangeError as error:
            raise click.UsageError(str(error)) from error


def _fits(
    market: Instance,
    placed: Allocation,
    plan: DayPlan,
    decision: Decision,
    package: PackageId,
    travel: TravelModel,
) -> tuple[RoundFit, ...]:
    """What the package would add to the rounds of everybody who may have it."""
    from optimiser.cli.progress import on_stderr
    from optimiser.impact.round_fit import round_fits
    from optimiser.rounds.room_found import TooLargeToAskError

    wanted = {package: [each.provider for each in decision.asked if each.provider is not None]}
    try:
        with on_stderr() as progress:
            return round_fits(market, placed, plan, wanted, travel=travel, progress=progress)
    except TooLargeToAskError as error:
        raise click.UsageError(str(error)) from None


def _more(text: str, providers: Iterable[str]) -> Raise:
    """``PR024:6`` or ``PR024:morning:weekday:6``."""
    from optimiser.allocation.counterfactual import Raise
    from optimiser.model.calendar import HOUR, Band, DayType
    from optimiser.model.identifiers import ProviderId

    who, *part, hours = text.split(":")
    options.known("--more", [who], providers)
    try:
        seconds = round(float(hours) * HOUR)
        if not part:
            return Raise(provider=ProviderId(who), seconds=seconds)
        band, day_type = part
        return Raise(provider=ProviderId(who), band=Band(band), day_type=DayType(day_type), seconds=seconds)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{text!r}: write PROVIDER:HOURS, or PROVIDER:BAND:DAYTYPE:HOURS as PR024:morning:weekday:6",
            param_hint="--more",
        ) from error
