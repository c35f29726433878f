"""A comma-separated file as text cells, plain or packed as ``.gz``."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import pandas as pd

from geodata.report import Report


def read_text_table(path: Path, report: Report, *, absent: str, damaged: str) -> pd.DataFrame | None:
    """Every cell as text, none missing; ``None`` with a finding where it cannot be read.

    Parameters
    ----------
    absent, damaged
        Codes of the findings: the file is not there or closed; it is no table.
    """
    file = path.name
    try:
        content = path.read_bytes()
    except OSError as fault:
        message = (
            "is not there" if isinstance(fault, FileNotFoundError) else f"cannot be read: {fault.strerror}"
        )
        report.add(absent, file, message, cure="check the path, and who may read it")
        return None
    try:
        if path.suffix.casefold() == ".gz":
            content = gzip.decompress(content)
        return table_of(content)
    except (
        ValueError,
        EOFError,
        OSError,
        zlib.error,
    ) as fault:  # UnicodeError and pandas' own are ValueErrors
        message = f"is no table: {' '.join(str(fault).split())[:200]}"
        report.add(
            damaged, file, message, cure="save it as CSV UTF-8 (Comma delimited), or download it again"
        )
        return None


def table_of(content: bytes) -> pd.DataFrame:
    """Table of a file's bytes, headings without spaces around them."""
    table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, encoding="utf-8-sig")
    return table.fillna("").rename(columns=lambda heading: str(heading).strip())
