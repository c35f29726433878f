"""What was found, in plain sentences that claim no more than the figures carry."""

from __future__ import annotations

from dataclasses import dataclass

from optimiser.impact.interval import Interval
from optimiser.impact.study import Study
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.report.comparison import HEADLINE
from optimiser.report.wording import THIN, count, number, percent, pounds
from optimiser.solving.result import Result, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The headline, in the parts the page sets differently.

    Attributes
    ----------
    placed, travel, interval
        Clauses: how many packages are placed; what happens to travel; how sure that is.
    """

    placed: str
    travel: str
    interval: str

    def __str__(self) -> str:
        said = f"{self.placed}; {self.travel}"
        return f"{said} ({self.interval})." if self.interval else f"{said}."


def finding(instance: Instance, proposal: Allocation, study: Study) -> Finding:
    """Say in one sentence what the run found."""
    total = len(instance.packages)
    return Finding(
        placed=f"{len(proposal.placements):,} of {count(total, 'package')} placed",
        travel=travel_clause(study.saving(HEADLINE.figure)),
        interval=interval_clause(study.saving(HEADLINE.figure)),
    )


def travel_clause(saving: Interval | None) -> str:
    """What happens to travel, without claiming a change that the interval does not show."""
    if saving is None:
        return "travel could not be compared, because a day had no care or no travel in it"
    against = "than if providers were called off one package at a time"
    if saving.low is not None and saving.high is not None and saving.low <= 0 <= saving.high:
        word = "less" if saving.mean >= 0 else "more"
        change = f"{percent(abs(saving.mean), 1)} {word} on average"
        return f"no clear difference in travel for each hour of care ({change})"
    if round(abs(saving.mean), 1) == 0:
        return "carers would travel as much for each hour of care as with one package at a time"
    word = "less" if saving.mean > 0 else "more"
    return f"carers would travel {percent(abs(saving.mean))} {word} for each hour of care {against}"


def interval_clause(saving: Interval | None) -> str:
    """The 95 % interval in words; says so where one run gives none."""
    if saving is None:
        return ""
    if saving.low is None or saving.high is None:
        return "one run only: no interval"
    places = 0 if saving.high - saving.low >= 2 else 1
    if saving.low > 0 or saving.high < 0:
        low, high = sorted((abs(saving.low), abs(saving.high)))
        return f"95{THIN}% interval {number(low, places)} to {percent(high, places)}"
    more, less = percent(-saving.low, places), percent(saving.high, places)
    return f"95{THIN}% interval from {more} more to {less} less"


def cost_words(baseline: Allocation, proposal: Allocation) -> str:
    """How the price a week compares with the baseline's."""
    difference = proposal.weekly_cost - baseline.weekly_cost
    if abs(difference) < 50:
        return "the same as now"
    return f"{pounds(abs(difference))} {'more' if difference > 0 else 'less'} than as now"


PROVEN = {
    "unplaced": "no allocation leaves fewer hours to last resort",
    "choice": "none honours more of people's own choices",
    "ordered cost": "none costs less in the order of call-off",
    "weekly cost": "none costs less",
    "score": "none scores higher",
}


def proof_clause(result: Result[Allocation]) -> str:
    """What a proof is about, in words, and what it is not about."""
    if result.gap is None:
        return "found by a rule of thumb: nothing proves how far it is from the best"
    proven = ", ".join(PROVEN.get(name, name) for name in result.components)
    opening = "proven: "
    if result.status is not Status.OPTIMAL:
        opening = f"proven to {100 * result.gap:.3f}{THIN}%: by more than that, "
    # Only a policy that draws people together knows travel, and searches after its proof.
    searched = "travel" in result.provenance.settings
    return opening + proven + ("; what comes after is found by search and has no bound" if searched else "")
