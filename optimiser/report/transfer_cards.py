"""What each provider may see of a list of transfers: cards of disclosure level B, five alike or none.

Cards are those of :mod:`optimiser.publishing.cards`, made of everybody who is to move, all at once: areas are
coarsened until at least five of those who move are shown alike, also for a provider that knows some of them;
whom no class is found for is on no card, and the broker tells of them by letter. References are random and
of this list alone. A provider's file holds the cards of those who leave it and come to it, and nothing of
anybody else: no other provider, no exchange, no figure of travel.
"""

from __future__ import annotations

from pathlib import Path

from optimiser.impact.transfers.plan import Transfers
from optimiser.model.identifiers import ProviderId
from optimiser.model.instance import Instance
from optimiser.publishing.cards import Cards, Sharing, shared_cards
from optimiser.report.publication_files import CARD_HEADING, card_row
from optimiser.report.writing import write_csv

NOT_SAID = "start_by"
"""Care goes on: the week that it was once wanted by is no week of the transfer."""
OWN = ("direction", *(each for each in CARD_HEADING if each != NOT_SAID))
REFERENCES = ("exchange", "package_id", "reference", "shown_by")


def transfer_cards(instance: Instance, found: Transfers, nonce: bytes | None = None) -> Cards:
    """Cards of everybody who is to move.

    Parameters
    ----------
    nonce
        From which references come: a fresh secret one unless a test gives it.
    """
    packages = instance.package_by_id
    moving = tuple(packages[each.package] for deal in found.deals for each in deal.transfers)
    if nonce is None:
        return shared_cards(Sharing(packages=moving, as_of=instance.as_of))
    return shared_cards(Sharing(packages=moving, as_of=instance.as_of, nonce=nonce))


def write_transfer_cards(folder: Path, found: Transfers, cards: Cards) -> None:
    """``own/<provider>.csv`` for each provider with a card; ``references.csv``, which the council keeps."""
    named = {package: reference for reference, package in cards.references.items()}
    shown = {each.reference: each for each in cards.cards}
    kept: list[tuple[object, ...]] = []
    own: dict[ProviderId, list[tuple[str, tuple[object, ...]]]] = {}
    for deal in found.deals:
        for each in deal.transfers:
            reference = named.get(each.package)
            if reference is None:
                kept.append((deal.number, each.package, None, "no card: tell by letter"))
                continue
            card = card_row(shown[reference])
            kept.append((deal.number, each.package, reference, card["nearness"]))
            for who, direction in ((each.giver, "leaves you"), (each.taker, "comes to you")):
                row = (direction, *(value for name, value in card.items() if name != NOT_SAID))
                own.setdefault(who, []).append((reference, row))
    write_csv(folder / "references.csv", REFERENCES, kept)
    for who, rows in sorted(own.items()):
        # In order of reference, which is in no order of anything else.
        write_csv(folder / "own" / f"{who}.csv", OWN, [row for _, row in sorted(rows)])
