"""Results of published assignments and auctions as files: what was chosen, and what it is said to be worth.

A JSON object: ``objective``, ``bound``, ``seconds``, a list of whole numbers under a name that the problem
gives it (``agents``, ``winners``), ``provenance``. Whether the claims hold is for its checker to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.report import Report
from instances.new_files import write_file
from instances.published.source import Field, Number, read_json

_BEYOND = 1e18
"""No figure is as large, or as far below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a result file says.

    Attributes
    ----------
    chosen
        Whole numbers, none below zero.
    objective, bound
        As claimed; ``None`` where nothing is.
    """

    chosen: tuple[int, ...]
    objective: Number | None
    bound: Number | None


def write_claims(
    path: Path,
    *,
    objective: float,
    bound: float | None,
    seconds: float,
    chosen: Mapping[str, Sequence[int | None]],
    provenance: Mapping[str, Any],
    overwrite: bool,
) -> None:
    """Write a result; ``chosen`` are its numbers under the name they have in the file.

    Raises
    ------
    FileExistsError
        Where it is there already, and ``overwrite`` was not given.
    """
    content = {
        "objective": objective,
        "bound": bound,
        "seconds": round(seconds, 3),
        **{name: list(numbers) for name, numbers in chosen.items()},
        "provenance": dict(provenance),
    }
    write_file(path, f"{json.dumps(content, indent=1)}\n".encode(), overwrite=overwrite)


def read_claims(path: Path | str, name: str, *, thing: str, figure: str) -> Claims:
    """Read a result whose numbers stand under ``name``.

    Parameters
    ----------
    thing, figure
        What one of the numbers is, and what is claimed, in the words of findings: an agent, a cost.

    Raises
    ------
    geodata.report.InputError
        Where it is damaged (E281–E285).
    """
    report = Report()
    top = read_json(Path(path), report)
    report.raise_if_any()
    chosen = [each.value for each in top.get(name).items()]
    for place, each in enumerate(chosen):
        if not isinstance(each, int) or isinstance(each, bool) or each < 0:
            report.add("E285", str(path), f"{str(each)[:20]!r} is no {thing}", column=f"{name}[{place}]")
    objective, bound = (_claim(top, each, figure) for each in ("objective", "bound"))
    report.raise_if_any()
    return Claims(chosen=tuple(chosen), objective=objective, bound=bound)


def _claim(top: Field, name: str, figure: str) -> Number | None:
    """A figure; ``None`` where nothing is claimed, and where it is none, which is a finding (E285)."""
    value: Any = top.value[name] if top.has(name) else None
    if value is not None and (isinstance(value, bool | str | list | dict) or not abs(value) < _BEYOND):
        top.report.add("E285", top.file, f"{str(value)[:20]!r} is no {figure}", column=name)
        return None
    return value
