"""What a cell may say, and what it means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.amounts import Minutes, Money, Number, Whole
from instances.cells import CellError, Clock, DayMask, ListOf, OneOf, Text, YesNo
from instances.columns import Column
from instances.dates import DateFormat, read_date, strangers
from optimiser.model.calendar import Weekday
from optimiser.model.need import ServiceKind


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("07:30", 27_000),
        ("7:30", 27_000),
        ("07:30:00", 27_000),
        ("07.30", 27_000),
        (" 7.30 ", 27_000),
        ("7:30 pm", 70_200),
        ("12:15am", 900),
        ("12:15 PM", 44_100),
        ("26:00", 93_600),
        ("00:00:01", 1),
    ],
)
def test_times_are_read(text: str, seconds: int) -> None:
    assert Clock().parse(text) == seconds


@pytest.mark.parametrize(
    "text", ["7", "730", "7.3", "0.25", "0.50", "07:60", "13:00 pm", "0:10 am", "48:01", "-1:00", "noon"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(CellError) as caught:
        Clock().parse(text)
    assert caught.value.code == "E213"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("2026-03-01", DateFormat.ISO),
        ("2026-3-1", DateFormat.ISO),
        ("2026-03-01 00:00:00", DateFormat.ISO),
        ("2026-03-01T00:00", DateFormat.ISO),
        ("01/03/2026", DateFormat.SLASHED),
        ("1/3/26", DateFormat.SLASHED),
        ("01.03.2026", DateFormat.SLASHED),
        ("1 March 2026", DateFormat.NAMED),
        ("1st Mar. 2026", DateFormat.NAMED),
        ("01-Mar-26", DateFormat.NAMED),
        ("1  MARCH, 2026", DateFormat.NAMED),
    ],
)
def test_dates_are_read(text: str, way: DateFormat) -> None:
    assert read_date(text) == (date(2026, 3, 1), way)


@pytest.mark.parametrize(
    "text", ["03/15/2026", "2026-13-01", "1 Ma 2026", "1 Smarch 2026", "46082", "2026-03-01 09:30:00"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(CellError) as caught:
        read_date(text)
    assert caught.value.code == "E211"


def test_september_has_two_short_names() -> None:
    assert read_date("1 Sep 2026") == read_date("1 Sept 2026")


def test_iso_wins_in_a_mixed_column_and_else_the_commonest_way() -> None:
    way, others = strangers(enumerate(["01/03/2026", "02/03/2026", "2026-03-03", "nonsense", ""]))
    assert (way, list(others)) == (DateFormat.ISO, [0, 1])
    way, others = strangers(enumerate(["01/03/2026", "02/03/2026", "3 March 2026"]))
    assert (way, list(others)) == (DateFormat.SLASHED, [2])
    assert strangers(enumerate(["", "?"])) == (None, {})


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("21.50", 2150),
        ("£21.50", 2150),
        ("21.5", 2150),
        ("21", 2100),
        ("£1,390.5", 139_050),
        ("21.499999999999996", 2150),
    ],
)
def test_money_is_read(text: str, pence: int) -> None:
    assert Money().parse(text) == pence


@pytest.mark.parametrize(
    ("text", "code"),
    [("21.505", "E219"), ("£", "E219"), ("1,39", "E219"), ("-£5", "E215"), ("2e1", "E219"), ("nan", "E219")],
)
def test_what_is_no_money_is_refused(text: str, code: str) -> None:
    with pytest.raises(CellError) as caught:
        Money().parse(text)
    assert caught.value.code == code


def test_a_figure_below_zero_says_so() -> None:
    with pytest.raises(CellError, match="less than 0") as caught:
        Minutes().parse("-30")
    assert "minus sign" in caught.value.cure


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("3.0", 3), (" 3 ", 3), ("+3", 3), ("1,440", 1440)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert Whole().parse(text) == number


@pytest.mark.parametrize("text", ["3.5", "three", "٣", "1_000", "9" * 40, "1,44"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(CellError) as caught:
        Whole().parse(text)
    assert caught.value.code == "E214"


@pytest.mark.parametrize("text", ["inf", "nan", "1_0", "x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CellError) as caught:
        Number().parse(text)
    assert caught.value.code == "E214"


def test_masks_are_read() -> None:
    assert DayMask().parse("mtwtf..") == frozenset(list(Weekday)[:5])
    assert DayMask().parse("-----SS") == {Weekday.SATURDAY, Weekday.SUNDAY}
    with pytest.raises(CellError, match="is not a mask") as caught:
        DayMask().parse("MTWTFSSMTWTFSS")
    assert "two or four weeks" in caught.value.cure


def test_words_are_read_however_written() -> None:
    kind = OneOf(ServiceKind)
    assert kind.parse("Personal care") is kind.parse("personal-care") is ServiceKind.PERSONAL_CARE
    with pytest.raises(CellError) as caught:
        kind.parse("window cleaning")
    assert caught.value.cure.startswith("give one of personal_care, domestic")


def test_yes_has_many_names() -> None:
    assert all(YesNo().parse(text) for text in ("yes", "Y", "TRUE", "1"))
    assert not any(YesNo().parse(text) for text in ("No", "n", "false", "0"))


def test_lists_are_sets() -> None:
    assert ListOf(Text()).parse(" b; a ;;b") == {"a", "b"}
    assert ListOf(Text(), empty="none").parse("None") == frozenset()


@given(st.integers(0, 10_000_000))
def test_two_decimals_of_a_minute_name_any_second(seconds: int) -> None:
    assert Minutes().parse(Minutes().write(seconds)) == seconds


@given(st.integers(0, 48 * 3600))
def test_clock_times_read_back(seconds: int) -> None:
    assert Clock().parse(Clock().write(seconds)) == seconds


def test_a_column_that_must_be_filled_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match="must be filled"):
        Column(name="x", kind=Text(), says="", optional=True)


@pytest.mark.parametrize("text", ["=1+1", " =A1", "+SUM(A1)", "@cmd|x", "-2+cmd|' /C'!A0"])
def test_what_begins_as_a_formula_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="formula"):
        Text().parse(text)


@pytest.mark.parametrize("text", ["@Home Care", "- prefers mornings (ring first)", "+Plus Care", "A=B"])
def test_ordinary_text_is_none(text: str) -> None:
    assert Text().parse(text) == text
