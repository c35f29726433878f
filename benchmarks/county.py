"""A county's whole book: what the command proves of it, and engines on the plain model for as long.

``python -m benchmarks.county --out FOLDER``. Essex is drawn once for each capacity. Ours is the whole
command ``carerounds allocate``, from start to files; its seconds by the clock are told beside those it had
to search. An engine has the same seconds to search, on one plain model of the same options and rows, drawn
and built in a process of its own. Each run is at once a line of ``runs.jsonl``, and the same command goes
on where it stopped; ``table.md`` has the gaps.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.assignment_engines import ENGINES
from benchmarks.machine import machine
from instances import read_instance
from instances.new_files import write_file
from optimiser.allocation.as_assignment import as_assignment
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Prepared
from optimiser.assignment.problem import is_feasible, total_cost
from optimiser.solving.result import relative_gap

OURS = "ours"
OBJECTIVES = {"cost": Objective.COST, "scored": Objective.SCORE}
"""What a policy of one objective proves: what engines can be asked on the plain model."""
HEADINGS = ("policy", "capacity, %", "engine", "seconds", "whole, s", "memory, MB", "proven gap, %", "fault")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One policy of one market by one engine.

    Attributes
    ----------
    asked, seconds
        Seconds it had to search; seconds by the clock from start to end, reading and building included.
    megabytes
        The most that all its processes have held together.
    said
        Value and bound of every objective, in words; of ours alone.
    """

    policy: str
    capacity: int
    engine: str
    asked: float
    seed: int
    seconds: float
    megabytes: int
    objective: float | None
    bound: float | None
    gap: float | None
    said: str = ""
    fault: str = ""

    @property
    def key(self) -> tuple[str, int, str, float, int]:
        """What tells it from other runs."""
        return self.policy, self.capacity, self.engine, self.asked, self.seed


