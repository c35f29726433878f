r"""Hours guaranteed to a provider in a locality, and what a shortfall costs (DOMAIN 4.7).

Sets and data
    :math:`G` guarantees, of :math:`h_g` seconds a week with provider :math:`q_g` in locality :math:`\ell_g`
    at :math:`s_g` pence an hour short; :math:`w_p` carer-seconds of package :math:`p`.
Variables
    :math:`y_g \in \mathbb{Z}_{\ge 0}`: pence a week paid for hours nobody used.

.. math::

    \min\ \dots + \sum_g y_g \qquad
    3600\, y_g + s_g \sum_{p \in \ell_g} w_p x_{p q_g} \ge s_g h_g \quad g \in G

so that :math:`y_g` is the shortfall's price, rounded up to a whole penny. It is part of the weekly cost where
the rule is soft, and of nothing else: a guarantee is no reason to pass over whoever stands before in a ranked
list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from optimiser.model.allocation import Allocation, Rule
from optimiser.model.calendar import HOUR
from optimiser.model.contract import Aim, Guarantee, RuleKind
from optimiser.model.identifiers import PackageId, ProviderId
from optimiser.model.instance import Instance
from optimiser.model.need import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Hours that a provider is to have, and what each one short of them counts.

    Attributes
    ----------
    aim
        The objective it is part of: weekly cost, for a guarantee of the contract.
    shortfall_rate
        For each hour short, in the objective's unit.
    care
        Carer-seconds a week of each package that counts.
    """

    aim: Aim
    provider: ProviderId
    weekly_care: int
    shortfall_rate: int
    care: Mapping[PackageId, int]

    def used_by(self, members: Sequence[PackageId]) -> int:
        """Carer-seconds a week of it that these packages use with its provider."""
        return sum(self.care.get(each, 0) for each in members)

    def cost(self, used: int) -> int:
        """What falls short of it counts, rounded up."""
        return -(-max(0, self.weekly_care - used) * self.shortfall_rate // HOUR)

    def less(self, used: int) -> Promise:
        """What is left of it when so many seconds a week are used elsewhere."""
        return replace(self, weekly_care=max(0, self.weekly_care - used))


def inside(instance: Instance, guarantee: Guarantee) -> Sequence[Package]:
    """Packages of a guarantee's locality."""
    sectors = next(each.sectors for each in instance.localities if each.id == guarantee.locality)
    return [each for each in instance.packages if each.sector in sectors]


def promises(instance: Instance) -> Iterator[Promise]:
    """Guarantees of an instance's contract, where their cost is to be weighed."""
    is_soft = instance.framework.kind_of(Rule.GUARANTEE) is RuleKind.SOFT
    for each in instance.framework.guarantees if is_soft else ():
        yield Promise(
            aim=Aim.COST,
            provider=each.provider,
            weekly_care=each.weekly_care,
            shortfall_rate=each.shortfall_rate,
            care={package.id: package.weekly_care for package in inside(instance, each)},
        )


def shortfall(instance: Instance, guarantee: Guarantee, allocation: Allocation) -> tuple[int, int]:
    """G1: hours guaranteed to a provider in a locality are paid for, used or not.

    Returns
    -------
    Seconds a week short, and pence a week for them.
    """
    held = allocation.provider_of
    used = sum(
        each.weekly_care for each in inside(instance, guarantee) if held.get(each.id) == guarantee.provider
    )
    short = max(0, guarantee.weekly_care - used)
    return short, -(-short * guarantee.shortfall_rate // HOUR)
