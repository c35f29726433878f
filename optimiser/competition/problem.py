r"""Who wins: bids that may be accepted, what each is worth, and what the council has ruled.

Sets
    :math:`J` bids, :math:`I` batches, :math:`B` bidders; :math:`J_i` the bids that hold batch :math:`i`,
    :math:`J_b` those of bidder :math:`b`, :math:`S_j` the batches of bid :math:`j`.
Data
    :math:`v_j` worth of a bid; :math:`h_i` carer-seconds a week of a batch,
    :math:`H_j = \sum_{i \in S_j} h_i`; :math:`u_i` what it costs to award a batch to nobody.
Variables
    :math:`x_j \in \{0, 1\}` bid :math:`j` is accepted, :math:`z_i \in \{0, 1\}` batch :math:`i` is not
    awarded, :math:`y_{b\ell} \in \{0, 1\}` bidder :math:`b` has something of lot :math:`\ell`.

.. math::

    \max\ & \sum_j v_j x_j - \sum_i u_i z_i \\
    & z_i + \sum_{j \in J_i} x_j = 1                          & i \in I \\
    & \sum_{j \in E} x_j \le 1                                & \text{each either/or set } E \\
    & \sum_{j \in J_b} H_j x_j \le c_b                        & \text{a bidder's capacity, cap in hours} \\
    & x_j \le y_{b\ell},\ \sum_\ell y_{b\ell} \le m           & \text{its cap in lots} \\
    & \sum_{j \in J_b} |S_j| x_j \le m'                       & \text{its cap in batches} \\
    & \sum_{j \in J_b} |S_j \cap \ell| x_j \le |\ell| - 1     & \text{a locality with two able} \\
    & 100 \sum_{j \in J_t} H_j x_j \le p_t \sum_j H_j x_j     & \text{most that a tier may have; least alike}

Winner determination with side constraints (Sandholm & Suri 2006, Artificial Intelligence 170; Abrache,
Crainic, Gendreau & Rekik 2007, 4OR 5 on procurement). Where no side constraint is on, it is weighted set
packing (:mod:`optimiser.packing`), batches and either/or sets alike being items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optimiser.model.identifiers import LocalityId, LotCode, ProviderId, TierCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is awarded whole.

    Attributes
    ----------
    weekly_care
        Carer-seconds a week. Positive.
    unawarded
        What it costs to award it to nobody, in the unit of a bid's worth. Not negative.
    floor, ceiling
        Pence an hour for this batch, in place of the competition's own.
    sectors
        Postcode sectors it lies in; what a map may show of it.
    """

    id: str
    lot: LotCode
    locality: LocalityId
    weekly_care: int
    unawarded: int = 0
    floor: int | None = None
    ceiling: int | None = None
    sectors: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.weekly_care <= 0:
            raise ValueError(f"batch {self.id} wants {self.weekly_care} s of care")
        if self.unawarded < 0:
            raise ValueError(f"batch {self.id}: leaving it cannot be worth something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidder:
    """Who bids.

    Attributes
    ----------
    name
        As its letter addresses it.
    lots
        It is admitted to, and may bid for.
    most_care
        Carer-seconds a week it can take in all; ``None`` where it states no limit.
    is_small
        Whether it counts for the reserve for small providers.
    """

    id: ProviderId
    tier: TierCode
    name: str = ""
    lots: frozenset[LotCode] = frozenset()
    is_small: bool = False
    most_care: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A bid that may be accepted, whole or not at all.

    Attributes
    ----------
    batches
        All that it asks for, at least one.
    worth
        Points, or whatever is maximised, in whole units.
    """

    bid: str
    bidder: ProviderId
    batches: frozenset[str]
    worth: int

    def __post_init__(self) -> None:
        if not self.batches:
            raise ValueError(f"bid {self.bid} asks for nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBand:
    """Least and most per cent of the hours awarded that the bidders of a tier may have."""

    tier: TierCode
    least: int = 0
    most: int = 100

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most <= 100:
            raise ValueError(f"a share lies between 0 and 100 per cent, not {self.least} to {self.most}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRules:
    """What the council has ruled beyond one winner a batch (DOMAIN 4.4, B8 and B9); ``None`` asks nothing.

    Attributes
    ----------
    most_lots, most_batches
        Of any one bidder.
    most_share
        Per cent of all hours in the competition that any one bidder may have.
    bands
        Shares of tiers in what is awarded.
    two_in_a_locality
        Whether no bidder may have all batches of a locality that has two or more, and two bidders for it.
    small_reserve
        Per cent of the hours awarded that small providers have at the least.
    """

    most_lots: int | None = None
    most_batches: int | None = None
    most_share: int | None = None
    bands: tuple[ShareBand, ...] = ()
    two_in_a_locality: bool = False
    small_reserve: int | None = None

    def __post_init__(self) -> None:
        for name in ("most_lots", "most_batches"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is at least 1, not {value}")
        for name in ("most_share", "small_reserve"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 100:
                raise ValueError(f"{name} lies between 0 and 100 per cent, not at {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardProblem:
    """Bids to accept.

    Attributes
    ----------
    either_or
        Bids of which at most one is accepted, by identifier.

    Raises
    ------
    ValueError
        Where something is named twice or is not there.
    """

    batches: tuple[Batch, ...]
    bidders: tuple[Bidder, ...]
    entries: tuple[Entry, ...]
    either_or: tuple[frozenset[str], ...] = ()
    rules: AwardRules = field(default_factory=AwardRules)

    def __post_init__(self) -> None:
        _once("batch", [each.id for each in self.batches])
        _once("bidder", [each.id for each in self.bidders])
        _once("bid", [each.bid for each in self.entries])
        batches, bidders = {each.id for each in self.batches}, {each.id for each in self.bidders}
        for each in self.entries:
            if each.bidder not in bidders or not each.batches <= batches:
                raise ValueError(f"bid {each.bid} names a bidder or a batch that is not there")
        bids = {each.bid for each in self.entries}
        if not all(each <= bids for each in self.either_or):
            raise ValueError("an either/or set names a bid that is not there")

    @property
    def has_side_rules(self) -> bool:
        """Whether more is ruled than one winner a batch and one bid of an either/or set."""
        return self.rules != AwardRules() or any(each.most_care is not None for each in self.bidders)

    @property
    def batch_by_id(self) -> Mapping[str, Batch]:
        """Batches by identifier."""
        return {each.id: each for each in self.batches}

    def care_of(self, entry: Entry) -> int:
        """Carer-seconds a week of all its batches."""
        held = self.batch_by_id
        return sum(held[each].weekly_care for each in entry.batches)

    def without(self, bidder: ProviderId) -> AwardProblem:
        """The same where a bidder had not bid."""
        entries = tuple(each for each in self.entries if each.bidder != bidder)
        bids = {each.bid for each in entries}
        return AwardProblem(
            batches=self.batches,
            bidders=self.bidders,
            entries=entries,
            either_or=tuple(each & bids for each in self.either_or if len(each & bids) > 1),
            rules=self.rules,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSet:
    """Bids that are accepted, in order of identifier."""

    bids: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.bids)} bids accepted"


def _once(what: str, names: Sequence[str]) -> None:
    twice = {each for each in names if names.count(each) > 1} if len(set(names)) < len(names) else set()
    if twice:
        raise ValueError(f"{what} {min(twice)} stands twice")
