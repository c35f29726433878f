"""Sentences claim no more than the figures carry; differences and ranks are counted right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimiser.impact.interval import Interval
from optimiser.report.comparison import compare
from optimiser.report.finding import finding, interval_clause, proof_clause, travel_clause
from optimiser.report.page_data import to_script
from optimiser.report.rank import rank_kept
from optimiser.report.shortfall import exclusion_counts, left_over, spot_use, tier_use
from optimiser.report.wording import count, number, percent, pounds
from optimiser.solving.result import Status


def saving(mean: float, low: float | None, high: float | None) -> Interval:
    return Interval(mean=mean, low=low, high=high, runs=5 if low is not None else 1)


def test_less_travel_is_said_with_its_interval() -> None:
    assert "27\u202f% less" in travel_clause(saving(27.2, 24.1, 30.4))
    assert interval_clause(saving(27.2, 24.1, 30.4)) == "95\u202f% interval 24 to 30\u202f%"


def test_more_travel_is_said_to_be_more() -> None:
    assert "8\u202f% more" in travel_clause(saving(-8.0, -10.0, -6.0))
    assert interval_clause(saving(-8.0, -10.0, -6.0)) == "95\u202f% interval 6 to 10\u202f%"


def test_an_interval_across_nought_is_no_clear_difference() -> None:
    assert travel_clause(saving(1.0, -2.0, 4.0)).startswith("no clear difference")


def test_no_saving_is_said_to_be_unknown() -> None:
    assert "could not be compared" in travel_clause(None)
    assert interval_clause(None) == ""


def test_a_proof_says_how_far_it_goes(case: Any) -> None:
    tight = case.allocations["proposal"]
    assert proof_clause(tight) == "proven: price, rank"
    searched = replace(tight.provenance, settings={"policy": "coherent", "travel": "straight line"})
    assert proof_clause(replace(tight, provenance=searched)).endswith("found by search and has no bound")
    loose = replace(
        tight,
        status=Status.FEASIBLE,
        objective=1000,
        bound=998.0,
        components={"weekly cost": 1000},
        provenance=replace(tight.provenance, settings={"policy": "cost"}),
    )
    assert proof_clause(loose) == "proven to 0.200\u202f%: by more than that, none costs less"
    assert proof_clause(replace(loose, bound=None)).startswith("found by a rule of thumb")


def test_the_finding_counts_packages(case: Any) -> None:
    said = finding(case.instance, case.allocations["proposal"].solution, case.study)
    placed = len(case.allocations["proposal"].solution.placements)
    assert str(said).startswith(f"{placed} of 40 packages placed; carers would travel ")


def test_differences_are_paired_and_savings_have_their_sign(case: Any) -> None:
    travel = compare(case.study)[0]
    assert travel.difference is not None
    assert travel.saving is not None
    assert travel.baseline_mean is not None
    assert travel.proposal_mean is not None
    assert travel.difference.mean == pytest.approx(travel.proposal_mean - travel.baseline_mean)
    assert (travel.saving.mean > 0) == (travel.difference.mean < 0)
    assert travel.verdict == ("better" if travel.difference.mean < 0 else "worse")


def test_tiers_hold_every_package_once(case: Any) -> None:
    baseline, proposal = (case.allocations[name].solution for name in ("baseline", "proposal"))
    used = tier_use(case.instance, baseline, proposal)
    assert sum(each.baseline for each in used) == sum(each.proposal for each in used) == 40
    assert sum(each.proposal_cost for each in used) == proposal.weekly_cost
    assert spot_use(case.instance, proposal).packages == next(
        each.proposal for each in used if each.code == "spot"
    )


def test_exclusions_add_up(case: Any) -> None:
    counted = exclusion_counts(case.exclusions)
    assert sum(counted.totals) == len(case.exclusions) == sum(sum(row[1]) for row in counted.rows)


def test_every_package_left_over_has_its_reasons(case: Any) -> None:
    rows = left_over(case.instance, case.allocations["proposal"].solution, case.exclusions)
    assert [row.package for row in rows] == [
        each.package for each in case.allocations["proposal"].solution.unplaced
    ]
    assert all(len(row.refusals) == len(case.instance.providers) for row in rows)


def test_a_package_that_could_move_up_is_seen(case: Any) -> None:
    proposal = case.allocations["proposal"].solution
    assert rank_kept(case.instance, proposal).could_move_up > 0
    first = case.instance.admissions[0].provider
    kept = replace(
        proposal,
        placements=tuple(replace(each, provider=first, position=1) for each in proposal.placements[:2]),
        unplaced=(),
    )
    found = rank_kept(case.instance, kept)
    assert (found.first_able, found.could_move_up, found.mean_position) == (2, 0, 1.0)


def test_figures_read_as_people_write_them() -> None:
    assert number(-0.04, 1) == "0.0"
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(None) == "–"
    assert percent(26.6) == "27\u202f%"
    assert pounds(-123_450) == "−£1,234"
    assert count(1, "package") == "1 package"


def test_script_text_cannot_end_its_element() -> None:
    text = to_script({"name": "</script><!--&\u2028"})
    assert not set(text) & set("<>&\u2028")
