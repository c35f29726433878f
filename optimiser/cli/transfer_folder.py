"""What ``transfers`` does between reading and printing: look, check, write."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from geodata.report import Report
from optimiser.impact.transfers.check import Terms, check_transfers
from optimiser.impact.transfers.plan import Transfers
from optimiser.impact.transfers.rules import TransferRules
from optimiser.impact.transfers.solve import NoLiveBookError, Search, find_transfers
from optimiser.model.instance import Instance
from optimiser.report.transfer_cards import transfer_cards, write_transfer_cards
from optimiser.report.transfer_tables import write_transfers
from optimiser.solving.progress import Reporter

APART = 1000
"""From the seed of the choice to the first of those that its saving is measured on."""


class BrokenTransfersError(Exception):
    """Transfers broke a rule: a fault of ours, never of the input."""


def look_for_transfers(
    instance: Instance,
    source: str,
    rules: TransferRules,
    search: Search,
    *,
    seed: int,
    runs: int,
    progress: Reporter,
) -> Transfers:
    """Find transfers and check them.

    Parameters
    ----------
    runs
        Weeks that the saving is measured on.

    Raises
    ------
    InputError
        Where the instance is no live book (E500), or has nobody's answer on record (E501).
    BrokenTransfersError
        Where the independent check finds a breach.
    """
    report = Report()
    if all(each.transfer_consent is None for each in instance.packages):
        report.add(
            "E501",
            source,
            "no package has an answer in transfer_consent",
            cure="ask those who might gain, and write yes or no with the day in packages.csv",
        )
    if all(each.stays_with is None for each in instance.packages):
        report.add(
            "E500",
            source,
            "no package says who gives the care now",
            cure="fill in current_provider in packages.csv; to play with a county: carerounds init --live",
        )
    report.raise_if_any()
    try:
        found, before, after = find_transfers(
            instance,
            rules=rules,
            search=search,
            chosen_on=(seed,),
            seeds=tuple(seed + APART + k for k in range(runs)),
            progress=progress,
        )
    except NoLiveBookError as error:  # said above, with its cure
        raise AssertionError(error) from error
    terms = Terms(
        phase_share=rules.phase_share,
        least_saving=rules.least_saving,
        longest=rules.longest,
        guard_weeks=rules.guard // timedelta(weeks=1),
        beyond_noise=rules.beyond_noise,
    )
    breaches = check_transfers(instance, found, before, after, terms)
    if breaches:
        raise BrokenTransfersError("; ".join(str(each) for each in breaches[:5]))
    return found


def write_transfer_folder(folder: Path, instance: Instance, found: Transfers) -> None:
    """The list and the figures, which stay, and what each provider may see of the list."""
    write_transfers(folder, instance, found)
    write_transfer_cards(folder, found, transfer_cards(instance, found))
