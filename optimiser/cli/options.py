"""Arguments and options that several commands share, each said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])

COUNTIES = ("essex", "norfolk", "leicester", "leicestershire")
POLICIES = ("cascade", "ranked", "cost", "scored", "coherent")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

PATH = click.Path(path_type=Path)


class Finite(click.FloatRange):
    """A number in a range; ``nan`` and infinity are in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a usage error."""
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


instance = click.argument("instance", type=PATH)
out = click.option("--out", type=PATH, required=True, help="Folder for the results; made if missing.")
seed = click.option(
    "--seed", type=click.IntRange(min=0), default=7, show_default=True, help="Same seed, same answer."
)
day = click.option(
    "--day",
    type=click.Choice(DAYS),
    default="tuesday",
    show_default=True,
    help="Day of the week whose rounds are built.",
)
runs = click.option(
    "--runs",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="How many seeds; the interval comes from their differences.",
)
steps = click.option(
    "--steps",
    type=click.IntRange(0),
    default=4000,
    show_default=True,
    help="Search steps for each provider's day: more is better and slower.",
)
gap = click.option(
    "--gap",
    type=Finite(0),
    default=0.0001,
    show_default=True,
    help="Stop once the allocation is proven within this share of the best.",
)
seconds = click.option(
    "--seconds",
    type=Finite(0, min_open=True),
    help="Longest the allocation may take. What time stops cannot be reproduced.",
)
postcodes = click.option(
    "--postcodes",
    type=PATH,
    help="Your own ONSPD, NSPL or Code-Point Open file, instead of the directory installed.",
)
tariffs = click.option(
    "--tariffs",
    type=PATH,
    help="Your own wages, mileage and on-costs (tariffs.csv), over the house's dated table.",
)
overwrite = click.option("--overwrite", is_flag=True, help="Replace what is there instead of refusing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelAsked:
    """How the user says travel is known; nothing said is straight lines.

    Attributes
    ----------
    roads, closures
        A network that ``carerounds roads build`` wrote, and what is closed on it.
    osrm
        Addresses of OSRM servers, each with its mode in front or for cars.
    outside
        Whether homes may be sent to a server outside one's own network.
    """

    roads: Path | None
    closures: Path | None
    osrm: tuple[str, ...]
    outside: bool

    @property
    def is_asked(self) -> bool:
        """Whether anything but straight lines is."""
        return bool(self.roads or self.closures or self.osrm or self.outside)

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read: results are not written over it."""
        return tuple(each for each in (self.roads, self.closures) if each is not None)


def travel(command: F) -> F:
    """The options that say how travel is known; the command gets them as one ``travel``."""

    @click.option(
        "--roads",
        type=PATH,
        help="Travel along this network (of carerounds roads build), not straight lines.",
    )
    @click.option("--closures", type=PATH, help="Closures of roads of --roads, as GeoJSON; all are in force.")
    @click.option(
        "--osrm",
        multiple=True,
        metavar="[MODE=]URL",
        help="OSRM server of your own to ask, as http://127.0.0.1:5000; one each for car, cycle and foot. "
        "Homes' coordinates are sent to it.",
    )
    @click.option(
        "--osrm-outside",
        is_flag=True,
        help="The OSRM server may be outside your own network: send homes there.",
    )
    @wraps(command)
    def asked(
        *args: Any,
        roads: Path | None,
        closures: Path | None,
        osrm: tuple[str, ...],
        osrm_outside: bool,
        **others: Any,
    ) -> Any:
        said = TravelAsked(roads=roads, closures=closures, osrm=osrm, outside=osrm_outside)
        return command(*args, travel=said, **others)

    return cast("F", asked)


def policy(name: str, default: str, what: str) -> Callable[[F], F]:
    """An option that takes a ready-made policy."""
    return click.option(name, type=click.Choice(POLICIES), default=default, show_default=True, help=what)


def beside(option: str, path: Path, others: Iterable[Path]) -> None:
    """A usage error for a path that is one of the others, or lies in one."""
    for each in others:
        if each.resolve() in (path.resolve(), *path.resolve().parents):
            raise click.BadParameter(f"{path} needs a place of its own, outside {each}", param_hint=option)


def known(option: str, given: Iterable[str], names: Iterable[str]) -> None:
    """A usage error for the first of ``given`` that is none of ``names``, with the nearest one that is."""
    from optimiser.model.instance import suggest

    those = set(names)
    for each in given:
        if each not in those:
            raise click.BadParameter(f"{each!r} is not known: {suggest(each, those)}", param_hint=option)
