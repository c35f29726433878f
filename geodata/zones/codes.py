"""Codes of zones over time: which are in force when, what came of a code, and what it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from geodata.report import Report, Severity


class Change(Enum):
    """What became of a code."""

    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    """One zone, another code."""
    SPLIT = "split"
    """One zone became several: which of them a place is in, its code cannot say."""
    MERGED = "merged"
    """Several zones became one."""
    RECAST = "recast"
    """Several became several."""
    NOTHING = "without a counterpart"
    """The table knows of none."""
    UNKNOWN = "unknown"
    """The table does not know the code."""


class Standing(Enum):
    """Whether a code is in force on a day."""

    IN_FORCE = "in force"
    RETIRED = "no longer in force"
    NOT_YET = "not yet in force"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeVersion:
    """A code and when it holds.

    Attributes
    ----------
    valid_from, valid_to
        First and last day; open where ``None``.
    successors
        Codes that took its place after ``valid_to``; empty where it has none, or still holds.
    """

    code: str
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: frozenset[str] = frozenset()

    def standing(self, day: date) -> Standing:
        """Whether it is in force on a day."""
        if self.valid_from is not None and day < self.valid_from:
            return Standing.NOT_YET
        return Standing.RETIRED if self.valid_to is not None and self.valid_to < day else Standing.IN_FORCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """What a code is in another year.

    Attributes
    ----------
    codes
        In order. More than one cannot be told apart by code: ask where the place lies.
    """

    code: str
    codes: tuple[str, ...]
    change: Change

    @property
    def only(self) -> str | None:
        """The one code it is, or ``None`` where there is none or more than one."""
        return self.codes[0] if len(self.codes) == 1 else None

    def __str__(self) -> str:
        if not self.codes:
            return f"{self.code}: {self.change.value}"
        if self.change is Change.SPLIT:
            return f"{self.code} was split: one of {', '.join(self.codes)}, which its code cannot say"
        return f"{self.code}: {self.change.value}, {', '.join(self.codes)}"


@dataclass(frozen=True, eq=False, kw_only=True)
class CodeHistory:
    """Codes over time: one row a code. Order of rows means nothing.

    Attributes
    ----------
    versions
        Sorted by code, each code once: a code that is given up is not given again (ONS coding policy).
    source
        Where the table is from.

    Raises
    ------
    ValueError
        Where a code stands twice, ends before it begins, comes after itself, or has an unknown successor.
    """

    versions: tuple[CodeVersion, ...]
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "versions", tuple(sorted(self.versions, key=lambda each: each.code)))
        wrong = tuple(contradictions(self.versions))
        if wrong:
            raise ValueError("; ".join(message for _, message, _ in wrong))

    @cached_property
    def by_code(self) -> dict[str, CodeVersion]:
        """The same versions by code."""
        return {each.code: each for each in self.versions}

    @cached_property
    def _predecessors(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for each in self.versions:
            for successor in each.successors:
                found.setdefault(successor, set()).add(each.code)
        return {code: frozenset(those) for code, those in found.items()}

    def standing(self, code: str, day: date) -> Standing:
        """Whether a code is in force on a day."""
        version = self.by_code.get(code)
        return Standing.UNKNOWN if version is None else version.standing(day)

    def forward(self, code: str, day: date | None = None) -> Translation:
        """What a code became: on a day, or, where none is given, in the end."""
        return self._translated(code, day, forwards=True)

    def backward(self, code: str, day: date | None = None) -> Translation:
        """What a code came from: on a day, or, where none is given, in the beginning."""
        return self._translated(code, day, forwards=False)

    def _translated(self, code: str, day: date | None, *, forwards: bool) -> Translation:
        if code not in self.by_code:
            return Translation(code=code, codes=(), change=Change.UNKNOWN)
        found, passed = self._reached(code, day, forwards=forwards)
        if not found:
            change = Change.NOTHING
        elif found == {code}:
            change = Change.UNCHANGED
        else:
            others = any(len(self._next(each, forwards=not forwards)) > 1 for each in passed)
            one, other = (Change.SPLIT, Change.MERGED) if forwards else (Change.MERGED, Change.SPLIT)
            if len(found) > 1:
                change = Change.RECAST if others else one
            else:
                change = other if others else Change.RENAMED
        return Translation(code=code, codes=tuple(sorted(found)), change=change)

    def _next(self, code: str, *, forwards: bool) -> frozenset[str]:
        if forwards:
            return self.by_code[code].successors
        return self._predecessors.get(code, frozenset())

    def _reached(self, code: str, day: date | None, *, forwards: bool) -> tuple[set[str], set[str]]:
        """Codes that hold on the day, or that lead no further; and every code met on the way to them."""
        found: set[str] = set()
        passed: set[str] = set()
        waiting, seen = [code], {code}
        while waiting:
            each = waiting.pop()
            if each != code:
                passed.add(each)
            nexts = self._next(each, forwards=forwards)
            version = self.by_code[each]
            if day is None:
                # What ended without a successor stands for nothing today.
                holds = not nexts and (not forwards or version.valid_to is None)
            else:
                holds = version.standing(day) is Standing.IN_FORCE
            if holds:
                found.add(each)
            else:
                waiting += sorted(nexts - seen)
                seen |= nexts
        return found, passed


def contradictions(versions: Iterable[CodeVersion]) -> Iterable[tuple[str, str, str]]:
    """Everything in a table of codes that cannot be: code, message and cure."""
    listed = tuple(versions)
    seen: set[str] = set()
    known = {each.code: each for each in listed}
    for each in listed:
        if each.code in seen:
            yield each.code, f"{each.code} stands twice", "one row a code: join the two"
        seen.add(each.code)
        if each.valid_from and each.valid_to and each.valid_to < each.valid_from:
            yield each.code, f"{each.code} ends before it begins", "swap the two days"
        if each.successors and each.valid_to is None:
            yield each.code, f"{each.code} has successors and no end", "say its last day in valid_to"
        for successor in sorted(each.successors):
            later = known.get(successor)
            if later is None:
                message = f"{each.code} is succeeded by {successor}, which has no row"
                yield each.code, message, "add the row"
            elif each.valid_to and (later.valid_from is None or later.valid_from <= each.valid_to):
                message = f"{each.code} is succeeded by {successor}, which begins no later"
                yield each.code, message, f"let {successor} begin the day after {each.code} ends"


def report_standing(codes: Iterable[str], history: CodeHistory, day: date, file: str, report: Report) -> None:
    """E464 for each code that is not in force on a day, with what it became or was."""
    for code in sorted(set(codes)):
        standing = history.standing(code, day)
        if standing in (Standing.IN_FORCE, Standing.UNKNOWN):
            continue
        version = history.by_code[code]
        if standing is Standing.RETIRED:
            others, since = history.forward(code, day).codes, f"since {version.valid_to}"
        else:
            others, since = history.backward(code, day).codes, f"before {version.valid_from}"
        named = [f"{each} {history.by_code[each].name}".strip() for each in others]
        report.add(
            "E464", file, f"{code} {version.name} is {standing.value} on {day} ({since})".replace("  ", " "),
            cure=f"use {' or '.join(named)}" if named else "no code is known to stand for it",
            severity=Severity.WARNING,
        )  # fmt: skip
