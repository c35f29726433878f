"""``carerounds``: the commands together, and what each kind of failure looks like from outside."""

from __future__ import annotations

import logging
import os
import signal
import sys
import traceback
from enum import IntEnum
from types import FrameType

import click

from optimiser.cli.allocate import allocate
from optimiser.cli.batch import batch
from optimiser.cli.bench import bench
from optimiser.cli.check import check
from optimiser.cli.compete import compete
from optimiser.cli.demo import demo
from optimiser.cli.explain import explain
from optimiser.cli.init import init
from optimiser.cli.insert import insert
from optimiser.cli.price import price
from optimiser.cli.publish import publish
from optimiser.cli.repair import repair
from optimiser.cli.roads import roads
from optimiser.cli.rounds import rounds
from optimiser.cli.study import study
from optimiser.cli.transfers import transfers
from optimiser.cli.warm_up import warm_up
from optimiser.cli.why import why
from optimiser.cli.zones import zones

INTRODUCTION = """Places home-care packages with providers, builds carers' rounds, and says what it saves.

Start with a county to play with, look at what it holds, then work on it:

  carerounds init essex maldon --district Maldon
  carerounds check maldon
  carerounds allocate maldon --out placed
  carerounds rounds maldon --allocation placed --out tuesday
  carerounds study maldon --out saved

or see all of it at once: carerounds demo

Results go to files and to stdout, progress to stderr. Exit codes: 0 done, 1 a fault of this program,
2 wrong usage, 3 the input needs mending, 4 no solution, 130 interrupted.
"""


class Exit(IntEnum):
    """What the shell sees."""

    DONE = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    NO_SOLUTION = 4
    INTERRUPTED = 130


@click.group(help=INTRODUCTION.replace("\n\n  carerounds init", "\n\n\b\n  carerounds init"))
@click.version_option(package_name="carerounds")
def app() -> None:
    """The commands together."""


COMMANDS = (
    demo, init, check, allocate, why, rounds, repair, insert, explain, study, transfers, batch, compete,
    publish, zones, roads, price, warm_up, bench,
)  # fmt: skip
for command in COMMANDS:
    app.add_command(command)


def main() -> None:
    """Run a command; turn every failure into one readable message and an exit code."""
    signal.signal(signal.SIGTERM, _end)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    sys.exit(run(sys.argv[1:]))


def _end(number: int, frame: FrameType | None) -> None:
    """Being told to end is being interrupted: nothing half done is left behind."""
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    """Run the command line; returns the exit code."""
    try:
        app.main(arguments, prog_name="carerounds", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return Exit.USAGE
    except (KeyboardInterrupt, click.Abort):
        print("interrupted: nothing half done was left behind", file=sys.stderr)
        return Exit.INTERRUPTED
    except Exception as error:
        return _explain(error)
    return Exit.DONE


def _explain(error: Exception) -> int:
    """Print what went wrong; the kind of error decides the exit code."""
    kind = type(error).__name__
    if kind == "InputError":
        print(error, file=sys.stderr)
        return Exit.INPUT
    if kind == "NoSolutionError":
        print(error, file=sys.stderr)
        return Exit.NO_SOLUTION
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror}" if error.strerror else str(error), file=sys.stderr)
        return Exit.USAGE
    if os.environ.get("CAREROUNDS_DEBUG"):
        traceback.print_exc()
    print(
        f"a fault of this program, not of your data: {kind}: {error}\n"
        "please report it; with CAREROUNDS_DEBUG=1 the same command prints where it happened",
        file=sys.stderr,
    )
    return Exit.BUG
