"""What is wrong with a file is said by code; no file, whatever is in it, is a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.report import InputError
from instances.published import (
    PublishedDay,
    PublishedSolution,
    Synchrony,
    read_day,
    read_kummer,
    read_mankowska,
    read_result,
    read_route_text,
    read_solomon,
    read_solution,
    read_uhhc,
)
from tests.instances.published.small_files import HHCRSP, MANKOWSKA, SOLOMON, SOLUTION, UHHC, changed


def _codes(read: Callable[[Path], object], path: Path, content: bytes | str) -> set[str]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert all(finding.file == str(path) for finding in caught.value.findings)
    assert str(caught.value)
    return {finding.code for finding in caught.value.findings}


def _read(read: Callable[[Path], PublishedDay], path: Path, content: str) -> PublishedDay:
    path.write_text(content, encoding="utf-8")
    return read(path)


def test_the_small_files_are_sound(tmp_path: Path) -> None:
    path = tmp_path / "small"
    day = _read(read_mankowska, path, MANKOWSKA)
    assert day.scale == 100
    assert day.travel[0][1] == 325
    assert [each.by_carer for each in day.patients[0].services] == [(1000, 1200)]
    link = day.patients[1].synchronization
    assert link is not None
    assert (link.kind, link.minimum, link.maximum) == (Synchrony.SEQUENTIAL, 500, 900)
    day = _read(read_kummer, path, json.dumps(HHCRSP))
    assert day.scale == 10
    assert day.travel[1][0] == 35
    assert day.patients[1].services[0].duration == 120  # the service's default
    day = _read(read_uhhc, path, json.dumps(UHHC))
    assert [window.start for window in day.patients[0].windows] == [10, 200]
    assert all(window.hard for patient in day.patients for window in patient.windows)
    assert day.carers[1].depot_to == day.carers[1].depot_from
    day = _read(read_solomon, path, SOLOMON)
    assert day.travel == ((0, 14, 50), (14, 0, 36), (50, 36, 0))
    assert (day.scale, len(day.carers), day.carers[0].capacity, day.patients[1].demand) == (10, 2, 200, 20)
    path.write_text(json.dumps(SOLUTION))
    solution = read_solution(path)
    assert [len(each.stops) for each in solution.rounds] == [2, 0]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("nbNodes\n4", "4", "E282"),
        ("mind\n0 0 5 0\n", "", "E283"),
        ("600 140 150 600", "600 140 150", "E284"),
        ("1 0\n0 1\nx", "1 0\n0\nx", "E284"),
        ("3.25 0.0 5.0", "3.25 zero 5.0", "E285"),
        ("3.25 0.0 5.0", "3.25 -1 5.0", "E285"),
        ("3.25 0.0 5.0", "3.25 NaN 5.0", "E285"),
        ("3.25 0.0 5.0", "3.25 sNaN 5.0", "E285"),
        ("3.25 0.0 5.0", "3.25 1E-999999 5.0", "E285"),
        ("3.25 0.0 5.0", "3.25 1E+999999 5.0", "E285"),
        ("nbVehi\n2", "nbVehi\n2.5", "E285"),
        ("maxd", "mind", "E286"),
        ("DS\n3", "DS\n9", "E287"),
        ("600 140 150", "600 14 150", "E288"),
        ("0 0 9 0", "0 0 4 0", "E288"),
        ("DS\n3", "DS\n2", "E288"),
        ("nbNodes\n4", "nbNodes\n1", "E288"),
        ("r\n1 1\n1 0", "r\n1 1\n0 0", "E289"),
    ],
)
def test_mankowska(old: str, new: str, code: str, tmp_path: Path) -> None:
    assert MANKOWSKA.count(old) == 1 or code == "E286"
    assert code in _codes(read_mankowska, tmp_path / "spoilt.txt", MANKOWSKA.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("VEHICLE", "TRUCKS", "E282"),
        ("  2         200", "", "E284"),
        ("   50         10", "   50", "E284"),
        ("   50         10", "   fifty      10", "E285"),
        ("    2      3", "    2      sNaN", "E285"),
        ("    2      3", "    2      --3", "E285"),
        ("   50         10", "   -50         10", "E285"),
        ("  2         200", "  0         200", "E285"),
        ("    2      3", "    1      3", "E286"),
        ("5        50 ", "55       50 ", "E288"),
    ],
)
def test_solomon(old: str, new: str, code: str, tmp_path: Path) -> None:
    assert old in SOLOMON
    assert code in _codes(read_solomon, tmp_path / "spoilt.txt", SOLOMON.replace(old, new, 1))


@pytest.mark.parametrize(
    ("way", "value", "code"),
    [
        ("patients", ..., "E283"),
        ("patients", {}, "E283"),
        ("patients.0.id", 7, "E283"),
        ("patients.0.time_window", [1, 2, 3], "E283"),
        ("distances.1", "far", "E283"),
        ("distances.1", [3, 0], "E284"),
        ("distances", [[0]], "E284"),
        ("distances.1.0", "far", "E285"),
        ("distances.1.0", True, "E285"),
        ("distances.1.0", -1, "E285"),
        ("distances.1.0", 10**12, "E285"),
        ("patients.1.id", "p1", "E286"),
        ("patients.0.required_caregivers.0.service", "s9", "E287"),
        ("caregivers.0.abilities.0", "s9", "E287"),
        ("patients.0.time_window", [130, 10], "E288"),
        ("patients.1.synchronization.distance", [30, 5], "E288"),
        ("patients.1.synchronization.type", "together", "E289"),
        ("patients.1.synchronization", ..., "E283"),
        ("patients.0.required_caregivers", [], "E289"),
        ("patients.1.required_caregivers.1.service", "s1", "E289"),
        ("central_offices", [{"id": "d"}, {"id": "e"}], "E289"),
    ],
)
def test_hhcrsp(way: str, value: object, code: str, tmp_path: Path) -> None:
    assert code in _codes(read_kummer, tmp_path / "spoilt.json", json.dumps(changed(HHCRSP, way, value)))


@pytest.mark.parametrize(
    ("way", "value", "code"),
    [
        ("metadata.cost_components", ["travel_time"], "E283"),
        ("lunch_breaks", ..., "E283"),
        ("caregivers.0.lunch_break", "yes", "E283"),
        ("metadata.cost_components.travel_time", "SOFT", "E285"),
        ("patients.0.distance_matrix_index", 1.5, "E285"),
        ("patients.0.distance_matrix_index", 2, "E286"),
        ("patients.0.distance_matrix_index", 3, "E287"),
        ("caregivers.0.departing_point", "d9", "E287"),
        ("patients.0.preferred_caregivers", ["c9"], "E287"),
        ("caregivers.0.working_shift", {"start": 600, "end": 0}, "E288"),
        ("metadata.cost_components.tw_max_dev_in_time", 1, "E289"),
        ("metadata.time_window_met", "sometimes", "E289"),
        ("patients.0.time_windows", [], "E289"),
        ("caregivers.0.transportation_mode", "public", "E289"),
    ],
)
def test_uhhc(way: str, value: object, code: str, tmp_path: Path) -> None:
    assert code in _codes(read_uhhc, tmp_path / "spoilt.json", json.dumps(changed(UHHC, way, value)))


@pytest.mark.parametrize(
    ("way", "value", "code"),
    [
        ("routes", ..., "E283"),
        ("routes.0.locations.0.patient", ..., "E283"),
        ("cost_components", [], "E283"),
        ("routes.0.locations.0.arrival_time", "noon", "E285"),
        ("routes.0.locations.0.departure_time", 10, "E288"),
        ("cost_components.beauty", 1, "E289"),
    ],
)
def test_solutions(way: str, value: object, code: str, tmp_path: Path) -> None:
    assert code in _codes(read_solution, tmp_path / "spoilt.json", json.dumps(changed(SOLUTION, way, value)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0 2\n0 1 0 0\n", "E284"),
        ("0 2\n0 1 0\n1 0 0 0\n", "E284"),
        ("0 2\n0 one 0 0\n1 0 0 0\n", "E285"),
        ("0 3\n0 1 0 0\n1 1 0 0\n1 0 0 0\n", "E286"),
        ("7 1\n0 0 0 0\n", "E287"),
        ("0 2\n0 1 0 1\n1 0 0 0\n", "E287"),
        ("0 2\n0 8 0 0\n8 0 0 0\n", "E287"),
        ("0 2\n1 1 0 0\n1 0 0 0\n", "E288"),
        ("0 3\n0 2 0 1\n2 2 0 0\n2 0 0 0\n", "E288"),  # second service before the first, by one carer
    ],
)
def test_route_text(text: str, code: str, tmp_path: Path) -> None:
    day = _read(read_mankowska, tmp_path / "day.txt", MANKOWSKA)

    def read(path: Path) -> PublishedSolution:
        return read_route_text(path, day)

    assert code in _codes(read, tmp_path / "routes.txt", text)


@pytest.mark.parametrize("kind", ["mankowska", "kummer", "italian", "uhhc", "solomon"])
def test_a_file_that_cannot_be_opened(kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_day(tmp_path / "absent", kind)
    assert [finding.code for finding in caught.value.findings] == ["E281"]
    assert _codes(lambda path: read_day(path, kind), tmp_path / "binary", b"\xff\xfe\x00") == {"E281"}


@pytest.mark.parametrize(
    "text", ["{", "[1]", "NaN", "[" * 100_000, '{"distances": NaN}', "1e9999999999999999999"]
)
def test_what_is_no_json(text: str, tmp_path: Path) -> None:
    for read in (read_kummer, read_uhhc, read_solution, read_result):
        assert _codes(read, tmp_path / "spoilt.json", text) == {"E282"}


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    spoilt = changed(changed(HHCRSP, "patients.0.id", ""), "caregivers.0.abilities.0", "s9")
    assert _codes(read_kummer, tmp_path / "spoilt.json", json.dumps(spoilt)) == {"E283", "E287"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=6,
)
WAYS = [
    *("patients", "patients.0", "patients.1.synchronization", "caregivers.0", "services", "distances"),
    *("patients.1.synchronization.distance", "caregivers.0.abilities", "services.0", "distances.0"),
]
UHHC_WAYS = [
    *("metadata", "metadata.origin", "patients.0.time_windows", "caregivers.0.working_shift", "lunch_breaks"),
    *("terminal_points", "patients.0.required_services", "patients.0.optional"),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.sampled_from(WAYS + UHHC_WAYS), value=JSON)
def test_anything_anywhere_is_a_day_or_a_finding(way: str, value: object, tmp_path: Path) -> None:
    path = tmp_path / "any.json"
    for read, document in ((read_kummer, HHCRSP), (read_uhhc, UHHC)):
        if way in UHHC_WAYS and document is HHCRSP:
            continue
        path.write_text(json.dumps(changed(document, way, value)), encoding="utf-8")
        with suppress(InputError):
            assert isinstance(read(path), PublishedDay)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60), kind=st.sampled_from(["mankowska", "kummer", "uhhc", "solomon"]))
def test_any_bytes_are_a_finding(content: bytes, kind: str, tmp_path: Path) -> None:
    assert _codes(lambda path: read_day(path, kind), tmp_path / "any", content)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text(st.characters(codec="utf-8"), max_size=5), place=st.integers(0, 100))
def test_any_word_anywhere_is_a_day_or_a_finding(word: str, place: int, tmp_path: Path) -> None:
    path = tmp_path / "any.txt"
    for read, text in ((read_mankowska, MANKOWSKA), (read_solomon, SOLOMON)):
        words = text.split(" ")
        words[place % len(words)] = word
        path.write_text(" ".join(words), encoding="utf-8")
        with suppress(InputError):
            assert isinstance(read(path), PublishedDay)
