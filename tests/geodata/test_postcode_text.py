from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.postcode_text import normalise, normalised_column, outcode_of, sector_of
from geodata.postcodes import PostcodeDirectory


@pytest.mark.parametrize("text", ["CM9 5AA", "cm95aa", " CM9  5AA\n", "C M 9 5 a a", "CM9\u00a05AA"])
def test_spacing_and_case_do_not_matter(text: str) -> None:
    assert normalise(text) == "CM9 5AA"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CM9",
        "5AA",
        "CM9 5A",
        "CM9 5AAA",
        "CM9-5AA",
        "QM9 5AA",
        "CM9 5CA",
        "Maldon",
        "123 456",
        "CM999 5AA",
    ],
)
def test_what_has_not_the_form_is_none(text: str) -> None:
    assert normalise(text) is None


@pytest.mark.parametrize("postcode", ["M1 1AA", "M60 1NW", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB"])
def test_every_form_of_outcode_is_understood(postcode: str) -> None:
    assert normalise(postcode.replace(" ", "").lower()) == postcode
    assert outcode_of(postcode) == postcode.split()[0]
    assert sector_of(postcode) == postcode[:-2]
    assert outcode_of(sector_of(postcode)) == outcode_of(postcode)


@given(st.text(max_size=12))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert once is None or normalise(once) == once


@given(st.lists(st.one_of(st.text(max_size=9), st.just(" cm95aa"), st.just("EC1A1BB"))))
def test_a_column_is_read_as_its_values_are(texts: list[str]) -> None:
    column = normalised_column(pd.Series(texts, dtype="str"))
    assert [None if pd.isna(each) else each for each in column] == [normalise(text) for text in texts]


def test_every_real_postcode_is_canonical_already(essex_side: PostcodeDirectory) -> None:
    postcodes = essex_side.table["postcode"]
    assert (normalised_column(postcodes) == postcodes).all()
