"""A study of scenarios told on stdout: what was assumed first."""

from __future__ import annotations

from optimiser.impact.scenario_study import ScenarioStudy
from optimiser.model.calendar import MINUTE
from optimiser.report.scenario_page import days_in_words, shown
from optimiser.report.scenario_told import own_way
from optimiser.report.wording import count, hours, pounds


def show_study(name: str, question: str, study: ScenarioStudy, travel: str) -> None:
    """Question, assumptions, then each scenario in sentences."""
    print(f"{name}: {question}" if question else name)
    print("assumed:")
    base = "packages placed one at a time in the order of call-off"
    if study.base_kept:
        base = (
            f"the plan there is ({count(study.base_kept, 'package')} with a provider), the rest by call-off"
        )
    print(f"  compared with {base}")
    print(f"  {days_in_words(study.plan.days)}, {count(len(study.plan.seeds), 'seed')}; travel is {travel}")
    own = own_way(study) // MINUTE
    print(
        "  carers' own ways to the first visit and home are not known; "
        f"the second measure adds {own} minutes a round"
    )
    for each in study.scenarios:
        for said in each.assumptions:
            print(f"  {each.name}: {said}")
    for scenario in shown(study):
        print(f"{scenario.runs.name}:")
        for said in scenario.sentences:
            print(f"  {said}")
        print(
            f"  {count(scenario.runs.moved, 'package')} with another provider; "
            f"{hours(scenario.runs.unplaced_care)} hours a week with nobody "
            f"({hours(study.base.unplaced_care)} today); "
            f"{pounds(scenario.runs.weekly_cost)} a week ({pounds(study.base.weekly_cost)} today)"
        )
