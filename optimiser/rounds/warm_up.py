"""Compile the kernels ahead of time, so that the first round does not wait for them."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from optimiser.rounds.chain import Chain
from optimiser.rounds.kernels.cache import drop_stale, is_warm
from optimiser.rounds.kernels.compiling import compile_for
from optimiser.rounds.kernels.data import make_data
from optimiser.rounds.kernels.fits import make_answer, price_fits
from optimiser.rounds.kernels.value import appraise, appraise_all, cost
from optimiser.rounds.problem import NOWHERE, Plan, Problem
from optimiser.rounds.rules import Weights
from optimiser.rounds.search import RuinAndRecreate
from optimiser.rounds.states import put_plan, taken_plan
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Progress, Reporter, silent


def warm_up(*, progress: Reporter = silent) -> float:
    """Compile or load every kernel; returns the seconds it took.

    Compiling takes some twenty seconds the first time on a machine; the result is kept on disk. Two halves
    are compiled side by side, each in a process of its own: numba does one at a time.
    """
    began = time.perf_counter()
    drop_stale()
    if not is_warm():
        progress(Progress(task="compiling the round kernels (first use on this machine)"))
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=2, mp_context=context) as pool:
            list(pool.map(_compile, (True, False)))
    RuinAndRecreate().solve(_two_visits(), limits=Limits(iterations=2), seed=0)
    _ask(_two_visits())
    return time.perf_counter() - began


def _compile(ruins: bool) -> None:
    """Compile ruin and recreate and what opens and closes a search, or the small moves and ``insert``.

    Each begins with some of the kernels that both build on; the other finds those on disk by then. So divided
    the two take about as long.
    """
    problem = _two_visits()
    data = make_data(problem)
    chain = Chain.empty(problem, data, 0)
    if ruins:
        put_plan(problem, data, _nobody(problem), chain.current, chain.journal)
        chain.step(1, 0, 0.0)
        appraise_all(chain.desk)
        taken_plan(problem, data, chain.best)
        return
    compile_for(appraise, chain.desk)
    cost(chain.desk)
    chain.step(0, 1, 0.0)
    _ask(problem)


def _ask(problem: Problem) -> None:
    """Ask where the first visit would fit while nobody is visited."""
    data = make_data(problem)
    chain = Chain.empty(problem, data, 0)
    put_plan(problem, data, _nobody(problem), chain.current, chain.journal)
    answer = make_answer(len(chain.current.nodes), problem.shifts)
    price_fits(chain.desk, answer, 0)


def _nobody(problem: Problem) -> Plan:
    return Plan((), tuple(range(problem.visits)))


def _two_visits() -> Problem:
    """The smallest problem that touches every kernel: a single and a double-handed visit, three carers."""

    def ints(*values: int) -> np.typing.NDArray[np.int64]:
        return np.array(values, np.int64)

    travel = np.array([[[0, 60], [60, 0]]], np.int64)
    return Problem(
        earliest=ints(0, 0, 0),
        due=ints(9000, 9000, 9000),
        latest=ints(9000, 9000, 9000),
        duration=ints(1800, 1800, 1800),
        place=ints(0, 1, 1),
        visit=ints(0, 1, 1),
        link_from=ints(1, 2),
        link_to=ints(2, 1),
        link_lag=ints(0, 0),
        shift_start=ints(0, 0, 0),
        shift_end=ints(30000, 30000, 30000),
        depot_from=ints(NOWHERE, NOWHERE, NOWHERE),
        depot_to=ints(NOWHERE, NOWHERE, NOWHERE),
        mode=ints(0, 0, 0),
        rest=ints(1200, 1200, 1200),
        rest_after=ints(21600, 21600, 21600),
        alike=ints(0, 0, 0),
        carer=ints(0, 1, 2),
        preference=np.zeros((3, 3), np.int64),
        seconds=travel,
        metres=travel,
        gap=travel,
        weights=Weights(),
    )
