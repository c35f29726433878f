r"""Which exchanges to make: cycle and chain packing with a length limit (Abraham, Blum & Sandholm 2007).

With :math:`E` the exchanges of no more than :math:`L` moves, listed one by one,
:math:`s_e` the seconds a week that an exchange saves, :math:`n_e` its packages, :math:`U_e` its units,
:math:`a_{er}` what it adds to row :math:`r` (less than nothing where it frees room), :math:`f_r` what is
free of the row and :math:`N` the packages that a phase may move:

.. math::

    \max \sum_{e \in E} s_e x_e

    \sum_{e : u \in U_e} x_e &\le 1          && \text{each unit once}\\
    \sum_e a_{er} x_e &\le f_r               && \text{every row of capacity and contract (E5, B8, B9)}\\
    \sum_e n_e x_e &\le N                    && \text{T4}\\
    x_e &\in \{0, 1\},

where only exchanges with :math:`s_e \ge 30\,\text{min} \times n_e` are in :math:`E` (T3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimiser.impact.transfers.exchange import Exchange, change, people
from optimiser.impact.transfers.problem import TransferProblem
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.with_pulp import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Exchanges chosen, and how good the choice is.

    Attributes
    ----------
    saving, bound
        Seconds a week as estimated: of these, and above which no choice among the same exchanges comes.
    """

    exchanges: tuple[Exchange, ...]
    saving: int
    bound: float

    @property
    def gap(self) -> float:
        """``|saving − bound| / saving``; 0 where nothing can be saved."""
        return abs(self.bound - self.saving) / self.saving if self.saving else 0.0


def pack(
    problem: TransferProblem,
    savings: Mapping[Exchange, int],
    *,
    gap: float = 1e-4,
    seconds: float | None = None,
    progress: Reporter = silent,
) -> Packed:
    """Choose exchanges by HiGHS.

    Parameters
    ----------
    savings
        Seconds a week; those below T3 are left out here.
    """
    import pulp

    least = problem.rules.least_saving
    able = [
        e for e in sorted(savings, key=lambda e: e.moves) if savings[e] >= least * people(problem, e.moves)
    ]
    if not able or not problem.most_moved:
        return Packed(exchanges=(), saving=0, bound=0.0)
    lp = pulp.LpProblem("transfers", pulp.LpMaximize)
    x = [lp.add_variable(f"x{k:06d}", cat=pulp.LpBinary) for k in range(len(able))]
    lp += pulp.lpSum(savings[e] / 60 * each for e, each in zip(able, x, strict=True))
    lp += (
        pulp.lpSum(people(problem, e.moves) * each for e, each in zip(able, x, strict=True))
        <= problem.most_moved
    )
    for those in _by_unit(able):
        lp += pulp.lpSum(x[k] for k in those) <= 1
    rows: dict[int, list[tuple[int, int]]] = {}
    for k, e in enumerate(able):
        for row, amount in change(problem, e.moves).items():
            rows.setdefault(row, []).append((k, amount))
    for row, terms in sorted(rows.items()):
        if sum(amount for _, amount in terms if amount > 0) > problem.free[row]:
            lp += pulp.lpSum(amount / 60 * x[k] for k, amount in terms) <= problem.free[row] / 60
    values, told = run(
        lp,
        None,
        {"gapRel": gap, "random_seed": 0},
        threads=1,
        seconds=seconds,
        progress=progress,
        task="packing exchanges",
        unit=60,
    )
    chosen = tuple(e for k, e in enumerate(able) if values is not None and values[f"x{k:06d}"] > 0.5)
    return Packed(
        exchanges=chosen, saving=sum(savings[e] for e in chosen), bound=abs(float(told["bound"])) * 60
    )


def _by_unit(able: Sequence[Exchange]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for k, each in enumerate(able):
        for move in each.moves:
            found.setdefault(move.unit, []).append(k)
    return [those for _, those in sorted(found.items()) if len(those) > 1]
