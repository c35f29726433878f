"""Results as files: what was decided, written and read back."""

from __future__ import annotations

from instances.allocation_file import missing_packages, read_allocation, write_allocation
from instances.rounds_file import read_rounds, write_rounds

__all__ = ["missing_packages", "read_allocation", "read_rounds", "write_allocation", "write_rounds"]
