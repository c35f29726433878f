"""Writing an instance: a folder of CSV files or a workbook, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from geodata.attribution import ONS_POSTCODES, acknowledgement
from instances import framework_file, schema
from instances.columns import Table
from instances.datapackage import FILE as DATA_PACKAGE
from instances.datapackage import data_package
from instances.new_files import write_file, write_folder
from instances.schema_framework import FRAMEWORK_TABLES
from instances.texts import Texts, texts_of
from instances.workbook import write_workbook
from optimiser.model.instance import Instance

README = "README.txt"
_OURS = {
    *(table.file for table in schema.TABLES),
    framework_file.FILE,
    DATA_PACKAGE,
    README.casefold(),
}


def write_instance(instance: Instance, path: Path | str, *, overwrite: bool = False) -> None:
    """Write an instance so that reading it gives an equal one.

    Parameters
    ----------
    path
        A folder, or one workbook where it ends in ``.xlsx``.
    overwrite
        Whether what is there may be replaced. Files of other names in the folder stay.

    Raises
    ------
    FileExistsError
        Where something is there already and ``overwrite`` was not given.
    ValueError
        Naming everything in the instance that the tables cannot hold.
    """
    path = Path(path)
    texts = texts_of(instance)
    if path.suffix.casefold() == ".xlsx":
        contract = [table for table in FRAMEWORK_TABLES if texts[table.name] or not table.optional]
        tables = [*contract, *_used(texts)]
        data = write_workbook([(table, texts[table.name]) for table in tables], _summary(instance))
        write_file(path, data, overwrite=overwrite)
        return
    write_folder(path, _files(instance, texts), replaces=_OURS, overwrite=overwrite)


def _used(texts: Texts) -> list[Table]:
    """Tables to write: optional ones only with rows, but the urban squares always, for none is news too."""
    return [
        table
        for table in schema.TABLES
        if texts[table.name] or not table.optional or table is schema.URBAN_CELLS
    ]


def _files(instance: Instance, texts: Texts) -> Mapping[str, bytes]:
    tables = _used(texts)
    files = {table.file: csv_bytes(table, texts[table.name]) for table in tables}
    files[framework_file.FILE] = framework_file.write_toml(texts).encode()
    title = f"Home-care market of {instance.county} on {instance.as_of.isoformat()}"
    package = data_package(f"{instance.county} {instance.as_of}", title, _nature(instance), tables)
    files[DATA_PACKAGE] = (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()
    files[README] = _readme(instance, title).encode()
    return files


def csv_bytes(table: Table, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A table as CSV in UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, table.headings, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def _nature(instance: Instance) -> str:
    if instance.assumptions:
        return (
            "Synthetic: no person, package, price or capacity in it is real. It rests on the published "
            "figures and assumptions listed in framework.toml. Postcodes and places are real."
        )
    return "As entered by its owner. Postcodes of homes are personal data: keep them to those who need them."


def _summary(instance: Instance) -> Sequence[tuple[str, str]]:
    return [
        ("County", instance.county),
        ("As of", instance.as_of.isoformat()),
        ("Framework", f"{instance.framework.name} {instance.framework.version}".strip()),
        ("Source", instance.framework.source),
        ("Packages", str(len(instance.packages))),
        ("Visits", str(sum(len(package.visits) for package in instance.packages))),
        ("Hours a week", f"{sum(package.weekly_care for package in instance.packages) / 3600:.1f}"),
        ("Providers", str(len(instance.providers))),
        ("Lots", str(len(instance.lots))),
        ("Nature", _nature(instance)),
        ("Attribution", acknowledgement(ONS_POSTCODES)),
    ]


def _readme(instance: Instance, title: str) -> str:
    lines = [title, "=" * len(title), ""]
    lines += [f"{name}: {value}" for name, value in _summary(instance)[2:] if value]
    lines += [
        "",
        "Columns are described in datapackage.json; the framework contract stands in framework.toml.",
    ]
    if instance.assumptions:
        lines += ["", "What it rests on", "----------------"]
        lines += [
            f"- {each.topic}: {each.figure} ({each.basis}{'; ' + each.source if each.source else ''})"
            for each in instance.assumptions
        ]
    return "\n".join(lines) + "\n"
