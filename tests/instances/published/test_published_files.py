"""Every published file at hand is read, exactly, and is what its publication says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from geodata.report import InputError
from instances.published import (
    PublishedDay,
    PublishedRound,
    PublishedSolution,
    PublishedStop,
    best_known,
    evaluate,
    in_file_units,
    read_day,
    read_mankowska,
    read_solomon,
    without_noise,
)
from instances.published.route_text import earliest_starts
from tests.instances.published.data import FORMATS, names

Find = Callable[[str], Path]
NAMES = [name for folder in FORMATS for name in names(folder, "*")]

# The best-known routes of two of Solomon's instances, as in the literature since 1995.
C101 = """5 3 7 8 10 11 9 6 4 2 1 75;13 17 18 19 15 16 14 12;20 24 25 27 29 30 28 26 23 22 21;
32 33 31 35 37 38 39 36 34;43 42 41 40 44 46 45 48 51 50 52 49 47;57 55 54 53 56 58 60 59;
67 65 63 62 74 72 61 64 68 66 69;81 78 76 71 70 73 77 79 80;90 87 86 83 82 84 85 88 89 91;
98 96 95 94 92 93 97 100 99"""
C201 = """93 5 75 2 1 99 100 97 92 94 95 98 7 3 4 89 91 88 84 86 83 82 85 76 71 70 73 80 79 81 78 77 96 87 90;
67 63 62 74 72 61 64 66 69 68 65 49 55 54 53 56 58 60 59 57 40 44 46 45 51 50 52 47 43 42 41 48;
20 22 24 27 30 29 6 32 33 31 35 37 38 39 36 34 28 26 23 18 19 16 14 12 15 17 13 25 9 11 10 8 21"""


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_whole(name: str, published_file: Find) -> None:
    path = published_file(name)
    day = read_day(path, FORMATS[Path(name).parts[0]])
    places = {each.place for each in day.patients}
    assert len(places) == len(day.patients)
    assert max(places) < len(day.travel) == len(day.travel[0])
    assert all(row[place] == 0 for place, row in enumerate(day.travel))
    for patient in day.patients:  # nobody asks for what no carer may give
        for each in patient.services:
            assert any(day.allows(carer, patient, each.service) for carer in day.carers)
    assert without_noise(day).scale <= 10**7
    best = best_known(path)
    if best is not None and day.format != "solomon":
        assert best.carers == len(day.carers)
    if best is not None and best.bound is not None:
        assert best.bound <= best.value + Fraction(1, 20)  # bounds have one decimal


def test_a_number_of_mankowska_is_kept_to_the_last_of_its_decimals(published_file: Find) -> None:
    day = read_mankowska(published_file("mankowska/InstanzCPLEX_HCSRP_10_1.txt"))
    assert in_file_units(day, day.travel[0][1]) == Fraction(Decimal("38.470768"))
    assert in_file_units(day, day.travel[0][4]) == Fraction(Decimal("7.28011"))


def test_windows_of_the_italian_set_are_whole_minutes_but_for_noise(published_file: Find) -> None:
    noisy = read_day(published_file("italian/instance_000-cosenza-r26-p299-s4-sim1.6-seq5.7.json"), "italian")
    clean = without_noise(noisy)
    assert noisy.scale > 10**12
    assert clean.scale == 1
    for one, other in zip(noisy.patients, clean.patients, strict=True):
        for exact, rounded in zip(one.windows, other.windows, strict=True):
            assert abs(in_file_units(noisy, exact.start) - rounded.start) < Fraction(1, 10**12)
            assert abs(in_file_units(noisy, exact.end) - rounded.end) < Fraction(1, 10**12)


@pytest.mark.parametrize(("name", "routes"), [("C101", C101), ("C201", C201)])
def test_solomons_distances_are_those_of_the_best_known_values(
    name: str, routes: str, published_file: Find
) -> None:
    path = published_file(f"solomon/{name}.txt")
    day, best = read_solomon(path), best_known(path)
    found = evaluate(day, _solution(day, routes), tolerance=Fraction(0))
    assert found.violations == ()
    assert best is not None
    assert found.objective == best.value
    assert len(routes.split(";")) == best.carers


def _solution(day: PublishedDay, routes: str) -> PublishedSolution:
    rounds = {
        v: [(int(customer) - 1, 0) for customer in route.split()] for v, route in enumerate(routes.split(";"))
    }
    starts = earliest_starts(day, rounds)
    assert starts is not None
    return PublishedSolution(
        rounds=tuple(
            PublishedRound(
                carer=day.carers[v].id,
                stops=tuple(
                    PublishedStop(
                        patient=day.patients[i].id,
                        service=day.services[0],
                        start=in_file_units(day, starts[i, k]),
                    )
                    for i, k in made
                ),
            )
            for v, made in rounds.items()
        )
    )


def test_what_is_not_in_the_list_has_no_best(tmp_path: Path, published_file: Find) -> None:
    assert best_known(published_file("uhhc-bazirha/A1.json")) is None
    assert best_known(tmp_path / "mankowska" / "anything.txt") is None


def test_a_format_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no format 'vroom'"):
        read_day(tmp_path / "anything", "vroom")


@pytest.mark.parametrize(("value", "code"), [("", "E283"), ("many", "E285"), ("1e999999999", "E285")])
def test_a_damaged_list_of_best_known_values(value: str, code: str, tmp_path: Path) -> None:
    heading = "set,instance,patients,carers,objective_best_known,lower_bound,source"
    text = f"{heading}\nkummer,a,1,1,{value},,nobody\n"
    (tmp_path / "best_known.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        best_known(tmp_path / "kummer" / "a.json")
    assert [(finding.code, finding.row) for finding in caught.value.findings] == [(code, 2)]
