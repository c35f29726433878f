"""What ``carerounds compete`` prints: the awards, and what a panel must look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from geodata.report import Finding, format_findings
from instances.audit_pack import read_pack
from instances.competition_pack import RECORD, RUN, verify
from optimiser.cli.progress import on_stderr
from optimiser.competition.competition import Competition
from optimiser.competition.outcome import Outcome
from optimiser.report.competition_page import headline, moves, proof
from optimiser.report.wording import count, pounds
from optimiser.solving.sealing import seal_of


def show_competition(competition: Competition, outcome: Outcome, warnings: Sequence[Finding]) -> None:
    """Awards, what is held and why, ties, and how firmly they stand."""
    for line in format_findings(warnings):
        print(line)
    names = {each.id: each.name or str(each.id) for each in competition.bidders}
    print(f"{competition.name}: {headline(competition, outcome)}")
    print(f"  {pounds(outcome.weekly_cost)} a week; {proof(outcome)}")
    for each in outcome.awards:
        held = f"; held: {', '.join(ref.ground.value for ref in each.held_for)}" if each.held_for else ""
        print(f"  {each.batch}: {names[each.provider]}, bid {each.bid}, {each.points / 100:.2f} points{held}")
    for left in outcome.unawarded:
        print(f"  {left.batch}: nobody; {left.why.value}")
    for exclusion in outcome.eligibility.excluded:
        print(f"  out: {exclusion.bid}, {exclusion.ground.value}: {exclusion.reason}")
    _show_firmness(competition, outcome)


def _show_firmness(competition: Competition, outcome: Outcome) -> None:
    now = {each.batch: each.bid for each in outcome.awards}
    weights = [each for each in outcome.changes if each.of == "weight" and each.moved]
    prices = [each for each in outcome.changes if each.of == "price" and each.moved]
    print(
        f"  firm? {count(len(weights), 'change')} of a weight by ten points and {len(prices)} of a price by "
        "one per cent would move an award"
    )
    for each in weights[:3]:
        print(f"    {each.what} {each.by:+}: {moves(each, now)}")
    if len(weights) > 3:
        print(f"    … and {len(weights) - 3} more in sensitivity.csv")
    for bundle in outcome.bundles:
        if bundle.is_beyond_travel:
            print(
                f"  bundle {bundle.bid} is {pounds(bundle.discount)} a week below its own bids for the "
                f"parts; travel explains {pounds(bundle.travel_worth)}: ask why"
            )
    names = {each.id: each.name or str(each.id) for each in competition.bidders}
    for gone in outcome.without:
        if gone.left_standing:
            print(
                f"  if {names[gone.provider]} walks away, {', '.join(gone.left_standing)} would have nobody "
                "while all others stand"
            )
    pairs = sum(len(each) for each in outcome.reordered.values())
    if pairs:
        print(f"  {count(pairs, 'pair')} of bids change their order with a third: the page names them")


def show_verified(path: Path) -> None:
    """Say that a pack holds; ``InputError`` with everything that does not."""
    files = read_pack(path)
    with on_stderr() as progress:
        report = verify(files, progress=progress)
    for line in format_findings(report.warnings):
        print(line)
    report.raise_if_any()
    kept, run = json.loads(files[RECORD]), json.loads(files[RUN])
    print(f"{path} holds: {kept['competition']}, decided {run['decided_at']}")
    print(
        f"  evaluated anew from its own files: {count(len(kept['awards']), 'award')}, "
        f"{count(len(kept['scores']), 'score')}, {count(len(kept['changes']), 'changed figure')}; "
        "nothing differs"
    )
    print(f"  seal {seal_of(files)}")
