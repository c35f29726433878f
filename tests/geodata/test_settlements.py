from __future__ import annotations

from shapely import box

from geodata.settlements import settlements, settlements_within

DENGIE = (580_000, 195_000, 606_000, 212_000)


def test_settlements_are_british_and_real() -> None:
    names = {each.name for each in settlements()}
    assert {"Maldon", "Leicester", "Norwich", "Burnham-on-Crouch"} <= names
    assert not {"Akrotiri", "Belfast"} & names


def test_the_largest_comes_first_and_none_lies_outside() -> None:
    found = settlements_within(DENGIE)
    sizes = [each.population or 0 for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert found[0].name in {"Maldon", "South Woodham Ferrers"}
    for each in found:
        assert DENGIE[0] <= each.place.easting <= DENGIE[2]
        assert DENGIE[1] <= each.place.northing <= DENGIE[3]


def test_an_outline_and_its_box_give_the_same() -> None:
    assert settlements_within(box(*DENGIE)) == settlements_within(DENGIE)


def test_an_unknown_population_is_none_and_never_nought() -> None:
    assert all(each.population is None or each.population > 0 for each in settlements())
    assert all((each.population or 0) >= 5_000 for each in settlements_within(DENGIE, at_least=5_000))
