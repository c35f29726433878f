"""What a table and its columns are: the words in which the schema is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from instances.cells import Kind


class _MustFill(Enum):
    """Marks a column whose cells may not be empty."""

    MUST_FILL = "must fill"


MUST_FILL: Final = _MustFill.MUST_FILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes
    ----------
    name
        Heading.
    kind
        What its cells hold.
    says
        What it means, in a sentence for the documentation.
    default
        Value of an empty cell; ``MUST_FILL`` where a cell may not be empty.
    optional
        Whether the column may be left out altogether; its cells then count as empty.
    refers_to
        Table in which each of its values must stand as identifier.
    """

    name: str
    kind: Kind
    says: str
    default: Any = MUST_FILL
    optional: bool = False
    refers_to: str | None = None

    def __post_init__(self) -> None:
        if self.optional and self.default is MUST_FILL:
            raise ValueError(f"column {self.name} may be left out and must be filled")

    @property
    def must_fill(self) -> bool:
        """Whether its cells may not be empty."""
        return self.default is MUST_FILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a CSV file or a sheet of a workbook.

    Attributes
    ----------
    name
        As its file is named, without ending.
    says
        What a row is.
    key
        Columns that no two rows share.
    optional
        Whether the file may be left out.
    may_be_empty
        Whether headings alone will do.
    passed_over
        Further columns of the template, known and not read.
    """

    name: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    optional: bool = False
    may_be_empty: bool = False
    passed_over: tuple[str, ...] = ()
    column: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "column", {column.name: column for column in self.columns})

    @property
    def file(self) -> str:
        """Name of its CSV file."""
        return f"{self.name}.csv"

    @property
    def headings(self) -> tuple[str, ...]:
        """Names of its columns, in order."""
        return tuple(column.name for column in self.columns)
