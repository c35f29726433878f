"""Opening a published file and asking a JSON document for what must be in it: all faults at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from geodata.report import Report
from instances.published.units import fault_in

Number = int | Decimal


def read_text(path: Path, report: Report) -> str:
    """The text of a file, or a finding (E281) and nothing."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        report.add(
            "E281",
            str(path),
            f"the file cannot be opened: {error.strerror or error}",
            cure="check the path, and who may read it",
        )
    except ValueError:
        report.add("E281", str(path), "the file is not text", cure="give the file as it was published")
    return ""


def read_json(path: Path, report: Report) -> Field:
    """The top of a JSON document with exact numbers; a finding (E281, E282) and an empty one otherwise."""
    text = read_text(path, report)
    value: Any = {}
    if not report.errors:
        try:
            value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError, ArithmeticError) as error:
            row = error.lineno if isinstance(error, json.JSONDecodeError) else None
            report.add(
                "E282",
                str(path),
                f"this is not JSON: {error}",
                row=row,
                cure="give the file as it was published",
            )
    if not isinstance(value, dict):
        report.add("E282", str(path), "the document is no object", cure="give the file as it was published")
        value = {}
    return Field(value=value, where="", file=str(path), report=report)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a JSON document and its way from the top, such as ``patients[3].time_window``.

    What is asked and not there becomes a finding, and something harmless is returned so that reading goes on:
    readers raise once, at the end.
    """

    value: Any
    where: str
    file: str
    report: Report

    def add(self, code: str, message: str, cure: str | None = None) -> None:
        """Add a finding about this value."""
        self.report.add(code, self.file, message, column=self.where or None, cure=cure)

    def has(self, key: str) -> bool:
        """Whether an object has the key, with something in it."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def get(self, key: str) -> Field:
        """The value under a key; E283 where there is none."""
        where = f"{self.where}.{key}" if self.where else key
        if not isinstance(self.value, dict):
            self.add("E283", f"an object with '{key}' is needed here, not {_short(self.value)}")
        elif key not in self.value:
            self.add("E283", f"'{key}' is missing", "give the file as it was published")
        else:
            return Field(self.value[key], where, self.file, self.report)
        return Field(None, where, self.file, Report())  # one fault, one finding

    def items(self) -> Iterator[Field]:
        """The values of a list; E283 where it is none."""
        if not isinstance(self.value, list):
            self.add("E283", f"a list is needed here, not {_short(self.value)}")
            return
        for number, value in enumerate(self.value):
            yield Field(value, f"{self.where}[{number}]", self.file, self.report)

    def text(self) -> str:
        """A text that is not empty; E283 where it is none."""
        if not isinstance(self.value, str) or not self.value:
            self.add("E283", f"a text is needed here, not {_short(self.value)}")
            return ""
        return self.value

    def flag(self) -> bool:
        """Yes or no; E283 where it is neither."""
        if not isinstance(self.value, bool):
            self.add("E283", f"true or false is needed here, not {_short(self.value)}")
            return False
        return self.value

    def number(self) -> Number:
        """A time, distance or count; E285 where it is none."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, Decimal)):
            self.add("E285", f"a number is needed here, not {_short(self.value)}")
            return 0
        fault = fault_in(self.value)
        if fault:
            self.add("E285", f"{_short(self.value)} is {fault}")
            return 0
        return self.value

    def index(self) -> int:
        """A whole number; E285 where it is none."""
        number = self.number()
        if number != int(number):
            self.add("E285", f"a whole number is needed here, not {number}")
        return int(number)

    def matrix(self, size: int) -> list[list[Number]]:
        """A square of numbers; E283, E284 or E285 where it is none."""
        rows: list[list[Number]] = []
        for row in self.items():
            if not isinstance(row.value, list):
                row.add("E283", f"a row of numbers is needed here, not {_short(row.value)}")
                continue
            if len(row.value) != size:
                row.add("E284", f"the row has {len(row.value)} numbers; {size} places need {size}")
            kinds = set(map(type, row.value))
            if not kinds <= {int, Decimal} or any(map(fault_in, set(row.value))):
                for each in row.items():
                    each.number()
                continue
            rows.append(row.value)
        if isinstance(self.value, list) and len(self.value) != size:
            self.add("E284", f"the matrix has {len(self.value)} rows; {size} places need {size}")
        return rows


def check_unique(fields: Iterable[Field], key: str) -> None:
    """E286 where an identifier under ``key`` stands twice."""
    seen: dict[str, str] = {}
    for each in fields:
        name = each.get(key).text()
        if name and name in seen:
            each.add("E286", f"'{name}' stands at {seen[name]} already", "give each its own")
        seen.setdefault(name, each.where)


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(str(value) if isinstance(value, Decimal) else value)
    return text if len(text) <= 40 else text[:37] + "..."
