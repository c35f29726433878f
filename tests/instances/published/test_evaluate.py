"""Components and rules on days small enough to reckon by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from instances.published import (
    LUNCH,
    Breach,
    Carer,
    Component,
    Cost,
    Format,
    LunchRule,
    Moment,
    Patient,
    PublishedDay,
    PublishedRound,
    PublishedSolution,
    PublishedStop,
    RequiredService,
    Shift,
    Synchronization,
    Synchrony,
    Window,
    coarser,
    evaluate,
)

TRAVEL = (
    (0, 50, 10, 20, 30),
    (50, 0, 15, 25, 35),
    (11, 16, 0, 5, 40),
    (21, 26, 6, 0, 12),
    (31, 36, 41, 13, 0),
)
P = Patient(
    id="p",
    place=2,
    windows=(Window(start=120, end=150, hard=False), Window(start=300, end=330, hard=False)),
    services=(RequiredService(service="s", duration=20),),
    preferred=frozenset({"c2"}),
)
Q = Patient(
    id="q",
    place=3,
    windows=(Window(start=150, end=200, hard=False),),
    services=(RequiredService(service="s", duration=10), RequiredService(service="t", duration=15)),
    synchronization=Synchronization(kind=Synchrony.SEQUENTIAL, minimum=5, maximum=50),
)
R = Patient(
    id="r",
    place=4,
    windows=(Window(start=0, end=400, hard=False),),
    services=(RequiredService(service="s", duration=5),),
    optional=True,
    incompatible=frozenset({"c1"}),
)
C1 = Carer(
    id="c1", abilities=frozenset("s"), depot_from=0, depot_to=1, shift=Shift(start=100, end=400), lunch=True
)
C2 = Carer(id="c2", abilities=frozenset("st"), depot_from=0, depot_to=0, shift=Shift(start=100, end=300))
C3 = Carer(
    id="c3", abilities=frozenset(), depot_from=0, depot_to=0, shift=Shift(start=0, end=200), lunch=True
)
DAY = PublishedDay(
    name="by hand",
    format=Format.UHHC,
    scale=1,
    services=("s", "t"),
    patients=(P, Q, R),
    carers=(C1, C2, C3),
    travel=TRAVEL,
    costs=(
        Cost(component=Component.TRAVEL_TIME, weight=Fraction(2)),
        Cost(component=Component.MAX_IDLE_TIME, weight=Fraction(3)),
        Cost(component=Component.OPTIONAL_PATIENTS, weight=Fraction(100)),
    ),
    window_met=Moment.SERVICE_END,
    lunch=LunchRule(start=180, end=360, minimum=30),
)


def stop(patient: str | None, service: str, start: int, end: int | None = None) -> PublishedStop:
    return PublishedStop(
        patient=patient,
        service=service,
        start=Fraction(start),
        end=None if end is None else Fraction(end),
    )


def rounds(**stops: list[PublishedStop]) -> PublishedSolution:
    return PublishedSolution(
        rounds=tuple(PublishedRound(carer=carer, stops=tuple(those)) for carer, those in stops.items())
    )


FIRST = [stop("p", "s", 120), stop("q", LUNCH, 185), stop("q", "s", 215)]
SECOND = [stop("q", "t", 240)]


def test_every_component_is_as_reckoned_by_hand() -> None:
    found = evaluate(DAY, rounds(c1=FIRST, c2=SECOND))
    assert found.violations == ()
    assert found.components == {
        Component.TRAVEL_TIME: (10 + 5 + 0 + 26) + (20 + 21),
        Component.TOTAL_TARDINESS: 25 + 55,  # 225 and 255 against 200; 140 is in time
        Component.HIGHEST_TARDINESS: 55,
        Component.TOTAL_WAITING_TIME: 40,  # 145 to 185, before the break
        Component.MAX_WAITING_TIME: 40,
        Component.TOTAL_EXTRA_TIME: 0,
        Component.MAX_IDLE_TIME: 200,  # c3; c1 10 + 40 + 149, c2 120 + 24
        Component.CAREGIVER_PREFERENCES: 1,
        Component.INCOMPATIBILITIES: 0,
        Component.QUALIFICATION: 0,
        Component.OPTIONAL_PATIENTS: 1,
        Component.MISSED_LUNCH_BREAK: 1,  # c3, unused
        Component.WORKING_TIME: 71 + 56,
        Component.WORKLOAD_BALANCE: 29 + 14 + 43,  # around 42 1/3, each rounded up
    }
    assert found.objective == 2 * 82 + 3 * 200 + 100


def test_at_service_start_only_the_start_must_be_in_the_window() -> None:
    found = evaluate(replace(DAY, window_met=Moment.SERVICE_START), rounds(c1=FIRST, c2=SECOND))
    assert found.components[Component.TOTAL_TARDINESS] == 15 + 40


@pytest.mark.parametrize(("start", "late"), [(120, 0), (140, 10), (299, 169), (300, 0), (320, 10)])
def test_lateness_is_against_the_last_window_that_has_opened(start: int, late: int) -> None:
    found = evaluate(DAY, rounds(c2=[stop("p", "s", start)]))
    assert found.components[Component.TOTAL_TARDINESS] == late


def test_a_wait_after_a_break_that_opens_the_round_is_idle_but_no_waiting() -> None:
    opening = [stop("r", LUNCH, 180), stop("p", "s", 300)]  # nobody serves r: the break is at the depot
    found = evaluate(DAY, rounds(c1=opening))
    assert found.components[Component.TOTAL_WAITING_TIME] == 0
    assert found.components[Component.TRAVEL_TIME] == 0 + 10 + 16
    idle = 80 + 80 + (400 - 336)
    assert (
        evaluate(replace(DAY, carers=(C1,)), rounds(c1=opening)).components[Component.MAX_IDLE_TIME] == idle
    )


def test_who_leaves_as_the_shift_starts_waits_at_the_first_patient() -> None:
    found = evaluate(replace(DAY, leaves_at_shift_start=True), rounds(c1=FIRST, c2=SECOND))
    assert found.components[Component.TOTAL_WAITING_TIME] == 10 + 40 + 120
    assert found.components[Component.MAX_IDLE_TIME] == 200


def test_a_return_after_the_shift_is_extra_time_and_a_breach_where_it_must_not_be() -> None:
    late = rounds(c2=[stop("p", "s", 300)])
    assert evaluate(DAY, late).components[Component.TOTAL_EXTRA_TIME] == 31
    hard = replace(DAY, costs=(Cost(component=Component.TOTAL_EXTRA_TIME, weight=Fraction(0), hard=True),))
    breaches = {each.breach for each in evaluate(hard, late).violations}
    assert {Breach.AFTER_SHIFT, Breach.MUST_BE_ZERO} <= breaches


def test_a_finer_scale_changes_nothing() -> None:
    def times(number: int) -> int:
        return number * 1000

    fine = coarser(replace(DAY, scale=1), 1)  # a copy, to be blown up by hand
    blown = replace(
        fine,
        scale=1000,
        patients=tuple(
            replace(
                each,
                windows=tuple(replace(w, start=times(w.start), end=times(w.end)) for w in each.windows),
                services=tuple(replace(s, duration=times(s.duration)) for s in each.services),
                synchronization=each.synchronization
                and replace(each.synchronization, minimum=times(5), maximum=times(50)),
            )
            for each in fine.patients
        ),
        carers=tuple(
            replace(
                each, shift=each.shift and Shift(start=times(each.shift.start), end=times(each.shift.end))
            )
            for each in fine.carers
        ),
        travel=tuple(tuple(times(each) for each in row) for row in fine.travel),
        lunch=LunchRule(start=times(180), end=times(360), minimum=times(30)),
    )
    plan = rounds(c1=FIRST, c2=SECOND)
    assert evaluate(blown, plan) == evaluate(DAY, plan)
    assert coarser(blown, 1) == DAY


HARD_WINDOWS = replace(DAY, patients=(replace(P, windows=(Window(start=120, end=130, hard=True),)), Q, R))
BROKEN = [
    (Breach.UNKNOWN, DAY, rounds(c9=[])),
    (Breach.UNKNOWN, DAY, rounds(c1=[stop("x", "s", 150)])),
    (Breach.UNKNOWN, DAY, rounds(c2=[stop("p", "t", 150)])),
    (Breach.TWICE, DAY, rounds(c1=[stop("p", "s", 120)], c2=[stop("p", "s", 150)])),
    (
        Breach.TWICE,
        DAY,
        PublishedSolution(
            rounds=(PublishedRound(carer="c1", stops=()), PublishedRound(carer="c1", stops=()))
        ),
    ),
    (Breach.UNSERVED, DAY, rounds(c1=FIRST)),
    (Breach.UNABLE, DAY, rounds(c1=[stop("q", "t", 200)])),
    (Breach.INCOMPATIBLE, DAY, rounds(c1=[stop("r", "s", 200)])),
    (Breach.TOO_EARLY, DAY, rounds(c2=[stop("q", "s", 149)])),
    (Breach.TOO_LATE, HARD_WINDOWS, rounds(c2=[stop("p", "s", 131)])),
    (Breach.TOO_SHORT, DAY, rounds(c2=[stop("p", "s", 120, 139)])),
    (Breach.NO_TIME_TO_TRAVEL, DAY, rounds(c2=[stop("p", "s", 150), stop("q", "s", 174)])),
    (Breach.BEFORE_SHIFT, replace(DAY, opens=111), rounds(c2=[stop("p", "s", 120)])),
    (Breach.BEFORE_SHIFT, DAY, rounds(c1=[stop("r", "s", 120)])),
    (Breach.NOT_SYNCHRONISED, DAY, rounds(c1=[stop("q", "s", 200)], c2=[stop("q", "t", 251)])),
    (Breach.NOT_SYNCHRONISED, DAY, rounds(c1=[stop("q", "s", 200)], c2=[stop("q", "t", 204)])),
    (Breach.SAME_CARER, DAY, rounds(c2=[stop("q", "s", 200), stop("q", "t", 210)])),
    (Breach.LUNCH, DAY, rounds(c1=[stop(None, LUNCH, 179)])),
    (Breach.LUNCH, DAY, rounds(c1=[stop(None, LUNCH, 331)])),
    (Breach.LUNCH, DAY, rounds(c1=[stop(None, LUNCH, 200, 229)])),
    (Breach.LUNCH, DAY, rounds(c1=[stop(None, LUNCH, 200), stop(None, LUNCH, 240)])),
    (Breach.LUNCH, replace(DAY, lunch=None), rounds(c1=[stop(None, LUNCH, 200)])),
    (
        Breach.OVERLOADED,
        replace(DAY, patients=(replace(P, demand=3), Q, R), carers=(replace(C2, capacity=2),)),
        rounds(c2=[stop("p", "s", 120)]),
    ),
    (
        Breach.MUST_BE_ZERO,
        replace(DAY, costs=(Cost(component=Component.OPTIONAL_PATIENTS, weight=Fraction(0), hard=True),)),
        rounds(),
    ),
]


@pytest.mark.parametrize(("breach", "day", "plan"), BROKEN)
def test_a_broken_rule_is_named(breach: Breach, day: PublishedDay, plan: PublishedSolution) -> None:
    found = evaluate(day, plan)
    assert breach in {each.breach for each in found.violations}
    assert not found.is_feasible
    assert all(str(each) for each in found.violations)


def test_every_breach_has_a_test() -> None:
    assert {breach for breach, _, _ in BROKEN} == set(Breach) - {Breach.AFTER_SHIFT}


@pytest.mark.parametrize("component", [Component.QUALIFICATION, Component.INCOMPATIBILITIES])
def test_what_has_a_price_is_allowed(component: Component) -> None:
    priced = replace(DAY, costs=(*DAY.costs, Cost(component=component, weight=Fraction(7))))
    unable = component is Component.QUALIFICATION
    patient, service = (Q, "t") if unable else (R, "s")
    assert not DAY.allows(C1, patient, service)
    assert priced.allows(C1, patient, service)
    found = evaluate(priced, rounds(c1=[stop(patient.id, service, 200)]))
    assert found.components[component] == 1
    assert {Breach.UNABLE, Breach.INCOMPATIBLE}.isdisjoint(each.breach for each in found.violations)
