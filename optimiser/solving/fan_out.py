"""Work spreads: many runs over any executor, answers in the order asked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Generic, ParamSpec, TypeVar, cast

from optimiser.solving.progress import Progress, Reporter, silent

R = TypeVar("R")
T = TypeVar("T")
P = ParamSpec("P")


class SerialExecutor(Executor):
    """Runs each task at once, in this process: for tests, notebooks and debuggers."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``fn`` now and return its finished future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def _children_deaf_to_interrupts() -> Iterator[None]:
    """Processes started meanwhile leave Ctrl-C to this one, which ends them; they would print tracebacks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _abandon(pool: ProcessPoolExecutor) -> None:
    """Drop what has not begun and end what has, so that nobody waits for work that nobody wants."""
    pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.terminate()


@contextmanager
def workers(executor: Executor | None, runs: int, processes: int | None = None) -> Iterator[Executor]:
    """The executor given, or processes for so many runs at once that end with the block.

    For work that fans out several times: processes need seconds to begin.
    """
    if executor is not None:
        yield executor
        return
    workers = min(processes or os.cpu_count() or 1, runs)
    if workers <= 1:
        yield SerialExecutor()
        return
    # Spawned, never forked: compiled kernels and HiGHS hold threads, and a forked thread pool hangs.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        try:
            yield pool
        except BaseException:
            _abandon(pool)
            raise


@contextmanager
def meanwhile(task: Callable[[], object]) -> Iterator[None]:
    """Do ``task`` in a process beside this one while the block runs; leave together.

    For work whose answer is on disk, such as compiling kernels. Where there is one core, or the block fails,
    it is left undone.
    """
    if (os.cpu_count() or 1) < 2:
        yield
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        with _children_deaf_to_interrupts():
            done = pool.submit(task)
        try:
            yield
        except BaseException:
            _abandon(pool)
            raise
        done.result()


class Beside(Generic[T]):
    """Work in a process of its own, whose answer may or may not be waited for."""

    def __init__(self, receiver: Connection) -> None:
        self._receiver = receiver

    def answer(self, seconds: float | None = None) -> T | None:
        """The answer, waited for so long (``None``: to the end); ``None`` where there is none by then."""
        try:
            return cast(T, self._receiver.recv()) if self._receiver.poll(seconds) else None
        except EOFError:  # it failed, and has said why on standard error
            return None


@contextmanager
def beside(task: Callable[[R], T], run: R) -> Iterator[Beside[T]]:
    """Do one run in a process beside this one; it ends with the block, finished or not.

    For two ways to one answer, of which the first to arrive will do.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send_back, args=(sender, task, run), daemon=True)
    with _children_deaf_to_interrupts():
        process.start()
    sender.close()
    try:
        yield Beside(receiver)
    finally:
        process.terminate()
        process.join()
        receiver.close()


def _send_back(sender: Connection, task: Callable[[R], T], run: R) -> None:
    sender.send(task(run))
    sender.close()


def fan_out(
    task: Callable[[R], T],
    runs: Sequence[R] | Iterable[R],
    *,
    executor: Executor | None = None,
    processes: int | None = None,
    progress: Reporter = silent,
    name: str = "runs",
) -> list[T]:
    """Do every run and return the answers in the order asked.

    Parameters
    ----------
    task
        A top-level function of one frozen value; put the seed in the value.
    runs
        One value a run.
    executor
        Where to run. ``None`` opens a spawned process pool and closes it. Only ``submit`` and
        ``result`` are used, so that any cluster's executor serves.
    processes
        Most processes of that pool; ``None`` is one for each core.

    Raises
    ------
    Exception
        Whatever the first failing run raised; runs not yet begun are dropped.
    """
    asked = list(runs)
    answers: list[Any] = []
    if not asked:
        return answers
    with workers(executor, len(asked), processes) as pool:
        futures: Iterable[Future[T]]
        if isinstance(pool, SerialExecutor):  # run in this process as they are asked for: it hears Ctrl-C
            futures = (pool.submit(task, run) for run in asked)
        else:
            with _children_deaf_to_interrupts():
                futures = [pool.submit(task, run) for run in asked]
        for done, future in enumerate(futures, start=1):
            answers.append(future.result())
            progress(Progress(task=name, done=done, total=len(asked)))
    return answers
