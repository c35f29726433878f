"""Options that several commands share, each said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class County(StrEnum):
    """A county with a generator."""

    essex = "essex"
    norfolk = "norfolk"
    leicester = "leicester"
    leicestershire = "leicestershire"


class PolicyName(StrEnum):
    """A ready-made policy."""

    cascade = "cascade"
    ranked = "ranked"
    cost = "cost"
    coherent = "coherent"


class DayName(StrEnum):
    """A day of the week."""

    monday = "monday"
    tuesday = "tuesday"
    wednesday = "wednesday"
    thursday = "thursday"
    friday = "friday"
    saturday = "saturday"
    sunday = "sunday"


Instance_: TypeAlias = Annotated[
    Path, typer.Argument(metavar="INSTANCE", help="Folder of CSV tables, or an .xlsx workbook.")
]
Out: TypeAlias = Annotated[Path, typer.Option("--out", help="Folder for the results; made if missing.")]
Seed: TypeAlias = Annotated[int, typer.Option(help="Same seed, same answer.")]
Day: TypeAlias = Annotated[DayName, typer.Option(help="Day of the week whose rounds are built.")]
Gap: TypeAlias = Annotated[
    float, typer.Option(help="Stop once the allocation is proven within this share of the best.", min=0.0)
]
Seconds: TypeAlias = Annotated[
    float | None,
    typer.Option(help="Longest the allocation may take. What time stops cannot be reproduced.", min=0.0),
]
Steps: TypeAlias = Annotated[
    int, typer.Option(help="Search steps for each provider's day: more is better and slower.", min=0)
]
Overwrite: TypeAlias = Annotated[
    bool, typer.Option("--overwrite", help="Replace what is there instead of refusing.")
]
