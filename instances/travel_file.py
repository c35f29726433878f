"""``travel.csv``: what rounds travel for batches served together, asked for by bids, written from rounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geodata.report import Report
from instances.rows import read_values
from instances.schema_batches import BATCH_PACKAGES
from instances.schema_competition import BIDS, TRAVEL
from instances.tables import read_bytes, read_csv
from instances.texts import row_text
from instances.write import csv_bytes
from optimiser.model.identifiers import PackageId
from optimiser.model.instance import Instance, suggest


def sets_asked(files: Mapping[str, bytes]) -> tuple[frozenset[str], ...]:
    """Every set of batches that is bid for, and each of its batches alone, as far as they can be read."""
    if BIDS.file not in files:
        return ()
    unheard = Report()  # the competition is read whole after this, and says what is wrong
    raw = read_csv(files[BIDS.file], BIDS, BIDS.file, unheard)
    rows = read_values(raw, BIDS.name, unheard).rows
    sets = {row["batch_ids"] for row in rows if row.has("batch_ids")}
    return tuple(sorted({*sets, *(frozenset({each}) for held in sets for each in held)}, key=sorted))


def travel_bytes(weekly: Mapping[frozenset[str], int], source: str) -> bytes:
    """The table, from seconds a week by set; whole minutes, half a minute rounding up."""
    faults: list[str] = []
    rows = [
        row_text(
            TRAVEL,
            {"batch_ids": batches, "weekly_minutes": (seconds + 30) // 60 * 60, "source": source},
            faults,
        )
        for batches, seconds in sorted(weekly.items(), key=lambda each: sorted(each[0]))
    ]
    if faults:
        raise ValueError("; ".join(faults))
    return csv_bytes(TRAVEL, rows)


def read_packages_of_batches(
    path: Path, batches: frozenset[str], market: Instance
) -> Mapping[str, tuple[PackageId, ...]]:
    """Packages of each batch, from ``batch_packages.csv`` as ``carerounds batch`` writes it.

    Raises
    ------
    InputError
        Where it cannot be read, names a package that the market does not have, or says nothing of a batch.
    """
    report = Report()
    file = path.name
    data = read_bytes(path, report) if path.exists() else None
    if data is None:
        cure = "put the file that carerounds batch wrote beside bids.csv"
        report.add("E201", str(path), "the file is missing", cure=cure)
        report.raise_if_any()
        raise AssertionError("a report with an error raises")
    raw = read_csv(data, BATCH_PACKAGES, file, report)
    held: dict[str, list[PackageId]] = {each: [] for each in sorted(batches)}
    for row in read_values(raw, BATCH_PACKAGES.name, report).rows:
        if not row.has("package_id", "batch_id") or row["batch_id"] not in held:
            continue
        package = row["package_id"]
        if package not in market.package_by_id:
            message = f"the market has no package called {package!r}"
            row.reject("E333", "package_id", message, suggest(package, market.package_by_id))
            continue
        held[row["batch_id"]].append(package)
    for batch in [each for each, packages in held.items() if not packages]:
        message = f"it names no package of batch {batch!r}"
        report.add("E334", file, message, cure="use the file that was written with these batches")
    report.raise_if_any()
    return {batch: tuple(sorted(packages)) for batch, packages in held.items()}
