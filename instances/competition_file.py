"""A mini-competition out of its files: nothing is evaluated before everything in them holds together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geodata.report import Finding, Report
from instances.columns import Table
from instances.read_bids import read_bids, read_overrides, read_quality, read_travel
from instances.read_terms import read_bidders, read_terms
from instances.rows import check_references, read_values
from instances.schema_competition import (
    BATCHES,
    COMPETITION,
    COMPETITION_TABLES,
    LISTS,
    QUALITY,
    SHEETS,
    SINGLES,
)
from instances.tables import RawTable, read_bytes, read_csv
from instances.toml_tables import read_list, read_single, say_unknown_keys, toml_content, toml_table
from optimiser.competition.competition import Competition

FILE = "competition.toml"
FILES = (FILE, BATCHES.file, *(table.file for table in SHEETS))


def competition_files(folder: Path) -> Mapping[str, bytes]:
    """Bytes of a competition's files, by name.

    Raises
    ------
    InputError
        Where there is no such folder, or a file cannot be opened.
    """
    report = Report()
    if not folder.is_dir():
        cure = f"give the folder that holds {', '.join(FILES[:1])}, bids.csv and quality.csv"
        report.add("E200", str(folder), "there is no such folder", cure=cure)
        report.raise_if_any()
    there: dict[str, Path] = {}
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        other = there.setdefault(path.name.casefold(), path)
        if other is not path and path.name.casefold() in FILES:
            cure = "keep the one that holds"
            report.add("E335", path.name, f"{other.name} is there too: one name but for capitals", cure=cure)
    found = {}
    for name in FILES:
        if name in there:
            data = read_bytes(there[name], report)
            if data is not None:
                found[name] = data
    report.raise_if_any()
    return found


def read_competition(folder: Path | str) -> Competition:
    """A competition from its folder.

    Raises
    ------
    InputError
        With everything that is wrong with it, at once.
    """
    return competition_of(competition_files(Path(folder)))[0]


def competition_of(files: Mapping[str, bytes]) -> tuple[Competition, tuple[Finding, ...]]:
    """A competition from the bytes of its files, and warnings.

    Raises
    ------
    InputError
        As :func:`read_competition`.
    """
    report = Report()
    raw = _raw_tables(files, report)
    tables = {each.name: read_values(raw.get(each.name), each.name, report) for each in COMPETITION_TABLES}
    check_references(
        tables,
        {each.name: each.columns for each in COMPETITION_TABLES},
        {"batches": "batch_id", "bidders": "provider_id", "criteria": "code"},
    )
    terms = read_terms(tables)
    if terms is None:
        report.raise_if_any()
        raise AssertionError("terms that cannot be read are told of")
    bids = read_bids(tables, terms)
    competition = Competition(
        name=terms.name,
        deadline=terms.deadline,
        scheme=terms.scheme,
        batches=terms.batches,
        bidders=read_bidders(tables, bids),
        bids=tuple(bid for bid, _ in bids),
        quality=read_quality(tables, terms, report),
        rules=terms.rules,
        unawarded_points=terms.unawarded_points,
        tie_breaks=terms.tie_breaks,
        draw_seed=terms.draw_seed,
        travel=read_travel(tables, terms),
        disclosure=terms.disclosure,
        overrides=read_overrides(tables),
        source=terms.source,
    )
    report.raise_if_any()
    return competition, report.warnings


def _raw_tables(files: Mapping[str, bytes], report: Report) -> dict[str, RawTable]:
    found: dict[str, RawTable] = {}
    if FILE not in files:
        cure = f"write the terms into {FILE} (docs/formats.md), or start from the worked competition"
        report.add("E201", FILE, "the file is missing", cure=cure)
    else:
        _read_toml(files, found, report)
    for table in (BATCHES, *SHEETS):
        data = files.get(table.file)
        if data is not None:
            raw = read_csv(data, table, table.file, report)
            if raw is not None:
                found[table.name] = raw
        elif table is not BATCHES and not table.optional and not _unneeded(table, found):
            report.add("E201", table.file, "the file is missing", cure=f"add it: {table.says}")
    return found


def _unneeded(table: Table, found: Mapping[str, RawTable]) -> bool:
    """Scores where there is no criterion."""
    return table is QUALITY and "criteria" in found and not found["criteria"].rows


def _read_toml(files: Mapping[str, bytes], found: dict[str, RawTable], report: Report) -> None:
    content = toml_content(files[FILE], FILE, report)
    if content is None:
        return
    known = (*COMPETITION.headings, *(table.name for table in (*LISTS, *SINGLES)))
    say_unknown_keys(content, known, "", FILE, report)
    shown = {name: name for name in COMPETITION.headings}
    found[COMPETITION.name] = toml_table(COMPETITION, FILE, [(content, shown)])
    for table in LISTS:
        beside = table is BATCHES and BATCHES.file in files
        if beside and table.name in content:
            cure = f"keep {table.file}, and delete [[{table.name}]]"
            report.add("E329", FILE, f"batches stand here and in {table.file}", column=table.name, cure=cure)
        elif not beside and (table.name in content or not table.optional):
            read_list(content.get(table.name, []), table, {}, FILE, report, found)
    for table in SINGLES:
        read_single(content.get(table.name, {}), table, FILE, report, found)
