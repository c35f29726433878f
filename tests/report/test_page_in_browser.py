"""The page opens in a browser that has no network, and its scripts run without an error."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from optimiser.report.page import write_page
from optimiser.report.summary import summary

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH: the page was not opened in a browser")
def test_page_draws_itself_without_a_network(case: Any, tmp_path: Path) -> None:
    assert BROWSER is not None
    path = tmp_path / "report.html"
    write_page(
        path,
        instance=case.instance,
        allocations=case.allocations,
        study=case.study,
        exclusions=case.exclusions,
        outlines=case.outlines,
        settlements=case.settlements,
        summary=summary(
            instance=case.instance, allocations=case.allocations, study=case.study, checks=case.checks
        ),
    )
    opened = subprocess.run(
        [
            BROWSER,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            "--virtual-time-budget=4000",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert not re.findall(r".*CONSOLE.*", opened.stderr)
    drawn = opened.stdout
    marks = re.findall(r'<path d="[^"]*" class="mark', drawn)
    assert len(marks) > 2 * len(case.instance.packages)
    assert 'class="visit' in drawn
    assert f"{len(case.instance.packages)} of {len(case.instance.packages)} packages" in drawn
