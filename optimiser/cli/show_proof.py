"""What an allocation is defended with, in the lines a broker reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from optimiser.allocation.audit import Proof
from optimiser.allocation.capacity import RowKind
from optimiser.allocation.explain import part_of_row
from optimiser.allocation.fairness import WAIT_RATIO, GroupFigures
from optimiser.allocation.shadow_prices import ShadowPrice
from optimiser.allocation.shortage import Cause, Certificate
from optimiser.allocation.words import hours
from optimiser.report.wording import count, number

CAUSES = {
    Cause.SHORTAGE: "hours are short",
    Cause.CONTRACT: "hours enough, but a share, cap or new start of the contract is full",
    Cause.PACKING: "hours enough, but whole packages do not fit into them",
    Cause.TOO_LARGE: "larger than the room of anybody who may have it",
    Cause.NOBODY: "the rules leave nobody",
    Cause.UNPROVEN: "hours enough, and nothing proven: another order might place it",
}


def show_proof(
    proof: Proof, prices: Sequence[ShadowPrice], people: Sequence[GroupFigures], *, shown: int = 3
) -> None:
    """Shortages with their figures, why packages are left over, what an hour is worth, who waits longest."""
    causes = Counter(each.cause for each in proof.left)
    for cause in Cause:
        if causes[cause]:
            print(f"  {count(causes[cause], 'package')} of last resort: {CAUSES[cause]}")
    _show_shortages("proven short", proof.certificates, shown)
    if proof.on_framework != proof.certificates:
        _show_shortages("proven short on the framework, without spot", proof.on_framework, shown)
    for price in prices[:shown]:
        where = part_of_row(price.row) + (f" in {price.row.locality}" if price.row.locality else "")
        print(
            f"  an hour a week more {where} at {price.row.provider} would save about £{price.pence / 100:.2f}"
        )
    for each in people:
        if each.waits_too_long and each.wait_ratio is not None and each.wait_days is not None:
            print(
                f"  waits {number(each.wait_ratio, 2)} times as long as everybody (over {WAIT_RATIO}): "
                f"{each.by}, {each.group}, {number(each.wait_days)} days"
            )


def _show_shortages(what: str, certificates: Sequence[Certificate], shown: int) -> None:
    if not certificates:
        return
    care = sum(each.shortfall for each in certificates if each.kind is RowKind.CARE)
    pairs = sum(each.shortfall for each in certificates if each.kind is RowKind.PAIRS)
    told = [f"{hours(care)} a week of care"] if care else []
    told += [f"{hours(pairs)} a week of two carers at once"] if pairs else []
    print(f"  {what}: at least {' and '.join(told)}")
    for each in certificates[:shown]:
        print(f"    {each}")
    if len(certificates) > shown:
        print(f"    … and {len(certificates) - shown} more in shortages.csv")
