from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.postcodes import PostcodeDirectory, read_directory
from geodata.report import Report

ONSPD = """pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,oseast1m,osnrth1m
"CM9 5AA","CM9  5AA","CM9 5AA","198001","","E10000012","E07000074","585387","0206645"
"CM9 5AB","CM9  5AB","CM9 5AB","198001","199806","E10000012","E07000074","585400","0206700"
"CM9 5AD","CM9  5AD","CM9 5AD","198001","","E10000012","E07000074","",""
"BT1 1AA","BT1  1AA","BT1 1AA","198001","","N99999999","N09000003","333000","0374000"
"""
ONSPD_2025 = """pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty25cd,lad25cd
CM9 5AA,CM9  5AA,CM9 5AA,198001,,0,585387,206645,1,E00000001,E10000012,E07000074
"""
_CODES = '"E92000001","E19000003","E18000006","E10000012","E07000074","E05004186"'
CODE_POINT = f""""CM9 5AA",10,585387,206645,{_CODES}
"CM9 5AB",10,585400,206700,{_CODES}
"CM9 5AD",90,0,0,{_CODES}
"""


def codes(report: Report) -> list[str]:
    return [finding.code for finding in (*report.errors, *report.warnings)]


def read(path: Path) -> tuple[PostcodeDirectory, Report]:
    report = Report()
    directory = read_directory(path, report)
    assert directory is not None, list(map(str, report.findings))
    return directory, report


def write(folder: Path, text: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_onspd_is_read_without_what_is_not_on_the_grid(tmp_path: Path) -> None:
    directory, report = read(write(tmp_path, ONSPD))
    assert list(directory.table["postcode"]) == ["CM9 5AA", "CM9 5AB"]
    assert codes(report) == ["E106"]
    found = directory.find("CM9 5AA")
    assert found is not None
    assert (found.place.easting, found.place.northing, found.district) == (585387, 206645, "E07000074")


def test_terminated_postcodes_can_be_left_out(tmp_path: Path) -> None:
    directory = read_directory(write(tmp_path, ONSPD), Report(), keep_terminated=False)
    assert directory is not None
    assert list(directory.table["postcode"]) == ["CM9 5AA"]


def test_headings_of_2025_and_plain_ones_are_understood(tmp_path: Path) -> None:
    plain = "\ufeffPostcode,Easting,Northing,District\ncm95aa,585387,206645,E07000074\n"
    newest, _ = read(write(tmp_path, ONSPD_2025, "a.csv"))
    plainest, _ = read(write(tmp_path, plain, "b.csv"))
    assert newest.content_hash == plainest.content_hash


def test_code_point_open_is_read_by_position(tmp_path: Path) -> None:
    directory, report = read(write(tmp_path, CODE_POINT))
    assert len(directory) == 2
    assert codes(report) == ["E106"]
    assert "Code-Point Open" in directory.source


def test_the_same_list_is_read_however_it_is_packed(tmp_path: Path) -> None:
    hashes = {read(write(tmp_path, CODE_POINT))[0].content_hash}
    packed = tmp_path / "mine.csv.gz"
    packed.write_bytes(gzip.compress(CODE_POINT.encode()))
    hashes.add(read(packed)[0].content_hash)
    first, second, third = CODE_POINT.splitlines(keepends=True)
    archive = tmp_path / "codepo_gb.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Doc/Code-Point_Open_Column_Headers.csv", "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n")
        file.writestr("Data/CSV/cm.csv", first + third)
        file.writestr("Data/CSV/co.csv", second)
    hashes.add(read(archive)[0].content_hash)
    folder = tmp_path / "Data"
    folder.mkdir()
    write(folder, second, "cm.csv")
    write(folder, first, "co.csv")
    hashes.add(read(folder)[0].content_hash)
    assert len(hashes) == 1


