"""Published home-care routing benchmarks: read, evaluated, and the best that is known of them.

The files themselves are not part of this project; each reader says where its set is published.
"""

from __future__ import annotations

from instances.published.answer import Answer, BrokenSolutionError, answer, look_again
from instances.published.catalogue import BestKnown, best_known, read_day
from instances.published.day import (
    LUNCH,
    Carer,
    Component,
    Cost,
    Format,
    LunchRule,
    Moment,
    Patient,
    PublishedDay,
    RequiredService,
    Shift,
    Synchronization,
    Synchrony,
    Window,
)
from instances.published.evaluate import Breach, Evaluation, Violation, evaluate
from instances.published.hhcrsp_json import read_italian, read_kummer
from instances.published.mankowska import read_mankowska
from instances.published.route_text import read_route_text, route_text
from instances.published.solomon import read_solomon
from instances.published.solutions import (
    PublishedRound,
    PublishedSolution,
    PublishedStop,
    read_result,
    read_solution,
    write_result,
)
from instances.published.uhhc import read_uhhc
from instances.published.units import as_reckoned, coarser, in_file_units, without_noise

__all__ = [
    "LUNCH",
    "Answer",
    "BestKnown",
    "Breach",
    "BrokenSolutionError",
    "Carer",
    "Component",
    "Cost",
    "Evaluation",
    "Format",
    "LunchRule",
    "Moment",
    "Patient",
    "PublishedDay",
    "PublishedRound",
    "PublishedSolution",
    "PublishedStop",
    "RequiredService",
    "Shift",
    "Synchronization",
    "Synchrony",
    "Violation",
    "Window",
    "answer",
    "as_reckoned",
    "best_known",
    "coarser",
    "evaluate",
    "in_file_units",
    "look_again",
    "read_day",
    "read_italian",
    "read_kummer",
    "read_mankowska",
    "read_result",
    "read_route_text",
    "read_solomon",
    "read_solution",
    "read_uhhc",
    "route_text",
    "without_noise",
    "write_result",
]
