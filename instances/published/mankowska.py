"""Mankowska's text format: home-care routing with two linked services at some homes.

Mankowska, Meisel, Bierwirth (2014), *The home health care routing and scheduling problem with interdependent
services*, Health Care Management Science 17; 10–300 patients. A mirror is published at
``github.com/afkummer/gecco2020-brkga`` (MIT).

A file is a sequence of keywords, each followed by its numbers::

    nbNodes 12      patients + 2; node 0 is the depot carers leave, node N-1 the same place to return to
    nbVehi 3        carers
    nbServi 6       kinds of service
    r               N × S: 1 where the node requires the service (depot lines mean nothing)
    DS              nodes with two services, counted from 1
    a               V × S: 1 where the carer is able
    x, y            N coordinates each, not used
    d               N × N: travel times
    p               N·V × S: duration at node i by carer v is line i·V + v
    mind, maxd      N each: gap between the two services, start to start; maxd 0 means together
    e, l            N each: window, hard at its start, soft at its end; the depot's is not kept

Names are those of the published solutions: patients ``p1`` … (node 1 …), carers ``c1`` …, services ``s1`` ….
Of two services the one with the lower number comes first. Travel carries five to seven decimals and is kept
so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.report import Report
from instances.published.day import (
    Carer,
    Format,
    Patient,
    PublishedDay,
    RequiredService,
    Synchronization,
    Synchrony,
    Window,
)
from instances.published.hhcrsp_json import DEPOT, THIRDS
from instances.published.parts import MOST_SERVICES, name_of
from instances.published.source import Number, read_text
from instances.published.units import parse, scale_of, whole, whole_rows

KEYWORDS = ("nbNodes", "nbVehi", "nbServi", "r", "DS", "a", "x", "y", "d", "p", "mind", "maxd", "e", "l")
_COUNTS = ("nbNodes", "nbVehi", "nbServi")
_NOT_USED = ("x", "y")
_TIMES = ("p", "mind", "maxd", "e", "l")
_MOST = 10_000


def read_mankowska(path: Path | str) -> PublishedDay:
    """Read one instance.

    Raises
    ------
    geodata.report.InputError
        With everything that is wrong with the file (E281–E289).
    """
    path, report = Path(path), Report()
    text = read_text(path, report)
    report.raise_if_any()
    sections = _sections(text, str(path), report)
    report.raise_if_any()
    N, V, S = (_count(sections[name], name, str(path), report) for name in _COUNTS)
    report.raise_if_any()
    if N < 2:
        report.add("E288", str(path), f"{N} nodes; two are the depot", column="nbNodes")
    expected = {"r": N * S, "a": V * S, "d": N * N, "p": N * V * S} | dict.fromkeys(
        ("mind", "maxd", "e", "l"), N
    )
    for name, count in expected.items():
        _check_count(sections[name], name, count, str(path), report)
    report.raise_if_any()
    values = {name: _numbers(sections[name], name, str(path), report) for name in (*expected, "DS")}
    report.raise_if_any()
    file = _File(str(path), N, V, S, values)
    file.check(report)
    report.raise_if_any()
    return file.day(name_of(path))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the file and its line, from 1."""

    text: str
    line: int


def _words(text: str) -> Iterator[_Word]:
    for line, words in enumerate(text.splitlines(), start=1):
        for word in words.split():
            yield _Word(word, line)


def _sections(text: str, file: str, report: Report) -> dict[str, list[_Word]]:
    sections: dict[str, list[_Word]] = {}
    current: list[_Word] | None = None
    for word in _words(text):
        if word.text in KEYWORDS:
            if word.text in sections:
                report.add("E286", file, "the section stands twice", row=word.line, column=word.text)
            current = sections.setdefault(word.text, [])
        elif current is None:
            report.add(
                "E282",
                file,
                f"the file opens with {word.text[:20]!r}, not with nbNodes",
                row=word.line,
                cure="is this Mankowska's format?",
            )
            return sections
        else:
            current.append(word)
    for keyword in KEYWORDS:
        if keyword not in sections and keyword not in _NOT_USED:
            report.add(
                "E283", file, f"the section '{keyword}' is missing", cure="give the file as it was published"
            )
    return sections


def _count(words: Sequence[_Word], name: str, file: str, report: Report) -> int:
    _check_count(words, name, 1, file, report)
    if not words:
        return 0
    text = words[0].text
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= _MOST):
        report.add(
            "E285",
            file,
            f"{text[:20]!r} is no count from 1 to {_MOST}",
            row=words[0].line,
            column=name,
            cure="correct the figure",
        )
        return 0
    return int(text)


