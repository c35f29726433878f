"""Figures as people read them: seconds become hours, pence become pounds, and ``None`` becomes a dash."""

from __future__ import annotations

from collections.abc import Mapping

from optimiser.model.calendar import HOUR, MINUTE

THIN = "\u202f"
DASH = "–"
MINUS = "−"


def number(value: float | None, places: int = 0) -> str:
    """``1,234.5`` with a true minus sign; a dash for ``None``, and never a minus before nought."""
    if value is None:
        return DASH
    text = f"{value:,.{places}f}"
    if text.startswith("-"):
        text = text[1:] if not any(digit in text for digit in "123456789") else MINUS + text[1:]
    return text


def percent(value: float | None, places: int = 0) -> str:
    """``27 %`` for 27.0, with a thin space that does not break."""
    return DASH if value is None else f"{number(value, places)}{THIN}%"


def pounds(pence: float | None, places: int = 0) -> str:
    """``£1,235`` for 123,450 pence."""
    if pence is None:
        return DASH
    text = number(pence / 100, places)
    return f"{MINUS}£{text[1:]}" if text.startswith(MINUS) else f"£{text}"


def hours(seconds: float | None, places: int = 0) -> str:
    """Hours in figures only, for columns whose heading names the unit."""
    return DASH if seconds is None else number(seconds / HOUR, places)


def duration(seconds: int) -> str:
    """``6 h 05`` or ``25 min``."""
    minutes = round(seconds / MINUTE)
    return f"{minutes // 60}{THIN}h{THIN}{minutes % 60:02d}" if minutes >= 60 else f"{minutes}{THIN}min"


def count(how_many: int, noun: str, plural: str | None = None) -> str:
    """``1 package``, ``12 packages``."""
    return f"{how_many:,} {noun if how_many == 1 else plural or noun + 's'}"


def spoken(code: str) -> str:
    """``night_awake`` as ``night awake``."""
    return code.replace("_", " ")


def sentence(text: str) -> str:
    """Text with a capital first letter and a full stop, as reasons need when they stand alone."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def flatten(settings: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as lines of name and value, in order of name."""
    lines: list[tuple[str, str]] = []
    for key, value in sorted(settings.items()):
        name = f"{prefix}{spoken(str(key))}"
        if isinstance(value, Mapping):
            lines.extend(flatten(value, f"{name} › "))
        else:
            lines.append((name, _plain(value)))
    return lines


def _plain(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value) or "none"
    return str(value)