def test_of_an_onspd_zip_the_whole_list_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "ONSPD_NOV_2025.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Documents/LA names.csv", "LAD25CD,LAD25NM\nE07000074,Maldon\n")
        file.writestr("Data/multi_csv/CM.csv", "\n".join(ONSPD.splitlines()[:2]))
        file.writestr("Data/ONSPD_NOV_2025_UK.csv", ONSPD)
    assert len(read(archive)[0]) == 2


BAD = """postcode,easting,northing,district
CM9 5AA,585387,206645,E07000074
CM9,585387,206645,E07000074
CM9 5AB,5853B7,206645,E07000074
CM9 5AD,585387,9206645,E07000074
CM9 5AE,585387,206645,Maldon
CM9 5AA,585999,206645,E07000074
"""


def test_all_faults_are_named_at_once_with_row_and_column(tmp_path: Path) -> None:
    directory, report = read(write(tmp_path, BAD))
    assert list(directory.table["postcode"]) == ["CM9 5AA"]
    found = [(f.code, f.row, f.column) for f in (*report.errors, *report.warnings)]
    assert found == [
        ("E104", 3, "postcode"),
        ("E105", 4, "easting"),
        ("E105", 5, "northing"),
        ("E107", 6, "district"),
        ("E108", 7, "postcode"),
    ]
    assert all(finding.cure for finding in report.findings)
    assert "'5853B7'" in report.errors[1].message


def test_rows_without_headings_are_counted_from_one(tmp_path: Path) -> None:
    _, report = read(write(tmp_path, CODE_POINT + CODE_POINT.splitlines()[0].replace("CM9 5AA", "nowhere")))
    assert [(f.code, f.row) for f in report.errors] == [("E104", 4)]


def test_a_thousand_faults_are_not_a_thousand_findings(tmp_path: Path) -> None:
    bad = "nowhere,585387,206645,E07000074\n" * 1_000
    _, report = read(write(tmp_path, "postcode,easting,northing,district\nCM9 5AA,1,1,E07000074\n" + bad))
    assert len(report.errors) == 21
    assert any("980 more rows" in finding.message for finding in report.errors)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "E103"),
        ("other.csv", b"name,age\nAda,36\n", "E103"),
        ("one.csv", b"postcode,easting\nCM9 5AA,1\n", "E103"),
        ("bare.csv", b"postcode,easting,northing,district\n", "E109"),
        ("broken.zip", b"PK\x03\x04 not really", "E103"),
        ("broken.csv.gz", b"\x1f\x8b\x08 not really", "E102"),
        ("plain.gz", b"postcode", "E102"),
        (
            "latin.csv",
            "postcode,easting,northing,district\nCaf\u00e9,1,1,E07000074\n".encode("latin-1"),
            "E102",
        ),
        ("unclosed.csv", b'postcode,easting,northing,district\n"CM9 5AA,1,1,E07000074\n', "E102"),
        ("binary.csv", bytes(range(256)), "E103"),
    ],
)
def test_an_unusable_file_is_a_finding_and_no_traceback(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    report = Report()
    assert read_directory(path, report) is None
    assert code in codes(report)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    report = Report()
    read_directory(write(tmp_path, "postcode,easting\nCM9 5AA,1\n"), report)
    assert "northing, district" in report.errors[0].message


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    report = Report()
    assert read_directory(tmp_path / "none.csv", report) is None
    assert codes(report) == ["E101"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.csv", "a.zip", "a.csv.gz", "a.txt"]),
    head=st.sampled_from([b"", b"postcode,easting,northing,district\n", b"PK\x03\x04", b"\x1f\x8b"]),
    body=st.binary(max_size=200),
)
def test_any_bytes_give_a_directory_or_an_error(tmp_path: Path, name: str, head: bytes, body: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(head + body)
    report = Report()
    assert read_directory(path, report) is not None or report.errors


def test_the_shared_list_agrees_with_the_registry(shared_data: Path, essex_side: PostcodeDirectory) -> None:
    mine, report = read(shared_data / "geo" / "postcodes.csv.gz")
    assert not report.findings
    assert len(mine) > 100_000
    maldon = "E07000074"
    assert mine.only([maldon]).content_hash == essex_side.only([maldon]).content_hash