def _check_count(words: Sequence[_Word], name: str, count: int, file: str, report: Report) -> None:
    if len(words) != count:
        row = words[-1].line if words else None
        report.add(
            "E284",
            file,
            f"{len(words)} numbers where the counts at the top ask for {count}",
            row=row,
            column=name,
            cure="give the file as it was published",
        )


def _numbers(words: Sequence[_Word], name: str, file: str, report: Report) -> list[Number]:
    known: dict[str, Number] = {}
    for word in words:
        if word.text not in known:
            number, fault = parse(word.text)
            if fault:
                report.add(
                    "E285",
                    file,
                    f"{word.text[:20]!r} is {fault}",
                    row=word.line,
                    column=name,
                    cure="correct the figure",
                )
                return []
            known[word.text] = number
    return [known[word.text] for word in words]


@dataclass(frozen=True, slots=True)
class _File:
    """The numbers of a file, in the letters of the paper."""

    file: str
    N: int
    V: int
    S: int
    values: dict[str, list[Number]]

    def requires(self, i: int) -> list[int]:
        """Services that node ``i`` requires."""
        return [s for s in range(self.S) if self.values["r"][i * self.S + s] != 0]

    def check(self, report: Report) -> None:
        """Add what contradicts itself."""
        double = {int(number) - 1 for number in self.values["DS"]}
        for node in sorted(double - set(range(1, self.N - 1))):
            report.add("E287", self.file, f"there is no patient at node {node + 1}", column="DS")
        for i in range(1, self.N - 1):
            services = len(self.requires(i))
            if not 1 <= services <= MOST_SERVICES:
                report.add(
                    "E289",
                    self.file,
                    f"node {i} requires {services} services; the format has one or two",
                    column="r",
                )
            elif (i in double) != (services == MOST_SERVICES):
                report.add(
                    "E288",
                    self.file,
                    f"node {i} requires {services} services; DS says otherwise",
                    column="DS",
                )
            e, l = self.values["e"][i], self.values["l"][i]  # noqa: E741
            if l < e:
                report.add(
                    "E288", self.file, f"the window of node {i} ends before it starts: {e}–{l}", column="l"
                )
            if i in double and 0 != self.values["maxd"][i] < self.values["mind"][i]:
                report.add(
                    "E288", self.file, f"the longest gap of node {i} is below the shortest", column="maxd"
                )

    def day(self, name: str) -> PublishedDay:
        """The day, at the scale its numbers need."""
        d = self.values["d"]
        scale = scale_of(set[Number]().union(d, *(self.values[section] for section in _TIMES)))
        rows = [d[i * self.N : (i + 1) * self.N] for i in range(self.N)]
        return PublishedDay(
            name=name,
            format=Format.MANKOWSKA,
            scale=scale,
            services=tuple(f"s{s + 1}" for s in range(self.S)),
            patients=tuple(self._patient(i, scale) for i in range(1, self.N - 1)),
            carers=tuple(self._carer(v) for v in range(self.V)),
            travel=whole_rows(rows, scale),
            costs=THIRDS,
        )

    def _carer(self, v: int) -> Carer:
        able = frozenset(f"s{s + 1}" for s in range(self.S) if self.values["a"][v * self.S + s] != 0)
        return Carer(id=f"c{v + 1}", abilities=able, depot_from=DEPOT, depot_to=self.N - 1)

    def _patient(self, i: int, scale: int) -> Patient:
        services = tuple(self._service(i, s, scale) for s in self.requires(i))
        link = None
        if len(services) == MOST_SERVICES:
            together = self.values["maxd"][i] == 0
            link = Synchronization(
                kind=Synchrony.SIMULTANEOUS if together else Synchrony.SEQUENTIAL,
                minimum=0 if together else whole(self.values["mind"][i], scale),
                maximum=whole(self.values["maxd"][i], scale),
            )
        start, end = (whole(self.values[section][i], scale) for section in ("e", "l"))
        window = Window(start=start, end=end, hard=False)
        return Patient(id=f"p{i}", place=i, windows=(window,), services=services, synchronization=link)

    def _service(self, i: int, s: int, scale: int) -> RequiredService:
        durations = [self.values["p"][(i * self.V + v) * self.S + s] for v in range(self.V)]
        by_carer = tuple(whole(duration, scale) for duration in durations)
        same = len(set(by_carer)) == 1
        return RequiredService(
            service=f"s{s + 1}", duration=max(by_carer), by_carer=None if same else by_carer
        )
