"""Today's rounds on other roads: the same legs, longer."""

from __future__ import annotations

from geodata.travel import StraightLine
from optimiser.allocation.allocate import allocate
from optimiser.impact.as_driven import as_driven
from optimiser.impact.scenario_study import StudyPlan, study_scenarios
from optimiser.impact.scenarios.world import World
from optimiser.model.calendar import Weekday
from optimiser.rounds.build_rounds import build_rounds
from optimiser.solving.fan_out import SerialExecutor
from tests.impact.worlds import FEW, TUESDAY, Slower, maldon

WORLD = maldon(packages=20)


class Doubled:
    """A scenario in which every way takes twice as long."""

    assumptions = ("Every way takes twice as long.",)

    def apply(self, world: World) -> World:
        assert isinstance(world.travel, StraightLine)
        return World(instance=world.instance, travel=Slower(world.travel))


def test_the_same_rounds_on_the_same_roads_take_the_same_and_on_roads_twice_as_long_twice() -> None:
    allocation = allocate(WORLD.instance, policy="cascade").solution
    day = build_rounds(
        WORLD.instance, allocation, day=Weekday.TUESDAY, limits=FEW, executor=SerialExecutor()
    ).solution
    lines = WORLD.travel
    assert isinstance(lines, StraightLine)
    same, twice = (as_driven(WORLD.instance, day.plans, travel) for travel in (lines, Slower(lines)))
    assert same.before_seconds == same.travel_seconds == day.travel_seconds > 0
    assert (same.longer, same.cut_off) == (0, 0)
    assert (twice.travel_seconds, twice.metres) == (2 * same.travel_seconds, 2 * same.metres)


def test_a_world_on_other_roads_is_measured_by_todays_rounds_too() -> None:
    plan = StudyPlan(days=TUESDAY, seeds=(1,), limits=FEW)
    done = study_scenarios(WORLD, {"doubled": Doubled()}, plan, executor=SerialExecutor())
    assert done.base.figures[0].as_driven is None
    found = done.scenarios[0].figures[0].as_driven
    assert found is not None
    assert found.before_seconds == done.base.figures[0].whole.travel_seconds
    assert found.travel_seconds == 2 * found.before_seconds
