"""``batches.csv`` and ``batch_packages.csv``: batches as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from instances.columns import Table
from instances.new_files import write_file
from instances.schema_batches import BATCH_PACKAGES, BATCHES
from instances.texts import row_text
from instances.write import csv_bytes
from optimiser.batching.problem import Batch, Batches, BatchingProblem


def write_batches(
    folder: Path, problem: BatchingProblem, batches: Batches, *, overwrite: bool = False
) -> None:
    """Write both tables into a folder.

    Raises
    ------
    FileExistsError
        Where one is there already and ``overwrite`` was not given.
    ValueError
        Where something in them would not read back the same.
    """
    _write(folder, BATCHES, (_batch(problem, each) for each in batches.batches), overwrite=overwrite)
    _write(folder, BATCH_PACKAGES, _packages(problem, batches), overwrite=overwrite)


def _write(folder: Path, table: Table, rows: Iterable[Mapping[str, Any]], *, overwrite: bool) -> None:
    faults: list[str] = []
    texts = [row_text(table, row, faults) for row in rows]
    if faults:
        raise ValueError("this cannot be written so that it reads back the same: " + "; ".join(faults))
    write_file(folder / table.file, csv_bytes(table, texts), overwrite=overwrite)


def _batch(problem: BatchingProblem, batch: Batch) -> Mapping[str, Any]:
    number = {each.package: n for n, each in enumerate(problem.candidates)}
    inside = [number[each] for each in batch.packages]
    those = [problem.candidates[n] for n in inside]
    rounds = batch.rounds
    return {
        "batch_id": batch.id,
        "lot_code": batch.lot,
        "packages": len(those),
        "weekly_hours": batch.care,
        "rural": sum(each.is_rural for each in those),
        "double_handed": sum(each.is_double_handed for each in those),
        "nights": sum(each.is_at_night for each in those),
        "sectors": ";".join(sorted({each.sector for each in those})),
        "longest_drive_minutes": int(problem.seconds[inside][:, inside].max()),
        "rounds": None if rounds is None else len(rounds.working),
        "short_rounds": None
        if rounds is None
        else sum(each < problem.rules.short_round for each in rounds.working),
        "travel_minutes": None if rounds is None else rounds.travel,
        "distance_minutes": batch.distance,
    }


def _packages(problem: BatchingProblem, batches: Batches) -> Iterable[Mapping[str, Any]]:
    holder = {package: batch.id for batch in batches.batches for package in batch.packages}
    out = {each.package: each for each in batches.left_out}
    for each in problem.candidates:
        left = out.get(each.package)
        yield {
            "package_id": each.package,
            "lot_code": each.lot,
            "source": each.source,
            "batch_id": holder.get(each.package),
            "rule": None if left is None else left.rule,
            "reason": None if left is None else left.reason,
        }
