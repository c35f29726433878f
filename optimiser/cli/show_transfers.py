"""What ``transfers`` says when it is done."""

from __future__ import annotations

from optimiser.impact.transfers.plan import Transfers
from optimiser.model.calendar import MINUTE

SHOWN = 5
"""Exchanges named on the screen; the rest are in the list."""


def show_transfers(found: Transfers) -> None:
    """A few lines: who could be asked, what is proposed, what it saves, what was checked."""
    print(f"{found.live} live packages, {found.movable} may be moved; the others stay where they are:")
    for reason, count in list(found.held.items())[:SHOWN]:
        print(f"  {count:5} {reason}")
    if not found.deals:
        print(
            "nobody is proposed: no exchange looked at saves enough for each person who would move and leaves"
        )
        print("no provider driving more (--least-minutes, --beyond-noise); that there is none is not proven")
        return
    print(
        f"{found.moved} people in {len(found.deals)} exchanges, "
        f"{100 * found.moved / max(1, found.live):.1f} % of live packages"
    )
    saving = found.saving
    if saving is not None:
        span = "" if saving.low is None else f" (95 % interval {saving.low:.1f} to {saving.high:.1f})"
        told = f"{saving.mean:.1f} % less{span}"
        print(f"travel a week: {told}, on {saving.runs} weeks with no part in the choice")
    if found.chosen_saving is not None:
        print(f"  on what the list was chosen by: {found.chosen_saving:.1f} % less, which flatters it")
        print(f"  packing by the estimate: {100 * found.gap:.2f} % from its bound")
    _show_concerned(found)
    for deal in found.deals[:SHOWN]:
        moves = ", ".join(f"{t.package} {t.giver} → {t.taker}" for t in deal.transfers)
        print(f"  {deal.number}. {deal.kind.value}: {moves}; saves {deal.saving // MINUTE} min a week")
    print("checked: consent, exclusions, contract, room, churn, households; travel stated against the rounds")


def _show_concerned(found: Transfers) -> None:
    """Who drives more, and what becomes of the people who stay."""
    if found.worse_off:
        print(f"  drive more on these weeks, beyond noise: {', '.join(found.worse_off)}: look before you ask")
    told = found.elsewhere
    if told is not None:
        word = "continuity elsewhere falls" if told.falls else "no sign that continuity elsewhere falls"
        print(
            f"  people who stay ({told.people}): {told.before:.2f} carers a week, then {told.after:.2f} "
            f"(95 % interval of the rise {told.low:+.2f} to {told.high:+.2f}): {word}"
        )
