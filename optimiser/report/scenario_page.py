"""The page of a study of scenarios: one self-contained HTML file that can be read aloud to a committee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from markupsafe import Markup

from optimiser.impact.figures import Figures
from optimiser.impact.measures import Measures
from optimiser.impact.price import HEADROOM
from optimiser.impact.prices import Prices, prices_from
from optimiser.impact.scenario_study import ScenarioStudy, WorldRuns
from optimiser.model.calendar import HOUR, MINUTE, Weekday
from optimiser.model.instance import Instance
from optimiser.report.scenario_told import Group, Told, as_driven_sentence, groups, own_way, sentence_of, told
from optimiser.report.templating import part, templates
from optimiser.report.writing import write_csv, write_json, write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A scenario as the page shows it."""

    runs: WorldRuns
    told: tuple[Told, ...]
    sentences: tuple[str, ...]
    area: tuple[Group, ...]
    hands: tuple[Group, ...]
    care_changes: float | None


SPOKEN = (
    "travel_minutes_per_contact_hour", "road_minutes_per_contact_hour", "miles", "rounds", "cost_pounds",
    "carbon_kg", "late_visits", "unserved", "carers_per_person",
)  # fmt: skip
"""Measures that have a sentence."""


def shown(study: ScenarioStudy) -> tuple[Shown, ...]:
    """Every scenario of a study."""
    return tuple(_shown(study, each) for each in study.scenarios)


def _shown(study: ScenarioStudy, scenario: WorldRuns) -> Shown:
    found = told(study, scenario)
    contact = next(each for each in found if each.key == "contact_hours")
    changes = None
    if contact.base and contact.scenario is not None:
        changes = 100 * (contact.scenario / contact.base - 1)
    first = as_driven_sentence(scenario)
    spoken = (sentence_of(each) for each in found if each.key in SPOKEN)
    return Shown(
        runs=scenario,
        told=found,
        sentences=(*([] if first is None else [first]), *spoken),
        area=groups(study, scenario, "by_area"),
        hands=groups(study, scenario, "by_hands"),
        care_changes=changes,
    )


def prices_of_base(instance: Instance, study: ScenarioStudy) -> Prices:
    """Sustainable prices in the base, from all its runs together."""
    runs = study.base.figures
    return prices_from(instance, _pooled(runs, "by_lot"), _pooled(runs, "by_locality"), study.plan.tariff)


def _pooled(runs: Sequence[Figures], kind: str) -> Mapping[str, Measures]:
    """Measures of a grouping, mean over runs and rounded."""
    names = sorted({name for run in runs for name in getattr(run, kind)})
    pooled = {}
    for name in names:
        those = [getattr(run, kind)[name] for run in runs if name in getattr(run, kind)]
        figures = Measures.__dataclass_fields__
        pooled[name] = Measures(
            **{figure: round(fmean(getattr(each, figure) for each in those)) for figure in figures}
        )
    return pooled


def write_scenario_page(
    path: Path,
    *,
    name: str,
    question: str,
    instance: Instance,
    study: ScenarioStudy,
    tariff_lines: Sequence[str],
    travel_words: str,
    attributions: Sequence[str],
) -> None:
    """Write the page.

    Parameters
    ----------
    tariff_lines
        Dated figures in force, in words.
    travel_words, attributions
        How travel is known, and what the licence of its roads asks to be said.
    """
    page = templates().get_template("scenarios.html.j2")
    write_text(
        path,
        page.render(
            name=name,
            question=question,
            county=instance.county,
            as_of=f"{instance.as_of.day} {instance.as_of:%B %Y}",
            packages=len(instance.packages),
            study=study,
            scenarios=shown(study),
            days=days_in_words(study.plan.days),
            travel=travel_words,
            tariff_lines=tariff_lines,
            prices=prices_of_base(instance, study),
            headroom=HEADROOM,
            providers={each.id: each.name for each in instance.providers},
            hour=HOUR,
            own_way=own_way(study) // MINUTE,
            attributions=attributions,
            style=Markup(part("page.css")),
        ),
    )


def days_in_words(days: Sequence[Weekday]) -> str:
    """``Tuesday``, ``Monday and Tuesday``, ``a whole week``."""
    if set(days) == set(Weekday):
        return "a whole week"
    names = [day.value.capitalize() for day in days]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def write_scenario_tables(folder: Path, name: str, question: str, study: ScenarioStudy) -> None:
    """Write ``measures.csv``, ``who_pays.csv`` and ``summary.json``."""
    scenarios = shown(study)
    write_csv(
        folder / "measures.csv",
        ("scenario", "measure", "unit", "base", "scenario_mean", "difference", "low", "high",
         "low_with_travel", "high_with_travel", "verdict"),
        (
            (each.runs.name, row.key, row.unit, row.base, row.scenario, *_ends(row), row.verdict)
            for each in scenarios
            for row in each.told
        ),
    )  # fmt: skip
    write_csv(
        folder / "who_pays.csv",
        ("scenario", "group", "contact_share", "minutes_base", "minutes_scenario", "minutes_low",
         "minutes_high", "travel_hours_base", "travel_hours_scenario"),
        (
            (each.runs.name, group.name, group.contact_share, group.told.base, group.told.scenario,
             *(_ends(group.told)[1:3]), group.hours.base, group.hours.scenario)
            for each in scenarios
            for group in (*each.area, *each.hands)
        ),
    )  # fmt: skip
    write_json(folder / "summary.json", _summary(name, question, study, scenarios))


def _ends(row: Told) -> tuple[float | None, ...]:
    near, far = row.difference, row.with_travel
    return (
        None if near is None else near.mean,
        None if near is None else near.low,
        None if near is None else near.high,
        None if far is None else far.low,
        None if far is None else far.high,
    )


def _summary(name: str, question: str, study: ScenarioStudy, scenarios: Sequence[Shown]) -> Mapping[str, Any]:
    return {
        "study": name,
        "question": question,
        "days": [day.value for day in study.plan.days],
        "seeds": list(study.plan.seeds),
        "travel": {"source": study.travel_source, "is_estimate": study.is_estimate},
        "versions": dict(study.versions),
        "checks": {"allocation": "passed", "rounds": "passed"},
        "base": _world(study.base),
        "scenarios": [
            {
                **_world(each.runs),
                "assumptions": list(each.runs.assumptions),
                "measures": {
                    row.key: dict(
                        zip(
                            (
                                "base",
                                "scenario",
                                "difference",
                                "low",
                                "high",
                                "low_with_travel",
                                "high_with_travel",
                            ),
                            (row.base, row.scenario, *_ends(row)),
                            strict=True,
                        )
                    )
                    for row in each.told
                },
            }
            for each in scenarios
        ],
    }


def _world(runs: WorldRuns) -> Mapping[str, Any]:
    return {
        "name": runs.name,
        "weekly_cost_pounds": runs.weekly_cost / 100,
        "unplaced": runs.unplaced,
        "unplaced_hours": runs.unplaced_care / HOUR,
        "hours": runs.care / HOUR,
        "moved": runs.moved,
        "providers_per_sector": runs.providers,
    }
