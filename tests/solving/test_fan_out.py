"""Work spreads without changing its answers."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from optimiser.solving.fan_out import SerialExecutor, fan_out, meanwhile


def _square(number: int) -> int:
    if number == 13:
        raise RuntimeError("thirteen")
    return number * number


@pytest.mark.parametrize("executor", [None, SerialExecutor()])
def test_answers_come_in_the_order_asked(executor: SerialExecutor | None) -> None:
    assert fan_out(_square, range(6), executor=executor) == [0, 1, 4, 9, 16, 25]


def test_any_executor_serves() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert fan_out(_square, [3, 2, 1], executor=pool) == [9, 4, 1]


def test_the_first_failure_is_raised() -> None:
    with pytest.raises(RuntimeError, match="thirteen"):
        fan_out(_square, [1, 13, 2], executor=SerialExecutor())


def test_work_beside_is_done_when_the_block_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    mark = tmp_path / "mark"
    with meanwhile(partial(mark.write_text, "done")):
        pass
    assert mark.read_text() == "done"


def test_a_block_that_fails_is_what_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(RuntimeError, match="block"), meanwhile(partial(_square, 13)):
        raise RuntimeError("block")


def test_nothing_to_do_is_done() -> None:
    assert fan_out(_square, []) == []


def test_progress_counts_up() -> None:
    seen: list[int] = []
    fan_out(_square, range(3), executor=SerialExecutor(), progress=lambda each: seen.append(each.done))
    assert seen == [1, 2, 3]


def _hears_interrupts(_: int) -> bool:
    return signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def test_one_process_is_this_one_and_hears_interrupts() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # begun in the background, nobody hears
    try:
        assert fan_out(_hears_interrupts, range(3), processes=1) == [True] * 3
    finally:
        signal.signal(signal.SIGINT, before)


def test_two_processes_leave_interrupts_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # asked for, two are opened all the same
    assert fan_out(_hears_interrupts, range(2), processes=2) == [False] * 2
