"""What the commands of ``zones`` tell on stdout."""

from __future__ import annotations

import sys

from geodata.report import Finding, format_findings
from geodata.zones.agreement import Tally
from geodata.zones.sector_map import SectorMap
from optimiser.cli.zones_checking import Checked
from optimiser.cli.zones_comparing import Compared
from optimiser.cli.zones_drawing import Drawing
from optimiser.impact.realignment import Outcome
from optimiser.model.calendar import HOUR
from optimiser.report.wording import count, number


def show_check(checked: Checked) -> None:
    """Agreement first, then why it is not whole."""
    _warn(checked.warnings)
    found = checked.found
    drawn = f"{found.fitness.detail.value}, corners stand out by {found.fitness.coarseness} m"
    print(f"{checked.layer.title} ({drawn})")
    _tally("all postcodes", found.total)
    if found.live is not None and found.not_live is not None:
        _tally("in use", found.live)
        _tally("not in use", found.not_live)
    far = max((each.metres or 0 for each in found.disagreements), default=0)
    if found.disagreements:
        print(f"  farthest from the zone stated: {far:,} m")


def _tally(what: str, tally: Tally) -> None:
    if tally.share is None:
        print(f"  {what}: {tally.postcodes:,}, none with a code to compare")
        return
    why = ", ".join(f"{many:,} {cause.value}" for cause, many in tally.causes.items())
    without = tally.postcodes - tally.compared
    print(
        f"  {what}: {tally.agreeing:,} of {tally.compared:,} agree ({100 * tally.share:.2f} %)"
        + (f", {without:,} more have no code to compare" if without else "")
        + (f"; {why}" if why else "")
    )


def show_comparison(compared: Compared) -> None:
    """Who changes zone, and for whom it matters."""
    _warn(compared.warnings)
    change, found = compared.change, compared.realignment
    if change.matched:
        print("zones whose code only one of the two has were matched by what they share")
    if found is None:
        print(
            f"{int(change.changed.sum()):,} of {len(change.changed):,} postcodes change zone, "
            f"in {count(len(change.moves), 'sector')}"
        )
    else:
        print(
            f"{len(found.changes):,} of {found.packages:,} packages change zone, "
            f"{number(found.care() / HOUR)} of {number(found.weekly_care / HOUR)} hours a week"
        )
        for each in Outcome:
            if found.count(each):
                print(
                    f"  {each.value}: {found.count(each):,}, {number(found.care(each) / HOUR)} hours a week"
                )
        if found.lots_matched:
            print("  zones that are no lots were taken for the lot whose hours they share most")
        if found.split_households:
            print(f"  {count(len(found.split_households), 'household')} would be divided between two zones")
    counted = "postcodes" if found is None else "hours"
    _map("before", change.before.map, counted)
    _map("after", change.after.map, counted)


def show_drawing(drawn: Drawing) -> None:
    """The zones beside the lots."""
    _map("lots as they are", drawn.lots)
    _map("zones drawn", drawn.zones)


def _map(what: str, found: SectorMap, counted: str = "hours") -> None:
    pieces = "each in one piece" if found.contiguous else "not all in one piece"
    even = (
        ""
        if found.unevenness is None
        else f", {counted} at most {100 * found.unevenness:.0f} % from the mean"
    )
    apart = f"{count(found.cut_edges, 'pair')} of touching sectors apart"
    print(f"  {what}: {count(len(found.zones), 'zone')}, {pieces}{even}, {apart}")


def _warn(warnings: tuple[Finding, ...]) -> None:
    for line in format_findings(warnings):
        print(line, file=sys.stderr)
