"""What ``batch`` prints when it is done."""

from __future__ import annotations

from collections import Counter

from optimiser.cli.batching import Made
from optimiser.cli.travel import travel_words
from optimiser.model.calendar import HOUR
from optimiser.report.wording import count, number


def show_batches(made: Made) -> None:
    """Batches, what was left out and why, travel, and how good it is."""
    result, batches = made.result, made.result.solution
    packages = sum(len(each.packages) for each in batches.batches)
    hours = sum(each.care for each in batches.batches) / HOUR
    print(f"{made.task.instance.county}: {count(len(made.problem.candidates), 'package')} to be batched")
    print(f"  {count(len(batches.batches), 'batch', 'batches')}: {packages} packages, {hours:,.0f} h a week")
    if batches.batches:
        least, most = (pick(each.care for each in batches.batches) / HOUR for pick in (min, max))
        print(f"  {least:.0f} to {most:.0f} h each; every rule kept; checked independently: passed")
    if batches.travel is not None:
        rounds = sum(len(each.rounds.working) for each in batches.batches if each.rounds is not None)
        print(
            f"  on a {made.task.day} their {rounds} rounds travel {number(batches.travel / 60)} minutes "
            f"between homes; travel is {travel_words(made.travel)}"
        )
    gap = "no bound" if result.gap is None else f"gap to the bound {100 * result.gap:.2f} %"
    print(f"  distance: {gap}; {result.seconds:.1f} s")
    for rule, times in sorted(Counter(each.rule.value for each in batches.left_out).items()):
        print(f"  in no batch, {rule}: {count(times, 'package')}")
    for each in batches.left_out[:5]:
        print(f"    {each.package}: {each.reason}")
    if len(batches.left_out) > 5:
        print(f"    … and {len(batches.left_out) - 5} more in batch_packages.csv")
