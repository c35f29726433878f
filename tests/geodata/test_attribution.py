from __future__ import annotations

from geodata.attribution import GEONAMES, ONS_POSTCODES, ORDNANCE_SURVEY, OS_POSTCODES, acknowledgement


def test_each_text_is_said_once() -> None:
    text = acknowledgement([*ONS_POSTCODES, *OS_POSTCODES, GEONAMES])
    assert text.count(ORDNANCE_SURVEY) == 1
    assert text.endswith("CC BY 4.0.")


def test_nothing_used_nothing_said() -> None:
    assert acknowledgement([]) == ""
