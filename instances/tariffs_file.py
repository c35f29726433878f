"""``tariffs.csv``: the house's dated figures, and a user's own over them."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

from geodata.report import Finding, InputError, Report
from instances.cells import CellError
from instances.rows import Row, read_values
from instances.schema_tariffs import TARIFFS, UNITS
from instances.tables import bytes_of, read_csv
from optimiser.model.tariff import DatedFigure, NoFigureError, Tariff, Tariffs

HOUSE = "house.csv"


def house_tariffs() -> Tariffs:
    """The table that comes with the program."""
    data = resources.files("instances.tariffs").joinpath(HOUSE).read_bytes()
    return _tariffs_of(data, HOUSE, Report())


def read_tariffs(path: Path | str) -> Tariffs:
    """A user's table; the house's lines stand for every figure it does not name.

    Raises
    ------
    InputError
        With everything that is wrong with the file, at once.
    """
    path, report = Path(path), Report()
    data = bytes_of(path, report)
    return house_tariffs().over(_tariffs_of(data, path.name, report))


def tariff_on(tariffs: Tariffs, day: date, file: str = HOUSE) -> Tariff:
    """Tariff of a day; ``InputError`` (E522) where a figure has no line then."""
    try:
        return tariffs.on(day)
    except NoFigureError as fault:
        cure = "add a line of each that holds on the day, or date the market later"
        raise InputError([Finding(code="E522", file=file, message=str(fault), cure=cure)]) from fault


def _tariffs_of(data: bytes, file: str, report: Report) -> Tariffs:
    values = read_values(read_csv(data, TARIFFS, file, report), TARIFFS.name, report, twice="E520")
    lines = [line for row in values.rows if (line := _line(row)) is not None]
    report.raise_if_any()
    return Tariffs(lines=tuple(lines))


def _line(row: Row) -> DatedFigure | None:
    if not row.has("figure"):
        return None
    unit, kind = UNITS[row["figure"]]
    if row.has("unit") and row["unit"] is not None and row["unit"].strip() != unit:
        message = f"{row['figure'].value} is in {unit}, not in {row['unit']!r}"
        row.reject("E521", "unit", message, f"convert the amount, and write {unit}")
    if not row.has("amount"):
        return None
    try:
        amount = kind.parse(row["amount"])
    except CellError as fault:
        row.reject(fault.code, "amount", fault.message, fault.cure)
        return None
    if row.rejected:
        return None
    return DatedFigure(
        figure=row["figure"],
        effective_from=row["effective_from"],
        amount=amount,
        basis=row["basis"],
        source=row["source"],
    )
