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
    print(
        f"{found.moved} people in {len(found.deals)} exchanges, "
        f"{100 * found.moved / max(1, found.live):.1f} % of live packages"
    )
    saving = found.saving
    if saving is not None:
        span = "" if saving.low is None else f" (95 % interval {saving.low:.1f} to {saving.high:.1f})"
        print(f"travel a week: {saving.mean:.1f} % less{span}, over {saving.runs} paired weeks")
    for deal in found.deals[:SHOWN]:
        moves = ", ".join(f"{t.package} {t.giver} → {t.taker}" for t in deal.transfers)
        print(f"  {deal.number}. {deal.kind.value}: {moves}; saves {deal.saving // MINUTE} min a week")
    print("checked: consent, exclusions, contract, room, churn, savings")
