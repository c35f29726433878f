from __future__ import annotations

import pytest

from geodata.postcodes import registry_directory
from instances.counties.districts import DISTRICTS, find_district


@pytest.mark.parametrize("text", ["Maldon", " maldon", "MALDON", "E07000074", "e07000074"])
def test_a_district_answers_to_its_name_and_its_code(text: str) -> None:
    assert find_district("Essex", text).code == "E07000074"


def test_an_unknown_district_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"no district 'Malden'; did you mean 'Maldon'\? known: Basildon, .*Uttlesford"
    ):
        find_district("Essex", "Malden")


def test_every_code_is_the_one_of_its_council() -> None:
    assert [each.code for each in DISTRICTS["Essex"]] == [f"E070000{n}" for n in range(66, 78)]
    assert [each.code for each in DISTRICTS["Norfolk"]] == [f"E07000{n}" for n in range(143, 150)]
    assert [each.code for each in DISTRICTS["Leicestershire"]] == [f"E07000{n}" for n in range(129, 136)]
    assert [each.code for each in DISTRICTS["Leicester"]] == ["E06000016"]


@pytest.mark.parametrize(
    "district", [each for county in DISTRICTS.values() for each in county], ids=lambda d: d.name
)
def test_every_district_has_postcodes_about_its_middle(district) -> None:  # type: ignore[no-untyped-def]
    rows = registry_directory(set(district.postcode_areas)).in_district(district.code)
    assert len(rows) > 1500
    assert abs(rows["easting"].mean() - district.easting) < 100
    assert abs(rows["northing"].mean() - district.northing) < 100
