"""What a command reads: whole, or refused whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from geodata.postcodes import PostcodeDirectory, read_directory
from geodata.report import Report
from instances.contract_file import read_rules, with_rules
from instances.read import read_instance
from instances.results import read_rounds
from instances.tariffs_file import HOUSE, house_tariffs, read_tariffs, tariff_on
from optimiser.model.calendar import Weekday
from optimiser.model.instance import Instance
from optimiser.model.rounds import DayPlan
from optimiser.model.tariff import DatedFigure, Tariff
from optimiser.rounds.room_found import PlanDoesNotHoldError


def read_market(path: Path, postcodes: Path | None, rules: str | None = None) -> Instance:
    """Instance from a folder or workbook; ``InputError`` with every fault of it, or of the postcode file.

    Parameters
    ----------
    rules
        A preset or rules file that stands in for the instance's own contract.
    """
    contract = None if rules is None else read_rules(rules)
    market = read_instance(path, postcodes=own_directory(postcodes))
    return market if contract is None else with_rules(market, contract, str(rules))


def own_directory(path: Path | None) -> PostcodeDirectory | None:
    """A user's own postcode file, or ``None`` for the directory installed."""
    if path is None:
        return None
    report = Report()
    directory = read_directory(path, report)
    report.raise_if_any()
    return directory


def in_force(path: Path | None, market: Instance) -> tuple[tuple[DatedFigure, ...], Tariff]:
    """What care costs on the market's day, line by line and as one value: a user's table over the house's."""
    tariffs = house_tariffs() if path is None else read_tariffs(path)
    tariff = tariff_on(tariffs, market.as_of, HOUSE if path is None else path.name)
    return tariffs.in_force(market.as_of), tariff


def day_of(path: Path, day: str, instance: Instance | None = None) -> DayPlan:
    """One day's plans from ``rounds.csv`` or its folder; a usage error where it holds none of that day."""
    plans = read_rounds(path, instance)
    found = tuple(plan for plan in plans if plan.day.value == day)
    if not found:
        days = sorted({plan.day for plan in plans}, key=list(Weekday).index)
        there = ", ".join(each.value for each in days) or "none"
        raise click.UsageError(f"{path} has no rounds on {day}; days it has: {there} (choose with --day)")
    return DayPlan(day=Weekday(day), plans=found)


def of_known_providers(path: Path, plan: DayPlan, instance: Instance) -> None:
    """An ``InputError`` (E296) where rounds are of providers that the instance does not have."""
    unknown = [each.provider for each in plan.plans if each.provider not in instance.provider_by_id]
    if unknown:
        report = Report()
        named = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        cure = "give the instance they were built from; a provider who has gone stays in it, without packages"
        report.add("E296", str(path), f"the instance has no provider {named}", cure=cure)
        report.raise_if_any()


@contextmanager
def of_this_market(path: Path) -> Iterator[None]:
    """An ``InputError`` (E296) where rounds turn out to belong to another instance or allocation."""
    try:
        yield
    except PlanDoesNotHoldError as error:
        report = Report()
        cure = "give the instance, allocation and --roads or --osrm they were built with, or build them anew"
        report.add("E296", str(path), str(error), cure=cure)
        report.raise_if_any()
