"""Everything that is a file: instances and results read and written, the four counties generated.

The public names, on one screen. Each is imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.report import InputError
    from instances.competition_file import read_competition
    from instances.counties import essex, leicester, leicestershire, norfolk
    from instances.read import read_instance, read_with_report
    from instances.results import read_allocation, read_rounds, write_allocation, write_rounds
    from instances.write import write_instance

__all__ = [
    "InputError",
    "essex",
    "leicester",
    "leicestershire",
    "norfolk",
    "read_allocation",
    "read_competition",
    "read_instance",
    "read_rounds",
    "read_with_report",
    "write_allocation",
    "write_instance",
    "write_rounds",
]

_HOMES = {
    "InputError": "geodata.report",
    "essex": "instances.counties",
    "leicester": "instances.counties",
    "leicestershire": "instances.counties",
    "norfolk": "instances.counties",
    "read_allocation": "instances.results",
    "read_competition": "instances.competition_file",
    "read_instance": "instances.read",
    "read_rounds": "instances.results",
    "read_with_report": "instances.read",
    "write_allocation": "instances.results",
    "write_instance": "instances.write",
    "write_rounds": "instances.results",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'instances' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
