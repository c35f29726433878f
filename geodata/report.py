"""How every reader complains: all faults at once, each with code, file, row, column and cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """How much a finding matters."""

    ERROR = "error"
    """Nothing can be done until it is mended."""
    WARNING = "warning"
    """Work goes on, on the assumption the finding states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault in the input.

    Attributes
    ----------
    code
        Stable code such as ``E204``; the error index (docs/errors.md) lists them all.
    file
        The file or sheet as the user named it.
    message
        What is wrong, in the user's words, quoting the value found.
    row
        Row as the spreadsheet shows it, heading = 1. ``None`` where the fault is the file's.
    column
        Heading of the column. ``None`` where the fault is the row's.
    cure
        What to do. ``None`` only where nothing can be advised.
    """

    code: str
    file: str
    message: str
    row: int | None = None
    column: str | None = None
    cure: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def where(self) -> str:
        """``packages.csv:7 [window]``."""
        row = f":{self.row}" if self.row is not None else ""
        column = f" [{self.column}]" if self.column else ""
        return f"{self.file}{row}{column}"


def _order(finding: Finding) -> tuple[str, int, str, str, str]:
    return (finding.file, finding.row or 0, finding.column or "", finding.code, finding.message)


@dataclass(slots=True)
class Report:
    """Collects findings while a reader goes on reading.

    The one mutable thing at the edge: a reader adds to it and calls :meth:`raise_if_any` once, at the end.
    """

    findings: list[Finding] = field(default_factory=list)
    _kept: set[Finding] = field(default_factory=set, repr=False)

    def add(
        self,
        code: str,
        file: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        cure: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add one finding; the same finding twice is kept once."""
        finding = Finding(
            code=code, file=file, message=message, row=row, column=column, cure=cure, severity=severity
        )
        if finding not in self._kept:
            self._kept.add(finding)
            self.findings.append(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop the work, in order of file, row and column."""
        return tuple(sorted((f for f in self.findings if f.severity is Severity.ERROR), key=_order))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not stop the work, in order of file, row and column."""
        return tuple(sorted((f for f in self.findings if f.severity is Severity.WARNING), key=_order))

    def raise_if_any(self) -> None:
        """Raise :class:`InputError` with every error, if there is one."""
        if self.errors:
            raise InputError(self.errors)


class InputError(Exception):
    """The input cannot be used; ``findings`` says everything that is wrong with it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(self.findings)  # what __init__ was given, so that it crosses processes whole

    def __str__(self) -> str:
        return "\n".join(format_findings(self.findings))


def format_findings(findings: Iterable[Finding]) -> Iterator[str]:
    """Lay findings out for a terminal, file by file.

    Yields
    ------
    str
        Lines without their line ends.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        by_file.setdefault(finding.file, []).append(finding)
    for file, those in by_file.items():
        yield f"{len(those)} problem{'s' if len(those) != 1 else ''} in {file}"
        width = max(len(finding.where) for finding in those)
        for finding in those:
            yield f"  {finding.code}  {finding.where:<{width}}  {finding.message}"
            if finding.cure:
                yield f"        {finding.cure}"
