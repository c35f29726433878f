"""A study told on stdout."""

from __future__ import annotations

from optimiser.cli.comparison import Comparison
from optimiser.cli.show import show_allocation
from optimiser.cli.travel import travel_words
from optimiser.impact.interval import Interval
from optimiser.report.wording import number


def show_comparison(compared: Comparison) -> None:
    """The finding first, then where it comes from."""
    study, instance = compared.study, compared.instance
    show_allocation(instance, compared.allocations["proposal"])
    print(f"the same {study.day.value.capitalize()} built under both, means of {len(study.seeds)} seeds:")
    if study.left_out:
        print(f"  without {len(study.left_out)} packages that only one of the two places")
    for days in (study.baseline, study.proposal):
        minutes = study.mean(days, lambda each: each.travel_minutes_per_contact_hour)
        print(
            f"  {days[0].scenario:<9} {number(minutes, 2)} minutes of travel an hour of care, "
            f"{number(study.mean(days, lambda each: each.rounds), 1)} rounds, "
            f"{number(study.mean(days, lambda each: each.miles))} miles, "
            f"{number(study.mean(days, lambda each: each.unserved), 1)} unserved, "
            f"{number(study.mean(days, lambda each: each.late_visits), 1)} late"
        )
    saving = study.saving(lambda each: each.travel_minutes_per_contact_hour)
    known = travel_words(compared.travel).removeprefix("a ")
    print(f"  travel for an hour of care: {_saved(saving)} ({known})")


def _saved(saving: Interval | None) -> str:
    if saving is None:
        return "cannot be compared"
    if saving.low is None or saving.high is None:
        return f"{_change(saving.mean)}, one run, no interval"
    return f"{_change(saving.mean)}, 95 % interval {_change(saving.low)} to {_change(saving.high)}"


def _change(saved: float) -> str:
    return f"{abs(saved):.1f} % {'less' if saved >= 0 else 'more'}"
