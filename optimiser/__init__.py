"""Carerounds: an optimisation engine for home care.

The public names, on one screen. Each is imported at first use, so that asking the command line for help
does not wait for the engines.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.allocation.allocate import allocate
    from optimiser.competition.competition import Competition
    from optimiser.competition.evaluate import evaluate
    from optimiser.competition.outcome import Outcome
    from optimiser.impact.study import Scenario, Study
    from optimiser.impact.travel_impact import travel_impact
    from optimiser.model.allocation import Allocation
    from optimiser.model.calendar import Weekday
    from optimiser.model.instance import Instance
    from optimiser.model.rounds import RoundPlan, WeekPlan
    from optimiser.rounds.build_rounds import build_rounds
    from optimiser.rounds.insert import insert
    from optimiser.rounds.repair import repair
    from optimiser.rounds.week import build_week
    from optimiser.solving.limits import Limits
    from optimiser.solving.result import NoSolutionError, Result, Status, StoppedBy

__all__ = [
    "Allocation",
    "Competition",
    "Instance",
    "Limits",
    "NoSolutionError",
    "Outcome",
    "Result",
    "RoundPlan",
    "Scenario",
    "Status",
    "StoppedBy",
    "Study",
    "WeekPlan",
    "Weekday",
    "allocate",
    "build_rounds",
    "build_week",
    "evaluate",
    "insert",
    "repair",
    "travel_impact",
]

_HOMES = {
    "Allocation": "optimiser.model.allocation",
    "Competition": "optimiser.competition.competition",
    "Instance": "optimiser.model.instance",
    "Limits": "optimiser.solving.limits",
    "NoSolutionError": "optimiser.solving.result",
    "Outcome": "optimiser.competition.outcome",
    "Result": "optimiser.solving.result",
    "RoundPlan": "optimiser.model.rounds",
    "Scenario": "optimiser.impact.study",
    "Status": "optimiser.solving.result",
    "StoppedBy": "optimiser.solving.result",
    "Study": "optimiser.impact.study",
    "WeekPlan": "optimiser.model.rounds",
    "Weekday": "optimiser.model.calendar",
    "allocate": "optimiser.allocation.allocate",
    "build_rounds": "optimiser.rounds.build_rounds",
    "build_week": "optimiser.rounds.week",
    "evaluate": "optimiser.competition.evaluate",
    "insert": "optimiser.rounds.insert",
    "repair": "optimiser.rounds.repair",
    "travel_impact": "optimiser.impact.travel_impact",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'optimiser' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
