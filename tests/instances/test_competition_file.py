"""A mini-competition's files: each planted fault is told with its code, file and place."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.report import InputError
from instances.competition_file import competition_files, competition_of
from instances.competitions import example_files
from instances.schema_batches import BATCHES as MADE
from optimiser.solving.provenance import canonical_hash

FILES = example_files()


def changed(file: str, *edits: tuple[str, str]) -> Mapping[str, bytes]:
    """The worked competition with text replaced, each once."""
    text = FILES[file].decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**FILES, file: text.encode()}


def faults(files: Mapping[str, bytes]) -> list[tuple[str, str, int | None, str | None]]:
    with pytest.raises(InputError) as refused:
        competition_of(files)
    for each in refused.value.findings:
        assert each.cure
    return [(each.code, each.file, each.row, each.column) for each in refused.value.findings]


BIDS, TERMS, QUALITY = "bids.csv", "competition.toml", "quality.csv"
OVERRIDE = '[[overrides]]\nact = "exclude"\non = "Z99"\nwho = "AB"\nwhy = "?"\n'
TWICE = b"batch_id,lot_code,weekly_hours\nMELTON-1,EAST-02,100\n"
SMALL = (("is_small = true", "is_small = false"),) * 3
NO_WEIGHT = (
    ("price_weight = 40", "price_weight = 100"),
    ("weight = 40\nscale", "weight = 0\nscale"),
    ("weight = 20", "weight = 0"),
)
BY_QUALITY = ("linear between floor and ceiling", "price per quality point")
WITH_TRAVEL = 'price_weight = 30\ntravel_weight = 10\ntravel_allowed_by = "clause 7"'
LESS_TRAVEL = FILES["travel.csv"].replace(b"OADBY-1;OADBY-2", b"OADBY-1;OADBY-3")
PLANTED = [
    ("E310", changed(BIDS, ("A01,ASHFIELD,MELTON-1", "A01,ASHFIELD,MELTON-9")), BIDS, 2),
    ("E311", changed(BIDS, ("B01,BRIDLE,MELTON-1", "B01,BRIDLE,MELTON-2")), BIDS, 9),
    ("E312", changed(TERMS, ("price_weight = 40", "price_weight = 50")), TERMS, None),
    ("E313", changed(BIDS, ("A01,ASHFIELD,MELTON-1,24.10", "A01,ASHFIELD,MELTON-1,2410")), BIDS, 2),
    ("E313", changed(BIDS, ("A01,ASHFIELD,MELTON-1,24.10", "A01,ASHFIELD,MELTON-1,0")), BIDS, 2),
    ("E314", changed(BIDS, ("hour,A-MEL,,360", "hour,A-MEL,,100")), BIDS, 2),
    ("E315", changed(BIDS, ("C03,CORNMILL,OADBY-3", "C03,CORNMILL,SOAR-4")), BIDS, 16),
    ("E315", changed(BIDS, ("A01,ASHFIELD", "A01,ASHFEILD")), BIDS, 2),
    ("E316", changed(QUALITY, ("ASHFIELD,care,A,4", "ASHFIELD,care,A,6")), QUALITY, 2),
    ("E317", changed(QUALITY, ("ASHFIELD,care,A,4\n", "")), QUALITY, None),
    ("E318", changed(TERMS, ("2027-01-15T12:00:00", "2027-01-10T12:00:00")), BIDS, 2),
    ("E319", changed(BIDS, ("24.95,hour,B-OAD,2", "24.95,hour,B-OAD,4")), BIDS, 12),
    ("E320", changed(QUALITY, ("ASHFIELD,care,A", "ASHFIELD,caer,A")), QUALITY, 2),
    ("E320", changed(TERMS, ("[caps]", f"{OVERRIDE}[caps]")), TERMS, None),
    ("E321", changed(BIDS, ("25.60,hour,C-MEL", "25.60,hour,A-MEL")), BIDS, 14),
    ("E322", changed(TERMS, ("travel_hour = 18.00", "travel_hour = 18.00\nmost_bundles = 1")), BIDS, 6),
    ("E323", changed(TERMS, ("floor = 21.00", "floor = 31.00")), TERMS, None),
    ("E324", changed(TERMS, ("price_weight = 40", "price_weight = 30\ntravel_weight = 10")), TERMS, None),
    ("E325", changed(TERMS, ("draw_seed = 20270115\n", "")), TERMS, None),
    ("E326", changed(BIDS, ("24.20,hour,,,300", "24.20,hour,,,310")), BIDS, 19),
    ("E328", changed(TERMS, ("least = 30\nmost = 70", "least = 80\nmost = 70")), TERMS, None),
    ("E328", changed(TERMS, ("small_reserve = 15", "small_reserve = 15"), *SMALL), TERMS, None),
    ("E330", changed(TERMS, BY_QUALITY, *NO_WEIGHT), TERMS, None),
    ("E327", changed(TERMS, ("winners_named = true", "margins_shown = true"), *NO_WEIGHT), TERMS, None),
    ("E324", {**changed(TERMS, ("price_weight = 40", WITH_TRAVEL)), "travel.csv": LESS_TRAVEL}, BIDS, 6),
    ("E211", changed(TERMS, ("2027-01-15T12:00:00", "2027-01-15")), TERMS, None),
    ("E329", {**FILES, "batches.csv": TWICE}, TERMS, None),
    ("E201", {name: data for name, data in FILES.items() if name != BIDS}, BIDS, None),
    ("E201", {name: data for name, data in FILES.items() if name != TERMS}, TERMS, None),
    ("E228", {**FILES, TERMS: b"name = "}, TERMS, None),
    ("E216", changed(TERMS, ('"quality", "price", "draw"', '"quality", "prise", "draw"')), TERMS, None),
    ("E211", changed(BIDS, ("2027-01-", "15 Jan ")), BIDS, 2),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "file", "row"), PLANTED)
def test_each_planted_fault_is_found_where_it_is(
    code: str, files: Mapping[str, bytes], file: str, row: int | None
) -> None:
    found = faults(files)
    assert (code, file, row) in [each[:3] for each in found], found


def test_a_decimal_point_that_is_missing_is_guessed() -> None:
    files = changed(BIDS, ("A01,ASHFIELD,MELTON-1,24.10", "A01,ASHFIELD,MELTON-1,2410"))
    with pytest.raises(InputError) as refused:
        competition_of(files)
    assert any("24.10 would make sense" in (each.cure or "") for each in refused.value.findings)


def test_all_faults_are_told_at_once() -> None:
    bids = changed(BIDS, ("24.10", "2410"), ("B01,BRIDLE,MELTON-1", "B01,BRIDLE,MELTON-2"))
    files = {**bids, TERMS: changed(TERMS, ("price_weight = 40", "price_weight = 50"))[TERMS]}
    assert {"E311", "E312", "E313"} <= {each[0] for each in faults(files)}


def test_a_row_that_is_refused_has_its_other_faults_told() -> None:
    files = changed(BIDS, ("B01,BRIDLE,MELTON-1,25.30", "B01,BRIDLE,MELTON-X,0"))
    assert {"E310", "E313"} <= {code for code, _, row, _ in faults(files) if row == 8}


def test_a_warning_where_margins_and_quality_tell_a_price() -> None:
    _, warnings = competition_of(
        changed(TERMS, ("winners_named = true", "winners_named = true\nmargins_shown = true"))
    )
    assert [each.code for each in warnings] == ["E327"]


def test_the_order_of_rows_changes_nothing() -> None:
    before = canonical_hash(competition_of(FILES)[0])
    turned = dict(FILES)
    for name in (BIDS, QUALITY, "travel.csv"):
        heading, *rows = FILES[name].decode().splitlines()
        turned[name] = "\n".join([heading, *reversed(rows)]).encode()
    assert canonical_hash(competition_of(turned)[0]) == before


@settings(max_examples=60, deadline=None)
@given(file=st.sampled_from(sorted(FILES)), at=st.integers(0, 4000), put=st.binary(max_size=6))
def test_any_bytes_give_a_competition_or_findings(file: str, at: int, put: bytes) -> None:
    data = FILES[file]
    at %= len(data)
    with suppress(InputError):
        competition_of({**FILES, file: data[:at] + put + data[at + len(put) // 2 :]})


def test_batches_stand_as_they_were_made() -> None:
    """``batches.csv`` of ``carerounds batch`` beside the terms, in place of ``[[batches]]``."""
    text = FILES[TERMS].decode()
    head, _, rest = text.partition("[[batches]]")
    terms = head + rest[rest.index("[[bidders]]") :]
    whole, _ = competition_of(FILES)
    rows = [",".join(MADE.headings)]
    for each in whole.batches:
        cells = dict.fromkeys(MADE.headings, "")
        cells |= {"batch_id": each.id, "lot_code": each.lot, "weekly_hours": f"{each.weekly_care / 3600:g}"}
        rows.append(",".join({**cells, "packages": "12", "sectors": ";".join(sorted(each.sectors))}.values()))
    made, warnings = competition_of({**FILES, TERMS: terms.encode(), "batches.csv": "\n".join(rows).encode()})
    assert not warnings
    assert [(each.id, each.weekly_care, each.sectors) for each in made.batches] == [
        (each.id, each.weekly_care, each.sectors) for each in whole.batches
    ]


def test_two_files_of_one_name_but_for_capitals_are_told_of(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    assert competition_files(tmp_path) == FILES
    (tmp_path / "Bids.csv").write_bytes(FILES[BIDS])
    if len(list(tmp_path.iterdir())) == len(FILES):
        pytest.skip("this file system takes both for one")
    with pytest.raises(InputError) as refused:
        competition_files(tmp_path)
    assert [each.code for each in refused.value.findings] == ["E335"]
