"""The columns of every table as Markdown, which docs/formats.md carries between two marks."""

from __future__ import annotations

from collections.abc import Iterator

from instances.columns import Column, Table
from instances.schema import TABLES
from instances.schema_batches import BATCH_TABLES, BATCHING
from instances.schema_competition import COMPETITION, COMPETITION_TABLES, SHEETS, SINGLES
from instances.schema_framework import FRAMEWORK_TABLES
from instances.schema_results import RESULT_TABLES
from instances.schema_tariffs import TARIFFS

BEGIN = "<!-- columns: written by instances.documentation -->"
END = "<!-- end of columns -->"


def columns_as_markdown() -> str:
    """Sections with a table of columns each, for folders, the framework file, results and competitions."""
    lines: list[str] = []
    for table in TABLES:
        lines += [f"### {table.file}", "", *_table(table)]
    lines += ["### framework.toml", ""]
    lines += ["In a workbook each of these is a sheet of its own.", ""]
    for table in FRAMEWORK_TABLES:
        lines += [f"#### {_toml_name(table)}", "", *_table(table)]
    lines += ["### batching.toml", "", *_table(BATCHING)]
    lines += ["### tariffs.csv", "", *_table(TARIFFS)]
    for table in (*RESULT_TABLES, *BATCH_TABLES):
        lines += [f"### {table.file}", "", *_table(table)]
    lines += [
        "### competition.toml",
        "",
        "A mini-competition; `carerounds compete --example FOLDER` writes one.",
        "",
    ]
    for table in (each for each in COMPETITION_TABLES if each not in SHEETS):
        lines += [f"#### {_toml_name(table)}", "", *_table(table)]
    for table in SHEETS:
        lines += [f"### {table.file}", "", *_table(table)]
    return "\n".join(lines).rstrip() + "\n"


def up_to_date(page: str) -> str:
    """The page with the columns as they are now; ``ValueError`` where it has lost its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{columns_as_markdown()}\n{END}{after}"


def _toml_name(table: Table) -> str:
    if table.name == "framework":
        return "top of the file (sheet `framework`)"
    if table is COMPETITION:
        return "top of `competition.toml`"
    if table in SINGLES:
        return f"`[{table.name}]`"
    return f"`[{table.name}]`" if table.key == ("service_type",) else f"`[[{table.name}]]`"


def _table(table: Table) -> Iterator[str]:
    yield table.says
    if table.optional:
        yield "The file may be left out."
    elif table.may_be_empty:
        yield "Headings alone will do."
    if len(table.key) > 1:
        yield f"No two rows share {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | holds | needed | meaning |"
    yield "|---|---|---|---|"
    yield from (_row(column) for column in table.columns)
    yield ""
    if table.passed_over:
        yield f"Known and not read: {', '.join(f'`{name}`' for name in table.passed_over)}."
        yield ""


def _row(column: Column) -> str:
    needed = "yes" if column.must_fill else "may be empty"
    if column.optional:
        needed = "may be left out"
    return f"| `{column.name}` | {column.kind.describe()} | {needed} | {column.says} |"
