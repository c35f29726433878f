"""Transfers: who may be moved, what exchanges are, and that what is found is sound."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from geodata.report import InputError
from geodata.travel import StraightLine
from instances import leicestershire
from instances.counties.live import live_book
from optimiser import Limits, allocate
from optimiser.cli.transfer_folder import look_for_transfers
from optimiser.impact.transfers.check import Terms, check_transfers
from optimiser.impact.transfers.elsewhere import elsewhere
from optimiser.impact.transfers.exchange import Kind, Move, exchanges, fits, people
from optimiser.impact.transfers.formulation import pack
from optimiser.impact.transfers.kernels import seat
from optimiser.impact.transfers.nearness import Nearness, nearness
from optimiser.impact.transfers.plan import NOISE, Side, Transfers, tolerance
from optimiser.impact.transfers.pool import Worth, promising
from optimiser.impact.transfers.problem import TransferProblem, transfer_problem
from optimiser.impact.transfers.rules import TransferRules, why_not
from optimiser.impact.transfers.solve import NoLiveBookError, Search, find_transfers
from optimiser.impact.transfers.weeks import Plans
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import TransferBar
from optimiser.report.transfer_tables import write_transfers
from optimiser.solving.fan_out import SerialExecutor
from optimiser.solving.progress import silent

RULES = TransferRules(phase_share=20, beyond_noise=0.3, least_saving=60)
"""A hundred steps a day, on four hundred people, are noisier than what the defaults were measured on."""
TERMS = Terms(phase_share=RULES.phase_share, beyond_noise=RULES.beyond_noise, least_saving=RULES.least_saving)
Found = tuple[Transfers, Plans, Plans]


@pytest.fixture(scope="module")
def live() -> Instance:
    county = leicestershire(seed=3, packages=400)
    return live_book(county, allocate(county, policy="cascade").solution.provider_of, seed=3)


@pytest.fixture(scope="module")
def problem(live: Instance) -> TransferProblem:
    return transfer_problem(live, RULES)


@pytest.fixture(scope="module")
def near(live: Instance, problem: TransferProblem) -> Nearness:
    return nearness(problem, StraightLine(kinds=live.area_kinds))


@pytest.fixture(scope="module")
def pool(near: Nearness) -> dict[Move, int]:
    return promising(near, steps=20_000, seeds=(0, 1), executor=SerialExecutor())


@pytest.fixture(scope="module")
def found(live: Instance) -> Found:
    search = Search(steps=20_000, books=1, limits=Limits(iterations=100), measured=Limits(iterations=100))
    return find_transfers(live, rules=RULES, search=search, seeds=(8, 9), executor=SerialExecutor())


def test_nobody_is_moved_without_consent_or_against_an_exclusion(live: Instance) -> None:
    plain = next(p for p in live.packages if why_not(p, live.as_of, RULES) is None)
    for change, said in (
        ({"transfer_consent": None}, "not asked for consent"),
        ({"transfer_consent": False}, "the person declined"),
        ({"transfer_bar": TransferBar.HOSPITAL}, "hospital"),
        ({"transfer_bar": TransferBar.SAFEGUARDING}, "safeguarding"),
        ({"skills": frozenset({"end_of_life"})}, "end of life"),
        ({"planned_end": live.as_of}, "ends on"),
        ({"with_provider_since": live.as_of - timedelta(days=83)}, "changed provider on"),
        ({"chosen_provider": plain.current_provider}, "own choice"),
    ):
        reason = why_not(replace(plain, **change), live.as_of, RULES)  # type: ignore[arg-type]
        assert reason is not None
        assert said in reason
    stayed = replace(plain, with_provider_since=live.as_of - timedelta(weeks=12))
    assert why_not(stayed, live.as_of, RULES) is None


def test_rules_that_nobody_can_mean_are_refused() -> None:
    for wrong in ({"phase_share": 0}, {"phase_share": 101}, {"least_saving": -1}, {"longest": 0}):
        with pytest.raises(ValueError, match=r"phase|exchange"):
            TransferRules(**wrong)  # type: ignore[arg-type]


def test_an_estimate_kept_up_to_date_is_the_one_worked_out_anew(near: Nearness) -> None:
    book, draw = near.book(), np.random.default_rng(5)
    for _ in range(200):
        u = int(draw.choice(near.ground.movable))
        c = int(draw.integers(near.ground.option[u], near.ground.option[u + 1]))
        if c != book.at[u]:
            seat(near.ground, book, u, c)
    holder = near.holder.copy()
    for u in near.ground.movable:
        holder[u] = near.ground.who[book.at[u]]
    anew = Nearness(
        ground=near.ground,
        providers=near.providers,
        numbered=near.numbered,
        holder=holder,
        free=near.free,
    ).book()
    assert book.total.tolist() == pytest.approx(anew.total.tolist())
    assert book.held.tolist() == anew.held.tolist()


def test_an_exchange_stands_by_itself_and_is_no_longer_than_it_may_be(
    problem: TransferProblem, pool: dict[Move, int]
) -> None:
    found = exchanges(problem, pool)
    assert found
    for each in found:
        assert len(each.moves) <= RULES.longest
        assert fits(problem, each.moves)
        kind = each.kind(problem)
        assert (kind is Kind.MOVE) == (len(each.moves) == 1)
        if kind in (Kind.SWAP, Kind.CYCLE):
            gives = {problem.units[m.unit].provider for m in each.moves}
            assert gives == {m.to for m in each.moves}


def test_packing_is_exact_on_a_few_exchanges(problem: TransferProblem, pool: dict[Move, int]) -> None:
    few = {e: sum(pool[m] for m in e.moves) for e in exchanges(problem, pool)[:10]}
    small = replace(problem, rules=replace(RULES, phase_share=1))
    able = [e for e, s in few.items() if s >= RULES.least_saving * people(problem, e.moves)]
    best = 0
    for size in range(len(able) + 1):
        for some in combinations(able, size):
            moves = [m for e in some for m in e.moves]
            whole = len({m.unit for m in moves}) == len(moves) and fits(problem, moves)
            if whole and people(problem, moves) <= small.most_moved:
                best = max(best, sum(few[e] for e in some))
    assert pack(small, few).saving == best


def test_what_is_found_passes_the_independent_check(live: Instance, found: Found) -> None:
    transfers, before, after = found
    assert transfers.moved
    assert check_transfers(live, transfers, before, after, TERMS) == ()
    each = [deal.each for deal in transfers.deals]
    assert each == sorted(each, reverse=True)


def test_the_check_sees_what_is_wrong(live: Instance, found: Found) -> None:
    transfers, before, after = found
    one = transfers.deals[0].transfers[0].package

    def spoilt(**change: object) -> Instance:
        return replace(
            live,
            packages=tuple(
                replace(p, **change) if p.id == one else p  # type: ignore[arg-type]
                for p in live.packages
            ),
        )

    for market, rule in (
        (spoilt(transfer_consent=False), "T1 consent"),
        (spoilt(transfer_bar=TransferBar.HOSPITAL), "T2 barred"),
        (spoilt(with_provider_since=live.as_of), "T2 twelve weeks"),
        (spoilt(excluded_providers=frozenset({transfers.deals[0].transfers[0].taker})), "contract"),
    ):
        rules = {b.rule for b in check_transfers(market, transfers, before, after, TERMS)}
        assert rule in rules
    dear = replace(TERMS, phase_share=0.1, least_saving=10**9)
    rules = {b.rule for b in check_transfers(live, transfers, before, after, dear)}
    assert {"T3 worth it", "T4 churn"} <= rules
    lies = replace(transfers, before=tuple(2 * each for each in transfers.before))
    assert "saving" in {b.rule for b in check_transfers(live, lies, before, after, TERMS)}


def test_the_same_seed_finds_the_same_in_any_order_of_rows(live: Instance, found: Found) -> None:
    shuffled = replace(live, packages=tuple(reversed(live.packages)))
    problem = transfer_problem(shuffled, RULES)
    near = nearness(problem, StraightLine(kinds=live.area_kinds))
    again = promising(near, steps=20_000, seeds=(0, 1), executor=SerialExecutor())
    first = nearness(transfer_problem(live, RULES), StraightLine(kinds=live.area_kinds))
    assert again == promising(first, steps=20_000, seeds=(0, 1), executor=SerialExecutor())


def test_undoing_all_moves_gives_the_saving_of_all(near: Nearness, pool: dict[Move, int]) -> None:
    worth = Worth(near)
    before = worth.travel
    moves = list({move.unit: move for move in pool}.values())
    worth.make(moves)
    assert worth.without(moves) == pytest.approx(before - worth.travel, abs=1)


def test_a_market_without_a_book_or_consent_is_refused_with_both_reasons() -> None:
    county = leicestershire(seed=3, packages=20)
    fresh = replace(county, packages=tuple(replace(p, current_provider=None) for p in county.packages))
    with pytest.raises(NoLiveBookError):
        find_transfers(fresh, executor=SerialExecutor())
    with pytest.raises(InputError) as refused:
        look_for_transfers(fresh, "county", RULES, Search(), seed=0, runs=1, progress=silent)
    assert {each.code for each in refused.value.findings} == {"E500", "E501"}


def test_a_saving_is_measured_on_weeks_that_had_no_part_in_the_choice(live: Instance, found: Found) -> None:
    transfers, before, after = found
    assert not set(transfers.chosen_on) & set(transfers.seeds)
    assert {seed for seed, _, _ in before} == {seed for seed, _, _ in after} == set(transfers.seeds)
    assert transfers.chosen_saving is not None
    with pytest.raises(ValueError, match="chosen by"):
        find_transfers(live, chosen_on=(1,), seeds=(1, 2), executor=SerialExecutor())


def test_nobody_drives_more_unnamed(live: Instance, found: Found) -> None:
    transfers, before, after = found
    one = transfers.sides[0]
    lies = replace(transfers, sides=(replace(one, travel_after=one.travel_after / 2), *transfers.sides[1:]))
    assert "provider" in {b.rule for b in check_transfers(live, lies, before, after, TERMS)}
    strict = replace(TERMS, beyond_noise=-1.0)
    assert "worse off" in {b.rule for b in check_transfers(live, transfers, before, after, strict)}


def test_noise_shrinks_with_the_root_of_the_runs() -> None:
    assert tolerance(0.0, 4) == pytest.approx(NOISE / 2)
    assert tolerance(0.05, 1) == pytest.approx(0.05 + NOISE)
    side = Side(
        provider=ProviderId("A"), given=1, taken=1, travel_before=100.0, travel_after=104.0,
        contact_before=900, contact_after=900,
    )  # fmt: skip
    assert side.is_worse_off(0.03)
    assert not side.is_worse_off(0.05)
    assert not replace(side, contact_after=1000).is_worse_off(0.03)


def test_continuity_is_of_those_who_stay_with_both_weeks() -> None:
    a, b, c, gone = (PackageId(each) for each in "abcd")
    told = elsewhere({a: 2, b: 3, c: 1, gone: 9}, {a: 3, b: 3, c: 4}, frozenset({c}))
    assert told is not None
    assert (told.people, told.before, told.after) == (2, 2.5, 3.0)
    assert not told.falls
    assert elsewhere({a: 1}, {a: 1}, frozenset()) is None
    many = {PackageId(str(k)): 2 for k in range(50)}
    worse = elsewhere(many, {p: 3 + k % 2 for k, p in enumerate(many)}, frozenset())
    assert worse is not None
    assert worse.falls


def test_the_list_is_for_the_broker(live: Instance, found: Found, tmp_path: Path) -> None:
    write_transfers(tmp_path, live, found[0])
    rows = list(csv.DictReader((tmp_path / "transfers.csv").read_text().splitlines()))
    assert len(rows) == found[0].moved
    assert not (tmp_path / "own").exists()
