"""The smallest files of each format, written for the tests: valid ones, to be spoilt one thing at a time."""

from __future__ import annotations

import copy
from typing import Any

MANKOWSKA = """nbNodes
4
nbVehi
2
nbServi
2
r
1 1
1 0
1 1
1 1
DS
3
a
1 0
0 1
x
0 3 0 0
y
0 0 4 0
d
0.0 3.25 4.0 0.0
3.25 0.0 5.0 3.25
4.0 5.0 0.0 4.0
0.0 3.25 4.0 0.0
p
0 0
0 0
10 10
12 12
10 10
10 10
0 0
0 0
mind
0 0 5 0
maxd
0 0 9 0
e
0 20 30 0
l
600 140 150 600
"""
"""Node 1 needs s1, which lasts longer with c2; node 2 needs s1, then s2 5–9 later."""

SOLOMON = """C0

VEHICLE
NUMBER     CAPACITY
  2         200

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0          0          0          0       100          0
    1      1          1         10          5        50         10
    2      3          4         20          0        60         10
"""

HHCRSP: dict[str, Any] = {
    "patients": [
        {
            "id": "p1",
            "time_window": [10.0, 130.0],
            "required_caregivers": [{"service": "s1", "duration": 15}],
        },
        {
            "id": "p2",
            "time_window": [20, 140],
            "required_caregivers": [{"service": "s1"}, {"service": "s2", "duration": 20}],
            "synchronization": {"type": "sequential", "distance": [5, 30]},
        },
    ],
    "services": [{"id": "s1", "default_duration": 12}, {"id": "s2"}],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s2"]}],
    "central_offices": [{"id": "d"}],
    "distances": [[0, 3, 4], [3.5, 0, 5], [4, 5, 0]],
}

UHHC: dict[str, Any] = {
    "metadata": {
        "time_window_met": "at_service_end",
        "origin": "generated",
        "cost_components": {"travel_time": 2, "total_tardiness": "HARD", "missed_lunch_break": 50},
    },
    "distances": [[0, 3, 4], [3, 0, 5], [4, 5, 0]],
    "terminal_points": [{"id": "d0", "distance_matrix_index": 0}],
    "caregivers": [
        {
            "id": "c1",
            "abilities": ["s1"],
            "departing_point": "d0",
            "arrival_point": "d0",
            "working_shift": {"start": 0, "end": 600},
            "lunch_break": True,
        },
        {"id": "c2", "abilities": ["s2"], "departing_point": "d0"},
    ],
    "patients": [
        {
            "id": "p1",
            "required_services": [{"service": "s1", "duration": 15}],
            "distance_matrix_index": 1,
            "time_windows": [{"start": 200, "end": 300}, {"start": 10, "end": 130}],
            "optional": True,
            "preferred_caregivers": ["c1"],
            "incompatible_caregivers": ["c2"],
        },
        {
            "id": "p2",
            "required_services": [{"service": "s1", "duration": 15}, {"service": "s2", "duration": 10}],
            "distance_matrix_index": 2,
            "time_windows": [{"start": 20, "end": 140}],
            "synchronization": {"type": "sequential", "distance": {"min": 5, "max": 5}},
        },
    ],
    "services": [{"id": "s1", "type": "t"}, {"id": "s2", "type": "t"}],
    "lunch_breaks": {"start": 180, "end": 360, "min_duration": 30},
}

SOLUTION: dict[str, Any] = {
    "cost": {"objective": 12},
    "cost_components": {"travel_time": 12, "preferences": 0},
    "routes": [
        {
            "caregiver_id": "c1",
            "locations": [
                {"patient": "p1", "service": "s1", "arrival_time": 20, "departure_time": 35},
                {"patient": "p1", "service": "lunch_break", "start_time": 200, "end_time": 230},
            ],
        },
        {"caregiver_id": "c2"},
    ],
}


def changed(document: dict[str, Any], way: str, value: object) -> dict[str, Any]:
    """A copy with one thing set, such as ``patients.0.id``; ``...`` takes the thing out."""
    copied = copy.deepcopy(document)
    *steps, last = [int(step) if step.isdigit() else step for step in way.split(".")]
    inside: Any = copied
    for step in steps:
        inside = inside[step]
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return copied
