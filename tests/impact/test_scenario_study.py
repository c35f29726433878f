"""Studies of scenarios: honest by construction, and taken up where they stopped."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.travel import StraightLine
from optimiser.impact.figures import Figures, figures_of
from optimiser.impact.interval import paired_difference, widened
from optimiser.impact.journal import add_to_journal, read_journal
from optimiser.impact.measures import Measures
from optimiser.impact.scenario_study import ScenarioStudy, StudyPlan, study_scenarios
from optimiser.impact.scenarios.need import DemandGrown
from optimiser.impact.scenarios.supply import ProviderExit
from optimiser.impact.scenarios.world import Scenario, World
from optimiser.impact.travel_error import error_of_difference
from optimiser.model.calendar import Weekday
from optimiser.model.rounds import DayPlan, Round
from optimiser.model.tariff import Tariff
from optimiser.report.scenario_told import told
from optimiser.rounds.build_rounds import build_rounds
from optimiser.solving.fan_out import SerialExecutor
from tests.impact.worlds import FEW, TUESDAY, Nothing, Slower, maldon

WORLD = maldon()
PLAN = StudyPlan(days=TUESDAY, seeds=(1, 2, 3), limits=FEW)
SCENARIOS: dict[str, Scenario] = {
    "nothing": Nothing(),
    "growth": DemandGrown(factor=1.4),
    "exit": ProviderExit(provider=WORLD.instance.providers[0].id),
}


def study(world: World = WORLD, plan: StudyPlan = PLAN, **more: object) -> ScenarioStudy:
    return study_scenarios(world, SCENARIOS, plan, executor=SerialExecutor(), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def done() -> ScenarioStudy:
    return study()


def test_a_scenario_equal_to_the_base_shows_nought_in_its_interval(done: ScenarioStudy) -> None:
    for each in told(done, done.scenarios[0]):
        for interval in (each.difference, each.with_travel):
            if interval is not None and interval.low is not None and interval.high is not None:
                assert interval.low <= 0 <= interval.high, each.key
        assert each.verdict == "unclear"


def test_growth_is_seen(done: ScenarioStudy) -> None:
    hours = next(each for each in told(done, done.scenarios[1]) if each.key == "contact_hours")
    assert hours.difference is not None
    assert hours.difference.mean > 0


def test_shuffled_rows_change_nothing(done: ScenarioStudy) -> None:
    rng = random.Random(5)

    def shuffled(rows: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(rng.sample(rows, len(rows)))

    market = WORLD.instance
    names = ("packages", "providers", "admissions", "ranked_lists", "capacities", "carers", "lots")
    again = replace(market, **{name: shuffled(getattr(market, name)) for name in names})
    assert study(replace(WORLD, instance=again)) == done


def test_a_study_that_was_interrupted_goes_on_with_the_same_figures(
    done: ScenarioStudy, tmp_path: Path
) -> None:
    journal = tmp_path / "runs.jsonl"

    def stop_after_five(key: str, figures: Figures) -> None:
        add_to_journal(journal, key, figures)
        if len(read_journal(journal)) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study(keep=stop_after_five)
    with journal.open("a", encoding="utf-8") as out:
        out.write('{"key":"cut short')
    finished = read_journal(journal)
    assert len(finished) == 5
    built: list[str] = []
    rest = study(
        finished=finished,
        keep=lambda key, figures: (built.append(key), add_to_journal(journal, key, figures)),
    )
    assert rest == done
    assert not set(built) & set(finished)
    built.clear()
    assert study(finished=read_journal(journal), keep=lambda key, _: built.append(key)) == done
    assert not built


def test_runs_of_another_plan_are_not_taken_up(tmp_path: Path) -> None:
    first: dict[str, Figures] = {}
    study(plan=replace(PLAN, seeds=(1,)), keep=first.__setitem__)
    built: list[str] = []
    other = replace(PLAN, seeds=(1,), tariff=Tariff(wage=1500))
    study(plan=other, finished=first, keep=lambda key, _: built.append(key))
    assert built
    assert not set(built) & set(first)


def test_doubling_every_travel_time_doubles_every_travel_measure_and_no_other() -> None:
    """Of fixed rounds: a longer road would otherwise be driven in other rounds."""
    from optimiser.allocation.allocate import allocate

    allocation = allocate(WORLD.instance, policy="cascade").solution
    day = build_rounds(
        WORLD.instance, allocation, day=Weekday.TUESDAY, limits=FEW, executor=SerialExecutor()
    ).solution
    twice = DayPlan(
        day=day.day, plans=tuple(replace(p, rounds=tuple(map(_doubled, p.rounds))) for p in day.plans)
    )
    lines = WORLD.travel
    assert isinstance(lines, StraightLine)
    places = [each.place for each in WORLD.instance.packages]
    mode = day.rounds[0].mode
    assert (Slower(lines).matrix(places, mode).seconds == 2 * lines.matrix(places, mode).seconds).all()
    free = Tariff(wage=0, handover=0, unpaid_gap=10**6)
    before = figures_of(WORLD.instance, [day], travel=lines, tariff=free)
    after = figures_of(WORLD.instance, [twice], travel=lines, tariff=free)
    doubled = {"travel_seconds", "metres", "grams", "mileage_cost", "cost"}
    # What is driven is not waited: paid time is of both, and its parts are told apart.
    shifted = {"waiting_seconds", "paid_seconds"}
    for kind in ("by_area", "by_hands", "by_lot", "by_locality"):
        for name, measures in getattr(before, kind).items():
            _compare(measures, getattr(after, kind)[name], doubled, shifted)
    _compare(before.whole, after.whole, doubled, shifted)


def _doubled(each: Round) -> Round:
    stops = tuple(
        replace(stop, travel_seconds=2 * stop.travel_seconds, metres=2 * stop.metres) for stop in each.stops
    )
    return replace(each, stops=stops, home_seconds=2 * each.home_seconds, home_metres=2 * each.home_metres)


def _compare(before: Measures, after: Measures, doubled: set[str], passed_over: set[str]) -> None:
    for name in Measures.__dataclass_fields__:
        if name in doubled:
            assert getattr(after, name) == pytest.approx(2 * getattr(before, name), abs=2), name
        elif name not in passed_over:
            assert getattr(after, name) == getattr(before, name), name


def test_a_week_has_continuity_over_a_fortnight_and_a_day_has_none() -> None:
    short = StudyPlan(days=tuple(Weekday), seeds=(1,), limits=FEW)
    week = study_scenarios(WORLD, {}, short, executor=SerialExecutor()).base.figures[0]
    assert week.continuity is not None
    assert week.continuity.carers_per_person is not None
    day = study_scenarios(WORLD, {}, replace(short, days=TUESDAY), executor=SerialExecutor()).base.figures[0]
    assert day.continuity is None


def test_what_is_not_known_of_travel_widens_an_interval_and_the_same_legs_cancel() -> None:
    found = paired_difference([1.0, 2.0, 3.0], [2.0, 3.5, 3.5])
    assert found is not None
    wider = widened(found, 0.5)
    assert found.low is not None
    assert wider.low is not None
    assert wider.low < found.low
    legs = {"0.200": 1000, "0.400": 500}
    assert error_of_difference([legs], [legs]) == 0
    assert error_of_difference([legs], [{**legs, "0.400": 1500}]) == pytest.approx(400)
    assert error_of_difference([legs], [None]) is None
