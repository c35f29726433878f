"""Reading an instance: a folder of CSV files or a workbook in; an instance out, or every fault at once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from geodata.postcodes import PostcodeDirectory
from geodata.report import Report, format_findings
from instances import framework_file, schema
from instances.read_contract import build_framework
from instances.read_market import (
    build_assumptions,
    build_localities,
    build_lots,
    framework_row,
    stand_in,
)
from instances.read_need import build_packages
from instances.read_places import cells_found, cells_read, directory_for
from instances.read_supply import (
    build_admissions,
    build_capacities,
    build_carers,
    build_providers,
    build_ranked_lists,
)
from instances.rows import REFERENCE_CODES, Row, Values, check_references, read_values
from instances.schema_framework import FRAMEWORK_TABLES
from instances.tables import RawTable, read_bytes, read_folder
from instances.workbook import read_workbook
from optimiser.model.instance import Fault, FaultyInstanceError, Instance
from optimiser.model.market import Framework
from optimiser.model.need import ServiceKind

_LOG = logging.getLogger(__name__)
_ALL = (*schema.TABLES, *FRAMEWORK_TABLES)
_COLUMNS = {table.name: table.columns for table in _ALL}
_KEYS = {table.name: table.key[0] for table in _ALL if table.key}


def read_instance(path: Path | str, *, postcodes: PostcodeDirectory | None = None) -> Instance:
    """Read an instance from a folder or an ``.xlsx`` workbook.

    Parameters
    ----------
    path
        A folder as :func:`instances.write_instance` writes it (docs/formats.md), or one workbook with the
        same tables as sheets.
    postcodes
        Where postcodes are; ``None`` for the installed registry, of which only the letters met are loaded.

    Raises
    ------
    InputError
        With everything that is wrong, at once. Warnings are logged.
    """
    instance, report = read_with_report(path, postcodes=postcodes)
    for line in format_findings(report.warnings):
        _LOG.warning("%s", line)
    report.raise_if_any()
    assert instance is not None
    return instance


def read_with_report(
    path: Path | str, *, postcodes: PostcodeDirectory | None = None
) -> tuple[Instance | None, Report]:
    """Read an instance, with errors and warnings handed over, not raised; ``None`` where there are errors."""
    report = Report()
    raw = _read_raw(Path(path), report)
    if raw is None:
        return None, report
    tables = {table.name: read_values(raw.get(table.name), table.name, report) for table in _ALL}
    _settle_optional(tables, raw, report)
    check_references(tables, _COLUMNS, _KEYS)
    instance = _build(tables, "urban_cells" in raw, postcodes, report)
    return (None if report.errors else instance), report


def _read_raw(path: Path, report: Report) -> dict[str, RawTable] | None:
    """Raw tables by name; ``None`` where there is neither folder nor workbook."""
    if path.is_dir():
        return read_folder(path, schema.TABLES, report) | _read_framework(path, report)
    if not path.exists():
        report.add(
            "E200", path.name or str(path), "there is no such folder or workbook", cure="check the path"
        )
        return None
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls"):
        data = read_bytes(path, report)
        return None if data is None else read_workbook(data, _ALL, path.name, report)
    cure = "give the folder that holds the tables, or an .xlsx workbook"
    report.add("E200", path.name, "is neither a folder nor a workbook", cure=cure)
    return None


def _read_framework(folder: Path, report: Report) -> dict[str, RawTable]:
    path = folder / framework_file.FILE
    if not path.is_file():
        report.add(
            "E201",
            framework_file.FILE,
            "the file is missing",
            cure="add it: the contract, its tiers and rates",
        )
        return {}
    data = read_bytes(path, report)
    return {} if data is None else framework_file.read_toml(data, path.name, report)


def _settle_optional(tables: dict[str, Values], raw: Mapping[str, RawTable], report: Report) -> None:
    """Take an optional table that was left out for an empty one: what refers to it is still judged."""
    unusable = {finding.file.casefold() for finding in report.errors}
    for table in _ALL:
        if table.optional and table.name not in raw and not unusable & {table.file, table.name}:
            tables[table.name] = Values(name=table.name, file=table.file, rows=())


def _build(
    tables: Mapping[str, Values], has_cells: bool, postcodes: PostcodeDirectory | None, report: Report
) -> Instance | None:
    directory = postcodes if postcodes is not None else directory_for(tables)
    districts = _districts(tables["lots"])
    head = framework_row(tables["framework"], report)
    framework = build_framework(head, tables)
    metres = 500 if head is None else head["urban_cell_metres"]
    packages = build_packages(tables["packages"], tables["visits"], districts, directory)
    providers = build_providers(tables["providers"], directory)
    carers = build_carers(tables["carers"], tables["availability"], directory)
    places = [
        *(package.place for package in packages),
        *(provider.branch for provider in providers if provider.branch is not None),
        *(carer.depot for carer in carers if carer.depot is not None),
    ]
    lots = build_lots(tables["lots"])
    localities = build_localities(tables["localities"])
    admissions = build_admissions(tables["provider_lots"])
    ranked_lists = build_ranked_lists(tables["ranked_list"])
    capacities = build_capacities(tables["capacity"], tables["localities"])
    assumptions = build_assumptions(tables["assumptions"])
    cells = cells_read(tables["urban_cells"], metres) if has_cells else None
    if cells is None:
        cells = cells_found(None if report.errors else directory, metres, places)
    try:
        return Instance(
            county="" if head is None else head["county"],
            as_of=date.min if head is None else head["as_of"],
            framework=_framework_to_judge_by(framework, tables),
            lots=lots,
            localities=localities,
            packages=packages,
            providers=providers,
            admissions=admissions,
            ranked_lists=ranked_lists,
            capacities=capacities,
            area_kinds=cells,
            carers=carers,
            assumptions=assumptions,
        )
    except FaultyInstanceError as refused:
        for fault in refused.faults:
            _tell(fault, tables, report)
        return None


def _districts(lots: Values) -> set[str] | None:
    """All that any lot covers; ``None`` where some lot's districts could not be read."""
    if not lots.whole or not all(row.has("districts") for row in lots.rows):
        return None
    return {district for row in lots.rows for district in row["districts"]}


def _framework_to_judge_by(framework: Framework | None, tables: Mapping[str, Values]) -> Framework:
    """The framework, or a stand-in where packages must be judged without its tiers or all its rates."""
    last_resort = tables["last_resort_rates"]
    if not last_resort.whole or any(row.rejected for row in last_resort.rows):
        return stand_in(ServiceKind)
    return framework or stand_in(row["service_type"] for row in last_resort.rows)


_FOUND_BY_ROW = {"E230"} | {code for code, _ in REFERENCE_CODES.values()}


def _tell(fault: Fault, tables: Mapping[str, Values], report: Report) -> None:
    """Put a fault of the whole where its row is.

    Identifiers that stand twice and references to nothing have been found row by row already; where the
    instance still has one, it comes of a row that was rejected.
    """
    if fault.code in _FOUND_BY_ROW and report.errors:
        return
    values = tables.get(fault.table)
    row = None if values is None else _row_of(values, fault.key)
    if row is not None:
        row.reject(fault.code, fault.column, fault.message, fault.cure)
    else:
        file = fault.table if values is None else values.file
        report.add(fault.code, file, f"{fault.key}: {fault.message}", column=fault.column, cure=fault.cure)


def _row_of(values: Values, key: str) -> Row | None:
    column = _KEYS[values.name]
    return next((row for row in values.rows if row.has(column) and row[column] == key), None)
