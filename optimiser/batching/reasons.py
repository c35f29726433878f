"""Why a package is in no batch: the rule that kept it out, and its figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimiser.batching.pricing import best_set, rows_of
from optimiser.batching.rules import BatchRule
from optimiser.batching.units import Part
from optimiser.model.calendar import HOUR, MINUTE

ASKED = (
    BatchRule.RURAL,
    BatchRule.DOUBLE,
    BatchRule.NIGHT,
    BatchRule.DRIVE,
    BatchRule.CONNECTED,
    BatchRule.HOURS,
    BatchRule.SIZE,
)
"""Rules in the order in which they are dropped to see which one keeps a unit out."""

WITHOUT = {
    BatchRule.RURAL: "no batch with it would have the lot's share of rural packages",
    BatchRule.DOUBLE: "no batch with it would have the lot's share of double-handed packages",
    BatchRule.NIGHT: "no batch with it would have the lot's share of night packages",
    BatchRule.DRIVE: "too few other packages lie within the longest drive",
    BatchRule.CONNECTED: "too few other packages lie in sectors that connect with its own",
    BatchRule.HOURS: "no batch with it keeps the least and most hours",
    BatchRule.SIZE: "no batch with it keeps the least and most packages",
}


def kept_out(part: Part, unit: int) -> tuple[BatchRule, str] | None:
    """Rule that keeps a unit out of every batch there could be; ``None`` where some batch could hold it."""
    rules = part.rules
    count, care = int(part.count[unit]), int(part.care[unit])
    together = f"{count} packages that stay together" if count > 1 else "it"
    if count > rules.most_packages:
        return BatchRule.TOGETHER, f"{together} are more than the {rules.most_packages} of a batch"
    if care > rules.most_care:
        rule = BatchRule.TOGETHER if count > 1 else BatchRule.HOURS
        verb = "want" if count > 1 else "wants"
        return rule, (
            f"{together} {verb} {_hours(care)} h a week, more than the {_hours(rules.most_care)} h of a batch"
        )
    nothing = np.zeros(len(part), dtype=np.int64)
    if best_set(part, rows_of(part), unit, nothing).units is not None:
        return None
    for rule in ASKED:
        dropped = (rule,)
        if best_set(part, rows_of(part, dropped), unit, nothing, without=dropped).units is not None:
            said = f"{WITHOUT[rule]}; {count} packages stay together" if count > 1 else WITHOUT[rule]
            return rule, said
    return BatchRule.SIZE, "no batch with it keeps all rules, whichever single one is dropped"


def left_beside(part: Part, unit: int, batches: Sequence[tuple[str, Sequence[int]]]) -> tuple[BatchRule, str]:
    """Rule that the nearest batch made would break with the unit, where some other batch could hold it."""
    if not batches:
        return BatchRule.NUMBER, "no batches are made of its lot"

    def way(units: Sequence[int]) -> int:
        return int(part.distance[unit, part.middle_of(units)[0]])

    name, units = min(batches, key=lambda each: (way(each[1]), each[0]))
    rules, those = part.rules, [*units, unit]
    count, care = int(part.count[those].sum()), int(part.care[those].sum())
    nearest = f"with it the nearest batch, {name}, would"
    if care > rules.most_care:
        most = _hours(rules.most_care)
        return BatchRule.HOURS, f"{nearest} want {_hours(care)} h a week, more than {most} h"
    if count > rules.most_packages:
        return BatchRule.SIZE, f"{nearest} have {count} packages, more than {rules.most_packages}"
    if part.far[unit, list(units)].any():
        drives = f"{rules.urban_drive // MINUTE} or {rules.rural_drive // MINUTE} minutes"
        return BatchRule.DRIVE, f"{nearest} hold homes more than {drives} apart"
    if rules.is_connected and not part.is_in_one_piece(those):
        return BatchRule.CONNECTED, f"{nearest} lie in sectors that do not connect"
    over = part.excess[:, those].sum(axis=1) > 0
    for kind, rule in enumerate((BatchRule.RURAL, BatchRule.DOUBLE, BatchRule.NIGHT)):
        if over[2 * kind] or over[2 * kind + 1]:
            return rule, f"{nearest} lie outside the band of the lot's share"
    return BatchRule.ROUNDS, f"{nearest} be no whole number of rounds, or lie farther from the bound"


def _hours(seconds: int) -> str:
    return f"{seconds / HOUR:.1f}".removesuffix(".0")
