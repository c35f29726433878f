r"""Packages to batches: set partitioning over connected batches, lot by lot.

Sets
    :math:`U` units (packages that stay together), :math:`J` packages that may be a batch's middle,
    :math:`u(j)` the unit of one; :math:`\mathcal{F}_j` the sets of units that hold :math:`u(j)` and keep
    every rule that does not need rounds; :math:`K = \{(j, S) : S \in \mathcal{F}_j\}` the columns.
Data
    :math:`n_u` packages, :math:`h_u` care, :math:`d_{uj} = \sum_{i \in u} f_i t_{ij}` with :math:`f_i` the
    calls a week of package :math:`i` and :math:`t_{ij}` the drive; :math:`c_k = \sum_{u \in S} d_{uj}`;
    :math:`p_u` what leaving a unit out costs; :math:`N` the least number of batches; :math:`a^\kappa_u` the
    rural, double-handed and night packages
    of a unit, :math:`A^\kappa, n` of the lot.
Variables
    :math:`x_k \in \{0, 1\}` batch :math:`k` is made, :math:`z_u \in \{0, 1\}` a unit is left out,
    :math:`s \in [0, 1]` the share of the number wanted that is short, at a price :math:`M` above everything
    else.

.. math::

    \min\ & \sum_k c_k x_k + \sum_u p_u z_u + M N s \\
    & \sum_{k \ni u} x_k + z_u = 1  & u \in U  & \qquad (\pi_u) \\
    & \sum_k x_k + N s \ge N          &          & \qquad (\mu \ge 0)

A column's cost is the distance of the batch: the travel of a week in which every call were reached from the
batch's middle. On batches of the generated counties it follows the travel of the rounds that the engine
builds (correlation 0.97, one second for 0.9), it is cheap, and pricing with it is a small mixed-integer
problem for each middle:

.. math::

    r_j = \min\ & \sum_u (d_{uj} - \pi_u) y_u - \mu \qquad y_{u(j)} = 1 \\
    & L \le \sum_u n_u y_u \le L', \quad H_0 \le \sum_u h_u y_u \le H_1                    & \text{B2} \\
    & y_u + y_v \le 1                       \quad t_{uv}\ \text{above the limit}           & \text{B3} \\
    & y_u \le \sum_{v \in \delta(W)} y_v    \quad u \in W \not\ni u(j)                     & \text{B3} \\
    & \bigl|\, \textstyle\sum_u a^\kappa_u y_u / \sum_u n_u y_u - A^\kappa / n \,\bigr| \le p/100 & \text{B4}

:math:`\delta(W)` are the units outside :math:`W` whose sectors touch those of :math:`W`: a way from :math:`u`
to the middle leaves :math:`W` through them, so that with these rows, added where an answer breaks one,
connection is exact. The share rows are linear once multiplied out.

**Bound.** Two batches share no package, so no two have one middle. For any :math:`\pi \le p, \mu \ge 0`, any
lower bounds :math:`\underline r_j \le r_j` and no more than :math:`m` batches,

.. math:: \sum_u \pi_u + \mu N + \min_{Q \subseteq J, |Q| \le m} \sum_{j \in Q} \underline r_j

undercuts every solution (Lagrange; Lasdon 1970, Farley 1990). Where the columns are complete it is the value
of the relaxation.

The model is the capacitated p-median problem as set partitioning (Lorena & Senne 2004, Computers & Operations
Research 31; contiguity by cuts as in Oehrlein & Haunert 2017, J. Spatial Information Science 15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.batching.problem import Ints
from optimiser.solving.with_highs import Columns

SHORT = 1e7
"""Price of a batch short of the number wanted, in seconds of travel a week: above everything else."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cap:
    """A further row: an amount for each batch and each unit left out, and the most they may come to."""

    batches: Sequence[float]
    left_out: Sequence[float]
    most: float


def master(
    members: Sequence[Sequence[int]],
    costs: Sequence[float],
    penalties: Sequence[float] | Ints,
    least: int,
    caps: Sequence[Cap] = (),
) -> Columns:
    """The master over some columns: batches, then units left out, then batches short.

    Parameters
    ----------
    members
        Units of each batch.
    penalties
        Of leaving each unit out.
    least
        Number of batches wanted.
    """
    n, k = len(penalties), len(members)
    start, row, amount = [0], [], []
    for number in range(k + n):
        inside = [*members[number], n] if number < k else [number - k]
        held = [1.0] * len(inside)
        for extra, cap in enumerate(caps):
            inside.append(n + 1 + extra)
            held.append(float(cap.batches[number] if number < k else cap.left_out[number - k]))
        row += inside
        amount += held
        start.append(len(row))
    row.append(n)
    amount.append(float(least))
    start.append(len(row))
    return Columns(
        cost=np.array([*costs, *penalties, SHORT * least], dtype=np.float64),
        start=np.array(start, dtype=np.int64),
        row=np.array(row, dtype=np.int64),
        amount=np.array(amount, dtype=np.float64),
        lower=np.array([1.0] * n + [float(least)] + [-np.inf for _ in caps]),
        upper=np.array([1.0] * n + [np.inf] + [cap.most for cap in caps]),
    )
