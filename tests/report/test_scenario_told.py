"""What a study says aloud."""

from __future__ import annotations

from optimiser.impact.interval import Interval
from optimiser.report.scenario_told import Told, change, sentence_of


def told(mean: float, low: float | None, high: float | None, wide: tuple[float, float] | None = None) -> Told:
    return Told(
        key="rounds",
        name="Rounds",
        unit="rounds",
        places=1,
        base=100.0,
        scenario=100.0 + mean,
        difference=Interval(mean=mean, low=low, high=high, runs=5),
        with_travel=None if wide is None else Interval(mean=mean, low=wide[0], high=wide[1], runs=5),
        less_is_better=True,
    )


def test_a_clear_difference_is_told_with_its_ends() -> None:
    said = sentence_of(told(-8.0, -10.0, -6.0))
    assert said == (
        "Rounds would go from 100.0 to 92.0 rounds: 8.0 fewer, 8.0 per cent "
        "(between 10.0 fewer and 6.0 fewer, 19 times in 20)."
    )
    assert told(-8.0, -10.0, -6.0).verdict == "better"
    assert told(8.0, 6.0, 10.0).verdict == "worse"


def test_what_chance_or_travel_may_explain_is_no_difference() -> None:
    assert "no difference that can be told from chance" in sentence_of(told(1.0, -0.5, 2.5))
    assert "no difference" in sentence_of(told(1.0, 0.5, 1.5, wide=(-0.2, 2.2)))
    assert told(1.0, 0.5, 1.5, wide=(-0.2, 2.2)).verdict == "unclear"


def test_one_run_claims_nothing_and_nought_is_said_plainly() -> None:
    assert "nothing is known of chance" in sentence_of(told(3.0, None, None))
    assert sentence_of(told(0.0, 0.0, 0.0)) == "Rounds would not change: 100.0 rounds."
    assert [change(each, 1) for each in (0.04, 2.0, -2.0)] == ["none", "2.0 more", "2.0 less"]
