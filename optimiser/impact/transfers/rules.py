"""Whose care may be transferred (DOMAIN 4.5, T1 and T2): one rule, one function; and figures.

Each function gives the reason why a person is left where they are, in plain English, or ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from optimiser.model.calendar import MINUTE
from optimiser.model.need import Package, TransferBar


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRules:
    """Figures of T2 to T4.

    Attributes
    ----------
    phase_share
        Per cent of live packages that one phase may move at most (T4).
    least_saving
        Seconds a week that each package moved must save at least (T3).
    longest
        Packages, or households, that one exchange moves at most: 1 for single moves, 2 adds swaps.
    beyond_noise
        Share by which a provider's travel may rise beyond what weeks of the same people differ by: a choice.
    guard
        How long nobody who has changed provider is asked to change again (T2).
    """

    phase_share: float = 5.0
    least_saving: int = 30 * MINUTE
    longest: int = 3
    beyond_noise: float = 0.0
    guard: timedelta = timedelta(weeks=12)

    def __post_init__(self) -> None:
        if not 0 < self.phase_share <= 100:
            raise ValueError(f"a phase moves 0 to 100 per cent of live packages, not {self.phase_share}")
        if self.beyond_noise < 0:
            raise ValueError("a tolerance is a share from 0 up")
        if self.least_saving < 0 or self.longest < 1:
            raise ValueError("a saving is not negative, and an exchange moves at least one package")

    def most_moved(self, live: int) -> int:
        """Packages that a phase may move out of so many."""
        return int(live * self.phase_share / 100)


def consent(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """T1: the person has agreed, and it is on record."""
    if package.transfer_consent is None:
        return "not asked for consent"
    return None if package.transfer_consent else "the person declined"


def barred(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """T2: not at the end of life, under open safeguarding, or in hospital."""
    if "end_of_life" in package.skills or package.transfer_bar is TransferBar.END_OF_LIFE:
        return "end of life"
    return None if package.transfer_bar is None else package.transfer_bar.value.replace("_", " ")


def recent(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """T2: with this provider for twelve weeks or more; who has no date on record is taken to be."""
    since = package.with_provider_since
    if since is None or since + rules.guard <= as_of:
        return None
    return f"changed provider on {since.isoformat()}"


def short_term(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """Care that has a last day is not worth a change of carers."""
    return None if package.planned_end is None else f"ends on {package.planned_end.isoformat()}"


def chosen(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """O8: a person stays with the provider of their own choice."""
    here = package.chosen_provider is not None and package.chosen_provider == package.current_provider
    return "with the provider of their own choice" if here else None


def by_day(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """Nights and live-in care are on nobody's round (E10)."""
    return None if package.service.enters_day_rounds else "not on day rounds"


RULES: tuple[Callable[[Package, date, TransferRules], str | None], ...] = (
    by_day,
    short_term,
    barred,
    recent,
    chosen,
    consent,
)
"""In the order they are asked: consent comes last, so that a count of it is of those who could be asked."""


def why_not(package: Package, as_of: date, rules: TransferRules) -> str | None:
    """First reason why a person is left where they are; ``None`` where they may be moved."""
    return next((said for rule in RULES if (said := rule(package, as_of, rules)) is not None), None)
