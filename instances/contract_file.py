"""A contract on its own: a preset, or a rules file that may begin with one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from geodata.report import Report
from instances.contracts import PRESETS, preset_bytes
from instances.framework_file import read_toml
from instances.read_contract import build_framework
from instances.read_market import framework_row
from instances.rows import Values, check_references, read_values
from instances.schema_framework import CONTRACT, FRAMEWORK_TABLES
from instances.tables import bytes_of
from optimiser.model.instance import FaultyInstanceError, Instance
from optimiser.model.market import Framework

_TABLES = (CONTRACT, *FRAMEWORK_TABLES[1:])


def preset(name: str) -> Framework:
    """Contract of a preset.

    Raises
    ------
    KeyError
        For a name that no preset has.
    """
    return _read(preset_bytes(name), f"{name}.toml")


def read_rules(path: Path | str) -> Framework:
    """Contract of a preset's name or of a rules file (docs/formats.md).

    Raises
    ------
    InputError
        With everything that is wrong with the file, at once.
    """
    if str(path) in PRESETS:
        return preset(str(path))
    path, report = Path(path), Report()
    if not path.is_file():
        cure = f"check the path, or give a preset: {', '.join(PRESETS)}"
        report.add("E200", path.name or str(path), "there is no such rules file or preset", cure=cure)
        report.raise_if_any()
    data = bytes_of(path, report)
    return _read(data, path.name)


def _read(data: bytes, file: str) -> Framework:
    report = Report()
    raw = read_toml(data, file, report, alone=True)
    if not raw:
        report.raise_if_any()
    tables = {table.name: read_values(raw.get(table.name), table.name, report) for table in _TABLES}
    # Providers and localities are the instance's: they are judged when the two meet.
    tables |= {
        name: Values(name=name, file=name, rows=(), whole=False) for name in ("providers", "localities")
    }
    columns = {table.name: table.columns for table in _TABLES} | {"providers": (), "localities": ()}
    check_references(tables, columns, {"tiers": "code"})
    head = framework_row(tables[CONTRACT.name], report)
    framework = build_framework(head, tables)
    report.raise_if_any()
    assert framework is not None
    return framework


def with_rules(instance: Instance, rules: Framework, file: str) -> Instance:
    """The instance under another contract.

    Raises
    ------
    InputError
        With everything in the instance that the contract does not know: tiers, rates.
    """
    try:
        return replace(instance, framework=rules)
    except FaultyInstanceError as refused:
        report = Report()
        for fault in refused.faults:
            where = f"{fault.table} {fault.key}"
            report.add(fault.code, file, f"{where}: {fault.message}", column=fault.column, cure=fault.cure)
        report.raise_if_any()
        raise
