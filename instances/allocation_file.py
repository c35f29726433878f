"""``allocation.csv``: which provider has which package, written and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.new_files import write_file
from instances.rows import Row, Values, read_values
from instances.schema_results import ALLOCATION, Outcome
from instances.tables import read_bytes, read_csv
from instances.texts import row_text
from instances.write import csv_bytes
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance, suggest


def write_allocation(
    folder: Path | str, allocation: Allocation, instance: Instance, *, overwrite: bool = False
) -> Path:
    """Write ``allocation.csv`` into a folder.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    FileExistsError
        Where it is there already and ``overwrite`` was not given.
    ValueError
        Where something in it would not read back the same.
    """
    faults: list[str] = []
    texts = [row_text(ALLOCATION, row, faults) for row in _lines(allocation, instance)]
    if faults:
        raise ValueError("this cannot be written so that it reads back the same: " + "; ".join(faults))
    path = Path(folder) / ALLOCATION.file
    write_file(path, csv_bytes(ALLOCATION, texts), overwrite=overwrite)
    return path


def _lines(allocation: Allocation, instance: Instance) -> Iterable[Mapping[str, Any]]:
    names = {provider.id: provider.name for provider in instance.providers}
    placed: list[dict[str, Any]] = [
        {
            "package_id": each.package,
            "provider_id": each.provider,
            "provider_name": names.get(each.provider),
            "lot_code": each.lot,
            "tier": each.tier,
            "position": each.position,
            "weekly_cost_pounds": each.weekly_cost,
            "outcome": Outcome.PLACED,
            "reason": "",
            "policy": allocation.policy,
            "kept": each.kept,
        }
        for each in allocation.placements
    ]
    left: list[dict[str, Any]] = [
        {
            **dict.fromkeys(ALLOCATION.headings),
            "package_id": each.package,
            "weekly_cost_pounds": each.weekly_cost,
            "outcome": Outcome.LAST_RESORT,
            "reason": each.reason,
            "policy": allocation.policy,
            "kept": False,
        }
        for each in allocation.unplaced
    ]
    return sorted([*placed, *left], key=lambda line: str(line["package_id"]))


def read_allocation(path: Path | str, instance: Instance) -> Allocation:
    """Read an allocation back and hold it against its instance.

    Parameters
    ----------
    path
        The file, or the folder that holds ``allocation.csv``.

    Raises
    ------
    InputError
        With everything that is wrong, at once.
    """
    report = Report()
    values = read_result(Path(path), ALLOCATION, report)
    for row in values.rows:
        if not row.raw.broken:
            _check_known(row, instance)
            _check_outcome(row)
    policies = [row["policy"] for row in values.rows if row.has("policy")]
    for row in values.rows:
        if row.has("policy") and row["policy"] != policies[0]:
            cure = "one file holds one allocation: write the others to files of their own"
            row.reject("E264", "policy", f"policy {row['policy']!r} here, {policies[0]!r} further up", cure)
    report.raise_if_any()
    return Allocation(
        policy=policies[0] if policies else "",
        placements=tuple(
            Placement(
                package=PackageId(row["package_id"]),
                provider=ProviderId(row["provider_id"]),
                lot=LotCode(row["lot_code"]),
                tier=TierCode(row["tier"]),
                position=row["position"],
                weekly_cost=row["weekly_cost_pounds"],
                kept=row["kept"],
            )
            for row in values.rows
            if row["outcome"] is Outcome.PLACED
        ),
        unplaced=tuple(
            Unplaced(
                package=PackageId(row["package_id"]),
                reason=row["reason"],
                weekly_cost=row["weekly_cost_pounds"],
            )
            for row in values.rows
            if row["outcome"] is Outcome.LAST_RESORT
        ),
    )


def read_providers(path: Path | str) -> Mapping[PackageId, ProviderId]:
    """Provider of each package that an earlier allocation placed, whatever became of either since.

    Parameters
    ----------
    path
        The file, or the folder that holds ``allocation.csv``.

    Raises
    ------
    InputError
        With everything that is wrong, at once.
    """
    report = Report()
    values = read_result(Path(path), ALLOCATION, report)
    for row in values.rows:
        if not row.raw.broken:
            _check_outcome(row)
    report.raise_if_any()
    return {
        PackageId(row["package_id"]): ProviderId(row["provider_id"])
        for row in values.rows
        if row["outcome"] is Outcome.PLACED
    }


def missing_packages(allocation: Allocation, instance: Instance) -> Report:
    """A finding where an allocation leaves packages out, whose visits would be nobody's unseen."""
    report = Report()
    told = {each.package for each in allocation.placements} | {each.package for each in allocation.unplaced}
    missing = [package.id for package in instance.packages if package.id not in told]
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        report.add(
            "E265",
            ALLOCATION.file,
            f"{len(missing)} of {len(instance.packages)} packages are not in it: {shown}",
            column="package_id",
            cure="is the file whole, and of this instance? a package without a provider says last_resort",
        )
    return report


def _check_known(row: Row, instance: Instance) -> None:
    known: Mapping[str, tuple[str, str, Iterable[str]]] = {
        "package_id": ("E260", "package", instance.package_by_id),
        "provider_id": ("E261", "provider", instance.provider_by_id),
        "lot_code": ("E232", "lot", instance.lot_by_code),
        "tier": ("E233", "tier", [tier.code for tier in instance.framework.tiers]),
    }
    for column, (code, word, names) in known.items():
        if row.has(column) and row[column] is not None and row[column] not in names:
            row.reject(code, column, f"no {word} called {row[column]!r}", suggest(row[column], names))


def _check_outcome(row: Row) -> None:
    """A placed package names all of provider, lot, tier and position; one left over names no provider."""
    if not row.has("outcome"):
        return
    for column in ("provider_id", "lot_code", "tier", "position"):
        if row.has(column) and row["outcome"] is Outcome.PLACED and row[column] is None:
            row.reject("E264", column, f"the package is placed and has no {column}", f"fill {column}")
    if row["outcome"] is Outcome.LAST_RESORT and row.has("provider_id") and row["provider_id"] is not None:
        row.reject(
            "E264", "provider_id", "the package is left to the last resort and has a provider",
            "empty the cell, or write placed as outcome",
        )  # fmt: skip


def read_result(path: Path, table: Any, report: Report) -> Values:
    """Values of a result's file; raises :class:`InputError` where it cannot be read at all."""
    if path.is_dir():
        path = path / table.file
    if not path.is_file():
        report.add("E200", path.name, "there is no such file", cure="check the path")
    data = read_bytes(path, report) if path.is_file() else None
    raw = None if data is None else read_csv(data, table, path.name, report)
    if raw is None:
        report.raise_if_any()
    return read_values(raw, table.name, report, twice="E262")
