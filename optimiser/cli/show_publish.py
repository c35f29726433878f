"""What ``publish`` prints: what is shown, coarsened, withheld, and why. For the council, not the public."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from geodata.report import InputError, format_findings
from optimiser.publishing.cards import NEARNESS, Cards
from optimiser.publishing.figures import Hidden, Table
from optimiser.report.wording import count


def show_demand(table: Table, opened: int) -> None:
    """Level A in a few lines."""
    print(f"level A, as of {table.as_of}: {count(opened, 'package')} without a provider")
    for level in table.levels:
        of_level = [each for cell, each in table.figures.items() if cell.level is level]
        shown = sum(each.count is not None for each in of_level)
        print(f"  {level.value}: {shown} of {count(len(of_level), 'figure')} shown")
    small, company = table.hidden(Hidden.SMALL), table.hidden(Hidden.COMPANY)
    hours = sum(each.count is not None and each.hours is None for each in table.figures.values())
    print(f"  hidden: {small} of 1 to {table.small}, {table.hidden(Hidden.NOUGHT)} with nobody")
    print(f"  hidden too, for a small one could be worked out: {company}, and hours alone of {hours}")
    kept = sum(day != table.as_of for day in table.since.values())
    if kept:
        print(f"  {count(kept, 'district')} as last counted: fewer than five packages joined or left")
    print("  audited: no hidden count can be worked out, nor beside the last publication")


def show_cards(cards: Cards, opened: int) -> None:
    """Level B in a few lines."""
    print(f"level B, as of {cards.as_of}: {count(opened, 'package')} without a provider")
    steps = Counter(cards.shown.values())
    for step, name in enumerate(NEARNESS):
        why = "" if step == 0 else f": fewer than {cards.alike} alike in a nearer area"
        print(f"  {steps[step]} by {name}{why}")
    print(
        f"  {len(cards.withheld)} withheld: fewer than {cards.alike} alike in their district, or new ones are"
    )


def show_nobody(allocation: Path | None) -> None:
    """Why there is nothing to publish, and where to look."""
    if allocation is None:
        print("  every package has a provider whose work goes on: there is no open demand")
    else:
        print(f"  {allocation} places every package; without --allocation, what had nobody before counts")


def show_refusal(refused: InputError) -> None:
    """Why what is previewed could not be released yet, on stderr."""
    print("this could not be released yet:", file=sys.stderr)
    for line in format_findings(refused.findings):
        print(line, file=sys.stderr)


def figures_of(table: Table | None, cards: Cards | None) -> dict[str, int]:
    """What the log says of a publication: no more than what was shown, and how much was not."""
    if table is not None:
        shown = sum(each.count is not None for each in table.figures.values())
        return {"figures_shown": shown, "figures_hidden": len(table.figures) - shown}
    if cards is None:
        return {}
    steps = Counter(cards.shown.values())
    return {f"cards_by_{name}": steps[step] for step, name in enumerate(NEARNESS)}
