"""``datapackage.json``: the tables for machines, as a Frictionless Data Package with Table Schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from geodata.attribution import ONS_POSTCODES, OPEN_GOVERNMENT_LICENCE, acknowledgement
from instances.columns import Column, Table
from instances.schema import TABLES

FILE = "datapackage.json"
_KEYS = {table.name: table.key for table in TABLES}


def table_schema(table: Table, *, alone: bool = False) -> dict[str, Any]:
    """Table Schema of one table.

    Parameters
    ----------
    alone
        Whether it is published without the tables it refers to.
    """
    described: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    # A key with an empty cell in it is none for Table Schema.
    if table.key and all(table.column[name].must_fill for name in table.key):
        described["primaryKey"] = list(table.key)
    foreign = [
        {
            "fields": [column.name],
            "reference": {"resource": column.refers_to, "fields": [_KEYS[column.refers_to][0]]},
        }
        for column in table.columns
        if not alone
        and column.refers_to in _KEYS
        and column.refers_to is not None
        and column.kind.describe() == "text"  # a list in a cell is no key
    ]
    if foreign:
        described["foreignKeys"] = foreign
    return described


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.name.replace("_", " "),
        "description": column.says,
    }
    field |= column.kind.field()
    if column.must_fill:
        field["constraints"] = {"required": True, **field.get("constraints", {})}
    return field


def data_package(name: str, title: str, description: str, tables: Sequence[Table]) -> dict[str, Any]:
    """Descriptor of a folder with these tables."""
    return {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "instance",
        "title": title,
        "description": description,
        "licenses": [
            {"name": "OGL-UK-3.0", "title": "Open Government Licence v3.0", "path": OPEN_GOVERNMENT_LICENCE}
        ],
        "sources": [
            {
                "title": acknowledgement(ONS_POSTCODES),
                "path": "https://geoportal.statistics.gov.uk",
            }
        ],
        "resources": [
            {
                "name": table.name.replace("_", "-"),
                "path": table.file,
                "title": table.says,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": table_schema(table),
            }
            for table in tables
        ],
    }