def command(*arguments: object) -> subprocess.Popen[str]:
    """The command as installed beside this interpreter."""
    program = Path(sys.executable).with_name("carerounds")
    words = [str(program), *(str(each) for each in arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def by_command(folder: Path, out: Path, policy: str, seconds: float, seed: int) -> tuple[float, int, str]:
    """Place a market; seconds by the clock, megabytes, and what went wrong."""
    begun = time.perf_counter()
    running = command(
        "allocate", folder, "--policy", policy, "--seconds", seconds, "--seed", seed,
        "--no-explain", "--out", out, "--overwrite",
    )  # fmt: skip
    most = Memory(running.pid)
    _, errors = running.communicate()
    fault = "" if running.returncode == 0 else (errors.strip().splitlines() or ["it said nothing"])[-1]
    return time.perf_counter() - begun, most.stop(), fault


class Memory:
    """The most that a process and those it started have held, seen every half a second (Linux alone)."""

    def __init__(self, process: int) -> None:
        self.process, self.most, self.ended = process, 0, threading.Event()
        self.watching = threading.Thread(target=self._watch, daemon=True)
        self.watching.start()

    def _watch(self) -> None:
        while not self.ended.wait(0.5):
            self.most = max(self.most, sum(_megabytes(each) for each in _family(self.process)))

    def stop(self) -> int:
        """Megabytes; 0 where nobody could look."""
        self.ended.set()
        self.watching.join()
        return self.most


def _family(process: int) -> Iterator[int]:
    yield process
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = listed.read_text(encoding="ascii").split()
        except OSError:  # ended meanwhile
            continue
        for each in children:
            yield from _family(int(each))


def _megabytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    held = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(held[0]) // 1024 if held else 0


def ours(folder: Path, out: Path, policy: str, capacity: int, seconds: float, seed: int) -> Run:
    """The whole command."""
    took, megabytes, fault = by_command(folder, out, policy, seconds, seed)
    summary = {} if fault else json.loads((out / "summary.json").read_text(encoding="utf-8"))["allocation"]
    return Run(
        policy=policy,
        capacity=capacity,
        engine=OURS,
        asked=seconds,
        seed=seed,
        seconds=round(took, 1),
        megabytes=megabytes,
        objective=summary.get("objective"),
        bound=summary.get("bound"),
        gap=summary.get("gap"),
        said=summary.get("said", ""),
        fault=fault,
    )


def on_plain_model(folder: Path, engine: str, policy: str, capacity: int, seconds: float, seed: int) -> Run:
    """An engine; a top-level function, so that it has a process of its own."""
    begun = time.perf_counter()
    asked = as_assignment(Prepared.of(read_instance(folder)).problem, OBJECTIVES[policy])
    answer = ENGINES[engine](folder, asked.problem, seconds, seed, 2)
    value = None
    if answer.chosen is not None and is_feasible(asked.problem, answer.chosen):
        value = total_cost(asked.problem, answer.chosen)
    return Run(
        policy=policy,
        capacity=capacity,
        engine=engine,
        asked=seconds,
        seed=seed,
        seconds=round(time.perf_counter() - begun, 1),
        megabytes=_megabytes_ever(),
        objective=None if value is None else value * asked.unit,
        bound=None if answer.bound is None else answer.bound * asked.unit,
        gap=None if value is None or answer.bound is None else relative_gap(value, answer.bound),
        fault="" if value is not None else "no solution",
    )


def _megabytes_ever() -> int:
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


def table(runs: Sequence[Run]) -> str:
    """Gaps by policy, capacity and engine."""
    lines = [_line(HEADINGS), "|" + "---|" * len(HEADINGS)]
    for run in sorted(runs, key=lambda each: (each.policy, each.capacity, each.asked, each.engine != OURS)):
        gap = "–" if run.gap is None else f"{100 * run.gap:.3f}"
        lines.append(
            _line(
                (run.policy, run.capacity, run.engine, run.asked, run.seconds, run.megabytes, gap, run.fault)
            )
        )
    return "\n".join([*lines, "", ", ".join(f"{name} {what}" for name, what in machine().items())]) + "\n"


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def drawn(out: Path, capacity: int, seed: int = 7) -> Path:
    """Essex with so much capacity, drawn where it is not there yet."""
    folder = out / f"essex-{capacity}"
    if not folder.exists():
        running = command("init", "essex", folder, "--capacity", capacity, "--seed", seed)
        _, errors = running.communicate()
        if running.returncode:
            raise click.ClickException(errors)
    return folder


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for markets and runs.")
@click.option("--seconds", "times", type=float, multiple=True, default=(40.0,), help="For the search.")
@click.option("--capacity", "capacities", type=int, multiple=True, default=(90, 100, 110))
@click.option("--policy", "policies", multiple=True, default=("cost", "scored"))
@click.option("--engine", "engines", multiple=True, default=(OURS,), type=click.Choice(list(ENGINES)))
@click.option("--seed", type=int, default=7, show_default=True)
def main(
    out: Path,
    times: tuple[float, ...],
    capacities: tuple[int, ...],
    policies: tuple[str, ...],
    engines: tuple[str, ...],
    seed: int,
) -> None:
    """Do the runs that are missing, one at a time, and write the table."""
    out.mkdir(parents=True, exist_ok=True)
    kept, context = out / "runs.jsonl", multiprocessing.get_context("spawn")
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    runs = {run.key: run for run in (Run(**json.loads(line)) for line in lines)}
    asked = [
        (seconds, capacity, policy, engine)
        for seconds in times
        for capacity in capacities
        for policy in policies
        for engine in engines
        if engine == OURS or policy in OBJECTIVES
    ]
    for seconds, capacity, policy, engine in asked:
        if (policy, capacity, engine, seconds, seed) in runs:
            continue
        folder = drawn(out, capacity)
        if engine == OURS:
            run = ours(folder, out / f"{policy}-{capacity}-{seconds:g}", policy, capacity, seconds, seed)
        else:
            with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
                run = pool.submit(on_plain_model, folder, engine, policy, capacity, seconds, seed).result()
        runs[run.key] = run
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(run)) + "\n")
        gap = "–" if run.gap is None else f"{100 * run.gap:.3f} %"
        click.echo(f"{policy} {capacity} {engine} {run.seconds} s: {gap} {run.fault}", err=True)
    write_file(out / "table.md", table(list(runs.values())).encode(), overwrite=True)
    click.echo(table(list(runs.values())), nl=False)


if __name__ == "__main__":
    main()
