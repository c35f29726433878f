from __future__ import annotations

import pickle
import time

import numpy as np
import pandas as pd
import pytest

from geodata.place import Place
from geodata.postcodes import Postcode, PostcodeDirectory, registry_directory

MALDON = "E07000074"


def test_a_known_postcode_is_found_where_it_is(essex_side: PostcodeDirectory) -> None:
    found = essex_side.find(" cm95aa")
    assert found == Postcode("CM9 5AA", Place(585387, 206645), MALDON)
    assert found is not None
    assert (found.sector, found.outcode) == ("CM9 5", "CM9")


def test_what_is_not_in_the_list_is_none(essex_side: PostcodeDirectory) -> None:
    assert essex_side.find("CM9 5ZZ") is None
    assert essex_side.find("Maldon") is None
    assert essex_side.find("ZE3 9JZ") is None


def test_the_table_is_whole_sorted_and_british(essex_side: PostcodeDirectory) -> None:
    table = essex_side.table
    assert list(table.columns) == ["postcode", "sector", "outcode", "district", "easting", "northing"]
    assert table["postcode"].is_monotonic_increasing
    assert table["postcode"].is_unique
    assert not table.isna().any().any()
    assert set(table["district"].str[:1]) <= {"E", "S", "W"}
    assert table["easting"].dtype == np.int64


def test_letters_join_in_order_whatever_order_they_are_asked_in() -> None:
    assert registry_directory(["N", "C"]) is registry_directory(["CM", "NR", "c"])
    both = registry_directory(["N", "C"])
    assert len(both) == len(registry_directory("C")) + len(registry_directory("N"))


def test_areas_that_do_not_exist_are_refused() -> None:
    for areas in ([], ["Q"], [""]):
        with pytest.raises(ValueError, match="no postcode"):
            registry_directory(areas)


def test_the_nearest_postcode_is_the_nearest(essex_side: PostcodeDirectory) -> None:
    rng = np.random.default_rng(1)
    own = essex_side.in_district(MALDON)
    for _ in range(20):
        x, y = int(rng.integers(570_000, 600_000)), int(rng.integers(195_000, 220_000))
        nearest = essex_side.nearest(Place(x, y)).place
        distance = np.hypot(nearest.easting - x, nearest.northing - y)
        assert distance <= np.hypot(own["easting"] - x, own["northing"] - y).min()


def test_of_equally_near_postcodes_the_first_is_taken(village: PostcodeDirectory) -> None:
    assert village.nearest(Place(500_100, 200_050)).postcode == "AB1 1AA"


def test_an_empty_directory_has_no_nearest(village: PostcodeDirectory) -> None:
    empty = village.only([])
    assert len(empty) == 0
    assert empty.find("AB1 1AA") is None
    assert empty.suggest("AB1 1AA") is None
    with pytest.raises(ValueError, match="holds no postcodes"):
        empty.nearest(Place(0, 0))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CM9 SAA", "CM9 5AA"),  # letter for digit
        ("C09 1AA", "CO9 1AA"),  # digit for letter
        ("MC9 5AA", "CM9 5AA"),  # swapped
        ("CM9 55AA", "CM9 5AA"),  # one too many
        ("cm9 5aa", "CM9 5AA"),
    ],
)
def test_a_slip_of_the_hand_is_mended(essex_side: PostcodeDirectory, typed: str, meant: str) -> None:
    assert essex_side.suggest(typed) == meant


def test_a_suggestion_always_exists_and_nonsense_has_none(essex_side: PostcodeDirectory) -> None:
    for typed in ("CM9 5ZZ", "CM0 7ZZ", "CO3 4GHH", "CB1 1O"):
        suggested = essex_side.suggest(typed)
        assert suggested is None or essex_side.find(suggested) is not None
    assert essex_side.suggest("the white house") is None
    assert essex_side.suggest("") is None


def test_a_district_and_the_rest_make_the_whole(essex_side: PostcodeDirectory) -> None:
    assert MALDON in essex_side.districts
    assert sum(len(essex_side.in_district(code)) for code in essex_side.districts) == len(essex_side)
    maldon = essex_side.only([MALDON])
    assert maldon.districts == (MALDON,)
    pd.testing.assert_frame_equal(maldon.table, essex_side.in_district(MALDON))
    assert essex_side.in_district("E99999999").empty


def test_sectors_lie_in_the_middle_of_their_postcodes(village: PostcodeDirectory) -> None:
    places = village.sector_places()
    assert places["AB1 1"] == Place(500_350, 200_500)
    assert set(village.outcode_places()) == {"AB1", "AB2"}


def test_equal_lists_have_equal_hashes_and_others_not(village: PostcodeDirectory) -> None:
    copy = PostcodeDirectory(village.table.copy(), "elsewhere", "someone")
    assert copy.content_hash == village.content_hash
    moved = village.table.assign(easting=village.table["easting"] + 1)
    assert PostcodeDirectory(moved, "", "").content_hash != village.content_hash


def test_it_crosses_processes_whole(village: PostcodeDirectory) -> None:
    village.nearest(Place(500_000, 200_000))
    copy = pickle.loads(pickle.dumps(village))
    assert copy.content_hash == village.content_hash
    assert copy.source == village.source
    assert copy.find("ab11aa") == village.find("AB1 1AA")


def test_a_table_out_of_order_is_refused(village: PostcodeDirectory) -> None:
    with pytest.raises(ValueError, match="in order"):
        PostcodeDirectory(village.table.iloc[::-1], "", "")
    with pytest.raises(ValueError, match="columns"):
        PostcodeDirectory(village.table.drop(columns="sector"), "", "")


def test_source_and_licence_are_named(essex_side: PostcodeDirectory) -> None:
    assert "ONS Postcode Directory" in essex_side.source
    assert "Open Government Licence v3.0" in essex_side.attribution
    assert "Royal Mail" in essex_side.attribution


def test_looking_up_is_quick(essex_side: PostcodeDirectory) -> None:
    essex_side.find("CM9 5AA")
    start = time.process_time()
    for _ in range(1_000):
        essex_side.find("CM9 5AA")
    assert time.process_time() - start < 2
