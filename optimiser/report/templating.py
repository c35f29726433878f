"""The templates of pages and letters, and what they may call."""

from __future__ import annotations

from functools import cache
from importlib import resources

import jinja2

from optimiser.report import wording


@cache
def templates() -> jinja2.Environment:
    """What every page and letter is rendered by: escaped, and an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("optimiser.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=wording.number,
        percent=wording.percent,
        pounds=wording.pounds,
        hours=wording.hours,
        spoken=wording.spoken,
        sentence=wording.sentence,
        flatten=wording.flatten,
    )
    environment.globals["count"] = wording.count
    return environment


def part(name: str) -> str:
    """A style sheet or script that stands beside the templates."""
    return resources.files("optimiser.report.templates").joinpath(name).read_text(encoding="utf-8")
