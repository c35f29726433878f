"""Files that are there whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator[Path]:
    """Give a name beside ``path`` to write to; it takes the name of ``path`` only if all went well.

    Raises
    ------
    OSError
        Where the folder cannot be made or written to; ``path`` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        draft = Path(folder) / path.name
        yield draft
        draft.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with line feeds, on every system."""
    with whole_or_not_at_all(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that people can read and that a later run can compare line by line.

    Raises
    ------
    ValueError
        For a figure that JSON cannot hold, such as infinity.
    """
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; ``None`` becomes an empty cell.

    Text that a spreadsheet would run as a formula is written behind an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([_cell(value) for value in row] for row in rows)
    write_text(path, out.getvalue())


def _cell(value: object) -> object:
    if isinstance(value, str):
        return not_a_formula(value)
    return "" if value is None else value


def not_a_formula(text: str) -> str:
    """Text for a cell, behind an apostrophe where a spreadsheet would run it."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
