"""Any bytes in any file give an instance or an InputError, never a traceback."""

from __future__ import annotations

import contextlib
import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.postcodes import PostcodeDirectory, registry_directory
from geodata.report import InputError
from instances.read import read_instance
from instances.results import read_allocation, read_rounds
from instances.write import write_instance
from optimiser.model.instance import Instance
from tests.instances.small_market import small_market

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
FILES = (
    "lots.csv",
    "localities.csv",
    "packages.csv",
    "visits.csv",
    "providers.csv",
    "provider_lots.csv",
    "ranked_list.csv",
    "capacity.csv",
    "carers.csv",
    "availability.csv",
    "urban_cells.csv",
    "framework.toml",
)
odd_cells = st.sampled_from(
    [
        "",
        " ",
        ";",
        "-1",
        "0",
        "9" * 400,
        "1e400",
        "nan",
        "inf",
        "£",
        "24:00",
        "99:99",
        "0001-01-01",
        "31/02/2026",
        "''",
        '"',
        "\r",
        "\u2028",
        "٣",
        "²",
        "１",
        "CM9 5AA",
        "E07000074",
        "MTWTFSS",
        "none",
        "yes",
        "\ud7ff",
        "=1+1",
    ]
)


def directory() -> PostcodeDirectory:
    return registry_directory(["C"])


def check(folder: Path) -> None:
    try:
        found = read_instance(folder, postcodes=directory())
    except InputError:
        return
    assert isinstance(found, Instance)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("any") / "market"
    write_instance(small_market(), folder)
    return folder


@FUZZ
@given(file=st.sampled_from(FILES), data=st.binary(max_size=200))
def test_random_bytes(scratch: Path, file: str, data: bytes) -> None:
    kept = (scratch / file).read_bytes()
    try:
        (scratch / file).write_bytes(data)
        check(scratch)
    finally:
        (scratch / file).write_bytes(kept)


@FUZZ
@given(
    file=st.sampled_from(FILES), place=st.floats(0, 1), cut=st.integers(0, 30), data=st.binary(max_size=20)
)
def test_random_bytes_inside_a_good_file(
    scratch: Path, file: str, place: float, cut: int, data: bytes
) -> None:
    kept = (scratch / file).read_bytes()
    at = int(place * len(kept))
    try:
        (scratch / file).write_bytes(kept[:at] + data + kept[at + cut :])
        check(scratch)
    finally:
        (scratch / file).write_bytes(kept)


@FUZZ
@given(
    file=st.sampled_from(FILES[:-1]),
    row=st.integers(1, 3),
    column=st.integers(0, 12),
    value=odd_cells | st.text(max_size=8),
)
def test_random_cells(scratch: Path, file: str, row: int, column: int, value: str) -> None:
    kept = (scratch / file).read_bytes()
    lines = kept.decode().splitlines()
    cells = lines[min(row, len(lines) - 1)].split(",")
    cells[column % len(cells)] = value
    lines[min(row, len(lines) - 1)] = ",".join(cells)
    try:
        (scratch / file).write_bytes("\n".join(lines).encode("utf-8", errors="replace"))
        check(scratch)
    finally:
        (scratch / file).write_bytes(kept)


@settings(FUZZ, max_examples=40)
@given(
    data=st.binary(max_size=200),
    part=st.sampled_from(["", "xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet2.xml"]),
)
def test_random_bytes_in_a_workbook(scratch: Path, data: bytes, part: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        book = Path(place) / "book.xlsx"
        book.write_bytes(data if not part else spoil(scratch.parent, part, data))
        check(book)


def spoil(place: Path, part: str, data: bytes) -> bytes:
    good = place / "good.xlsx"
    if not good.exists():
        write_instance(small_market(), good)
    stream = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return stream.getvalue()


@settings(FUZZ, max_examples=60)
@given(
    data=st.binary(max_size=100)
    | odd_cells.map(lambda cell: f"package_id,outcome,weekly_cost_pounds\n{cell},placed,{cell}".encode())
)
def test_random_bytes_in_results(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        for file, read in (
            ("allocation.csv", lambda path: read_allocation(path, small_market())),
            ("rounds.csv", read_rounds),
        ):
            path = Path(place) / file
            path.write_bytes(data)
            with contextlib.suppress(InputError):
                read(path)
